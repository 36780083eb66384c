"""单位自己公开的数与部门公开文件中该单位的数不符。

检查什么
部门公开文件里按单位列示的内容（“三公”经费表的单位行、项目绩效目标表中该单位的项目、其他按单位列的行），与该单位自己的公开文件核对：金额，项目的预算数和指标。核对单位的文件时给出部门的文件（--parent），或核对部门的文件时档案中有单位的文件。

为什么
两份文件常由两个人分别排版，单位调整以后部门的表往往没有改。

依据
同一单位同一年度的数在部门与单位的公开文件中应当一致。

怎么改
按批复的预算（决算）核对两份文件，改正不对的一份。
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from xlbudget.model.amount import Amount
from xlbudget.model.disclosure import Disclosure, Level, grand_total
from xlbudget.model.finding import Severity
from xlbudget.model.organisations import unit_key
from xlbudget.model.provenance import Provenance
from xlbudget.model.rounding import compare
from xlbudget.model.table import Row, RowKind, Table, TableStatus
from xlbudget.model.targets import Indicator, TargetSheet
from xlbudget.model.wording import bare
from xlbudget.packs.matching import match_column, match_row
from xlbudget.packs.pairing import shown
from xlbudget.packs.schema import Pack
from xlbudget.rules.crossing import named
from xlbudget.rules.declaring import HELD, Example, Outcome, Problem, Unchecked, judged
from xlbudget.rules.prose import changes_of

TITLE = "单位与部门公开文件中的数不符"
SEVERITY = Severity.ERROR
MESSAGE = "{what}：部门的公开文件为 {stated}，单位的公开文件为 {figure}，相差 {difference}（舍入允许 {tolerance}）"

_HEAD = "“三公”经费支出表\n单位：万元\n单位名称\t合计\t因公出国（境）费\t公务用车购置及运行费\t\t\t公务接待费\n\t\t\t小计\t公务用车购置费\t公务用车运行费\n"
_DEPARTMENT = (
    "云川市水务局2025年部门预算\n\n"
    + _HEAD
    + "云川市水务局\t4.00\t\t4.00\t\t4.00\t\n云川市河道管理所\t{0}\t\t2.00\t\t2.00\t{1}\n合计\t{2}\t\t6.00\t\t6.00\t{1}\n"
)
_UNIT = "云川市河道管理所2025年单位预算\n\n" + _HEAD + "云川市河道管理所\t3.00\t\t2.00\t\t2.00\t1.00\n"

PASSES = (Example(_UNIT, parent=_DEPARTMENT.format("3.00", "1.00", "7.00")),)
FAILS = (
    Example(
        _UNIT,
        (
            "“三公”经费支出表“云川市河道管理所”的“合计”：部门的公开文件为 2.50，单位的公开文件为 3.00万元，相差 0.5（舍入允许 0.01）",
            "“三公”经费支出表“云川市河道管理所”的“公务接待费”：部门的公开文件为 0.50，单位的公开文件为 1.00万元，相差 0.5（舍入允许 0.01）",
        ),
        parent=_DEPARTMENT.format("2.50", "0.50", "6.50"),
    ),
)


def check(disclosure: Disclosure, pack: Pack) -> Iterator[Outcome]:
    context = disclosure.context
    if context.parent is not None:
        yield from _pair(disclosure, context.parent, own=disclosure)
    if disclosure.level is Level.DEPARTMENT:
        for child in context.children:
            yield from _pair(child, disclosure, own=disclosure)


def _pair(unit: Disclosure, department: Disclosure, own: Disclosure) -> Iterator[Outcome]:
    key = unit_key(unit.unit)
    listed = False
    for table in department.tables_read():
        for row in table.rows:
            if row.kind in (RowKind.UNIT, RowKind.ITEM) and not row.role and unit_key(row.label) == key:
                listed = True
                yield from _unit_row(table, row, unit, own)
            elif row.unit and unit_key(row.unit) == key and row.code is not None:
                listed = True
                yield from _inner_row(table, row, unit, own)
    theirs = [s for s in department.targets.sheets if unit_key(s.unit) == key]
    listed = listed or bool(theirs)
    yield from _projects(theirs, unit, own)
    if not listed:
        yield Unchecked(f"“{unit.unit}”与部门公开文件", f"“{department.file}”的表中没有按单位列出它的数")


# ---------------------------------------------------------------- rows


def _unit_row(table: Table, row: Row, unit: Disclosure, own: Disclosure) -> Iterator[Outcome]:
    """The row of a unit in a department's table against the whole of the unit's own table, or what its text says."""
    mine = unit.table(table.id)
    whole = _whole(mine) if mine is not None and mine.status is TableStatus.READ else None
    for c, column in enumerate(table.columns):
        if not column.role or not column.money:
            continue
        stated = shown(row.cells[c], table)
        if mine is not None and whole is not None:
            index = match_column(column, mine, column.period)
            if index is None:
                continue
            figure, place = shown(whole.cells[index], mine), mine.place(whole, index)
        else:
            told = _told(unit, column.role, column.period) if table.id == "three_public" else None
            if told is None:
                continue
            figure, place = told
        if stated.is_zero and figure.is_zero:
            yield HELD
            continue
        yield _judge(table, row, c, stated, figure, place, own)


def _whole(table: Table) -> Row | None:
    """The row that speaks of the whole unit: the total, or the only one."""
    total = grand_total(table)
    if total is not None:
        return total
    return table.rows[0] if len(table.rows) == 1 else None


def _told(unit: Disclosure, role: str, period: str) -> tuple[Amount, Provenance] | None:
    """What the unit's text says of one kind of 三公: this year's figure, or last year's by its change."""
    for told in changes_of(unit):
        level = told.level
        if level is None or level.amount is None or told.topic.item != f"t:{role}" or level.topic.component:
            continue
        if period == "current":
            return level.amount, level.place
        if period == "prior" and told.moved is not None and told.change.base == "prior":
            then = replace(level.amount, value=level.amount.value - told.moved.yuan / level.amount.unit.scale)
            return then, (told.delta or level).place
    return None


