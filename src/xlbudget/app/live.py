"""打开着的工作簿. What a button may ask of a spreadsheet program, whichever it is.

A host gives one class with this shape; the buttons know nothing else. Every ``write``, ``mark`` and ``unmark`` is one
step that a person can take back, and is done whole or not at all.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from xlbudget.authoring.commenting import MARK as NOTE_HEAD
from xlbudget.authoring.marking import COLOURS, SIGN, Mark, mark_formula
from xlbudget.authoring.workbook import KEEP, CellEdit, NewSheet, StyleEdit
from xlbudget.model.finding import Severity
from xlbudget.model.raw import RawDocument
from xlbudget.sources.livesheet import LiveSheet, live_document

__all__ = [
    "KEEP",
    "MARK_COLOURS",
    "NOTE_HEAD",
    "SIGN",
    "CellEdit",
    "LiveBook",
    "LiveError",
    "LiveSheet",
    "Mark",
    "NewSheet",
    "StyleEdit",
    "copy_name",
    "document_of",
    "mark_formula",
    "own_words",
    "saved_copy",
]

MARK_COLOURS = {severity: int(COLOURS[severity], 16) for severity in (Severity.ERROR, Severity.SUSPECT)}
"""标记底色. RGB by severity; what is neither error nor doubt is not marked."""


def own_words(note: str) -> str:
    """What of a note is not ours; nothing when all of it is."""
    return note.partition(NOTE_HEAD)[0].rstrip("\n")


class LiveError(Exception):
    """What cannot be done with this workbook; the message is for people."""


class LiveBook(Protocol):
    """打开着的工作簿."""

    @property
    def name(self) -> str:
        """The name of the file as the title bar shows it."""

    @property
    def active(self) -> str:
        """The name of the sheet in front."""

    @property
    def folder(self) -> Path | None:
        """Where the file lies on this machine; ``None`` while it was never saved, or lies elsewhere."""

    def read(self, sheet: str | None = None) -> list[LiveSheet]:
        """One sheet, or all in their order, hidden ones too (without their cells)."""

    def save_copy(self, folder: Path) -> Path:
        """A copy (.xlsx, .xlsm) of the workbook as it stands, with what was not saved yet; the workbook is as before."""

    def write(self, title: str, edits: Sequence[CellEdit], sheets: Sequence[NewSheet] = ()) -> None:
        """Change cells and bring in sheets; :class:`LiveError`, and nothing written, when one of them is protected.

        Formulas that are kept are calculated by the program itself; of a style, number format and ground are set. A sheet that is replaced stays where it is, and
        whatever refers to it goes on doing so.
        """

    def mark(self, title: str, marks: Sequence[Mark]) -> int:
        """Colour cells and note why; own colours, formats and notes stay. Gives how many cells got only one of the two."""

    def unmark(self, title: str) -> int:
        """Take every mark away, and nothing else; gives how many cells had one."""

    def open_table(self, title: str, rows: Sequence[Sequence[str]], widths: Sequence[int]) -> None:
        """Show rows in a new workbook, the first as the heading; texts never become formulas."""

    def open_text(self, title: str, text: str) -> None:
        """Show a text in a new workbook, one line a row."""

    def open_workbook(self, title: str, data: bytes) -> None:
        """Show a workbook (.xlsx) as a new one that is not saved yet."""

    def status(self, text: str) -> None:
        """Progress in the status bar; an empty text gives it back."""

    def ask(self, question: str) -> str | None:
        """A line typed by the person, ``None`` when the question was called off."""

    def choose_file(self, question: str) -> Path | None:
        """A file that the person picks, ``None`` when none was."""


def document_of(book: LiveBook) -> RawDocument:
    """The whole workbook as the reader of workbooks sees it."""
    book.status("正在读取工作簿…")
    return live_document(book.name, book.read())


@contextmanager
def saved_copy(book: LiveBook) -> Iterator[Path]:
    """临时副本. The workbook as it stands, as a file of its own name that is gone afterwards."""
    book.status("正在读取工作簿…")
    with tempfile.TemporaryDirectory(prefix="xlbudget") as folder:
        yield book.save_copy(Path(folder))


def copy_name(name: str, ending: str) -> str:
    """The name of a copy: that of the workbook with the ending of the copy's format."""
    stem = re.sub(r"\.(xls[xmb]?|xlt[xm]?|ods|ots|et|csv)$", "", name, flags=re.IGNORECASE)
    return (re.sub(r'[<>:"/\\|?*\x00-\x1f]', "_", stem).strip(". ") or "工作簿") + ending
