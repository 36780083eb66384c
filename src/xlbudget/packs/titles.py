"""表题. Recognises which table of a form a line of text announces."""

from __future__ import annotations

import re
from functools import lru_cache

from xlbudget.model.wording import bare
from xlbudget.packs.schema import Pack, TableSpec

_BRACKETS = re.compile(r"[(\[][^()\[\]]*[)\]]")
_YEAR = re.compile(r"(20\d{2}|[XxＸ×]{2,4})(年度?)?")
_LABEL = re.compile(
    r"^(?:附件|附表|(?:部门|单位)?(?:预算|决算)?(?:公开)?表)[\d一二三四五六七八九十]{1,3}(?:-\d+)?[:.、]?(?=[\u4e00-\u9fff])|^公开\d+表[:.、]?"
)
_NUMBER_LABEL = re.compile(
    r"^(附件|附表|(?:部门|单位|预算|决算)*(?:公开)?表?(?:格)?)0*(\d{1,2})(?:[-—]\d+)?(?:表)?[::]?$"
)
_PREFIX = re.compile(
    r"^(?:(?:本|各)?(?:部门|单位|预算单位|预算主管部门|区级|市级|省级|县级|州级|自治区|本级|年度?|度))+"
)
_TAIL = re.compile(r"(续表?|\d+|[::])$")


@lru_cache(maxsize=8192)
def clean_title(text: str) -> str:
    """A title without year, brackets, numbering, prefixes: ``表1: 2025年部门收支总表（续）`` gives ``收支总表``."""
    title = bare(text).replace("(收支)", "收支").replace("(支出)", "支出").replace("(收入)", "收入")
    title = _BRACKETS.sub("", title)
    title = _LABEL.sub("", title)
    title = re.sub(r"^[\d一二三四五六七八九十]{1,3}[、.]", "", title)
    title = _YEAR.sub("", title)
    previous = None
    while previous != title:
        previous = title
        title = _PREFIX.sub("", title)
    return _TAIL.sub("", title)


def table_number(text: str) -> int | None:
    """The number of a bare label line (``表3``, ``部门公开表1``), or ``None``."""
    match = _NUMBER_LABEL.match(bare(text))
    return int(match[2]) if match and (match[1] or "表" in text) else None


def looks_like_title(text: str) -> bool:
    """Short, ends with 表, and is no sentence."""
    clean = _BRACKETS.sub("", bare(text))
    clean = _TAIL.sub("", clean)
    return (
        3 < len(clean) <= 60
        and clean.endswith(("表", "明细表"))
        and not re.search(r"[,;。]|见附|如下|所附|详见|空表$|此表|本表|下表", clean)
    )


def spec_for_title(text: str, pack: Pack) -> TableSpec | None:
    """Which table of the pack a title names: its exact wording first, then the patterns in the pack's order."""
    clean = clean_title(text)
    if not clean:
        return None
    for spec in pack.tables:
        if clean == clean_title(spec.title):
            return spec
    for spec in pack.tables:
        if spec.match is not None and spec.match.fullmatch(clean):
            return spec
    return None
