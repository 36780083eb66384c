"""macOS 的 Excel. The open workbook through xlwings' portable objects: buttons that look, none that write.

Never run on a Mac. Number formats and merged cells are not asked for there: precision is judged by the values.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from xlbudget.app.live import CellEdit, LiveError, LiveSheet, Mark, NewSheet
from xlbudget.sources.sheetxml import SheetMarks

_ONLY_LOOKS = "macOS 的 Excel 里只能核对，不能标记和改写。请用命令行 xlbudget check --write-marks，或在 Windows、LibreOffice 里做。"
_COMMAND = (
    "macOS 的 Excel 里不能做这一步，没有作任何改动。请用命令行（xlbudget --help），或在 Windows、LibreOffice 里做。"
)


class MacBook:
    """打开着的工作簿. ``book`` is an xlwings ``Book``."""

    def __init__(self, book: Any) -> None:
        self.book = book

    @property
    def name(self) -> str:
        return str(self.book.name)

    @property
    def active(self) -> str:
        return str(self.book.sheets.active.name)

    def read(self, sheet: str | None = None) -> list[LiveSheet]:
        return [self._sheet(s) for s in self.book.sheets if sheet is None or s.name == sheet]

    def _sheet(self, sheet: Any) -> LiveSheet:
        if not sheet.visible:
            return LiveSheet(sheet.name, [], visible=False)
        area = sheet.range((1, 1), sheet.used_range.last_cell)
        values = [list(map(_shown, row)) for row in area.options(ndim=2, err_to_str=True).value]
        marks = SheetMarks()
        formulas = area.formula if isinstance(area.formula, (list, tuple)) else ((area.formula,),)
        for r, row in enumerate(formulas):
            for c, formula in enumerate(row if isinstance(row, (list, tuple)) else (row,)):
                if isinstance(formula, str) and formula.startswith("="):
                    marks.formulas[r, c] = formula[1:]
        return LiveSheet(sheet.name, values, (0, 0), (), marks)

    @property
    def folder(self) -> Path | None:
        path = Path(str(self.book.fullname))
        return path.parent if path.is_absolute() else None

    def save_copy(self, folder: Path) -> Path:
        raise LiveError(_COMMAND)

    def write(self, title: str, edits: Sequence[CellEdit], sheets: Sequence[NewSheet] = ()) -> None:
        raise LiveError(_ONLY_LOOKS)

    def mark(self, title: str, marks: Sequence[Mark]) -> int:
        raise LiveError(_ONLY_LOOKS)

    def unmark(self, title: str) -> int:
        raise LiveError(_ONLY_LOOKS)

    def open_table(self, title: str, rows: Sequence[Sequence[str]], widths: Sequence[int]) -> None:
        sheet = self.book.app.books.add().sheets[0]
        area = sheet.range((1, 1), (len(rows), len(rows[0])))
        area.number_format = "@"
        area.value = [list(row) for row in rows]

    def open_text(self, title: str, text: str) -> None:
        self.open_table(title, [(line,) for line in text.splitlines()] or [("",)], (100,))

    def open_workbook(self, title: str, data: bytes) -> None:
        raise LiveError(_COMMAND)

    def status(self, text: str) -> None:
        self.book.app.status_bar = text or False

    def ask(self, question: str) -> str | None:
        return ""

    def choose_file(self, question: str) -> Path | None:
        raise LiveError(_COMMAND)


def _shown(value: Any) -> Any:
    return value.date().isoformat() if isinstance(value, dt.datetime) else value
