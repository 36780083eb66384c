"""无题的表. Tells which table of a form a grid is when nothing above it says so: by its headings and its codes."""

from __future__ import annotations

import re

from xlbudget.model.raw import Grid
from xlbudget.model.wording import bare
from xlbudget.packs.roles import role_of
from xlbudget.packs.schema import Pack, TableSpec
from xlbudget.reading.columns import Kind, blocks, classify
from xlbudget.reading.headings import Heading
from xlbudget.reading.rows import code_digits, code_in_name

_TARGETS = re.compile(r"[一二三]级指标|绩效指标|指标值")
_THREE = re.compile(r"因公出国|公务接待|公务用车")
_OTHER_INCOME = re.compile(r"事业收入|其他收入|上级补助|附属单位上缴|单位资金|财政专户")
_ECONOMIC = re.compile(r"^(30[12379]|31[0-3]|399)")
_FUNCTIONAL = re.compile(r"^2\d\d")


def infer_spec(grid: Grid, heading: Heading, pack: Pack) -> TableSpec | None:
    """The table that these headings and codes belong to, or ``None`` if they fit several."""
    table_id = _table_id(grid, heading, pack)
    return pack.table(table_id) if table_id else None


def _table_id(grid: Grid, heading: Heading, pack: Pack) -> str:
    if not heading.rows:
        return ""
    words = "/".join(dict.fromkeys(part for path in heading.paths for part in path))
    kinds = classify(grid, heading)
    halves = blocks(kinds)
    labels = [bare(grid.cell(r, c).text) for r in range(heading.rows, len(grid.rows)) for h in halves for c in h.names]
    everything = words + "/" + "/".join(labels)
    if len(_TARGETS.findall(words)) >= 2:
        return "targets"
    if len(set(_THREE.findall(words))) >= 2 or (
        len(set(_THREE.findall("/".join(labels)))) >= 3 and len(grid.rows) < 30
    ):
        return "three_public"
    if len(halves) > 1 and "收入" in everything and "支出" in everything:
        return "income_expenditure" if _OTHER_INCOME.search(everything) else "fiscal_appropriation"
    codes = _codes(grid, heading, kinds)
    economic = sum(1 for code in codes if _ECONOMIC.match(code))
    functional = sum(1 for code in codes if _FUNCTIONAL.match(code))
    if economic > functional:
        return "basic_expenditure" if re.search("人员经费|公用经费|基本支出", words) else ""
    if not functional:
        return ""
    if "政府性基金" in words and "一般公共" not in words:
        return "fund_expenditure"
    if "国有资本" in words and "一般公共" not in words:
        return "capital_expenditure"
    roles = {role_of(path, pack.role_rules(("period", "income"))) for path in heading.paths if path}
    if len(roles & {"institution", "other_income", "business", "upper", "affiliated", "unit_funds", "special"}) >= 2:
        return "income"
    spent = {role_of(path, pack.role_rules(("period", "expenditure"))) for path in heading.paths if path}
    if spent & {"operating", "upward", "subsidy"}:
        return "expenditure"
    if {"personnel", "public"} <= spent or "一般公共预算" in words:
        return "general_expenditure"
    return "expenditure" if {"basic", "project"} <= spent else ""


def _codes(grid: Grid, heading: Heading, kinds: list[Kind]) -> list[str]:
    columns = [c for c, kind in enumerate(kinds) if kind in (Kind.CODE, Kind.NAME)]
    found = []
    for r in range(heading.rows, len(grid.rows)):
        for c in columns:
            text = grid.cell(r, c).text
            code = code_digits(text) or code_in_name(text)
            if len(code) in (3, 5, 7):
                found.append(code)
                break
    return found
