"""一段话的上下文. What the reader of a passage knows while it reads: the text, the claims so far, and where it stands."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import replace
from typing import Any

from xlbudget.model.claim import Claim, ClaimKind, Narrative, Topic
from xlbudget.model.table import Side
from xlbudget.reading.mentions import Mention
from xlbudget.reading.topics import TopicReader

_WEIGHTLESS = re.compile(r"[的为是约共]|总额|总计|合计|金额|预算|支出|数额?")
"""What the names of one thing may differ by."""
_POINT = re.compile(r"^(?:[一二三四五六七八九]是|[(（]?\d[)）、.]|[①-⑨])")
_COMPARISON = re.compile(r"(?:与|比|较|同)(?:上年|去年|20\d\d|年初|全年)")
_NO_REASON = re.compile(r"\d|增加|减少|比上年|与上年")
LOOK_BACK = 120
"""How many claims back a figure of the same thing is looked for."""


class Telling:
    """一段话的上下文. ``level`` is the figure told last, ``first`` the first of the passage; indexes of claims."""

    def __init__(self, topics: TopicReader, narrative: Narrative, number: int, final: bool) -> None:
        self.topics = topics
        self.phrases = topics.phrases
        self.narrative = narrative
        self.claims = narrative.claims
        self.number = number
        self.passage = narrative.passages[number]
        self.text = self.passage.text
        self.final = final
        self.section = topics.of_passage(self.passage.section, self.text)
        self.first: int | None = None
        self.level: int | None = None
        self.stops = [m.start() for m in re.finditer("。", self.text)]
        self.reasons = [(m.start(), m.end()) for m in self.phrases.reason.finditer(self.text)]
        self.reason_starts = [start for start, _ in self.reasons]
        self.bases = sorted(
            (m.start(), name, m[0]) for name, pattern in self.phrases.bases for m in pattern.finditer(self.text)
        )
        self.base_starts = [start for start, _, _ in self.bases]

    # -- claims -------------------------------------------------------------------------------------

    def money(self, kind: ClaimKind, mention: Mention, topic: Topic, **more: Any) -> int:
        """Add the claim of an amount; gives its index."""
        return self.add(kind, mention.start, mention.end, topic, amount=mention.amount(), vague=mention.vague, **more)

    def rate(self, kind: ClaimKind, mention: Mention, topic: Topic, **more: Any) -> int:
        """Add the claim of a percentage; gives its index."""
        figure = {"percent": mention.value, "decimals": mention.decimals, "vague": mention.vague}
        return self.add(kind, mention.start, mention.end, topic, **figure, **more)

    def add(self, kind: ClaimKind, start: int, end: int, topic: Topic, **more: Any) -> int:
        """Add a claim; gives its index."""
        quote = self.text[self.clause_start(start) : end]
        place = replace(self.passage.origins[start], quote=quote)
        claim = Claim(kind, topic, self.text[start:end], place, (start, end), self.number, quote=quote, **more)
        self.claims.append(claim)
        return len(self.claims) - 1

    def find_level(self, topic: Topic) -> int | None:
        """The nearest figure before of the same thing, in this section."""
        if not topic.known:
            return None
        for index in range(len(self.claims) - 1, max(len(self.claims) - LOOK_BACK, -1), -1):
            claim = self.claims[index]
            if self.narrative.passages[claim.passage].section != self.passage.section:
                return None
            if claim.kind is ClaimKind.LEVEL and _same_thing(claim.topic, topic):
                return index
        return None

    def last_level(self) -> int | None:
        """The last figure of the passage before, if it is of the same section."""
        for index in range(len(self.claims) - 1, -1, -1):
            claim = self.claims[index]
            if (
                self.number - claim.passage > 2
                or self.narrative.passages[claim.passage].section != self.passage.section
            ):
                return None
            if claim.kind is ClaimKind.LEVEL and not claim.reason:
                return index
        return None

    def find_whole(self, topic: Topic) -> int | None:
        """The figure that ``收入包括`` or ``财政拨款支出中`` means: the thing itself, or the total of both sides."""
        found = self.find_level(topic)
        if found is None and topic.item.startswith("o:"):
            return self._find_other(topic)
        if found is not None or topic.item not in ("total", "grand"):
            return found
        for index in range(len(self.claims) - 1, -1, -1):
            claim = self.claims[index]
            if claim.passage != self.number:
                return None
            whole = claim.kind is ClaimKind.LEVEL and claim.topic.item in ("total", "grand")
            if whole and claim.topic.side in (Side.NONE, topic.side) and claim.topic.scope == topic.scope:
                return index
        return None

    def _find_other(self, topic: Topic) -> int | None:
        """A figure that no table shows, told before in this section by nearly the same words: 占政府采购支出总额的 …"""
        wanted = _WEIGHTLESS.sub("", topic.words)
        section = self.passage.section
        for index in range(len(self.claims) - 1, -1, -1):
            claim = self.claims[index]
            if self.narrative.passages[claim.passage].section != section:
                return None
            named = claim.kind is ClaimKind.LEVEL and claim.topic.item.startswith("o:") and not claim.reason
            if named and wanted and _WEIGHTLESS.sub("", claim.topic.words) == wanted:
                return index
        return None

    # -- places -------------------------------------------------------------------------------------

    def in_reason(self, at: int) -> bool:
        """Does this place stand in a clause that gives a reason?"""
        nearest = bisect_right(self.reason_starts, at) - 1
        if nearest < 0 or self.reasons[nearest][0] < self.sentence_start(at):
            return False
        end = self.reasons[nearest][1]
        if end > at:
            return False
        stop = self.text.rfind(";", end, at)
        if stop < 0:
            return True
        clause = self.text[stop + 1 : at + 12]
        if _POINT.match(clause):
            return True
        if _COMPARISON.match(clause):
            return False
        words = _NO_REASON.split(self.text[stop + 1 : at], maxsplit=1)[0]
        return not (words and self.topics.of_phrase(words, self.section).in_tables)

    def base(self, at: int) -> str:
        """What a change is compared with: the last word before it that says so."""
        if not self.final:
            return "prior"
        start = self.sentence_start(at)
        for position, name, words in reversed(self.bases[: bisect_right(self.base_starts, at)]):
            if position < start:
                break
            if words != f"{self.topics.year}年":
                return name
        return "prior"

    def sentence_start(self, at: int) -> int:
        """Where the sentence that a place stands in begins."""
        nearest = bisect_right(self.stops, at - 1) - 1
        return self.stops[nearest] + 1 if nearest >= 0 else 0

    def clause_start(self, at: int) -> int:
        """Where the clause that a place stands in begins."""
        return max(self.text.rfind(mark, 0, at) for mark in ",;。:") + 1

    def at(self, index: int) -> int:
        """Where a claim begins in this passage; -1 if it stands in another."""
        claim = self.claims[index]
        return claim.span[0] if claim.passage == self.number else -1


def _same_thing(found: Topic, wanted: Topic) -> bool:
    """The same thing of this year, whichever side the words leave open."""
    same = found.item == wanted.item and found.component == wanted.component and found.scope == wanted.scope
    return same and found.period == "current"
