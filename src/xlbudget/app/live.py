"""打开着的工作簿. What a button may ask of a spreadsheet program, whichever it is.

A host gives one class with this shape; the buttons know nothing else. Every ``write``, ``mark`` and ``unmark`` is one
step that a person can take back, and is done whole or not at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from xlbudget.authoring.commenting import MARK as NOTE_HEAD
from xlbudget.authoring.marking import COLOURS, SIGN, Mark, mark_formula
from xlbudget.model.finding import Severity
from xlbudget.sources.livesheet import LiveSheet

__all__ = [
    "MARK_COLOURS",
    "NOTE_HEAD",
    "SIGN",
    "CellChange",
    "LiveBook",
    "LiveError",
    "LiveSheet",
    "Mark",
    "mark_formula",
    "own_words",
]

MARK_COLOURS = {severity: int(COLOURS[severity], 16) for severity in (Severity.ERROR, Severity.SUSPECT)}
"""标记底色. RGB by severity; what is neither error nor doubt is not marked."""


def own_words(note: str) -> str:
    """What of a note is not ours; nothing when all of it is."""
    return note.partition(NOTE_HEAD)[0].rstrip("\n")


class LiveError(Exception):
    """What cannot be done with this workbook; the message is for people."""


@dataclass(frozen=True, slots=True)
class CellChange:
    """改动. A cell (A1 style) and its new value."""

    sheet: str
    cell: str
    value: Decimal | str | None


class LiveBook(Protocol):
    """打开着的工作簿."""

    @property
    def name(self) -> str:
        """The name of the file as the title bar shows it."""

    @property
    def active(self) -> str:
        """The name of the sheet in front."""

    def read(self, sheet: str | None = None) -> list[LiveSheet]:
        """One sheet, or all in their order, hidden ones too (without their cells)."""

    def write(self, title: str, changes: Sequence[CellChange]) -> None:
        """Write values; :class:`LiveError`, and nothing written, when one of the sheets is protected."""

    def mark(self, title: str, marks: Sequence[Mark]) -> int:
        """Colour cells and note why; own colours, formats and notes stay. Gives how many cells got only one of the two."""

    def unmark(self, title: str) -> int:
        """Take every mark away, and nothing else; gives how many cells had one."""

    def open_table(self, title: str, rows: Sequence[Sequence[str]], widths: Sequence[int]) -> None:
        """Show rows in a new workbook, the first as the heading; texts never become formulas."""

    def open_text(self, title: str, text: str) -> None:
        """Show a text in a new workbook, one line a row."""

    def status(self, text: str) -> None:
        """Progress in the status bar; an empty text gives it back."""

    def ask(self, question: str, choices: Sequence[str] = ()) -> str | None:
        """A line typed by the person, ``None`` when the question was called off."""
