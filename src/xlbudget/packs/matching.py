"""对应. Which row and column of another document's table is this one: by code, by name where codes moved, by unit.

Nothing is guessed: a subject is matched by its code and name, or through the table of moved and renamed subjects
(``national/moves.csv``, every line with its source). What cannot be matched says why.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache
from importlib.resources import files

from xlbudget.model.organisations import unit_key
from xlbudget.model.table import Column, Row, RowKind, Table
from xlbudget.model.wording import subject_name
from xlbudget.packs.subjects import core, near, subject_names


class Match(Enum):
    """对应方式."""

    SAME = "同码"
    """The same code with the same name."""
    MOVED = "同名改码"
    """The same name under a code that was changed."""
    RENAMED = "更名"
    """A subject that was given a new name (with or without a new code)."""
    NAMED = "同名"
    """A row without a code: a total, a unit, an income source."""
    ABSENT = "无"
    """The other table was read and has no such row."""
    DOUBTFUL = "存疑"
    """There may be one, but nothing proves it; no figure is taken."""


@dataclass(frozen=True, slots=True)
class Matched:
    """对应结果. ``row`` of the other table, or ``None``; ``why`` explains everything that is not 同码 or 同名."""

    how: Match
    row: Row | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Move:
    """改码、更名. A subject's old and new code and name, the first year of the new one, and who says so."""

    code: str
    name: str
    new_code: str
    new_name: str
    since: int
    source: str


@cache
def moves() -> tuple[Move, ...]:
    """Every known change of a code or a name."""
    text = files("xlbudget.packs").joinpath("national", "moves.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return tuple(Move(r["code"], r["name"], r["new_code"], r["new_name"], int(r["since"]), r["source"]) for r in rows)


def match_row(row: Row, table: Table, other: Table, years: tuple[int, int]) -> Matched:
    """The row of ``other`` (of the earlier year ``years[0]``) that ``row`` of ``table`` (of ``years[1]``) continues."""
    rivals = [r for r in other.rows if _comparable(r, row, table)]
    if row.code is None:
        return _by_name(row, table, rivals)
    code = row.code.code
    same = [r for r in rivals if r.code is not None and r.code.code == code]
    if len(same) > 1:
        return Matched(Match.DOUBTFUL, None, f"编码 {code} 出现 {len(same)} 次")
    if same:
        return _same_code(row, same[0], years)
    return _moved(row, table, rivals, years)


def match_column(column: Column, other: Table, period: str = "current") -> int | None:
    """The column of ``other`` with the meaning of ``column`` in a period."""
    if not column.role:
        return None
    return other.column_index(column.role, period, column.side)


def _comparable(other: Row, row: Row, table: Table) -> bool:
    """The same side, the same unit's block, and not an 其中 row against a full one."""
    if other.side is not row.side or other.of_which != row.of_which:
        return False
    return unit_key(other.unit) == unit_key(row.unit)


def _by_name(row: Row, table: Table, rivals: Sequence[Row]) -> Matched:
    if row.kind is RowKind.UNIT:
        found = [r for r in rivals if r.code is None and unit_key(r.label) == unit_key(row.label)] or _alone(
            table, rivals
        )
    elif row.role:
        found = [r for r in rivals if r.role == row.role and r.code is None]
        if len(found) > 1:
            found = [r for r in found if subject_name(r.label) == subject_name(row.label)]
    else:
        found = [r for r in rivals if r.code is None and subject_name(r.label) == subject_name(row.label)]
    if len(found) == 1:
        return Matched(Match.NAMED, found[0])
    if found:
        return Matched(Match.DOUBTFUL, None, f"“{row.name or row.label}”出现 {len(found)} 次")
    return Matched(Match.ABSENT, None, f"没有“{row.name or row.label}”一行")


def _alone(table: Table, rivals: Sequence[Row]) -> list[Row]:
    """A unit that stands alone in its table is the only one of the other table too, whatever it was called then."""
    if sum(r.kind is RowKind.UNIT for r in table.rows) > 1:
        return []
    units = [r for r in rivals if r.kind is RowKind.UNIT]
    return units if units else [r for r in rivals if r.kind is RowKind.TOTAL and len(rivals) == 1]


def _same_code(row: Row, found: Row, years: tuple[int, int]) -> Matched:
    assert row.code is not None
    new, old = _name(row), _name(found)
    if not new or not old or _alike(new, old):
        return Matched(Match.SAME, found)
    code = row.code.code
    for move in moves():
        if move.code == move.new_code == code and _alike(move.name, old) and _alike(move.new_name, new):
            return Matched(Match.RENAMED, found, f"{old} → {new}（{move.source}）")
    known = subject_names().get(code, ())
    before = any(_alike(n.name, old) and n.used_in(years[0]) for n in known)
    after = any(_alike(n.name, new) and n.used_in(years[1]) for n in known)
    if before and after:
        return Matched(Match.RENAMED, found, f"{old} → {new}（《政府收支分类科目》）")
    return Matched(
        Match.DOUBTFUL, None, f"编码 {code} 相同而名称不同（上年“{old}”，本年“{new}”），对照表中没有这一更名"
    )


def _moved(row: Row, table: Table, rivals: Sequence[Row], years: tuple[int, int]) -> Matched:
    """A code that the other table does not have: was it moved, or is the subject new?"""
    assert row.code is not None
    code = row.code.code
    active = [m for m in moves() if m.new_code == code != m.code and years[0] < m.since <= years[1]]
    sources = {m.code: m for m in active}
    found = [r for r in rivals if r.code is not None and r.code.code in sources]
    if len(found) > 1:
        codes = "、".join(str(r.code) for r in found)
        return Matched(Match.DOUBTFUL, None, f"上年的 {codes} 合并为 {code}，应由人工合计")
    if found:
        old = found[0].code
        assert old is not None
        move = sources[old.code]
        if sum(m.code == old.code and m.since == move.since for m in moves()) > 1:
            return Matched(Match.DOUBTFUL, None, f"上年的 {old} 拆分为几个科目，应由人工划分")
        how = Match.MOVED if move.name == move.new_name else Match.RENAMED
        names = "" if how is Match.MOVED else f" {move.name} → {move.new_name}"
        return Matched(how, found[0], f"{old} → {code}{names}（{move.source}）")
    name = _name(row)
    present = {r.code.code for r in table.rows if r.code is not None}
    gone = [
        r
        for r in rivals
        if r.code is not None and name and _name(r) == name and r.code.code not in present
        and len(r.code.code) == len(code) and r.code.classification is row.code.classification
    ]  # fmt: skip
    if gone:
        codes = "、".join(str(r.code) for r in gone)
        return Matched(Match.DOUBTFUL, None, f"上年有同名科目 {codes}，对照表中没有这一改码")
    return Matched(Match.ABSENT, None, f"没有科目 {code}")


def _name(row: Row) -> str:
    return subject_name(row.name)


def _alike(a: str, b: str) -> bool:
    """The same name, a generic ending or a misprint apart."""
    x, y = core(subject_name(a)), core(subject_name(b))
    return x == y or near(x, y) or (min(len(x), len(y)) >= 4 and (x.startswith(y) or y.startswith(x)))
