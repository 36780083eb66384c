"""LibreOffice 里加入工作表. Brings sheets of a workbook file into the open document, as one step to undo and to redo.

LibreOffice keeps no undo of an imported sheet, so the step is our own. A sheet that is replaced keeps its place and its
identity: its cells are cleared and copied over, so that formulas on other sheets go on referring to it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uno
import unohelper
from com.sun.star.document import XUndoAction

from xlbudget.app.live import NewSheet

_FORMULAS, _EVERYTHING = 16, 1023
"""``CellFlags.FORMULA`` of com.sun.star.sheet, and all of them."""
_READ_ONLY = 16
"""``PropertyAttribute.READONLY`` of com.sun.star.beans."""


class Sheets:
    """工作表的改动. Sheets to bring into a document; ``do`` and ``undo`` may follow each other any number of times."""

    def __init__(self, document: Any, desktop: Any, sheets: Sequence[NewSheet]) -> None:
        self.document, self.desktop, self.sheets = document, desktop, sheets
        tabs = document.Sheets
        self.replaced = [sheet.name for sheet in sheets if tabs.hasByName(sheet.name)]
        self.before = stored(document, "calc8") if self.replaced else b""

    def do(self) -> None:
        for data in dict.fromkeys(sheet.workbook for sheet in self.sheets):
            with opened(self.desktop, data, ".xlsx") as source:
                for sheet in (s for s in self.sheets if s.workbook == data):
                    name = sheet.source_name or source.Sheets.ElementNames[0]
                    if self.document.Sheets.hasByName(sheet.name):
                        self._overwrite(source, name, sheet.name)
                    else:
                        self._add(source, name, sheet)

    def undo(self) -> None:
        for sheet in self.sheets:
            if sheet.name not in self.replaced and self.document.Sheets.hasByName(sheet.name):
                self._quietly(self.document.Sheets.removeByName, sheet.name)
        if self.replaced:
            with opened(self.desktop, self.before, ".ods") as source:
                for name in self.replaced:
                    self._overwrite(source, name, name)

    def _quietly(self, deed: Callable[..., Any], *arguments: Any) -> None:
        """One deed that LibreOffice is not to note. Each by itself: some of them turn the noting on again."""
        manager = self.document.UndoManager
        manager.lock()
        try:
            deed(*arguments)
        finally:
            manager.unlock()

    def _add(self, source: Any, name: str, new: NewSheet) -> None:
        tabs = self.document.Sheets
        names = list(tabs.ElementNames)
        position = names.index(new.after) + 1 if new.after in names else len(names)
        self._quietly(tabs.importSheet, source, name, position)
        made = tabs.getByIndex(position)
        if made.Name != new.name:
            self._quietly(made.setName, new.name)
        theirs = source.Sheets.getByName(name)
        self._page_style(made, source, theirs.PageStyle)
        self._pages(made, theirs)
        self._own_references(made, theirs)

    def _overwrite(self, source: Any, name: str, wanted: str) -> None:
        tabs = self.document.Sheets
        ours, theirs = tabs.getByName(wanted), source.Sheets.getByName(name)
        self._quietly(tabs.importSheet, source, name, tabs.Count)
        passing = tabs.getByIndex(tabs.Count - 1)
        # Clearing everything takes merged cells apart too; over merged cells nothing would be copied.
        self._quietly(_used(ours).clearContents, _EVERYTHING)
        area = _used(passing).RangeAddress
        self._quietly(ours.copyRange, ours.getCellByPosition(0, 0).CellAddress, area)
        for kind, last, measure in (("Columns", area.EndColumn, "Width"), ("Rows", area.EndRow, "Height")):
            mine, other = getattr(ours, kind), getattr(passing, kind)
            for i in range(last + 1):
                self._quietly(setattr, mine.getByIndex(i), measure, getattr(other.getByIndex(i), measure))
        self._quietly(tabs.removeByName, passing.Name)
        self._quietly(ours.removeAllManualPageBreaks)
        for i in range(area.EndRow + 1):
            if theirs.Rows.getByIndex(i).IsManualPageBreak:
                self._quietly(setattr, ours.Rows.getByIndex(i), "IsStartOfNewPage", True)
        self._pages(ours, theirs)
        self._own_references(ours, theirs)

    def _pages(self, ours: Any, theirs: Any) -> None:
        """What is printed, and the rows that every page repeats; an import brings neither along."""
        areas, head = theirs.getPrintAreas(), theirs.getTitleRows()
        for one in (*areas, head):
            one.Sheet = ours.RangeAddress.Sheet
        if areas:
            self._quietly(ours.setPrintAreas, areas)
        if theirs.getPrintTitleRows():
            self._quietly(ours.setTitleRows, head)
            self._quietly(ours.setPrintTitleRows, True)

    def _page_style(self, ours: Any, source: Any, name: str) -> None:
        """Paper, margins and footer of a sheet."""
        styles = self.document.StyleFamilies.getByName("PageStyles")
        if not styles.hasByName(name):
            theirs = source.StyleFamilies.getByName("PageStyles").getByName(name)
            styles.insertByName(name, self.document.createInstance("com.sun.star.style.PageStyle"))
            made = styles.getByName(name)
            for known in theirs.getPropertySetInfo().getProperties():
                if not known.Attributes & _READ_ONLY:
                    made.setPropertyValue(known.Name, theirs.getPropertyValue(known.Name))
        self._quietly(setattr, ours, "PageStyle", name)

    def _own_references(self, ours: Any, theirs: Any) -> None:
        """A formula that looks at another sheet means the sheet of this document, not of the file that it came from."""
        found = _used(theirs).queryContentCells(_FORMULAS).Cells.createEnumeration()
        while found.hasMoreElements():
            cell = found.nextElement()
            if "." in cell.Formula and not cell.ArrayFormula:
                at = cell.CellAddress
                self._quietly(ours.getCellByPosition(at.Column, at.Row).setFormula, cell.Formula)


class Step(unohelper.Base, XUndoAction):  # type: ignore[misc]
    """撤销的一步. What LibreOffice calls when the person takes the step back, or does it again."""

    def __init__(self, title: str, undo: Callable[[], None], redo: Callable[[], None]) -> None:
        self.Title = title
        self._undo, self._redo = undo, redo

    def undo(self) -> None:
        self._undo()

    def redo(self) -> None:
        self._redo()


def bring(document: Any, desktop: Any, title: str, sheets: Sequence[NewSheet]) -> None:
    """Put the sheets into the document, with an entry of its own in the list of what can be undone."""
    if not sheets:
        return
    work = Sheets(document, desktop, sheets)
    try:
        work.do()
    except Exception:
        work.undo()
        raise
    document.UndoManager.addUndoAction(Step(title, work.undo, work.do))


def stored(document: Any, form: str) -> bytes:
    """The document as it stands, as a file of that format."""
    with tempfile.TemporaryDirectory(prefix="xlbudget") as folder:
        path = Path(folder) / "xlbudget-copy"
        document.storeToURL(path.as_uri(), (pair("FilterName", form),))
        return path.read_bytes()


@contextmanager
def opened(desktop: Any, data: bytes, ending: str) -> Iterator[Any]:
    """A workbook of these bytes, out of sight and gone afterwards; nothing in it runs."""
    document = loaded(desktop, data, ending, Hidden=True)
    try:
        yield document
    finally:
        document.close(True)


def loaded(desktop: Any, data: bytes, ending: str, **more: Any) -> Any:
    """A document of these bytes; LibreOffice has it in memory, so the file may go. Its macros do not run."""
    with tempfile.TemporaryDirectory(prefix="xlbudget") as folder:
        path = Path(folder) / f"xlbudget-new{ending}"
        path.write_bytes(data)
        values = tuple(pair(name, value) for name, value in {"MacroExecutionMode": 0, **more}.items())
        return desktop.loadComponentFromURL(path.as_uri(), "_blank", 0, values)


def pair(name: str, value: Any) -> Any:
    """A ``PropertyValue``."""
    made = uno.createUnoStruct("com.sun.star.beans.PropertyValue")
    made.Name, made.Value = name, value
    return made


def _used(sheet: Any) -> Any:
    cursor = sheet.createCursor()
    cursor.gotoEndOfUsedArea(False)
    end = cursor.RangeAddress
    return sheet.getCellRangeByPosition(0, 0, end.EndColumn, end.EndRow)
