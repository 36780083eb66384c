"""情况说明写入工作簿. The sheets 情况说明 (the text), 变动原因 and 说明 (what is left to write) in a person's workbook.

A sheet of reasons that is there already keeps every cell that a person filled: figures are renewed, new items go below
the last row. The text is written anew each time. XlsxWriter is imported when called.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from xlbudget.authoring.narrating import MARK, Line, Narration, Need, Said
from xlbudget.authoring.reasons import HEADINGS, columns_of
from xlbudget.authoring.workbook import CellEdit, NewSheet
from xlbudget.model.cellref import cell_name, cell_position
from xlbudget.model.ownsheets import FACTS, REASONS
from xlbudget.model.raw import Grid
from xlbudget.model.rounding import round_half_up

TEXT = "情况说明"


def text_sheet(lines: Sequence[Line]) -> NewSheet:
    """The sheet 情况说明: one paragraph a row, headings in bold, what is left to write in red."""

    def fill(book: Any, sheet: Any) -> None:
        sheet.set_column(0, 0, 96)
        looks = {level: book.add_format(_LOOKS[level]) for level in _LOOKS}
        for r, line in enumerate(lines):
            key = -1 if MARK.search(line.text) else line.level
            sheet.write_string(r, 0, line.text[:32000], looks[key])

    return NewSheet(TEXT, _workbook(TEXT, fill), replace=True)


_BASE = {"font_size": 12, "text_wrap": True, "valign": "top"}
_LOOKS: dict[int, dict[str, Any]] = {
    0: {**_BASE, "font_name": "仿宋", "indent": 2},
    1: {**_BASE, "font_name": "黑体", "font_size": 14},
    2: {**_BASE, "font_name": "黑体"},
    3: {**_BASE, "font_name": "楷体", "bold": True},
    -1: {**_BASE, "font_name": "仿宋", "indent": 2, "font_color": "#B3261E"},
}


def _workbook(name: str, fill: Any) -> bytes:
    import xlsxwriter

    data = io.BytesIO()
    book = xlsxwriter.Workbook(data, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"author": "", "created": datetime(2000, 1, 1)})
    sheet = book.add_worksheet(name)
    sheet.hide_gridlines(2)
    fill(book, sheet)
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    book.close()
    return data.getvalue()


def reason_row(key: str, need: Need, last: str) -> tuple[Decimal | str | None, ...]:
    """One row of the sheet of reasons, in the order of :data:`HEADINGS`; reason and purpose are for a person."""
    figure = need.figure
    before = figure.budget if need.base == "budget" else figure.prior
    delta = figure.now - before if figure.now is not None and before is not None else None
    rate = f"{round_half_up(delta * 100 / before, 2):.2f}%" if delta is not None and before else None
    return key, figure.now, figure.prior, figure.budget, delta, rate, last or None, None, None


def new_reason_sheet(narration: Narration, last: Mapping[str, str], said: Mapping[str, Said]) -> NewSheet:
    """The sheet 变动原因 with a row for every figure whose change or purpose the text tells.

    What a person wrote into an older sheet of another layout is taken along, be it asked for or not.
    """
    rows = []
    for key, need in narration.needs.items():
        own = said.get(key, Said())
        rows.append((*reason_row(key, need, last.get(key, ""))[:7], own.reason or None, own.purpose or None))
    for key, own in said.items():
        if key not in narration.needs and (own.reason or own.purpose):
            rows.append((key, None, own.prior, own.budget, None, None, None, own.reason or None, own.purpose or None))
    return reason_sheet(rows)


def is_ours(grid: Grid) -> bool:
    """Has a sheet of reasons the layout that is written here?"""
    header, columns = columns_of(grid)
    return header >= 0 and "purpose" in columns and "本年数" in _texts(grid, header)


def reason_sheet(rows: Sequence[Sequence[Decimal | str | None]]) -> NewSheet:
    """A sheet of reasons with rows in the order of :data:`HEADINGS`."""

    def fill(book: Any, sheet: Any) -> None:
        head = book.add_format({**_BOX, "bold": True, "align": "center", "bg_color": "#E8EDF2"})
        plain = book.add_format(_BOX)
        money = book.add_format({**_BOX, "num_format": "#,##0.00", "align": "right"})
        grey = book.add_format({**_BOX, "font_color": "#666666"})
        entry = book.add_format({**_BOX, "bg_color": "#FFF9E0"})
        looks = (plain, money, money, money, money, money, grey, entry, entry)
        for c, width in enumerate((38, 12, 12, 12, 12, 10, 34, 44, 34)):
            sheet.set_column(c, c, width)
        hint = "填写黄色的“原因”和“用途”；上年数空白的也请填上。金额单位：万元"
        sheet.merge_range(0, 0, 0, len(HEADINGS) - 1, hint, plain)
        for c, text in enumerate(HEADINGS):
            sheet.write_string(1, c, text, head)
        for r, row in enumerate(rows, 2):
            for c, value in enumerate(row):
                if isinstance(value, Decimal):
                    sheet.write_number(r, c, float(value), looks[c])
                elif value:
                    sheet.write_string(r, c, value, looks[c])
                else:
                    sheet.write_blank(r, c, None, entry if c == 2 else looks[c])
        sheet.freeze_panes(2, 1)
        sheet.set_landscape()

    return NewSheet(REASONS, _workbook(REASONS, fill), after=TEXT, replace=True)


_BOX = {
    "font_name": "宋体",
    "font_size": 10,
    "border": 1,
    "border_color": "#808080",
    "text_wrap": True,
    "valign": "vcenter",
}


def new_facts_sheet(entries: Mapping[str, str]) -> NewSheet:
    """The sheet 说明 with a row for every entry that the forms ask for."""

    def fill(book: Any, sheet: Any) -> None:
        plain, entry = book.add_format(_BOX), book.add_format({**_BOX, "bg_color": "#FFF9E0"})
        head = book.add_format({**_BOX, "bold": True, "align": "center", "bg_color": "#E8EDF2"})
        sheet.set_column(0, 0, 34)
        sheet.set_column(1, 1, 80)
        sheet.write_string(0, 0, "事项", head)
        sheet.write_string(0, 1, "内容（没有的数不填，按 0 写）", head)
        for r, (key, value) in enumerate(entries.items(), 1):
            sheet.write_string(r, 0, key, plain)
            sheet.write_string(r, 1, value, entry)

    return NewSheet(FACTS, _workbook(FACTS, fill), after=TEXT)


def reason_edits(grid: Grid, narration: Narration, last: Mapping[str, str]) -> list[CellEdit]:
    """What changes in a sheet of reasons that is there: renewed figures, and new items below the last row."""
    header, columns = columns_of(grid)
    if header < 0:
        return []
    at = {name: c for c, name in enumerate(_texts(grid, header)) if name in HEADINGS}
    rows = {" ".join(grid.cell(r, columns["key"]).text.split()): r for r in range(header + 1, len(grid.rows))}
    top, left = cell_position(grid.places.at(0, 0).cell)
    edits: list[CellEdit] = []
    end = len(grid.rows)
    for key, need in narration.needs.items():
        row = rows.get(key)
        if row is None:
            row, end = end, end + 1
        for c, value in enumerate(reason_row(key, need, last.get(key, ""))):
            name = HEADINGS[c]
            if name in ("原因", "用途") or name not in at or (value is None and name in ("上年数", "年初预算数")):
                continue
            if row >= len(grid.rows) or not _same(grid, row, at[name], value):
                edits.append(CellEdit(grid.sheet, cell_name(top + row, left + at[name]), value))
    return edits


def _texts(grid: Grid, row: int) -> list[str]:
    return [cell.text.strip() for cell in grid.rows[row]]


def _same(grid: Grid, row: int, column: int, value: Decimal | str | None) -> bool:
    cell = grid.cell(row, column)
    if isinstance(value, Decimal):
        return cell.number is not None and cell.number == value
    return cell.text.strip() == (value or "")


def fact_edits(grid: Grid, entries: Mapping[str, str]) -> list[CellEdit]:
    """Entries that the sheet 说明 does not have yet, below its last row."""
    known = {cell.text.strip("：: ") for row in grid.rows for cell in row[:1]}
    top, left = cell_position(grid.places.at(0, 0).cell)
    missing = [key for key in entries if key not in known]
    return [CellEdit(grid.sheet, cell_name(top + len(grid.rows) + i, left), key) for i, key in enumerate(missing)]
