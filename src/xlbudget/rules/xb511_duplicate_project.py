"""两个项目的绩效目标几乎一样。

检查什么
两个项目名称相近，而且多数三级指标相同。

为什么
可能是同一件事重复立项，或一个项目照抄了另一个的目标表。

依据
《预算法实施条例》：项目支出不得重复安排。

怎么改
核对是不是同一补助的两个资金来源；是的写清分担，不是的改写指标。
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import combinations

from xlbudget.model.disclosure import Disclosure, Level
from xlbudget.model.finding import Severity
from xlbudget.model.targets import TargetSheet
from xlbudget.packs.schema import Pack
from xlbudget.rules.declaring import HELD, Example, Outcome, Problem
from xlbudget.rules.performance import sheet_place

TITLE = "项目目标雷同"
SEVERITY = Severity.SUSPECT
MESSAGE = "项目“{stated}”与“{expected}”有 {count} 条指标相同，疑为重复立项或照抄"

_HEAD = "项目绩效目标表\n单位：万元\n项目名称\t项目单位\t项目类别\t预算数\t年度绩效目标\t一级指标\t二级指标\t三级指标\t指标性质\t指标方向\t目标值\t计量单位\t分值\n"
_ROWS = (
    "{}\t401005-平湖市档案馆\t31-部门预算项目\t{}\t按时足额发放退休人员一次性补助\t产出指标\t数量指标\t发放补助人数\t正向\t大于等于\t{}\t人\t50\n"
    "\t\t\t\t\t\t质量指标\t补助发放合规\t定性\t\t合规\t\t20\n\t\t\t\t\t效益指标\t社会效益指标\t提升退休人员幸福感\t定性\t\t明显\t\t20\n"
)

PASSES = (Example(_HEAD + _ROWS.format("退休人员生活补助", "10.00", "280"), pack="nmg_budget"),)
FAILS = (
    Example(
        _HEAD
        + _ROWS.format("退休人员生活补助", "10.00", "280")
        + _ROWS.format("退休人员一次性生活补助", "7.00", "280"),
        ("项目“退休人员生活补助”与“退休人员一次性生活补助”有 3 条指标相同，疑为重复立项或照抄",),
        "nmg_budget",
    ),
)

ALIKE = 0.6
SHARED = 3


def check(disclosure: Disclosure, pack: Pack) -> Iterator[Outcome]:
    sheets = [s for s in disclosure.targets.sheets if s.project and s.category[:1] not in ("1", "2")]
    if disclosure.level is Level.DEPARTMENT and len({s.unit for s in sheets}) > 2:
        return  # units of one department run like projects of their own
    for a, b in combinations(sheets, 2):
        if SequenceMatcher(None, a.project, b.project).ratio() < ALIKE:
            continue
        shared = _shared(a, b)
        if shared < SHARED or (a.unit != b.unit and a.unit and b.unit):
            yield HELD
            continue
        facts = {"stated": a.project, "expected": b.project, "count": str(shared)}
        at = (sheet_place(a), sheet_place(b), *(i.place for i in a.indicators[:1]))
        yield Problem(facts, at)


def _shared(a: TargetSheet, b: TargetSheet) -> int:
    names = [i.name for i in b.indicators]
    return sum(1 for i in a.indicators if any(SequenceMatcher(None, i.name, n).ratio() > 0.75 for n in names))
