"""取上年数. What last year's documents give to a workbook: its prior-year columns, its opening balances, the comparison.

This module decides and writes nothing: it gives the cells to be written, the lines of the sheet 上年对照, and what was
left and why. A formula is never overwritten, and a figure is only taken where the match is certain.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from xlbudget.model.amount import Amount, MoneyUnit
from xlbudget.model.disclosure import Disclosure, Stage
from xlbudget.model.provenance import Provenance
from xlbudget.model.table import Column, Row, RowKind, Table, TableStatus
from xlbudget.packs.matching import Match, match_row
from xlbudget.packs.pairing import Pair, Unpaired, closing, counterpart, figures, openings, shown, years_of

PRIOR, EXECUTED, BUDGET = "上年公开文件", "上年决算公开文件", "本年预算公开文件"


class PriorError(Exception):
    """不能取数. The documents do not fit together; the message says why and what to do. Nothing is filled."""


@dataclass(frozen=True, slots=True)
class Past:
    """往年文件. What is at hand: last year's document of the same stage, last year's final accounts, the year's budget."""

    prior: Disclosure | None = None
    executed: Disclosure | None = None
    budget: Disclosure | None = None

    def by_period(self) -> Iterator[tuple[str, str, Disclosure | None]]:
        yield "prior", PRIOR, self.prior
        yield "executed", EXECUTED, self.executed
        yield "budget", BUDGET, self.budget


@dataclass(frozen=True, slots=True)
class PriorCell:
    """要写的一格. The cell of the workbook, the new value (``None``: blank), what stood there, where it comes from."""

    here: Provenance
    value: Decimal | None
    before: str
    source: Provenance
    how: str


@dataclass(frozen=True, slots=True)
class PriorLine:
    """上年对照的一行. One subject of one table; ``here`` is the cell of this year's figure, if it has one."""

    table: str
    unit: MoneyUnit
    code: str
    name: str
    now: Amount | None
    then: Amount | None
    how: str
    why: str
    here: Provenance | None
    source: Provenance | None


@dataclass(slots=True)
class PriorPlan:
    """取数方案. Cells to write, lines to compare, and what was not filled (what, why)."""

    cells: list[PriorCell] = field(default_factory=list)
    lines: list[PriorLine] = field(default_factory=list)
    left: list[tuple[str, str]] = field(default_factory=list)
    kept: int = 0
    """Cells that show the right figure already."""


def plan_prior(book: Disclosure, past: Past) -> PriorPlan:
    """Decide what goes into a workbook; raises :class:`PriorError` when the documents are in different money units."""
    for _, name, document in past.by_period():
        if document is not None:
            _same_money(book, document, name)
    plan = PriorPlan()
    for table in book.tables:
        if table.status in (TableStatus.READ, TableStatus.EMPTY):
            for period, name, document in past.by_period():
                _fill_column(plan, table, book, period, name, document)
            _fill_openings(plan, table, book, past)
    if past.prior is not None:
        for table in book.tables:
            plan.lines += _lines(table, book, past.prior)
    plan.left = list(dict.fromkeys(plan.left))
    return plan


def _same_money(book: Disclosure, document: Disclosure, name: str) -> None:
    for table in book.tables:
        other = document.table(table.id)
        if other is None or other.status is not TableStatus.READ or other.money_unit is table.money_unit:
            continue
        if table.rows and table.unit_printed:
            raise PriorError(
                f"{name}“{document.file}”的《{other.title}》以{other.money_unit.value}为单位，本工作簿的《{table.title}》"
                f"以{table.money_unit.value}为单位，没有填数；请先把两份换成同一单位"
            )


# ---------------------------------------------------------------- columns and balances


def _fill_column(
    plan: PriorPlan, table: Table, book: Disclosure, period: str, name: str, document: Disclosure | None
) -> None:
    if period == "budget" and not any(c.period == "budget" and "年初" in c.heading for c in table.columns):
        return  # 预算数 of a final-accounts form is the adjusted budget
    cells = list(figures(table, (period,)))
    if not cells:
        return
    title = _PERIODS[period]
    if document is None:
        plan.left.append((f"{table.title}的{title}一栏", f"没有{name}"))
        return
    for row, column in cells:
        what = f"{table.title}“{row.name or row.label or '合计'}”的“{table.columns[column].heading}”"
        found = counterpart(table, row, column, book, document)
        if found is None:
            plan.left.append((f"{table.title}的{title}一栏", f"{name}中没有这张表或这一栏"))
        elif isinstance(found, Unpaired):
            plan.left.append((what, found.why))
        elif found.matched.how is Match.ABSENT:
            plan.left.append((what, f"{name}{found.matched.why or '没有这一行'}"))
        else:
            _put(plan, table, row, column, found)


