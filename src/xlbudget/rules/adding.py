"""合计的核对. Does a row equal the rows under it? Shared by the rules on roll-ups and on total rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal

from xlbudget.model.amount import Amount
from xlbudget.model.disclosure import Disclosure
from xlbudget.model.finding import Severity
from xlbudget.model.rounding import compare, total_yuan
from xlbudget.model.table import Column, Row, Side, Table, TableStatus
from xlbudget.rules.declaring import HELD, Outcome, Problem, judged

_NOT_ADDED = re.compile(r"%|％|率|比|数量|人数|面积|台|辆|单价|年限")


def added_columns(table: Table) -> list[int]:
    """The columns whose figures add up down the table."""
    return [i for i, column in enumerate(table.columns) if _is_added(column)]


def _is_added(column: Column) -> bool:
    return column.money and column.role != "rate" and not _NOT_ADDED.search(column.heading.rpartition("/")[2])


def children_of(table: Table) -> dict[int, list[Row]]:
    """The rows that complete each row, by its index."""
    children: dict[int, list[Row]] = {}
    for row in table.rows:
        if row.parent is not None and not row.of_which:
            children.setdefault(row.parent, []).append(row)
    return children


def adds_in(table: Table, parent: Row, column: int) -> bool:
    """Does this column speak of the half of the table that the row stands in?"""
    return table.columns[column].side in (Side.NONE, parent.side)


def check_parents(disclosure: Disclosure, wanted: Callable[[Row], bool], what: str) -> Iterator[Outcome]:
    """Compare every row that ``wanted`` accepts with the sum of its children, column by column."""
    for table in disclosure.tables:
        if table.status is not TableStatus.READ:
            continue
        columns = added_columns(table)
        for index, rows in children_of(table).items():
            if wanted(table.rows[index]):
                yield from _check_parent(table, table.rows[index], rows, columns, what)


def _check_parent(table: Table, parent: Row, children: list[Row], columns: list[int], what: str) -> Iterator[Outcome]:
    for c in columns:
        if not adds_in(table, parent, c):
            continue
        total = parent.cells[c].amount
        parts = [row for row in children if row.cells[c].amount is not None]
        if total is None and not parts:
            continue
        amounts = [amount for row in parts if (amount := row.cells[c].amount) is not None]
        if total is None or not amounts:
            if (total is None or total.is_zero) and all(a.is_zero for a in amounts):
                continue
            yield _one_side_blank(table, parent, parts or children, c, total, amounts, what)
            continue
        comparison = compare(total, amounts)
        if comparison.difference == 0:
            yield HELD
            continue
        facts = {"table": table.title, "row": _name(parent), "column": table.columns[c].heading or "金额", "what": what}
        at = (table.place(parent, c), *(table.place(row, c) for row in parts))
        yield judged(comparison, parent.cells[c].text, facts, at, _cause(total, amounts, parts))


def _one_side_blank(
    table: Table, parent: Row, rows: list[Row], c: int, total: Amount | None, amounts: list[Amount], what: str
) -> Problem:
    expected = total_yuan(amounts)
    unit = (amounts[0] if total is None else total).unit
    stated = Decimal(0) if total is None else total.yuan
    facts = {
        "table": table.title,
        "row": _name(parent),
        "column": table.columns[c].heading or "金额",
        "what": what,
        "stated": parent.cells[c].text or "空白",
        "expected": Amount(expected / unit.scale, unit).text if amounts else "空白",
        "difference": Amount(abs(stated - expected) / unit.scale, unit).text,
        "tolerance": "0",
    }
    at = (table.place(parent, c), *(table.place(row, c) for row in rows))
    hint = "合计栏没有填" if total is None else "下级各行都没有填"
    return Problem(facts, at, hint, Severity.SUSPECT)


def _name(row: Row) -> str:
    return f"{row.code} {row.name}" if row.code is not None else row.name or "合计"


def _cause(total: Amount, amounts: list[Amount], parts: list[Row]) -> str:
    """A likely reason, if one row explains the whole gap."""
    gap = total.yuan - total_yuan(amounts)
    for amount, row in zip(amounts, parts, strict=True):
        if gap and amount.yuan == -gap:
            return f"差额恰为“{_name(row)}”，可能多列或重复"
    if gap and gap == total.yuan * 9 / 10:
        return "差额恰为合计的十分之九，可能错了小数点"
    return ""
