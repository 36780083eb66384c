"""两份文件对照. A cell of one document and the cell of another that it continues: last year's, the budget's, a unit's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from xlbudget.model.amount import Amount
from xlbudget.model.disclosure import Disclosure
from xlbudget.model.provenance import Provenance
from xlbudget.model.table import Cell, Row, RowKind, Side, Table, TableStatus
from xlbudget.packs.matching import Match, Matched, match_column, match_row

ZERO = Amount(Decimal(0))


@dataclass(frozen=True, slots=True)
class Pair:
    """两份文件中的同一项. ``now`` of this document (``None`` if no table shows it) and ``then`` of the other one."""

    now: Amount | None
    then: Amount
    here: Provenance | None
    there: Provenance
    matched: Matched

    @property
    def note(self) -> str:
        """对应方式, when it is worth saying."""
        return f"{self.matched.how.value}：{self.matched.why}" if self.matched.why else ""


@dataclass(frozen=True, slots=True)
class Unpaired:
    """不能对应. Why no figure of the other document was taken."""

    why: str


def years_of(other: Disclosure, disclosure: Disclosure) -> tuple[int, int]:
    """The years of the two documents, the other one's first."""
    year = disclosure.year or 0
    return other.year or year, year


def counterpart(
    table: Table, row: Row, column: int, disclosure: Disclosure, other: Disclosure, period: str = "current"
) -> Pair | Unpaired | None:
    """The cell of ``other`` that continues this one; ``None`` if ``other`` has no such table or column."""
    past = other.table(table.id)
    if past is None or past.status is TableStatus.UNREADABLE:
        return None
    here = table.place(row, column)
    now = shown(row.cells[column], table)
    if past.status is not TableStatus.READ:
        return Pair(now, ZERO, here, replace(past.first_place, table=past.title), Matched(Match.ABSENT, None, "空表"))
    target = match_column(table.columns[column], past, period)
    if target is None:
        return None
    matched = match_row(row, table, past, years_of(other, disclosure))
    if matched.how is Match.DOUBTFUL:
        return Unpaired(matched.why)
    if matched.row is None:
        place = replace(past.first_place, table=past.title)
        return Pair(now, ZERO, here, place, matched)
    then = shown(matched.row.cells[target], past)
    return Pair(now, then, here, past.place(matched.row, target), matched)


def shown(cell: Cell, table: Table) -> Amount:
    """The amount of a cell; a blank one says that there is nothing."""
    return cell.amount if cell.amount is not None else Amount(Decimal(0), table.money_unit)


def figures(table: Table, periods: tuple[str, ...]) -> Iterator[tuple[Row, int]]:
    """Every cell of the columns of these periods that may hold money."""
    columns = [c for c, column in enumerate(table.columns) if column.period in periods and column.role and column.money]
    for row in table.rows:
        for c in columns:
            if table.columns[c].side is row.side and (
                row.cells[c].amount is not None or row.cells[c].blank is not None
            ):
                yield row, c


def openings(table: Table) -> Iterator[tuple[Row, int]]:
    """年初（上年）结转. The cells that say what the year began with."""
    for row in table.rows:
        if row.role == "carry_in" and row.side is Side.INCOME:
            for c in table.column_indexes("total", side=Side.INCOME):
                yield row, c
    for c, column in enumerate(table.columns):
        if column.role == "carry_in" and column.side is Side.NONE and column.period == "current":
            for row in table.rows:
                if row.kind in (RowKind.SUBJECT, RowKind.TOTAL):
                    yield row, c


def closing(table: Table, row: Row, column: int, other: Table, years: tuple[int, int]) -> tuple[Row, int] | None:
    """年末结转. The cell of last year's table that an opening balance comes from; ``None`` if the two do not answer."""
    if table.columns[column].side is Side.INCOME:
        if sum(r.role == "carry_in" for r in table.rows) > 1:
            return None  # by source: the two sides need not be split alike
        ends = [r for r in other.rows if r.role == "carry_out" and r.side is Side.EXPENDITURE]
        index = other.column_index("total", side=Side.EXPENDITURE)
        return (ends[0], index) if len(ends) == 1 and index is not None else None
    index = other.column_index("carry_out")
    matched = match_row(row, table, other, years)
    return (matched.row, index) if matched.row is not None and index is not None else None
