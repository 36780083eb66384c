"""Excel 里加入工作表. Brings sheets of a workbook file into the open workbook, and takes them away again.

A sheet that is replaced keeps its place and its identity: its cells are cleared and copied over, so that formulas on
other sheets go on referring to it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from xlbudget.app.live import NewSheet

_NO_MACROS = 3
"""msoAutomationSecurityForceDisable."""

Step = Callable[[], object]


@contextmanager
def opened(excel: Any, data: bytes) -> Iterator[Any]:
    """A workbook of these bytes, beside the others and gone afterwards; nothing in it runs."""
    with tempfile.TemporaryDirectory(prefix="xlbudget") as folder:
        path = Path(folder) / ("xlbudget-new.xlsm" if b"vbaProject" in data else "xlbudget-new.xlsx")
        path.write_bytes(data)
        events, security = excel.EnableEvents, excel.AutomationSecurity
        excel.EnableEvents, excel.AutomationSecurity = False, _NO_MACROS
        try:
            book = excel.Workbooks.Open(str(path), 0, True)
            try:
                yield book
            finally:
                book.Close(False)
        finally:
            excel.EnableEvents, excel.AutomationSecurity = events, security


def bring(book: Any, sheets: Sequence[NewSheet], before: bytes, steps: list[Step]) -> None:
    """Put the sheets into the workbook. Each that is in place adds to ``steps`` what takes it back.

    ``before`` is a copy of the workbook as it was: a sheet that is replaced comes back from there.
    """
    front = book.ActiveSheet
    for data in dict.fromkeys(sheet.workbook for sheet in sheets):
        with opened(book.Application, data) as source:
            for sheet in (s for s in sheets if s.workbook == data):
                theirs = source.Worksheets(sheet.source_name or 1)
                if sheet_named(book, sheet.name) is None:
                    steps.append(partial(_delete, book, sheet.name))
                    _add(book, theirs, sheet)
                else:
                    steps.append(partial(_put_back, book, sheet.name, before))
                    _overwrite(book.Worksheets(sheet.name), theirs)
    front.Activate()


def sheet_named(book: Any, name: str) -> Any:
    """The worksheet of that name; ``None`` if there is none."""
    found = (book.Worksheets(i) for i in range(1, book.Worksheets.Count + 1))
    return next((sheet for sheet in found if str(sheet.Name).casefold() == name.casefold()), None)


def _add(book: Any, theirs: Any, new: NewSheet) -> None:
    anchor = sheet_named(book, new.after) if new.after else book.Sheets(book.Sheets.Count)
    theirs.Copy(Before=None, After=anchor)
    made = book.Sheets(anchor.Index + 1)
    made.Name = new.name
    _own_references(made, theirs)


def _overwrite(ours: Any, theirs: Any) -> None:
    ours.Cells.Clear()
    theirs.Cells.Copy(ours.Cells)
    ours.PageSetup.PrintArea = theirs.PageSetup.PrintArea
    _own_references(ours, theirs)


def _own_references(ours: Any, theirs: Any) -> None:
    """A formula that looks at another sheet means the sheet of this workbook, not of the file that it came from."""
    used = theirs.UsedRange
    formulas = used.Formula if isinstance(used.Formula, tuple) else ((used.Formula,),)
    for r, row in enumerate(formulas):
        for c, formula in enumerate(row):
            if isinstance(formula, str) and formula.startswith("=") and "!" in formula:
                ours.Cells(used.Row + r, used.Column + c).Formula = formula


def _delete(book: Any, name: str) -> None:
    sheet = sheet_named(book, name)
    if sheet is None:
        return
    asked = book.Application.DisplayAlerts
    book.Application.DisplayAlerts = False
    try:
        sheet.Delete()
    finally:
        book.Application.DisplayAlerts = asked


def _put_back(book: Any, name: str, before: bytes) -> None:
    with opened(book.Application, before) as source:
        _overwrite(book.Worksheets(name), source.Worksheets(name))
