"""整洁数据. The archive's figures as a tidy frame, for those who analyse; pandas is imported here and only when called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xlbudget.archive.store import Archive

COLUMNS = ("unit", "year", "stage", "level", "table", "code", "name", "column", "amount", "money_unit")


def frame(archive: Archive, unit: str = "", year: int | None = None) -> Any:
    """One row a printed figure of the newest revisions. ``amount`` is a ``Decimal`` as printed, in ``money_unit``.

    Empty cells give no row; a printed zero does.
    """
    import pandas as pd

    last = {(e.unit, e.year, e.stage, e.level): e for e in archive.entries(unit, year)}
    records = [
        (
            entry.unit,
            entry.year,
            entry.stage.value,
            entry.level.value,
            table.title,
            row.code.code if row.code is not None else "",
            row.name or row.label,
            table.columns[c].heading,
            cell.amount.value,
            cell.amount.unit.value,
        )
        for entry in last.values()
        for table in archive.tables(entry)
        for row in table.rows
        for c, cell in enumerate(row.cells)
        if cell.amount is not None
    ]
    return pd.DataFrame.from_records(records, columns=list(COLUMNS))
