"""问题清单. The findings as a workbook that an accountant can work through, and the facts of ``read`` as one.

openpyxl writes them; it is imported when called. Texts never become formulas.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from typing import Any

from xlbudget.exports.report import Report, where
from xlbudget.model.disclosure import Disclosure
from xlbudget.model.finding import Severity

_FILLS = {Severity.ERROR: "FDECEA", Severity.SUSPECT: "FFF4E0", Severity.ROUNDING: "E8F3F9", Severity.NOTE: "EEF1F4"}
_EPOCH = (2000, 1, 1, 0, 0, 0)


def findings_workbook(reports: Sequence[Report]) -> bytes:
    """The findings of one or several files, one row each, and what was not checked on a second sheet."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, PatternFill

    book = Workbook()
    sheet = book.active
    sheet.title = "问题清单"
    heads = (
        "序号",
        "级别",
        "规则",
        "名称",
        "位置",
        "表或章节",
        "行",
        "栏",
        "印出的数",
        "应为",
        "相差",
        "舍入允许",
        "说明",
        "提示",
        "处理结果",
    )
    _header(sheet, heads, (6, 7, 8, 22, 20, 26, 24, 18, 14, 14, 10, 10, 60, 30, 14))
    number = 0
    several = len(reports) > 1
    for report in reports:
        for finding in report.findings:
            number += 1
            first = finding.at[0] if finding.at else None
            title = report.rules[finding.code].title if finding.code in report.rules else finding.name
            place = where(first) if first else ""
            values = [
                number,
                finding.severity.chinese,
                finding.code,
                title,
                f"{report.disclosure.file} {place}".strip() if several else place,
                first.table if first else "",
                first.row if first else "",
                first.column if first else "",
                *(finding.facts.get(key, "") for key in ("stated", "expected", "difference", "tolerance")),
                finding.message,
                finding.hint,
                "",
            ]
            _append(sheet, values)
            fill = PatternFill("solid", fgColor=_FILLS[finding.severity])
            sheet.cell(sheet.max_row, 2).fill = fill
            for column in (13, 14):
                sheet.cell(sheet.max_row, column).alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:O{max(2, sheet.max_row)}"
    other = book.create_sheet("未核对")
    _header(other, ("文件", "内容", "原因"), (30, 50, 60))
    for report in reports:
        for what, why in report.not_checked:
            _append(other, [report.disclosure.file, what, why])
        for note in report.disclosure.notes:
            _append(other, [report.disclosure.file, "读取说明", note])
    return _saved(book)


def facts_workbook(disclosure: Disclosure) -> bytes:
    """The tables as read, one sheet each; figures as numbers in the unit of their table."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    used: set[str] = set()
    for table in disclosure.tables:
        sheet = book.create_sheet(_sheet_name(f"{table.number or ''}{table.title}", used))
        _append(sheet, [table.title, "", f"单位：{table.money_unit.value}"])
        _header(
            sheet,
            ("编码", "项目", "方向", *(column.heading for column in table.columns)),
            (12, 34, 12, *([14] * len(table.columns))),
            row=2,
        )
        for row in table.rows:
            values: list[Any] = [str(row.code or ""), row.name or row.label, row.side.value]
            values += [cell.amount.value if cell.amount is not None else cell.text for cell in row.cells]
            _append(sheet, values)
            for c, cell in enumerate(row.cells):
                if cell.amount is not None and cell.amount.decimals:
                    sheet.cell(sheet.max_row, 4 + c).number_format = "#,##0." + "0" * cell.amount.decimals
        sheet.freeze_panes = "D3"
    if not book.worksheets:
        book.create_sheet("没有读出表")
    return _saved(book)


def _sheet_name(title: str, used: set[str]) -> str:
    clean = "".join(c for c in title if c not in "[]:*?/\\“”\"'")[:28] or "表"
    name, n = clean, 2
    while name in used:
        name, n = f"{clean[:26]}{n}", n + 1
    used.add(name)
    return name


def _header(sheet: Any, titles: Sequence[str], widths: Sequence[int], row: int = 1) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    for i, (title, width) in enumerate(zip(titles, widths, strict=True), 1):
        cell = sheet.cell(row, i, title)
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="F3F6F8")
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        sheet.column_dimensions[get_column_letter(i)].width = width


def _append(sheet: Any, values: Sequence[Any]) -> None:
    """A row of plain values; a text that looks like a formula stays a text."""
    row = sheet.max_row + 1 if sheet.max_row > 1 or sheet.cell(1, 1).value is not None else 1
    for c, value in enumerate(values, 1):
        cell = sheet.cell(row, c)
        cell.value = value
        if isinstance(value, str):
            cell.data_type = "s"


def _saved(book: Any) -> bytes:
    """The bytes of the workbook, the same for the same content (no clock in the file)."""
    from datetime import datetime

    book.properties.creator = "xlbudget"
    book.properties.created = book.properties.modified = datetime(*_EPOCH[:3])
    raw = io.BytesIO()
    book.save(raw)
    out = io.BytesIO()
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for info in source.infolist():
            data = source.read(info)
            if info.filename == "docProps/core.xml":
                import re

                data = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>2000-01-01T00:00:00Z", data)
            fixed = zipfile.ZipInfo(info.filename, _EPOCH)
            fixed.compress_type = zipfile.ZIP_DEFLATED
            fixed.external_attr = info.external_attr
            target.writestr(fixed, data)
    return out.getvalue()
