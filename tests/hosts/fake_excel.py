"""A workbook object that answers as Excel's does, over a file read by openpyxl: what ``ExcelBook`` asks for, no more.

What mixed ranges answer (nothing), how errors, dates and notes come, is written after Microsoft's reference of the
Excel object model (Range.NumberFormat, Range.MergeCells, Range.Value2, FormatConditions.Add).
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
from openpyxl.utils import column_index_from_string, get_column_letter

from xlbudget.authoring.workbook import CellEdit, NewSheet, edit_workbook
from xlbudget.model.cellref import cell_name

ERRORS = {"#DIV/0!": -2146826281, "#N/A": -2146826246, "#REF!": -2146826265, "#VALUE!": -2146826273}


class FakeExcel:
    def __init__(self, path: Path) -> None:
        self.data = path.read_bytes()
        values, formulas = openpyxl.load_workbook(path, data_only=True), openpyxl.load_workbook(path)
        self.questions = 0
        self.sheets = [FakeSheet(self, values[name], formulas[name]) for name in values.sheetnames]
        self.active_name = self.sheets[0].Name
        self.StatusBar: Any = False
        self.ScreenUpdating = self.EnableEvents = self.DisplayAlerts = True
        self.AutomationSecurity = 1
        self.undo: Any = None
        self.made: list[Any] = []
        self.opened: list[Any] = []
        self.answers = ["XB103"]
        self.file: Any = False
        sheets = _Collection(self.sheets)
        self.book = SimpleNamespace(
            Name=path.name, Application=self, Worksheets=sheets, Sheets=sheets, Path=str(path.parent), FileFormat=51,
            ReadOnly=False, ProtectStructure=False, SaveCopyAs=self._save,
        )  # fmt: skip
        self.Workbooks = SimpleNamespace(Add=self._add, Open=self._open)

    @property
    def ActiveSheet(self) -> Any:
        return SimpleNamespace(Name=self.active_name, Activate=lambda name=self.active_name: None)

    def OnUndo(self, text: str, macro: str) -> None:
        self.undo = (text, macro)

    def InputBox(self, question: str, title: str) -> Any:
        assert len(question) <= 255, "Excel refuses a longer question"
        return self.answers.pop(0) if self.answers else ""

    def GetOpenFilename(self, kinds: str, index: int, title: str) -> Any:
        assert len(kinds.split(",")) % 2 == 0, "pairs of a name and its patterns"
        return self.file

    def _save(self, path: str) -> None:
        """What stands in the workbook, as a file: the sheets as they came, with what was changed in them."""
        grafts = [
            NewSheet(s.Name, s.origin.data, s.origin_name, replace=True) for s in self.sheets if s.origin is not self
        ]
        edits = [
            CellEdit(s.Name, cell_name(at[0] - 1, at[1] - 1), _decimal(s.values.get(at)), s.formulas.get(at, "=")[1:])
            for s in self.sheets
            for at in sorted({*s.values, *s.as_read[0]})
            if (s.values.get(at), s.formulas.get(at)) != (s.as_read[0].get(at), s.as_read[1].get(at))
        ]
        data = edit_workbook(self.data, [], new_sheets=grafts).data
        Path(path).write_bytes(edit_workbook(data, edits).data)

    def _open(self, path: str, links: int, read_only: bool) -> Any:
        assert not self.EnableEvents and self.AutomationSecurity == 3, "nothing in it may run"
        other = FakeExcel(Path(path))
        self.opened.append(other)
        other.book.Close = lambda save: self.opened.remove(other)
        return other.book

    def _add(self, template: str = "") -> Any:
        if template:
            self.made.append(FakeExcel(Path(template)).book)
            return self.made[-1]
        book = openpyxl.Workbook()
        sheet = FakeSheet(self, book.active, book.active)
        made = SimpleNamespace(Worksheets=_Collection([sheet]), Windows=lambda i: SimpleNamespace(), Saved=False)
        self.made.append(made)
        return made

    def state(self) -> Any:
        return [
            (s.Name, dict(s.values), dict(s.formulas), dict(s.formats), {k: v for k, v in s.grounds.items() if v is not None},
             sorted(s.merged), dict(s.cells_with_notes), list(s.rules))
            for s in self.sheets
        ]  # fmt: skip

    def __setattr__(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)
        if name == "active_name" and "book" in self.__dict__:
            self.book.ActiveSheet = self.ActiveSheet
        if name == "book":
            value.ActiveSheet = self.ActiveSheet


class _Collection:
    def __init__(self, items: list[Any]) -> None:
        self.items = items

    @property
    def Count(self) -> int:
        return len(self.items)

    def __call__(self, key: Any) -> Any:
        if isinstance(key, int):
            return self.items[key - 1]
        return next(item for item in self.items if item.Name == key)


class FakeSheet:
    def __init__(self, excel: FakeExcel, values: Any, formulas: Any) -> None:
        self.excel, self.Name = excel, values.title
        self.origin, self.origin_name = excel, values.title
        self.PageSetup = SimpleNamespace(PrintArea="")
        self.grounds: dict[tuple[int, int], int | None] = {}
        self.Visible = -1 if values.sheet_state == "visible" else 0
        self.ProtectContents = False
        self.values: dict[tuple[int, int], Any] = {}
        self.formulas: dict[tuple[int, int], str] = {}
        self.formats: dict[tuple[int, int], str] = {}
        for row in values.iter_rows():
            for cell in row:
                at = (cell.row, cell.column)
                self.formats[at] = cell.number_format
                if cell.value is not None:
                    self.values[at] = _value2(cell.value)
                formula = formulas.cell(*at).value
                if isinstance(formula, str) and formula.startswith("="):
                    self.formulas[at] = formula
        self.as_read = (dict(self.values), dict(self.formulas))
        self.size = (values.max_row, values.max_column)
        self.merged = [(m.min_row, m.min_col, m.max_row, m.max_col) for m in values.merged_cells.ranges]
        self.hidden_rows = {r for r, d in values.row_dimensions.items() if d.hidden}
        self.hidden_columns = {column_index_from_string(c) for c, d in values.column_dimensions.items() if d.hidden}
        self.cells_with_notes: dict[tuple[int, int], str] = {}
        self.rules: list[tuple[tuple[int, int], str, int]] = []

    @property
    def UsedRange(self) -> Any:
        return FakeRange(self, (1, 1, *self.size))

    @property
    def Cells(self) -> Any:
        return FakeRange(self, (1, 1, *self.size))

    @property
    def Comments(self) -> Any:
        return _Collection([_Note(self, at) for at in sorted(self.cells_with_notes)])

    @property
    def Index(self) -> int:
        return self.excel.sheets.index(self) + 1

    def Copy(self, Before: Any, After: Any) -> None:
        made = object.__new__(FakeSheet)
        made.__dict__.update(self.__dict__)
        made.excel, made.rules = After.excel, []
        made.take(self)
        After.excel.sheets.insert(After.Index, made)

    def Delete(self) -> None:
        assert not self.excel.DisplayAlerts, "Excel would ask"
        self.excel.sheets.remove(self)

    def take(self, other: FakeSheet) -> None:
        """Everything that stands in another sheet."""
        for name in ("values", "formulas", "formats", "grounds", "cells_with_notes"):
            setattr(self, name, dict(getattr(other, name)))
        self.merged, self.size = list(other.merged), other.size
        self.origin, self.origin_name, self.as_read = other.origin, other.origin_name, other.as_read

    def Columns(self, number: int) -> Any:
        return SimpleNamespace()

    def Range(self, address: str) -> Any:
        corners = [(int(r), column_index_from_string(c)) for c, r in re.findall(r"\$?([A-Z]+)\$?(\d+)", address)]
        return FakeRange(self, (*corners[0], *corners[-1]))


class FakeRange:
    def __init__(self, sheet: FakeSheet, area: tuple[int, int, int, int]) -> None:
        object.__setattr__(self, "sheet", sheet)
        object.__setattr__(self, "area", area)
        sheet.excel.questions += 1

    def _each(self) -> list[tuple[int, int]]:
        top, left, bottom, right = self.area
        return [(r, c) for r in range(top, bottom + 1) for c in range(left, right + 1)]

    def _same(self, answers: list[Any]) -> Any:
        return answers[0] if len(set(answers)) == 1 else None

    def _shaped(self, ask: Any) -> Any:
        top, left, bottom, right = self.area
        rows = tuple(tuple(ask((r, c)) for c in range(left, right + 1)) for r in range(top, bottom + 1))
        return rows[0][0] if len(rows) == len(rows[0]) == 1 else rows

    Row = property(lambda self: self.area[0])
    Column = property(lambda self: self.area[1])
    Rows = property(lambda self: SimpleNamespace(Count=self.area[2] - self.area[0] + 1))
    Columns = property(lambda self: SimpleNamespace(Count=self.area[3] - self.area[1] + 1))
    Count = property(lambda self: len(self._each()))
    Address = property(lambda self: f"${get_column_letter(self.area[1])}${self.area[0]}")
    Font = property(lambda self: SimpleNamespace())
    Interior = property(lambda self: _Ground(self.sheet, self.area[:2]))
    CommentThreaded = None

    @property
    def Formula(self) -> Any:
        values, formulas = self.sheet.values, self.sheet.formulas
        return self._shaped(lambda at: formulas.get(at, values.get(at, "")))

    @property
    def Value2(self) -> Any:
        return self._shaped(self.sheet.values.get)

    @property
    def Text(self) -> str:
        day = dt.date(1899, 12, 30) + dt.timedelta(days=self.sheet.values[self.area[:2]])
        return day.isoformat()

    @property
    def NumberFormat(self) -> Any:
        return self._same([self.sheet.formats.get(at, "General") for at in self._each()])

    @property
    def MergeCells(self) -> Any:
        return self._same([self._merge(at) is not None for at in self._each()])

    @property
    def MergeArea(self) -> Any:
        return FakeRange(self.sheet, self._merge(self.area[:2]) or self.area)

    def _merge(self, at: tuple[int, int]) -> Any:
        for top, left, bottom, right in self.sheet.merged:
            if top <= at[0] <= bottom and left <= at[1] <= right:
                return (top, left, bottom, right)
        return None

    @property
    def EntireRow(self) -> Any:
        rows = range(self.area[0], self.area[2] + 1)
        return SimpleNamespace(Hidden=self._same([r in self.sheet.hidden_rows for r in rows]))

    @property
    def EntireColumn(self) -> Any:
        columns = range(self.area[1], self.area[3] + 1)
        return SimpleNamespace(Hidden=self._same([c in self.sheet.hidden_columns for c in columns]))

    @property
    def Comment(self) -> Any:
        at = self.area[:2]
        return _Note(self.sheet, at) if at in self.sheet.cells_with_notes else None

    def AddComment(self, text: str) -> Any:
        assert len(text) <= 255 and self.area[:2] not in self.sheet.cells_with_notes
        self.sheet.cells_with_notes[self.area[:2]] = text
        return _Note(self.sheet, self.area[:2])

    def __call__(self, row: int, column: int) -> Any:
        return FakeRange(self.sheet, (row, column, row, column))

    def Clear(self) -> None:
        sheet = self.sheet
        sheet.values, sheet.formulas, sheet.formats, sheet.grounds, sheet.merged = {}, {}, {}, {}, []

    def Copy(self, target: Any) -> None:
        target.sheet.take(self.sheet)

    def Cells(self, number: int) -> Any:
        return FakeRange(self.sheet, (*self._each()[number - 1], *self._each()[number - 1]))

    def ClearContents(self) -> None:
        for at in self._each():
            self.sheet.values.pop(at, None)
            self.sheet.formulas.pop(at, None)

    @property
    def FormatConditions(self) -> Any:
        inside = set(self._each())
        return _Rules(self.sheet, self, [n for n, rule in enumerate(self.sheet.rules) if rule[0] in inside])

    def __setattr__(self, name: str, value: Any) -> None:
        sheet, at = self.sheet, self.area[:2]
        if name == "Value2" and not isinstance(value, tuple):
            sheet.values[at] = value
            sheet.formulas.pop(at, None)
        elif name == "Formula":
            if value == "":
                self.ClearContents()
            elif isinstance(value, str) and value.startswith("="):
                sheet.formulas[at] = value
            else:
                sheet.values[at] = value
                sheet.formulas.pop(at, None)
        elif name == "NumberFormat":
            sheet.formats.update(dict.fromkeys(self._each(), value))
        else:
            assert name in ("Value2", "WrapText", "VerticalAlignment"), name


class _Rules:
    def __init__(self, sheet: FakeSheet, area: FakeRange, numbers: list[int]) -> None:
        self.sheet, self.area, self.numbers = sheet, area, numbers

    @property
    def Count(self) -> int:
        return len(self.numbers)

    def __call__(self, number: int) -> Any:
        return _Rule(self.sheet, self.numbers[number - 1])

    def Add(self, kind: int, operator: int, formula: str) -> Any:
        self.sheet.rules.append((self.area.area[:2], formula, kind))
        return _Rule(self.sheet, len(self.sheet.rules) - 1)


class _Rule:
    def __init__(self, sheet: FakeSheet, number: int) -> None:
        self.sheet, self.number = sheet, number
        self.Interior = SimpleNamespace()
        self.StopIfTrue = True

    Type = property(lambda self: self.sheet.rules[self.number][2])
    Formula1 = property(lambda self: self.sheet.rules[self.number][1])

    @property
    def AppliesTo(self) -> Any:
        at = self.sheet.rules[self.number][0]
        return FakeRange(self.sheet, (*at, *at))

    def SetFirstPriority(self) -> None:
        pass

    def Delete(self) -> None:
        del self.sheet.rules[self.number]


class _Ground:
    """The ground of a cell: a colour, or none."""

    def __init__(self, sheet: FakeSheet, at: tuple[int, int]) -> None:
        object.__setattr__(self, "place", (sheet.grounds, at))

    Color = property(lambda self: self.place[0].get(self.place[1]) or 0xFFFFFF)
    ColorIndex = property(lambda self: -4142 if self.place[0].get(self.place[1]) is None else 6)

    def __setattr__(self, name: str, value: int) -> None:
        assert name == "Color" or (name == "ColorIndex" and value == -4142)
        self.place[0][self.place[1]] = value if name == "Color" else None


class _Note:
    def __init__(self, sheet: FakeSheet, at: tuple[int, int]) -> None:
        self.sheet, self.at = sheet, at
        self.Shape = SimpleNamespace(TextFrame=SimpleNamespace())
        self.Parent = FakeRange(sheet, (*at, *at))

    def Text(self, text: str | None = None, start: int = 1, overwrite: bool = True) -> str:
        if text is not None and overwrite:
            self.sheet.cells_with_notes[self.at] = text
        elif text is not None:
            assert len(text) <= 255
            old = self.sheet.cells_with_notes[self.at]
            self.sheet.cells_with_notes[self.at] = old[: start - 1] + text + old[start - 1 :]
        return self.sheet.cells_with_notes[self.at]

    def Delete(self) -> None:
        del self.sheet.cells_with_notes[self.at]


def _value2(value: Any) -> Any:
    """Numbers as float, dates as day numbers, errors as numbers of type int."""
    if isinstance(value, bool):
        return value
    if isinstance(value, (dt.datetime, dt.date)):
        day = value.date() if isinstance(value, dt.datetime) else value
        return float((day - dt.date(1899, 12, 30)).days)
    if isinstance(value, (int, float)):
        return float(value)
    return ERRORS.get(value, value)


def _decimal(value: Any) -> Any:
    return Decimal(f"{value:.15g}") if isinstance(value, float) else value
