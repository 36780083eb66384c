"""指标的性质、方向与内容矛盾。

检查什么
正向指标用“小于等于”、反向指标用“大于等于”；成本（金额）指标用“大于等于”，等于越花越多越好；写着“定性”却填了数值。

为什么
方向反了，完成得越差得分越高，绩效目标就失去意义。

依据
《中央部门项目支出核心绩效目标和指标设置及取值指引（试行）》（财预〔2021〕101号）。

怎么改
成本、差错率等越低越好的用“反向、小于等于”，完成数、合格率等越高越好的用“正向、大于等于”，定性指标填写文字。
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from xlbudget.model.disclosure import Disclosure
from xlbudget.model.finding import Severity
from xlbudget.model.targets import Indicator, Nature, TargetSheet
from xlbudget.packs.schema import Pack
from xlbudget.rules.declaring import HELD, Example, Outcome, Problem
from xlbudget.rules.performance import is_cost, money_value, place_of

TITLE = "指标方向矛盾"
SEVERITY = Severity.ERROR
MESSAGE = "“{name}”{why}"

_HEAD = "项目绩效目标表\n单位：万元\n项目名称\t项目单位\t项目类别\t预算数\t年度绩效目标\t一级指标\t二级指标\t三级指标\t指标性质\t指标方向\t目标值\t计量单位\t分值\n"
_ROW = "数字化经费\t401005-平湖市档案馆\t31-部门预算项目\t130.00\t完成年度数字化任务并保障安全可靠\t产出指标\t{}\t90\n"

PASSES = (
    Example(_HEAD + _ROW.format("成本指标\t加工总费用\t反向\t小于等于\t130\t万元"), pack="nmg_budget"),
    Example(_HEAD + _ROW.format("质量指标\t合格率\t正向\t大于等于\t98\t%"), pack="nmg_budget"),
)
FAILS = (
    Example(
        _HEAD + _ROW.format("成本指标\t加工总费用\t正向\t大于等于\t130\t万元"),
        ("“加工总费用”是成本指标，却写“≥130万元”，应设上限（≤）",),
        "nmg_budget",
    ),
    Example(
        _HEAD + _ROW.format("质量指标\t抽检差错\t正向\t小于等于\t2\t%"),
        ("“抽检差错”性质为正向，方向却是“≤”",),
        "nmg_budget",
    ),
    Example(
        _HEAD + _ROW.format("质量指标\t资金到位率100%\t定性\t\t10\t%"),
        ("“资金到位率100%”性质为定性，却填了数值“10%”",),
        "nmg_budget",
    ),
)

_REVENUE = re.compile(r"收入|收缴|清欠|追缴|上缴|融资|节约|引资|投资额|产值|贷款|率$|率\d")


def check(disclosure: Disclosure, pack: Pack) -> Iterator[Outcome]:
    for sheet in disclosure.targets.sheets:
        for indicator in sheet.indicators:
            yield _judge(sheet, indicator)


def _judge(sheet: TargetSheet, indicator: Indicator) -> Outcome:
    op, nature = indicator.operator, indicator.nature
    why = ""
    severity = Severity.ERROR
    expected = ""
    if (
        op.is_floor
        and is_cost(indicator)
        and money_value(indicator) is not None
        and not _REVENUE.search(indicator.name)
    ):
        why, expected = f"是成本指标，却写“{op.value}{indicator.target}{indicator.measure}”，应设上限（≤）", "≤"
    elif nature is Nature.POSITIVE and op.is_ceiling:
        why, expected = f"性质为正向，方向却是“{op.value}”", "≥"
    elif nature is Nature.NEGATIVE and op.is_floor:
        why, expected = f"性质为反向，方向却是“{op.value}”", "≤"
    elif nature is Nature.QUALITATIVE and indicator.value is not None and indicator.measure in ("%", "百分比"):
        named = _rate_in_name(indicator)
        why, expected = f"性质为定性，却填了数值“{indicator.target}{indicator.measure}”", named or "文字"
        severity = Severity.ERROR if named and named != f"{indicator.target}%" else Severity.SUSPECT
    if not why:
        return HELD
    if indicator.doubt:
        severity = Severity.SUSPECT
    stated = f"{op.value or nature.value} {indicator.target} {indicator.measure}".strip()
    facts = {"name": indicator.name, "why": why, "stated": stated, "expected": expected, "project": sheet.project}
    return Problem(facts, (place_of(indicator, "指标方向"),), "", severity)


def _rate_in_name(indicator: Indicator) -> str:
    match = re.search(r"(\d+(?:\.\d+)?)%", indicator.name)
    return f"{match[1]}%" if match else ""
