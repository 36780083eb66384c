"""数字. Printed numbers, as people and converters leave them, to exact decimals.

Full-width digits, thousands separators, blanks inside (``1272.4 9``), the minus signs of accountants
(``-``, ``▲``, ``（ ）``) are understood; what is no number is not guessed at.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from xlbudget.model.amount import MAX_DIGITS, Blank


@dataclass(frozen=True, slots=True)
class Numeral:
    """印刷数字. ``decimals`` is how many are printed; ``doubt`` says what had to be mended to read it."""

    value: Decimal
    decimals: int
    percent: bool = False
    doubt: str = ""


_FULL_WIDTH = str.maketrans("０１２３４５６７８９．，－％（）＋", "0123456789.,-%()+")
_DASHES = frozenset(
    ("-", "--", "---", "—", "——", "–", "―", "−", "－", "/", "／", "\\", "无", "*", "…", "……", "－－", "─", "一")
)
_PLAIN = re.compile(r"\d+(?:\.\d+)?")
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_NUMBER = re.compile(r"[+-]?(?:[\d,]+(?:\.\d*)?|\.\d+)%?")


@lru_cache(maxsize=8192)
def read_numeral(text: str) -> Numeral | None:
    """The number that a cell or a piece of prose prints, or ``None`` if it is no number."""
    if not text:
        return None
    bare = text.translate(_FULL_WIDTH).replace("\u3000", " ").replace("\xa0", " ").strip()
    if not bare or not any(c.isdigit() for c in bare):
        return None
    sign = 1
    if bare[0] in "▲△−–":
        sign, bare = -1, bare[1:].strip()
    elif bare.startswith("(") and bare.endswith(")"):
        sign, bare = -1, bare[1:-1].strip()
    bare = bare.removeprefix("¥").removeprefix("￥").strip()
    doubt = ""
    if " " in bare:
        bare, doubt = bare.replace(" ", ""), "数字中间有空格"
    if not _NUMBER.fullmatch(bare):
        return None
    percent = bare.endswith("%")
    bare = bare.rstrip("%")
    if bare[0] in "+-":
        sign, bare = (-sign if bare[0] == "-" else sign), bare[1:]
    if "," in bare:
        if not _GROUPED.fullmatch(bare):
            doubt = "千分位逗号的位置不对"
        bare = bare.replace(",", "")
    if not _PLAIN.fullmatch(bare):
        if bare.startswith("."):
            bare, doubt = "0" + bare, doubt or "小数点前没有数字"
        elif bare.endswith("."):
            bare, doubt = bare[:-1], "小数点后没有数字"
        if not _PLAIN.fullmatch(bare):
            return None
    whole, _, fraction = bare.partition(".")
    if len(whole) + len(fraction) > MAX_DIGITS:
        return None
    return Numeral(sign * Decimal(bare), len(fraction), percent, doubt)


def read_blank(text: str) -> Blank | None:
    """Which kind of nothing a text prints, or ``None`` if it prints something (zero is a number)."""
    bare = text.strip()
    if not bare:
        return Blank.EMPTY
    return Blank.DASH if bare in _DASHES else None


_DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}


def chinese_number(text: str) -> int | None:
    """The value of a small Chinese numeral (一 to 九十九), or ``None``."""
    if not text or any(c not in _DIGITS and c != "十" for c in text):
        return None
    if "十" not in text:
        return _DIGITS[text] if len(text) == 1 else None
    tens, _, ones = text.partition("十")
    if len(tens) > 1 or len(ones) > 1:
        return None
    return (_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0)
