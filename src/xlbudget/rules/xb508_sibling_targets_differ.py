"""同一项目中近似的指标目标不同。

检查什么
同一项目里名称相同或一个包含另一个、单位相同的两条指标，目标值却不同。

为什么
多半是改了一条忘了另一条，或重复设置。

依据
财预〔2021〕101号：指标之间不应重复、矛盾。

怎么改
合并成一条，或写清楚两条各指什么。
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from xlbudget.model.disclosure import Disclosure
from xlbudget.model.finding import Severity
from xlbudget.model.targets import Indicator
from xlbudget.packs.schema import Pack
from xlbudget.rules.declaring import HELD, Example, Outcome, Problem
from xlbudget.rules.performance import place_of

TITLE = "近似指标目标不同"
SEVERITY = Severity.SUSPECT
MESSAGE = "“{name}”目标 {stated}，“{other}”目标 {expected}"

_HEAD = "项目绩效目标表\n单位：万元\n项目名称\t项目单位\t项目类别\t预算数\t年度绩效目标\t一级指标\t二级指标\t三级指标\t指标性质\t指标方向\t目标值\t计量单位\t分值\n"
_FIRST = "会审经费\t401005-平湖市档案馆\t31-部门预算项目\t5.00\t完成年度会审任务并保障安全可靠\t产出指标\t数量指标\t会期时长\t反向\t小于等于\t5\t天\t45\n"

PASSES = (Example(_HEAD + _FIRST + "\t\t\t\t\t\t\t参会人数\t反向\t小于等于\t40\t人\t45\n", pack="nmg_budget"),)
FAILS = (
    Example(
        _HEAD + _FIRST + "\t\t\t\t\t\t\t会期\t反向\t小于等于\t10\t天\t45\n",
        ("“会期时长”目标 ≤5天，“会期”目标 ≤10天",),
        "nmg_budget",
    ),
)


def check(disclosure: Disclosure, pack: Pack) -> Iterator[Outcome]:
    for sheet in disclosure.targets.sheets:
        numeric = [i for i in sheet.indicators if i.value is not None and i.measure and len(i.name) > 1]
        for a, b in combinations(numeric, 2):
            if (
                a.measure != b.measure
                or a.operator is not b.operator
                or not _alike(a.name, b.name)
                or a.measure in ("%",)
            ):
                continue
            if a.value == b.value:
                yield HELD
                continue
            facts = {"name": a.name, "stated": _shown(a), "other": b.name, "expected": _shown(b)}
            yield Problem(facts, (place_of(a, "目标值"), place_of(b, "目标值")))


def _alike(a: str, b: str) -> bool:
    return a == b or (min(len(a), len(b)) >= 2 and (a.startswith(b) or b.startswith(a)) and abs(len(a) - len(b)) <= 2)


def _shown(indicator: Indicator) -> str:
    return f"{indicator.operator.value}{indicator.target}{indicator.measure}"
