"""Two documents against each other: correct pairs are silent, a figure changed on either side is found."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conftest import read

from xlbudget.app.building import read_file
from xlbudget.model.amount import Amount, MoneyUnit
from xlbudget.model.disclosure import Context, Disclosure
from xlbudget.model.finding import CheckResult, Finding, Severity
from xlbudget.model.rounding import Verdict, round_half_up
from xlbudget.packs.catalog import get_pack
from xlbudget.rules.crossing import changed
from xlbudget.rules.declaring import all_rules
from xlbudget.rules.running import run_rules

ACROSS = [rule for rule in all_rules() if rule.code.startswith("XB6")]
LOUD = (Severity.ERROR, Severity.SUSPECT)


def across(disclosure: Disclosure, context: Context) -> CheckResult:
    disclosure.context = context
    return run_rules(disclosure, get_pack(disclosure.pack), ACROSS)


def loud(result: CheckResult) -> list[Finding]:
    return [finding for finding in result.findings if finding.severity in LOUD]


# ---------------------------------------------------------------- the arithmetic of a change


@given(st.integers(0, 10**12), st.integers(0, 10**12), st.booleans())
@settings(max_examples=300)
def test_both_ways_of_telling_a_change_are_right(now: int, then: int, rounded_first: bool) -> None:
    """Rounded after subtracting, or subtracted after rounding: neither is ever called wrong."""

    def wan(yuan: int) -> Decimal:
        return round_half_up(Decimal(yuan) / 10_000, 2)

    stated = wan(now) - wan(then) if rounded_first else wan(now - then)
    found = changed(
        Amount(stated, MoneyUnit.WAN, 2),
        Amount(Decimal(now), MoneyUnit.YUAN, 0),
        Amount(Decimal(then), MoneyUnit.YUAN, 0),
    )
    assert found.verdict in (Verdict.EQUAL, Verdict.ROUNDING)
    assert rounded_first or found.verdict is Verdict.EQUAL
    assert abs(found.difference) <= Decimal("0.01")


@given(st.integers(10**6, 10**12), st.integers(10**6, 10**12), st.integers(3, 10**6), st.sampled_from([1, -1]))
@settings(max_examples=300)
def test_a_change_beyond_the_roundings_is_wrong(now: int, then: int, off: int, sign: int) -> None:
    stated = round_half_up(Decimal(now - then) / 10_000, 2) + sign * Decimal(off) / 100
    found = changed(
        Amount(stated, MoneyUnit.WAN, 2),
        Amount(Decimal(now), MoneyUnit.YUAN, 0),
        Amount(Decimal(then), MoneyUnit.YUAN, 0),
    )
    assert found.verdict is Verdict.WRONG


# ---------------------------------------------------------------- two years of one department


@pytest.fixture(scope="module")
def years(shared: Path) -> tuple[Disclosure, Disclosure]:
    return tuple(read_file(shared / "samples" / f"shanghai-wanli-{y}-budget.pdf") for y in (2024, 2025))  # type: ignore[return-value]


@pytest.mark.real
def test_every_stated_change_is_held_against_last_years_own_tables(years: tuple[Disclosure, Disclosure]) -> None:
    then, now = years
    result = across(now, Context(prior=then))
    tally = result.tallies["XB601"]
    assert tally.statements == len(now.narrative.changes) == 11
    assert (tally.held, tally.rounding, tally.failed) == (8, 3, 0)
    assert not loud(result)
    for finding in result.findings:
        assert finding.facts["difference"] == "0.01" and finding.facts["tolerance"] == "0.015"
        assert {place.file for place in finding.at} == {then.file, now.file} and all(p.page for p in finding.at)


@pytest.mark.real
@pytest.mark.parametrize("table", ["income_expenditure", "three_public", "fiscal_appropriation"])
def test_a_figure_changed_in_last_years_document_is_found(years: tuple[Disclosure, Disclosure], table: str) -> None:
    """Other tables that show the same figure are put aside: a sentence is right as soon as one table bears it out."""
    then, now = years
    found = then.table(table)
    assert found is not None
    cells = [c for row in found.rows for c in row.cells if c.amount is not None and not c.amount.is_zero]
    before = [cell.amount for cell in cells]
    aside = [
        t for t in then.tables if t.id in ("income_expenditure", "fiscal_appropriation", "income") and t is not found
    ]
    for other in aside:
        other.id += "_aside"
    for cell in cells:
        assert cell.amount is not None
        cell.amount = Amount(cell.amount.value + 700, cell.amount.unit, cell.amount.decimals)
    try:
        assert any(f.code == "XB601" for f in loud(across(now, Context(prior=replace(then)))))
    finally:
        for cell, amount in zip(cells, before, strict=True):
            cell.amount = amount
        for other in aside:
            other.id = other.id.removesuffix("_aside")


# ---------------------------------------------------------------- a unit inside its department


@pytest.fixture(scope="module")
def texts(seeds: dict[str, Path]) -> tuple[str, str]:
    return seeds["000"].read_text(encoding="utf-8"), seeds["001"].read_text(encoding="utf-8")


@pytest.mark.real
def test_a_unit_agrees_with_its_department_from_both_sides(texts: tuple[str, str]) -> None:
    unit, department = read(texts[0], file="单位.txt"), read(texts[1], file="部门.txt")
    from_below = across(unit, Context(parent=department))
    assert from_below.tallies["XB606"].held >= 15 and not from_below.findings
    from_above = across(department, Context(children=(unit,)))
    assert from_above.tallies["XB606"].held >= 15 and not from_above.findings
    (missing,) = [u for u in from_above.unchecked if u.what.startswith("部门与所属单位之和是否")]
    assert "缺少 9 家" in missing.why and unit.unit not in missing.why


CHANGES = [
    ("department", r"(401005-包头市参保登记服务中心\s+)0\.10", r"\g<1>0.30"),
    ("department", r"(五险扩面核定、清欠和稽查奖励经费\s+401005-\S+\s+\S+\s+)130\.00", r"\g<1>135.00"),
    ("unit", r"(五险扩面核定、清欠和稽查奖励经费\s+401005-\S+\s+\S+\s+)130\.00", r"\g<1>103.00"),
    ("unit", r"(208\s+社会保障和就业支出\s+)499\.03", r"\g<1>49903.00"),
]


@pytest.mark.real
@pytest.mark.parametrize(("side", "pattern", "new"), CHANGES)
def test_a_figure_changed_on_either_side_is_found(texts: tuple[str, str], side: str, pattern: str, new: str) -> None:
    unit_text, department_text = texts
    source = unit_text if side == "unit" else department_text
    changed_text, count = re.subn(pattern, new, source, count=1)
    assert count == 1, "the sample no longer holds what this test changes"
    unit = read(changed_text if side == "unit" else unit_text, file="单位.txt")
    department = read(changed_text if side == "department" else department_text, file="部门.txt")
    assert loud(across(department, Context(children=(unit,))))


# ---------------------------------------------------------------- what is not there is said


def test_what_cannot_be_compared_is_listed() -> None:
    text = "云川市档案馆2025年单位预算\n\n第二部分 情况说明\n二、支出预算情况说明\n云川市档案馆2025年支出预算110.00万元，比上年增加10.00万元。\n"
    result = across(read(text), Context())
    assert [u.what for u in result.unchecked] == ["文字中的 1 处增减与上年的公开文件的对照"]
    assert not result.findings
