"""数的提及. Finds the amounts, percentages and counts of a passage, and what the words before each say of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from xlbudget.model.amount import MAX_DIGITS, Amount, MoneyUnit
from xlbudget.reading.phrases import Phrases


class Role(Enum):
    """数的角色. What kind of statement a number makes."""

    LEVEL = "level"
    PRIOR = "prior"
    DELTA = "delta"
    GROWTH = "growth"
    SHARE = "share"
    COMPLETION = "completion"
    COUNT = "count"
    OTHER = "other"


@dataclass(slots=True)
class Mention:
    """一处数. Its place in the passage, its value, and the words directly before it (``left``)."""

    start: int
    end: int
    value: Decimal
    decimals: int
    unit: str
    left: str
    left_start: int
    role: Role
    sign: int = 1
    word: str = ""
    vague: bool = False

    def amount(self) -> Amount:
        """The amount; only for a mention with a money unit."""
        return Amount(self.value, _MONEY[self.unit], self.decimals)


_MONEY = {"万元": MoneyUnit.WAN, "亿元": MoneyUnit.YI, "元": MoneyUnit.YUAN, "万": MoneyUnit.WAN}
_COUNTED = "个|家|辆|台|套|人次|批次|批|团组|人|名|项|次|户|件|平方米|张|份|所|处|条|座|艘|架|分|起|场|篇|笔|期|种|门|宗|亩|公里"
_NUMBER = re.compile(
    r"(?<![A-Za-z\d.])(?P<number>-?\d{1,3}(?:,\d{3})+(?:\.\d+)?|-?\d{1,16}(?:\.\d{1,8})?)"
    rf"(?P<unit>个百分点|亿元|万元|万(?![\u4e00-\u9fffA-Za-z]|余)|元(?!/)|%|(?:{_COUNTED}))"
)
_BOUNDARY = re.compile(r"[,;。:!?]|(?<!收)(?<!收入)、")
_SHARE = re.compile(r"占[^,;。]{0,30}$|比重(?:为|达)?$|占比(?:为|达)?$")
_COMPLETION = re.compile(r"(?:完成|执行)[^,;。]{0,20}$|执行率(?:为|达到?)?$|完成率(?:为|达到?)?$")
_PRIOR = re.compile(
    r"(?:较|比|与)(?:20\d\d年度?|上年度?|去年)(?:年初)?(?:部门)?(?:预算|决算|执行|支出)?(?:数|同期)?的?$"
)
_COMPARED = re.compile(r"^,?(?:相比|增加|增长|减少|下降|上升|提高|降低)")
_VAGUE_BEFORE = re.compile(r"(?:约|近|超过|不超过|不低于|至少|达|逾)$")
_VAGUE_AFTER = re.compile(r"^(?:左右|以上|以内|余|多)")
_BETWEEN = ("、", "和", "与", "及", "以及")
_BEYOND = re.compile(r"决算数?(大于|小于|高于|低于|多于|少于|超过)(?:年初|全年|调整)?预算数?$")
_DIFFERENCE = re.compile(r"(?:差值|差额|相差)(?:为|是)?$")
_NAMED_DOWN = ("降幅", "下降率", "减幅")
LEFT = 80
"""No phrase before a figure is longer than this."""


def mentions_of(text: str, phrases: Phrases) -> Iterator[Mention]:
    """Every number with a unit, in order."""
    last = 0
    for match in _NUMBER.finditer(text):
        digits = match["number"].replace(",", "")
        if len(digits) > MAX_DIGITS:
            continue
        start = _left_start(text, match.start(), max(last, match.start() - LEFT))
        left = text[start : match.start()]
        after = text[match.end() : match.end() + 8]
        role, sign, word = _role(left, match["unit"], after, phrases)
        vague = bool(_VAGUE_BEFORE.search(left) or _VAGUE_AFTER.match(after))
        _, _, fraction = digits.partition(".")
        value = Decimal(digits)
        yield Mention(
            match.start(), match.end(), value, len(fraction), match["unit"], left, start, role, sign, word, vague
        )
        last = match.end()


def runs_of(mentions: Iterable[Mention], text: str) -> Iterator[list[Mention]]:
    """Each mention alone, and those of ``分别减少 1 万元、2 万元和 3 万元`` together: one figure for each thing before."""
    run: list[Mention] = []
    for mention in mentions:
        if run and not _goes_on(run, mention, text):
            yield run
            run = []
        run.append(mention)
    if run:
        yield run


def _goes_on(run: list[Mention], mention: Mention, text: str) -> bool:
    told = run[0].role in (Role.DELTA, Role.GROWTH, Role.SHARE) and run[0].unit == mention.unit
    return told and text[run[-1].end : mention.start] in _BETWEEN


def _left_start(text: str, at: int, last: int) -> int:
    """Where the words that belong to a number begin: behind the last mark of punctuation or number."""
    start = last
    for mark in _BOUNDARY.finditer(text, last, at):
        start = mark.end()
    return start


def _role(left: str, unit: str, after: str, phrases: Phrases) -> tuple[Role, int, str]:
    if unit == "个百分点":
        return Role.OTHER, 1, ""
    if unit == "%":
        if match := phrases.rate.search(left):
            word = match["word"] or match["named"]
            falls = word in _NAMED_DOWN or (match["word"] is not None and phrases.sign(word) < 0)
            return Role.GROWTH, -1 if falls else 1, word + (match["either"] or "")
        if _SHARE.search(left):
            return Role.SHARE, 1, ""
        return (Role.COMPLETION if _COMPLETION.search(left) else Role.OTHER), 1, ""
    if unit not in _MONEY:
        return Role.COUNT, 1, ""
    if _DIFFERENCE.search(left):
        return Role.OTHER, 1, ""  # without a direction, and told by the two figures before
    if match := _BEYOND.search(left):
        return Role.DELTA, -1 if match[1] in ("小于", "低于", "少于") else 1, match[1]
    if match := phrases.change.search(left):
        return Role.DELTA, phrases.sign(match["word"]), match["word"] + (match["either"] or "")
    if _PRIOR.search(left) and _COMPARED.match(after):
        return Role.PRIOR, 1, ""
    return Role.LEVEL, 1, ""
