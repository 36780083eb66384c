"""Text and tables on one sheet of a workbook, as a document pasted into Excel has them."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from xlbudget.app.checking import read_file
from xlbudget.model.disclosure import Disclosure
from xlbudget.model.table import TableStatus

ROWS: list[tuple[Any, ...]] = [
    ("201", "一般公共服务支出", 30.5, 20.5, 10),
    ("20126", "档案事务", 30.5, 20.5, 10),
    ("2012601", "行政运行", 20.5, 20.5, None),
    ("2012604", "档案馆", 10, None, 10),
    ("", "合计", 30.5, 20.5, 10),
]
SENTENCES = [
    "云川市档案馆2025年支出预算30.50万元，其中：基本支出20.50万元，项目支出10.00万元。",
    "云川市档案馆2025年收入预算30.50万元，全部为一般公共预算拨款收入，与上年相比没有变化。",
]


def _read(book: Workbook, folder: Path) -> Disclosure:
    book.save(folder / "本.xlsx")
    return read_file(folder / "本.xlsx")


def _table(sheet: Any, row: int, title: str, columns: tuple[int, ...] = (1, 2, 3, 4, 5)) -> int:
    """A table from ``row`` on, its cells in these columns, merged up to the next; gives the row behind it."""
    sheet.cell(row, 1, title)
    sheet.cell(row + 1, 1, "单位：万元")
    heads = ("科目编码", "科目名称", "合计", "基本支出", "项目支出")
    for r, values in enumerate([heads, *ROWS], row + 2):
        for column, value in zip(columns, values, strict=True):
            sheet.cell(r, column, value)
        for left, following in pairwise(columns):
            if following > left + 1:
                sheet.merge_cells(start_row=r, end_row=r, start_column=left, end_column=following - 1)
    return row + 3 + len(ROWS)


@pytest.mark.parametrize("count", [2, 5])
def test_sentences_between_two_tables_are_prose(count: int, tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    row = _table(sheet, 1, "支出总表")
    for sentence in (SENTENCES * 3)[:count]:
        sheet.cell(row, 1, sentence)
        row += 1
    _table(sheet, row + 1, "一般公共预算支出表")
    found = _read(book, tmp_path)
    assert [(t.title, t.status, len(t.rows)) for t in found.tables] == [
        ("支出总表", TableStatus.READ, 5),
        ("一般公共预算支出表", TableStatus.READ, 5),
    ]
    assert [p.text for p in found.paragraphs] == (SENTENCES * 3)[:count]
    assert found.narrative.claims


def test_tables_of_other_widths_below_each_other(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    row = _table(sheet, 1, "支出总表", (1, 4, 9, 12, 20))
    _table(sheet, row + 2, "一般公共预算支出表", (1, 2, 5, 6, 7))
    found = _read(book, tmp_path)
    for table, columns in zip(found.tables, ("ILT", "EFG"), strict=True):
        assert [c.heading for c in table.columns] == ["合计", "基本支出", "项目支出"]
        assert [row.code.code if row.code else "" for row in table.rows] == [str(r[0]) for r in ROWS]
        assert [table.place(table.rows[0], c).cell.rstrip("0123456789") for c in range(3)] == list(columns)
