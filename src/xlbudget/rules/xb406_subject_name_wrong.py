"""科目名称写错。

检查什么
表中科目的名称与《政府收支分类科目》中该编码（或收支总表中的类）的名称是否一致：错字、漏字、颠倒、旧名称。

为什么
类级名称用错，每张表、每年都会跟着错；用旧名称说明沿用了旧模板。

依据
《政府收支分类科目》（财政部每年印发）；本工具的名称表见 packs/national/subjects.csv，不在表中的编码不作判断。

怎么改
改成正确的名称。
"""

from __future__ import annotations

from collections.abc import Iterator

from xlbudget.model.disclosure import Disclosure
from xlbudget.model.finding import Severity
from xlbudget.model.table import Row, RowKind, Table
from xlbudget.model.wording import bare
from xlbudget.packs.schema import Pack, Shape
from xlbudget.packs.subjects import core, near, subject_names
from xlbudget.rules.declaring import HELD, Example, Outcome, Problem

TITLE = "科目名称写错"
SEVERITY = Severity.ERROR
MESSAGE = "{table}：{code} 的名称是“{expected}”，印作“{stated}”"

_HEAD = "支出总表\n单位：万元\n科目编码\t科目名称\t合计\t基本支出\t项目支出\n"

PASSES = (Example(_HEAD + "212\t城乡社区支出\t5.00\t5.00\t\n2129988\t地方自设的项\t5.00\t5.00\t\n"),)
FAILS = (
    Example(_HEAD + "212\t城市社区支出\t5.00\t5.00\t\n", ("支出总表：212 的名称是“城乡社区支出”，印作“城市社区支出”",)),
    Example(
        _HEAD + "207\t文化体育旅游与传媒支出\t5.00\t5.00\t\n",
        ("支出总表：207 的名称是“文化旅游体育与传媒支出”，印作“文化体育旅游与传媒支出”",),
    ),
)


def check(disclosure: Disclosure, pack: Pack) -> Iterator[Outcome]:
    for table in disclosure.tables:
        spec = pack.table(table.id)
        if spec is None or spec.shape not in (Shape.LIST, Shape.TWO_SIDED):
            continue
        for row in table.rows:
            if row.kind is RowKind.SUBJECT and row.code is not None and row.name:
                outcome = _judge(disclosure, table, row)
                if outcome is not None:
                    yield outcome


def _judge(disclosure: Disclosure, table: Table, row: Row) -> Outcome | None:
    assert row.code is not None
    known = subject_names().get(row.code.code)
    if not known:
        return None
    printed = _plain(row.name)
    current = [n for n in known if n.used_in(disclosure.year)]
    names = [_plain(n.name) for n in current]
    if printed in names or core(printed) in map(core, names):
        return HELD
    facts = {
        "table": table.title,
        "code": row.code.code,
        "stated": row.name,
        "expected": (current or list(known))[0].name,
    }
    old = [n for n in known if n not in current and _plain(n.name) == printed]
    if old:
        return Problem(facts, (table.place(row),), f"{old[0].until} 年以后已改名", Severity.SUSPECT)
    if len(row.code.code) > 3:
        # Names below 类 are not all at hand for every year, and forms shorten them.
        return Problem(facts, (table.place(row),), "", Severity.NOTE) if any(near(printed, n) for n in names) else None
    if any(_misprint(core(printed), core(n)) for n in names):
        return Problem(facts, (table.place(row),))
    return Problem(facts, (table.place(row),), "可能是模板自定的名称", Severity.SUSPECT)


def _plain(name: str) -> str:
    return bare(name).removesuffix("(类)").removesuffix("(款)").removesuffix("(项)")


def _misprint(a: str, b: str) -> bool:
    """The distinctive words themselves are misprinted, not just the ending that forms vary."""
    return len(a) == len(b) and near(a, b)
