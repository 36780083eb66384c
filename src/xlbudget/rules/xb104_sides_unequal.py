"""收入总计不等于支出总计。

检查什么
收支总表、财政拨款收支总表左右两边的总计应相等。

为什么
收支平衡是预算法的要求，两边不等说明有一边漏列结转或录错。

依据
《中华人民共和国预算法》第十二条；部门预决算公开表式。

怎么改
核对上年结转、年终结转两行是否漏填，再核对各行。
"""

from __future__ import annotations

from collections.abc import Iterator

from xlbudget.model.disclosure import Disclosure
from xlbudget.model.finding import Severity
from xlbudget.model.rounding import compare
from xlbudget.packs.schema import Pack
from xlbudget.rules.across import side_totals
from xlbudget.rules.declaring import Example, Outcome, judged

TITLE = "收入总计与支出总计不等"
SEVERITY = Severity.ERROR
MESSAGE = "{table}：收入总计 {expected}，支出总计 {stated}，相差 {difference}（舍入允许 {tolerance}）"

_HEAD = "收支总表\n单位：万元\n收入\t\t支出\t\n项目\t预算数\t项目\t预算数\n一、一般公共预算拨款收入\t10.00\t一、一般公共服务支出\t10.00\n"

PASSES = (Example(_HEAD + "收入总计\t10.00\t支出总计\t10.00\n"),)
FAILS = (
    Example(
        _HEAD + "收入总计\t10.00\t支出总计\t12.00\n",
        ("收支总表：收入总计 10.00，支出总计 12.00，相差 2（舍入允许 0.01）",),
    ),
)


def check(disclosure: Disclosure, pack: Pack) -> Iterator[Outcome]:
    for table in disclosure.tables_read():
        totals = side_totals(table, pack)
        if totals is None:
            continue
        (income, left), (spent, right) = totals
        received, paid = income.cells[left].amount, spent.cells[right].amount
        if received is not None and paid is not None:
            at = (table.place(spent, right), table.place(income, left))
            yield judged(compare(paid, [received]), spent.cells[right].text, {"table": table.title}, at)
