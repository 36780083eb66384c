"""上年数为零却写了增长率。

检查什么
本年数减去增减额得到的上年数为零（而本年数不为零）时，写了增长率（如“增长 100%”）。

为什么
上年数为零，增长率没有意义，“增长100%”会让人误以为翻了一番。

依据
增长率以上年数为分母，分母为零时无定义。

怎么改
删去增长率，写明“上年无此项预算（支出）”。
"""

from __future__ import annotations

from collections.abc import Iterator

from xlbudget.model.disclosure import Disclosure
from xlbudget.model.finding import Severity
from xlbudget.model.rounding import Verdict, compare
from xlbudget.packs.schema import Pack
from xlbudget.rules.declaring import HELD, Example, Outcome, Problem
from xlbudget.rules.prose import changes_of

TITLE = "上年为零仍写增长率"
SEVERITY = Severity.SUSPECT
MESSAGE = "“{stated}”：本年 {now}、增减 {delta}，上年数为零，没有增长率"

_HEAD = "第二部分 情况说明\n二、收入预算情况说明\n"

PASSES = (Example(_HEAD + "上级补助收入26.00万元，比上年预算增加13.00万元，增长100%。\n"),)
FAILS = (
    Example(
        _HEAD + "上级补助收入13.00万元，比上年预算增加13.00万元，增长100%。\n",
        ("“增长100%”：本年 13.00万元、增减 13.00万元，上年数为零，没有增长率",),
    ),
)


def check(disclosure: Disclosure, pack: Pack) -> Iterator[Outcome]:
    for told in changes_of(disclosure):
        growth, delta, level = told.growth, told.delta, told.level
        if growth is None or delta is None or level is None or told.moved is None or growth.percent is None:
            continue
        if level.amount is None or level.vague or delta.vague or told.moved.is_zero:
            continue
        if compare(told.moved, [level.amount]).verdict not in (Verdict.EQUAL, Verdict.ROUNDING):
            yield HELD
            continue
        facts = {"stated": f"{growth.word}{growth.text}", "now": level.text, "delta": delta.text}
        yield Problem(facts, tuple(dict.fromkeys((growth.place, delta.place, level.place))))
