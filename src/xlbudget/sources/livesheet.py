"""打开着的工作表. The sheets of a workbook that is open in a spreadsheet program, as the reader of workbooks sees them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from xlbudget.model.raw import RawDocument
from xlbudget.sources.sheetxml import SheetMarks
from xlbudget.sources.xlsx import hidden_sheet, sheet_blocks

__all__ = ["LiveSheet", "SheetMarks", "live_document"]


@dataclass(frozen=True, slots=True)
class LiveSheet:
    """工作表的当前内容. The used area of a sheet: numbers as float, texts, truth values, ``None`` for empty cells.

    ``corner`` is the upper left cell of ``values``, ``merges`` are (first, last) cells; positions are 0-based (row,
    column). Dates come as the text that is shown.
    """

    name: str
    values: Sequence[Sequence[Any]]
    corner: tuple[int, int] = (0, 0)
    merges: Sequence[tuple[tuple[int, int], tuple[int, int]]] = ()
    marks: SheetMarks = field(default_factory=SheetMarks)
    visible: bool = True


def live_document(file: str, sheets: Sequence[LiveSheet]) -> RawDocument:
    """The sheets as one document, by the very rules by which a saved workbook is read."""
    document = RawDocument(file, "xlsx", [])
    for sheet in sheets:
        if not sheet.visible:
            document.unread.append(hidden_sheet(file, sheet.name))
            continue
        rows = [["" if value is None else value for value in row] for row in sheet.values]
        document.blocks.extend(sheet_blocks(rows, sheet.corner, sheet.merges, sheet.name, file, sheet.marks))
    return document
