"""单元格里是错误值。

检查什么
工作簿的金额栏里的 #REF!、#DIV/0!、#VALUE!、#NAME? 等错误值。

为什么
错误值不是数，合计和勾稽都无法核对，也不能公开。

依据
公开表应填列数字。

怎么改
点开单元格，改正公式引用的单元格或工作表。
"""

from __future__ import annotations

from collections.abc import Iterator

from xlbudget.model.disclosure import Disclosure
from xlbudget.model.finding import Severity
from xlbudget.packs.schema import Pack
from xlbudget.rules.declaring import HELD, Example, Outcome, Problem

TITLE = "单元格是错误值"
SEVERITY = Severity.ERROR
MESSAGE = "{table}：“{row}”的“{column}”是错误值 {stated}"

_HEAD = "支出总表\n单位：万元\n科目编码\t科目名称\t合计\t基本支出\t项目支出\n"

PASSES = (Example(_HEAD + "208\t社会保障和就业支出\t5.00\t5.00\t\n"),)
FAILS = (
    Example(
        _HEAD + "208\t社会保障和就业支出\t5.00\t#REF!\t\n",
        ("支出总表：“社会保障和就业支出”的“基本支出”是错误值 #REF!",),
    ),
)

_ERRORS = ("#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#N/A", "#SPILL!", "#CALC!")


def check(disclosure: Disclosure, pack: Pack) -> Iterator[Outcome]:
    for table in disclosure.tables:
        for row in table.rows:
            for c, column in enumerate(table.columns):
                cell = row.cells[c]
                if not column.money or not (cell.text or cell.trouble):
                    continue
                if cell.text in _ERRORS:
                    facts = {"table": table.title, "row": row.name, "column": column.heading, "stated": cell.text}
                    yield Problem(facts, (table.place(row, c),), f"公式：={cell.formula}" if cell.formula else "")
                else:
                    yield HELD
