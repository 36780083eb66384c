"""绩效指标的分值合计不对。

检查什么
每个项目各三级指标的分值之和应等于表式规定的总分（多数省为 90 分，另有预算执行率 10 分；有的为 100 分）。

为什么
分值不闭合，自评时就算不出总分，财政评审会退回。

依据
各省项目支出绩效目标表填报说明；《项目支出绩效评价管理办法》（财预〔2020〕10号）。

怎么改
调整各指标分值，使一级指标和总分都等于规定的分数；也可用“填报绩效目标”自动分配。
"""

from __future__ import annotations

from collections.abc import Iterator

from xlbudget.model.amount import plain
from xlbudget.model.disclosure import Disclosure
from xlbudget.model.finding import Severity
from xlbudget.packs.schema import Pack
from xlbudget.rules.declaring import HELD, Example, Outcome, Problem, Unchecked
from xlbudget.rules.performance import expected_points, may_have_lost_rows, points_sum, sheet_place, tempered

TITLE = "绩效指标分值合计不对"
SEVERITY = Severity.ERROR
MESSAGE = "项目“{project}”的指标分值合计 {stated}，应为 {expected}"

_HEAD = "项目绩效目标表\n单位：万元\n项目名称\t项目单位\t项目类别\t预算数\t年度绩效目标\t一级指标\t二级指标\t三级指标\t指标性质\t指标方向\t目标值\t计量单位\t分值\n"
_ROWS = (
    "数字化经费\t401005-平湖市档案馆\t31-部门预算项目\t130.00\t完成年度数字化任务并保障安全可靠\t产出指标\t数量指标\t加工页数\t正向\t大于等于\t26\t万页\t{}\n"
    "\t\t\t\t\t效益指标\t社会效益指标\t查阅便利\t定性\t\t明显\t\t30\n\t\t\t\t\t满意度指标\t满意度指标\t群众满意度\t正向\t大于等于\t95\t%\t10\n"
)

PASSES = (Example(_HEAD + _ROWS.format(50), pack="nmg_budget"),)
FAILS = (Example(_HEAD + _ROWS.format(60), ("项目“数字化经费”的指标分值合计 100，应为 90",), "nmg_budget"),)

FAR = 20
"""Points so far off in a damaged sheet are rows of another project, not a mistake of this one."""


def check(disclosure: Disclosure, pack: Pack) -> Iterator[Outcome]:
    expected = expected_points(disclosure, pack)
    if expected is None:
        return
    for sheet in disclosure.targets.sheets:
        if not any(i.points is not None for i in sheet.indicators):
            continue
        total = points_sum(sheet)
        wanted = expected
        if sheet.is_evaluation and sheet.total_points is not None and not sheet.funds:
            wanted = sheet.total_points[0]
        if total == wanted:
            yield HELD
            continue
        if sheet.doubt and abs(total - wanted) > FAR:
            yield Unchecked(f"项目“{sheet.project}”的分值合计", sheet.doubt)
            continue
        facts = {"project": sheet.project or "（名称没有读出）", "stated": plain(total), "expected": plain(wanted)}
        lost = total < wanted and may_have_lost_rows(disclosure, sheet)
        severity = Severity.SUSPECT if lost else tempered(sheet, Severity.ERROR)
        hint = sheet.doubt or ("转换时可能丢了指标行，请看原件" if lost else "")
        at = (*(i.place for i in sheet.indicators if i.points is not None), sheet_place(sheet))
        yield Problem(facts, at, hint, severity)
