"""段末标点不对。

检查什么
一段话以分号或逗号结束，而后面不是同一列举的下一项。

为什么
删改列举之后，末项的标点没有改为句号。

依据
GB/T 15834《标点符号用法》。

怎么改
改为句号，或补全句子。
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from xlbudget.model.claim import Passage
from xlbudget.model.disclosure import Disclosure
from xlbudget.model.finding import Severity
from xlbudget.packs.schema import Pack
from xlbudget.rules.declaring import HELD, Example, Outcome, Problem

TITLE = "段末标点不对"
SEVERITY = Severity.NOTE
MESSAGE = "段末用了“{stated}”，应为句号：{quote}"

_HEAD = "第二部分 情况说明\n二、收入预算情况说明\n"

PASSES = (
    Example(_HEAD + "收入合计10.00万元，其中：\n财政拨款收入8.00万元，占80.00%；\n其他收入2.00万元，占20.00%。\n"),
)
FAILS = (
    Example(
        _HEAD + "收入合计10.00万元，其中：财政拨款收入8.00万元，占80.00%；其他收入2.00万元，占20.00%；\n",
        ("段末用了“；”，应为句号：其他收入2.00万元,占20.00%；",),
    ),
)


def check(disclosure: Disclosure, pack: Pack) -> Iterator[Outcome]:
    passages = disclosure.narrative.passages
    for n, passage in enumerate(passages):
        after = passages[n + 1] if n + 1 < len(passages) else None
        if "万元" not in passage.text:
            continue
        if not passage.text.endswith(";") or _continues(passage, after):
            yield HELD
            continue
        place = passage.origins[-1]
        quote = passage.text[passage.text.rfind(";", 0, -1) + 1 :][-40:].removesuffix(";") + "；"
        yield Problem({"stated": "；", "quote": quote}, (replace(place, quote=quote),))


def _continues(passage: Passage, after: Passage | None) -> bool:
    return after is not None and after.section == passage.section and after.part == passage.part
