"""The rule of 尾差: verdicts against simulated rounding, percentages against brute force."""

from __future__ import annotations

import random
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from xlbudget.model.amount import Amount, Interval, MoneyUnit
from xlbudget.model.rounding import Verdict, compare, percent_range, round_half_up, stated_as


def shown(text: str, decimals: int = 2) -> Amount:
    return Amount(Decimal(text), MoneyUnit.WAN, decimals)


def test_one_cent_between_two_addends_is_rounding() -> None:
    result = compare(shown("334.47"), [shown("317.25"), shown("17.21")])
    assert (result.verdict, result.difference, result.tolerance) == (
        Verdict.ROUNDING,
        Decimal("0.01"),
        Decimal("0.015"),
    )


def test_two_cents_between_two_addends_is_wrong() -> None:
    assert compare(shown("334.48"), [shown("317.25"), shown("17.21")]).verdict is Verdict.WRONG


def test_a_tenth_over_many_addends_meets_but_is_no_rounding() -> None:
    parts = [shown("1.00")] * 23
    assert compare(shown("23.10"), parts).verdict is Verdict.SUSPECT
    assert compare(shown("23.05"), parts).verdict is Verdict.ROUNDING
    assert compare(shown("23.13"), parts).verdict is Verdict.WRONG


@given(st.lists(st.integers(0, 10**8), min_size=1, max_size=40))
def test_independently_rounded_sums_are_never_wrong(yuan: list[int]) -> None:
    def rounded(value: int) -> Amount:
        return shown(str((Decimal(value) / 10000).quantize(Decimal("0.01"), ROUND_HALF_UP)))

    assert compare(rounded(sum(yuan)), [rounded(v) for v in yuan]).verdict is not Verdict.WRONG


def test_rounding_bound_keeps_four_standard_deviations() -> None:
    """Of 2,000 honest roundings of 30 addends not one may be called doubtful."""
    source = random.Random(7)
    for _ in range(2000):
        yuan = [source.randrange(10**7) for _ in range(30)]
        parts = [shown(str((Decimal(v) / 10000).quantize(Decimal("0.01"), ROUND_HALF_UP))) for v in yuan]
        total = shown(str((Decimal(sum(yuan)) / 10000).quantize(Decimal("0.01"), ROUND_HALF_UP)))
        assert compare(total, parts).verdict in (Verdict.EQUAL, Verdict.ROUNDING)


def test_units_are_converted_before_they_are_compared() -> None:
    assert compare(shown("18976.76"), [Amount(Decimal(189767551), MoneyUnit.YUAN, 0)]).verdict is Verdict.ROUNDING
    assert compare(shown("18976.75"), [Amount(Decimal(189767551), MoneyUnit.YUAN, 0)]).verdict is Verdict.WRONG


def test_stored_values_decide_before_shown_ones() -> None:
    def stored(text: str, value: str) -> Amount:
        return Amount(Decimal(text), MoneyUnit.WAN, 2, Decimal(value))

    assert compare(stored("3.01", "3.008"), [stored("1.00", "1.004"), stored("2.00", "2.004")]).verdict is Verdict.EQUAL
    assert (
        compare(stored("3.01", "3.01"), [stored("1.00", "1.004"), stored("2.00", "2.004")]).verdict is Verdict.ROUNDING
    )


def test_a_figure_with_fewer_digits_is_half_up() -> None:
    assert compare(shown("24.05"), [shown("24.1", 1)]).verdict is Verdict.ROUNDING
    assert stated_as(Decimal("24.05"), 1, Decimal("24.1"))
    assert not stated_as(Decimal("24.05"), 1, Decimal("24.0"))


def test_signs_subtract() -> None:
    assert compare(shown("0.44"), [shown("535.12"), shown("534.68")], [1, -1]).verdict is Verdict.EQUAL


@given(st.integers(1, 10**6), st.integers(1, 10**6), st.integers(0, 4))
def test_percent_range_covers_what_brute_force_finds(part: int, whole: int, decimals: int) -> None:
    p, w = Interval(Decimal(part) - 1, Decimal(part) + 1), Interval(Decimal(whole) * 10, Decimal(whole) * 10 + 5)
    found = percent_range(p, w, decimals)
    assert found is not None
    for a in (p.low, Decimal(part), p.high):
        for b in (w.low, w.high):
            exact = Fraction(a) / Fraction(b) * 100
            assert found[0] <= round_half_up(exact, decimals) <= found[1]


def test_no_percentage_of_nothing() -> None:
    assert percent_range(Interval(Decimal(1), Decimal(1)), Interval(Decimal(0), Decimal(0)), 2) is None


@given(st.decimals(min_value=-1000, max_value=1000, places=4), st.integers(0, 3))
def test_round_half_up_agrees_with_decimal(value: Decimal, decimals: int) -> None:
    assert round_half_up(value, decimals) == value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
