"""错位. Puts the figures of a damaged row back under their headings, with the help of the accounting identities.

Conversions drop or insert blank cells, so that a row slides left or right. A row is moved only if its
figures contradict the identities of its table where they stand (合计 = 基本 + 项目, 小计 = 购置 + 运行 ...) and
exactly one other placement, in the same order, satisfies all of them. The table says which rows were moved.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from xlbudget.model.amount import Amount
from xlbudget.model.rounding import Verdict, compare
from xlbudget.packs.schema import Sum

MAX_BLOCK = 8
MAX_SLOTS = 40
NEEDED = 2
"""A placement must be confirmed by this many filled figures of one identity."""

Values = Sequence[Amount | None]


def realign(values: Values, roles: Sequence[Sequence[str]], sums: Sequence[Sum]) -> list[Amount | None] | None:
    """The row with its figures in better places, or ``None`` if it stands as it is.

    ``values`` are the cells of the row (possibly fewer or more than there are columns); ``roles`` gives
    the roles of the columns, block by block (one block for each period of the table).
    """
    width = sum(map(len, roles))
    if width > MAX_SLOTS or any(len(block) > MAX_BLOCK for block in roles):
        return None
    standing = [*values[:width], *[None] * (width - len(values))]
    overflow = [v for v in values[width:] if v is not None]
    if not overflow and _holds(standing, roles, sums):
        return None
    figures = [(i, v) for i, v in enumerate(values) if v is not None and not (v.is_zero and i >= width)]
    best = _place(figures, roles, sums)
    return best if best is not None and best != standing else None


def _holds(row: Values, roles: Sequence[Sequence[str]], sums: Sequence[Sum]) -> bool:
    start = 0
    for block in roles:
        if not _block_holds(row[start : start + len(block)], block, sums):
            return False
        start += len(block)
    return True


def _block_holds(values: Values, block: Sequence[str], sums: Sequence[Sum]) -> bool:
    by_role = dict(zip(block, values, strict=True))
    for rule in sums:
        if rule.total not in by_role:
            continue
        parts = [_part(role, by_role, sums) for role in rule.parts if _known(role, by_role, sums)]
        if not parts:
            continue
        total = by_role[rule.total]
        filled = [p for group in parts for p in group if p is not None]
        if total is None and not filled:
            continue
        if total is None or compare(total, filled).verdict is Verdict.WRONG:
            return False
    return True


def _known(role: str, by_role: dict[str, Amount | None], sums: Sequence[Sum]) -> bool:
    return role in by_role or any(r.total == role and any(p in by_role for p in r.parts) for r in sums)


def _part(role: str, by_role: dict[str, Amount | None], sums: Sequence[Sum]) -> list[Amount | None]:
    """A part itself, or, where the form has no column for it, its own parts."""
    if role in by_role:
        return [by_role[role]]
    return [by_role[p] for r in sums if r.total == role for p in r.parts if p in by_role]


def _place(
    figures: list[tuple[int, Amount]], roles: Sequence[Sequence[str]], sums: Sequence[Sum]
) -> list[Amount | None] | None:
    """Distribute the figures over the blocks, in order; the cheapest placement must be the only one.

    The cost counts the blanks that must have been lost or added: a whole block that slid by one cell
    costs one, however long it is.
    """
    starts = [sum(map(len, roles[:b])) for b in range(len(roles) + 1)]
    # (figures used, last shift) -> (cost, placements of that cost, row)
    states: dict[tuple[int, int], tuple[int, int, list[Amount | None]]] = {(0, 0): (0, 1, [])}
    for b, block in enumerate(roles):
        following: dict[tuple[int, int], tuple[int, int, list[Amount | None]]] = {}
        for (used, last), (cost, ways, row) in states.items():
            for count in range(min(len(block), len(figures) - used) + 1):
                chosen = figures[used : used + count]
                for slots in combinations(range(len(block)), count):
                    part: list[Amount | None] = [None] * len(block)
                    total, shift = cost, last
                    for slot, (i, value) in zip(slots, chosen, strict=True):
                        part[slot] = value
                        total += abs(starts[b] + slot - i - shift)
                        shift = starts[b] + slot - i
                    if not _block_holds(part, block, sums):
                        continue
                    key = (used + count, shift)
                    known = following.get(key)
                    if known is None or total < known[0]:
                        following[key] = (total, ways, row + part)
                    elif total == known[0]:
                        following[key] = (total, known[1] + ways, known[2])
        states = following
    final = [state for (used, _), state in states.items() if used == len(figures)]
    if not final:
        return None
    cheapest = min(cost for cost, _, _ in final)
    best = [state for state in final if state[0] == cheapest]
    return best[0][2] if len(best) == 1 and best[0][1] == 1 else None
