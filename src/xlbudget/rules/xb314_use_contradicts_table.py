"""用途说明与支出构成不符。

检查什么
按科目说明用途时写“……等基本支出”（或“项目支出”），而表中该科目的数全部在另一栏。

为什么
用途说明沿用模板，没有对照表中的支出构成。

依据
部门预决算公开表式：基本支出与项目支出分列。

怎么改
对照表改正用途说明。
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from xlbudget.model.claim import ClaimKind
from xlbudget.model.disclosure import Disclosure
from xlbudget.model.finding import Severity
from xlbudget.model.provenance import Provenance
from xlbudget.packs.schema import Pack
from xlbudget.rules.declaring import HELD, Example, Outcome, Problem
from xlbudget.rules.facts import Fact, facts_of

TITLE = "用途与支出构成不符"
SEVERITY = Severity.SUSPECT
MESSAGE = "科目 {code} 的用途写“{stated}”，{table}中该科目{expected}为 {amount}、{stated}为空"

_TABLE = "一般公共预算支出表\n单位：万元\n科目编码\t科目名称\t合计\t基本支出\t项目支出\n2010602\t一般行政管理事务\t10.00\t{b}\t{p}\n\n"
_TEXT = (
    "第二部分 情况说明\n五、一般公共预算支出情况说明\n"
    "1.一般公共服务支出（类）财政事务（款）一般行政管理事务（项）10.00万元，主要用于：业务指导等基本支出。\n"
)

PASSES = (Example(_TABLE.format(b="10.00", p="") + _TEXT),)
FAILS = (
    Example(
        _TABLE.format(b="", p="10.00") + _TEXT,
        ("科目 2010602 的用途写“基本支出”，一般公共预算支出表中该科目项目支出为 10.00、基本支出为空",),
    ),
)

_USE = re.compile(r"(?:主要)?用于[^。]{0,60}?(?:等|的)(基本支出|项目支出)")
_OTHER = {"基本支出": ("basic", "project", "项目支出"), "项目支出": ("project", "basic", "基本支出")}


def check(disclosure: Disclosure, pack: Pack) -> Iterator[Outcome]:
    facts = facts_of(disclosure, pack)
    seen: set[tuple[int, str]] = set()
    for claim in disclosure.narrative.claims:
        if claim.kind is not ClaimKind.LEVEL or not claim.topic.item.startswith("f:") or claim.reason:
            continue
        key = (claim.passage, claim.topic.item)
        match = _USE.search(disclosure.narrative.passages[claim.passage].text)
        if match is None or key in seen:
            continue
        seen.add(key)
        said, other, name = _OTHER[match[1]]
        mine = facts.by_key.get((claim.topic.item, said, "current"), [])
        theirs = facts.by_key.get((claim.topic.item, other, "current"), [])
        if not mine or not theirs:
            continue
        filled = [fact for fact in theirs if not fact.amount.is_zero]
        if any(not fact.amount.is_zero for fact in mine) or not filled:
            yield HELD
            continue
        yield _problem(claim.topic.item.removeprefix("f:"), match[1], name, filled[0], claim.place)


def _problem(code: str, said: str, other: str, fact: Fact, place: Provenance) -> Problem:
    words = {"code": code, "stated": said, "expected": other, "table": fact.table.title, "amount": fact.amount.text}
    return Problem(words, (place, fact.table.place(fact.row, fact.column)))
