"""绩效指标里的年份是旧的。

检查什么
指标名称、目标值里的时间早于本文件的年度，如 2024 年的目标写“2021年12月前”。

为什么
沿用了往年的指标表，年份没有改。

依据
项目支出绩效目标按年度编报。

怎么改
改成本年度，并检查同一指标表的其他内容是否也是旧的。
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from xlbudget.model.disclosure import Disclosure
from xlbudget.model.finding import Severity
from xlbudget.model.targets import Indicator
from xlbudget.model.wording import fold
from xlbudget.packs.schema import Pack
from xlbudget.rules.declaring import HELD, Example, Outcome, Problem
from xlbudget.rules.performance import place_of

TITLE = "绩效指标年份过时"
SEVERITY = Severity.ERROR
MESSAGE = "指标“{name}”的时间“{stated}”早于 {year} 年度"

_HEAD = "平湖市档案馆2025年单位预算公开\n项目绩效目标表\n单位：万元\n项目名称\t项目单位\t项目类别\t预算数\t年度绩效目标\t一级指标\t二级指标\t三级指标\t指标性质\t指标方向\t目标值\t计量单位\t分值\n"
_ROW = "数字化经费\t401005-平湖市档案馆\t31-部门预算项目\t130.00\t完成年度数字化任务并保障安全可靠\t产出指标\t时效指标\t{}\t\t90\n"

PASSES = (Example(_HEAD + _ROW.format("2025年12月前完成\t定性\t\t按时"), pack="nmg_budget"),)
FAILS = (
    Example(
        _HEAD + _ROW.format("2023年12月前完成\t定性\t\t按时"),
        ("指标“2023年12月前完成”的时间“2023年12月前”早于 2025 年度",),
        "nmg_budget",
    ),
)

_WHEN = re.compile(
    r"(20[012]\d)年?(?:度)?(?:\d{1,2}月(?:\d{1,2}日)?|年?底|春节|全年|第?[一二三四]季度)?(?:之?前|以前|底|内|前完成)?"
)
_ONLY_YEAR = re.compile(r"^(20[012]\d)(年|年度|年底)?$")
_OTHER = re.compile(r"文件|通知|号|办法|规划|结转|以前年度|上年|比|较|—|基期|至20|-20|年的|存量")


def check(disclosure: Disclosure, pack: Pack) -> Iterator[Outcome]:
    year = disclosure.year
    if year is None:
        return
    for sheet in disclosure.targets.sheets:
        for indicator in sheet.indicators:
            yield _judge(indicator, year)


def _judge(indicator: Indicator, year: int) -> Outcome:
    target = fold(indicator.target)
    for text, whole in ((fold(indicator.name), False), (target, True)):
        if _OTHER.search(text):
            continue
        match = _ONLY_YEAR.match(text) if whole else None
        match = match or _WHEN.search(text)
        if match is None or (whole and text.isdigit() and not _ONLY_YEAR.match(text)):
            continue
        if whole and indicator.value is not None and indicator.measure not in ("", "年", "年度"):
            continue
        if int(match[1]) < year and (whole or "年" in match[0]):
            other = re.search(rf"{year}", target) is not None and not whole
            facts = {
                "name": indicator.name,
                "stated": match[0],
                "year": str(year),
                "expected": match[0].replace(match[1], str(year)),
            }
            hint = f"同一行的目标值却是 {indicator.target}" if other else "沿用了往年的指标"
            return Problem(facts, (place_of(indicator, "三级指标"),), hint)
    return HELD