_PERIODS = {"prior": "上年数", "executed": "上年执行数", "budget": "年初预算数"}


def _fill_openings(plan: PriorPlan, table: Table, book: Disclosure, past: Past) -> None:
    """年初（上年）结转 from last year's final accounts."""
    final = book.stage is Stage.FINAL
    document = past.prior if final else past.executed
    for row, column in openings(table):
        what = f"{table.title}“{row.name or row.label}”的“{table.columns[column].heading}”"
        other = document.table(table.id) if document is not None else None
        if document is None or other is None or other.status is not TableStatus.READ:
            name = PRIOR if final else EXECUTED
            plan.left.append((what, f"没有{name}" if document is None else f"{name}中没有这张表"))
            continue
        end = closing(table, row, column, other, years_of(document, book))
        if end is None:
            plan.left.append((what, "上年决算中没有相应的年末结转"))
            continue
        then = shown(end[0].cells[end[1]], other)
        matched = match_row(end[0], other, other, years_of(document, book))
        _put(plan, table, row, column, Pair(None, then, None, other.place(*end), matched))


def _put(plan: PriorPlan, table: Table, row: Row, column: int, found: Pair) -> None:
    """One cell: left alone when it holds a formula or shows the figure already."""
    cell = row.cells[column]
    here = table.place(row, column)
    if cell.formula:
        return
    value = None if found.then.is_zero and not found.there.quote.strip() else found.then.value
    there = cell.amount.value if cell.amount is not None else None
    if there == value or (not there and not value and cell.amount is None):
        plan.kept += 1
        return
    plan.cells.append(PriorCell(here, value, cell.text, found.there, found.matched.how.value))


# ---------------------------------------------------------------- the comparison


def _lines(table: Table, book: Disclosure, prior: Disclosure) -> Iterator[PriorLine]:
    """The subjects of a table in its total column; each kind of 三公; then what only last year had."""
    other = prior.table(table.id)
    if table.status is not TableStatus.READ or other is None or other.status is not TableStatus.READ:
        return
    columns = [c for c, column in enumerate(table.columns) if _compared(table, column)]
    taken: set[int] = set()
    for row in table.rows:
        for c in columns:
            if table.columns[c].side is not row.side or not _is_subject(row):
                continue
            found = counterpart(table, row, c, book, prior)
            if found is None:
                continue
            if isinstance(found, Pair) and found.matched.row is not None:
                taken.add(id(found.matched.row))
            yield _line(table, row, c, found)
    present = {row.code for row in table.rows}
    for row in other.rows:
        if id(row) in taken or row.code is None or row.code in present:
            continue
        index = other.column_index("total", side=row.side)
        if index is not None and not (then := shown(row.cells[index], other)).is_zero:
            yield PriorLine(
                table.title, table.money_unit, str(row.code), row.name, None, then, Match.ABSENT.value,
                "本年没有这个科目", None, other.place(row, index),
            )  # fmt: skip


def _compared(table: Table, column: Column) -> bool:
    if column.period != "current" or not column.money:
        return False
    return bool(column.role) if table.id == "three_public" else column.role == "total"


def _is_subject(row: Row) -> bool:
    return row.code is not None or bool(row.role) or row.kind in (RowKind.TOTAL, RowKind.UNIT)


def _line(table: Table, row: Row, column: int, found: Pair | Unpaired) -> PriorLine:
    cell = row.cells[column]
    name = row.name or row.label or "合计"
    if table.id == "three_public":
        name = f"{name}　{table.columns[column].heading}"
    code = str(row.code) if row.code is not None else ""
    here = table.place(row, column)
    if isinstance(found, Unpaired):
        how, why = Match.DOUBTFUL.value, found.why
        return PriorLine(table.title, table.money_unit, code, name, cell.amount, None, how, why, here, None)
    blank = found.then.is_zero and not found.there.quote.strip()
    then = found.then if found.matched.row is not None and not blank else None
    source = found.there if found.matched.row is not None else None
    matched = found.matched
    why = f"上年{matched.why}" if matched.how is Match.ABSENT and matched.why else matched.why
    return PriorLine(table.title, table.money_unit, code, name, cell.amount, then, matched.how.value, why, here, source)
