"""跨文件. The figure of another document that a claim or a cell of this one speaks of, and how surely it is that one."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from xlbudget.model.amount import Amount
from xlbudget.model.claim import ClaimKind, Topic
from xlbudget.model.disclosure import Disclosure
from xlbudget.model.provenance import Provenance
from xlbudget.model.rounding import Comparison, Verdict, compare, round_half_up, stated_as
from xlbudget.model.table import Table, TableStatus
from xlbudget.packs.catalog import get_pack
from xlbudget.packs.matching import Match, Matched
from xlbudget.packs.pairing import ZERO, Pair, Unpaired, counterpart
from xlbudget.packs.schema import Pack
from xlbudget.rules.facts import facts_of


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


def named(amount: Amount) -> str:
    """A figure with its unit: documents of different years need not share one."""
    return f"{amount.text}{amount.unit.value}"


def where_from(place: Provenance) -> str:
    """The table of another document, for a message."""
    return place.table or "文字"
