"""栏目. What each column of a grid holds: codes, names, amounts, and which amounts."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum

from xlbudget.model.raw import Grid
from xlbudget.reading.headings import Heading
from xlbudget.reading.numerals import read_blank, read_numeral


class Kind(Enum):
    """栏的种类."""

    CODE = "编码"
    NAME = "名称"
    OWNER = "单位编码"
    ORDINAL = "行次"
    REMARK = "备注"
    TEXT = "文字"
    MONEY = "金额"


@dataclass(slots=True)
class BlockColumns:
    """并列的一半. Code and name columns with the amount columns that belong to them; one list of a grid."""

    codes: list[int] = field(default_factory=list)
    names: list[int] = field(default_factory=list)
    money: list[int] = field(default_factory=list)
    owners: list[int] = field(default_factory=list)


_CODE = re.compile(r"编码|代码|编号|^(类|款|项)$")
_UNIT_CODE = re.compile(r"^(?:预算|基层)?(?:单位|部门)(?:预算)?(?:代码|编码|编号)$")
_NAME = re.compile(
    r"名称|^(收入|支出)?项目(\(.*\))?$|^(支出|收入)?(功能|经济)分类(科目)?$|^(科目|预算单位|单位|部门|项目单位|预算科目|支出项目|收入项目|支出用途)$|科目$"
)
_ORDINAL = re.compile(r"^(行次|栏次|序号|行号)$")
_REMARK = re.compile(r"备注|说明$|原因|(?<!支出)用途|依据$")
_TEXT = re.compile(
    r"类别|性质$|方式$|时间$|年度绩效目标|指标|方向|计量单位|年度目标|是否|级次|负责人|规格|品目$|型号|主管部门"
)


def classify(grid: Grid, heading: Heading) -> list[Kind]:
    """The kind of each column, from its heading and, where that says nothing, from what stands in it."""
    kinds: list[Kind] = []
    for c in range(grid.width):
        path = heading.paths[c] if c < len(heading.paths) else ()
        leaf = path[-1] if path else ""
        kind = _by_heading(leaf)
        if kind is not None and kind is not Kind.NAME:  # the heading says it; no need to look through the column
            kinds.append(kind)
            continue
        cells = (grid.cell(r, c).text for r in range(heading.rows, len(grid.rows)))
        texts = [text for text in cells if read_blank(text) is None]
        numeric = sum(1 for t in texts if read_numeral(t) is not None)
        wordy = len(texts) - numeric
        if kind is None and not leaf:
            kind = _by_content(texts, numeric, first=not any(k in (Kind.NAME, Kind.MONEY) for k in kinds))
        if kind is None:
            kind = Kind.TEXT if wordy > numeric and wordy > 1 else Kind.MONEY
        elif kind is Kind.NAME and numeric > wordy and numeric > 1:
            kind = (
                Kind.CODE
                if all(len(t.replace(" ", "")) in (2, 3, 5, 7) and "." not in t for t in texts)
                else Kind.MONEY
            )
        kinds.append(kind)
    return _without_units(kinds, heading)


def _without_units(kinds: list[Kind], heading: Heading) -> list[Kind]:
    """单位代码 tells whose row it is, not which subject."""
    return [
        Kind.OWNER if kind is Kind.CODE and _UNIT_CODE.match(heading.leaf(c)) else kind for c, kind in enumerate(kinds)
    ]


def _by_heading(leaf: str) -> Kind | None:
    if not leaf:
        return None
    for kind, pattern in (
        (Kind.ORDINAL, _ORDINAL),
        (Kind.CODE, _CODE),
        (Kind.REMARK, _REMARK),
        (Kind.TEXT, _TEXT),
        (Kind.NAME, _NAME),
    ):
        if pattern.search(leaf):
            return kind
    return None


def _by_content(texts: list[str], numeric: int, first: bool) -> Kind | None:
    if not texts:
        return Kind.TEXT if first else None
    if numeric * 2 > len(texts):
        codes = sum(1 for t in texts if t.isdigit() and len(t) in (3, 5, 7) and t[0] in "23")
        return Kind.CODE if first and codes * 2 > len(texts) else Kind.MONEY
    return Kind.NAME


def blocks(kinds: list[Kind]) -> list[BlockColumns]:
    """Split the columns into lists that stand side by side: a label column after amounts begins a new one."""
    found = [BlockColumns()]
    for c, kind in enumerate(kinds):
        current = found[-1]
        if kind in (Kind.CODE, Kind.NAME):
            if current.money:
                current = BlockColumns()
                found.append(current)
            (current.codes if kind is Kind.CODE else current.names).append(c)
        elif kind is Kind.OWNER and not current.money:
            current.owners.append(c)
        elif kind is Kind.MONEY:
            current.money.append(c)
    return [block for block in found if block.money] or found[:1]
