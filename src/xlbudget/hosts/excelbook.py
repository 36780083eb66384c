"""Excel 里的工作簿. The open workbook of Excel as the buttons see it, through COM objects that xlwings hands over.

Excel answers a question about a mixed range (formats, merged cells, hidden rows) with nothing at all; such a range is
halved until every part has one answer, so that a table costs tens of questions and not thousands.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from xlbudget.app.live import (
    KEEP,
    MARK_COLOURS,
    NOTE_HEAD,
    SIGN,
    CellEdit,
    LiveError,
    LiveSheet,
    Mark,
    NewSheet,
    StyleEdit,
    copy_name,
    mark_formula,
    own_words,
)
from xlbudget.app.registry import CellValue
from xlbudget.hosts.excelsheets import Step, bring, sheet_named
from xlbudget.model.cellref import column_letters
from xlbudget.sources.sheetxml import GENERAL, SheetMarks, is_date, number_format
from xlbudget.sources.xlsx import MAX_CELLS

_VISIBLE, _EXPRESSION, _EQUAL, _TOP, _NONE = -1, 2, 3, -4160, -4142
"""xlSheetVisible, xlExpression, xlEqual (asked for but not used with it), xlTop, xlColorIndexNone."""
_ENDINGS = {51: ".xlsx", 52: ".xlsm", 54: ".xlsx", 53: ".xlsm"}
"""文件格式. XlFileFormat of the workbooks and templates that can be read as they are, with the ending of their copies."""
_KINDS = "公开文件 (*.xlsx;*.xls;*.xlsm;*.docx;*.doc;*.pdf;*.html;*.htm;*.txt;*.et;*.wps;*.ods),*.xlsx;*.xls;*.xlsm;*.docx;*.doc;*.pdf;*.html;*.htm;*.txt;*.et;*.wps;*.ods,所有文件 (*.*),*.*"
_NOTE_PIECE = 200
"""批注分段. Older versions take at most 255 characters of a note at a time."""

_ERROR_BASE = -2146828288
_ERRORS = {
    2000: "#NULL!", 2007: "#DIV/0!", 2015: "#VALUE!", 2023: "#REF!", 2029: "#NAME?", 2036: "#NUM!", 2042: "#N/A",
    2045: "#SPILL!", 2050: "#CALC!",
}  # fmt: skip
"""错误值. XlCVError by number; a cell's error arrives as this base plus the number, always an int, never a float."""

Area = tuple[int, int, int, int]
"""Top, left, bottom, right; 1-based as Excel counts, inclusive."""


def cell_value(value: Any) -> Any:
    """A value of ``Range.Value2``: error numbers by their names, everything else as it is."""
    if type(value) is int and value - _ERROR_BASE in _ERRORS:
        return _ERRORS[value - _ERROR_BASE]
    return value


def range_value(value: Any) -> Any:
    """The same for a whole range, which arrives as rows of values."""
    return tuple(tuple(map(cell_value, row)) for row in value) if isinstance(value, tuple) else cell_value(value)


def sent(value: CellValue) -> Any:
    """A result as Excel takes it; nothing shows as nothing, not as 0."""
    return float(value) if isinstance(value, Decimal) else "" if value is None else value


