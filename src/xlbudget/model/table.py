"""表. A table of a disclosure after it has been recognised: typed columns, subjects in rows, amounts in cells."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import Enum

from xlbudget.model.amount import Amount, Blank, MoneyUnit
from xlbudget.model.provenance import Provenance
from xlbudget.model.raw import Grid
from xlbudget.model.subject import SubjectCode


class TableStatus(Enum):
    """表的状态."""

    READ = "read"
    EMPTY = "empty"
    """The form without figures: nothing to report in it."""
    MISSING = "missing"
    UNREADABLE = "unreadable"


class RowKind(Enum):
    """行的性质."""

    SUBJECT = "科目"
    """A functional or economic subject with its code."""
    TOTAL = "合计"
    ITEM = "项目"
    """Anything else with a name: an income source, a project, a kind of expense."""
    UNIT = "单位"


class Side(Enum):
    """收支方向. The half of a two-sided table that a row belongs to."""

    NONE = ""
    INCOME = "income"
    EXPENDITURE = "expenditure"


@dataclass(slots=True)
class Cell:
    """单元格. A figure, a text, or one of the three blanks; ``text`` is what is printed."""

    text: str
    amount: Amount | None = None
    blank: Blank | None = Blank.EMPTY
    formula: str = ""
    trouble: str = ""
    grid_column: int = 0

    @property
    def value(self) -> Amount | str | Blank:
        if self.amount is not None:
            return self.amount
        return self.blank if self.blank is not None else self.text


@dataclass(frozen=True, slots=True)
class Column:
    """栏. ``heading`` is printed, ``role`` is what it means (``total``, ``basic`` ...; empty if unknown).

    ``period`` tells columns of one role apart: ``current``, ``prior`` (last year's budget), ``executed``
    (last year's execution) ... ``group`` is the printed heading above, ``of_which`` an 其中 column.
    """

    heading: str
    role: str = ""
    period: str = "current"
    side: Side = Side.NONE
    group: str = ""
    money: bool = True
    of_which: bool = False


@dataclass(slots=True)
class Row:
    """行. ``cells`` run parallel to the table's columns. ``name`` is the label without spaces and numbering.

    ``parent`` is the index of the row that this one adds up to, ``None`` if there is none; an ``of_which``
    (其中) row is part of its parent without completing it. ``unit`` is the unit whose block the row stands in.
    ``doubt`` says what the reading had to mend in this row; findings that rest on it are never errors.
    """

    label: str
    name: str
    kind: RowKind
    cells: list[Cell]
    grid_row: int
    code: SubjectCode | None = None
    side: Side = Side.NONE
    role: str = ""
    parent: int | None = None
    of_which: bool = False
    unit: str = ""
    doubt: str = ""
    grid: Grid | None = None


@dataclass(slots=True)
class Table:
    """表. One bound table. ``id`` is the specification's name, ``number`` its place in the form.

    ``notes`` are the lines printed under it. Amounts carry their own unit, normally ``money_unit``.
    """

    id: str
    title: str
    columns: list[Column]
    rows: list[Row]
    status: TableStatus = TableStatus.READ
    number: int | None = None
    money_unit: MoneyUnit = MoneyUnit.WAN
    unit_printed: bool = True
    notes: list[tuple[str, Provenance]] = field(default_factory=list)
    title_place: Provenance = field(default_factory=Provenance)
    first_place: Provenance = field(default_factory=Provenance)
    last_page: int | None = None
    maker: str = ""
    repairs: list[str] = field(default_factory=list)

    def column_indexes(self, role: str, period: str = "current", side: Side = Side.NONE) -> list[int]:
        """Which columns have this role (normally one)."""
        return [
            i
            for i, column in enumerate(self.columns)
            if column.role == role and column.period == period and column.side in (Side.NONE, side)
        ]

    def column_index(self, role: str, period: str = "current", side: Side = Side.NONE) -> int | None:
        """The only column with this role, or ``None`` if there is none or more than one."""
        found = self.column_indexes(role, period, side)
        return found[0] if len(found) == 1 else None

    def rows_on(self, side: Side) -> Iterator[Row]:
        return (row for row in self.rows if row.side is side)

    def place(self, row: Row, column: int | None = None) -> Provenance:
        """出处. Where a row, or one of its cells, stands, with the printed names of row and column."""
        cell = row.cells[column] if column is not None else None
        grid_column = cell.grid_column if cell is not None else 0
        base = row.grid.places.at(row.grid_row, grid_column) if row.grid is not None else self.first_place
        heading = self.columns[column].heading if column is not None else ""
        quote = cell.text if cell is not None else row.label
        label = f"{row.code} {row.name}" if row.code and row.name else row.name or str(row.code or "")
        return replace(base, table=self.title, row=label, column=heading, quote=quote, doubt=row.doubt)
