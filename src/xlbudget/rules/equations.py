"""等式. Everything that must add up in a disclosure, as equations between cells: what the rules on sums and ties check.

Whoever rounds the figures anew (尾差调平) needs the relations themselves, not the verdict on each; they come from the
same trees, sums and ties, so that a levelled disclosure passes the very rules that it is checked with.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from xlbudget.model.amount import Amount
from xlbudget.model.disclosure import Disclosure
from xlbudget.model.rounding import Comparison, Verdict, compare
from xlbudget.model.table import Row, RowKind, Table
from xlbudget.packs.schema import Pack, Shape
from xlbudget.rules.across import ColumnSum, column_sums, side_totals
from xlbudget.rules.adding import added_columns, adds_in, children_of
from xlbudget.rules.conditions import CONDITIONS
from xlbudget.rules.ties import Value, sides_of

Place = tuple[Table, Row, int]
"""A figure: table, row, and column index."""


@dataclass(frozen=True, slots=True)
class Equation:
    """等式. The sum of ``left`` is ``operator`` the sum of ``right``; cells without a figure are not among them.

    ``code`` is the rule that checks it, ``says`` names it for people, ``verdict`` tells how it stands now.
    ``sure`` equations must hold; others (对应科目) hold only where the figures themselves say so.
    """

    left: tuple[Place, ...]
    right: tuple[Place, ...]
    code: str
    says: str
    operator: str = "="
    sure: bool = True

    @property
    def comparison(self) -> Comparison:
        """How the two sides stand to each other as they are."""
        first, *rest = [_amount(place) for place in self.left]
        right = [_amount(place) for place in self.right]
        return compare(first, [*right, *rest], [1] * len(right) + [-1] * len(rest))

    @property
    def verdict(self) -> Verdict:
        return self.comparison.verdict


def equations(disclosure: Disclosure, pack: Pack) -> Iterator[Equation]:
    """All equations between figures that were read, those that do not hold included."""
    for table in disclosure.tables_read():
        yield from _down(table)
        yield from _across(table, pack)
        yield from _sides(table, pack)
    yield from _ties(disclosure, pack)


def _down(table: Table) -> Iterator[Equation]:
    columns = added_columns(table)
    for index, rows in children_of(table).items():
        parent = table.rows[index]
        total = parent.kind is RowKind.TOTAL
        for column in columns:
            if adds_in(table, parent, column):
                parts = _filled((table, row, column) for row in rows)
                says = f"{table.title}“{_name(parent)}”的“{_heading(table, column)}”= {'各行' if total else '下级'}之和"
                yield from _equation([(table, parent, column)], parts, "XB102" if total else "XB101", says)


def _across(table: Table, pack: Pack) -> Iterator[Equation]:
    spec = pack.table(table.id)
    if spec is None or spec.shape is Shape.TARGETS:
        return
    for plan in column_sums(table, spec.sums):
        wider = ColumnSum(plan.total, (*plan.parts, *plan.unknown))
        for row in table.rows:
            found = list(_row_sum(table, row, plan))
            if plan.unknown and any(e.verdict is Verdict.WRONG for e in found):
                again = list(_row_sum(table, row, wider))
                found = again if any(e.verdict is not Verdict.WRONG for e in again) else found
            yield from found


def _row_sum(table: Table, row: Row, plan: ColumnSum) -> Iterator[Equation]:
    parts = _filled((table, row, column) for column in plan.parts)
    names = " + ".join(_heading(table, column) for column in plan.parts)
    says = f"{table.title}“{_name(row)}”行：{_heading(table, plan.total)} = {names}"
    yield from _equation([(table, row, plan.total)], parts, "XB103", says)


def _sides(table: Table, pack: Pack) -> Iterator[Equation]:
    totals = side_totals(table, pack)
    if totals is not None:
        (income, left), (spent, right) = totals
        says = f"{table.title}：收入总计 = 支出总计"
        yield from _equation([(table, spent, right)], _filled([(table, income, left)]), "XB104", says)


def _ties(disclosure: Disclosure, pack: Pack) -> Iterator[Equation]:
    for tie in pack.ties:
        if tie.condition and not CONDITIONS[tie.condition](disclosure):
            continue
        sides = sides_of(disclosure, tie)
        if sides is None:
            continue
        left, right = sides
        for key in left:
            if key in right:
                says = f"{_described(left[key])} {tie.operator} {_described(right[key])}"
                cells = _filled(right[key].cells)
                code = "XB201" if tie.strict else "XB202"
                yield from _equation(_filled(left[key].cells), cells, code, says, tie.operator, tie.strict)


def _equation(
    left: list[Place], right: list[Place], code: str, says: str, operator: str = "=", sure: bool = True
) -> Iterator[Equation]:
    left = _filled(left)
    if left and right:
        yield Equation(tuple(left), tuple(right), code, says, operator, sure)


def _filled(places: Iterator[Place] | list[Place] | tuple[Place, ...]) -> list[Place]:
    return [(table, row, column) for table, row, column in places if row.cells[column].amount is not None]


def _amount(place: Place) -> Amount:
    table, row, column = place
    amount = row.cells[column].amount
    assert amount is not None, table.title
    return amount


def _described(value: Value) -> str:
    names = [f"{table.title}“{_name(row)}”的“{_heading(table, column)}”" for table, row, column in value.cells]
    return " + ".join(dict.fromkeys(names))


def _name(row: Row) -> str:
    return f"{row.code} {row.name}" if row.code is not None else row.name or "合计"


def _heading(table: Table, column: int) -> str:
    return table.columns[column].heading or "金额"
