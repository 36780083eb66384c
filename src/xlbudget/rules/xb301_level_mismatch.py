"""文字中的金额与表中的数不符。

检查什么
情况说明中的每个金额，按它所说的科目（类、款、项）、收入来源、支出构成、资金范围和年份，与表中同一项目的数核对。

为什么
表从系统导出，文字多由手工抄写，改数之后文字常常没有跟着改。

依据
部门预决算公开操作规程：文字说明与公开报表的数据应当一致。

怎么改
以经审核的报表为准改正文字；如果是报表有误，先改报表。
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from xlbudget.model.claim import Claim, ClaimKind
from xlbudget.model.disclosure import Disclosure
from xlbudget.model.finding import Severity
from xlbudget.model.rounding import Comparison, Verdict, compare
from xlbudget.packs.schema import Pack
from xlbudget.rules.causes import cause_of_amount
from xlbudget.rules.declaring import HELD, Example, Outcome, judged
from xlbudget.rules.facts import Fact, Facts, facts_of
from xlbudget.rules.prose import statement

TITLE = "文字与表不符"
SEVERITY = Severity.ERROR
MESSAGE = "文字写“{statement}” {stated}，{source}为 {expected}，相差 {difference}（舍入允许 {tolerance}）"

_TABLE = "支出总表\n单位：万元\n科目编码\t科目名称\t合计\t基本支出\t项目支出\n208\t社会保障和就业支出\t30.00\t20.00\t10.00\n合计\t\t30.00\t20.00\t10.00\n\n"
_TEXT = "第二部分 情况说明\n二、支出预算情况说明\n云川市档案馆2025年支出预算合计30.00万元，其中：\n"

PASSES = (Example(_TABLE + _TEXT + "基本支出20.00万元，占66.67%；\n项目支出10万元，占33.33%。\n"),)
FAILS = (
    Example(
        _TABLE + _TEXT + "基本支出26.00万元，占86.67%；\n项目支出10.00万元，占33.33%。\n",
        ("文字写“基本支出” 26.00万元，支出总表“合计”的“基本支出”为 20.00，相差 6（舍入允许 0.01）",),
    ),
)

_ORDER = (Verdict.EQUAL, Verdict.ROUNDING, Verdict.SUSPECT, Verdict.WRONG)


def check(disclosure: Disclosure, pack: Pack) -> Iterator[Outcome]:
    facts = facts_of(disclosure, pack)
    for claim in disclosure.narrative.claims:
        if claim.kind is ClaimKind.LEVEL and claim.topic.in_tables and not (claim.reason or claim.vague):
            yield from _against(claim, facts)


def _against(claim: Claim, facts: Facts) -> Iterator[Outcome]:
    assert claim.amount is not None
    strict = facts.strict(claim.topic)
    if not strict:
        return
    near = [compare(claim.amount, [fact.amount]) for fact in strict]
    best = min(near, key=lambda c: _ORDER.index(c.verdict))
    if best.verdict is Verdict.EQUAL:
        yield HELD
        return
    others = [compare(claim.amount, [fact.amount]) for fact in facts.loose(claim.topic)]
    if best.verdict is Verdict.WRONG and any(c.verdict in _ORDER[:2] for c in others):
        yield HELD
        return
    yield _judged(claim, strict[near.index(best)], best, facts, all(fact.blank for fact in strict))


def _judged(claim: Claim, fact: Fact, comparison: Comparison, facts: Facts, blank: bool) -> Outcome:
    assert claim.amount is not None
    elsewhere = _same_figure(claim, fact, facts) if comparison.verdict is Verdict.WRONG else None
    hint = cause_of_amount(claim.amount, fact.amount)
    loudest = Severity.ERROR
    if elsewhere is not None:
        hint, loudest = f"与{elsewhere.name}的数相同，可能抄串了行", Severity.SUSPECT
    if blank:
        hint, loudest = "表中该栏是空白", Severity.SUSPECT
    known = {"statement": statement(claim), "source": fact.name}
    place = fact.table.place(fact.row, fact.column)
    return judged(comparison, claim.text, known, (claim.place, place), hint, loudest)


def _same_figure(claim: Claim, fact: Fact, facts: Facts) -> Fact | None:
    """Another cell of the tables that shows exactly the figure of the sentence."""
    assert claim.amount is not None
    return next(
        (f for f in _all(facts, fact.item) if f.amount.yuan == claim.amount.yuan and not f.amount.is_zero), None
    )


def _all(facts: Facts, item: str) -> Sequence[Fact]:
    return [f for (other, _, _), found in facts.by_key.items() if other != item for f in found]
