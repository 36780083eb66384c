"""应有的说明章节没有。

检查什么
模板要求的情况说明各节，以及目录中列出的各部分、各节，正文里是否都有。

为什么
公开办法要求对收支、“三公”经费、机关运行经费、政府采购、国有资产、绩效等逐项说明，缺一节就不完整。

依据
财政部、各省部门预决算公开操作规程。

怎么改
补上这一节；没有相关内容的，写明“未安排”“不涉及”。目录与正文标题不同的，改成一致。
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from xlbudget.model.disclosure import ContentsEntry, Disclosure, Section
from xlbudget.model.finding import Severity
from xlbudget.model.provenance import Provenance
from xlbudget.model.wording import bare, fold
from xlbudget.packs.schema import Pack
from xlbudget.packs.titles import looks_like_title
from xlbudget.rules.declaring import HELD, Example, Outcome, Problem, Unchecked

TITLE = "缺少说明章节"
SEVERITY = Severity.SUSPECT
MESSAGE = "没有找到“{stated}”一节（{why}）"

_BODY = "第一部分 单位概况\n一、主要职能\n负责登记。\n"

PASSES = (Example("目录\n第一部分 单位概况\n一、主要职能\n" + _BODY),)
FAILS = (
    Example(
        "目录\n第一部分 单位概况\n一、主要职能\n二、机构设置\n" + _BODY,
        ("没有找到“机构设置”一节（目录中列有）",),
    ),
)

SIMILAR = 0.8
MOST = 4
"""So many headings missing, and more than half: the reader is to blame, not the document."""
_TABLES = re.compile(r"(?:预算|决算)(?:公开)?(?:报表|附表|表格|表)$")


def check(disclosure: Disclosure, pack: Pack) -> Iterator[Outcome]:
    if not disclosure.sections:
        return
    titles = {bare(section.title) for section in disclosure.sections}
    everything = "\n".join(_letters(p.text) for p in disclosure.paragraphs if len(p.text) < 120)
    tables = any(True for _ in disclosure.tables_read())
    listed = [
        entry
        for entry in disclosure.contents
        # 预算表 as a part: the tables are there, and the line above them may well be taken for a title
        if entry.title and not looks_like_title(entry.title) and not (tables and _TABLES.search(entry.title))
    ]
    there = [
        bare(entry.title) in titles or _letters(entry.title) in everything or _similar(entry, disclosure.sections)
        for entry in listed
    ]
    lacking = [entry for entry, found in zip(listed, there, strict=True) if not found]
    if len(lacking) >= MOST and 2 * len(lacking) > len(listed):
        yield Unchecked(
            f"目录所列的 {len(listed)} 节", f"其中 {len(lacking)} 节的标题在正文里没有读到，可能正文没有读全"
        )
        return
    for entry, found in zip(listed, there, strict=True):
        yield HELD if found else Problem({"stated": entry.title, "why": "目录中列有"}, (entry.place,))
    missing = {bare(entry.title) for entry in lacking}
    for spec in pack.sections:
        if any(spec.match.search(text) for text in everything.split("\n")):
            yield HELD
        elif not any(spec.match.search(text) for text in missing):
            yield Problem({"stated": spec.title, "why": "模板要求"}, (Provenance(file=disclosure.file),))


def _letters(text: str) -> str:
    """The words of a heading without its signs: （部门）主要职能 is 部门主要职能."""
    return re.sub(r"\W", "", bare(text))


def _similar(entry: ContentsEntry, sections: list[Section]) -> bool:
    """A heading that differs a little is not missing; the rule on headings says how it differs."""
    wanted = fold(entry.title)
    return any(
        (section.number == entry.number and SequenceMatcher(None, wanted, fold(section.title)).ratio() >= SIMILAR / 2)
        or SequenceMatcher(None, wanted, fold(section.title)).ratio() >= SIMILAR
        for section in sections
    )
