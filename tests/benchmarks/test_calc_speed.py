"""Speed inside LibreOffice: start, a thousand cells, a table of 1,200 rows (``pytest -m long tests/benchmarks``)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.hosts.office import Office, need_office, run_installer

from xlbudget.hosts.oxt import build_oxt

pytestmark = [pytest.mark.long, pytest.mark.office]
HEAD = ("科目编码", "科目名称", "合计", "基本支出", "人员经费", "公用经费", "项目支出", "备注")


def table(size: int, seed: int) -> list[tuple[Any, ...]]:
    """A right table of ``size`` rows with three levels of codes; ``seed`` makes it another one."""
    leaves: dict[str, list[tuple[float, float, float]]] = {}
    for n in range(size - 4 - (size - 4) // 12):
        leaves.setdefault(f"208{n // 40 + 1:02d}", []).append((10.0 + n % 7, 3.0 + n % 5, float(seed + n % 11)))

    def line(code: str, name: str, figures: list[tuple[float, float, float]]) -> tuple[Any, ...]:
        people, public, project = (sum(f[i] for f in figures) for i in range(3))
        return (code, name, people + public + project, people + public, people, public, project, "")

    every = [figures for group in leaves.values() for figures in group]
    rows: list[tuple[Any, ...]] = [("支出总表", *[""] * 7), HEAD, line("208", "社会保障和就业支出", every)]
    for code, group in leaves.items():
        rows.append(line(code, "款", group))
        rows += [line(f"{code}{n:02d}", "项", [figures]) for n, figures in enumerate(group, 1)]
    return [*rows[: size - 1], line("", "合计", every)]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    need_office()
    folder: Path = tmp_path_factory.mktemp("speed")
    (folder / "xlbudget.oxt").write_bytes(build_oxt())
    assert run_installer("add", str(folder / "xlbudget.oxt"), profile=folder / "profile").returncode == 0
    start = time.monotonic()
    running = Office(folder / "profile")
    document = running.open()
    cell = document.Sheets.getByIndex(0).getCellByPosition(0, 0)
    cell.setFormula('=BUDGET_SUBJECT("2210201")')
    assert cell.String == "住房公积金"
    running.first_value = time.monotonic() - start  # type: ignore[attr-defined]
    document.close(True)
    yield running
    running.close()


def test_start_to_first_value(office: Office) -> None:
    print(f"start to first value {office.first_value:.2f} s")  # type: ignore[attr-defined]
    assert office.first_value < 3 * SLACK  # type: ignore[attr-defined]


SLACK = 2
"""The targets are for a quiet machine; a test machine has other work."""


def test_a_thousand_cells(office: Office) -> None:
    document = office.open()
    sheet = document.Sheets.getByIndex(0)
    data = [row for seed in range(1000) for row in table(20, seed)]
    sheet.getCellRangeByPosition(0, 0, 7, len(data) - 1).setDataArray(tuple(data))
    cells = sheet.getCellRangeByPosition(10, 0, 10, 999)
    start = time.monotonic()
    cells.setFormulaArray(tuple((f"=BUDGET_CHECK(A{20 * i + 1}:H{20 * i + 20})",) for i in range(1000)))
    assert all(text.startswith("✓") for (text,) in cells.getDataArray())
    first = time.monotonic() - start
    start = time.monotonic()
    document.calculateAll()
    again = time.monotonic() - start
    print(f"1,000 tables of 20 x 8: new {first:.2f} s, untouched {again:.2f} s")
    assert first < 2 * SLACK and again < 0.5 * SLACK
    document.close(True)


def test_a_table_of_1200_rows(office: Office) -> None:
    document = office.open()
    sheet = document.Sheets.getByIndex(0)
    rows = table(1200, 1)
    sheet.getCellRangeByPosition(0, 0, 7, len(rows) - 1).setDataArray(tuple(rows))
    cell = sheet.getCellByPosition(10, 0)
    cell.setFormula(f"=BUDGET_CHECK(A1:H{len(rows)})")
    assert cell.String.startswith("✓"), cell.String
    changed, untouched = [], []
    for n in range(9):
        sheet.getCellByPosition(7, 5).setString(f"备注{n}")
        start = time.monotonic()
        assert cell.String.startswith("✓")
        changed.append(time.monotonic() - start)
        start = time.monotonic()
        document.calculateAll()
        untouched.append(time.monotonic() - start)
    print(f"{len(rows)} rows: changed {min(changed) * 1000:.0f} ms, untouched {min(untouched) * 1000:.1f} ms")
    assert min(changed) < 0.1 * SLACK and min(untouched) < 0.01 * SLACK
    document.close(True)
