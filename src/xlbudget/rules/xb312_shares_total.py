"""各项占比加起来不是 100%。

检查什么
一组占比的各项金额之和等于总额时，各项占比之和应为 100%（允许四舍五入造成的零头）。

为什么
其中有一个占比算错或没有随金额修改。

依据
各部分占比之和等于 100%。

怎么改
逐项重算占比，改正算错的一项。
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import groupby

from xlbudget.model.claim import Claim, ClaimKind, Narrative
from xlbudget.model.disclosure import Disclosure
from xlbudget.model.finding import Severity
from xlbudget.model.rounding import Verdict, compare
from xlbudget.model.table import Side
from xlbudget.packs.schema import Pack
from xlbudget.rules.declaring import HELD, Example, Outcome, Problem
from xlbudget.rules.facts import facts_of

TITLE = "占比之和不是100%"
SEVERITY = Severity.ERROR
MESSAGE = "{count} 项占比合计 {stated}，应为 {expected}（舍入允许 {tolerance}，相差 {difference}）"

_HEAD = "第二部分 情况说明\n二、支出预算情况说明\n云川市档案馆2025年支出预算合计30.00万元，其中：\n"

PASSES = (Example(_HEAD + "基本支出20.00万元，占66.67%；\n项目支出10.00万元，占33.33%。\n"),)
FAILS = (
    Example(
        _HEAD + "基本支出20.00万元，占66.67%；\n项目支出10.00万元，占35.33%。\n",
        ("2 项占比合计 102.00%，应为 100%（舍入允许 0.01%，相差 2.00%）",),
    ),
)

_Pair = tuple[Claim, Claim]


def check(disclosure: Disclosure, pack: Pack) -> Iterator[Outcome]:
    for pairs in _groups(disclosure.narrative):
        if len(pairs) > 1 and _make_up(pairs, disclosure, pack):
            yield _summed(pairs)


def _groups(narrative: Narrative) -> Iterator[list[_Pair]]:
    """Shares that stand together: the parts of one total, or neighbours in one section."""
    heads = {item: listing.head for listing in narrative.listings for item in listing.items}
    found = [
        (
            narrative.claims[r.figure],
            narrative.claims[r.part],
            heads.get(r.part, -1),
            r.named.words if r.named is not None else "",
        )
        for r in narrative.ratios
        if r.part is not None and narrative.claims[r.figure].kind is ClaimKind.SHARE
    ]

    def key(entry: tuple[Claim, Claim, int, str]) -> tuple[str, int, str, str]:
        _, part, head, named = entry
        kind, colon, rest = part.topic.item.partition(":")
        level = f"{kind}{len(rest)}" if colon and kind == "f" else kind if colon else "total"
        return narrative.passages[part.passage].section, head, level, named

    for _, group in groupby(found, key):
        yield [(figure, part) for figure, part, _, _ in group]


def _make_up(pairs: list[_Pair], disclosure: Disclosure, pack: Pack) -> bool:
    """Do the parts add up to a total that the document knows?"""
    amounts = [part.amount for _, part in pairs]
    known = [a for a in amounts if a is not None]
    if len(known) != len(amounts) or all(a.is_zero for a in known) or any(f.vague for f, _ in pairs):
        return False
    narrative = disclosure.narrative
    totals = [
        c.amount
        for c in narrative.claims
        if c.kind is ClaimKind.LEVEL and c.topic.item in ("total", "grand", "t:total")
    ]
    for side in (Side.INCOME, Side.EXPENDITURE):
        totals += [
            f.amount for f in facts_of(disclosure, pack).by_key.get(("total", "", "current"), ()) if f.side is side
        ]
    return any(t is not None and compare(t, known).verdict in (Verdict.EQUAL, Verdict.ROUNDING) for t in totals)


def _summed(pairs: list[_Pair]) -> Outcome:
    total = sum((figure.percent for figure, _ in pairs if figure.percent is not None), Decimal(0))
    slack = sum((Decimal("0.5").scaleb(-figure.decimals) for figure, _ in pairs), Decimal(0))
    if abs(total - 100) <= slack:
        return HELD
    facts = {
        "stated": f"{total}%",
        "expected": "100%",
        "count": str(len(pairs)),
        "difference": f"{abs(total - 100)}%",
        "tolerance": f"{slack.normalize()}%",
    }
    return Problem(facts, tuple(dict.fromkeys(figure.place for figure, _ in pairs)))
