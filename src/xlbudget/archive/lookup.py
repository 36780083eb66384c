"""查数. One figure, or many, of a past document: by code or name, column and table; says how each was matched."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from xlbudget.archive.store import Archive, Entry
from xlbudget.model.amount import Amount
from xlbudget.model.provenance import Provenance
from xlbudget.model.subject import subject_code
from xlbudget.model.table import Row, RowKind, Side, Table, TableStatus
from xlbudget.model.wording import bare, subject_name
from xlbudget.packs.catalog import get_pack
from xlbudget.packs.matching import Match, Matched, match_row
from xlbudget.packs.roles import clean_heading, row_role
from xlbudget.packs.subjects import name_of

USUAL_TABLES = ("expenditure", "general_expenditure", "income_expenditure", "basic_expenditure", "three_public")
"""Where a figure is looked for when no table is named, in this order."""


_NOTHING = Table("", "", [], [])


@dataclass(frozen=True, slots=True)
class Ask:
    """要查的数. ``subject`` is a code or the label of a row, ``column`` a heading or a role; ``table`` a title or an id."""

    subject: str
    column: str = "合计"
    table: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """查到的数. ``amount`` is ``None`` when there is none; ``why`` then says so. A blank cell is an amount of ``None``
    with ``blank``: the document says nothing there."""

    amount: Amount | None
    matched: Matched
    place: Provenance = field(default_factory=Provenance)
    blank: bool = False

    @property
    def why(self) -> str:
        return self.matched.why


def look_up(archive: Archive, entry: Entry, asks: Iterable[Ask]) -> list[Answer]:
    """The figures of one document, in the order asked."""
    chosen: dict[tuple[str, str], list[tuple[Table, int]]] = {}
    answers = []
    for ask in asks:
        key = (ask.table, ask.column)
        if key not in chosen:
            chosen[key] = [(t, c) for t in _tables(archive, entry, ask.table) for c in _columns(t, ask.column)]
        answers.append(_answer(entry, ask, chosen[key]))
    return answers


def _tables(archive: Archive, entry: Entry, wanted: str) -> list[Table]:
    """The tables of this name that hold figures; only these are decoded."""
    known = [s for s in archive.sheets(entry) if s.status == TableStatus.READ.value]
    if not wanted:
        usual = sorted((s for s in known if s.kind in USUAL_TABLES), key=lambda s: USUAL_TABLES.index(s.kind))
        return [archive.table(entry, s.ordinal) for s in usual]
    name = bare(wanted)
    found = [s for s in known if s.kind == wanted or bare(s.title) == name] or [
        s for s in known if name in bare(s.title) or str(s.number) == name.removeprefix("表")
    ]
    return [archive.table(entry, s.ordinal) for s in found]


def _columns(table: Table, wanted: str) -> list[int]:
    """The columns of this name: the whole heading, its last part, or what it means."""
    name = clean_heading(wanted)
    exact = [i for i, c in enumerate(table.columns) if clean_heading(c.heading) == name or c.role == wanted]
    if exact:
        return exact
    last = [i for i, c in enumerate(table.columns) if clean_heading(c.heading.rpartition("/")[2]) == name]
    if not last and name == "合计":
        last = [i for i, c in enumerate(table.columns) if c.role == "total"]
    current = [i for i in last if table.columns[i].period == "current"]
    return current or last


def _answer(entry: Entry, ask: Ask, columns: list[tuple[Table, int]]) -> Answer:
    if not columns:
        what = f"{ask.table or '常用的表'}中没有“{ask.column}”一栏"
        return Answer(None, Matched(Match.ABSENT, None, f"{entry.title}的{what}"))
    first: Answer | None = None
    for table, column in columns:
        side = table.columns[column].side
        matched = match_row(_row(ask.subject, entry, side), _NOTHING, table, (entry.year, entry.year + 1))
        if matched.row is None and subject_code(ask.subject) is None:
            matched = _by_label(ask.subject, entry, table, side) or matched
        if matched.row is None:
            first = first or Answer(None, matched)
            continue
        cell = matched.row.cells[column]
        return Answer(cell.amount, matched, table.place(matched.row, column), cell.amount is None)
    assert first is not None
    return first


def _row(subject: str, entry: Entry, side: Side) -> Row:
    """What is asked for, as a row of next year's table."""
    code = subject_code(bare(subject))
    label = (name_of(code.code, entry.year + 1) or "") if code is not None else subject
    kind = RowKind.SUBJECT if code is not None else RowKind.ITEM
    return Row(label, subject_name(label), kind, [], 0, code, side)


def _by_label(subject: str, entry: Entry, table: Table, side: Side) -> Matched | None:
    """A subject by its name alone; 合计 and the like by what they mean, whatever the row's label."""
    name = subject_name(subject)
    rows = [r for r in table.rows if r.side is side]
    if name in ("合计", "总计"):
        found = [r for r in rows if r.kind is RowKind.TOTAL and r.role == "total"]
    else:
        found = [r for r in rows if r.code is not None and subject_name(r.name) == name]
    if not found:
        pack = get_pack(entry.pack)
        spec = pack.table(table.id)
        role = row_role(name, pack.role_rules(spec.row_roles)) if spec is not None else ""
        found = [r for r in rows if role and r.role == role and r.code is None]
    if len(found) > 1:
        codes = "、".join(str(r.code) for r in found[:4])
        return Matched(Match.DOUBTFUL, None, f"名称“{subject}”对应几个科目（{codes}），请用编码")
    return Matched(Match.NAMED, found[0]) if found else None
