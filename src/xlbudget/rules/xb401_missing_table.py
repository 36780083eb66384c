"""应公开的表没有公开。

检查什么
模板要求的表、目录里列出的表，正文中是否都有（没有数据也应保留空表并作说明）。

为什么
少公开一张表就是公开不完整，检查通报里最常见。

依据
《中华人民共和国预算法》第十四条；财政部、各省部门预决算公开操作规程。

怎么改
补上这张表；没有数据的，公开空表并注明。若表在附件里，请把附件一并核对。
"""

from __future__ import annotations

from collections.abc import Iterator

from xlbudget.model.disclosure import ContentsEntry, Disclosure
from xlbudget.model.finding import Severity
from xlbudget.model.provenance import Provenance
from xlbudget.packs.schema import Pack, Shape, TableSpec
from xlbudget.packs.titles import looks_like_title, spec_for_title
from xlbudget.rules.declaring import HELD, Example, Outcome, Problem, Unchecked

TITLE = "缺少应公开的表"
SEVERITY = Severity.SUSPECT
MESSAGE = "没有找到“{stated}”（{why}）"

_TABLE = "收支总表\n单位：万元\n收入\t\t支出\t\n项目\t预算数\t项目\t预算数\n一、一般公共预算拨款收入\t10.00\t一、一般公共服务支出\t10.00\n收入总计\t10.00\t支出总计\t10.00\n"

PASSES = (Example("目录\n第一部分 预算表\n一、收支总表\n第一部分 预算表\n" + _TABLE),)
FAILS = (
    Example(
        "目录\n第一部分 预算表\n一、收支总表\n二、收入总表\n第一部分 预算表\n" + _TABLE,
        ("没有找到“收入总表”（目录中列有）",),
    ),
)


def check(disclosure: Disclosure, pack: Pack) -> Iterator[Outcome]:
    listed: dict[str, tuple[ContentsEntry, TableSpec]] = {}
    for entry in disclosure.contents:
        spec = _announced(entry, pack)
        if spec is not None:
            listed.setdefault(spec.id, (entry, spec))
    wanted = {spec.id: spec for spec in pack.tables if spec.required} | {k: spec for k, (_, spec) in listed.items()}
    if not wanted:
        return
    there = {table.id for table in disclosure.tables}
    if not there & {spec.id for spec in pack.tables if spec.shape is not Shape.TARGETS}:
        yield Unchecked("全部公开表", "文件中没有附表（可能在附件里），请把附表一并核对")
        return
    for table_id, spec in sorted(wanted.items(), key=lambda item: item[1].number or 99):
        if table_id in there:
            yield HELD
            continue
        found = listed.get(table_id)
        why = "、".join([*(["模板要求"] if spec.required else []), *(["目录中列有"] if found else [])])
        title = found[0].title if found else spec.title
        place = found[0].place if found else Provenance(file=disclosure.file)
        yield Problem({"stated": title, "why": why}, (place,))


def _announced(entry: ContentsEntry, pack: Pack) -> TableSpec | None:
    """The table that a line of the contents lists; sections about a table (…情况说明) are none."""
    return spec_for_title(entry.title, pack) if looks_like_title(entry.title) else None
