"""Amounts and their intervals, against brute force and properties."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from xlbudget.model.amount import Amount, Interval, MoneyUnit, plain

figures = st.decimals(min_value=-(10**9), max_value=10**9, places=2)


@given(figures, st.integers(0, 6), st.sampled_from(list(MoneyUnit)))
def test_interval_holds_exactly_the_values_that_round_to_the_figure(
    value: Decimal, decimals: int, unit: MoneyUnit
) -> None:
    amount = Amount(value, unit, decimals)
    step = Decimal(1).scaleb(-decimals) * unit.scale
    assert amount.interval.high - amount.interval.low == step
    assert amount.interval.low + step / 2 == amount.yuan


def test_exact_figures_have_no_width() -> None:
    assert Amount(Decimal("612"), MoneyUnit.WAN, None).interval == Interval(Decimal(6120000), Decimal(6120000))


@given(figures, figures, figures)
def test_sums_of_intervals_are_intervals_of_sums(a: Decimal, b: Decimal, c: Decimal) -> None:
    intervals = [Amount(v, MoneyUnit.WAN, 2).interval for v in (a, b, c)]
    total = intervals[0] + intervals[1] + intervals[2]
    assert total.low == (a + b + c) * 10000 - 150
    assert total.high == (a + b + c) * 10000 + 150
    assert (total - intervals[2]).low == (a + b) * 10000 - 200


def test_touching_intervals_meet() -> None:
    assert Amount(Decimal("0.10"), decimals=2).interval.meets(Amount(Decimal("0.11"), decimals=2).interval)
    assert not Amount(Decimal("0.10"), decimals=2).interval.meets(Amount(Decimal("0.12"), decimals=2).interval)


def test_units_convert_exactly() -> None:
    assert Amount(Decimal("3355.65")).yuan == Decimal("33556500")
    assert Amount(Decimal("46.54"), MoneyUnit.YI).yuan == Decimal("4654000000")


@given(figures)
def test_plain_never_shows_an_exponent(value: Decimal) -> None:
    assert "E" not in plain(value.scaleb(5)) and Decimal(plain(value)) == value


def test_stored_value_is_an_interval_of_fifteen_digits() -> None:
    stored = Amount(Decimal("334.47"), MoneyUnit.YUAN, 2, Decimal("334.465000000001"))
    assert stored.stored_interval.half_width == Decimal("5E-13")
