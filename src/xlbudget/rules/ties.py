"""勾稽. Evaluates the ties of a pack on a disclosure: which cells a term speaks of, and how the two sides compare."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from xlbudget.model.amount import Amount
from xlbudget.model.disclosure import Disclosure, grand_total
from xlbudget.model.finding import Severity
from xlbudget.model.provenance import Provenance
from xlbudget.model.rounding import Comparison, Verdict, compare, total_yuan
from xlbudget.model.table import Row, RowKind, Side, Table, TableStatus
from xlbudget.packs.schema import Pack, Selector, Term, Tie
from xlbudget.rules.conditions import CONDITIONS
from xlbudget.rules.declaring import HELD, Outcome, Problem, judged

ALMOST = 5
"""A tie whose condition is not certain is still worth a doubt if so many keys hold and one does not."""


@dataclass(frozen=True, slots=True)
class Value:
    """What one side says for one key: amounts to be added, and the cells they stand in."""

    amounts: tuple[Amount, ...]
    cells: tuple[tuple[Table, Row, int], ...]
    places: tuple[Provenance, ...] = ()

    @property
    def is_blank(self) -> bool:
        return all(a.is_zero for a in self.amounts)

    @property
    def at(self) -> tuple[Provenance, ...]:
        return self.places or tuple(table.place(row, column) for table, row, column in self.cells)

    @property
    def text(self) -> str:
        return "+".join(row.cells[column].text or "空白" for _, row, column in self.cells) or "+".join(
            p.quote for p in self.places
        )


Side_ = dict[str, Value]


def table_of(disclosure: Disclosure, table_id: str) -> Table | None:
    table = disclosure.table(table_id)
    return table if table is not None and table.status is TableStatus.READ else None


def _at_hand(disclosure: Disclosure, term: Term) -> bool:
    return term.table == "targets" or table_of(disclosure, term.table) is not None


def values_of(disclosure: Disclosure, term: Term) -> Side_ | None:
    """What a term says, by key (code, or ``合计``); ``None`` when its table or column is not there."""
    if term.table == "targets":
        return _targets_total(disclosure)
    table = table_of(disclosure, term.table)
    if table is None:
        return None
    column = table.column_index(term.column, term.period, term.side)
    if column is None:
        return None
    found: Side_ = {}
    if term.selector is Selector.CODE:
        rows = [
            row
            for key in term.keys
            for row in _subjects(table, term.side)
            if row.code is not None and row.code.code == key
        ]
        if rows:
            found["合计"] = _value(table, rows, column)
        return found
    for key, row in _rows(table, term):
        if key not in found:
            found[key] = _value(table, [row], column)
    return found


def _targets_total(disclosure: Disclosure) -> Side_ | None:
    """绩效表 has no columns of amounts; its printed total is read with the targets."""
    totals = disclosure.targets.totals
    return {"合计": Value((totals[0].amount,), (), (totals[0].place,))} if totals else None


def _rows(table: Table, term: Term) -> Iterator[tuple[str, Row]]:
    if term.selector is Selector.TOTAL:
        total = grand_total(table)
        if total is not None:
            yield "合计", total
    elif term.selector is Selector.ROLE:
        for row in table.rows:
            if row.role == term.keys[0] and row.side is term.side:
                yield "合计", row
        if term.keys[0] == "current" and not any(r.role == "current" and r.side is term.side for r in table.rows):
            for row in table.rows:
                if row.role == "total" and row.side is term.side:
                    yield "合计", row
    else:
        for row in _subjects(table, term.side):
            if row.code is not None and (term.selector is Selector.CODES or row.code.level == "类"):
                yield row.code.code, row


def _subjects(table: Table, side: Side) -> Iterator[Row]:
    return (row for row in table.rows if row.kind is RowKind.SUBJECT and row.side is side and not row.unit)


def _value(table: Table, rows: list[Row], column: int) -> Value:
    amounts = tuple(a for row in rows if (a := row.cells[column].amount) is not None)
    return Value(amounts, tuple((table, row, column) for row in rows))


# ---------------------------------------------------------------- comparing


_last: list[tuple[Disclosure, Pack, list[tuple[Tie, list[Outcome]]]]] = []


def tie_outcomes(disclosure: Disclosure, pack: Pack) -> list[tuple[Tie, list[Outcome]]]:
    """The outcomes of all ties of the pack; the rules that share them evaluate them once."""
    for known, form, outcomes in _last:
        if known is disclosure and form is pack:
            return outcomes
    conditions: dict[str, bool | None] = {}
    found = [(tie, list(_check(disclosure, tie, conditions))) for tie in pack.ties]
    _last[:] = [(disclosure, pack, found)]
    return found


def _check(disclosure: Disclosure, tie: Tie, conditions: dict[str, bool | None]) -> Iterator[Outcome]:
    """One outcome for every key that either side speaks of."""
    loudest = Severity.ERROR if tie.strict else Severity.SUSPECT
    sides = sides_of(disclosure, tie)
    if sides is None:
        return
    left, right = sides
    applies: bool | None = True
    if tie.condition:
        if tie.condition not in conditions:
            conditions[tie.condition] = CONDITIONS[tie.condition](disclosure)
        applies = conditions[tie.condition]
    outcomes = list(_outcomes(disclosure, tie, left, right, loudest))
    if applies:
        yield from outcomes
        return
    failed = [o for o in outcomes if isinstance(o, Problem) and o.severity is not Severity.ROUNDING]
    if applies is None and len(failed) == 1 and len(outcomes) > ALMOST and failed[0].hint != "missing":
        problem = failed[0]
        yield Problem(problem.facts, problem.at, "其余科目两表都相等，只有这一处不等", Severity.SUSPECT)


def sides_of(disclosure: Disclosure, tie: Tie) -> tuple[Side_, Side_] | None:
    """Both sides of a tie, the fitting alternative at the right; ``None`` when a table or a column is not there."""
    if not any(all(_at_hand(disclosure, term) for term in terms) for terms in tie.right):
        return None
    left = values_of(disclosure, tie.left)
    if left is None:
        return None
    rights = [_sum_of(disclosure, terms) for terms in tie.right]
    known = [right for right in rights if right is not None]
    if not known:
        return None
    return left, known[0] if len(known) == 1 else _closest(left, known)


def _sum_of(disclosure: Disclosure, terms: tuple[Term, ...]) -> Side_ | None:
    sides = [values_of(disclosure, term) for term in terms]
    known = [side for side in sides if side is not None]
    if len(known) != len(sides):
        return None
    if len(known) == 1:
        return known[0]
    keys = dict.fromkeys(key for side in known for key in side)
    return {
        key: Value(
            tuple(a for side in known if key in side for a in side[key].amounts),
            tuple(c for side in known if key in side for c in side[key].cells),
        )
        for key in keys
    }


def _closest(left: Side_, rights: list[Side_]) -> Side_:
    """The alternative that agrees; if none does, the one whose total is nearest."""

    total = total_yuan(a for v in left.values() for a in v.amounts)
    return min(rights, key=lambda right: abs(total - total_yuan(a for v in right.values() for a in v.amounts)))


def _outcomes(disclosure: Disclosure, tie: Tie, left: Side_, right: Side_, loudest: Severity) -> Iterator[Outcome]:
    for key in dict.fromkeys((*left, *right)):
        mine, other = left.get(key), right.get(key)
        if (mine is None or mine.is_blank) and (other is None or other.is_blank):
            continue
        if mine is None or other is None:
            if tie.left.selector is Selector.CODES or tie.left.selector is Selector.CLASSES:
                yield _missing(disclosure, tie, key, mine, other)
            continue
        if not mine.amounts or not other.amounts:
            yield _blank(disclosure, tie, key, mine, other, loudest)
            continue
        yield _compared(disclosure, tie, key, mine, other, loudest)


def _compared(disclosure: Disclosure, tie: Tie, key: str, mine: Value, other: Value, loudest: Severity) -> Outcome:
    comparison = compare(mine.amounts[0], other.amounts) if len(mine.amounts) == 1 else _several(mine, other)
    if not comparison.difference or _allowed(tie.operator, comparison):
        return HELD
    stated = mine.amounts[0].text if len(mine.amounts) == 1 else mine.text
    return judged(comparison, stated, _facts(disclosure, tie, key, mine, other), mine.at + other.at, tie.why, loudest)


def _several(mine: Value, other: Value) -> Comparison:
    """A sum against another: the first figure against the rest, moved to the other side."""
    signs = [1] * len(other.amounts) + [-1] * (len(mine.amounts) - 1)
    return compare(mine.amounts[0], [*other.amounts, *mine.amounts[1:]], signs)


def _allowed(operator: str, comparison: Comparison) -> bool:
    if comparison.verdict is not Verdict.WRONG:
        return operator != "=" and comparison.verdict is Verdict.EQUAL
    return (operator == ">=" and comparison.difference > 0) or (operator == "<=" and comparison.difference < 0)


def _blank(disclosure: Disclosure, tie: Tie, key: str, mine: Value, other: Value, loudest: Severity) -> Outcome:
    if (tie.operator == ">=" and not other.amounts) or (tie.operator == "<=" and not mine.amounts):
        return HELD
    filled = mine if mine.amounts else other
    total = total_yuan(filled.amounts) / filled.amounts[0].unit.scale
    figure = Amount(total, filled.amounts[0].unit, filled.amounts[0].decimals).text
    facts = _facts(disclosure, tie, key, mine, other) | {
        "stated": figure if mine.amounts else "空白",
        "expected": figure if other.amounts else "空白",
        "difference": figure,
        "tolerance": "0",
    }
    severity = Severity.ERROR if disclosure.kind == "xlsx" and tie.operator == "=" else Severity.SUSPECT
    if severity.rank < loudest.rank:
        severity = loudest
    return Problem(facts, mine.at + other.at, "一边没有填数", severity)


def _missing(disclosure: Disclosure, tie: Tie, key: str, mine: Value | None, other: Value | None) -> Problem:
    there = mine or other
    assert there is not None
    table = _title(disclosure, tie.right[0][0].table if mine is not None else tie.left.table)
    facts = {
        "missing": table,
        "present": _title(disclosure, tie.left.table if mine is not None else tie.right[0][0].table),
        "row": there.at[0].row,
        "stated": there.text,
        "expected": "空白" if mine is not None else there.text,
        "difference": there.text,
        "tolerance": "0",
    }
    return Problem(facts, there.at, "missing", Severity.SUSPECT)


def _facts(disclosure: Disclosure, tie: Tie, key: str, mine: Value, other: Value) -> dict[str, str]:
    return {
        "left": _title(disclosure, tie.left.table),
        "right": _title(disclosure, tie.right[0][0].table),
        "row": mine.at[0].row or key,
        "column": mine.at[0].column or "金额",
        "other_row": "、".join(dict.fromkeys(p.row for p in other.at if p.row)) or key,
        "other_column": other.at[0].column if other.at else "",
        "relation": {"=": "应等于", ">=": "应不小于", "<=": "应不大于"}[tie.operator],
    }


def _title(disclosure: Disclosure, table_id: str) -> str:
    table = disclosure.table(table_id)
    return table.title if table is not None else table_id
