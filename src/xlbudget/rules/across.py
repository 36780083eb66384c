"""栏间关系. Which columns of a table add up to which: the pack's sums, laid over the columns that are there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from xlbudget.model.table import Row, Side, Table
from xlbudget.packs.schema import Pack, Shape, Sum

_COUNT = re.compile(r"%|率|数量|人数|面积|单价|比例|序号")


@dataclass(frozen=True, slots=True)
class ColumnSum:
    """One sum over the columns of a table; ``unknown`` columns may or may not belong to it."""

    total: int
    parts: tuple[int, ...]
    unknown: tuple[int, ...] = ()


def column_sums(table: Table, sums: tuple[Sum, ...]) -> Iterator[ColumnSum]:
    """The pack's sums for this table, once for each period and side; parts without a column are taken apart."""
    for side in dict.fromkeys(column.side for column in table.columns):
        for period in dict.fromkeys(column.period for column in table.columns if column.side is side):
            yield from _one_period(table, sums, side, period)


def _one_period(table: Table, sums: tuple[Sum, ...], side: Side, period: str) -> Iterator[ColumnSum]:
    by_role: dict[str, list[int]] = {}
    unknown: list[int] = []
    for i, column in enumerate(table.columns):
        if column.side is not side or not column.money or column.of_which:
            continue
        if column.period != period:
            continue
        if column.role:
            by_role.setdefault(column.role, []).append(i)
        elif not _COUNT.search(column.heading):
            unknown.append(i)
    for rule in sums:
        totals = by_role.get(rule.total, [])
        if len(totals) != 1:
            continue
        parts = [c for role in rule.parts for c in _columns_of(role, by_role, sums, {rule.total})]
        if parts:
            group = table.columns[totals[0]].group
            own = [c for c in unknown if rule.total == "total" or (group and table.columns[c].group.startswith(group))]
            yield ColumnSum(totals[0], tuple(dict.fromkeys(parts)), tuple(own))


def _columns_of(role: str, by_role: dict[str, list[int]], sums: tuple[Sum, ...], above: set[str]) -> list[int]:
    if role in by_role:
        return by_role[role]
    if role in above:
        return []
    return [
        c
        for rule in sums
        if rule.total == role
        for part in rule.parts
        for c in _columns_of(part, by_role, sums, above | {role})
    ]


def side_totals(table: Table, pack: Pack) -> tuple[tuple[Row, int], tuple[Row, int]] | None:
    """收入总计、支出总计. The closing figures of a two-sided table as (row, column); ``None`` if one is not there."""
    spec = pack.table(table.id)
    if spec is None or spec.shape is not Shape.TWO_SIDED:
        return None
    found = []
    for side in (Side.INCOME, Side.EXPENDITURE):
        row = next((row for row in table.rows_on(side) if row.role == "total"), None)
        column = table.column_index("total", side=side)
        if row is None or column is None:
            return None
        found.append((row, column))
    return found[0], found[1]
