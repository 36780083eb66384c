"""新工作簿的写出. Puts the sheets of a new workbook on disk with XlsxWriter: layout, fonts, print set-up.

XlsxWriter is imported when called. The same content always gives the same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from xlbudget.authoring.filling import Filling
from xlbudget.model.wording import bare, numbering
from xlbudget.packs.roles import clean_heading
from xlbudget.packs.schema import Pack, TableSpec

FIRST = 3
"""0-based row of the heading: above it stand the title, the maker and the money unit."""


@dataclass(slots=True)
class Entry:
    """One cell: a value, and the formula that gives it, if it is not entered."""

    value: Decimal | str | None = None
    formula: str = ""
    kind: str = "money"


@dataclass(slots=True)
class BookSheet:
    """One table on its way into the workbook; cells are 0-based (row, column)."""

    spec: TableSpec
    name: str
    heading: list[list[str]]
    merges: list[tuple[int, int, int, int, str]]
    cells: dict[tuple[int, int], Entry] = field(default_factory=dict)
    total_rows: set[int] = field(default_factory=set)
    first: int = 0
    last: int = 0
    by_code: dict[str, int] = field(default_factory=dict)
    note: str = ""

    @property
    def width(self) -> int:
        return len(self.heading[0])

    def number(self, row: int, column: int) -> Decimal:
        entry = self.cells.get((row, column))
        return entry.value if entry is not None and isinstance(entry.value, Decimal) else Decimal(0)


_EPOCH = datetime(2000, 1, 1)


def written(pack: Pack, unit: str, year: int, sheets: Sequence[BookSheet], filling: Filling) -> bytes:
    import xlsxwriter

    from xlbudget.authoring.worksheets import reasons

    data = io.BytesIO()
    book = xlsxwriter.Workbook(data, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": f"{year}年{unit}{pack.stages[0].chinese}公开", "author": "", "created": _EPOCH})
    formats = _formats(book)
    money = {places: _money_formats(book, places) for places in {s.spec.decimals for s in sheets}}
    _cover(book, pack, unit, year, filling, formats)
    for sheet in sheets:
        _table(book, sheet, unit, year, formats | money[sheet.spec.decimals])
    reasons(book, sheets, year, formats)
    _prose(book, filling, formats)
    book.close()
    return data.getvalue()


def _box() -> dict[str, Any]:
    return {"font_name": "宋体", "font_size": 10, "valign": "vcenter", "border": 1, "border_color": "#808080"}


def _money_formats(book: Any, decimals: int) -> dict[str, Any]:
    """Cells of money with the decimals of their table; a zero is shown as nothing."""
    figure = "#,##0." + "0" * decimals if decimals else "#,##0"
    looks = {**_box(), "num_format": f"{figure};-{figure};", "align": "right"}
    return {
        "money": book.add_format(looks),
        "sum": book.add_format({**looks, "bg_color": "#F7F9FA"}),
        "totalmoney": book.add_format({**looks, "bold": True, "bg_color": "#EEF2F5"}),
    }


def _formats(book: Any) -> dict[str, Any]:
    base = {"font_name": "宋体", "font_size": 10, "valign": "vcenter"}
    box = _box()
    return {
        "title": book.add_format(
            {"font_name": "方正小标宋简体", "font_size": 18, "align": "center", "valign": "vcenter"}
        ),
        "cover": book.add_format(
            {"font_name": "方正小标宋简体", "font_size": 26, "align": "center", "valign": "vcenter", "text_wrap": True}
        ),
        "name": book.add_format({"font_name": "楷体", "font_size": 15, "align": "right", "valign": "vcenter"}),
        "field": book.add_format({"font_name": "楷体", "font_size": 15, "bottom": 1, "valign": "vcenter"}),
        "left": book.add_format(base),
        "right": book.add_format({**base, "align": "right"}),
        "head": book.add_format({**box, "bold": True, "align": "center", "text_wrap": True, "bg_color": "#EEF2F5"}),
        "label": book.add_format({**box, "text_wrap": True}),
        "code": book.add_format({**box, "num_format": "@"}),
        "text": book.add_format({**box, "text_wrap": True}),
        "total": book.add_format({**box, "bold": True, "align": "center", "bg_color": "#EEF2F5"}),
        "rate": book.add_format({**box, "num_format": "0.00%", "align": "right", "bg_color": "#F7F9FA"}),
        "prose": book.add_format({"font_name": "仿宋", "font_size": 14, "text_wrap": True, "valign": "top"}),
        "section": book.add_format({"font_name": "黑体", "font_size": 14, "text_wrap": True, "valign": "top"}),
        **_money_formats(book, 2),
    }


def _cover(book: Any, pack: Pack, unit: str, year: int, filling: Filling, formats: dict[str, Any]) -> None:
    sheet = book.add_worksheet("封面")
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 6)
    sheet.set_column(1, 1, 20)
    sheet.set_column(2, 2, 44)
    sheet.set_row(4, 90)
    sheet.merge_range(4, 1, 4, 2, f"{year}年度{unit}\n单位{pack.stages[0].chinese}公开", formats["cover"])
    names = {"单位名称": unit, "预算年度": str(year), "批复时间": "", "公开时间": "", "联系人": "", "联系电话": ""}
    for i, (name, value) in enumerate((names | dict(filling.cover)).items()):
        sheet.set_row(8 + i, 30)
        sheet.write(8 + i, 1, f"{name}：", formats["name"])
        sheet.write(8 + i, 2, value, formats["field"])
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 1)
    sheet.center_horizontally()


def _table(book: Any, table: BookSheet, unit: str, year: int, formats: dict[str, Any]) -> None:
    from xlbudget.authoring.worksheets import assist

    sheet = book.add_worksheet(table.name)
    sheet.hide_gridlines(2)
    spec, width = table.spec, table.width
    if spec.number:
        sheet.write(0, 0, f"表{spec.number}", formats["left"])
    sheet.set_row(1, 30)
    sheet.merge_range(1, 0, 1, width - 1, spec.title, formats["title"])
    sheet.write(2, 0, f"编制单位：{unit}", formats["left"])
    sheet.write(2, width - 1, f"单位：{spec.money_unit.value}", formats["right"])
    merged = {
        (r, c)
        for top, left, bottom, right, _ in table.merges
        for r in range(top, bottom + 1)
        for c in range(left, right + 1)
    }
    for r, row in enumerate(table.heading):
        sheet.set_row(FIRST + r, 24)
        for c, text in enumerate(row):
            if (r, c) not in merged:
                sheet.write(
                    FIRST + r,
                    c,
                    text.replace("上年", f"{year - 1}年").replace("本年预算数", f"{year}年预算数"),
                    formats["head"],
                )
    for top, left, bottom, right, text in table.merges:
        shown = text.replace("上年预算数", f"{year - 1}年预算数").replace("本年预算数", f"{year}年预算数")
        sheet.merge_range(FIRST + top, left, FIRST + bottom, right, shown, formats["head"])
    _columns(sheet, table)
    for (r, c), entry in table.cells.items():
        _cell(sheet, r, c, entry, r in table.total_rows, formats)
    sheet.freeze_panes(table.first, 0)
    if spec.layout is not None and spec.layout.landscape:
        sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(FIRST, table.first - 1)
    last = max([table.last, *table.total_rows])
    if table.note:
        last += 1
        sheet.write(last, 0, table.note, formats["left"])
    sheet.print_area(0, 0, last, width - 1)
    sheet.center_horizontally()
    sheet.set_footer("&C第 &P 页 共 &N 页")
    assist(sheet, table)


def _columns(sheet: Any, table: BookSheet) -> None:
    for c in range(table.width):
        leaf = clean_heading(table.heading[-1][c])
        if "编码" in leaf:
            width = 11.0
        elif leaf in ("项目", "科目名称", "项目名称", "年度绩效目标", "采购项目名称", "单位名称", "三级指标"):
            width = 34.0
        else:
            width = 15.0
        sheet.set_column(c, c, width)


def _cell(sheet: Any, r: int, c: int, entry: Entry, total: bool, formats: dict[str, Any]) -> None:
    style = formats[entry.kind]
    if entry.kind == "money":
        style = formats["totalmoney" if total else "sum" if entry.formula else "money"]
    elif total:
        style = formats["total"]
    if entry.formula:
        sheet.write_formula(r, c, entry.formula, style, float(entry.value) if isinstance(entry.value, Decimal) else 0)
    elif entry.value is None:
        sheet.write_blank(r, c, None, style)
    elif isinstance(entry.value, Decimal):
        sheet.write_number(r, c, float(entry.value), style)
    else:
        sheet.write_string(r, c, entry.value, style)


def _prose(book: Any, filling: Filling, formats: dict[str, Any]) -> None:
    sheet = book.add_worksheet("情况说明")
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 96)
    for i, text in enumerate(filling.prose):
        heading = numbering(text)[1] == 1 or bare(text).startswith("第")
        sheet.write_string(i, 0, text, formats["section" if heading else "prose"])
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
