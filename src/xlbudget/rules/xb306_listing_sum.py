"""列举的各项加起来不等于总数。

检查什么
“主要包括：a 万元、b 万元……”“其中：……”和分条列出的各项之和，与前面的总数核对。带“等”字的只检查不超过总数；“其中”只列部分的，只检查不超过总数。车辆等数量同样核对。

为什么
增删了一项或改了一个数，总数没有跟着改。

依据
部门预决算公开表式的包含关系；列举应当完整。

怎么改
对照报表找出写错或漏写的一项；确是部分列举的，加“等”字。
"""

from __future__ import annotations

from collections.abc import Iterator

from xlbudget.model.amount import Amount
from xlbudget.model.claim import Claim, Listing
from xlbudget.model.disclosure import Disclosure
from xlbudget.model.finding import Severity
from xlbudget.model.provenance import Provenance
from xlbudget.model.rounding import compare
from xlbudget.packs.schema import Pack
from xlbudget.rules.declaring import HELD, Example, Outcome, Problem, judged
from xlbudget.rules.facts import Facts, facts_of
from xlbudget.rules.prose import exhausts, is_sum, statement

TITLE = "列举之和与总数不符"
SEVERITY = Severity.ERROR
MESSAGE = "“{statement}”{stated}，所列 {count} 项合计 {expected}，相差 {difference}（舍入允许 {tolerance}）"

_HEAD = "第二部分 情况说明\n六、一般公共预算基本支出情况说明\n"

PASSES = (
    Example(_HEAD + "公用经费5.00万元。主要包括：办公费2.00万元、印刷费3.00万元。\n"),
    Example(_HEAD + "公用经费5.00万元。主要包括：办公费2.00万元、印刷费1.00万元等。\n"),
)
FAILS = (
    Example(
        _HEAD + "公用经费5.00万元。主要包括：办公费2.00万元、印刷费5.00万元。\n",
        ("“公用经费”5.00万元，所列 2 项合计 7.00，相差 2（舍入允许 0.015）",),
    ),
    Example(
        "第二部分 情况说明\n十三、国有资产占用情况说明\n本单位共有车辆48辆，其中，一般公务用车36辆、执法执勤用车2辆、其他用车12辆。\n",
        ("“本单位共有车辆”48辆，所列 3 项合计 50，相差 2（舍入允许 0）",),
    ),
)


def check(disclosure: Disclosure, pack: Pack) -> Iterator[Outcome]:
    narrative = disclosure.narrative
    facts = facts_of(disclosure, pack)
    for listing in narrative.listings:
        head = narrative.claims[listing.head]
        items = [narrative.claims[i] for i in listing.items]
        if is_sum(listing, narrative):
            counted = head.count is not None and _complement(items, pack.grammar.complements)
            yield from _judged(listing, head, items, facts, counted)


def _complement(items: list[Claim], complements: tuple[str, ...]) -> bool:
    """Do the words of the items make up a whole (地上 and 地下)?"""
    words = [item.topic.words for item in items]
    return any(
        all(any(part in word for word in words) for part in group.split("|"))
        for group in complements
        if len(words) >= len(group.split("|"))
    )


def _judged(listing: Listing, head: Claim, items: list[Claim], facts: Facts, counted: bool) -> Iterator[Outcome]:
    total, parts = _figure(head), [_figure(item) for item in items]
    comparison = compare(total, parts)
    whole = not listing.open and (listing.complete or exhausts(head, items) or counted)
    if not whole and (comparison.difference >= 0 or (listing.complete is False and len(items) == 1)):
        exceeds = comparison.difference < -comparison.tolerance
        if not exceeds:
            yield HELD
            return
    if not whole and not head.topic.in_tables:
        ends = (compare(total, parts[:n]) for n in range(2, len(parts)))
        if any(not end.difference for end in ends):  # the list ended there, and something else was told behind it
            yield HELD
            return
    names = {"statement": statement(head), "count": str(len(items))}
    loudest = Severity.ERROR if whole and not counted else Severity.SUSPECT
    outcome = judged(comparison, head.text, names, _places(head, items, facts), "", loudest)
    if isinstance(outcome, Problem) and comparison.difference and not whole:
        outcome = Problem(outcome.facts, outcome.at, "“其中”各项超过总数", outcome.severity)
    yield outcome


def _figure(claim: Claim) -> Amount:
    """An amount, or a count as an exact one."""
    if claim.amount is not None:
        return claim.amount
    assert claim.count is not None
    return Amount(claim.count, decimals=None)


def _places(head: Claim, items: list[Claim], facts: Facts) -> tuple[Provenance, ...]:
    """The places, first the figures that the tables contradict."""
    wrong = [c for c in (head, *items) if _contradicted(c, facts)]
    return tuple(dict.fromkeys(c.place for c in (*wrong, head, *items)))


def _contradicted(claim: Claim, facts: Facts) -> bool:
    known = [f for f in facts.strict(claim.topic) if not f.blank] if claim.topic.in_tables else []
    amount = claim.amount
    return amount is not None and bool(known) and not any(f.amount.interval.meets(amount.interval) for f in known)
