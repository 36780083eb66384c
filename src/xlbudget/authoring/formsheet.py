"""绩效表的版面. Draws a performance form with merged cells and a page set-up for printing; XlsxWriter does the writing.

Rows are as high as their texts need (merged cells included), pages break between projects, the heading repeats.
Proposed cells are tinted, so that a person sees what to review.
"""

from __future__ import annotations

import io
import math
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from xlbudget.model.cellref import cell_name
from xlbudget.model.entries import Line, Slot, Value
from xlbudget.packs.performance import FormColumn

TINT = "#FFF6D6"
"""待核对的底色. The ground of a proposed cell."""
_EPOCH = datetime(2000, 1, 1)
_LINE_HEIGHT = 14.0
_MARGIN = 0.45
_PAPER = (11.69, 8.27)


@dataclass(slots=True)
class Canvas:
    """画布. One sheet on its way into a workbook; positions are 0-based."""

    name: str
    widths: Sequence[float]
    landscape: bool = True
    book: Any = None
    sheet: Any = None
    heights: dict[int, float] = field(default_factory=dict)
    breaks: list[int] = field(default_factory=list)
    formats: dict[tuple[str, bool], Any] = field(default_factory=dict)

    def style(self, kind: str, tinted: bool = False) -> Any:
        key = (kind, tinted)
        if key not in self.formats:
            look = dict(_LOOKS[kind])
            if tinted:
                look["bg_color"] = TINT
            self.formats[key] = self.book.add_format(look)
        return self.formats[key]

    def put(
        self, top: int, left: int, bottom: int, right: int, value: Value, kind: str, slot: Slot | None = None
    ) -> None:
        """A value in a cell or a merged area; a slot learns its address."""
        style = self.style(kind, slot is not None and bool(slot.why) and not slot.blank)
        if (top, left) != (bottom, right):
            self.sheet.merge_range(top, left, bottom, right, "", style)
        if slot is not None:
            slot.cell = cell_name(top, left)
        if slot is not None and slot.formula:
            result = float(slot.value) if isinstance(slot.value, Decimal) else slot.text
            self.sheet.write_formula(top, left, "=" + slot.formula.removeprefix("="), style, result)
        elif isinstance(value, Decimal):
            self.sheet.write_number(top, left, float(value), style)
        elif value:
            self.sheet.write_string(top, left, value, style)
        else:
            self.sheet.write_blank(top, left, None, style)
        if kind not in ("title", "caption", "left", "right"):
            self._make_room(top, bottom, sum(self.widths[left : right + 1]), value)

    def _make_room(self, top: int, bottom: int, width: float, value: Value) -> None:
        """Raise the rows of an area until its text fits."""
        need = lines_of(str(value or ""), width) * _LINE_HEIGHT + 5
        have = sum(self.heights.get(r, 21.0) for r in range(top, bottom + 1))
        share = max(0.0, need - have) / (bottom - top + 1)
        for r in range(top, bottom + 1):
            self.heights[r] = min(400.0, self.heights.get(r, 21.0) + share)

    def row_height(self, row: int, height: float) -> None:
        self.heights[row] = height

    def finish(self, first: int, last: int, repeat: tuple[int, int] | None) -> None:
        """Row heights, page set-up, print area; ``first`` is where the pages may begin to break."""
        for row, height in self.heights.items():
            self.sheet.set_row(row, round(height * 4) / 4)
        for c, width in enumerate(self.widths):
            self.sheet.set_column(c, c, width)
        sheet = self.sheet
        sheet.hide_gridlines(2)
        sheet.set_paper(9)
        if self.landscape:
            sheet.set_landscape()
        sheet.set_margins(_MARGIN, _MARGIN, 0.5, 0.6)
        wide, high = _PAPER if self.landscape else _PAPER[::-1]
        inches = sum(w * 7 + 5 for w in self.widths) / 96
        scale = max(10, min(100, math.floor((wide - 2 * _MARGIN) / inches * 100)))
        sheet.fit_to_pages(1, 0)
        sheet.print_area(0, 0, last, len(self.widths) - 1)
        if repeat is not None:
            sheet.repeat_rows(*repeat)
        sheet.center_horizontally()
        sheet.set_footer("&C第 &P 页 共 &N 页")
        breaks = self._page_breaks(first, last, (high - 1.1) * 72 * 100 / scale * 0.97, repeat)
        if breaks:
            sheet.set_h_pagebreaks(breaks)

    def _page_breaks(self, first: int, last: int, room: float, repeat: tuple[int, int] | None) -> list[int]:
        """Break before the project that no longer fits on the page."""
        starts = sorted({*self.breaks, first})
        head = sum(self.heights.get(r, 15.0) for r in range(first))
        again = sum(self.heights.get(r, 15.0) for r in range(repeat[0], repeat[1] + 1)) if repeat else 0.0
        used, found = head, []
        for start, end in zip(starts, [*starts[1:], last + 1], strict=True):
            height = sum(self.heights.get(r, 15.0) for r in range(start, end))
            if start != first and (repeat is None or used + height > room):
                found.append(start)
                used = again
            used += height
            while used > room:
                used -= room - again
        return found


