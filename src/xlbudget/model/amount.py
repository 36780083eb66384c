"""金额. Exact amounts that know how precisely they were shown.

A published figure is a rounded figure: ``317.25`` in 万元 says that the true figure lies somewhere in
[317.245, 317.255] 万元. Everything that compares figures compares these intervals, in exact decimal
arithmetic (``design`` rule 1, XBRL Calculations 1.1, round-to-nearest). No float ever holds money here.

Every number that enters has at most :data:`MAX_DIGITS` significant digits, so the sums of a whole
disclosure stay inside the 28 digits of the default decimal context and ordinary ``+`` and ``-`` are exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

MAX_DIGITS = 20
"""A figure with more significant digits than this is no amount of money."""


class MoneyUnit(Enum):
    """金额单位. The unit a figure is printed in; its value is the Chinese name, ``scale`` how many 元 it is."""

    scale: int

    YUAN = "元", 1
    WAN = "万元", 10_000
    YI = "亿元", 100_000_000

    def __new__(cls, name: str, scale: int) -> MoneyUnit:
        member = object.__new__(cls)
        member._value_ = name
        member.scale = scale
        return member


class Blank(Enum):
    """空白. The three ways a cell can hold nothing; they are not the same statement."""

    EMPTY = "空"
    """Nothing is printed."""
    DASH = "横线"
    """A dash, 无 or ／: somebody says that there is nothing."""
    ZERO = "零"
    """A printed zero."""


@dataclass(frozen=True, slots=True)
class Interval:
    """舍入区间. All values in 元 that a printed figure may stand for; both ends belong to it."""

    low: Decimal
    high: Decimal

    def __add__(self, other: Interval) -> Interval:
        return Interval(self.low + other.low, self.high + other.high)

    def __sub__(self, other: Interval) -> Interval:
        return Interval(self.low - other.high, self.high - other.low)

    def meets(self, other: Interval) -> bool:
        """Do the two have a value in common? Touching counts."""
        return self.low <= other.high and other.low <= self.high

    @property
    def half_width(self) -> Decimal:
        return (self.high - self.low) / 2


_HALF = Decimal("0.5")


@dataclass(frozen=True, slots=True)
class Amount:
    """金额. A figure as shown, in its own unit.

    ``value`` is what is printed, ``decimals`` how many decimals it is shown with (``None``: the figure
    is exact). ``stored`` is the value that a workbook holds behind a rounded display, if there is one.
    """

    value: Decimal
    unit: MoneyUnit = MoneyUnit.WAN
    decimals: int | None = None
    stored: Decimal | None = None

    @property
    def yuan(self) -> Decimal:
        """The printed figure in 元."""
        return self.value * self.unit.scale

    @property
    def half_step(self) -> Decimal:
        """Half of the last shown digit, in 元; zero for an exact figure."""
        if self.decimals is None:
            return Decimal(0)
        return _HALF.scaleb(-self.decimals) * self.unit.scale

    @property
    def interval(self) -> Interval:
        """舍入区间. What the printed figure may stand for, in 元."""
        half = self.half_step
        return Interval(self.yuan - half, self.yuan + half)

    @property
    def stored_interval(self) -> Interval:
        """The stored value within the 15 digits that a spreadsheet keeps, in 元; else :attr:`interval`."""
        if self.stored is None:
            return self.interval
        half = _HALF.scaleb(self.stored.adjusted() - 14) * self.unit.scale if self.stored else Decimal(0)
        return Interval(self.stored * self.unit.scale - half, self.stored * self.unit.scale + half)

    @property
    def is_zero(self) -> bool:
        return not self.value and not self.stored

    def with_decimals(self, decimals: int | None) -> Amount:
        """The same figure, known to be shown with another precision (stripped zeros, significant digits)."""
        return Amount(self.value, self.unit, decimals, self.stored)

    @property
    def text(self) -> str:
        """The figure as it would be printed, without its unit."""
        return plain(self.value, self.decimals)


def plain(value: Decimal, decimals: int | None = None) -> str:
    """A decimal as people write it: no exponent, padded to ``decimals`` if that is given."""
    if decimals is not None and decimals >= 0 and -int(value.as_tuple().exponent) <= decimals:
        return f"{value:.{decimals}f}"
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def money_unit(text: str) -> MoneyUnit | None:
    """The unit that a piece of text names (``单位：万元``), or ``None``."""
    for unit in (MoneyUnit.WAN, MoneyUnit.YI, MoneyUnit.YUAN):
        if unit.value in text:
            return unit
    return None
