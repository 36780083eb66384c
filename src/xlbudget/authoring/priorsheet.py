"""上年对照表. The working paper 上年对照: this year beside last year, the change, how each was matched, where it stands.

This year's figures, the changes and the rates are formulas, so that the sheet follows the workbook; last year's are
values with their place in last year's file. XlsxWriter is imported when called.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from xlbudget.authoring.prior import PriorLine, PriorPlan
from xlbudget.model.amount import MoneyUnit
from xlbudget.model.ownsheets import PRIOR_YEAR
from xlbudget.model.provenance import Provenance

HEADINGS = ("表", "编码", "名称", "本年数", "上年数", "增减额", "增减率", "对应方式", "上年出处", "说明")
_WIDTHS = (26, 10, 34, 15, 15, 15, 10, 10, 32, 30)
FIRST = 4
"""0-based row of the first line: above it stand the title, the documents, and the heading."""


def prior_sheet(plan: PriorPlan, unit: str, year: int, sources: Sequence[str]) -> bytes:
    """The bytes of a workbook with this one sheet, to be put into another workbook."""
    from xlsxwriter import Workbook

    buffer = io.BytesIO()
    book = Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": datetime(2000, 1, 1)})
    sheet = book.add_worksheet(PRIOR_YEAR)
    look = _looks(book)
    sheet.merge_range(0, 0, 0, len(HEADINGS) - 1, f"上年对照　{unit}　{year} 年与 {year - 1} 年", look["title"])
    sheet.merge_range(1, 0, 1, len(HEADINGS) - 1, "上年文件：" + ("、".join(sources) or "无"), look["note"])
    sheet.merge_range(
        2, 0, 2, len(HEADINGS) - 1,
        "工作底稿，不属于公开内容，公开前请删除。本年数、增减额、增减率为公式，随本工作簿变动。", look["note"],
    )  # fmt: skip
    for c, (heading, width) in enumerate(zip(HEADINGS, _WIDTHS, strict=True)):
        sheet.set_column(c, c, width)
        sheet.write_string(FIRST - 1, c, heading, look["head"])
    row = FIRST
    for line in plan.lines:
        _line(sheet, row, line, look)
        row += 1
    for what, why in plan.left:
        sheet.write_string(row, 0, "未填", look["left"])
        sheet.merge_range(row, 1, row, 2, what, look["left"])
        for c in range(3, 9):
            sheet.write_blank(row, c, None, look["left"])
        sheet.write_string(row, 9, why, look["left"])
        row += 1
    sheet.freeze_panes(FIRST, 3)
    sheet.autofilter(FIRST - 1, 0, max(FIRST, row - 1), len(HEADINGS) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(FIRST - 1)
    sheet.set_tab_color("#7A8794")
    book.close()
    return buffer.getvalue()


def _looks(book: Any) -> dict[str, Any]:
    base = {"font_name": "宋体", "font_size": 10, "valign": "vcenter"}
    edge = {**base, "border": 1, "border_color": "#C9D0D8"}
    wan, yuan, rate = "#,##0.00;[Red]-#,##0.00;0.00", "#,##0;[Red]-#,##0;0", "0.00%;[Red]-0.00%;0.00%"
    return {
        "title": book.add_format({**base, "font_size": 14, "bold": True}),
        "note": book.add_format({**base, "font_color": "#5A636E", "text_wrap": True}),
        "head": book.add_format({**edge, "bold": True, "bg_color": "#E8EEF4", "align": "center", "text_wrap": True}),
        "text": book.add_format({**edge, "text_wrap": True, "indent": 1}),
        "name": book.add_format({**edge, "text_wrap": True, "indent": 2}),
        "deep": book.add_format({**edge, "text_wrap": True, "indent": 3}),
        "top": book.add_format({**edge, "text_wrap": True, "indent": 1, "bold": True}),
        "doubt": book.add_format({**edge, "text_wrap": True, "bg_color": "#FFF4E0"}),
        "left": book.add_format({**edge, "text_wrap": True, "font_color": "#5A636E"}),
        "wan": book.add_format({**edge, "num_format": wan}),
        "yuan": book.add_format({**edge, "num_format": yuan}),
        "rate": book.add_format({**edge, "num_format": rate}),
    }


def _line(sheet: Any, row: int, line: PriorLine, look: dict[str, Any]) -> None:
    money = look["yuan"] if line.unit is MoneyUnit.YUAN else look["wan"]
    text = look["text"] if line.source is not None else look["doubt"]
    excel = row + 1
    now = line.now.value if line.now is not None else None
    then = line.then.value if line.then is not None else None
    sheet.write_string(row, 0, line.table, text)
    sheet.write_string(row, 1, line.code, text)
    depth = {5: "name", 7: "deep"}.get(len(line.code), "top")
    sheet.write_string(row, 2, line.name, look[depth] if line.source is not None else text)
    if line.here is not None and line.here.cell:
        cell = _reference(line.here)
        sheet.write_formula(row, 3, f'=IF({cell}="","",{cell})', money, _cached(now))
    elif now is not None:
        sheet.write_number(row, 3, now, money)
    else:
        sheet.write_blank(row, 3, None, money)
    if then is not None:
        sheet.write_number(row, 4, then, money)
    else:
        sheet.write_blank(row, 4, None, money)
    known = now is not None or then is not None
    change = (now or Decimal(0)) - (then or Decimal(0)) if known else None
    blank = f'AND(D{excel}="",E{excel}="")'
    sheet.write_formula(row, 5, f'=IF({blank},"",N(D{excel})-N(E{excel}))', money, _cached(change))
    rate = change / then if then and change is not None else None
    sheet.write_formula(row, 6, f'=IF(N(E{excel})=0,"",F{excel}/E{excel})', look["rate"], _cached(rate))
    sheet.write_string(row, 7, line.how, text)
    sheet.write_string(row, 8, where_from(line.source), text)
    sheet.write_string(row, 9, line.why, text)


def _cached(value: Decimal | None) -> Decimal | str:
    return value if value is not None else ""


def _reference(place: Provenance) -> str:
    name = place.sheet.replace("'", "''")
    return f"'{name}'!{place.cell}"


def where_from(place: Provenance | None) -> str:
    """``上年.pdf 第 16 页``, ``上年.xlsx 3支出总表!C7``, ``上年.txt 第 120 行``."""
    if place is None:
        return ""
    if place.sheet:
        return f"{place.file} {place.sheet}!{place.cell}"
    for number, word in ((place.page, "页"), (place.line, "行"), (place.index, "段")):
        if number is not None:
            return f"{place.file} 第 {number} {word}"
    return place.file
