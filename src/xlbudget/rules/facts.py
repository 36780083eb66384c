"""表中的数. Every figure of the tables under the name that the prose calls it by: the other side of each sentence.

A fact has the parts of a :class:`~xlbudget.model.claim.Topic`. A claim is held against the facts of exactly its topic
(``strict``); it is right as soon as it agrees with one of a wider circle (``loose``): the same thing in another
scope, or with carry-over.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from xlbudget.model.amount import Amount
from xlbudget.model.claim import Topic
from xlbudget.model.disclosure import Disclosure
from xlbudget.model.table import Row, RowKind, Side, Table
from xlbudget.packs.schema import Pack

_PARTS = ("basic", "project", "personnel", "public", "operating", "upward", "subsidy")
_SOURCES = (
    "fiscal",
    "general",
    "fund",
    "capital",
    "special",
    "unit_funds",
    "institution",
    "business",
    "upper",
    "affiliated",
    "other_income",
    "upper_transfer",
)
_THREE = (
    "abroad",
    "vehicle",
    "vehicle_purchase",
    "vehicle_running",
    "reception",
    "reception_domestic",
    "reception_foreign",
)
_BALANCE = {"current": "total", "total": "grand"}
_KEPT = ("carry_in", "carry_out", "use_surplus", "distribution")


@dataclass(frozen=True, slots=True)
class Fact:
    """表中的一个数. ``blank`` says that the cell is empty; its amount is then zero."""

    item: str
    side: Side
    scope: str
    component: str
    period: str
    amount: Amount
    table: Table
    row: Row
    column: int
    blank: bool = False

    @property
    def name(self) -> str:
        """``支出总表“合计”的“基本支出”``."""
        heading = self.table.columns[self.column].heading
        return f"{self.table.title}“{self.row.name or self.row.label}”" + (f"的“{heading}”" if heading else "")


class Facts:
    """表中的数, collected when they are first asked for: nobody asks for those of a workbook without text."""

    def __init__(self, disclosure: Disclosure, pack: Pack) -> None:
        self.disclosure = disclosure
        self._pack = pack

    @cached_property
    def by_key(self) -> dict[tuple[str, str, str], list[Fact]]:
        """The cells by item, component and period."""
        found: dict[tuple[str, str, str], list[Fact]] = {}
        for table in self.disclosure.tables_read():
            spec = self._pack.table(table.id)
            for fact in _facts(table, (spec.scope if spec is not None else "") or "all"):
                found.setdefault((fact.item, fact.component, fact.period), []).append(fact)
        return found

    @cached_property
    def detailed(self) -> bool:
        """Whether any table lists functional subjects down to 项."""
        return any(len(item) == len("f:2010101") and item.startswith("f:") for item, _, _ in self.by_key)

    def strict(self, topic: Topic) -> list[Fact]:
        """The cells that show exactly what a topic names."""
        scope = topic.scope or "all"
        if topic.component == "operating_cost" and (shown := self.by_key.get(("t:operating_cost", "", topic.period))):
            return list(shown)  # the form has a column of its own for it
        three = topic.item.startswith(("t:", "j:"))
        found = [
            fact
            for fact in self.by_key.get((topic.item, topic.component, topic.period), ())
            if topic.side is Side.NONE or fact.side in (Side.NONE, topic.side)
        ]
        if scope == "fiscal" and topic.item.startswith("f:") and not any(fact.scope == scope for fact in found):
            funds = {fact.scope for fact in found} & {"general", "fund", "capital"}
            scope = funds.pop() if len(funds) == 1 else scope  # all that this subject gets from the treasury
        return [fact for fact in found if three or fact.scope == scope]

    def loose(self, topic: Topic) -> list[Fact]:
        """The cells that may show it too: another scope, both sides, with or without carry-over."""
        items = ("total", "grand") if topic.item in ("total", "grand") else (topic.item,)
        found = [fact for item in items for fact in self.by_key.get((item, topic.component, topic.period), ())]
        if topic.component in ("public", "operating_cost"):
            found += self.by_key.get((topic.item, "public", topic.period), [])
            found += self.by_key.get(("t:operating_cost", "", topic.period), [])
        if topic.item.startswith("e:") and not topic.component:
            found += [f for part in ("basic", "project") for f in self.by_key.get((topic.item, part, topic.period), ())]
        if topic.item in ("total", "grand") and topic.side is not Side.EXPENDITURE:
            sources = ("fiscal", "general", "fund", "capital") if topic.scope else ()
            found += [f for s in sources for f in self.by_key.get((f"i:{s}", "", topic.period), ())]
        return found


_KEPT_FACTS = 4
"""A document is held against last year's, the budget and the department's: their facts are wanted in turns."""
_last: list[Facts] = []


def facts_of(disclosure: Disclosure, pack: Pack) -> Facts:
    """The facts of a disclosure; the rules that share them collect them once."""
    for known in _last:
        if known.disclosure is disclosure:
            return known
    facts = Facts(disclosure, pack)
    _last[:] = [facts, *_last[: _KEPT_FACTS - 1]]
    return facts


def _facts(table: Table, scope: str) -> Iterator[Fact]:
    if table.id in ("income_expenditure", "fiscal_appropriation"):
        yield from _balance(table, scope)
    elif table.id in ("expenditure", "general_expenditure", "fund_expenditure", "capital_expenditure"):
        yield from _functional(table, scope)
    elif table.id == "income":
        yield from _income(table)
    elif table.id in ("basic_expenditure", "general_project_expenditure"):
        yield from _economic(table, scope, "basic" if table.id == "basic_expenditure" else "project")
    elif table.id == "three_public":
        yield from _three_public(table)
    elif table.id == "projects":
        yield from _projects(table)


def _fact(
    table: Table, row: Row, column: int, item: str, side: Side, scope: str, component: str = ""
) -> Iterator[Fact]:
    cell = row.cells[column]
    if cell.amount is None and cell.blank is None:
        return
    blank = cell.amount is None
    amount = cell.amount or Amount(Decimal(0), table.money_unit, None)
    yield Fact(item, side, scope, component, table.columns[column].period, amount, table, row, column, blank)


def _balance(table: Table, scope: str) -> Iterator[Fact]:
    """收支总表, 财政拨款收支总表: sources at the left, classes at the right."""
    for row in table.rows:
        carried = row.parent is not None and table.rows[row.parent].role in _KEPT
        for c, column in enumerate(table.columns):
            if column.side is not row.side or not column.money:
                continue
            if row.side is Side.INCOME and column.role == "total" and not carried:
                yield from _balance_row(table, row, c, Side.INCOME, scope)
            elif row.side is Side.EXPENDITURE and not carried:
                if column.role == "total":
                    yield from _balance_row(table, row, c, Side.EXPENDITURE, scope)
                elif column.role in ("general", "fund", "capital"):
                    yield from _balance_row(table, row, c, Side.EXPENDITURE, column.role)
                elif column.role in _PARTS and row.role == "current":
                    yield from _fact(table, row, c, "total", Side.EXPENDITURE, scope, column.role)


def _balance_row(table: Table, row: Row, column: int, side: Side, scope: str) -> Iterator[Fact]:
    if row.code is not None:
        yield from _fact(table, row, column, f"f:{row.code.code}", side, scope)
    elif row.role in _BALANCE:
        yield from _fact(table, row, column, _BALANCE[row.role], side, scope)
        alone = row.role == "total" and not any(r.role == "current" and r.side is side for r in table.rows)
        if alone:
            yield from _fact(table, row, column, "total", side, scope)
    elif row.role in _KEPT:
        yield from _fact(table, row, column, row.role, side, scope)
    elif row.role in _SOURCES and side is Side.INCOME:
        yield from _fact(table, row, column, f"i:{row.role}", side, scope)


def _functional(table: Table, scope: str) -> Iterator[Fact]:
    for row in table.rows:
        if row.unit or row.of_which or row.kind not in (RowKind.SUBJECT, RowKind.TOTAL):
            continue
        if row.kind is RowKind.TOTAL and row.role != "total":
            continue
        item = f"f:{row.code.code}" if row.code is not None else "total"
        for c, column in enumerate(table.columns):
            if column.role == "total":
                yield from _fact(table, row, c, item, Side.EXPENDITURE, scope)
            elif column.role in _PARTS:
                yield from _fact(table, row, c, item, Side.EXPENDITURE, scope, column.role)


def _income(table: Table) -> Iterator[Fact]:
    total = next((r for r in table.rows if r.kind is RowKind.TOTAL and r.role == "total"), None)
    if total is None and len(table.rows) == 1:
        total = table.rows[0]
    if total is None:
        return
    roles = [column.role for column in table.columns]
    for c, column in enumerate(table.columns):
        if roles.count(column.role) > 1:
            continue
        if column.role == "total":
            yield from _fact(table, total, c, "total", Side.INCOME, "all")
        elif column.role == "carry_in":
            yield from _fact(table, total, c, "carry_in", Side.INCOME, "all")
        elif column.role in _SOURCES:
            yield from _fact(table, total, c, f"i:{column.role}", Side.INCOME, "all")


def _economic(table: Table, scope: str, part: str) -> Iterator[Fact]:
    for row in table.rows:
        if row.unit or (row.code is None and row.role != "total"):
            continue
        for c, column in enumerate(table.columns):
            if row.code is not None and column.role == "total":
                yield from _fact(table, row, c, f"e:{row.code.code}", Side.EXPENDITURE, scope, part)
            elif row.code is None and column.role in ("total", "personnel", "public"):
                component = part if column.role == "total" else column.role
                yield from _fact(table, row, c, "total", Side.EXPENDITURE, scope, component)


def _three_public(table: Table) -> Iterator[Fact]:
    """三公 kinds down the rows, or across the columns of the total row."""
    kinds = [row for row in table.rows if row.role in _THREE]
    if len(kinds) > 1:
        for row in table.rows:
            if row.role in (*_THREE, "total", "operating_cost"):
                for c, column in enumerate(table.columns):
                    if column.role == "total":
                        yield from _fact(table, row, c, f"t:{row.role}", Side.NONE, "fiscal")
        return
    total = next((r for r in table.rows if r.kind is RowKind.TOTAL and r.role in ("total", "")), None)
    if total is None and len(table.rows) == 1:
        total = table.rows[0]
    for c, column in enumerate(table.columns):
        if total is not None and column.role in (*_THREE, "total", "three", "operating_cost", "meeting", "training"):
            role = "total" if column.role == "three" else column.role
            yield from _fact(table, total, c, f"t:{role}", Side.NONE, "fiscal")


def _projects(table: Table) -> Iterator[Fact]:
    total = next((r for r in table.rows if r.kind is RowKind.TOTAL and r.role == "total"), None)
    for c, column in enumerate(table.columns):
        if total is None or sum(other.role == column.role for other in table.columns) > 1:
            continue
        if column.role == "total":
            yield from _fact(table, total, c, "total", Side.EXPENDITURE, "all", "project")
        elif column.role in (*_SOURCES, "carry_in"):
            yield from _fact(table, total, c, f"j:{column.role}", Side.EXPENDITURE, "all", "project")
