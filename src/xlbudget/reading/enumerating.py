"""句中列举. The lists that one passage tells: 其中, 包括, 分别为, figures in brackets, and counts with their kinds."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from xlbudget.model.claim import Listing, Topic
from xlbudget.reading.telling import Telling

_WITHIN = re.compile(r"([^,;。:]{2,24})中[,，]")
_SEPARATORS = re.compile(r"[,;。:)]")
_SOME = re.compile(r"\((?:其中|含|内含|包含|不含|扣除|剔除)")
_BEFORE_CUE = re.compile(r"(?:主要|具体|分别)+$")


@dataclass(slots=True)
class OpenList:
    """A list that is being told. ``topic`` is what its items are parts of; ``head`` its figure, if there is one.

    ``outer`` is the list that it stands in; ``apart`` says that semicolons part its items.
    """

    topic: Topic
    head: int | None
    cue: str
    items: list[int] = field(default_factory=list)
    open: bool = False
    outer: OpenList | None = None
    apart: bool = False

    @property
    def promises(self) -> bool:
        """Do its words promise every part? ``其中`` names some; one figure in brackets is a part (含上年结转 5 万元)."""
        return self.cue not in ("其中", "中") and (self.cue != "(" or len(self.items) > 1)


class Lists:
    """句中列举. Decides, for each figure, of which list it is an item."""

    def __init__(self, telling: Telling) -> None:
        self.telling = telling
        self.topics = telling.topics
        self.cues = telling.phrases.listing
        self.lists: list[OpenList] = []
        self.listing: OpenList | None = None
        self.bracket: OpenList | None = None
        self.count: int | None = None
        self.counted: OpenList | None = None
        self.counted_within: OpenList | None = None

    def finished(self) -> list[Listing]:
        """The lists with a total and items."""
        return [
            Listing(found.head, found.items, found.open, found.promises)
            for found in self.lists
            if found.head is not None and found.items
        ]

    def holding(self, item: int | None) -> OpenList | None:
        """The list that a figure is an item of."""
        return next((found for found in reversed(self.lists) if item in found.items), None)

    def passed(self, words: str) -> None:
        """Take note of the words between two figures: a bracket ends wherever it is closed."""
        if self.bracket is not None and ")" in words:
            self.bracket = None

    def of_level(self, gap: str) -> OpenList | None:
        """The list that the next level is an item of; opens one where the words in between say so."""
        level = self.telling.level
        if gap.startswith("(") and ")" not in gap and level is not None and self.bracket is None:
            self.bracket = self._opened(level, "其中" if _SOME.match(gap) else "(")
        if self.bracket is not None:
            return self.bracket
        cue = self._cue(gap)
        stop = gap.rfind("。")
        if cue is None:
            if stop >= 0:
                self.listing = None
            elif ";" in gap and self.listing is not None:
                self._semicolon(self.listing)
            return self.listing
        if stop > cue.start():
            self.listing = None  # the list was announced, and another sentence came first
            return None
        if ";" in gap[cue.end() :]:
            return self.listing  # the announced list had names without figures; the outer one goes on
        self.listing = self._announced(gap, cue, stop)
        return self.listing

    def of_count(self, index: int, gap: str) -> None:
        """Put a count into its list: 车辆 48 辆，其中：一般公务用车 36 辆 ..."""
        claims = self.telling.claims
        if self.counted_within is not None and ")" in gap:
            self.counted_within = None
        if "。" in gap or self.count is None or claims[self.count].measure != claims[index].measure:
            self.counted = self.counted_within = None
        elif gap.startswith("(") and self.counted_within is None:
            self.counted_within = self._opened(self.count, "其中")
        elif self.cues.search(gap) is not None and self.counted_within is None:
            head = self.counted.head if self.counted is not None else self.count
            self.counted = self._opened(head, "其中")
        found = self.counted_within or self.counted
        if found is not None:
            found.items.append(index)
        self.count = index

    def _cue(self, gap: str) -> re.Match[str] | None:
        found = None
        for match in self.cues.finditer(gap):
            found = match
        return found or _WITHIN.search(gap)

    def _announced(self, gap: str, cue: re.Match[str], stop: int) -> OpenList | None:
        """The list that a cue opens: of what its words name, else of the figure before or of the list's total."""
        within = cue.re is _WITHIN
        named = _SEPARATORS.split(gap[: cue.end(1) if within else cue.start()])[-1]
        named = _BEFORE_CUE.sub("", named)
        if self.topics.plain(named):
            topic = self.topics.of_phrase(named, self.telling.section)
            head = self.telling.find_whole(topic)
            if head is not None or topic.known:
                return self._opened(head, "中" if within else cue[0], topic)
        level = self.telling.level
        if level is None:
            return None
        if self.listing is None:
            again = bool(self.lists) and stop >= 0
            return self._opened(self.telling.first if again else level, cue[0])
        nested = stop < 0 and ";" not in gap[: cue.start()]
        found = self._opened(level if nested else self.listing.head, cue[0])
        found.outer = self.listing if nested else self.listing.outer
        return found

    def _semicolon(self, listing: OpenList) -> None:
        """人员经费 …，包括 a、b；公用经费 …: a list whose items stood between commas ends, the one around it goes on."""
        if listing.outer is not None and len(listing.items) > 1 and not listing.apart:
            self.listing = listing.outer
        else:
            listing.apart = True

    def _opened(self, head: int | None, cue: str, topic: Topic | None = None) -> OpenList:
        if topic is None:
            topic = self.telling.claims[head].topic if head is not None else self.telling.section
        found = OpenList(topic, head, cue)
        self.lists.append(found)
        return found
