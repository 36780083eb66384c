"""绩效表的预算合计不等于各项目之和。

检查什么
绩效目标表的合计预算数应等于表中各项目预算数之和。

为什么
合计错，或漏列了项目。

依据
项目支出绩效目标表表式。

怎么改
核对有无漏列的项目，改正合计。
"""

from __future__ import annotations

from collections.abc import Iterator

from xlbudget.model.disclosure import Disclosure
from xlbudget.model.finding import Severity
from xlbudget.model.rounding import compare
from xlbudget.packs.schema import Pack
from xlbudget.rules.declaring import Example, Outcome, judged

TITLE = "绩效表预算合计不符"
SEVERITY = Severity.ERROR
MESSAGE = "绩效表的预算合计 {stated}，各项目之和 {expected}，相差 {difference}（舍入允许 {tolerance}）"

_HEAD = "项目绩效目标表\n单位：万元\n项目名称\t项目单位\t项目类别\t预算数\t年度绩效目标\t一级指标\t二级指标\t三级指标\t指标性质\t指标方向\t目标值\t计量单位\t分值\n"
_ROW = "{}\t401005-平湖市档案馆\t31-部门预算项目\t{}\t完成年度数字化任务并保障安全可靠\t产出指标\t数量指标\t加工页数\t正向\t大于等于\t26\t万页\t90\n"

PASSES = (Example(_HEAD + _ROW.format("甲项目", "10.00") + _ROW.format("乙项目", "5.00") + "合计\t\t\t15.00\n"),)
FAILS = (
    Example(
        _HEAD + _ROW.format("甲项目", "10.00") + _ROW.format("乙项目", "5.00") + "合计\t\t\t16.00\n",
        ("绩效表的预算合计 16.00，各项目之和 15.00，相差 1（舍入允许 0.015）",),
    ),
)


def check(disclosure: Disclosure, pack: Pack) -> Iterator[Outcome]:
    targets = disclosure.targets
    budgets = [s for s in targets.sheets if s.budget is not None]
    if not targets.totals or len(budgets) != len(targets.sheets) or not budgets:
        return
    total = targets.totals[0]
    comparison = compare(total.amount, [s.budget for s in budgets if s.budget is not None])
    at = (total.place, *(s.budget_place for s in budgets))
    yield judged(comparison, total.amount.text, {}, at)
