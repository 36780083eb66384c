"""LibreOffice 里的工作簿. The open document of LibreOffice Calc as the buttons see it, through UNO.

Runs inside LibreOffice (the add-in) and outside (over a socket, as the tests do). Marks are conditional formats of
our own above whatever formats a cell has, so that taking them away restores the cell by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import uno
from com.sun.star.sheet.ConditionOperator import FORMULA

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
from xlbudget.hosts.calcsheets import bring, loaded, pair, stored
from xlbudget.model.finding import Severity
from xlbudget.sources.sheetxml import GENERAL, NumberFormat, SheetMarks, number_format
from xlbudget.sources.xlsx import MAX_CELLS

CALC = "com.sun.star.sheet.SpreadsheetDocument"
_ERRORS = 4
"""``FormulaResult.ERROR`` of com.sun.star.sheet."""
_DATES, _FORMULA_CELLS = 2, 16
"""``CellFlags`` of com.sun.star.sheet: which cells to look for."""
_EXCEL_A1 = 1
"""``AddressConvention.XL_A1`` of com.sun.star.sheet."""
_DATE_FORMATS = 2 | 4
"""``NumberFormat.DATE | NumberFormat.TIME`` of com.sun.star.util."""

ERROR_NAMES = {503: "#NUM!", 519: "#VALUE!", 524: "#REF!", 525: "#NAME?", 532: "#DIV/0!", 32767: "#N/A"}
"""错误值. LibreOffice's numbers to the names that every function knows; the others count as #VALUE!."""