class ExcelBook:
    """打开着的工作簿. ``book`` is a COM ``Workbook``; ``undo`` is told what would take the last step back."""

    def __init__(self, book: Any, undo: Callable[[str, Callable[[], object]], None] = lambda title, step: None) -> None:
        if book is None:
            raise LiveError("请先打开一个工作簿，再用“预算公开”功能区。")
        self.book, self.excel, self._undo = book, book.Application, undo

    @property
    def name(self) -> str:
        return str(self.book.Name)

    @property
    def active(self) -> str:
        return str(self.book.ActiveSheet.Name)

    @property
    def folder(self) -> Path | None:
        path = str(self.book.Path or "")
        return Path(path) if path and "://" not in path else None

    # ------------------------------------------------------------ reading

    def read(self, sheet: str | None = None) -> list[LiveSheet]:
        found = [self.book.Worksheets(i) for i in range(1, self.book.Worksheets.Count + 1)]
        chosen = [s for s in found if sheet is None or s.Name == sheet]
        if not chosen:
            raise LiveError(f"“{sheet}”不是普通工作表（可能是图表）。请切换到放表格的工作表。")
        return [self._sheet(s) for s in chosen]

    def _sheet(self, sheet: Any) -> LiveSheet:
        if sheet.Visible != _VISIBLE:
            return LiveSheet(sheet.Name, [], visible=False)
        used = sheet.UsedRange
        rows, columns = used.Row + used.Rows.Count - 1, used.Column + used.Columns.Count - 1
        if rows * columns > MAX_CELLS:
            raise LiveError(f"工作表“{sheet.Name}”使用区域过大（{rows} 行 × {columns} 列），请删除表格之外的多余行列。")
        whole = (1, 1, rows, columns)
        area = _range(sheet, whole)
        values = [list(map(cell_value, row)) for row in _matrix(area.Value2)]
        marks = SheetMarks()
        for r, row in enumerate(_matrix(area.Formula)):
            for c, formula in enumerate(row):
                if isinstance(formula, str) and formula.startswith("="):
                    marks.formulas[r, c] = formula[1:]
                    if isinstance(values[r][c], str) and values[r][c] in _ERRORS.values():
                        marks.errors[r, c] = values[r][c]
        for block in _number_blocks(values):
            for part, code in _uniform(sheet, block, lambda cells: cells.NumberFormat):
                self._format(sheet, part, str(code), values, marks)
        by_row = _uniform(sheet, (1, 1, rows, 1), lambda cells: cells.EntireRow.Hidden)
        marks.hidden_rows = {r - 1 for part, hidden in by_row if hidden for r, _ in _places(part)}
        by_column = _uniform(sheet, (1, 1, 1, columns), lambda cells: cells.EntireColumn.Hidden)
        marks.hidden_columns = {c - 1 for part, hidden in by_column if hidden for _, c in _places(part)}
        return LiveSheet(sheet.Name, values, (0, 0), list(_merges(sheet, whole)), marks)

    def _format(self, sheet: Any, part: Area, code: str, values: list[list[Any]], marks: SheetMarks) -> None:
        date, shown = is_date(code), number_format(code)
        if not date and shown is GENERAL:
            return
        for row, column in _places(part):
            value = values[row - 1][column - 1]
            if not isinstance(value, float):
                continue
            if date:
                values[row - 1][column - 1] = str(_range(sheet, (row, column, row, column)).Text)
            else:
                marks.formats[row - 1, column - 1] = shown

    # ------------------------------------------------------------ writing

    def save_copy(self, folder: Path) -> Path:
        ending = _ENDINGS.get(int(self.book.FileFormat))
        if ending is None:
            raise LiveError(f"“{self.name}”不是 .xlsx 或 .xlsm 工作簿，没有作任何改动。请另存为 .xlsx 再试。")
        path = folder / copy_name(self.name, ending)
        self.book.SaveCopyAs(str(path))
        return path

    def write(self, title: str, edits: Sequence[CellEdit], sheets: Sequence[NewSheet] = ()) -> None:
        there = {sheet.name for sheet in sheets if sheet_named(self.book, sheet.name) is not None}
        self._may_change({edit.sheet for edit in edits} | there)
        if len(there) < len(sheets) and self.book.ProtectStructure:
            raise LiveError(
                "工作簿的结构受保护，不能加入工作表，没有作任何改动。请先撤销工作簿保护（审阅、保护工作簿）。"
            )
        steps: list[Step] = []

        def back() -> None:
            with _Still(self.excel):
                for step in reversed(steps):
                    step()

        before = self._bytes() if there else b""
        try:
            with _Still(self.excel):
                for edit in edits:
                    cell = self._cell(edit.sheet, edit.cell)
                    steps.append(_restoring(cell, edit.style))
                    _put(cell, edit)
                bring(self.book, sheets, before, steps)
        except Exception:
            back()
            raise
        self._undo(title, back)

    def _bytes(self) -> bytes:
        """The workbook as it stands, as a file."""
        with tempfile.TemporaryDirectory(prefix="xlbudget") as folder:
            return self.save_copy(Path(folder)).read_bytes()

    def mark(self, title: str, marks: Sequence[Mark]) -> int:
        self._may_change({mark.sheet for mark in marks})
        had_notes = 0
        with _Still(self.excel):
            for mark in marks:
                cell = self._cell(mark.sheet, mark.cell).MergeArea.Cells(1)
                colour = cell.FormatConditions.Add(_EXPRESSION, _EQUAL, f"={mark_formula(mark.severity)}")
                red, green, blue = MARK_COLOURS[mark.severity].to_bytes(3, "big")
                colour.Interior.Color = blue << 16 | green << 8 | red
                colour.StopIfTrue = False
                colour.SetFirstPriority()
                if cell.Comment is not None or getattr(cell, "CommentThreaded", None) is not None:
                    had_notes += 1
                    continue
                text = f"{NOTE_HEAD}\n{mark.text}"
                note = cell.AddComment(text[:_NOTE_PIECE])
                for start in range(_NOTE_PIECE, len(text), _NOTE_PIECE):
                    note.Text(text[start : start + _NOTE_PIECE], start + 1, False)
                note.Shape.TextFrame.AutoSize = True
        self._undo(title, lambda: self.unmark(title))
        return had_notes

    def unmark(self, title: str) -> int:
        found = [(sheet, _our_formats(sheet), _our_notes(sheet)) for sheet in self._worksheets()]
        self._may_change({sheet.Name for sheet, formats, notes in found if formats or notes})
        cells: set[tuple[str, str]] = set()
        with _Still(self.excel):
            for sheet, formats, notes in found:
                for index in reversed(formats):
                    entry = sheet.Cells.FormatConditions(index)
                    at = entry.AppliesTo
                    cells.update((sheet.Name, at.Cells(i).Address) for i in range(1, at.Count + 1))
                    entry.Delete()
                for index in reversed(notes):
                    note = sheet.Comments(index)
                    cells.add((sheet.Name, note.Parent.Address))
                    if kept := own_words(str(note.Text())):
                        note.Text(kept)
                    else:
                        note.Delete()
        return len(cells)

    # ------------------------------------------------------------ showing

    def open_table(self, title: str, rows: Sequence[Sequence[str]], widths: Sequence[int]) -> None:
        book = self.excel.Workbooks.Add()
        sheet = book.Worksheets(1)
        area = _range(sheet, (1, 1, len(rows), len(rows[0])))
        area.NumberFormat = "@"
        area.Value2 = tuple(tuple(row) for row in rows)
        area.WrapText, area.VerticalAlignment = True, _TOP
        head = _range(sheet, (1, 1, 1, len(rows[0])))
        head.Font.Bold, head.Interior.Color = True, 0xF8F6F3
        for column, width in enumerate(widths, 1):
            sheet.Columns(column).ColumnWidth = width
        window = book.Windows(1)
        window.Caption = title
        window.SplitRow, window.FreezePanes = 1, True
        book.Saved = True

    def open_text(self, title: str, text: str) -> None:
        self.open_table(title, [(line,) for line in text.splitlines()] or [("",)], (100,))

    def open_workbook(self, title: str, data: bytes) -> None:
        with tempfile.TemporaryDirectory(prefix="xlbudget") as folder:
            path = Path(folder) / copy_name(title, ".xlsx")
            path.write_bytes(data)
            self.excel.Workbooks.Add(str(path))  # a new workbook that begins as this one; the file is not held

    def status(self, text: str) -> None:
        self.excel.StatusBar = text or False

    def ask(self, question: str) -> str | None:
        answer = self.excel.InputBox(question, "预算公开")
        return None if answer is False else str(answer)

    def choose_file(self, question: str) -> Path | None:
        chosen = self.excel.GetOpenFilename(_KINDS, 1, question)
        return None if chosen is False else Path(str(chosen))

    # ------------------------------------------------------------ within

    def _worksheets(self) -> list[Any]:
        return [self.book.Worksheets(i) for i in range(1, self.book.Worksheets.Count + 1)]

    def _cell(self, sheet: str, cell: str) -> Any:
        return self.book.Worksheets(sheet).Range(cell)

    def _may_change(self, sheets: set[str]) -> None:
        for name in sorted(sheets):
            if self.book.Worksheets(name).ProtectContents:
                raise LiveError(f"工作表“{name}”受保护，没有作任何改动。请先撤销工作表保护（审阅、撤消工作表保护）。")
        if self.book.ReadOnly:
            raise LiveError("这个工作簿以只读方式打开，没有作任何改动。请另存一份再试。")


