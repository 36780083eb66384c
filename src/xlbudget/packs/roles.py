"""含义. What a printed heading or row label means: its role and its period, by the rules of a pack."""

from __future__ import annotations

import re
from functools import lru_cache

from xlbudget.model.disclosure import Stage
from xlbudget.model.wording import bare
from xlbudget.packs.schema import RoleRule


@lru_cache(maxsize=16384)
def clean_heading(text: str) -> str:
    """A heading without spaces, quotes and money unit: ``基本支出\\n（万元）`` gives ``基本支出``."""
    heading = bare(text)
    return re.sub(r"\((单位[::])?(人民币)?(万元|元|亿元|%)\)$", "", heading)


_PERIOD_ONLY = re.compile(
    r"^(20\d{2}年?度?|上年度?|本年度?|当年|去年|本期|上期)?(年初|全年|调整|部门|单位|财政)?(预算|决算|执行|完成|支出|收入|统计)*"
    r"(数额?|金额|情况|安排|总体)?$|^金额$|^(资金)?来源$|^(收入|支出)(预算|决算)?$|^项目$"
)
_YEAR = re.compile(r"20\d{2}")
_PRIOR = re.compile(r"(上年|去年|上期)(?!.*(结转|结余))")
_EXECUTED = re.compile(r"执行|决算|完成")
_BUDGET = re.compile(r"年初预算|^预算数$|(?<!调整)(?<!全年)预算数$|^预算$")


@lru_cache(maxsize=4096)
def role_of(path: tuple[str, ...], rules: tuple[RoleRule, ...]) -> str:
    """含义. The role that the rules give to a heading path; empty if none fits."""
    parts = [part for part in path if not _PERIOD_ONLY.match(part)]
    leaf = parts[-1] if parts else ""
    whole = "/".join(parts)
    for rule in rules:
        if rule.pattern.search(whole if "/" in rule.pattern.pattern else leaf):
            return rule.role
    return ""


@lru_cache(maxsize=8192)
def row_role(name: str, rules: tuple[RoleRule, ...]) -> str:
    """含义. The role that the rules give to a row's label; empty if none fits."""
    return next((rule.role for rule in rules if rule.pattern.search(name)), "")


@lru_cache(maxsize=4096)
def period_of(path: tuple[str, ...], year: int | None, stage: Stage) -> str:
    """期间. ``current``, ``prior``, ``executed``; in final accounts also ``budget`` and ``adjusted``."""
    text = "/".join(path)
    years = [int(y) for y in _YEAR.findall(text)]
    is_prior = bool(_PRIOR.search(text)) or bool(year and years and min(years) == max(years) == year - 1)
    older = bool(year and years and max(years) < year - 1)
    if older:
        return "older"
    if stage is Stage.BUDGET:
        if is_prior:
            return "executed" if _EXECUTED.search(text) else "prior"
        return "executed" if _EXECUTED.search(text) and "预算" not in text else "current"
    if is_prior:
        return "prior"
    if "全年预算" in text or "调整预算" in text:
        return "adjusted"
    if any(_BUDGET.search(part) for part in path) and "决算数" not in path[-1:]:
        return "budget"
    return "current"