class CalcBook:
    """打开着的工作簿. ``ask`` gives the person's answer to a question, ``choose`` a file that the person picks.

    ``show`` decides whether new documents appear.
    """

    def __init__(
        self,
        document: Any,
        desktop: Any,
        ask: Callable[[str], str | None],
        show: bool = True,
        choose: Callable[[str], str | None] = lambda _: None,
    ) -> None:
        if document is None or not document.supportsService(CALC):
            raise LiveError("请先打开一个电子表格，再用“预算公开”菜单。")
        self.document, self.desktop, self._ask, self._choose, self._show = document, desktop, ask, choose, show
        self.opened: list[Any] = []
        self._indicator: Any = None

    @property
    def name(self) -> str:
        return str(self.document.Title)

    @property
    def active(self) -> str:
        controller = self.document.CurrentController
        sheet = controller.ActiveSheet if controller is not None else self.document.Sheets.getByIndex(0)
        return str(sheet.Name)

    @property
    def folder(self) -> Path | None:
        url = str(self.document.URL)
        return Path(uno.fileUrlToSystemPath(url)).parent if url.startswith("file:") else None

    # ------------------------------------------------------------ reading

    def save_copy(self, folder: Path) -> Path:
        path = folder / copy_name(self.name, ".xlsx")
        path.write_bytes(stored(self.document, "Calc MS Excel 2007 XML"))
        return path

    def read(self, sheet: str | None = None) -> list[LiveSheet]:
        names = [sheet] if sheet is not None else list(self.document.Sheets.ElementNames)
        return [self._sheet(self.document.Sheets.getByName(name)) for name in names]

    def _sheet(self, sheet: Any) -> LiveSheet:
        if not sheet.IsVisible:
            return LiveSheet(sheet.Name, [], visible=False)
        cursor = sheet.createCursor()
        cursor.gotoEndOfUsedArea(False)
        end = cursor.RangeAddress
        rows, columns = end.EndRow + 1, end.EndColumn + 1
        if rows * columns > MAX_CELLS:
            raise LiveError(f"工作表“{sheet.Name}”使用区域过大（{rows} 行 × {columns} 列），请删除表格之外的多余行列。")
        area = sheet.getCellRangeByPosition(0, 0, end.EndColumn, end.EndRow)
        values: list[list[Any]] = [list(row) for row in area.getDataArray()]
        marks = SheetMarks()
        for r, c, cell in _cells(area.queryContentCells(_FORMULA_CELLS)):
            marks.formulas[r, c] = cell.Formula.removeprefix("=")
            if cell.getError():
                marks.errors[r, c] = ERROR_NAMES.get(cell.getError(), "#VALUE!")
        for r, c, cell in _cells(area.queryContentCells(_DATES)):
            values[r][c] = cell.String
        self._formats(area, marks)
        marks.hidden_rows, marks.hidden_columns = _hidden(area, rows, columns)
        return LiveSheet(sheet.Name, values, (0, 0), list(_merges(area)), marks)

    def _formats(self, area: Any, marks: SheetMarks) -> None:
        """Number formats; one question for each format, not for each cell."""
        known: dict[int, NumberFormat] = {}
        formats = self.document.NumberFormats
        for ranges in area.getUniqueCellFormatRanges():
            for part in (ranges.getByIndex(i) for i in range(ranges.Count)):
                key = part.NumberFormat
                if key not in known:
                    found = formats.getByKey(key)
                    known[key] = GENERAL if found.Type & _DATE_FORMATS else number_format(found.FormatString)
                if known[key] is not GENERAL:
                    at = part.RangeAddress
                    for r in range(at.StartRow, at.EndRow + 1):
                        for c in range(at.StartColumn, at.EndColumn + 1):
                            marks.formats[r, c] = known[key]

    # ------------------------------------------------------------ writing

    def write(self, title: str, edits: Sequence[CellEdit], sheets: Sequence[NewSheet] = ()) -> None:
        there = {sheet.name for sheet in sheets if self.document.Sheets.hasByName(sheet.name)}
        if len(there) < len(sheets) and self.document.isProtected():
            raise LiveError("文档的结构受保护，不能加入工作表，没有作任何改动。请先撤销保护（工具、保护表格结构）。")
        with self._step(title, {edit.sheet for edit in edits} | there):
            for edit in edits:
                cell = self._cell(edit.sheet, edit.cell)
                if edit.style is not None:
                    self._restyle(cell, edit.style)
                self._put(cell, edit)
            bring(self.document, self.desktop, f"预算公开：{title}", sheets)

    def _put(self, cell: Any, edit: CellEdit) -> None:
        if isinstance(edit.formula, str) and edit.formula:
            parser = self.document.createInstance("com.sun.star.sheet.FormulaParser")
            parser.FormulaConvention, parser.CompileEnglish = _EXCEL_A1, True
            cell.setTokens(parser.parseFormula(edit.formula, cell.CellAddress))
        elif edit.value is KEEP or edit.formula is KEEP:
            return
        elif isinstance(edit.value, Decimal):
            cell.setValue(float(edit.value))
        else:
            cell.setString("" if edit.value is None else str(edit.value))

    def _restyle(self, cell: Any, style: StyleEdit) -> None:
        if style.number_format is not None:
            formats, english = (
                self.document.NumberFormats,
                uno.createUnoStruct("com.sun.star.lang.Locale", "en", "US", ""),
            )
            key = formats.queryKey(style.number_format, english, False)
            cell.NumberFormat = key if key != -1 else formats.addNew(style.number_format, english)
        if style.fill is not None:
            cell.CellBackColor = int(style.fill, 16)

    def mark(self, title: str, marks: Sequence[Mark]) -> int:
        half = 0
        with self._step(title, {mark.sheet for mark in marks}):
            for name in {mark.sheet: None for mark in marks}:
                sheet = self.document.Sheets.getByName(name)
                own = [f.Range for f in sheet.ConditionalFormats.getConditionalFormats()]
                cells = [(self._cell(name, mark.cell), mark) for mark in marks if mark.sheet == name]
                # A second conditional format would cut the first one's range in pieces; such a cell gets its note alone.
                free = [(cell, mark) for cell, mark in cells if not any(_covers(ranges, cell) for ranges in own)]
                for severity in MARK_COLOURS:
                    coloured = [cell for cell, mark in free if mark.severity is severity]
                    if coloured:
                        self._colour(coloured, severity)
                for cell, mark in cells:
                    noted = bool(cell.Annotation.String)
                    half += noted or all(cell is not other for other, _ in free)
                    if not noted:
                        sheet.Annotations.insertNew(cell.CellAddress, f"{NOTE_HEAD}\n{mark.text}")
        return half

    def unmark(self, title: str) -> int:
        ours = [sheet for sheet in self._sheets() if _our_formats(sheet) or _our_notes(sheet)]
        if not ours:
            return 0
        cells: set[tuple[str, int, int]] = set()
        with self._step(title, {sheet.Name for sheet in ours}):
            for sheet in ours:
                for entry in _our_formats(sheet):
                    for i in range(entry.Range.Count):
                        at = entry.Range.getByIndex(i).RangeAddress
                        rows, columns = range(at.StartRow, at.EndRow + 1), range(at.StartColumn, at.EndColumn + 1)
                        cells.update((sheet.Name, r, c) for r in rows for c in columns)
                    sheet.ConditionalFormats.removeByID(entry.ID)
                for index in reversed(_our_notes(sheet)):
                    note = sheet.Annotations.getByIndex(index)
                    cells.add((sheet.Name, note.Position.Row, note.Position.Column))
                    if kept := own_words(note.String):
                        note.setString(kept)
                    else:
                        sheet.Annotations.removeByIndex(index)
            styles = self.document.StyleFamilies.getByName("CellStyles")
            for name in _STYLES.values():
                if styles.hasByName(name):
                    styles.removeByName(name)
        return len(cells)

    def _colour(self, cells: Sequence[Any], severity: Severity) -> None:
        styles = self.document.StyleFamilies.getByName("CellStyles")
        name = _STYLES[severity]
        if not styles.hasByName(name):
            styles.insertByName(name, self.document.createInstance("com.sun.star.style.CellStyle"))
            styles.getByName(name).CellBackColor = MARK_COLOURS[severity]
        ranges = self.document.createInstance("com.sun.star.sheet.SheetCellRanges")
        for cell in cells:
            ranges.addRangeAddress(cell.RangeAddress, False)
        # Not ConditionalFormats.createByRange: what it makes is saved, but not shown.
        entries = ranges.ConditionalFormat
        entries.clear()
        values = {"Operator": FORMULA, "Formula1": mark_formula(severity), "StyleName": name}
        entries.addNew(tuple(pair(key, value) for key, value in values.items()))
        ranges.ConditionalFormat = entries

    # ------------------------------------------------------------ showing

    def open_table(self, title: str, rows: Sequence[Sequence[str]], widths: Sequence[int]) -> None:
        document = self._new(title)
        sheet = document.Sheets.getByIndex(0)
        area = sheet.getCellRangeByPosition(0, 0, len(rows[0]) - 1, len(rows) - 1)
        area.NumberFormat = document.NumberFormats.queryKey("@", uno.createUnoStruct("com.sun.star.lang.Locale"), False)
        area.setDataArray(tuple(tuple(row) for row in rows))
        area.IsTextWrapped = True
        area.VertJustify = 1
        head = sheet.getCellRangeByPosition(0, 0, len(rows[0]) - 1, 0)
        head.CharWeight, head.CellBackColor = 150.0, 0xF3F6F8
        for column, width in enumerate(widths):
            sheet.Columns.getByIndex(column).Width = 210 * width
        if document.CurrentController is not None:
            document.CurrentController.freezeAtPosition(0, 1)
        document.setModified(False)

    def open_text(self, title: str, text: str) -> None:
        self.open_table(title, [(line,) for line in text.splitlines()] or [("",)], (100,))

    def open_workbook(self, title: str, data: bytes) -> None:
        document = loaded(self.desktop, data, ".xlsx", AsTemplate=True, Hidden=not self._show)
        document.setTitle(title)
        self.opened.append(document)

    def status(self, text: str) -> None:
        controller = self.document.CurrentController
        if controller is None:
            return
        if self._indicator is not None and not text:
            self._indicator.end()
            self._indicator = None
        elif text and self._indicator is None:
            self._indicator = controller.Frame.createStatusIndicator()
            self._indicator.start(text, 100)
        elif text:
            self._indicator.setText(text)

    def ask(self, question: str) -> str | None:
        return self._ask(question)

    def choose_file(self, question: str) -> Path | None:
        chosen = self._choose(question)
        if not chosen:
            return None
        return Path(uno.fileUrlToSystemPath(chosen) if chosen.startswith("file:") else chosen)

    # ------------------------------------------------------------ within

    def _sheets(self) -> list[Any]:
        return [self.document.Sheets.getByIndex(i) for i in range(self.document.Sheets.Count)]

    def _cell(self, sheet: str, cell: str) -> Any:
        """The cell; of merged cells the first, which is the one that shows."""
        held = self.document.Sheets.getByName(sheet)
        cursor = held.createCursorByRange(held.getCellRangeByName(cell))
        cursor.collapseToMergedArea()
        return cursor.getCellByPosition(0, 0)

    @contextmanager
    def _step(self, title: str, sheets: set[str]) -> Iterator[None]:
        """One entry of the undo list; nothing happens at all when a sheet may not be changed."""
        for name in sorted(sheets):
            if self.document.Sheets.getByName(name).isProtected():
                raise LiveError(f"工作表“{name}”受保护，没有作任何改动。请先撤销工作表保护（工具、保护工作表）。")
        if self.document.isReadonly():
            raise LiveError("这个文件以只读方式打开，没有作任何改动。请另存一份再试。")
        manager = self.document.UndoManager
        known = len(manager.getAllUndoActionTitles())
        manager.enterUndoContext(f"预算公开：{title}")
        self.document.lockControllers()
        try:
            yield
        except Exception:
            self._leave(manager)
            if len(manager.getAllUndoActionTitles()) > known:
                manager.undo()
            raise
        self._leave(manager)

    def _leave(self, manager: Any) -> None:
        self.document.unlockControllers()
        manager.leaveUndoContext()

    def _new(self, title: str) -> Any:
        hidden = (pair("Hidden", not self._show),)
        document = self.desktop.loadComponentFromURL("private:factory/scalc", "_blank", 0, hidden)
        document.setTitle(title)
        self.opened.append(document)
        return document


