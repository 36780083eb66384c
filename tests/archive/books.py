"""A read document as a workbook, the way an accountant would have typed it: one sheet a table, real numbers."""

from __future__ import annotations

import io

import xlsxwriter

from xlbudget.model.disclosure import Disclosure
from xlbudget.model.table import Side, Table, TableStatus


def book_of(disclosure: Disclosure) -> bytes:
    """The tables that were read, each on a sheet with its title, its maker and its money unit."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    cover = book.add_worksheet("封面")
    level, stage = disclosure.level.chinese, disclosure.stage.chinese
    cover.write_string(0, 0, f"{disclosure.unit}{disclosure.year}年{level}{stage}公开")
    money = book.add_format({"num_format": "#,##0.00"})
    yuan = book.add_format({"num_format": "#,##0"})
    for table in disclosure.tables:
        if table.status is TableStatus.READ and table.id != "targets":
            sheet = book.add_worksheet(f"{table.number}{table.title.translate(str.maketrans('', '', '“”'))}"[-31:])
            _write(sheet, table, disclosure.unit, yuan if table.money_unit.scale == 1 else money)
    book.close()
    return buffer.getvalue()


def _write(sheet: xlsxwriter.worksheet.Worksheet, table: Table, unit: str, look: object) -> None:
    sheet.write_string(0, 0, table.title)
    sheet.write_string(1, 0, f"编制部门：{unit}")
    sheet.write_string(1, 2, f"单位：{table.money_unit.value}")
    if any(column.side is not Side.NONE for column in table.columns):
        _two_sided(sheet, table, look)
        return
    depth = max(column.heading.count("/") for column in table.columns) + 1
    coded = any(row.code is not None for row in table.rows)
    first = 2 if coded else 1
    sheet.write_string(2, 0, "科目编码" if coded else "单位名称")
    if coded:
        sheet.write_string(2, 1, "科目名称")
    for c, column in enumerate(table.columns):
        parts = column.heading.split("/")
        for r in range(depth):
            if r < len(parts):
                sheet.write_string(2 + r, first + c, parts[r])
    for r, row in enumerate(table.rows, start=2 + depth):
        if row.code is not None:
            sheet.write_string(r, 0, row.code.code)
        if coded:
            sheet.write_string(r, 1, row.name)
        else:
            sheet.write_string(r, 0, row.name or unit)
        for c, cell in enumerate(row.cells):
            if cell.amount is not None:
                sheet.write_number(r, first + c, cell.amount.value, look)


def _two_sided(sheet: xlsxwriter.worksheet.Worksheet, table: Table, look: object) -> None:
    left = 0
    for side in (Side.INCOME, Side.EXPENDITURE):
        columns = [c for c, column in enumerate(table.columns) if column.side is side]
        sheet.write_string(2, left, "收入" if side is Side.INCOME else "支出")
        sheet.write_string(3, left, "项目")
        for k, c in enumerate(columns, start=1):
            sheet.write_string(3, left + k, table.columns[c].heading.rpartition("/")[2])
        for r, row in enumerate(table.rows_on(side), start=4):
            sheet.write_string(r, left, row.label)
            for k, c in enumerate(columns, start=1):
                amount = row.cells[c].amount
                if amount is not None:
                    sheet.write_number(r, left + k, amount.value, look)
        left += len(columns) + 1
