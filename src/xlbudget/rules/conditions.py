"""勾稽条件. Facts of a document on which a tie of a pack may depend (``when = "only_general"``).

Each returns ``True`` or ``False``, or ``None`` when the document does not tell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from xlbudget.model.disclosure import Disclosure, Stage
from xlbudget.model.table import Side, Table, TableStatus

_OTHER_SOURCES = (
    "special",
    "institution",
    "business",
    "upper",
    "affiliated",
    "other_income",
    "unit_funds",
    "use_surplus",
)
_CARRY = ("carry_in", "carry_out", "distribution")
_OTHER_FUNDS = ("fund", "capital")


def _has(table: Table, roles: Iterable[str]) -> bool:
    """Does the table hold an amount in a row, or a column, of one of these roles?"""
    wanted = set(roles)
    for row in table.rows:
        for column, cell in zip(table.columns, row.cells, strict=False):
            amount = cell.amount
            if amount is None or amount.is_zero:
                continue
            if row.role in wanted or (column.role in wanted and column.period == "current"):
                return True
    return False


def _read(disclosure: Disclosure, table_id: str) -> Table | None:
    table = disclosure.table(table_id)
    return table if table is not None and table.status is TableStatus.READ else None


def only_fiscal(disclosure: Disclosure) -> bool | None:
    """All money is fiscal appropriation of the year: no other income, nothing carried in or out."""
    tables = [t for t in (_read(disclosure, "income_expenditure"), _read(disclosure, "income")) if t is not None]
    if not tables:
        return None
    return not any(_has(table, (*_OTHER_SOURCES, *_CARRY)) for table in tables)


def only_general(disclosure: Disclosure) -> bool | None:
    """All money is general public budget of the year."""
    fiscal = only_fiscal(disclosure)
    if not fiscal:
        return fiscal
    ids = ("income_expenditure", "income", "fiscal_appropriation", "fund_expenditure", "capital_expenditure")
    tables = [t for t in map(disclosure.table, ids) if t is not None and t.status is TableStatus.READ]
    if any(t.id in ("fund_expenditure", "capital_expenditure") for t in tables):
        return False
    return not any(_has(table, _OTHER_FUNDS) for table in tables)


def only_general_fiscal(disclosure: Disclosure) -> bool | None:
    """All fiscal appropriation is general public budget of the year."""
    table = _read(disclosure, "fiscal_appropriation")
    if table is None:
        return None
    others = any(_read(disclosure, t) is not None for t in ("fund_expenditure", "capital_expenditure"))
    return not others and not _has(table, (*_OTHER_FUNDS, *_CARRY))


def income_without_carry(disclosure: Disclosure) -> bool | None:
    """收入总表 does not list what is carried in (or there is none)."""
    table = _read(disclosure, "income")
    return None if table is None else not _has(table, ("carry_in",)) and not _carries(disclosure)


def income_with_carry(disclosure: Disclosure) -> bool | None:
    """收入总表 lists what is carried in."""
    table = _read(disclosure, "income")
    return None if table is None else _has(table, ("carry_in",))


def _carries(disclosure: Disclosure) -> bool:
    table = _read(disclosure, "income_expenditure")
    return table is not None and disclosure.stage is Stage.BUDGET and _has(table, ("carry_in",))


def budget_income_by_function(disclosure: Disclosure) -> bool | None:
    """A budget whose 收入总表 lists the same subjects as its 支出总表, with nothing left over."""
    table = _read(disclosure, "income")
    if table is None or disclosure.stage is not Stage.BUDGET:
        return False
    coded = any(row.code is not None and row.side is Side.NONE for row in table.rows)
    balance = _read(disclosure, "income_expenditure")
    return coded and not (balance is not None and _has(balance, ("carry_out",)))


CONDITIONS: Mapping[str, Callable[[Disclosure], bool | None]] = {
    condition.__name__: condition
    for condition in (
        only_fiscal,
        only_general,
        only_general_fiscal,
        income_without_carry,
        income_with_carry,
        budget_income_by_function,
    )
}