_STYLES = {severity: f"xlbudget {severity.chinese}" for severity in MARK_COLOURS}


def _cells(ranges: Any) -> Iterator[tuple[int, int, Any]]:
    found = ranges.Cells.createEnumeration()
    while found.hasMoreElements():
        cell = found.nextElement()
        at = cell.CellAddress
        yield at.Row, at.Column, cell


def _hidden(area: Any, rows: int, columns: int) -> tuple[set[int], set[int]]:
    """Rows and columns that are not to be seen, filtered ones too."""
    seen_rows: set[int] = set()
    seen_columns: set[int] = set()
    for at in area.queryVisibleCells().RangeAddresses:
        seen_rows.update(range(at.StartRow, at.EndRow + 1))
        seen_columns.update(range(at.StartColumn, at.EndColumn + 1))
    return set(range(rows)) - seen_rows, set(range(columns)) - seen_columns


def _merges(area: Any) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """The merged cells: only ranges of one format that are merged at all are looked through."""
    sheet = area.Spreadsheet
    for ranges in area.getUniqueCellFormatRanges():
        for part in (ranges.getByIndex(i) for i in range(ranges.Count)):
            at = part.RangeAddress
            if not sheet.getCellByPosition(at.StartColumn, at.StartRow).IsMerged:
                continue
            for row in range(at.StartRow, at.EndRow + 1):
                for column in range(at.StartColumn, at.EndColumn + 1):
                    cell = sheet.getCellByPosition(column, row)
                    if cell.IsMerged:
                        cursor = sheet.createCursorByRange(cell)
                        cursor.collapseToMergedArea()
                        end = cursor.RangeAddress
                        yield (row, column), (end.EndRow, end.EndColumn)


