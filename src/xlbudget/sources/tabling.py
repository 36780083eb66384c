"""排表. Cells with their spans, as Word and web pages write them, to grids and running text.

Both formats use tables for page layout too: a table of one column is running text, and a row that holds another
table is taken apart unless it has figures of its own beside it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from xlbudget.model.provenance import Provenance
from xlbudget.model.raw import EMPTY_CELL, Block, Grid, Paragraph, RawCell, RawDocument, Unread

MAX_PLACES = 4_000_000
"""Places of all tables of a file, blank ones counted; the volume of a whole county has some hundred thousand."""
MAX_WIDTH = 1000
"""Columns of one table, as in the HTML standard."""
_HOST_TEXTS = 2
"""A row that holds a table and at most this many texts beside it is page layout."""


@dataclass(slots=True)
class PlacedCell:
    """有位置的单元格. Its upper left place (0-based), how many rows and columns it covers, and what it holds."""

    row: int
    column: int
    rows: int
    columns: int
    index: int
    blocks: list[Block] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join(block.text for block in self.blocks if isinstance(block, Paragraph))

    @property
    def grids(self) -> list[Grid]:
        return [block for block in self.blocks if isinstance(block, Grid)]


@dataclass(frozen=True, slots=True)
class _Indexes:
    """Places of a grid whose cells are paragraphs of a document."""

    file: str
    cells: dict[tuple[int, int], int]
    rows: dict[int, int]

    def at(self, row: int, column: int) -> Provenance:
        """A cell that is covered by another one stands where its left neighbour stands, or the row's first."""
        while column > 0 and (row, column) not in self.cells:
            column -= 1
        index = self.cells.get((row, column), self.rows.get(row))
        return Provenance(file=self.file, index=index)


class Tables:
    """一个文件的表. Turns tables into blocks; all together they stay within :data:`MAX_PLACES`."""

    def __init__(self, document: RawDocument) -> None:
        self._document = document
        self._places = 0

    def blocks(self, cells: Sequence[PlacedCell]) -> list[Block]:
        """What a table holds, in reading order: usually one grid."""
        if not cells:
            return []
        _drop_blank_columns(cells)
        height = max(cell.row for cell in cells) + 1
        width = max(cell.column for cell in cells) + 1
        if width == 1:
            return [block for cell in cells for block in cell.blocks]
        self._places += height * width
        if width > MAX_WIDTH or self._places > MAX_PLACES:
            place = Provenance(file=self._document.file, index=cells[0].index)
            self._document.unread.append(Unread(f"{height} 行 × {width} 列的表", "表过大，不像公开表", place))
            self._places -= height * width
            return []
        ordered = sorted(cells, key=lambda cell: (cell.row, cell.column))
        rows = [list(group) for _, group in groupby(ordered, key=lambda cell: cell.row)]
        if any(cell.grids for cell in cells):
            return list(_taken_apart(rows, self._document))
        return [_grid(rows, self._document.file)]


def _drop_blank_columns(cells: Sequence[PlacedCell]) -> None:
    """Columns in which no cell begins are an accident of drawing."""
    starts = sorted({cell.column for cell in cells})
    for cell in cells:
        after = bisect_left(starts, cell.column + cell.columns)
        cell.column = bisect_left(starts, cell.column)
        cell.columns = max(after - cell.column, 1)


def _taken_apart(rows: list[list[PlacedCell]], document: RawDocument) -> Iterator[Block]:
    """A table with tables inside: rows of layout as running text, the rows between them as grids."""

    data = any(sum(1 for cell in row if cell.text) > _HOST_TEXTS for row in rows)

    def is_layout(row: list[PlacedCell]) -> bool:
        texts = sum(1 for cell in row if cell.text and not cell.grids)
        return texts <= _HOST_TEXTS if any(cell.grids for cell in row) else not data and texts <= 1

    for layout, group in groupby(rows, key=is_layout):
        part = list(group)
        if layout:
            yield from (block for row in part for cell in row for block in cell.blocks)
            continue
        yield _grid(part, document.file)
        inner = [grid for row in part for cell in row for grid in cell.grids]
        if inner:
            document.notes.append("表格里套有表格，套着的表排在外层表之后读取")
            yield from inner


def _grid(rows: list[list[PlacedCell]], file: str) -> Grid:
    top, end = rows[0][0].row, rows[-1][0].row + 1
    lines: list[list[RawCell]] = [[] for _ in range(end - top)]
    places: dict[tuple[int, int], int] = {}
    merges = []
    for row in rows:
        for cell in row:
            r = cell.row - top
            line = lines[r]
            line.extend([EMPTY_CELL] * (cell.column + 1 - len(line)))
            places[r, cell.column] = cell.index
            if text := cell.text:
                line[cell.column] = RawCell(text)
            bottom, right = min(r + cell.rows, end - top) - 1, cell.column + cell.columns - 1
            if (bottom, right) != (r, cell.column):
                merges.append((r, cell.column, bottom, right))
    width = max(map(len, lines))
    for line in lines:
        line.extend([EMPTY_CELL] * (width - len(line)))
    firsts = {row[0].row - top: row[0].index for row in rows}
    return Grid(lines, _Indexes(file, places, firsts), merges)
