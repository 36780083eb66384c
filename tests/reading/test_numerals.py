"""Printed numbers: the shapes of real files, and properties."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlbudget.model.amount import Blank
from xlbudget.reading.numerals import chinese_number, read_blank, read_numeral


@pytest.mark.parametrize(
    ("text", "value", "decimals"),
    [
        ("10,317.25", "10317.25", 2),
        ("１２３．４５", "123.45", 2),
        ("1272.4 9", "1272.49", 2),
        ("0. 33", "0.33", 2),
        ("▲3.20", "-3.20", 2),
        ("（3.20）", "-3.20", 2),
        ("-0.5", "-0.5", 1),
        ("－12", "-12", 0),
        ("0.00", "0.00", 2),
        ("¥1,000", "1000", 0),
        (".5", "0.5", 1),
    ],
)
def test_numbers(text: str, value: str, decimals: int) -> None:
    numeral = read_numeral(text)
    assert numeral is not None
    assert (numeral.value, numeral.decimals) == (Decimal(value), decimals)


@pytest.mark.parametrize(
    "text", ["", "—", "合计", "3.0.0", "12月", "2080109-行政", "1,2a", "１２个", "123456789012345678901234567890"]
)
def test_what_is_no_number(text: str) -> None:
    assert read_numeral(text) is None


def test_mended_numbers_say_so() -> None:
    spaced, grouped = read_numeral("1272.4 9"), read_numeral("1,27.25")
    assert spaced is not None and spaced.doubt
    assert grouped is not None and grouped.doubt


def test_percent_is_kept_apart() -> None:
    numeral = read_numeral("75.71%")
    assert numeral is not None and numeral.percent and numeral.value == Decimal("75.71")


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=2))
def test_every_printed_amount_reads_back(value: Decimal) -> None:
    for text in (f"{value:.2f}", f"{value:,.2f}", f" {value:,.2f} "):
        numeral = read_numeral(text)
        assert numeral is not None and numeral.value == value and numeral.decimals == 2


@given(st.text(max_size=40))
def test_no_text_breaks_the_reader(text: str) -> None:
    numeral = read_numeral(text)
    assert numeral is None or numeral.decimals >= 0


def test_three_kinds_of_nothing() -> None:
    assert read_blank("") is Blank.EMPTY and read_blank("  ") is Blank.EMPTY
    assert read_blank("—") is Blank.DASH and read_blank("无") is Blank.DASH
    assert read_blank("0.00") is None


@pytest.mark.parametrize(
    ("text", "value"), [("一", 1), ("十", 10), ("十二", 12), ("二十", 20), ("三十一", 31), ("百", None), ("", None)]
)
def test_chinese_numbers(text: str, value: int | None) -> None:
    assert chinese_number(text) == value
