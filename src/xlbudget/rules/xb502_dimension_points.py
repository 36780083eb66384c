"""一级指标下的分值与标题写的分数不符。

检查什么
“产出指标(50分)”“效益指标(30分)”“满意度指标(10分)”下各三级指标的分值之和应等于括号里的分数。

为什么
各维度的权重是统一规定的，分值凑不成规定的分数，说明分值填错或指标归错了类。

依据
各省项目支出绩效目标表填报说明。

怎么改
调整分值，或把指标移到所属的一级指标下。
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from xlbudget.model.amount import plain
from xlbudget.model.disclosure import Disclosure
from xlbudget.model.finding import Severity
from xlbudget.model.targets import Indicator, TargetSheet
from xlbudget.packs.schema import Pack
from xlbudget.rules.declaring import HELD, Example, Outcome, Problem, Unchecked
from xlbudget.rules.performance import heading_points, may_have_lost_rows, points_sum, sheet_place, tempered

TITLE = "维度分值与标题不符"
SEVERITY = Severity.ERROR
MESSAGE = "项目“{project}”：{dimension}，{why}"

_HEAD = "项目绩效目标表\n单位：万元\n项目名称\t项目单位\t项目类别\t预算数\t年度绩效目标\t一级指标\t二级指标\t三级指标\t指标性质\t指标方向\t目标值\t计量单位\t分值\n"
_ROWS = (
    "数字化经费\t401005-平湖市档案馆\t31-部门预算项目\t130.00\t完成年度数字化任务并保障安全可靠\t产出指标(50分)\t数量指标\t加工页数\t正向\t大于等于\t26\t万页\t{}\n"
    "\t\t\t\t\t效益指标(30分)\t社会效益指标\t查阅便利\t定性\t\t明显\t\t{}\n\t\t\t\t\t满意度指标(10分)\t满意度指标\t群众满意度\t正向\t大于等于\t95\t%\t10\n"
)

PASSES = (Example(_HEAD + _ROWS.format(50, 30), pack="nmg_budget"),)
FAILS = (
    Example(
        _HEAD + _ROWS.format(52, 28),
        ("项目“数字化经费”：产出指标(50分)，各指标分值之和 52", "项目“数字化经费”：效益指标(30分)，各指标分值之和 28"),
        "nmg_budget",
    ),
    Example(
        _HEAD + _ROWS.format("22.5", "22.5").replace("%\t10\n", "%\t22.5\n"),
        (
            "项目“数字化经费”：产出指标(50分)、效益指标(30分)、满意度指标(10分)，每行都是 22.5 分，怎样也凑不成 50、30、10 分",
        ),
        "nmg_budget",
    ),
)


def check(disclosure: Disclosure, pack: Pack) -> Iterator[Outcome]:
    for sheet in disclosure.targets.sheets:
        groups: dict[str, list[Indicator]] = {}
        for indicator in sheet.indicators:
            if heading_points(indicator.dimension) is not None and indicator.points is not None:
                groups.setdefault(indicator.dimension, []).append(indicator)
        if not groups:
            continue
        impossible = _impossible(sheet, groups)
        if impossible is not None:
            yield impossible
            continue
        if sheet.doubt:
            yield Unchecked(f"项目“{sheet.project}”各维度的分值", sheet.doubt)
            continue
        for dimension, indicators in groups.items():
            yield _group(disclosure, sheet, dimension, indicators)


def _impossible(sheet: TargetSheet, groups: dict[str, list[Indicator]]) -> Problem | None:
    """All rows carry the same points, of which no number of rows makes the headings: true whatever rows are lost."""
    values = {i.points for rows in groups.values() for i in rows}
    if len(values) != 1 or sum(map(len, groups.values())) < 2:
        return None
    each = next(iter(values))
    heads = [heading_points(d) or Decimal(0) for d in groups]
    if not each or all(head % each == 0 for head in heads):
        return None
    wanted = "、".join(plain(h) for h in heads)
    facts = {
        "project": sheet.project,
        "dimension": "、".join(groups),
        "why": f"每行都是 {plain(each)} 分，怎样也凑不成 {wanted} 分",
        "stated": f"{len(sheet.indicators)}×{plain(each)}",
        "expected": wanted,
    }
    return Problem(facts, (sheet_place(sheet), *(i.place for rows in groups.values() for i in rows)))


def _group(disclosure: Disclosure, sheet: TargetSheet, dimension: str, indicators: list[Indicator]) -> Outcome:
    expected = heading_points(dimension) or Decimal(0)
    total = sum((i.points for i in indicators if i.points is not None), Decimal(0))
    if total == expected:
        return HELD
    facts = {
        "project": sheet.project or "（名称没有读出）",
        "dimension": dimension,
        "why": f"各指标分值之和 {plain(total)}",
        "stated": plain(total),
        "expected": plain(expected),
    }
    whole = points_sum(sheet) == sum(
        (heading_points(d) or Decimal(0) for d in {i.dimension for i in sheet.indicators}), Decimal(0)
    )
    lost = may_have_lost_rows(disclosure, sheet) and (total < expected or whole)
    severity = Severity.SUSPECT if lost else tempered(sheet, Severity.ERROR)
    if disclosure.kind == "text" and severity is Severity.ERROR and not _clean(disclosure):
        severity = Severity.SUSPECT
    return Problem(facts, tuple(i.place for i in indicators), sheet.doubt, severity)


def _clean(disclosure: Disclosure) -> bool:
    """No sheet of the document shows damage."""
    return not any(sheet.doubt for sheet in disclosure.targets.sheets)
