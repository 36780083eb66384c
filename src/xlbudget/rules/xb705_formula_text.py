"""文字会被当作公式。

检查什么
名称等文字栏里以 = + @ 开头的文字。

为什么
这样的文字放进 CSV，用表格软件打开时会当作公式执行，可能改变内容或带来安全问题。

依据
OWASP CSV Injection。

怎么改
去掉开头的符号，或在前面加一个单引号。一键导出的开放数据会自动加上。
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from xlbudget.model.disclosure import Disclosure
from xlbudget.model.finding import Severity
from xlbudget.packs.schema import Pack
from xlbudget.rules.declaring import HELD, Example, Outcome, Problem

TITLE = "文字会被当作公式"
SEVERITY = Severity.NOTE
MESSAGE = "“{stated}”以“{mark}”开头，会被表格软件当作公式"

_HEAD = "项目支出表\n单位：万元\n项目名称\t合计\t一般公共预算\n"

PASSES = (Example(_HEAD + "设备更新（含1+1备份）\t5.00\t5.00\n合计\t5.00\t5.00\n"),)
FAILS = (
    Example(
        _HEAD + "@SUM(A1)设备更新\t5.00\t5.00\n合计\t5.00\t5.00\n",
        ("“@SUM(A1)设备更新”以“@”开头，会被表格软件当作公式",),
    ),
)

_FORMULA = re.compile(r"^\s*([=+@＝＋－＠]|-(?=[A-Za-z(]))")


def check(disclosure: Disclosure, pack: Pack) -> Iterator[Outcome]:
    for table in disclosure.tables:
        for row in table.rows:
            match = _FORMULA.match(row.label)
            if match is None:
                yield HELD
            else:
                yield Problem({"stated": row.label[:30], "mark": match[1]}, (table.place(row),))
