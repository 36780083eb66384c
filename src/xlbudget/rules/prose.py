"""句中之数. What the rules of the prose share: the figures of a change, the parts of a list, names for messages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from xlbudget.model.amount import Amount
from xlbudget.model.claim import Change, Claim, ClaimKind, Listing, Narrative, Topic
from xlbudget.model.disclosure import Disclosure
from xlbudget.model.rounding import round_half_up
from xlbudget.model.table import Side
from xlbudget.packs.schema import Pack
from xlbudget.rules.facts import Fact, facts_of

ZERO = Decimal(0)
_THREE_WHOLE = ({"abroad", "vehicle", "reception"}, {"abroad", "vehicle_purchase", "vehicle_running", "reception"})


@dataclass(frozen=True, slots=True)
class Told:
    """一句增减. The claims of a change, looked up."""

    change: Change
    level: Claim | None
    prior: Claim | None
    delta: Claim | None
    growth: Claim | None
    direction: Claim | None

    @property
    def topic(self) -> Topic:
        return self.change.topic

    @property
    def moved(self) -> Amount | None:
        """The change with its sign, an exact zero for 持平."""
        return signed(self.delta) if self.delta is not None else None


def changes_of(disclosure: Disclosure) -> Iterator[Told]:
    """Every change of the prose, with its claims."""
    claims = disclosure.narrative.claims
    for change in disclosure.narrative.changes:
        yield Told(change, *(claims[i] if i is not None else None for i in _indexes(change)))


def _indexes(change: Change) -> tuple[int | None, ...]:
    return change.level, change.prior, change.delta, change.growth, change.direction


def signed(claim: Claim) -> Amount:
    """A change as an amount with its sign; 持平 is a zero that is as exact as the document's figures."""
    if claim.amount is None:
        return Amount(ZERO, decimals=2)
    return replace(claim.amount, value=claim.sign * claim.amount.value)


def priors_of(told: Told, disclosure: Disclosure, pack: Pack) -> list[tuple[Amount, Claim | Fact]]:
    """What the level was before: as the sentence says, else as a table shows."""
    if told.prior is not None and told.prior.amount is not None:
        return [(told.prior.amount, told.prior)]
    nearby = _told_before(told, disclosure.narrative)
    if nearby is not None and nearby.amount is not None:
        return [(nearby.amount, nearby)]
    period = told.change.base
    facts = facts_of(disclosure, pack)
    topic = replace(told.level.topic if told.level is not None else told.topic, period=period)
    if not topic.in_tables or topic.item.startswith("u:"):
        return []
    return [(fact.amount, fact) for fact in facts.strict(topic) if not fact.blank]


def _told_before(told: Told, narrative: Narrative) -> Claim | None:
    """Last year's figure of the same thing, told earlier in the same passage."""
    figure = told.growth or told.delta or told.direction
    if figure is None:
        return None
    periods = ("prior", "executed") if told.change.base == "prior" else (told.change.base,)
    found = None
    for claim in narrative.of_passage(figure.passage):
        if claim.span[0] > figure.span[0]:
            continue
        same = claim.kind is ClaimKind.LEVEL and claim.topic.item == told.topic.item and not claim.reason
        if same and claim.topic.period in periods and claim is not told.level:
            found = claim
    return found


def levels_nearby(told: Told, narrative: Narrative) -> Iterator[Claim]:
    """The figures that a change may belong to: the one it was read with, then the others of its passage and lists."""
    if told.level is not None:
        yield told.level
    figure = told.growth or told.delta
    if figure is None:
        return
    for claim in narrative.of_passage(figure.passage):
        if claim.kind is ClaimKind.LEVEL and not claim.reason and claim is not told.level:
            yield claim
    for listing in narrative.listings:
        if told.change.level in listing.items:
            yield narrative.claims[listing.head]


def exhausts(head: Claim, items: Iterable[Claim]) -> bool:
    """Do these parts, by what they are, make up the whole (基本 and 项目, 人员 and 公用, the kinds of 三公)?"""
    topics = [item.topic for item in items]
    parts = {t.component for t in topics if t.item == "total" and t.component}
    if head.topic.item in ("total", "grand") and len(parts) == len(topics):
        return {"basic", "project"} <= parts or parts == {"personnel", "public"}
    kinds = {t.item.removeprefix("t:") for t in topics if t.item.startswith("t:")}
    if head.topic.item == "t:total" and len(kinds) == len(topics):
        return any(whole <= kinds for whole in _THREE_WHOLE) and not {"vehicle", "vehicle_running"} <= kinds
    if head.topic.item == "t:vehicle":
        return kinds == {"vehicle_purchase", "vehicle_running"}
    words = "".join(t.words for t in topics)
    if head.count is not None:
        return len(topics) > 2 and "其他" in words and "车" in words
    return len(topics) == 3 and all(kind in words for kind in ("货物", "工程", "服务"))


def is_sum(listing: Listing, narrative: Narrative) -> bool:
    """Is it a list of parts at all, and not the two sides of one total or a total said again?"""
    head = narrative.claims[listing.head]
    items = [narrative.claims[i] for i in listing.items]
    if any(c.vague or c.reason or (c.amount is None and c.count is None) for c in (head, *items)):
        return False
    if any(c.topic.period != head.topic.period for c in items):
        return False
    if any(_beside(c.topic, head.topic) for c in items):
        return False
    wholes = [
        c for c in items if c.topic.item in ("total", "grand") and not c.topic.component and not _narrower(c, head)
    ]
    return not wholes or (len(wholes) == 1 and len(items) > 1 and any(_carries(c) for c in items))


_PARTS_OF_THREE = {
    "vehicle": {"vehicle_purchase", "vehicle_running"},
    "reception": {"reception_domestic", "reception_foreign", "reception_guest"},
    "reception_domestic": {"reception_guest"},
}


def _beside(part: Topic, head: Topic) -> bool:
    """Two things of which neither is a part of the other: 公务接待费 beside 因公出国费, 项目支出 beside 基本支出."""
    kind, colon, key = head.item.partition(":")
    other, _, name = part.item.partition(":")
    if kind == "t" and key != "total":
        return other == "t" and name not in _PARTS_OF_THREE.get(key, ())
    if colon and kind in "fe" and other == kind:
        return not (name.startswith(key) and name != key) and not part.component
    opposite = {part.side, head.side} == {Side.INCOME, Side.EXPENDITURE} and part.item in ("total", "grand")
    return opposite or ({head.component, part.component} == {"basic", "project"} and head.item == part.item)


def _narrower(claim: Claim, head: Claim) -> bool:
    """财政拨款支出 within 支出: a total of a smaller scope is a part."""
    return claim.topic.scope not in ("", head.topic.scope)


def _carries(claim: Claim) -> bool:
    return claim.topic.item in ("carry_in", "carry_out", "use_surplus", "distribution")


def rate_facts(part: Decimal, whole: Decimal, low: Decimal, high: Decimal) -> dict[str, str]:
    """``expected`` and ``range`` of a percentage: the rate of the printed figures, and all that their rounding allows."""
    decimals = -int(low.as_tuple().exponent)
    middle = abs(round_half_up(Fraction(part) / Fraction(whole) * 100, decimals)) if whole else high
    return {"expected": f"{middle}%", "range": f"{low}%" if low == high else f"{low}%～{high}%"}


def statement(claim: Claim) -> str:
    """What a claim is about, for a message: its own words without the figure."""
    words = claim.quote.removesuffix(claim.text).strip("，,；;：:。、 ")
    return words[-40:] or claim.topic.words
