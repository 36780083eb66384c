"""各项增减额加起来不等于总的增减额。

检查什么
总数和它的各项都写了与同一基数相比的增减额时，各项增减额（增加为正、减少为负）之和等于总的增减额。

为什么
总数的增减额与各项分开填写，常有一处没有改，或方向写反。

依据
总数等于各项之和，则总的增减额等于各项增减额之和。

怎么改
逐项核对上年数，改正不符的一处。
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from xlbudget.model.claim import Change, Claim, Listing, Narrative
from xlbudget.model.disclosure import Disclosure
from xlbudget.model.finding import Severity
from xlbudget.model.rounding import Verdict, compare
from xlbudget.packs.schema import Pack
from xlbudget.rules.declaring import Example, Outcome, judged
from xlbudget.rules.prose import exhausts, is_sum, signed, statement

TITLE = "各项增减额与总增减额不符"
SEVERITY = Severity.ERROR
MESSAGE = "“{statement}”{stated}，所列 {count} 项增减额合计 {expected}，相差 {difference}（舍入允许 {tolerance}）"

_HEAD = "第二部分 情况说明\n七、一般公共预算“三公”经费支出预算情况说明\n"

PASSES = (
    Example(
        _HEAD + "“三公”经费预算数为1.20万元，比上年减少4.20万元，其中：因公出国（境）费0.00万元，增加0.00万元；"
        "公务用车购置及运行费0.00万元，减少2.50万元；公务接待费1.20万元，减少1.70万元。\n"
    ),
)
FAILS = (
    Example(
        _HEAD + "“三公”经费预算数为1.20万元，比上年增加1.20万元，其中：因公出国（境）费0.00万元，增加0.00万元；"
        "公务用车购置及运行费0.00万元，减少2.50万元；公务接待费1.20万元，减少1.70万元。\n",
        ("“比上年增加”1.20万元，所列 3 项增减额合计 -4.20，相差 5.4（舍入允许 0.02）",),
    ),
)


def check(disclosure: Disclosure, pack: Pack) -> Iterator[Outcome]:
    yield from _told_without_levels(disclosure)
    narrative = disclosure.narrative
    changes = {(c.level, c.base): c for c in reversed(narrative.changes) if c.delta is not None}
    for listing in narrative.listings:
        if listing.open or not is_sum(listing, narrative):
            continue
        items = [narrative.claims[i] for i in listing.items]
        if not (listing.complete or exhausts(narrative.claims[listing.head], items)):
            continue
        for base in ("prior", "budget", "adjusted"):
            yield from _summed(narrative, listing, base, changes)


def _told_without_levels(disclosure: Disclosure) -> Iterator[Outcome]:
    """增加 20 万元，其中基本支出增加 30 万元，项目支出减少 10 万元: the parts as changes alone."""
    narrative = disclosure.narrative
    told: dict[tuple[int, str, str], dict[str, Claim]] = {}
    for change in narrative.changes:
        if change.delta is None or change.topic.item not in ("total", "grand"):
            continue
        claim = narrative.claims[change.delta]
        part = change.topic.component
        if claim.amount is None or claim.reason or claim.vague or (part and change.level is not None):
            continue
        told.setdefault((claim.passage, change.base, change.topic.scope), {}).setdefault(part, claim)
    for parts in told.values():
        if {"", "basic", "project"} <= set(parts):
            head, deltas = parts[""], [parts["basic"], parts["project"]]
            facts = {"statement": statement(head), "count": "2"}
            at = tuple(dict.fromkeys(c.place for c in (head, *deltas)))
            comparison = compare(signed(head), [signed(delta) for delta in deltas])
            yield judged(comparison, head.text, facts, at, "", Severity.SUSPECT)


def _summed(
    narrative: Narrative, listing: Listing, base: str, changes: dict[tuple[int | None, str], Change]
) -> Iterator[Outcome]:
    total = changes.get((listing.head, base))
    parts = [changes.get((item, base)) for item in listing.items]
    known = [c.delta for c in parts if c is not None and c.delta is not None]
    if total is None or total.delta is None or len(known) != len(parts):
        return
    head = narrative.claims[total.delta]
    deltas = [narrative.claims[i] for i in known]
    if head.amount is None or any(c.vague or "(" in c.word for c in (head, *deltas)):
        return
    comparison = compare(signed(head), [signed(delta) for delta in deltas])
    twice = 2 * comparison.tolerance
    if comparison.verdict is Verdict.WRONG and abs(comparison.difference) <= twice:
        # a change taken from two printed figures carries two roundings, not one
        comparison = replace(comparison, verdict=Verdict.ROUNDING, tolerance=twice)
    flipped = comparison.expected == -signed(head).value and comparison.expected != Decimal(0)
    hint = "增减方向写反" if flipped else ""
    facts = {"statement": statement(head), "count": str(len(deltas))}
    at = tuple(dict.fromkeys(c.place for c in (head, *deltas)))
    certain = exhausts(narrative.claims[listing.head], [narrative.claims[i] for i in listing.items])
    if not certain and not hint:
        hint = "若有上年有、本年没有的科目未列出，可能属正常"
    yield judged(comparison, head.text, facts, at, hint, Severity.ERROR if certain else Severity.SUSPECT)
