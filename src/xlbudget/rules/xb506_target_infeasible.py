"""目标值不合情理。

检查什么
比率类指标大于等于 100%（不可能超过，应写等于）或超过 100%；执行率、合格率、到位率等目标低到 1%、10%，疑少写了 0。

为什么
达不到或不用努力就达到的目标，没有考核意义，多半是填错。

依据
财预〔2021〕101号：指标值应当清晰、合理、可实现。

怎么改
改成合理的目标值；要求全部达到的用“等于 100%”。
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from xlbudget.model.disclosure import Disclosure
from xlbudget.model.finding import Severity
from xlbudget.model.targets import Indicator, Operator
from xlbudget.packs.schema import Pack
from xlbudget.rules.declaring import HELD, Example, Outcome, Problem
from xlbudget.rules.performance import place_of

TITLE = "目标值不合情理"
SEVERITY = Severity.SUSPECT
MESSAGE = "“{name}”的目标“{stated}”{why}"

_HEAD = "项目绩效目标表\n单位：万元\n项目名称\t项目单位\t项目类别\t预算数\t年度绩效目标\t一级指标\t二级指标\t三级指标\t指标性质\t指标方向\t目标值\t计量单位\t分值\n"
_ROW = "数字化经费\t401005-平湖市档案馆\t31-部门预算项目\t130.00\t完成年度数字化任务并保障安全可靠\t产出指标\t质量指标\t{}\t%\t90\n"

PASSES = (Example(_HEAD + _ROW.format("抽检合格率\t正向\t大于等于\t98"), pack="nmg_budget"),)
FAILS = (
    Example(
        _HEAD + _ROW.format("抽检合格率\t正向\t大于等于\t100"),
        ("“抽检合格率”的目标“≥100%”不可能超过 100%，应为“=100%”",),
        "nmg_budget",
    ),
    Example(
        _HEAD + _ROW.format("政策执行率\t正向\t等于\t10"),
        ("“政策执行率”的目标“=10%”低得不合情理，疑少写了 0",),
        "nmg_budget",
    ),
)

_RATE = re.compile(r"率")
_FULL = re.compile(
    r"(执行|完成|到位|合格|准确|及时|覆盖|发放|足额|正常|达标|验收|通过|缴纳|支付|办结|保障|兑现|代缴|知晓|满意)率?"
)
_GROWTH = re.compile(
    r"增长|提高|提升|增幅|增加|降低|下降|差错|故障|投诉|失业|结余|变动|超支|违规|流失|逾期|返贫|空置|退货|死亡|发生"
)


def check(disclosure: Disclosure, pack: Pack) -> Iterator[Outcome]:
    for sheet in disclosure.targets.sheets:
        for indicator in sheet.indicators:
            if indicator.value is not None and indicator.measure in ("%", "百分比") and not sheet.is_evaluation:
                yield _judge(indicator)


def _judge(indicator: Indicator) -> Outcome:
    value = indicator.value
    assert value is not None
    shown = f"{indicator.operator.value}{indicator.target}%"
    if _GROWTH.search(indicator.name) or not _RATE.search(indicator.name):
        return HELD
    why, expected = "", ""
    if indicator.operator is Operator.AT_LEAST and value == 100:
        why, expected = "不可能超过 100%，应为“=100%”", "等于 100%"
    elif value > 100 and not indicator.operator.is_ceiling:
        why, expected = "超过 100%", "100%"
    elif value in (1, 10) and not indicator.operator.is_ceiling and _FULL.search(indicator.name):
        why, expected = "低得不合情理，疑少写了 0", "100%"
    if not why:
        return HELD
    facts = {"name": indicator.name, "stated": shown, "why": why, "expected": expected}
    return Problem(facts, (place_of(indicator, "目标值"),))
