"""同一编码在不同的表里名称不同。

检查什么
同一科目编码在各张表中的名称是否一致。

为什么
名称不一致，必有一处写错，或编码录错。

依据
《政府收支分类科目》：一个编码一个名称。

怎么改
统一成正确的名称；如名称没错，检查编码。
"""

from __future__ import annotations

from collections.abc import Iterator

from xlbudget.model.disclosure import Disclosure
from xlbudget.model.finding import Severity
from xlbudget.model.table import Row, RowKind, Table
from xlbudget.model.wording import bare
from xlbudget.packs.schema import Pack
from xlbudget.packs.subjects import core
from xlbudget.rules.declaring import HELD, Example, Outcome, Problem

TITLE = "同一科目名称不一致"
SEVERITY = Severity.SUSPECT
MESSAGE = "科目 {code}：{table}印作“{stated}”，{other}印作“{expected}”"

_TWO = (
    "支出总表\n单位：万元\n科目编码\t科目名称\t合计\t基本支出\t项目支出\n2130135\t农业资源保护\t5.00\t5.00\t\n\n"
    "一般公共预算支出表\n单位：万元\n科目编码\t科目名称\t合计\t基本支出\t项目支出\n"
)

PASSES = (Example(_TWO + "2130135\t农业资源保护\t5.00\t5.00\t\n"),)
FAILS = (
    Example(
        _TWO + "2130135\t农业生态保护\t5.00\t5.00\t\n",
        ("科目 2130135：一般公共预算支出表印作“农业生态保护”，支出总表印作“农业资源保护”",),
    ),
)


def check(disclosure: Disclosure, pack: Pack) -> Iterator[Outcome]:
    first: dict[str, tuple[Table, Row]] = {}
    for table in disclosure.tables:
        for row in table.rows:
            if row.kind is not RowKind.SUBJECT or row.code is None or not row.name:
                continue
            known = first.setdefault(row.code.code, (table, row))
            if known[1] is row:
                continue
            if core(bare(row.name)) == core(bare(known[1].name)):
                yield HELD
                continue
            facts = {
                "code": row.code.code,
                "table": table.title,
                "stated": row.name,
                "other": known[0].title,
                "expected": known[1].name,
            }
            yield Problem(facts, (table.place(row), known[0].place(known[1])))
