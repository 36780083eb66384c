"""“其中”项大于它所属的项。

检查什么
“其中：”各行之和不应大于上一级项目。

为什么
部分大于整体，必有一处录错。

依据
部门预决算公开表式：“其中”列示上级项目的一部分。

怎么改
核对“其中”各行和上级项目的数。
"""

from __future__ import annotations

from collections.abc import Iterator

from xlbudget.model.disclosure import Disclosure
from xlbudget.model.finding import Severity
from xlbudget.model.rounding import Verdict, compare
from xlbudget.model.table import Row, Side
from xlbudget.packs.schema import Pack
from xlbudget.rules.adding import added_columns
from xlbudget.rules.declaring import HELD, Example, Outcome, judged

TITLE = "“其中”大于整体"
SEVERITY = Severity.SUSPECT
MESSAGE = "{table}：“{row}”的“{column}”为 {stated}，其中各项之和 {expected}，多出 {difference}（舍入允许 {tolerance}）"

_HEAD = "收支总表\n单位：万元\n收入\t\t支出\t\n项目\t预算数\t项目\t预算数\n"

PASSES = (
    Example(
        _HEAD
        + "一、财政拨款收入\t10.00\t一、一般公共服务支出\t10.00\n其中：一般财力\t8.00\t\t\n收入总计\t10.00\t支出总计\t10.00\n"
    ),
)
FAILS = (
    Example(
        _HEAD
        + "一、财政拨款收入\t10.00\t一、一般公共服务支出\t10.00\n其中：一般财力\t18.00\t\t\n收入总计\t10.00\t支出总计\t10.00\n",
        ("收支总表：“财政拨款收入”的“收入/预算数”为 10.00，其中各项之和 18.00，多出 8（舍入允许 0.01）",),
    ),
)


def check(disclosure: Disclosure, pack: Pack) -> Iterator[Outcome]:
    for table in disclosure.tables_read():
        parts: dict[int, list[Row]] = {}
        for row in table.rows:
            if row.parent is not None and row.of_which:
                parts.setdefault(row.parent, []).append(row)
        for index, rows in parts.items():
            whole = table.rows[index]
            for c in added_columns(table):
                if table.columns[c].side not in (Side.NONE, whole.side):
                    continue
                total = whole.cells[c].amount
                filled = [row for row in rows if row.cells[c].amount is not None]
                amounts = [a for row in filled if (a := row.cells[c].amount) is not None]
                if total is None or not amounts:
                    continue
                comparison = compare(total, amounts)
                if comparison.difference >= 0 or comparison.verdict is not Verdict.WRONG:
                    yield HELD
                    continue
                facts = {"table": table.title, "row": whole.name, "column": table.columns[c].heading}
                at = (table.place(whole, c), *(table.place(row, c) for row in filled))
                yield judged(comparison, whole.cells[c].text, facts, at, loudest=Severity.SUSPECT)