_BASE = {"font_name": "宋体", "font_size": 10, "valign": "vcenter", "text_wrap": True}
_BOX = {**_BASE, "border": 1, "border_color": "#808080"}
_LOOKS: dict[str, dict[str, Any]] = {
    "title": {"font_name": "方正小标宋简体", "font_size": 18, "align": "center", "valign": "vcenter"},
    "caption": {"font_name": "宋体", "font_size": 10, "align": "center", "valign": "vcenter"},
    "left": {"font_name": "宋体", "font_size": 10, "valign": "vcenter"},
    "right": {"font_name": "宋体", "font_size": 10, "valign": "vcenter", "align": "right"},
    "head": {**_BOX, "bold": True, "align": "center", "bg_color": "#EEF2F5"},
    "text": _BOX,
    "center": {**_BOX, "align": "center"},
    "number": {**_BOX, "align": "center", "num_format": "General"},
    "money": {**_BOX, "align": "right", "num_format": "#,##0.00;-#,##0.00;0.00"},
    "points": {**_BOX, "align": "center", "num_format": "General"},
    "rate": {**_BOX, "align": "center", "num_format": "0.00"},
    "total": {**_BOX, "bold": True, "align": "center", "bg_color": "#EEF2F5"},
    "totalmoney": {**_BOX, "bold": True, "align": "right", "num_format": "#,##0.00", "bg_color": "#EEF2F5"},
    "totalrate": {**_BOX, "bold": True, "align": "center", "num_format": "General", "bg_color": "#EEF2F5"},
    "prose": {"font_name": "仿宋", "font_size": 14, "text_wrap": True, "valign": "top"},
}
CENTRED = {"dimension", "kind", "nature", "operator", "sign", "measure", "category", "unit", "basis", "prior", "scoring",
           "evidence", "value", "actual"}  # fmt: skip


def kind_of(role: str, value: Value) -> str:
    """How a column is shown."""
    if role == "budget":
        return "money" if isinstance(value, Decimal) else "text"
    if isinstance(value, Decimal):
        return "points" if role == "points" else "number"
    return "center" if role in CENTRED or role in ("target", "points", "score") else "text"


def lines_of(text: str, width: float) -> int:
    """How many lines a text takes in a cell of this width (Chinese characters are two wide)."""
    room = max(2.0, width - 1.0)
    return sum(
        max(1, math.ceil(sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in part) * 1.02 / room))
        for part in text.split("\n")
    )


def runs(lines: Sequence[Line], role: str, within: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Neighbouring lines that carry the same text in a column, inside the given runs: what is merged."""
    found: list[tuple[int, int]] = []
    for first, last in within:
        start = first
        for i in range(first, last + 1):
            here = lines[i].get(role, Slot()).text
            following = lines[i + 1].get(role, Slot()).text if i < last else None
            if here != following or not here:
                found.append((start, i))
                start = i + 1
    return found


def new_book(sheets: Iterable[tuple[Canvas, Any]]) -> bytes:
    """A workbook of the sheets; each is drawn by its own function, which gets the canvas."""
    import xlsxwriter

    data = io.BytesIO()
    book = xlsxwriter.Workbook(data, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"author": "", "created": _EPOCH})
    for canvas, draw in sheets:
        canvas.book, canvas.sheet = book, book.add_worksheet(canvas.name)
        draw(canvas)
    book.close()
    return data.getvalue()


def widths_of(columns: Sequence[FormColumn]) -> list[float]:
    return [float(column.width) for column in columns]
