"""The blank workbooks beside the checkout, filled in: every sheet binds to its table."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from xlbudget.app.checking import check_raw
from xlbudget.model.amount import MoneyUnit
from xlbudget.model.table import TableStatus
from xlbudget.sources.opening import read_bytes

pytestmark = pytest.mark.real

SHANGHAI = {
    "income_expenditure": MoneyUnit.YUAN,
    "income": MoneyUnit.YUAN,
    "expenditure": MoneyUnit.YUAN,
    "fiscal_appropriation": MoneyUnit.YUAN,
    "general_expenditure": MoneyUnit.YUAN,
    "fund_expenditure": MoneyUnit.YUAN,
    "capital_expenditure": MoneyUnit.YUAN,
    "basic_expenditure": MoneyUnit.YUAN,
    "three_public": MoneyUnit.WAN,
}


@pytest.mark.parametrize("name", ["shanghai-2026-unit-blank.xlsx", "shanghai-2026-department-blank.xlsx"])
def test_blank_workbooks_bind_when_filled(shared: Path, name: str) -> None:
    book = openpyxl.load_workbook(shared / "samples" / name)
    for sheet in book:
        _fill(sheet)
    data = io.BytesIO()
    book.save(data)
    report = check_raw(read_bytes(data.getvalue(), name))
    tables = {t.id: t for t in report.disclosure.tables}
    assert {k: t.money_unit for k, t in tables.items()} == SHANGHAI
    assert all(t.status is TableStatus.READ for t in tables.values())
    assert report.disclosure.year == 2026


def _fill(sheet: Any) -> None:
    """A figure into every empty cell to the right of a label or code, below the heading."""
    rows = list(sheet.iter_rows())
    start = next(
        (i for i, row in enumerate(rows) if any(str(c.value or "").startswith(("项目", "合计")) for c in row)), None
    )
    if start is None:
        return
    for row in rows[start + 2 :]:
        texts = [c for c in row[:9] if c.value not in (None, "")]
        single = "三公" in sheet.title and row[0].row == 7
        if (texts and len(texts) < 6 and not any("…" in str(c.value) for c in texts)) or single:
            for cell in row[:7]:
                if cell.value is None and type(cell).__name__ == "Cell" and cell.column > (0 if single else 1):
                    cell.value = 100
