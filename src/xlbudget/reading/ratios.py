"""占比与完成率. What a percentage is a part of, and what it is measured against."""

from __future__ import annotations

import re

from xlbudget.model.claim import ClaimKind, Topic
from xlbudget.model.wording import bare
from xlbudget.reading.enumerating import Lists
from xlbudget.reading.mentions import Mention
from xlbudget.reading.telling import Telling

_WHOLE = re.compile(
    r"占(?:比(?:重|例)?)?(?:本年|全年|总|全部)?([^,;。]{0,24}?)(?:总额|总数|合计|总计)?的?(?:比重|比例)?(?:分别|各)?(?:为|达)?$"
)
_SHARE_OF = re.compile(r"^(.*?)(?:占|(?:已)?完成|执行)")


class Ratios:
    """占比与完成率. Finds the figures of a passage that its percentages are made of."""

    def __init__(self, telling: Telling, lists: Lists) -> None:
        self.telling = telling
        self.topics = telling.topics
        self.claims = telling.claims
        self.lists = lists

    def own_part(self, mention: Mention) -> Topic | None:
        """What the words of a ratio name as the thing that has it: ``基本支出占总支出的 75.71%``."""
        subject = _SHARE_OF.match(bare(mention.left))
        words = self.topics.plain(subject[1]) if subject is not None else ""
        return self.topics.of_phrase(words, self.telling.section) if words else None

    def of_share(self, mention: Mention, own: Topic | None) -> tuple[int | None, int | None, Topic | None]:
        """What has the share, and what it is a share of: the thing it names, or the total of the list."""
        part = self.telling.level
        if own is not None:
            part = self.telling.find_level(own) if own.in_tables else None
        match = _WHOLE.search(mention.left)
        named = match[1] if match is not None else ""
        if named:
            topic = self.topics.of_whole(named, self.telling.section)
            whole = self.telling.find_whole(topic)
            return part, whole if whole != part else None, topic
        listing = self.lists.holding(part)
        return part, listing.head if listing is not None else None, None

    def of_completion(self, left: str) -> tuple[int | None, int | None]:
        """The executed figure and the budget that a completion rate is measured against, in either order.

        ``完成年初预算的`` is measured against that one where both budgets are told.
        """
        named = "budget" if "年初" in left else "adjusted" if re.search(r"全年|调整", left) else ""
        last = self.telling.level
        if last is None:
            return None, None
        wanted = self.claims[last].topic
        planned = wanted.period in ("budget", "adjusted")
        near: int | None = None
        for index in range(last - 1, max(last - 8, -1), -1):
            claim = self.claims[index]
            if claim.passage != self.telling.number:
                break
            if claim.kind is not ClaimKind.LEVEL or claim.reason:
                continue
            same = claim.topic.item == wanted.item and claim.topic.component == wanted.component
            if same and planned and claim.topic.period == "current":
                return index, last
            if same and not planned and claim.topic.period in ("budget", "adjusted"):
                near = index if near is None else near
                if not named or claim.topic.period == named:
                    return last, index
        if near is not None:
            return last, near
        return (None, last) if planned else (last, None)