class _Still:
    """The screen stands still while something is written."""

    def __init__(self, excel: Any) -> None:
        self.excel = excel

    def __enter__(self) -> None:
        self.excel.ScreenUpdating = False

    def __exit__(self, *_: object) -> None:
        self.excel.ScreenUpdating = True


def _range(sheet: Any, area: Area) -> Any:
    top, left, bottom, right = area
    return sheet.Range(f"{column_letters(left)}{top}:{column_letters(right)}{bottom}")


def _matrix(value: Any) -> tuple[tuple[Any, ...], ...]:
    return value if isinstance(value, tuple) else ((value,),)


def _places(area: Area) -> Iterator[tuple[int, int]]:
    top, left, bottom, right = area
    return ((row, column) for row in range(top, bottom + 1) for column in range(left, right + 1))


def _uniform(sheet: Any, area: Area, ask: Callable[[Any], Any]) -> Iterator[tuple[Area, Any]]:
    """The area in parts that each have one answer."""
    answer = ask(_range(sheet, area))
    top, left, bottom, right = area
    if answer is not None or (top == bottom and left == right):
        yield area, answer
    elif right > left:
        middle = (left + right) // 2
        yield from _uniform(sheet, (top, left, bottom, middle), ask)
        yield from _uniform(sheet, (top, middle + 1, bottom, right), ask)
    else:
        middle = (top + bottom) // 2
        yield from _uniform(sheet, (top, left, middle, right), ask)
        yield from _uniform(sheet, (middle + 1, left, bottom, right), ask)


