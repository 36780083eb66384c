"""数字存成了文字。

检查什么
工作簿的金额栏里以文字形式保存的数字（左对齐、带绿三角，或全角数字、数字中间有空格）。

为什么
看上去是数，求和时却被跳过，合计就会少。

依据
电子表格中文字不参加求和。

怎么改
选中整列，“数据—分列—完成”，或用“转换为数字”。
"""

from __future__ import annotations

from collections.abc import Iterator

from xlbudget.model.disclosure import Disclosure
from xlbudget.model.finding import Severity
from xlbudget.packs.schema import Pack
from xlbudget.rules.adding import added_columns
from xlbudget.rules.declaring import HELD, Example, Outcome, Problem

TITLE = "数字存成了文字"
SEVERITY = Severity.NOTE
MESSAGE = "{table}：{stated} 个单元格的数字{why}"

_HEAD = "支出总表\n单位：万元\n科目编码\t科目名称\t合计\t基本支出\t项目支出\n"

PASSES = (Example(_HEAD + "208\t社会保障和就业支出\t5.00\t5.00\t\n"),)
FAILS = (
    Example(
        _HEAD + "208\t社会保障和就业支出\t1272.4 9\t1272.49\t\n",
        ("支出总表：1 个单元格的数字书写不规范（数字中间有空格）",),
    ),
)


def check(disclosure: Disclosure, pack: Pack) -> Iterator[Outcome]:
    typed = disclosure.kind == "xlsx"
    for table in disclosure.tables:
        texts, odd = [], []
        why = ""
        columns = added_columns(table)
        for row in table.rows:
            for c in columns:
                cell = row.cells[c]
                if cell.amount is None:
                    continue
                if cell.trouble:
                    odd.append(table.place(row, c))
                    why = cell.trouble
                elif typed and cell.amount.stored is None:
                    texts.append(table.place(row, c))
        if texts:
            yield Problem(
                {"table": table.title, "stated": str(len(texts)), "why": "存成了文字，求和时会被跳过"}, tuple(texts)
            )
        if odd:
            yield Problem({"table": table.title, "stated": str(len(odd)), "why": f"书写不规范（{why}）"}, tuple(odd))
        if not texts and not odd and table.rows:
            yield HELD
