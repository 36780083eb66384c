"""合计行不等于各行之和。

检查什么
合计行（合计、本年收入合计、本年支出合计、总计、人员经费合计等）的每个金额栏应等于其上最高一级各行之和。

为什么
合计是读者最先看的数，也是与其他表、文字核对的基准。

依据
部门预决算公开表式；收支总表“本年合计 + 结转 = 总计”。

怎么改
核对各行有无漏列或重复，改正合计行；如只差 0.01 属于尾差，可用“尾差调平”。
"""

from __future__ import annotations

from collections.abc import Iterator

from xlbudget.model.disclosure import Disclosure
from xlbudget.model.finding import Severity
from xlbudget.model.table import RowKind
from xlbudget.packs.schema import Pack
from xlbudget.rules.adding import check_parents
from xlbudget.rules.declaring import Example, Outcome

TITLE = "合计行与各行之和不符"
SEVERITY = Severity.ERROR
MESSAGE = "{table}：“{row}”行的“{column}”为 {stated}，各行之和 {expected}，相差 {difference}（舍入允许 {tolerance}）"

_HEAD = "支出总表\n单位：万元\n科目编码\t科目名称\t合计\t基本支出\t项目支出\n"

PASSES = (
    Example(
        _HEAD
        + "208\t社会保障和就业支出\t499.03\t369.03\t130.00\n210\t卫生健康支出\t14.61\t14.61\t\n\t合计\t513.64\t383.64\t130.00\n"
    ),
    Example(
        "收支总表\n单位：万元\n收入\t\t支出\t\n项目\t预算数\t项目\t预算数\n"
        "一、一般公共预算拨款收入\t10.00\t一、一般公共服务支出\t12.00\n本年收入合计\t10.00\t本年支出合计\t12.00\n"
        "上年结转\t2.00\t年终结转\t\n收入总计\t12.00\t支出总计\t12.00\n"
    ),
)
FAILS = (
    Example(
        _HEAD
        + "208\t社会保障和就业支出\t499.03\t369.03\t130.00\n210\t卫生健康支出\t14.61\t14.61\t\n\t合计\t531.64\t383.64\t130.00\n",
        ("支出总表：“合计”行的“合计”为 531.64，各行之和 513.64，相差 18（舍入允许 0.015）",),
    ),
    Example(
        "收支总表\n单位：万元\n收入\t\t支出\t\n项目\t预算数\t项目\t预算数\n"
        "一、一般公共预算拨款收入\t10.00\t一、一般公共服务支出\t10.00\n本年收入合计\t10.00\t本年支出合计\t10.00\n"
        "上年结转\t2.00\t年终结转\t\n收入总计\t10.00\t支出总计\t10.00\n",
        ("收支总表：“收入总计”行的“收入/预算数”为 10.00，各行之和 12.00，相差 2（舍入允许 0.015）",),
    ),
)


def check(disclosure: Disclosure, pack: Pack) -> Iterator[Outcome]:
    yield from check_parents(disclosure, lambda row: row.kind is RowKind.TOTAL, "各行")
