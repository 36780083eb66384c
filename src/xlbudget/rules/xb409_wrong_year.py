"""标题中的年份不对。

检查什么
表题、章节标题、“截至×年”等处的年份是否与本文件的年度相符：标题应为本年度，比较数为上一年度。

为什么
年份没改，说明这一处沿用了上年的文本，里面的数也要怀疑。

依据
部门预决算公开表式：表题标明年度。

怎么改
改正年份，并核对这一表、这一节是否整段沿用了上年内容。
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from xlbudget.model.disclosure import Disclosure, Stage
from xlbudget.model.finding import Severity
from xlbudget.model.wording import bare
from xlbudget.packs.schema import Pack
from xlbudget.rules.declaring import HELD, Example, Outcome, Problem
from xlbudget.rules.wording import titles

TITLE = "标题年份不对"
SEVERITY = Severity.ERROR
MESSAGE = "标题“{title}”写的是 {stated} 年，本文件是 {expected} 年"

_HEAD = "平湖市测绘院2025年单位预算公开\n"
_TABLE = "单位：万元\n科目编码\t科目名称\t合计\t基本支出\t项目支出\n208\t社会保障和就业支出\t5.00\t5.00\t\n"

PASSES = (Example(_HEAD + "2025年支出预算总表\n" + _TABLE),)
FAILS = (
    Example(_HEAD + "2024年支出预算总表\n" + _TABLE, ("标题“2024年支出预算总表”写的是 2024 年，本文件是 2025 年",)),
)

_YEAR = re.compile(r"(?<!\d)(20[1-3]\d)(?:年|年度)?(?!\d)")
_SUBJECT = re.compile(r"预算|决算|收支|收入|支出|绩效|工作任务|单位|部门")
_RESULTS = re.compile(r"决算|执行")
"""A budget may tell how the year before ended."""
_OTHER_YEARS = re.compile(r"截至|截止|上年|比较|对比|规划|—|-|至|通知|办法|号")


def check(disclosure: Disclosure, pack: Pack) -> Iterator[Outcome]:
    year = disclosure.year
    if year is None:
        return
    for text, place in titles(disclosure):
        title = bare(text)
        years = {int(y) for y in _YEAR.findall(title)}
        if (
            not years
            or not _SUBJECT.search(title)
            or _OTHER_YEARS.search(title)
            or ("项目" in title and "项目支出" not in title)
        ):
            continue
        if year in years or (disclosure.stage is Stage.BUDGET and years == {year - 1} and _RESULTS.search(title)):
            yield HELD
        else:
            facts = {"title": text, "stated": "、".join(map(str, sorted(years))), "expected": str(year)}
            far = any(abs(y - year) > 2 for y in years)
            yield Problem(facts, (place,), "", Severity.SUSPECT if far else None)
