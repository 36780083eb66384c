"""Word 样式与自动编号. What styles.xml and numbering.xml say of a paragraph: heading depth, hidden text, its number.

Source: ISO 29500-1, 17.7 (styles), 17.9 (numbering), 17.18.59 (number formats).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml import etree

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
W = f"{{{WORD}}}"
VAL = W + "val"
_OFF = ("0", "false", "off", "none")
MAX_CHAIN = 30
"""Styles based on styles; a longer chain is a circle."""


def is_on(parent: etree._Element | None, name: str) -> bool | None:
    """An on/off property, or ``None`` when it is not there."""
    found = parent.find(W + name) if parent is not None else None
    return None if found is None else found.get(VAL, "1") not in _OFF


def value(parent: etree._Element | None, name: str) -> str | None:
    """The ``w:val`` of a child."""
    found = parent.find(W + name) if parent is not None else None
    return None if found is None else found.get(VAL)


def whole(text: str | None) -> int | None:
    """A whole number as attributes print it."""
    return int(text) if text is not None and re.fullmatch(r"-?\d{1,9}", text) else None


@dataclass(slots=True)
class Style:
    """样式. The few properties that change what is read; ``None`` is left to the style it is based on."""

    base: str | None = None
    outline: int | None = None
    number: str | None = None
    level: int | None = None
    hidden: bool | None = None


class Styles:
    """样式表. Properties of styles with those that they inherit."""

    def __init__(self, root: etree._Element | None) -> None:
        self._own: dict[str, Style] = {}
        self.default: str | None = None
        for element in root.iter(W + "style") if root is not None else ():
            key = element.get(W + "styleId")
            if key is None:
                continue
            paragraph = element.find(W + "pPr")
            numbers = paragraph.find(W + "numPr") if paragraph is not None else None
            self._own[key] = Style(
                value(element, "basedOn"),
                whole(value(paragraph, "outlineLvl")),
                value(numbers, "numId"),
                whole(value(numbers, "ilvl")),
                is_on(element.find(W + "rPr"), "vanish"),
            )
            if element.get(W + "type") == "paragraph" and element.get(W + "default", "0") not in _OFF:
                self.default = key
        self._known: dict[str, Style] = {}
        self.hide = any(style.hidden for style in self._own.values())
        """Does any style hide its text?"""

    def get(self, key: str | None) -> Style:
        """A style with everything that it inherits."""
        key = key or ""
        if key not in self._known:
            found = Style()
            at, steps = key, 0
            while at in self._own and steps < MAX_CHAIN:
                own = self._own[at]
                for name in ("outline", "number", "level", "hidden"):
                    if getattr(found, name) is None:
                        setattr(found, name, getattr(own, name))
                at, steps = own.base or "", steps + 1
            self._known[key] = found
        return self._known[key]


@dataclass(slots=True)
class Level:
    """编号级. How one depth of a list is counted and printed."""

    start: int = 1
    form: str = "decimal"
    text: str = ""
    suffix: str = "tab"
    restart: int | None = None
    plain: bool = False


@dataclass(slots=True)
class _List:
    levels: dict[int, Level] = field(default_factory=dict)
    by_style: dict[str, int] = field(default_factory=dict)
    link: str | None = None
    counters: list[int | None] = field(default_factory=lambda: [None] * 9)


class Numbering:
    """自动编号. Counts the paragraphs of a document from the first to the last and gives each its printed number."""

    def __init__(self, root: etree._Element | None, styles: Styles) -> None:
        self._styles = styles
        self._lists: dict[str, _List] = {}
        self._nums: dict[str, tuple[str, dict[int, int], dict[int, Level]]] = {}
        self._begun: set[tuple[str, int]] = set()
        self.unknown: dict[str, int] = {}
        """Number formats that were not printed, and how often."""
        if root is None:
            return
        for element in root.iter(W + "abstractNum"):
            found = _List(link=value(element, "numStyleLink"))
            for part in element.iter(W + "lvl"):
                depth = whole(part.get(W + "ilvl"))
                if depth is None or not 0 <= depth < 9:
                    continue
                found.levels[depth] = _level(part)
                if (style := value(part, "pStyle")) is not None:
                    found.by_style[style] = depth
            self._lists[element.get(W + "abstractNumId", "")] = found
        for element in root.iter(W + "num"):
            starts, levels = {}, {}
            for change in element.findall(W + "lvlOverride"):
                depth = whole(change.get(W + "ilvl"))
                if depth is None or not 0 <= depth < 9:
                    continue
                if (start := whole(value(change, "startOverride"))) is not None:
                    starts[depth] = start
                if (own := change.find(W + "lvl")) is not None:
                    levels[depth] = _level(own)
            self._nums[element.get(W + "numId", "")] = (value(element, "abstractNumId") or "", starts, levels)

    def label(self, number: str | None, depth: int | None, style: str | None) -> str:
        """The printed number of the next paragraph of a list, with the space behind it; ``""`` for none."""
        if number is None or number not in self._nums:
            return ""
        key, starts, own = self._nums[number]
        counted = self._linked(key)
        if counted is None:
            return ""
        at = depth if depth is not None else counted.by_style.get(style or "", 0)
        levels = counted.levels | own
        if at not in levels:
            return ""
        counters = counted.counters
        before = counters[at]
        if (number, at) not in self._begun:
            self._begun.add((number, at))
            if at in starts:
                before = starts[at] - 1
        counters[at] = levels[at].start if before is None else before + 1
        for upper in range(at):
            # a depth that was jumped over counts as begun
            if counters[upper] is None and upper in levels:
                counters[upper] = levels[upper].start
        for deeper in range(at + 1, 9):
            restart = levels[deeper].restart if deeper in levels else None
            if restart is None or at < restart:
                counters[deeper] = None
        return self._printed(levels, at, counters)

    def _linked(self, key: str) -> _List | None:
        """The list itself, or the one that its list style names."""
        found = self._lists.get(key)
        if found is None or found.link is None or found.levels:
            return found
        number = self._styles.get(found.link).number
        return self._lists.get(self._nums[number][0]) if number in self._nums else None

    def _printed(self, levels: dict[int, Level], at: int, counters: list[int | None]) -> str:
        level = levels[at]
        if level.form in ("bullet", "none") and "%" not in level.text:
            return ""

        def figure(match: re.Match[str]) -> str:
            i = int(match[1]) - 1
            if i not in levels or i > at:
                return ""
            count = counters[i]
            form = "decimal" if level.plain and i != at else levels[i].form
            text = printed_number(levels[i].start if count is None else count, form)
            if text is None:
                self.unknown[form] = self.unknown.get(form, 0) + 1
                return ""
            return text

        text = re.sub(r"%([1-9])", figure, level.text)
        return text if not text or level.suffix == "nothing" or text[-1] in "、，）．：" else text + " "


def _level(element: etree._Element) -> Level:
    form = value(element, "numFmt")
    if form is None:  # newer formats stand beside an older one
        inner = next(element.iter(W + "numFmt"), None)
        form = inner.get(VAL) if inner is not None else None
    start = whole(value(element, "start"))
    return Level(
        1 if start is None else start,
        form or "decimal",
        value(element, "lvlText") or "",
        value(element, "suff") or "tab",
        whole(value(element, "lvlRestart")),
        bool(is_on(element, "isLgl")),
    )


_DIGITS = "〇一二三四五六七八九"
_LEGAL = "零壹贰叁肆伍陆柒捌玖"
_SERIES = {
    "ideographTraditional": "甲乙丙丁戊己庚辛壬癸",
    "ideographZodiac": "子丑寅卯辰巳午未申酉戌亥",
    "decimalEnclosedCircle": "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳",
    "decimalEnclosedCircleChinese": "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳",
    "decimalEnclosedParen": "⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇",
    "decimalEnclosedFullstop": "⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑⒒⒓⒔⒕⒖⒗⒘⒙⒚⒛",
    "ideographEnclosedCircle": "㊀㊁㊂㊃㊄㊅㊆㊇㊈㊉",
}
_CHINESE = ("chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCountingThousand")
_ROMAN = ((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"),
          (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))  # fmt: skip


def printed_number(count: int, form: str) -> str | None:
    """A count in a number format of Word; ``None`` when the format is not known or has no sign for it."""
    if form in ("decimal", "decimalHalfWidth"):
        return str(count)
    if form == "none":
        return ""
    if form == "decimalZero":
        return f"{count:02}"
    if form == "decimalFullWidth":
        return "".join(chr(ord(digit) + 0xFEE0) for digit in str(count))
    if form in _SERIES:
        series = _SERIES[form]
        return series[count - 1] if 0 < count <= len(series) else None
    if form in _CHINESE:
        return _chinese(count, _DIGITS, "十百千")
    if form == "chineseLegalSimplified":
        return _chinese(count, _LEGAL, "拾佰仟")
    if form in ("ideographDigital", "japaneseDigitalTenThousand", "taiwaneseDigital", "taiwaneseCounting"):
        return "".join(_DIGITS[int(digit)] for digit in str(abs(count)))
    if form in ("upperLetter", "lowerLetter") and 0 < count <= 780:
        letter = chr(ord("A") + (count - 1) % 26) * ((count - 1) // 26 + 1)
        return letter if form == "upperLetter" else letter.lower()
    if form in ("upperRoman", "lowerRoman") and 0 < count < 4000:
        text, rest = "", count
        for worth, sign in _ROMAN:
            text += sign * (rest // worth)
            rest %= worth
        return text if form == "upperRoman" else text.lower()
    return None


def _chinese(count: int, digits: str, units: str) -> str | None:
    """一百零五, and 十五 rather than 一十五."""
    if not 0 < count < 10_000:
        return digits[0].replace("〇", "零") if count == 0 else None
    text, gap = "", False
    for power in (3, 2, 1, 0):
        digit = count // 10**power % 10
        if not digit:
            gap = bool(text)
            continue
        text += ("零" if gap else "") + digits[digit] + (units[power - 1] if power else "")
        gap = False
    return text[1:] if text.startswith("一十") else text
