"""单位名称. Names of units as they are compared, and the units that a department's document names."""

from __future__ import annotations

import re
from functools import lru_cache

from xlbudget.model.disclosure import Disclosure
from xlbudget.model.table import RowKind
from xlbudget.model.wording import bare

_CODE = re.compile(r"^\d{3,12}[-_.、]?(?=[\u4e00-\u9fff])")
_ADDITION = re.compile(r"(?:\((?:本级|本部|机关|部门|单位|汇总|部门汇总|行政)\)|本级|本部|机关本级)$")
_ENDING = "局|委员会|委|办公室|办事处|办|厅|中心|院|站|所|馆|校|中学|小学|大学|园|队|处|会|街道|镇|乡|社|部|团|库|场"
_INTRODUCES = re.compile(r"(?:预算单位|下属单位|所属单位|二级单位|二级预算单位|编制范围|单位包括|具体包括|单位构成)")
_NAME = re.compile(rf"(?:[\u4e00-\u9fff]|(?<=第)\d{{1,3}}){{4,30}}(?:{_ENDING})(?:\((?:本级|本部|机关)\)|本级|本部)?")
_LISTED = re.compile(r"^\(?\d{1,3}[.、)]")


@lru_cache(maxsize=8192)
def unit_key(name: str) -> str:
    """A unit's name for comparing: no code in front, no （本级） or （部门） behind, no spaces."""
    key = _CODE.sub("", bare(name))
    previous = ""
    while previous != key:
        previous = key
        key = _ADDITION.sub("", key).rstrip("()")
    return key


@lru_cache(maxsize=8192)
def unit_number(name: str) -> str:
    """单位编码. The code printed in front of a unit's name (``401005-…``); empty without one."""
    match = _CODE.match(bare(name))
    return re.sub(r"\D", "", match[0]) if match else ""


def units_named(disclosure: Disclosure) -> dict[str, str]:
    """所属单位. The units that a department's document names, as printed, by :func:`unit_key`.

    From the unit rows of its tables; where there are none, from the lists of its text (预算单位包括 …).
    """
    found: dict[str, str] = {}
    for table in disclosure.tables_read():
        for row in table.rows:
            if row.kind is RowKind.UNIT and row.name:
                found.setdefault(unit_key(row.label), row.name)
    if found:
        return found
    listing = 0
    for paragraph in disclosure.paragraphs:
        text = bare(paragraph.text)
        if _INTRODUCES.search(text) and "内设" not in text and "万元" not in text:
            listing = 40
            names = _in_list(text)
        elif listing and _LISTED.match(text) and len(text) < 50:
            names = _NAME.findall(_LISTED.sub("", text))[:1]
        else:
            listing = max(0, listing - 10)
            continue
        for name in names:
            found.setdefault(unit_key(name), name)
    return found


def _in_list(text: str) -> list[str]:
    """The names of ``…包括：甲局、乙中心。``; a list has at least two."""
    tail = re.split(r"包括[:：]?|如下[:：]?|分别[是为][:：]?", text, maxsplit=1)
    if len(tail) < 2:
        return []
    names = [name for part in re.split(r"[、,，;；。和]", tail[1]) if (name := part.strip()) and _NAME.fullmatch(name)]
    return names if len(names) > 1 else []
