"""公式没有计算结果。

检查什么
单元格里有公式，但文件中没有保存它的计算结果（常见于由程序生成、还没有用 Excel 打开保存过的工作簿）。

为什么
本工具不执行公式；没有结果，这些数就无法核对。

依据
工作簿的格式规定：公式与其结果分别保存（ECMA-376 第一部分 18.3.1.40、18.3.1.96）。

怎么改
用 Excel、WPS 或 LibreOffice 打开，保存一次，再核对。
"""

from __future__ import annotations

from collections.abc import Iterator

from xlbudget.model.disclosure import Disclosure
from xlbudget.model.finding import Severity
from xlbudget.packs.schema import Pack
from xlbudget.rules.declaring import HELD, Example, Outcome, Problem

TITLE = "公式没有计算结果"
SEVERITY = Severity.SUSPECT
MESSAGE = "{table}：{stated} 个公式没有计算结果，没有核对"

_HEAD = "支出总表\n单位：万元\n科目编码\t科目名称\t合计\t基本支出\t项目支出\n"

PASSES = (Example(_HEAD + "208\t社会保障和就业支出\t5.00\t5.00\t\n"),)
FAILS = (
    Example(
        _HEAD + "208\t社会保障和就业支出\t=D4+E4\t5.00\t\n",
        ("支出总表：1 个公式没有计算结果，没有核对",),
    ),
)


def check(disclosure: Disclosure, pack: Pack) -> Iterator[Outcome]:
    for table in disclosure.tables:
        places = [
            table.place(row, c)
            for row in table.rows
            for c, column in enumerate(table.columns)
            if column.money and (row.cells[c].trouble == "公式没有计算结果" or row.cells[c].text.startswith("="))
        ]
        if places:
            yield Problem(
                {"table": table.title, "stated": str(len(places))}, tuple(places), "用 Excel 打开保存一次再核对"
            )
        elif table.rows:
            yield HELD
