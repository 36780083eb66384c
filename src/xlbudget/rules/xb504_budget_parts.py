"""项目资金的构成与总额不符。

检查什么
绩效表中“年度预算总额”应等于“财政拨款”“其他资金”等各项之和。

为什么
部分大于整体，多半是从别的项目复制来没有改。

依据
项目支出绩效目标表表式：年度预算总额 = 财政拨款 + 其他资金。

怎么改
对照本项目的批复数改正。
"""

from __future__ import annotations

from collections.abc import Iterator

from xlbudget.model.disclosure import Disclosure
from xlbudget.model.finding import Severity
from xlbudget.model.rounding import compare
from xlbudget.packs.schema import Pack
from xlbudget.rules.declaring import Example, Outcome, judged

TITLE = "项目资金构成不符"
SEVERITY = Severity.ERROR
MESSAGE = "项目“{project}”的年度预算总额 {expected_total}，其中{parts}合计 {stated}，相差 {difference}（舍入允许 {tolerance}）"

_SHEET = (
    "项目支出绩效目标表\n项目名称\t数字化经费\t项目负责人\t甲\n项目资金(万元)\t年度预算总额:\t13\t其中: 财政拨款\t{}\t其他资金:\t0\n"
    "一级指标\t二级指标\t三级指标\t指标值\t指标值设置依据\t上年完成值\t指标分值权重\t指标赋分规则\t佐证资料\n"
    "产出指标\t数量指标\t加工页数\t>=26 万页\t计划标准\t25 万页\t90\t按照完成比例赋分\t工作资料\n"
)

PASSES = (Example(_SHEET.format("13"), pack="xinjiang_budget"),)
FAILS = (
    Example(
        _SHEET.format("153.24"),
        ("项目“数字化经费”的年度预算总额 13.00，其中财政拨款、其他资金合计 153.24，相差 140.24（舍入允许 0.015）",),
        "xinjiang_budget",
    ),
)


def check(disclosure: Disclosure, pack: Pack) -> Iterator[Outcome]:
    others = [s.budget for s in disclosure.targets.sheets if s.budget is not None]
    for sheet in disclosure.targets.sheets:
        if sheet.budget is None or "财政拨款" not in sheet.parts or sheet.funds:
            continue
        amounts = [amount for amount, _ in sheet.parts.values()]
        comparison = compare(amounts[0], [sheet.budget, *amounts[1:]], [1] + [-1] * (len(amounts) - 1))
        stated = amounts[0].text if len(amounts) == 1 or amounts[0].value else ""
        facts = {
            "project": sheet.project,
            "expected_total": sheet.budget.text,
            "parts": "、".join(sheet.parts),
            "stated": stated or amounts[0].text,
            "expected": sheet.budget.text,
        }
        copied = any(o is not sheet.budget and o.value == amounts[0].value for o in others)
        hint = "与另一个项目的数相同，疑为复制后没有改" if copied else ""
        at = (*(place for _, place in sheet.parts.values()), sheet.budget_place)
        yield judged(comparison, amounts[0].text, facts, at, hint)
