"""赋分规则与指标的种类不配。

检查什么
有数值的指标用“按评判等级赋分”，或没有数值的指标用“按照完成比例赋分”。

为什么
数值指标按等级评，得分全凭印象；文字指标没有比例可算。

依据
项目支出绩效目标表填报说明：定量指标按完成比例赋分，定性指标按评判等级赋分。

怎么改
换成相配的赋分规则。
"""

from __future__ import annotations

from collections.abc import Iterator

from xlbudget.model.disclosure import Disclosure
from xlbudget.model.finding import Severity
from xlbudget.packs.schema import Pack
from xlbudget.rules.declaring import HELD, Example, Outcome, Problem
from xlbudget.rules.performance import place_of

TITLE = "赋分规则不配"
SEVERITY = Severity.SUSPECT
MESSAGE = "“{name}”的目标是“{target}”，赋分规则却是“{stated}”，应为“{expected}”"

_HEAD = (
    "项目支出绩效目标表\n项目名称\t数字化经费\t项目负责人\t甲\n项目资金(万元)\t年度预算总额:\t13\t其中: 财政拨款\t13\t其他资金:\t0\n"
    "一级指标\t二级指标\t三级指标\t指标值\t指标值设置依据\t上年完成值\t指标分值权重\t指标赋分规则\t佐证资料\n"
)
_ROW = "效益指标\t社会效益指标\t岗位稳定率\t>=90%\t计划标准\t90%\t90\t{}\t工作资料\n"

PASSES = (Example(_HEAD + _ROW.format("按照完成比例赋分"), pack="xinjiang_budget"),)
FAILS = (
    Example(
        _HEAD + _ROW.format("按评判等级赋分"),
        ("“岗位稳定率”的目标是“≥90%”，赋分规则却是“按评判等级赋分”，应为“按照完成比例赋分”",),
        "xinjiang_budget",
    ),
)


def check(disclosure: Disclosure, pack: Pack) -> Iterator[Outcome]:
    for sheet in disclosure.targets.sheets:
        for indicator in sheet.indicators:
            if "赋分" not in indicator.scoring:
                continue
            numeric = indicator.value is not None
            if numeric and "评判等级" in indicator.scoring:
                expected = "按照完成比例赋分"
            elif not numeric and "完成比例" in indicator.scoring:
                expected = "按评判等级赋分"
            else:
                yield HELD
                continue
            facts = {
                "name": indicator.name,
                "target": f"{indicator.operator.value}{indicator.target}{indicator.measure}",
                "stated": indicator.scoring,
                "expected": expected,
            }
            yield Problem(facts, (place_of(indicator, "指标赋分规则"),))
