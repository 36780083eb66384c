"""原始文档. What a file holds before anybody knows that it is about budgets.

A reader of :mod:`xlbudget.sources` turns any file into one :class:`RawDocument`: paragraphs and grids in
reading order. Nothing here knows of subjects, tables of a form or sentences of a form.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol

from xlbudget.model.provenance import Provenance
from xlbudget.model.traces import Trace


@dataclass(slots=True)
class RawCell:
    """单元格原文. One cell of a grid.

    ``text`` is what a person sees. A typed cell of a workbook also has its stored ``number``, the ``shown``
    one, and the ``decimals`` that its number format shows (``None``: general format, as many as there are).
    ``trouble`` names what makes the cell doubtful: an error value, a formula without a stored result.
    """

    text: str = ""
    number: Decimal | None = None
    decimals: int | None = None
    formula: str = ""
    trouble: str = ""
    shown: Decimal | None = None


EMPTY_CELL = RawCell()


class Places(Protocol):
    """Says where a cell of a grid, or a line of a paragraph, stands in the file."""

    def at(self, row: int, column: int) -> Provenance:
        """The place of the cell; ``quote`` and the names of table, row and column are left blank."""


@dataclass(slots=True)
class Grid:
    """网格. A rectangle of cells; rows may be ragged. ``merges`` are (top, left, bottom, right), inclusive."""

    rows: list[list[RawCell]]
    places: Places
    merges: Sequence[tuple[int, int, int, int]] = ()
    sheet: str = ""
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()

    def cell(self, row: int, column: int) -> RawCell:
        cells = self.rows[row]
        return cells[column] if column < len(cells) else EMPTY_CELL

    @property
    def width(self) -> int:
        return max(map(len, self.rows), default=0)

    def part(self, first: int, last: int) -> Grid:
        """The rows from ``first`` up to, not including, ``last``, as a grid of their own."""
        merges = [(t - first, left, b - first, right) for t, left, b, right in self.merges if first <= t and b < last]
        hidden = frozenset(r - first for r in self.hidden_rows if first <= r < last)
        places = ShiftedPlaces(self.places, first)
        return Grid(self.rows[first:last], places, merges, self.sheet, hidden, self.hidden_columns)

    def compact(self) -> Grid:
        """The grid without columns that tables of other widths on the sheet need: under merged cells, at the edge."""
        width = self.width
        idle = {c for _, left, _, right in self.merges for c in range(left + 1, right + 1)}
        idle = {c for c in idle if not any(_filled(row, c) for row in self.rows)}
        while width > 1 and (width - 1 in idle or not any(_filled(row, width - 1) for row in self.rows)):
            width -= 1
            idle.add(width)
        if not idle:
            return self
        kept = tuple(c for c in range(self.width) if c not in idle)
        now = {c: i for i, c in enumerate(kept)}
        merges = [
            (top, min(own), bottom, max(own))
            for top, left, bottom, right in self.merges
            if (own := [now[c] for c in range(left, right + 1) if c in now])
        ]
        rows = [[row[c] for c in kept if c < len(row)] for row in self.rows]
        hidden = frozenset(now[c] for c in self.hidden_columns if c in now)
        return Grid(rows, ChosenPlaces(self.places, kept), merges, self.sheet, self.hidden_rows, hidden)


def _filled(row: list[RawCell], column: int) -> bool:
    if column >= len(row):
        return False
    cell = row[column]
    return bool(cell.text or cell.number is not None or cell.trouble or cell.formula)


@dataclass(frozen=True, slots=True)
class ShiftedPlaces:
    """Places of a grid that is a lower part of another one."""

    places: Places
    rows: int

    def at(self, row: int, column: int) -> Provenance:
        return self.places.at(row + self.rows, column)


@dataclass(frozen=True, slots=True)
class ChosenPlaces:
    """Places of a grid of which some columns were left out; ``columns`` are those that were kept."""

    places: Places
    columns: tuple[int, ...]

    def at(self, row: int, column: int) -> Provenance:
        return self.places.at(row, self.columns[column] if column < len(self.columns) else column)


@dataclass(slots=True)
class Paragraph:
    """段落. One line or paragraph of text. ``heading`` is its depth when the file marks it as one.

    ``lines`` gives, for a paragraph of several printed lines, where in the text each begins and where it stands.
    """

    text: str
    place: Provenance
    heading: int | None = None
    lines: tuple[tuple[int, Provenance], ...] = ()

    def pieces(self) -> Iterator[tuple[str, Provenance]]:
        """The printed lines with their places."""
        if not self.lines:
            yield self.text, self.place
            return
        ends = [start for start, _ in self.lines[1:]] + [len(self.text)]
        for (start, place), end in zip(self.lines, ends, strict=True):
            yield self.text[start:end], place


Block = Paragraph | Grid


@dataclass(frozen=True, slots=True)
class Unread:
    """未读. Something that could not be read or is not to be trusted: what, and why."""

    what: str
    why: str
    place: Provenance = field(default_factory=Provenance)


@dataclass(slots=True)
class RawDocument:
    """原始文档. A file as its reader saw it. ``kind`` is text, xlsx, docx, pdf or html."""

    file: str
    kind: str
    blocks: list[Block]
    unread: list[Unread] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    traces: list[Trace] = field(default_factory=list)
