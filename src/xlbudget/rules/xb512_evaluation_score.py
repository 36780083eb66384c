"""绩效自评表的分数不对。

检查什么
执行率 = 全年执行数 ÷ 全年预算数，执行率得分 = 执行率 × 权重；大于等于的指标没有完成按比例得分，超过成本上限不得分，完成的得满分；总分 = 执行率得分 + 各指标得分；扣了分的要写原因。

为什么
自评分数要经得起复算，财政抽评首先核对的就是这些数。

依据
《项目支出绩效评价管理办法》（财预〔2020〕10号）；各省项目支出绩效自评表填报说明。

怎么改
按公式重算得分和总分；扣分的指标写明偏差原因和改进措施。
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from xlbudget.model.amount import plain
from xlbudget.model.disclosure import Disclosure
from xlbudget.model.finding import Severity
from xlbudget.model.rounding import round_half_up
from xlbudget.model.scoring import direction_of, execution_score, numeric_score
from xlbudget.model.targets import FundRow, Indicator, TargetSheet
from xlbudget.packs.performance import Performance
from xlbudget.packs.schema import Pack
from xlbudget.rules.declaring import HELD, Example, Outcome, Problem
from xlbudget.rules.performance import place_of

TITLE = "自评得分不对"
SEVERITY = Severity.ERROR
MESSAGE = "项目“{project}”：{what}为 {stated}，应为 {expected}"

_SHEET = (
    "平湖市档案馆2024年度单位决算公开\n项目支出绩效自评表\n项目名称\t数字化经费\t\t\t\t\t\t\t\t\t\t\n\t\t\t年初预算数\t全年预算数\t全年执行数\t分值\t执行率(%)\t得分\t\t\t\n"
    "项目资金\t年度资金总额\t\t50\t50\t{executed}\t10\t{rate}\t{points}\t\t\t\n"
    "一级指标\t二级指标\t三级指标\t指标性质\t指标方向\t年度指标值\t实际完成值\t计量单位\t分值\t得分\t偏差原因\n"
    "产出指标\t数量指标\t加工页数\t正向\t大于等于\t100\t90\t万页\t50\t{score}\t招标推迟\n"
    "效益指标\t社会效益指标\t查阅便利\t定性\t\t明显\t明显\t\t40\t40\t\n总分\t\t\t\t\t\t\t\t100\t{total}\t\n"
)

PASSES = (Example(_SHEET.format(executed="45", rate="90", points="9", score="45", total="94"), pack="nmg_final"),)
FAILS = (
    Example(
        _SHEET.format(executed="45", rate="90", points="9", score="50", total="99"),
        ("项目“数字化经费”：“加工页数”得分为 50，应为 45",),
        "nmg_final",
    ),
    Example(
        _SHEET.format(executed="45", rate="90", points="9", score="45", total="95"),
        ("项目“数字化经费”：总分为 95，应为 94",),
        "nmg_final",
    ),
    Example(
        _SHEET.format(executed="45", rate="95", points="9.5", score="45", total="94.5"),
        ("项目“数字化经费”：年度资金总额执行率为 95，应为 90",),
        "nmg_final",
    ),
)

_CENT = Decimal("0.01")


def check(disclosure: Disclosure, pack: Pack) -> Iterator[Outcome]:
    for sheet in disclosure.targets.sheets:
        if not sheet.is_evaluation:
            continue
        for row in sheet.funds:
            yield from _fund(sheet, row)
        for indicator in sheet.indicators:
            if indicator.score is not None and indicator.points is not None:
                yield from _indicator(sheet, indicator, pack.performance)
        yield from _total(sheet)


def _fund(sheet: TargetSheet, row: FundRow) -> Iterator[Outcome]:
    loud = Severity.SUSPECT if row.doubt else Severity.ERROR
    if row.adjusted and row.executed is not None and row.rate is not None:
        rate, _ = execution_score(row.adjusted, row.executed, row.points or Decimal(0))
        if abs(rate - row.rate) <= _CENT:
            yield HELD
        else:
            facts = _facts(sheet, f"{row.label}执行率", row.rate, rate)
            yield Problem(facts, (row.place,), row.doubt, loud)
    if row.rate is not None and row.points is not None and row.score is not None:
        score = round_half_up(min(row.rate, Decimal(100)) * row.points / 100, 2)
        if abs(score - row.score) <= _CENT:
            yield HELD
        else:
            yield Problem(_facts(sheet, "执行率得分", row.score, score), (row.place,), row.doubt, loud)


def expected_score(indicator: Indicator, pack: Performance) -> Decimal | None:
    """得分. What the usual rule gives an indicator; ``None`` where it needs a judgement (qualitative)."""
    target, actual, points = indicator.value, indicator.actual_value, indicator.points
    if target is None or actual is None or points is None:
        return points if points is not None and indicator.target and _same(indicator) else None
    return numeric_score(
        target, actual, direction_of(indicator.operator, indicator.nature), points, pack.scoring.excess
    )


def _same(indicator: Indicator) -> bool:
    return "".join(indicator.target.split()) == "".join(indicator.actual.split())


def _indicator(sheet: TargetSheet, indicator: Indicator, pack: Performance) -> Iterator[Outcome]:
    expected = expected_score(indicator, pack)
    score = indicator.score
    assert score is not None and indicator.points is not None
    if expected is None or abs(expected - score) <= _CENT:
        yield HELD
    else:
        facts = _facts(sheet, f"“{indicator.name}”得分", score, expected)
        severity = Severity.SUSPECT if indicator.doubt or sheet.doubt or score < expected else Severity.ERROR
        if indicator.operator.is_ceiling and Decimal(0) < score < indicator.points:
            severity = Severity.SUSPECT  # some offices give part of the points for a slight excess
        yield Problem(facts, (place_of(indicator, "得分"),), "", severity)
    if score < indicator.points and not indicator.reason:
        facts = {
            "project": sheet.project,
            "what": f"“{indicator.name}”扣了分，偏差原因",
            "stated": "空白",
            "expected": "原因和改进措施",
        }
        yield Problem(facts, (place_of(indicator, "偏差原因"),), "", Severity.SUSPECT)


def _total(sheet: TargetSheet) -> Iterator[Outcome]:
    scores = [i.score for i in sheet.indicators if i.score is not None]
    execution = next((row.score for row in sheet.funds if row.score is not None), None)
    if sheet.total_score is None or execution is None or len(scores) != len(sheet.indicators):
        return
    total = sum(scores, execution)
    stated, place = sheet.total_score
    if abs(total - stated) <= _CENT:
        yield HELD
        return
    lost = (
        sheet.total_points is not None
        and sum((i.points for i in sheet.indicators if i.points is not None), Decimal(10)) != sheet.total_points[0]
    )
    severity = Severity.SUSPECT if lost or sheet.doubt else Severity.ERROR
    yield Problem(
        _facts(sheet, "总分", stated, total), (place, *(i.place for i in sheet.indicators)), sheet.doubt, severity
    )


def _facts(sheet: TargetSheet, what: str, stated: Decimal, expected: Decimal) -> dict[str, str]:
    return {
        "project": sheet.project or "（名称没有读出）",
        "what": what,
        "stated": plain(stated),
        "expected": plain(expected),
    }