def _number_blocks(values: Sequence[Sequence[Any]]) -> Iterator[Area]:
    """The rectangles of numbers: runs down each column, neighbours with the same run taken together."""
    open_blocks: dict[tuple[int, int], int] = {}
    for column in range(1, len(values[0]) + 2):
        runs = set(_runs(values, column)) if column <= len(values[0]) else set()
        for run in [run for run in open_blocks if run not in runs]:
            yield run[0], open_blocks.pop(run), run[1], column - 1
        for run in runs:
            open_blocks.setdefault(run, column)


def _runs(values: Sequence[Sequence[Any]], column: int) -> Iterator[tuple[int, int]]:
    first = 0
    for row in range(1, len(values) + 2):
        number = row <= len(values) and isinstance(values[row - 1][column - 1], float)
        if number and not first:
            first = row
        elif first and not number:
            yield first, row - 1
            first = 0


def _merges(sheet: Any, whole: Area) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """First and last cell of each merged range, 0-based."""
    covered: set[tuple[int, int]] = set()
    for part, merged in _uniform(sheet, whole, lambda cells: cells.MergeCells):
        for place in _places(part) if merged else ():
            if place not in covered:
                cells = _range(sheet, (*place, *place)).MergeArea
                top, left, height, width = cells.Row, cells.Column, cells.Rows.Count, cells.Columns.Count
                covered.update(_places((top, left, top + height - 1, left + width - 1)))
                yield (top - 1, left - 1), (top + height - 2, left + width - 2)


def _put(cell: Any, edit: CellEdit) -> None:
    """A number as number, a text as text: one that looks like a formula or a number gets the sign that keeps it text."""
    if edit.style is not None:
        _restyle(cell, edit.style)
    value = edit.value
    if isinstance(edit.formula, str) and edit.formula:
        cell.Formula = f"={edit.formula}"
    elif value is KEEP or edit.formula is KEEP:
        return
    elif isinstance(value, Decimal):
        cell.Value2 = float(value)
    elif value is None or value == "":
        cell.ClearContents()
    else:
        cell.Value2 = f"'{value}" if isinstance(value, str) and re.match(r"[=+\-@'\d.]", value) else value


def _restyle(cell: Any, style: StyleEdit) -> None:
    if style.number_format is not None:
        cell.NumberFormat = style.number_format
    if style.fill is not None:
        red, green, blue = bytes.fromhex(style.fill)
        cell.Interior.Color = blue << 16 | green << 8 | red


def _restoring(cell: Any, style: StyleEdit | None) -> Step:
    """What puts a cell back as it is now."""
    formula = cell.Formula
    if style is None:
        return lambda: setattr(cell, "Formula", formula)
    shown, ground, colour = cell.NumberFormat, cell.Interior.ColorIndex, cell.Interior.Color

    def restore() -> None:
        cell.NumberFormat, cell.Formula = shown, formula
        if ground == _NONE:
            cell.Interior.ColorIndex = _NONE
        else:
            cell.Interior.Color = colour

    return restore


def _our_formats(sheet: Any) -> list[int]:
    entries = sheet.Cells.FormatConditions
    found = ((i, entries(i)) for i in range(1, entries.Count + 1))
    return [i for i, entry in found if entry.Type == _EXPRESSION and SIGN in str(entry.Formula1)]


def _our_notes(sheet: Any) -> list[int]:
    notes = sheet.Comments
    return [i for i in range(1, notes.Count + 1) if NOTE_HEAD in str(notes(i).Text())]
