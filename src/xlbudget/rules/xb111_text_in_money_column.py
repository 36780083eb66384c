"""金额栏里不是数字。

检查什么
金额栏中既不是数字、也不是空白或横线的内容，如“12.3.4”“约5”“待定”。

为什么
这样的单元格不会被合计，数字也无法核对。

依据
部门预决算公开表式：金额栏填列数字。

怎么改
改成数字；需要说明的写到备注里。
"""

from __future__ import annotations

from collections.abc import Iterator

from xlbudget.model.disclosure import Disclosure
from xlbudget.model.finding import Severity
from xlbudget.packs.schema import Pack
from xlbudget.rules.adding import added_columns
from xlbudget.rules.declaring import HELD, Example, Outcome, Problem

TITLE = "金额栏里不是数字"
SEVERITY = Severity.SUSPECT
MESSAGE = "{table}：“{row}”的“{column}”填的是“{stated}”，不是数字"

_HEAD = "支出总表\n单位：万元\n科目编码\t科目名称\t合计\t基本支出\t项目支出\n"

PASSES = (Example(_HEAD + "208\t社会保障和就业支出\t5.00\t5.00\t—\n"),)
FAILS = (
    Example(
        _HEAD + "208\t社会保障和就业支出\t5.00\t5.00\t\n210\t卫生健康支出\t3.00\t3.0.0\t\n",
        ("支出总表：“卫生健康支出”的“基本支出”填的是“3.0.0”，不是数字",),
    ),
)


def check(disclosure: Disclosure, pack: Pack) -> Iterator[Outcome]:
    for table in disclosure.tables_read():
        columns = [c for c in added_columns(table) if table.columns[c].role]
        for row in table.rows:
            for c in columns:
                cell = row.cells[c]
                if cell.amount is not None:
                    yield HELD
                elif cell.blank is None and not cell.trouble and any(ch.isdigit() for ch in cell.text):
                    facts = {
                        "table": table.title,
                        "row": row.name,
                        "column": table.columns[c].heading,
                        "stated": cell.text,
                    }
                    yield Problem(facts, (table.place(row, c),))
