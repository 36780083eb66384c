"""文字的识读. The prose of a disclosure as claims: passages, their figures, and the lists that run over several of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from xlbudget.model.amount import MoneyUnit
from xlbudget.model.claim import Narrative
from xlbudget.model.disclosure import Section, Stage
from xlbudget.model.raw import Paragraph
from xlbudget.reading.claiming import Memory, PassageReader
from xlbudget.reading.listing import add_outline_listings, pair_periods
from xlbudget.reading.passages import passages_of
from xlbudget.reading.topics import TopicReader


def read_narrative(
    topics: TopicReader, paragraphs: Sequence[Paragraph], sections: Sequence[Section], stage: Stage
) -> Narrative:
    """Read the prose. Amounts that nothing can be said of are listed as ``unclear``."""
    narrative = Narrative(passages_of(paragraphs, sections))
    memory = Memory()
    for number, passage in enumerate(narrative.passages):
        if passage.section != memory.section:
            memory = Memory(passage.section)
        PassageReader(topics, narrative, number, stage is Stage.FINAL, memory).read()
    add_outline_listings(narrative, topics.phrases)
    pair_periods(narrative)
    _settle_decimals(narrative)
    narrative.unclear = [
        index
        for index, claim in enumerate(narrative.claims)
        if claim.amount is not None and not claim.topic.known and not claim.reason
    ]
    return narrative


def _settle_decimals(narrative: Narrative) -> None:
    """Give amounts whose trailing zeros were stripped (387.9, 612) the decimals that the prose shows elsewhere."""
    shown = Counter(
        claim.amount.decimals or 0
        for claim in narrative.claims
        if claim.amount is not None
        and claim.amount.unit is MoneyUnit.WAN
        and claim.amount.decimals
        and not claim.reason
    )
    custom = next((d for d, count in sorted(shown.items(), reverse=True) if count * 2 >= shown.total()), 0)
    for claim in narrative.claims:
        amount = claim.amount
        if amount is not None and amount.unit is MoneyUnit.WAN and (amount.decimals or 0) < custom and not claim.vague:
            claim.amount = amount.with_decimals(custom)
