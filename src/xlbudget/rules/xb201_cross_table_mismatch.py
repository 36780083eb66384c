"""同一个数在两张表里不一致。

检查什么
模板包声明的表间勾稽关系：收支总表、收入总表、支出总表、财政拨款收支总表、一般公共预算支出表、基本支出表、“三公”经费表、绩效目标表之间，逐类、逐科目、逐栏应相等的数。

为什么
各张表出自同一份预算。只改了一张表、另一张没有跟着改，是公开材料里最常见的错误。

依据
部门预决算公开表式的勾稽关系；各模板包 pack.toml 的 tie。

怎么改
对照批复数，看哪一张表是对的，改另一张，再核对相应的文字说明。
"""

from __future__ import annotations

from collections.abc import Iterator

from xlbudget.model.disclosure import Disclosure
from xlbudget.model.finding import Severity
from xlbudget.packs.schema import Pack
from xlbudget.rules.declaring import Example, Outcome, Problem
from xlbudget.rules.ties import tie_outcomes

TITLE = "表间数字不一致"
SEVERITY = Severity.ERROR
MESSAGE = "{left}“{row}”的“{column}”为 {stated}，{relation}{right}“{other_row}”的“{other_column}” {expected}，相差 {difference}（舍入允许 {tolerance}）"

_BASIC = (
    "一般公共预算支出表\n单位：万元\n科目编码\t科目名称\t合计\t基本支出\t项目支出\n208\t社会保障和就业支出\t30.00\t20.00\t10.00\n"
    "\t合计\t30.00\t20.00\t10.00\n\n一般公共预算基本支出表\n单位：万元\n科目编码\t科目名称\t合计\t人员经费\t公用经费\n"
)

PASSES = (Example(_BASIC + "301\t工资福利支出\t20.00\t20.00\t\n\t合计\t20.00\t20.00\t\n"),)
FAILS = (
    Example(
        _BASIC + "301\t工资福利支出\t21.00\t21.00\t\n\t合计\t21.00\t21.00\t\n",
        (
            "一般公共预算基本支出表“合计”的“合计”为 21.00，应等于一般公共预算支出表“合计”的“基本支出” 20.00，相差 1（舍入允许 0.01）",
        ),
    ),
)


def check(disclosure: Disclosure, pack: Pack) -> Iterator[Outcome]:
    for tie, outcomes in tie_outcomes(disclosure, pack):
        if tie.strict:
            for outcome in outcomes:
                if not (isinstance(outcome, Problem) and outcome.hint == "missing"):
                    yield outcome
