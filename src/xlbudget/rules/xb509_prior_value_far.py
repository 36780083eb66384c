"""目标值与上年完成值相差悬殊。

检查什么
“大于等于”的目标不到上年完成值的四分之一（单位相同）。

为什么
不是目标定得太低，就是两个数的口径不同（如只算新增与累计）。

依据
财预〔2021〕101号：指标值应参考历史数据，体现先进性。

怎么改
核对口径；确有原因的，写进指标值设置依据。
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from xlbudget.model.disclosure import Disclosure
from xlbudget.model.finding import Severity
from xlbudget.model.wording import fold
from xlbudget.packs.schema import Pack
from xlbudget.rules.declaring import HELD, Example, Outcome, Problem
from xlbudget.rules.performance import place_of

TITLE = "目标与上年完成值悬殊"
SEVERITY = Severity.SUSPECT
MESSAGE = "“{name}”的目标 {stated} 远低于上年完成值 {expected}"

_HEAD = (
    "项目支出绩效目标表\n项目名称\t数字化经费\t项目负责人\t甲\n项目资金(万元)\t年度预算总额:\t13\t其中: 财政拨款\t13\t其他资金:\t0\n"
    "一级指标\t二级指标\t三级指标\t指标值\t指标值设置依据\t上年完成值\t指标分值权重\t指标赋分规则\t佐证资料\n"
)
_ROW = "产出指标\t数量指标\t加工页数\t>={} 万页\t计划标准\t9.14 万页\t90\t按照完成比例赋分\t工作资料\n"

PASSES = (Example(_HEAD + _ROW.format("9"), pack="xinjiang_budget"),)
FAILS = (
    Example(_HEAD + _ROW.format("1.88"), ("“加工页数”的目标 ≥1.88万页 远低于上年完成值 9.14万页",), "xinjiang_budget"),
)

_VALUE = re.compile(r"^(\d+(?:\.\d+)?)(.*)$")
FAR = 4


def check(disclosure: Disclosure, pack: Pack) -> Iterator[Outcome]:
    for sheet in disclosure.targets.sheets:
        for indicator in sheet.indicators:
            prior = _VALUE.match(fold(indicator.prior))
            if (
                prior is None
                or indicator.value is None
                or not indicator.operator.is_floor
                or prior[2] != indicator.measure
            ):
                continue
            if indicator.value * FAR >= Decimal(prior[1]):
                yield HELD
                continue
            facts = {
                "name": indicator.name,
                "stated": f"{indicator.operator.value}{indicator.target}{indicator.measure}",
                "expected": fold(indicator.prior),
            }
            yield Problem(facts, (place_of(indicator, "指标值"),), "目标或上年值的口径可能不同")
