"""行的从属. Which row adds up to which: by code, by numbering, by the meaning of the labels."""

from __future__ import annotations

from xlbudget.model.rounding import Verdict, compare
from xlbudget.model.table import Row, RowKind, Side, Table
from xlbudget.model.wording import numbering
from xlbudget.packs.schema import Sum

_PERSONNEL = frozenset(("301", "303"))


def grow_list(table: Table) -> None:
    """List tables: subjects by code inside each unit's block, the total row above the highest ones."""
    totals = [i for i, row in enumerate(table.rows) if row.kind is RowKind.TOTAL]
    _name_totals(table, totals)
    grand = next((i for i in totals if table.rows[i].role == "total"), None)
    units = [i for i, row in enumerate(table.rows) if row.kind is RowKind.UNIT]
    subjects = [i for i, row in enumerate(table.rows) if row.kind is RowKind.SUBJECT]
    if subjects:
        _by_code(table, subjects, units, grand, totals)
    elif units:
        _flat_or_nested(table, units, grand)
    else:
        _flat(table, [i for i, row in enumerate(table.rows) if row.kind is RowKind.ITEM and not row.of_which], grand)


def _name_totals(table: Table, totals: list[int]) -> None:
    for i in totals:
        row = table.rows[i]
        if row.name.startswith("人员经费"):
            row.role = "personnel_total"
        elif row.name.startswith(("公用经费", "日常公用经费")):
            row.role = "public_total"
        else:
            row.role = "total"
    grand = [i for i in totals if table.rows[i].role == "total"]
    keep = grand[0] if grand and grand[0] == 0 else (grand[-1] if grand else None)
    for i in grand:
        if i != keep:
            table.rows[i].role = "subtotal"


def _by_code(table: Table, subjects: list[int], units: list[int], grand: int | None, totals: list[int]) -> None:
    blocks: list[tuple[int | None, list[int]]] = []
    if units:
        bounds = [*units, len(table.rows)]
        for start, end in zip(units, bounds[1:], strict=False):
            blocks.append((start, [i for i in subjects if start < i < end]))
        before = [i for i in subjects if i < units[0]]
        if before:
            blocks.insert(0, (None, before))
        filled = [b for b in blocks if b[1]]
        if len(filled) <= 1:
            # One block of subjects under a heading row that names the unit: the row is a total, not a peer.
            blocks = [(None, subjects)]
    else:
        blocks = [(None, subjects)]
    for unit, members in blocks:
        by_code: dict[str, int] = {}
        for i in members:
            code = table.rows[i].code
            if code is not None:
                by_code.setdefault(code.code, i)
            table.rows[i].unit = table.rows[unit].name if unit is not None else ""
        top = unit if unit is not None else (grand if not any(u for u, _ in blocks if u is not None) else None)
        for i in members:
            row = table.rows[i]
            assert row.code is not None
            if by_code[row.code.code] != i:
                continue
            parent = row.code.parent
            while parent is not None and parent.code not in by_code:
                parent = parent.parent
            row.parent = by_code[parent.code] if parent is not None else _total_for(table, row, totals, top)
    peers = [u for u, members in blocks if u is not None and members]
    for u in peers:
        table.rows[u].parent = grand


def _total_for(table: Table, row: Row, totals: list[int], top: int | None) -> int | None:
    """Basic expenditure of final accounts has one total for personnel (301, 303) and one for the rest."""
    wanted = "personnel_total" if row.code and row.code.code[:3] in _PERSONNEL else "public_total"
    for i in totals:
        if table.rows[i].role == wanted:
            return i
    return top


def _flat_or_nested(table: Table, units: list[int], grand: int | None) -> None:
    """Units under a total; where a department's row already holds its units, those hang under it."""
    if grand is None:
        return
    if _adds_up(table, grand, units) or len(units) < 2:
        _adopt(table, units, grand)
    elif _adds_up(table, units[0], units[1:]) and _adds_up(table, grand, units[:1]):
        _adopt(table, units[:1], grand)
        _adopt(table, units[1:], units[0])
    else:
        _adopt(table, units, grand)


def _flat(table: Table, items: list[int], grand: int | None) -> None:
    if grand is not None and items and _adds_up(table, grand, items):
        _adopt(table, items, grand)


def _adopt(table: Table, children: list[int], parent: int) -> None:
    for i in children:
        table.rows[i].parent = parent


def _adds_up(table: Table, parent: int, children: list[int]) -> bool:
    """Does at least one filled column hold, and none fail?"""
    held = 0
    for c, column in enumerate(table.columns):
        if not column.money:
            continue
        total = table.rows[parent].cells[c].amount
        parts = [a for i in children if (a := table.rows[i].cells[c].amount) is not None]
        if total is None and not parts:
            continue
        if total is None or compare(total, parts).verdict is Verdict.WRONG:
            return False
        held += 1
    return held > 0


# ---------------------------------------------------------------- two-sided tables


def grow_side(table: Table, side: Side, sums: tuple[Sum, ...]) -> None:
    """收支对照表的一边. Numbered items under 本年合计 or 总计, 其中 rows under the item they explain."""
    indexes = [i for i, row in enumerate(table.rows) if row.side is side]
    roles = {table.rows[i].role: i for i in reversed(indexes) if table.rows[i].role}
    uppers = _uppers(sums)
    last: dict[int, int] = {}
    carry: int | None = None
    for i in indexes:
        row = table.rows[i]
        _, depth, _ = numbering(row.label)
        if row.role in ("total", "current", "carry_in", "carry_out", "use_surplus", "distribution"):
            row.parent = None if row.role == "total" else _upper(row.role, uppers, roles, i)
            carry = i if row.role in ("carry_in", "carry_out") else None
            last = {depth: i} if depth else {}
            continue
        if carry is not None and depth == 0 and not last:
            row.parent = carry
            continue
        if row.of_which or (
            depth == 0 and last and table.rows[last[max(last)]].of_which is False and _in_of_which(table, i, indexes)
        ):
            row.of_which = True
            row.parent = last[max(last)] if last else carry
            continue
        if depth == 0:
            row.parent = last[max(last)] if last else _upper(row.role or "general", uppers, roles, i)
            continue
        above = [d for d in last if d < depth]
        if above:
            row.parent = last[max(above)]
        elif carry is not None:
            row.parent = carry
        else:
            row.parent = _upper(row.role, uppers, roles, i)
        last = {d: j for d, j in last.items() if d < depth} | {depth: i}


def _in_of_which(table: Table, i: int, indexes: list[int]) -> bool:
    """Unnumbered rows after an 其中 row continue its list."""
    at = indexes.index(i)
    return at > 0 and table.rows[indexes[at - 1]].of_which


def _uppers(sums: tuple[Sum, ...]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for rule in sums:
        for part in rule.parts:
            found.setdefault(part, []).append(rule.total)
    return found


def _upper(role: str, uppers: dict[str, list[str]], roles: dict[str, int], own: int) -> int | None:
    """The nearest row that, by the pack's sums, contains this role; unknown items stand under 本年合计 or 总计."""
    level = uppers.get(role, ["current", "total"] if role != "current" else ["total"])
    seen: set[str] = set()
    while level:
        for upper in level:
            if upper in roles and roles[upper] != own:
                return roles[upper]
        seen.update(level)
        level = [above for upper in level for above in uppers.get(upper, ["total"]) if above not in seen]
    return None