def _inner_row(table: Table, row: Row, unit: Disclosure, own: Disclosure) -> Iterator[Outcome]:
    """A subject inside a unit's block against the same subject of the unit's own table."""
    mine = unit.table(table.id)
    if mine is None or mine.status is not TableStatus.READ:
        return
    year = own.year or 0
    matched = match_row(replace(row, unit=""), table, mine, (year, year))
    for c, column in enumerate(table.columns):
        index = match_column(column, mine, column.period)
        if index is None or not column.money:
            continue
        stated = shown(row.cells[c], table)
        figure = shown(matched.row.cells[index], mine) if matched.row is not None else Amount(Decimal(0))
        place = mine.place(matched.row, index) if matched.row is not None else mine.first_place
        if not (stated.is_zero and figure.is_zero):
            yield _judge(table, row, c, stated, figure, place, own)


def _judge(
    table: Table, row: Row, column: int, stated: Amount, figure: Amount, place: Provenance, own: Disclosure
) -> Outcome:
    what = f"{table.title}“{row.name or row.label}”的“{table.columns[column].heading}”"
    facts = {"what": what, "figure": named(figure)}
    places = _own_first((table.place(row, column), place), own)
    return judged(compare(stated, [figure]), row.cells[column].text or "空白", facts, places)


def _own_first(places: tuple[Provenance, ...], own: Disclosure) -> tuple[Provenance, ...]:
    return tuple(sorted(places, key=lambda place: place.file != own.file))


# ---------------------------------------------------------------- projects


def _projects(theirs: list[TargetSheet], unit: Disclosure, own: Disclosure) -> Iterator[Outcome]:
    mine: dict[str, list[TargetSheet]] = {}
    for sheet in unit.targets.sheets:
        mine.setdefault(bare(sheet.project), []).append(sheet)
    for sheet in theirs:
        same = mine.get(bare(sheet.project), [])
        if not same:
            if unit.targets.sheets:
                yield Unchecked(f"项目“{sheet.project}”", "单位的公开文件中没有同名的项目绩效目标表")
            continue
        if len(same) > 1:
            yield Unchecked(f"项目“{sheet.project}”", f"单位的公开文件中有 {len(same)} 张同名的项目绩效目标表")
            continue
        yield from _project(sheet, same[0], own)


def _project(sheet: TargetSheet, mine: TargetSheet, own: Disclosure) -> Iterator[Outcome]:
    if sheet.budget is not None and mine.budget is not None:
        facts = {"what": f"项目“{sheet.project}”的预算数", "figure": named(mine.budget)}
        places = _own_first((sheet.budget_place, mine.budget_place), own)
        yield judged(compare(sheet.budget, [mine.budget]), sheet.budget.text, facts, places)
    if sheet.doubt or mine.doubt:
        yield Unchecked(f"项目“{sheet.project}”的指标与部门公开文件", sheet.doubt or mine.doubt)
    known = {bare(i.name): i for i in mine.indicators if i.name}
    for indicator in sheet.indicators:
        other = known.get(bare(indicator.name))
        doubtful = indicator.doubt or (other.doubt if other is not None else "")
        if other is not None and not doubtful:
            yield from _indicator(sheet, indicator, other, own)


def _indicator(sheet: TargetSheet, indicator: Indicator, other: Indicator, own: Disclosure) -> Iterator[Outcome]:
    """A target value that differs; only where both were read as numbers of one measure."""
    if indicator.value is None or other.value is None or bare(indicator.measure) != bare(other.measure):
        return
    if indicator.value == other.value:
        yield HELD
        return
    facts = {
        "what": f"项目“{sheet.project}”的指标“{indicator.name}”",
        "stated": f"{indicator.target}{indicator.measure}",
        "figure": f"{other.target}{other.measure}",
        "difference": str(abs(indicator.value - other.value)),
        "tolerance": "0",
    }
    severity = Severity.SUSPECT if sheet.doubt else Severity.ERROR
    yield Problem(facts, _own_first((indicator.place, other.place), own), "", severity)
