"""表头附注. The short lines around a table: its number, title, maker, money unit, and the notes under it."""

from __future__ import annotations

import re

from xlbudget.model.amount import MoneyUnit, money_unit
from xlbudget.model.wording import fold
from xlbudget.packs.titles import looks_like_title, table_number

_MAKER = re.compile(
    r"^(编制单位|编制部门|部门名称|单位名称|预算单位|填报单位|填报部门|公开部门|公开单位|部门|预算部门|编报单位|部门\(单位\)(名称)?)[:：]?(?P<name>.*)$"
)
_MONEY = re.compile(r"^(?:(?:金额|计量)?单位|金额单位|数额单位)[:：](?P<unit>人民币)?(万元|亿元|元)")
_MONEY_ANYWHERE = re.compile(r"(?:金额|计量)?单位[:：](?:人民币)?(万元|亿元|元)")
_YEAR = re.compile(r"^[(]?20\d{2}年?度?[)]?$")
_PAGE = re.compile(r"^[-—–\s]*(第?\d{1,3}页?(共\d+页)?)[-—–\s]*$")
_NOTE = re.compile(r"^(注|备注|说明|附注|空表说明|\*)\s*\d*[:：.、]")
_EMPTY_NOTE = re.compile(
    r"空表|无数据|没有数据|不涉及|无此项|没有此项|此表无|本表无|无.{0,30}(预算|收入|支出|收支|拨款|情况)|"
    r"(没有|未)(安排|使用|发生|涉及|编制|列支)?.{0,40}(预算|支出|收入|经费|项目|拨款)"
)


def maker(text: str) -> str | None:
    """编制单位. The unit that a caption line names (``""`` when it is left blank), or ``None``."""
    folded = fold(text)
    if len(folded) > 60:
        return None
    match = _MAKER.match(folded)
    if match is None or not re.match(r"^[^:：]{2,10}[:：]", folded):
        return None
    name = _MONEY_ANYWHERE.sub("", match["name"])
    return name.strip(":： ")


def money(text: str) -> MoneyUnit | None:
    """金额单位. The unit that a caption states (``单位：万元``), or ``None``."""
    match = _MONEY_ANYWHERE.search(fold(text))
    return money_unit(match[1]) if match else None


def is_caption(text: str) -> bool:
    """May this line stand between a table and its title?"""
    folded = fold(text)
    if not folded:
        return True
    if len(folded) > 80:
        return False
    return bool(
        _MONEY.match(folded)
        or table_number(text) is not None
        or _YEAR.match(folded)
        or maker(text) is not None
        or looks_like_title(text)
        or (_MONEY_ANYWHERE.search(folded) and len(folded) < 60)
    )


def is_page_number(text: str) -> bool:
    return bool(_PAGE.match(fold(text)))


def is_note(text: str) -> bool:
    """Is this line a note under a table?"""
    folded = fold(text)
    return bool(_NOTE.match(folded)) or is_empty_note(text)


def is_empty_note(text: str) -> bool:
    """空表说明. Does this line say that a table has nothing to report?"""
    folded = fold(text)
    return (
        len(folded) <= 120
        and bool(_EMPTY_NOTE.search(folded))
        and not re.match(r"^[一二三四五六七八九十]+、|^\([一二三四五六七八九十]+\)", folded)
    )
