"""一段话的识读. One passage, read from left to right: its figures become claims, and claims are tied to each other.

Levels set what follows speaks of; changes, rates and shares attach to the level they explain; behind a list the
change speaks of the total again. What stands behind 主要原因 is a reason, not a statement.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from xlbudget.model.claim import Change, Claim, ClaimKind, Listing, Narrative, Ratio, Topic
from xlbudget.model.raw import Paragraph
from xlbudget.model.table import Side
from xlbudget.model.wording import bare
from xlbudget.reading.mentions import Mention, Role, mentions_of
from xlbudget.reading.topics import TopicReader

_PATH = re.compile(r"[^,;。:\"“”]{0,80}\((?:项|款|类)\)")
_POINT = re.compile(r"^(?:[一二三四五六七八九]是|[(（]?\d[)）、.]|[①-⑨])")
_GENERIC = re.compile(
    r"(?:年初|全年|调整)?(?:部门|单位)?(?:预算|决算|支出|收入|执行|财政拨款)*(?:数|安排|金额|总额)*(?:为|是|约|共|共计|均为)?"
)
_SELF_TOTAL = re.compile(
    r"(?:财政拨款)?(?:收支|收入支出|收入|支出)?(?:预算|决算)?(?:总计|合计|总额|总预算|总决算)?(?:均|各|共|分别)*"
)
_WITHIN = re.compile(r"([^,;。:]{2,24})中[,，]")
_WHOLE = re.compile(r"占(?:本年|全年|总|全部)?([^,;。]{0,24}?)(?:总额|总数|合计|总计)?的?(?:比重|比例)?(?:为|达)?$")
_UP_TO_DIRECTION = re.compile(r"(?:总计|总预算|总决算|总额|合计)?(?:均|各|共|分别|净)*$")
_COMPARISON = re.compile(r"(?:与|比|较|同)(?:上年|去年|20\d\d|年初|全年)")
_SHARE_OF = re.compile(r"^(.*?)占")
_NO_REASON = re.compile(r"\d|增加|减少|比上年|与上年")


@dataclass(slots=True)
class _Open:
    """A list that is being told. ``topic`` is what its items are parts of; ``head`` its figure, if there is one."""

    topic: Topic
    head: int | None
    cue: str
    items: list[int] = field(default_factory=list)
    open: bool = False


@dataclass(slots=True)
class Memory:
    """What one passage leaves for the next one of its section: a subject that has had no figure yet."""

    section: str = ""
    path: Topic | None = None


class PassageReader:
    """一段话. ``final`` says that the document is a final account; ``memory`` goes from passage to passage."""

    def __init__(
        self,
        topics: TopicReader,
        narrative: Narrative,
        number: int,
        paragraphs: Sequence[Paragraph],
        final: bool,
        memory: Memory,
    ) -> None:
        self.topics = topics
        self.phrases = topics.phrases
        self.narrative = narrative
        self.claims = narrative.claims
        self.number = number
        self.passage = narrative.passages[number]
        self.text = self.passage.text
        self.paragraphs = paragraphs
        self.final = final
        self.memory = memory
        self.section = topics.of_section(self.passage.section)
        self.path = memory.path
        self.first: int | None = None
        self.level: int | None = None
        self.change: Change | None = None
        self.lists: list[_Open] = []
        self.listing: _Open | None = None
        self.bracket: _Open | None = None
        self.count: int | None = None
        self.counted: _Open | None = None
        self.stops = [m.start() for m in re.finditer("。", self.text)]
        self.reasons = [(m.start(), m.end()) for m in self.phrases.reason.finditer(self.text)]
        self.reason_starts = [start for start, _ in self.reasons]
        self.bases = sorted(
            (m.start(), name, m[0]) for name, pattern in self.phrases.bases for m in pattern.finditer(self.text)
        )
        self.base_starts = [start for start, _, _ in self.bases]

    def read(self) -> None:
        """Add the passage's claims, changes, listings and ratios to the narrative."""
        last = 0
        spoke = False
        for mention in mentions_of(self.text, self.phrases):
            self._words(last, mention.start)
            self._figure(mention, last)
            last = mention.end
            spoke = True
        self._words(last, len(self.text))
        self.memory.path = None if spoke else self.path
        for found in self.lists:
            if found.head is not None and found.items:
                complete = found.cue not in ("其中", "中")
                self.narrative.listings.append(Listing(found.head, found.items, found.open, complete))

    # -- between the figures ------------------------------------------------------------------------

    def _words(self, start: int, end: int) -> None:
        """持平, a direction without a figure, and a subject path that the next figures speak of."""
        piece = self.text[start:end]
        if len(piece) < 3:
            return
        for match in self.phrases.same.finditer(piece):
            if not self._in_reason(start + match.start()):
                self._same(start + match.start(), start + match.end())
        for match in self.phrases.direction.finditer(piece):
            self._direction(match, start)
        paths = list(_PATH.finditer(piece))
        if paths:
            found = self.topics.of_phrase(paths[-1][0], self.section)
            if found.item[:2] in ("f:", "u:"):
                self.path = found

    def _same(self, start: int, end: int) -> None:
        topic, level = self._changed(self.text[self._clause_start(start) : end], start)
        base = self._base(end)
        delta = self._add(ClaimKind.DELTA, start, end, topic, sign=0, word="持平")
        self._open_change(topic, base, level).delta = delta

    def _direction(self, match: re.Match[str], offset: int) -> None:
        start, end = offset + match.start(), offset + match.end()
        if match["compare"]:
            sign = {"大于": 1, "高于": 1, "等于": 0}.get(match["compare"], -1)
            base = "adjusted" if "全年" in match[0] or "调整" in match[0] else "budget"
        else:
            sign, base = self.phrases.sign(match["word"]), self._base(end)
        topic, level = self._changed(self.text[self._sentence_start(start) : end], start)
        if level is None:
            return
        claim = self._add(ClaimKind.DIRECTION, start, end, topic, sign=sign, word=match["compare"] or match["word"])
        self.narrative.changes.append(Change(topic, base, level, direction=claim))

    # -- figures ------------------------------------------------------------------------------------

    def _figure(self, mention: Mention, last: int) -> None:
        reason = self._in_reason(mention.start)
        if mention.role is Role.COUNT:
            self._count(mention, last, reason)
        elif reason and mention.role in (Role.LEVEL, Role.PRIOR, Role.DELTA):
            words = bare(mention.left)[-20:]
            self._money(ClaimKind.LEVEL, mention, Topic(f"o:{words}", words=words), reason=True)
        elif reason:
            return
        elif mention.role is Role.LEVEL:
            self._level(mention, last)
        elif mention.role is Role.PRIOR:
            self._prior(mention)
        elif mention.role is Role.DELTA:
            self._delta(mention)
        elif mention.role is Role.GROWTH:
            self._growth(mention)
        elif mention.role in (Role.SHARE, Role.COMPLETION):
            self._ratio(mention)

    def _level(self, mention: Mention, last: int) -> None:
        gap = self.text[last : mention.start]
        listing = self._listing(gap, mention)
        head = listing.topic if listing is not None else None
        topic = self._topic(mention, head)
        if self.level is not None and self._pairs(topic):
            listing = None
        index = self._money(ClaimKind.LEVEL, mention, topic)
        if listing is not None:
            listing.items.append(index)
            if self.text.startswith("等", mention.end):
                listing.open = True
        self.level = index
        self.change = None
        if self.first is None:
            self.first = index

    def _pairs(self, topic: Topic) -> bool:
        """A second figure of one thing: 年初预算数 A 万元，支出决算数 B 万元."""
        assert self.level is not None
        before = self.claims[self.level].topic
        return before.known and before.item == topic.item and before.period != topic.period

    def _topic(self, mention: Mention, head: Topic | None) -> Topic:
        words = self.topics.plain(mention.left)
        period = "current"
        if self.final and "年初" in words:
            period = "budget"
        elif self.final and re.search(r"全年预算|调整预算", words):
            period = "adjusted"
        if _GENERIC.fullmatch(words):
            if self.path is not None and self.path.item != self.section.item:
                return replace(self.path, period=period)
            if self.level is not None and self.final and self._sentence_start(mention.start) <= self._at(self.level):
                return replace(self.claims[self.level].topic, period=period)
        topic = self.topics.of_phrase(mention.left, self.section, head)
        if not self.final and topic.period in ("budget", "adjusted"):
            topic = replace(topic, period="current")
        return topic

    def _prior(self, mention: Mention) -> None:
        """较上年的 A 万元增加 …: last year's figure, said in passing."""
        topic, level = self._changed(mention.left, mention.start)
        index = self._money(ClaimKind.LEVEL, mention, replace(topic, period="prior"))
        self._open_change(topic, self._base(mention.start), level).prior = index

    def _delta(self, mention: Mention) -> None:
        topic, level = self._changed(mention.left, mention.start)
        change = self._open_change(topic, self._base(mention.start), level)
        change.delta = self._money(ClaimKind.DELTA, mention, topic, sign=mention.sign, word=mention.word)

    def _growth(self, mention: Mention) -> None:
        change = self.change
        if change is None or change.growth is not None:
            topic, level = self._changed(mention.left, mention.start)
            change = self._open_change(topic, self._base(mention.start), level)
        change.growth = self._add(
            ClaimKind.GROWTH,
            mention.start,
            mention.end,
            change.topic,
            percent=mention.value,
            decimals=mention.decimals,
            sign=mention.sign,
            word=mention.word,
            vague=mention.vague,
        )

    def _open_change(self, topic: Topic, base: str, level: int | None) -> Change:
        """The change that is being told, or a new one."""
        change = self.change
        if change is not None and change.delta is None and change.growth is None and change.level == level:
            return change
        self.change = Change(topic, base, level)
        self.narrative.changes.append(self.change)
        return self.change

    def _ratio(self, mention: Mention) -> None:
        kind = ClaimKind.SHARE if mention.role is Role.SHARE else ClaimKind.COMPLETION
        named: Topic | None = None
        if kind is ClaimKind.SHARE:
            part, whole, named = self._parts_of_share(mention)
        else:
            part, whole = self._parts_of_completion()
        figure = self._add(
            kind,
            mention.start,
            mention.end,
            self.claims[part].topic if part is not None else self.section,
            percent=mention.value,
            decimals=mention.decimals,
            vague=mention.vague,
            word=bare(mention.left),
        )
        self.narrative.ratios.append(Ratio(figure, part, whole, named))

    def _parts_of_share(self, mention: Mention) -> tuple[int | None, int | None, Topic | None]:
        """What has the share, and what it is a share of: the thing it names, or the total of the list."""
        subject = _SHARE_OF.match(bare(mention.left))
        named_part = self.topics.plain(subject[1]) if subject is not None else ""
        part = self.level
        if named_part:
            topic = self.topics.of_phrase(named_part, self.section)
            part = self._find_level(topic) if topic.in_tables else None
        match = _WHOLE.search(mention.left)
        named = match[1] if match is not None else ""
        if named:
            topic = self.topics.of_phrase(named, self.section)
            return part, self._whole_named(topic) if topic.known else None, topic
        listing = next((found for found in reversed(self.lists) if part in found.items), None)
        return part, listing.head if listing is not None else None, None

    def _parts_of_completion(self) -> tuple[int | None, int | None]:
        """The executed figure and the budget that a completion rate is measured against, in either order."""
        last = self.level
        if last is None:
            return None, None
        wanted = self.claims[last].topic
        planned = wanted.period in ("budget", "adjusted")
        for index in range(last - 1, max(last - 8, -1), -1):
            claim = self.claims[index]
            if claim.passage != self.number:
                break
            if claim.kind is not ClaimKind.LEVEL or claim.reason:
                continue
            same = claim.topic.item == wanted.item and claim.topic.component == wanted.component
            if same and planned and claim.topic.period == "current":
                return index, last
            if same and not planned and claim.topic.period in ("budget", "adjusted"):
                return last, index
        return (None, last) if planned else (last, None)

    def _count(self, mention: Mention, last: int, reason: bool) -> None:
        words = bare(mention.left)
        index = self._add(
            ClaimKind.COUNT,
            mention.start,
            mention.end,
            Topic(f"o:{words}", words=words),
            count=mention.value,
            measure=mention.unit,
            reason=reason,
            vague=mention.vague,
        )
        if reason or self.phrases.change.search(words):
            return
        gap = self.text[last : mention.start]
        self.counted = self._counted(gap, mention.unit)
        if self.counted is not None:
            self.counted.items.append(index)
        self.count = index

    def _counted(self, gap: str, measure: str) -> _Open | None:
        """The list of counts that the next count is an item of: 车辆 48 辆，其中：一般公务用车 36 辆 ..."""
        if "。" in gap or self.count is None or self.claims[self.count].measure != measure:
            return None
        if self.phrases.listing.search(gap) is not None:
            head = self.counted.head if self.counted is not None else self.count
            return self._opened(head, "其中")
        return self.counted

    # -- lists --------------------------------------------------------------------------------------

    def _listing(self, gap: str, mention: Mention) -> _Open | None:
        """The list that the next level is an item of; opens one where the words say so."""
        if self.bracket is not None and ")" in gap:
            self.bracket = None
        if gap.startswith("(") and ")" not in gap and self.level is not None and self.bracket is None:
            self.bracket = self._opened(self.level, "(")
        if self.bracket is not None:
            return self.bracket
        cue = self._cue(gap)
        stop = gap.rfind("。")
        if cue is None:
            if stop >= 0:
                self.listing = None
            return self.listing
        if stop > cue.start():
            self.listing = None  # the list was announced, and another sentence came first
            return None
        self.listing = self._announced(gap, cue, stop)
        return self.listing

    def _cue(self, gap: str) -> re.Match[str] | None:
        found = None
        for match in self.phrases.listing.finditer(gap):
            found = match
        return found or _WITHIN.search(gap)

    def _announced(self, gap: str, cue: re.Match[str], stop: int) -> _Open | None:
        """The list that a cue opens: of what its words name, else of the figure before or of the list's total."""
        named = re.split(r"[,;。:)]", gap[: cue.end(1) if cue.re is _WITHIN else cue.start()])[-1]
        named = re.sub(r"(?:主要|具体|分别)+$", "", named)
        if self.topics.plain(named):
            topic = self.topics.of_phrase(named, self.section)
            head = self._whole_named(topic)
            if head is not None or topic.known:
                return self._opened(head, "中" if cue.re is _WITHIN else cue[0], topic)
        if self.level is None:
            return None
        if self.listing is None:
            again = bool(self.lists) and stop >= 0
            return self._opened(self.first if again else self.level, cue[0])
        nested = stop < 0 and ";" not in gap[: cue.start()]
        return self._opened(self.level if nested else self.listing.head, cue[0])

    def _whole_named(self, topic: Topic) -> int | None:
        """The figure that ``收入包括`` or ``财政拨款支出中`` means: the thing itself, or the total of both sides."""
        found = self._find_level(topic) if topic.known else None
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

    def _opened(self, head: int | None, cue: str, topic: Topic | None = None) -> _Open:
        if topic is None:
            topic = self.claims[head].topic if head is not None else self.section
        found = _Open(topic, head, cue)
        self.lists.append(found)
        return found

    # -- what a change speaks of --------------------------------------------------------------------

    def _changed(self, left: str, at: int) -> tuple[Topic, int | None]:
        """The thing that changes, and the figure of it: what the words name, else the last figure or the list's total."""
        own = self._own_subject(left)
        if own is not None:
            return own, self._find_level(own)
        level = self._last_level(at)
        if level is not None:
            return self.claims[level].topic, level
        topic = self.topics.of_phrase(self._opening(at), self.section)
        if not topic.known:
            topic = self.section
        return topic, self._find_level(topic) if topic.known else None

    def _own_subject(self, left: str) -> Topic | None:
        """The subject that a change names itself: ``因公出国（境）费增加0万元``; totals of the sentence are none."""
        words = bare(left)
        match = self.phrases.change.search(words) or self.phrases.rate.search(words)
        if match is not None:
            words = words[: match.start()]
        words = _UP_TO_DIRECTION.sub("", words)
        same = self.phrases.same.search(words)
        if same is not None:
            words = words[: same.start()]
        words = self.phrases.base_words.sub("", words)
        words = re.sub(r"(?:与|比|较|同)(?:上年|去年|20\d\d年|年初|全年).*$", "", words)
        words = re.sub(r"(?:决算|预算|支出)?数?(?:大于|小于|等于|高于|低于).*$", "", words).strip(",:")
        plain = self.topics.plain(words)
        if not plain or _SELF_TOTAL.fullmatch(plain):
            return None
        topic = self.topics.of_phrase(words, self.section)
        if not topic.in_tables or (topic.item in ("total", "grand") and not topic.component and not topic.scope):
            return None
        return topic

    def _last_level(self, at: int) -> int | None:
        level = self.level
        if level is None:
            return None
        listing = next((found for found in reversed(self.lists) if level in found.items), None)
        if listing is None or "。" not in self.text[self.claims[level].span[1] : at]:
            return level
        told = any(c.level == listing.head and c.base == self._base(at) for c in self.narrative.changes)
        return level if told or listing.head is None else listing.head

    def _opening(self, at: int) -> str:
        """The first words of the sentence that a place stands in, up to what is said of the change."""
        words = self.text[self._sentence_start(at) : at]
        return re.split(r"比上年|与上年|较上年|比20|与20|较20|同比|\d", words)[0]

    def _find_level(self, topic: Topic) -> int | None:
        """The nearest figure before of the same thing, in this section."""
        for index in range(len(self.claims) - 1, max(len(self.claims) - 120, -1), -1):
            claim = self.claims[index]
            if self.narrative.passages[claim.passage].section != self.passage.section:
                return None
            if claim.kind is ClaimKind.LEVEL and _same_thing(claim.topic, topic):
                return index
        return None

    # -- places -------------------------------------------------------------------------------------

    def _in_reason(self, at: int) -> bool:
        """Does this place stand in a clause that gives a reason?"""
        nearest = bisect_right(self.reason_starts, at) - 1
        if nearest < 0 or self.reasons[nearest][0] < self._sentence_start(at):
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

    def _base(self, at: int) -> str:
        """What a change is compared with: the last word before it that says so."""
        if not self.final:
            return "prior"
        start = self._sentence_start(at)
        for position, name, words in reversed(self.bases[: bisect_right(self.base_starts, at)]):
            if position < start:
                break
            if words != f"{self.topics.year}年":
                return name
        return "prior"

    def _sentence_start(self, at: int) -> int:
        nearest = bisect_right(self.stops, at - 1) - 1
        return self.stops[nearest] + 1 if nearest >= 0 else 0

    def _clause_start(self, at: int) -> int:
        return max(self.text.rfind(mark, 0, at) for mark in ",;。:") + 1

    def _at(self, index: int) -> int:
        claim = self.claims[index]
        return claim.span[0] if claim.passage == self.number else -1

    def _money(self, kind: ClaimKind, mention: Mention, topic: Topic, **more: Any) -> int:
        return self._add(kind, mention.start, mention.end, topic, amount=mention.amount(), vague=mention.vague, **more)

    def _add(self, kind: ClaimKind, start: int, end: int, topic: Topic, **more: Any) -> int:
        quote = self.text[self._clause_start(start) : end]
        place = replace(self.paragraphs[self.passage.origins[start]].place, quote=quote)
        self.claims.append(
            Claim(kind, topic, self.text[start:end], place, (start, end), self.number, quote=quote, **more)
        )
        return len(self.claims) - 1


def _same_thing(found: Topic, wanted: Topic) -> bool:
    """The same thing of this year, whichever side the words leave open."""
    same = found.item == wanted.item and found.component == wanted.component and found.scope == wanted.scope
    return same and found.period == "current"
