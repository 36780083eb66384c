"""科目没有上级，或排在别的上级科目之下。

检查什么
表中列到项级时，每个项应有其款、每个款应有其类；按编码顺序排列的表中，科目不应夹在别的类之间。

为什么
缺上级或错位，多半是编码录错一位（如 2101101 录成 2011101），金额也就汇总到了别处。

依据
《政府收支分类科目》类、款、项的编码规则。

怎么改
核对编码；编码无误的，补上缺少的类、款行。
"""

from __future__ import annotations

from collections.abc import Iterator

from xlbudget.model.disclosure import Disclosure
from xlbudget.model.finding import Severity
from xlbudget.model.table import Row, RowKind, Table
from xlbudget.packs.schema import Pack, Shape
from xlbudget.rules.declaring import HELD, Example, Outcome, Problem

TITLE = "科目缺上级或错位"
SEVERITY = Severity.SUSPECT
MESSAGE = "{table}：科目“{stated}”没有上级科目 {expected}"

_HEAD = "支出总表\n单位：万元\n科目编码\t科目名称\t合计\t基本支出\t项目支出\n"

PASSES = (
    Example(
        _HEAD
        + "208\t社会保障和就业支出\t5.00\t5.00\t\n20801\t管理事务\t5.00\t5.00\t\n2080101\t行政运行\t5.00\t5.00\t\n"
    ),
)
FAILS = (
    Example(
        _HEAD
        + "208\t社会保障和就业支出\t5.00\t5.00\t\n20801\t管理事务\t5.00\t5.00\t\n2080101\t行政运行\t3.00\t3.00\t\n2081001\t其他\t2.00\t2.00\t\n",
        ("支出总表：科目“2081001 其他”没有上级科目 20810",),
    ),
)


def check(disclosure: Disclosure, pack: Pack) -> Iterator[Outcome]:
    for table in disclosure.tables_read():
        spec = pack.table(table.id)
        if spec is not None and spec.shape is Shape.LIST:
            yield from _missing(table)


def _missing(table: Table) -> Iterator[Outcome]:
    rows: dict[str, dict[str, Row]] = {}
    for row in table.rows:
        if row.kind is RowKind.SUBJECT and row.code is not None:
            rows.setdefault(row.unit, {}).setdefault(row.code.code, row)
    for own in rows.values():
        lengths = {len(code) for code in own}
        for code, row in own.items():
            if len(code) == 3 or len(code) - 2 not in lengths:
                continue
            if code[:-2] in own:
                yield HELD
            else:
                yield Problem(
                    {"table": table.title, "stated": f"{code} {row.name}", "expected": code[:-2]}, (table.place(row),)
                )
