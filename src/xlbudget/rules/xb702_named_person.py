"""资金行点了个人姓名。

检查什么
各表的行名和绩效项目名称里，补助、抚恤金、慰问金、借款等前面像是个人姓名的字样。

为什么
补助、救助、抚恤对象的姓名属于个人信息，公开的表里只应有类别和金额。

依据
中华人民共和国个人信息保护法；中华人民共和国政府信息公开条例第十五条。

怎么改
去掉姓名，改写为“遗属生活补助”等类别；姓名留在不公开的附件里。若不是人名，可不理会。
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from xlbudget.model.disclosure import Disclosure
from xlbudget.model.finding import Severity
from xlbudget.model.privacy import Private, leaks
from xlbudget.packs.schema import Pack
from xlbudget.rules.declaring import HELD, Example, Outcome, Problem
from xlbudget.rules.performance import sheet_place
from xlbudget.rules.wording import Where

TITLE = "资金行有个人姓名"
SEVERITY = Severity.SUSPECT
MESSAGE = "“{stated}”像是个人姓名，公开前应去掉"

_HEAD = "项目支出表\n单位：万元\n项目名称\t合计\t一般公共预算\n"

PASSES = (Example(_HEAD + "遗属生活补助\t5.00\t5.00\n因公死亡人员抚恤金\t2.00\t2.00\n合计\t7.00\t7.00\n"),)
FAILS = (Example(_HEAD + "张三丰抚恤金\t5.00\t5.00\n合计\t5.00\t5.00\n", ("“张某某”像是个人姓名，公开前应去掉",)),)


def check(disclosure: Disclosure, pack: Pack) -> Iterator[Outcome]:
    first: dict[str, Where] = {}
    for table in disclosure.tables:
        for row in table.rows:
            if row.label and row.label not in first:
                first[row.label] = partial(table.place, row)
    for sheet in disclosure.targets.sheets:
        if sheet.project:
            first.setdefault(sheet.project, partial(sheet_place, sheet))
    for text, place in first.items():
        found = [leak for leak in leaks(text, money_row=True) if leak.kind is Private.PERSON]
        for leak in found:
            yield Problem({"stated": leak.shown}, (place(),))
        if not found:
            yield HELD
