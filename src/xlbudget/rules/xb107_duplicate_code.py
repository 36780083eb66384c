"""同一张表里同一科目编码出现两次。

检查什么
以科目为行的表中，每个科目编码只应出现一次（分单位列示的表，在同一单位内只出现一次）。

为什么
重复的行会使合计虚增，或说明有一行的编码录错。

依据
部门预决算公开表式：按科目汇总列示。

怎么改
合并两行，或改正其中一行的编码。
"""

from __future__ import annotations

from collections.abc import Iterator

from xlbudget.model.disclosure import Disclosure
from xlbudget.model.finding import Severity
from xlbudget.model.table import Row, RowKind, Side
from xlbudget.packs.schema import Pack
from xlbudget.rules.declaring import HELD, Example, Outcome, Problem

TITLE = "科目编码重复"
SEVERITY = Severity.SUSPECT
MESSAGE = "{table}：科目编码 {code} 出现 {stated} 次（“{first}”“{second}”）"

_HEAD = "支出总表\n单位：万元\n科目编码\t科目名称\t合计\t基本支出\t项目支出\n"

PASSES = (Example(_HEAD + "208\t社会保障和就业支出\t5.00\t5.00\t\n20801\t管理事务\t5.00\t5.00\t\n"),)
FAILS = (
    Example(
        _HEAD + "208\t社会保障和就业支出\t5.00\t5.00\t\n20805\t养老支出\t3.00\t3.00\t\n20805\t抚恤\t2.00\t2.00\t\n",
        ("支出总表：科目编码 20805 出现 2 次（“养老支出”“抚恤”）",),
    ),
)


def check(disclosure: Disclosure, pack: Pack) -> Iterator[Outcome]:
    for table in disclosure.tables_read():
        seen: dict[tuple[str, str, Side], list[Row]] = {}
        for row in table.rows:
            if row.kind is RowKind.SUBJECT and row.code is not None:
                seen.setdefault((row.unit, row.code.code, row.side), []).append(row)
        repeated = [rows for rows in seen.values() if len(rows) > 1]
        if len(repeated) > 2 and len(repeated) * 4 > len(seen):
            continue  # the table repeats its subjects by design, for instance unit by unit
        for rows in seen.values():
            if len(rows) == 1:
                yield HELD
                continue
            facts = {
                "table": table.title,
                "code": str(rows[0].code),
                "stated": str(len(rows)),
                "first": rows[0].name,
                "second": rows[1].name,
            }
            yield Problem(facts, tuple(table.place(row) for row in rows))
