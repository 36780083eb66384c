"""资金行. The money row of a self-evaluation, read from figures that a conversion may have cut in two."""

from __future__ import annotations

from decimal import Decimal
from itertools import combinations, pairwise

from xlbudget.model.provenance import Provenance
from xlbudget.model.targets import FundRow
from xlbudget.reading.indicators import number

MAX_PIECES = 12
"""More pieces on one line are no row of six figures."""


def fund_row(label: str, pieces: list[str], place: Provenance) -> FundRow | None:
    """年初预算数, 全年预算数, 执行数, 分值, 执行率, 得分 from the figures of a row.

    A conversion may have cut figures in two (``1 | 7.86``). Of all ways to join neighbours, the one is taken
    in which execution, rate and points agree; if there is none, only a row of whole figures is read.
    """
    for count in (6, 5, 4):
        for option in _joined(pieces, count):
            figures = [f for piece in option if (f := number(piece)) is not None]
            doubt = "数字被断开，已按执行率拼合" if len(option) != len(pieces) else ""
            row = _agreeing(label, figures, place, doubt) if len(figures) == count else None
            if row is not None:
                return row
    known = [f for piece in pieces if (f := number(piece)) is not None]
    if len(known) == 6:
        return FundRow(label, known[0], known[1], known[2], known[3], known[4], known[5], place)
    if len(known) in (3, 4):
        return FundRow(label, known[0], known[1], known[2], None, known[3] if len(known) == 4 else None, None, place)
    return None


_CENT = Decimal("0.01")


def _agreeing(label: str, f: list[Decimal], place: Provenance, doubt: str) -> FundRow | None:
    """The figures as a row, if the rate is what execution over budget gives."""
    if len(f) == 5:
        row = FundRow(label, None, f[0], f[1], f[2], f[3], f[4], place, doubt)
    elif len(f) == 4:
        row = FundRow(label, f[0], f[1], f[2], None, f[3], None, place, doubt)
    else:
        row = FundRow(label, f[0], f[1], f[2], f[3], f[4], f[5], place, doubt)
    if not row.adjusted or row.executed is None or row.rate is None:
        return None
    if abs(row.executed / row.adjusted * 100 - row.rate) >= _CENT:
        return None
    if row.score is not None and row.points is not None and abs(row.rate * row.points / 100 - row.score) >= _CENT:
        return None
    return row


def _joined(pieces: list[str], count: int) -> list[list[str]]:
    """Every way to join neighbouring pieces so that ``count`` are left."""
    if count < 1 or count > len(pieces) or len(pieces) > MAX_PIECES:
        return []
    found = []
    for cuts in combinations(range(1, len(pieces)), count - 1):
        bounds = [0, *cuts, len(pieces)]
        found.append(["".join(pieces[a:b]) for a, b in pairwise(bounds)])
    return found
