"""空表没有说明。

检查什么
没有数据的公开表（政府性基金、国有资本经营预算等），表下是否注明“本单位没有……，故本表无数据”。

为什么
空表不加说明，读者分不清是没有这项收支，还是漏填。

依据
财政部部门预决算公开操作规程：没有数据的表格应列出空表并说明。

怎么改
在表下加注，例如“注：本单位2025年没有政府性基金预算支出，故本表无数据。”
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from xlbudget.model.disclosure import Disclosure
from xlbudget.model.finding import Severity
from xlbudget.model.table import TableStatus
from xlbudget.packs.schema import Pack
from xlbudget.rules.declaring import HELD, Example, Outcome, Problem, Unchecked

TITLE = "空表没有说明"
SEVERITY = Severity.NOTE
MESSAGE = "“{stated}”没有数据，表下也没有说明"

_FILLED = (
    "支出总表\n单位：万元\n科目编码\t科目名称\t合计\t基本支出\t项目支出\n208\t社会保障和就业支出\t5.00\t5.00\t\n\n"
)
_TABLE = (
    _FILLED
    + "政府性基金预算支出表\n单位：万元\n科目编码\t科目名称\t合计\t基本支出\t项目支出\n\t合计\t0.00\t0.00\t0.00\n"
)

PASSES = (Example(_TABLE + "注：本单位没有政府性基金预算支出，故本表无数据。\n"),)
FAILS = (Example(_TABLE, ("“政府性基金预算支出表”没有数据，表下也没有说明",)),)


def check(disclosure: Disclosure, pack: Pack) -> Iterator[Outcome]:
    if not any(table.status is TableStatus.READ for table in disclosure.tables):
        if disclosure.tables:
            yield Unchecked("全部公开表", "各表都还没有填数")
        return
    for table in disclosure.tables:
        if table.status is not TableStatus.EMPTY or pack.table(table.id) is None:
            continue
        if table.notes:
            yield HELD
        else:
            place = replace(table.title_place if table.title_place.file else table.first_place, table=table.title)
            yield Problem({"stated": table.title}, (place,))
