"""文字中的科目名称与表中不一致。

检查什么
“……（类）……（款）……（项）”逐级写出的科目，在本文件的表中能找到，且各级名称与表中相同。

为什么
科目名称抄错一级，读者就对不上表；科目调整后文字常沿用旧名。

依据
《政府收支分类科目》；文字说明与公开报表应当一致。

怎么改
按表中（或当年科目）的全称改正。
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from xlbudget.model.claim import Claim, ClaimKind
from xlbudget.model.disclosure import Disclosure
from xlbudget.model.finding import Severity
from xlbudget.packs.schema import Pack
from xlbudget.packs.subjects import core, name_of
from xlbudget.rules.declaring import HELD, Example, Outcome, Problem
from xlbudget.rules.facts import Fact, Facts, facts_of

TITLE = "文字中的科目与表不一致"
SEVERITY = Severity.SUSPECT
MESSAGE = "文字写科目“{stated}”，{what}"

_TABLE = (
    "一般公共预算支出表\n单位：万元\n科目编码\t科目名称\t合计\t基本支出\t项目支出\n210\t卫生健康支出\t20.00\t\t20.00\n"
    "21007\t计划生育事务\t20.00\t\t20.00\n2100717\t计划生育服务\t20.00\t\t20.00\n合计\t\t20.00\t\t20.00\n\n"
    "第二部分 情况说明\n五、一般公共预算支出情况说明\n"
)

PASSES = (
    Example(_TABLE + "1.卫生健康支出（类）计划生育事务（款）计划生育服务（项）20.00万元，主要用于宣传。\n"),
    Example(_TABLE + "2.教育支出（类）进修及培训（款）培训支出（项）0.00万元，比上年减少3.00万元，下降100.00%。\n"),
)
FAILS = (
    Example(
        _TABLE + "1.卫生健康支出（类）卫生健康支出（款）计划生育事务（项）20.00万元，主要用于宣传。\n",
        (
            "文字写科目“卫生健康支出(类)卫生健康支出(款)计划生育事务(项)”，"
            "表中没有这个科目；金额 20.00 对应的是 2100717 计划生育服务",
        ),
    ),
)

_NAMES = re.compile(r"((?:[^()]|\((?!类|款|项)[^()]*\))+)\((类|款|项)\)")
_LENGTHS = {"类": 3, "款": 5, "项": 7}


def check(disclosure: Disclosure, pack: Pack) -> Iterator[Outcome]:
    facts = facts_of(disclosure, pack)
    seen: set[tuple[int, str]] = set()
    for claim in disclosure.narrative.claims:
        key = (claim.passage, claim.topic.words)
        if claim.kind is not ClaimKind.LEVEL or claim.reason or key in seen or not _NAMES.search(claim.topic.words):
            continue
        seen.add(key)
        if not facts.detailed:
            return
        if claim.topic.item.startswith("u:"):
            yield HELD if _ended(claim, disclosure) else _unknown(claim, facts)
        elif claim.topic.item.startswith("f:"):
            yield from _named(claim, facts, disclosure.year)


def _ended(claim: Claim, disclosure: Disclosure) -> bool:
    """A subject of last year that has no money now: its sentence tells how it went down to zero."""
    now = [
        other.amount
        for other in disclosure.narrative.claims
        if other.passage == claim.passage and other.kind is ClaimKind.LEVEL and other.topic.period == "current"
    ]
    return bool(now) and all(amount is not None and amount.is_zero for amount in now)


def _unknown(claim: Claim, facts: Facts) -> Outcome:
    words = claim.topic.words.removeprefix("u:")
    matches = {
        fact.item: fact
        for (item, component, period), found in facts.by_key.items()
        if len(item) == len("f:2010101") and item.startswith("f:") and not component and period == "current"
        for fact in found
        if claim.amount is not None and not fact.amount.is_zero and fact.amount.yuan == claim.amount.yuan
    }
    if len(matches) != 1:
        return Problem({"stated": words, "what": "表中没有这个科目"}, (claim.place,))
    (fact,) = matches.values()
    what = f"表中没有这个科目；金额 {fact.amount.text} 对应的是 {_label(fact)}"
    return Problem({"stated": words, "what": what}, (claim.place, fact.table.place(fact.row)), "", Severity.ERROR)


def _label(fact: Fact) -> str:
    return f"{fact.row.code} {fact.row.name}"


def _named(claim: Claim, facts: Facts, year: int | None) -> Iterator[Outcome]:
    """Every printed level of a path against the names that the tables and the classification give."""
    code = claim.topic.item.removeprefix("f:")
    known = {fact.row.name for fact in facts.by_key.get((claim.topic.item, "", "current"), ()) if fact.row.name}
    for name, level in _NAMES.findall(claim.topic.words):
        own = code[: _LENGTHS[level]]
        names = {core(n) for n in (known if own == code else _names(own, facts)) | {name_of(own, year) or ""} if n}
        printed = core(re.sub(r"^.*[\"“:：]", "", name))
        if not names or printed in names or any(printed.endswith(n) for n in names):
            yield HELD
            continue
        what = f"{own} 的名称应为“{sorted(names)[0]}”"
        yield Problem({"stated": f"{name}（{level}）", "what": what}, (claim.place,))


def _names(code: str, facts: Facts) -> set[str]:
    return {fact.row.name for fact in facts.by_key.get((f"f:{code}", "", "current"), ()) if fact.row.name}
