"""跨文件. The figure of another document that a claim or a cell of this one speaks of, and how surely it is that one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from xlbudget.model.amount import Amount
from xlbudget.model.claim import ClaimKind, Topic
from xlbudget.model.disclosure import Disclosure
from xlbudget.model.provenance import Provenance
from xlbudget.model.rounding import Comparison, Verdict, compare, round_half_up, stated_as
from xlbudget.model.table import Cell, Row, Table, TableStatus
from xlbudget.packs.catalog import get_pack
from xlbudget.packs.matching import Match, Matched, match_column, match_row
from xlbudget.packs.schema import Pack
from xlbudget.rules.facts import Fact, facts_of

ZERO = Amount(Decimal(0))


@dataclass(frozen=True, slots=True)
class Pair:
    """两份文件中的同一项. ``now`` of this document (``None`` if no table shows it) and ``then`` of the other one."""

    now: Amount | None
    then: Amount
    here: Provenance | None
    there: Provenance
    matched: Matched

    @property
    def note(self) -> str:
        """对应方式, when it is worth saying."""
        return f"{self.matched.how.value}：{self.matched.why}" if self.matched.why else ""


@dataclass(frozen=True, slots=True)
class Unpaired:
    """不能对应. Why no figure of the other document was taken."""

    why: str


def years_of(other: Disclosure, disclosure: Disclosure) -> tuple[int, int]:
    """The years of the two documents, the other one's first."""
    year = disclosure.year or 0
    return other.year or year, year


def counterparts(topic: Topic, disclosure: Disclosure, pack: Pack, other: Disclosure) -> list[Pair] | Unpaired:
    """The figures of ``other`` for what ``topic`` speaks of, table by table; from its prose where no table shows it."""
    pairs: list[Pair] = []
    doubts: list[str] = []
    here = facts_of(disclosure, pack).strict(replace(topic, period="current"))
    for fact in here:
        found = counterpart(fact.table, fact.row, fact.column, disclosure, other)
        if isinstance(found, Pair):
            pairs.append(found)
        elif found is not None:
            doubts.append(found.why)
    if pairs:
        return pairs
    if doubts:
        return Unpaired(doubts[0])
    past = replace(topic, period="current")
    there = facts_of(other, get_pack(other.pack)).strict(past)
    if there:
        return [Pair(None, f.amount, None, f.table.place(f.row, f.column), Matched(Match.NAMED, f.row)) for f in there]
    told = [c for c in other.narrative.claims if c.kind is ClaimKind.LEVEL and c.topic.same_as(past) and c.amount]
    told = [c for c in told if c.topic.period == "current" and not (c.reason or c.vague)]
    if told:
        return [Pair(None, c.amount, None, c.place, Matched(Match.NAMED)) for c in told if c.amount is not None]
    empty = _empty_table(topic, other)
    if empty is not None:
        return [Pair(None, ZERO, None, replace(empty.first_place, table=empty.title), Matched(Match.NAMED))]
    return Unpaired("那份文件的表和文字中都没有这一项")


def _empty_table(topic: Topic, other: Disclosure) -> Table | None:
    """An empty 政府性基金 or 国有资本经营 table says that there is nothing of that kind."""
    if topic.scope not in ("fund", "capital") or topic.item not in ("total", "grand"):
        return None
    table = other.table(f"{topic.scope}_expenditure")
    return table if table is not None and table.status is TableStatus.EMPTY else None


def counterpart(
    table: Table, row: Row, column: int, disclosure: Disclosure, other: Disclosure, period: str = "current"
) -> Pair | Unpaired | None:
    """The cell of ``other`` that continues this one; ``None`` if ``other`` has no such table or column."""
    past = other.table(table.id)
    if past is None or past.status is TableStatus.UNREADABLE:
        return None
    here = table.place(row, column)
    now = shown(row.cells[column], table)
    if past.status is not TableStatus.READ:
        return Pair(now, ZERO, here, replace(past.first_place, table=past.title), Matched(Match.ABSENT, None, "空表"))
    target = match_column(table.columns[column], past, period)
    if target is None:
        return None
    matched = match_row(row, table, past, years_of(other, disclosure))
    if matched.how is Match.DOUBTFUL:
        return Unpaired(matched.why)
    if matched.row is None:
        place = replace(past.first_place, table=past.title)
        return Pair(now, ZERO, here, place, matched)
    then = shown(matched.row.cells[target], past)
    return Pair(now, then, here, past.place(matched.row, target), matched)


def shown(cell: Cell, table: Table) -> Amount:
    """The amount of a cell; a blank one says that there is nothing."""
    return cell.amount if cell.amount is not None else Amount(Decimal(0), table.money_unit)


def as_written(fact: Fact) -> Provenance:
    return fact.table.place(fact.row, fact.column)


def changed(stated: Amount, now: Amount, then: Amount) -> Comparison:
    """Is ``stated`` the change from ``then`` to ``now``?

    The change of the exact figures, rounded as the statement is, is right. People also subtract the figures as they
    are printed in the prose: then each of the two was rounded first, and the difference of rounded figures has the
    interval of both (docs/rounding.md, 6).
    """
    scale = stated.unit.scale
    exact = (now.yuan - then.yuan) / scale
    decimals = stated.decimals
    if decimals is None or decimals < 0:
        return compare(stated, [now, then], [1, -1])
    expected = Decimal(round_half_up(exact, decimals))
    if stated_as(exact, decimals, stated.value) or expected == stated.value:
        return Comparison(Verdict.EQUAL, expected, Decimal(0), Decimal(0), decimals)
    found = compare(stated, [_coarse(now, stated), _coarse(then, stated)], [1, -1])
    return Comparison(found.verdict, expected, stated.value - expected, found.tolerance, decimals)


def _coarse(amount: Amount, like: Amount) -> Amount:
    """The figure in the unit of ``like``, shown no more precisely than it; an exact zero stays exact."""
    if amount.half_step >= like.half_step or amount.is_zero:
        return amount
    return Amount(amount.yuan / like.unit.scale, like.unit, like.decimals)


def figures(table: Table, periods: tuple[str, ...]) -> Iterator[tuple[Row, int]]:
    """Every cell of the columns of these periods that may hold money."""
    columns = [c for c, column in enumerate(table.columns) if column.period in periods and column.role and column.money]
    for row in table.rows:
        for c in columns:
            if table.columns[c].side is row.side and (
                row.cells[c].amount is not None or row.cells[c].blank is not None
            ):
                yield row, c


def named(amount: Amount) -> str:
    """A figure with its unit: documents of different years need not share one."""
    return f"{amount.text}{amount.unit.value}"


def where_from(place: Provenance) -> str:
    """The table of another document, for a message."""
    return place.table or "文字"
