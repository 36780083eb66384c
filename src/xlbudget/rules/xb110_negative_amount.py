"""表中出现负数。

检查什么
预决算公开表的收入、支出金额栏里的负数（增减栏除外）。

为什么
预算没有负的支出；决算中的负数通常是冲销或录错，需要说明。

依据
部门预决算公开表式。

怎么改
核对是否录错正负号；确为冲减的，在说明中写明原因。
"""

from __future__ import annotations

from collections.abc import Iterator

from xlbudget.model.disclosure import Disclosure
from xlbudget.model.finding import Severity
from xlbudget.packs.schema import Pack
from xlbudget.rules.adding import added_columns
from xlbudget.rules.declaring import HELD, Example, Outcome, Problem

TITLE = "金额为负数"
SEVERITY = Severity.SUSPECT
MESSAGE = "{table}：“{row}”的“{column}”为负数 {stated}"

_HEAD = "支出总表\n单位：万元\n科目编码\t科目名称\t合计\t基本支出\t项目支出\n"

PASSES = (Example(_HEAD + "208\t社会保障和就业支出\t5.00\t5.00\t\n"),)
FAILS = (
    Example(
        _HEAD + "208\t社会保障和就业支出\t5.00\t6.00\t-1.00\n",
        ("支出总表：“社会保障和就业支出”的“项目支出”为负数 -1.00",),
    ),
)

_SIGNED = ("delta", "rate", "carry_in", "carry_out")


def check(disclosure: Disclosure, pack: Pack) -> Iterator[Outcome]:
    for table in disclosure.tables_read():
        columns = [c for c in added_columns(table) if table.columns[c].role not in _SIGNED]
        for row in table.rows:
            for c in columns:
                amount = row.cells[c].amount
                if amount is None:
                    continue
                if amount.value >= 0 or "结转" in row.name or "结余" in row.name:
                    yield HELD
                    continue
                facts = {
                    "table": table.title,
                    "row": row.name,
                    "column": table.columns[c].heading,
                    "stated": row.cells[c].text,
                }
                yield Problem(facts, (table.place(row, c),))
