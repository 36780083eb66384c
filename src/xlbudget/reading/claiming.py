"""一段话的识读. One passage, read from left to right: its figures become claims, and claims are tied to each other.

Levels set what follows speaks of; changes, rates and shares attach to the level they explain; behind a list the
change speaks of the total again. What stands behind 主要原因 is a reason, not a statement.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from xlbudget.model.claim import Change, ClaimKind, Narrative, Ratio, Topic
from xlbudget.model.wording import bare
from xlbudget.reading.enumerating import Lists
from xlbudget.reading.mentions import Mention, Role, mentions_of, runs_of
from xlbudget.reading.ratios import Ratios
from xlbudget.reading.telling import Telling
from xlbudget.reading.topics import PAST, TopicReader

_PATH = re.compile(r"[^,;。:\"“”]{0,80}\((?:项|款|类)\)")
_LABEL = re.compile(r"([^,;。:]{2,24}):(?=.{0,4}(?:20\d\d年)?[^,;。:]{0,12}\d)")
"""（一）基本支出：2024 年年初预算数为 … – what the figures behind the colon speak of."""
_GENERIC = re.compile(
    r"(?:完成|占)?(?:(?:年初|全年|调整)?(?:部门|单位|当年)?(?:支出(?=预算|决算))?(?:预算|决算|执行|安排)+(?:支出)?(?:数|安排|金额|总额)*)?(?:为|是|约|共|共计|均为)?"
)
_SELF_TOTAL = re.compile(
    r"(?:财政拨款)?(?:收支|收入支出|收入|支出)?(?:预算|决算)?(?:总计|合计|总额|总预算|总决算)?(?:均|各|共|分别)*"
)
_UP_TO_DIRECTION = re.compile(r"(?:总计|总预算|总决算|总额|合计)?(?:均|各|共|分别|净)*$")
_PLANNED = re.compile(r"(?<!公共)(?<!基金)(?<!经营)预算(?:数|总额|安排)?(?:为|是|共)?$")
_NAMED_YEAR = re.compile(r"20\d\d年|本年|今年")


@dataclass(slots=True)
class Memory:
    """What one passage leaves for the next ones of its section.

    ``path`` is a subject that has had no figure yet; ``head`` is a subject whose parts stand in the next line, or a
    kind of expenditure whose parts stand in the lines below (项目支出 …，其中：), and ``depth`` that of its line.
    """

    section: str = ""
    path: Topic | None = None
    head: Topic | None = None
    depth: int = 0
    once: bool = False


class PassageReader:
    """一段话. ``final`` says that the document is a final account; ``memory`` goes from passage to passage."""

    def __init__(
        self,
        topics: TopicReader,
        narrative: Narrative,
        number: int,
        final: bool,
        memory: Memory,
    ) -> None:
        self.telling = Telling(topics, narrative, number, final)
        self.topics = topics
        self.phrases = topics.phrases
        self.claims = narrative.claims
        self.narrative = narrative
        self.text = self.telling.text
        self.section = self.telling.section
        self.memory = memory
        self.path = memory.path
        self.above = memory.head
        self.lists = Lists(self.telling)
        self.ratios = Ratios(self.telling, self.lists)
        self.change: Change | None = None

    def read(self) -> None:
        """Add the passage's claims, changes, listings and ratios to the narrative."""
        depth = self.telling.passage.depth
        if depth and depth <= self.memory.depth:
            self.memory.head = None
        self.above = self.memory.head
        label = _LABEL.match(self.text)
        if label is not None:
            named = self.topics.of_phrase(label[1], self.section)
            money = (
                named.in_tables and self.section.component != "project" and re.search(r"收入|支出|经费|费$", label[1])
            )
            self.path = named if money else self.path
        if self.memory.once:
            self.memory.head = None
        last = told = 0
        spoke = False
        for run in runs_of(mentions_of(self.text, self.phrases), self.text):
            self._words(last, run[0].start)
            if len(run) == 1:
                self._figure(run[0], last if run[0].role is Role.COUNT else told)
            else:
                self._run(run)
            last = run[-1].end
            told = told if run[0].role is Role.COUNT else last
            spoke = True
        self._words(last, len(self.text))
        self.memory.path = None if spoke else self.path
        level = self.telling.level
        if level is not None and self.phrases.listing_end.search(self.text):
            topic = self.claims[level].topic
            kept = topic.item == "total" and topic.component in ("basic", "project", "personnel", "public")
            once = topic.item[:2] in ("f:", "u:", "")
            alone = (kept or once) and self.lists.holding(level) is None
            self.memory.head, self.memory.depth, self.memory.once = (topic if alone else None), depth, once
        self.narrative.listings.extend(self.lists.finished())

    # -- between the figures ------------------------------------------------------------------------

    def _words(self, start: int, end: int) -> None:
        """持平, a direction without a figure, and a subject path that the next figures speak of."""
        piece = self.text[start:end]
        self.lists.passed(piece)
        if len(piece) < 3:
            return
        for match in self.phrases.same.finditer(piece):
            if not self.telling.in_reason(start + match.start()):
                self._same(start + match.start(), start + match.end())
        for match in self.phrases.direction.finditer(piece):
            self._direction(match, start)
        paths = list(_PATH.finditer(piece))
        if paths:
            found = self.topics.of_phrase(paths[-1][0], self.section)
            if found.item[:2] in ("f:", "u:"):
                self.path = found

    def _same(self, start: int, end: int) -> None:
        topic, level = self._changed(self.text[self.telling.clause_start(start) : end], start)
        base = self.telling.base(end)
        delta = self.telling.add(ClaimKind.DELTA, start, end, topic, sign=0, word="持平")
        self._open_change(topic, base, level).delta = delta

    def _direction(self, match: re.Match[str], offset: int) -> None:
        start, end = offset + match.start(), offset + match.end()
        if match["compare"]:
            sign = {"大于": 1, "高于": 1, "等于": 0}.get(match["compare"], -1)
            base = "adjusted" if "全年" in match[0] or "调整" in match[0] else "budget"
        else:
            sign, base = self.phrases.sign(match["word"]), self.telling.base(end)
        topic, level = self._changed(self.text[self.telling.sentence_start(start) : end], start)
        if level is None:
            return
        claim = self.telling.add(
            ClaimKind.DIRECTION, start, end, topic, sign=sign, word=match["compare"] or match["word"]
        )
        self.narrative.changes.append(Change(topic, base, level, direction=claim))

    # -- figures ------------------------------------------------------------------------------------

    def _figure(self, mention: Mention, last: int) -> None:
        reason = self.telling.in_reason(mention.start)
        if mention.role is Role.COUNT:
            self._count(mention, last, reason)
        elif reason and mention.role in (Role.LEVEL, Role.PRIOR, Role.DELTA):
            words = bare(mention.left)[-20:]
            self.telling.money(ClaimKind.LEVEL, mention, Topic(f"o:{words}", words=words), reason=True)
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

    def _run(self, run: list[Mention]) -> None:
        """分别减少 1 万元、2 万元: each belongs to one of the figures before, if they are as many."""
        first = run[0]
        if self.telling.in_reason(first.start):
            return
        levels: Sequence[int | None] = self._as_many(first, len(run)) or [None] * len(run)
        for mention, level in zip(run, levels, strict=True):
            topic = self.claims[level].topic if level is not None else Topic(words=bare(first.left))
            told: dict[str, Any] = {"sign": first.sign, "word": first.word}
            if first.role is Role.DELTA:
                delta = self.telling.money(ClaimKind.DELTA, mention, topic, **told)
                self.narrative.changes.append(Change(topic, self.telling.base(first.start), level, delta=delta))
            elif first.role is Role.GROWTH and level is not None:
                self.telling.level = level
                self.change = next((c for c in self.narrative.changes if c.level == level and c.growth is None), None)
                self.change = self.change or self._open_change(topic, self.telling.base(first.start), level)
                self.change.growth = self.telling.rate(ClaimKind.GROWTH, mention, topic, **told)
            elif first.role is Role.SHARE and level is not None:
                _, whole, named = self.ratios.of_share(first, None)
                figure = self.telling.rate(ClaimKind.SHARE, mention, topic, word=bare(first.left))
                self.narrative.ratios.append(Ratio(figure, level, whole, named))
        self.change = None

    def _as_many(self, first: Mention, count: int) -> list[int] | None:
        """The figures of the list or of the sentences before that a run of so many speaks of."""
        listing = self.lists.holding(self.telling.level)
        if listing is not None:
            return listing.items if len(listing.items) == count else None
        levels = [i for i in range(len(self.claims)) if self.telling.at(i) >= 0]
        levels = [i for i in levels if self.claims[i].kind is ClaimKind.LEVEL and not self.claims[i].reason]
        same = self.ratios.own_part(first) is None or first.role is not Role.SHARE
        return levels[-count:] if same and len(levels) in (count, count + 1) else None

    def _level(self, mention: Mention, last: int) -> None:
        gap = self.text[last : mention.start]
        listing = self.lists.of_level(gap)
        head = listing.topic if listing is not None else self.above
        topic = self._topic(mention, head)
        if self.telling.level is not None and self._pairs(topic):
            listing = None
        index = self.telling.money(ClaimKind.LEVEL, mention, topic)
        if listing is not None:
            listing.items.append(index)
            if self.text.startswith("等", mention.end):
                listing.open = True
        self.telling.level = index
        self.change = None
        if self.telling.first is None:
            self.telling.first = index

    def _pairs(self, topic: Topic) -> bool:
        """A second figure of one thing: 年初预算数 A 万元，支出决算数 B 万元."""
        assert self.telling.level is not None
        before = self.claims[self.telling.level].topic
        return before.known and before.item == topic.item and before.period != topic.period

    def _topic(self, mention: Mention, head: Topic | None) -> Topic:
        words = self.topics.plain(mention.left)
        period = self.topics.period(mention.left)
        if not self.telling.final and period in ("budget", "adjusted"):
            period = "current"
        if self.telling.final and period == "current" and _PLANNED.search(bare(mention.left)):
            period = "budget"  # in a final account a budget figure is the year's own plan
        if period == "current" and not _NAMED_YEAR.search(mention.left):
            # what a list or a heading of last year holds is last year's, until a year is named
            above = head or self.section
            period = above.period if above.period in PAST else period
        if not words and mention.start and self.text[mention.start - 1] in "、和及" and self.telling.level is not None:
            before = self.claims[self.telling.level].topic
            if before.item.startswith("o:"):
                return before  # 货物、工程、服务分别为 A、B、C
        if _GENERIC.fullmatch(words):
            if self.path is not None and self.path.item != self.section.item:
                return replace(self.path, period=period)
            if (
                self.telling.level is not None
                and self.telling.final
                and self.telling.sentence_start(mention.start) <= self.telling.at(self.telling.level)
            ):
                return replace(self.claims[self.telling.level].topic, period=period)
        return replace(self.topics.of_phrase(mention.left, self.section, head), period=period)

    def _prior(self, mention: Mention) -> None:
        """较上年的 A 万元增加 …: last year's figure, said in passing."""
        topic, level = self._changed(mention.left, mention.start)
        index = self.telling.money(ClaimKind.LEVEL, mention, replace(topic, period="prior"))
        self._open_change(topic, self.telling.base(mention.start), level).prior = index

    def _delta(self, mention: Mention) -> None:
        topic, level = self._changed(mention.left, mention.start)
        change = self._open_change(topic, self.telling.base(mention.start), level)
        change.delta = self.telling.money(ClaimKind.DELTA, mention, topic, sign=mention.sign, word=mention.word)

    def _growth(self, mention: Mention) -> None:
        change = self.change
        if change is None or change.growth is not None:
            topic, level = self._changed(mention.left, mention.start)
            change = self._open_change(topic, self.telling.base(mention.start), level)
        change.growth = self.telling.rate(ClaimKind.GROWTH, mention, change.topic, sign=mention.sign, word=mention.word)

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
        own = self.ratios.own_part(mention)
        if kind is ClaimKind.SHARE:
            part, whole, named = self.ratios.of_share(mention, own)
        else:
            part, whole = self.ratios.of_completion(mention.left)
        topic = self.claims[part].topic if part is not None else own or self.section
        figure = self.telling.rate(kind, mention, topic, word=bare(mention.left))
        self.narrative.ratios.append(Ratio(figure, part, whole, named))

    def _count(self, mention: Mention, last: int, reason: bool) -> None:
        words = bare(mention.left)
        index = self.telling.add(
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
        self.lists.of_count(index, self.text[last : mention.start])

    # -- what a change speaks of --------------------------------------------------------------------

    def _changed(self, left: str, at: int) -> tuple[Topic, int | None]:
        """The thing that changes, and the figure of it: what the words name, else the last figure or the list's total."""
        own = self._own_subject(left)
        if own is not None:
            return own, self.telling.find_level(own)
        level = self._last_level(at)
        if level is not None:
            return self.claims[level].topic, level
        opening = self.topics.plain(self._opening(at))
        if _GENERIC.fullmatch(opening):
            last = self.telling.last_level()
            return (self.claims[last].topic, last) if last is not None else (self.section, None)
        topic = self.topics.of_phrase(opening, self.section)
        if not topic.known:
            topic = self.section
        return topic, self.telling.find_level(topic)

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
        level = self.telling.level
        if level is None:
            return None
        level = self._of_this_year(level)
        listing = self.lists.holding(level)
        if listing is None or "。" not in self.text[self.claims[level].span[1] : at]:
            return level
        told = any(c.level == listing.head and c.base == self.telling.base(at) for c in self.narrative.changes)
        return level if told or listing.head is None else listing.head

    def _of_this_year(self, level: int) -> int:
        """2024 年 12 万元，2023 年 10 万元，增加 2 万元: the change is one of the first figure."""
        past = self.claims[level]
        if past.topic.period not in PAST or level == 0:
            return level
        before = self.claims[level - 1]
        same = before.kind is ClaimKind.LEVEL and before.passage == past.passage and not before.reason
        same = same and before.topic.item == past.topic.item and before.topic.component == past.topic.component
        return level - 1 if same and before.topic.period == "current" else level

    def _opening(self, at: int) -> str:
        """The first words of the sentence that a place stands in, up to what is said of the change."""
        words = self.text[self.telling.sentence_start(at) : at]
        return re.split(r"比上年|与上年|较上年|比20|与20|较20|同比|\d", words)[0]
