"""尾差. Is a difference an error, mere rounding, or worth a look? (``docs/rounding.md``)

Three questions are answered here, all in exact arithmetic:

* :func:`compare`: does a stated figure agree with a sum of others?
* :func:`percent_range`: which printed percentages can two rounded figures produce?
* :func:`stated_as`: does a figure written with more digits round to one written with fewer?
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import Enum
from fractions import Fraction

from xlbudget.model.amount import Amount, Interval, plain


class Verdict(Enum):
    """结论. How two statements of one figure stand to each other."""

    EQUAL = "相符"
    ROUNDING = "尾差"
    """They differ as independent roundings differ."""
    SUSPECT = "疑点"
    """The intervals meet, yet the difference is larger than roundings produce."""
    WRONG = "不符"
    """No reading of the printed digits makes it right."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """核对结果. What comparing a figure with a sum gave; amounts in the unit of the stated figure."""

    verdict: Verdict
    expected: Decimal
    difference: Decimal
    tolerance: Decimal
    decimals: int | None

    @property
    def expected_text(self) -> str:
        return plain(self.expected, self.decimals)

    @property
    def difference_text(self) -> str:
        return plain(abs(self.difference))

    @property
    def tolerance_text(self) -> str:
        return plain(self.tolerance)


_BOUND = Fraction(4 * 289, 1000) ** 2
"""Square of 4 x 0.289: four standard deviations of a uniform rounding error of one step."""


def compare(stated: Amount, parts: Sequence[Amount], signs: Sequence[int] | None = None) -> Comparison:
    """Compare a stated figure with the (signed) sum of its parts.

    With one part this compares two printed values of one fact. Stored workbook values are compared
    first; only when they differ do the shown digits and their rounding decide.
    """
    total = _sum(stated, parts, signs)
    if total == stated.value:
        return Comparison(Verdict.EQUAL, total, _ZERO, _ZERO, stated.decimals)
    scale = stated.unit.scale
    difference = stated.value - total
    slack = sum((part.half_step for part in parts), stated.half_step) / scale
    if _stored_agree(stated, parts, signs or (1,) * len(parts)):
        verdict = Verdict.EQUAL
    elif abs(difference) > slack:
        verdict = Verdict.WRONG
    elif Fraction(difference * scale) ** 2 <= _BOUND * _squared_steps((stated, *parts)):
        verdict = Verdict.ROUNDING
    else:
        verdict = Verdict.SUSPECT
    shown = [stated.decimals] + [p.decimals for p in parts if p.unit is stated.unit]
    known = [d for d in shown if d is not None]
    return Comparison(verdict, total, difference, slack, max(known) if known else None)


_ZERO = Decimal(0)


def _sum(stated: Amount, parts: Sequence[Amount], signs: Sequence[int] | None) -> Decimal:
    """The signed sum of the parts, in the unit of the stated figure."""
    unit = stated.unit
    total = _ZERO
    if signs is None and all(part.unit is unit for part in parts):
        for part in parts:
            total += part.value
        return total
    for sign, part in zip(signs or (1,) * len(parts), parts, strict=True):
        total += sign * part.yuan
    return total / unit.scale


def total_yuan(amounts: Iterable[Amount]) -> Decimal:
    """The sum of printed figures, in 元."""
    return sum((amount.yuan for amount in amounts), Decimal(0))


def _stored_agree(stated: Amount, parts: Sequence[Amount], signs: Sequence[int]) -> bool:
    if stated.stored is None or any(part.stored is None for part in parts):
        return False
    total = Interval(Decimal(0), Decimal(0))
    for sign, part in zip(signs, parts, strict=True):
        total = total + part.stored_interval if sign > 0 else total - part.stored_interval
    return stated.stored_interval.meets(total)


def _squared_steps(amounts: Iterable[Amount]) -> Fraction:
    return sum((Fraction(2 * amount.half_step) ** 2 for amount in amounts), Fraction(0))


def percent_range(part: Interval, whole: Interval, decimals: int) -> tuple[Decimal, Decimal] | None:
    """占比、增长率. Lowest and highest percentage that ``part / whole`` may round to (half up).

    ``None`` when the whole may be zero: then there is no percentage at all.
    """
    if whole.low <= 0 <= whole.high:
        return None
    ratios = [Fraction(p) / Fraction(w) for p in (part.low, part.high) for w in (whole.low, whole.high)]
    return round_half_up(min(ratios) * 100, decimals), round_half_up(max(ratios) * 100, decimals)


def round_half_up(value: Fraction | Decimal, decimals: int) -> Decimal:
    """四舍五入. Round as people do: a half goes away from zero, never to the even neighbour."""
    scaled = Fraction(value) * 10**decimals
    whole = int(abs(scaled) + Fraction(1, 2))
    return Decimal(whole if scaled >= 0 else -whole).scaleb(-decimals)


def stated_as(value: Decimal, decimals: int, printed: Decimal) -> bool:
    """Does ``value`` print as ``printed`` when it is shown with ``decimals`` decimals?"""
    step = Decimal(1).scaleb(-decimals)
    return value.quantize(step, ROUND_HALF_UP) == printed
