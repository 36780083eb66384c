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
    subtotals = _subtotals(table, [c for found in by_role.values() for c in found])
    for rule in sums:
        totals = by_role.get(rule.total, [])
        if len(totals) != 1:
            continue
        parts = [c for role in rule.parts for c in _columns_of(role, by_role, sums, {rule.total})]
        parts = _as_grouped(table, totals[0], parts, subtotals, by_role)
        if parts:
            group = table.columns[totals[0]].group
            own = [c for c in unknown if rule.total == "total" or (group and table.columns[c].group.startswith(group))]
            yield ColumnSum(totals[0], tuple(dict.fromkeys(parts)), tuple(own))


def _subtotals(table: Table, columns: list[int]) -> dict[str, int]:
    """小计 columns by the heading that they stand under; a heading with two of them has none."""
    found: dict[str, list[int]] = {}
    for c in columns:
        column = table.columns[c]
        if column.group and column.heading.rpartition("/")[2] == "小计":
            found.setdefault(column.group, []).append(c)
    return {group: at[0] for group, at in found.items() if len(at) == 1}


def _as_grouped(
    table: Table, total: int, parts: list[int], subtotals: dict[str, int], by_role: dict[str, list[int]]
) -> list[int]:
    """The parts as the headings group them: 其他收入 under 单位资金 is a part of its 小计, not of the total."""
    own = table.columns[total].group
    if subtotals.get(own) == total:
        inside = [c for found in by_role.values() for c in found if table.columns[c].group == own and c != total]
        return list(dict.fromkeys((*parts, *sorted(inside))))
    return list(dict.fromkeys(subtotals.get(table.columns[c].group, c) for c in parts))


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
