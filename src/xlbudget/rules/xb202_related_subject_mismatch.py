"""功能科目与经济科目里的同一笔钱不一致。

检查什么
机关事业单位基本养老保险（2080505 与 30108）、职业年金（2080506 与 30109）、住房公积金（2210201 与 30113）、医疗（21011 与 30110、30111）等在功能分类和经济分类中应对应的数。

为什么
两种分类反映同一笔支出，通常相等；不等时应知道原因。

依据
《政府收支分类科目》支出功能分类与部门预算支出经济分类的对应关系。

怎么改
如果经济分类中含个人缴费或项目支出，属正常；否则核对两张表。
"""

from __future__ import annotations

from collections.abc import Iterator

from xlbudget.model.disclosure import Disclosure
from xlbudget.model.finding import Severity
from xlbudget.packs.schema import Pack
from xlbudget.rules.declaring import Example, Outcome, Problem
from xlbudget.rules.ties import tie_outcomes

TITLE = "对应科目不一致"
SEVERITY = Severity.SUSPECT
MESSAGE = (
    "{left}“{row}”的“{column}”为 {stated}，{right}“{other_row}”为 {expected}，相差 {difference}（舍入允许 {tolerance}）"
)

_TABLES = (
    "一般公共预算支出表\n单位：万元\n科目编码\t科目名称\t合计\t基本支出\t项目支出\n2210201\t住房公积金\t21.49\t21.49\t\n\n"
    "一般公共预算基本支出表\n单位：万元\n科目编码\t科目名称\t合计\t人员经费\t公用经费\n"
)

PASSES = (Example(_TABLES + "30113\t住房公积金\t21.49\t21.49\t\n"),)
FAILS = (
    Example(
        _TABLES + "30113\t住房公积金\t21.94\t21.94\t\n",
        (
            "一般公共预算支出表“2210201 住房公积金”的“基本支出”为 21.49，"
            "一般公共预算基本支出表“30113 住房公积金”为 21.94，相差 0.45（舍入允许 0.01）",
        ),
    ),
)


def check(disclosure: Disclosure, pack: Pack) -> Iterator[Outcome]:
    for tie, outcomes in tie_outcomes(disclosure, pack):
        if not tie.strict:
            for outcome in outcomes:
                if not (isinstance(outcome, Problem) and outcome.hint == "missing"):
                    yield outcome
