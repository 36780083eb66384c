"""上级科目不等于下级科目之和。

检查什么
按科目编码（类、款、项）或项目编号，上级一行的每个金额栏应等于其直接下级各行之和。

为什么
科目逐级汇总是预决算表最基本的关系，错一处往往意味着录错、漏行或改数后没有重算。

依据
《政府收支分类科目》类、款、项逐级包含；部门预决算公开表式。

怎么改
先看差额是否等于某个下级科目或其倍数，再核对下级有无漏行，最后改正上级或下级的数。
"""

from __future__ import annotations

from collections.abc import Iterator

from xlbudget.model.disclosure import Disclosure
from xlbudget.model.finding import Severity
from xlbudget.model.table import RowKind
from xlbudget.packs.schema import Pack
from xlbudget.rules.adding import check_parents
from xlbudget.rules.declaring import Example, Outcome

TITLE = "上级科目与下级之和不符"
SEVERITY = Severity.ERROR
MESSAGE = "{table}：“{row}”的“{column}”为 {stated}，下级合计 {expected}，相差 {difference}（舍入允许 {tolerance}）"

_HEAD = "支出总表\n单位：万元\n科目编码\t科目名称\t合计\t基本支出\t项目支出\n"

PASSES = (
    Example(_HEAD + "208\t社会保障和就业支出\t499.03\t369.03\t130.00\n20801\t管理事务\t499.03\t369.03\t130.00\n"),
    Example(
        _HEAD
        + "208\t社会保障和就业支出\t30.00\t30.00\t\n20801\t管理事务\t20.00\t20.00\t\n20805\t养老支出\t10.00\t10.00\t\n"
    ),
)
FAILS = (
    Example(
        _HEAD
        + "208\t社会保障和就业支出\t35.00\t35.00\t\n20801\t管理事务\t20.00\t20.00\t\n20805\t养老支出\t10.00\t10.00\t\n",
        (
            "支出总表：“208 社会保障和就业支出”的“合计”为 35.00，下级合计 30.00，相差 5（舍入允许 0.015）",
            "支出总表：“208 社会保障和就业支出”的“基本支出”为 35.00，下级合计 30.00，相差 5（舍入允许 0.015）",
        ),
    ),
    Example(
        _HEAD
        + "208\t社会保障和就业支出\t30.01\t30.01\t\n20801\t管理事务\t20.00\t20.00\t\n20805\t养老支出\t10.00\t10.00\t\n",
        (
            "支出总表：“208 社会保障和就业支出”的“合计”为 30.01，下级合计 30.00，相差 0.01（舍入允许 0.015）",
            "支出总表：“208 社会保障和就业支出”的“基本支出”为 30.01，下级合计 30.00，相差 0.01（舍入允许 0.015）",
        ),
    ),
)


def check(disclosure: Disclosure, pack: Pack) -> Iterator[Outcome]:
    yield from check_parents(disclosure, lambda row: row.kind is not RowKind.TOTAL, "下级")