def _covers(ranges: Any, cell: Any) -> bool:
    return bool(ranges.queryIntersection(cell.RangeAddress).Count)


def _our_formats(sheet: Any) -> list[Any]:
    return [f for f in sheet.ConditionalFormats.getConditionalFormats() if f.Count and _is_ours(f.getByIndex(0))]


def _is_ours(entry: Any) -> bool:
    return SIGN in getattr(entry, "Formula1", "")


def _our_notes(sheet: Any) -> list[int]:
    notes = sheet.Annotations
    return [i for i in range(notes.Count) if NOTE_HEAD in notes.getByIndex(i).String]


def range_values(area: Any) -> tuple[tuple[Any, ...], ...]:
    """区域的值. A range as a function gets it: cut to the used part of its sheet, error cells by their names.

    ``area`` is an ``XCellRange``; the used part is what a whole column is cut to, so that it costs no more than its
    table.
    """
    at = area.RangeAddress
    cursor = area.Spreadsheet.createCursor()
    cursor.gotoEndOfUsedArea(False)
    last = cursor.RangeAddress
    width, height = min(at.EndColumn, last.EndColumn) - at.StartColumn, min(at.EndRow, last.EndRow) - at.StartRow
    if width < 0 or height < 0:
        return ((None,),)
    part = area.getCellRangeByPosition(0, 0, width, height)
    values = part.getDataArray()
    wrong = part.queryFormulaCells(_ERRORS)
    if not wrong.Count:
        return values  # type: ignore[no-any-return]
    rows = [list(row) for row in values]
    for row, column, cell in _cells(wrong):
        rows[row - at.StartRow][column - at.StartColumn] = ERROR_NAMES.get(cell.getError(), "#VALUE!")
    return tuple(map(tuple, rows))
