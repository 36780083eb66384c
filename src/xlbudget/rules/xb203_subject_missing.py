"""一张表里有的科目，另一张应有的表里没有。

检查什么
逐科目相等的两张表（如支出总表与一般公共预算支出表），有金额的科目在另一张表里找不到对应的行。

为什么
漏了一行，合计往往也跟着少，或者科目编码在一张表里录错。

依据
部门预决算公开表式的勾稽关系；各模板包 pack.toml 的 tie。

怎么改
补上漏列的科目，或改正编码。
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from xlbudget.model.disclosure import Disclosure
from xlbudget.model.finding import Severity
from xlbudget.packs.schema import Pack
from xlbudget.rules.declaring import HELD, Example, Outcome, Problem
from xlbudget.rules.ties import tie_outcomes

TITLE = "科目在另一张表里缺失"
SEVERITY = Severity.SUSPECT
MESSAGE = "{present}有“{row}” {stated}，{missing}没有这一科目"

_TABLES = (
    "收支总表\n单位：万元\n收入\t\t支出\t\n项目\t预算数\t项目\t预算数\n一、一般公共预算拨款收入\t30.00\t一、社会保障和就业支出\t20.00\n"
    "\t\t二、卫生健康支出\t10.00\n收入总计\t30.00\t支出总计\t30.00\n\n支出总表\n单位：万元\n科目编码\t科目名称\t合计\t基本支出\t项目支出\n"
    "208\t社会保障和就业支出\t20.00\t20.00\t\n"
)

PASSES = (Example(_TABLES + "210\t卫生健康支出\t10.00\t10.00\t\n"),)
FAILS = (Example(_TABLES, ("收支总表有“210 卫生健康支出” 10.00，支出总表没有这一科目",)),)


def check(disclosure: Disclosure, pack: Pack) -> Iterator[Outcome]:
    seen: set[tuple[str, str, str]] = set()
    for _, outcomes in tie_outcomes(disclosure, pack):
        for outcome in outcomes:
            if not isinstance(outcome, Problem):
                yield HELD
            elif outcome.hint == "missing":
                key = (outcome.facts["present"], outcome.facts["missing"], outcome.facts["row"])
                if key not in seen:
                    seen.add(key)
                    yield replace(outcome, hint="")
