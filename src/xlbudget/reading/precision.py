"""显示精度. With how many decimals was each figure really shown? (``docs/rounding.md`` 1)

Prose and general-format cells drop trailing zeros: ``612`` amid ``17.21`` and ``387.90`` is 612.00. A few
systems print three significant digits instead: ``620``, ``495``, ``90.1`` in one column. Both are read
from the figures themselves; a printed ``0`` without decimals is exactly nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal

from xlbudget.model.amount import Amount, MoneyUnit
from xlbudget.model.table import Cell, Table

_USUAL = ((2, Decimal("0.01")), (0, Decimal(1)), (1, Decimal("0.1")))
_ENOUGH = 8
"""So many figures with decimals show a table's own custom; fewer follow the document's."""


def settle_precision(tables: Iterable[Table]) -> dict[MoneyUnit, int]:
    """Give every amount the precision it was shown with; returns the document's customary decimals by unit."""
    tables = list(tables)
    by_unit: dict[MoneyUnit, Counter[int]] = {}
    counted = [Counter(_fractions(table)) for table in tables]
    for table, own in zip(tables, counted, strict=True):
        by_unit.setdefault(table.money_unit, Counter()).update(own)
    custom = {unit: usual_decimals(counts, unit) for unit, counts in by_unit.items()}
    for table, own in zip(tables, counted, strict=True):
        decimals = usual_decimals(own, table.money_unit) if own.total() >= _ENOUGH else custom[table.money_unit]
        for index, column in enumerate(table.columns):
            if column.money:
                _settle_column([row.cells[index] for row in table.rows if index < len(row.cells)], decimals)
    return custom


def usual_decimals(counts: Counter[int], unit: MoneyUnit) -> int:
    """The most frequent number of printed decimals; 万元 and 亿元 have two where nothing else is seen."""
    if not counts:
        return 0 if unit is MoneyUnit.YUAN else 2
    return max(counts, key=lambda d: (counts[d], d))


def printed_decimals(amount: Amount) -> int:
    """How many decimals the printed digits have."""
    value = amount.value
    for decimals, quantum in _USUAL:  # asked of every figure: taking the digits apart costs ten times as much
        if value.same_quantum(quantum):
            return decimals
    return max(0, -int(value.as_tuple().exponent))


def _fractions(table: Table) -> list[int]:
    found = []
    for row in table.rows:
        for cell, column in zip(row.cells, table.columns, strict=False):
            amount = cell.amount
            if amount is not None and column.money and amount.value:
                d = (
                    amount.decimals
                    if amount.decimals is not None and amount.stored is not None
                    else printed_decimals(amount)
                )
                if d or table.money_unit is MoneyUnit.YUAN:
                    found.append(d)
    return found


def _settle_column(cells: list[Cell], custom: int) -> None:
    free = [c for c in cells if c.amount is not None and (c.amount.stored is None or c.amount.decimals is None)]
    if not free:
        return
    digits = significant_digits([c.amount for c in free if c.amount is not None])
    for cell in free:
        amount = cell.amount
        assert amount is not None
        printed = printed_decimals(amount)
        if not amount.value:
            shown: int | None = printed or None
        elif digits is not None:
            shown = max(printed, digits - (amount.value.adjusted() + 1), 0)
        else:
            shown = max(printed, custom)
        if amount.decimals != shown:
            cell.amount = amount.with_decimals(shown)


def significant_digits(amounts: list[Amount]) -> int | None:
    """有效数字. How many significant digits a column is cut to, or ``None`` if it is shown with fixed decimals.

    Proof needed: several different figures, none longer than that many digits, whole hundreds beside
    figures with two decimals, so that fixed decimals cannot explain them all.
    """
    values = {abs(a.value) for a in amounts if a.value}
    if len(values) < 5:
        return None
    lengths = [len("".join(map(str, v.as_tuple().digits)).rstrip("0")) for v in values]
    longest = max(lengths)
    if longest != 3:
        return None
    large = [v for v in values if v.adjusted() >= 2]
    middle = [v for v in values if v.adjusted() == 1]
    small = [v for v in values if v.adjusted() <= 0]
    if any(v != v.to_integral_value() for v in large) or any(v.adjusted() > 2 for v in values):
        return None
    if any((v * 10) != (v * 10).to_integral_value() for v in middle):
        return None
    fractional = [v for v in middle + small if v != v.to_integral_value()]
    return 3 if len(large) >= 2 and len(fractional) >= 2 else None
