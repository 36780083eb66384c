"""文件里带有看不见的内容。

检查什么
隐藏的工作表、行、列（有内容的），批注，修订痕迹，指向其他文件的链接，文件属性里的作者和保存路径。

为什么
页面上看不见的内容随文件一起公开，谁都能取出来。

依据
中华人民共和国个人信息保护法；GB/T 33190、ISO 29500 文件格式所带的元数据。

怎么改
公开用 xlbudget publish 生成的文件（不带这些内容）。要公开原文件的，先取消隐藏并删去不公开的内容，删除批注，接受修订，在“文件—信息—检查文档”中清除属性。
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from xlbudget.model.disclosure import Disclosure
from xlbudget.model.finding import Severity
from xlbudget.model.provenance import Provenance
from xlbudget.model.traces import Trace, TraceKind
from xlbudget.packs.schema import Pack
from xlbudget.rules.declaring import HELD, Example, Outcome, Problem

TITLE = "文件带有看不见的内容"
SEVERITY = Severity.NOTE
MESSAGE = "{kind}：{stated}"

_TEXT = "第一部分 单位概况\n一、主要职能\n负责登记。\n"

PASSES = (Example(_TEXT),)
FAILS = (
    Example(_TEXT, ("批注：3 条批注",), traces=(Trace(TraceKind.COMMENT, "3 条批注"),)),
    Example(_TEXT, ("隐藏内容：隐藏的工作表“底稿”",), traces=(Trace(TraceKind.HIDDEN, "隐藏的工作表“底稿”"),)),
)


def check(disclosure: Disclosure, pack: Pack) -> Iterator[Outcome]:
    for trace in disclosure.traces:
        yield Problem({"kind": trace.kind.value, "stated": trace.what}, (Provenance(file=disclosure.file),))
    for table in disclosure.tables:
        hidden = [
            row
            for row in table.rows
            if row.grid is not None and row.grid_row in row.grid.hidden_rows and any(c.text.strip() for c in row.cells)
        ]
        if hidden:
            place = replace(table.place(hidden[0]), quote=hidden[0].label)
            yield Problem({"kind": "隐藏内容", "stated": f"{table.title}有 {len(hidden)} 行隐藏"}, (place,))
        elif table.rows:
            yield HELD
