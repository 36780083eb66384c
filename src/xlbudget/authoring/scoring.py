"""绩效自评. Execution, points and totals of a self-evaluation, the deviations to explain, and the prose.

What a person entered stays: a score that differs from the rule is told, not changed. What cannot be scored (a
qualitative achievement in words of its own, a text where a number belongs) is told with its cell.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from xlbudget.model.amount import plain
from xlbudget.model.entries import Aim, Line, ProjectEntry, Slot, at
from xlbudget.model.rounding import round_half_up
from xlbudget.model.scoring import banded_score, direction_of, execution_score, numeric_score
from xlbudget.model.targets import Nature, Operator, TargetSheet
from xlbudget.model.wording import fold
from xlbudget.packs.performance import Performance

TOTAL_ROW, PARTS = "年度资金总额", ("其中：财政拨款", "上年结转资金", "其他资金")
_MUCH = Decimal("1.3")
"""So far above its target an achievement shows that the target was set too low (财预〔2020〕10号的自评要求)."""
_OPERATORS = {
    "大于等于": Operator.AT_LEAST, "≥": Operator.AT_LEAST, ">=": Operator.AT_LEAST, "小于等于": Operator.AT_MOST,
    "≤": Operator.AT_MOST, "<=": Operator.AT_MOST, "等于": Operator.EQUAL, "=": Operator.EQUAL,
    "大于": Operator.MORE, ">": Operator.MORE, "小于": Operator.LESS, "<": Operator.LESS,
}  # fmt: skip
_NATURES = {"正向": Nature.POSITIVE, "反向": Nature.NEGATIVE, "负向": Nature.NEGATIVE, "定性": Nature.QUALITATIVE}


@dataclass(frozen=True, slots=True)
class Deviation:
    """偏差. What needs a reason: the project, what deviates and by how much, and the reason if one is given."""

    project: str
    what: str
    reason: str
    cell: str


@dataclass(slots=True)
class Scored:
    """自评结果. The entries with their scores, and what a person must be told or must write."""

    projects: list[ProjectEntry]
    deviations: list[Deviation] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    grave: list[str] = field(default_factory=list)
    unfilled: int = 0
    """Achievements and executions that are still to be entered."""


def evaluation_of(sheet: TargetSheet, form: Performance) -> ProjectEntry:
    """An empty self-evaluation of a target sheet: all that is known, as proposals."""
    why = "绩效目标表"
    entry = ProjectEntry()
    at(entry.head, "project").propose(sheet.project, why)
    if sheet.unit:
        at(entry.head, "unit").propose(re.sub(r"^\d+-", "", sheet.unit), why)
    at(entry.head, "goal").propose(sheet.goal or None, why)
    for label in (TOTAL_ROW, *PARTS):
        entry.funds[label] = {}
    if sheet.budget is not None:
        wan = sheet.budget.yuan / 10000
        at(entry.funds[TOTAL_ROW], "initial").propose(wan, why)
    at(entry.funds[TOTAL_ROW], "points").propose(form.execution, "表式规定")
    for indicator in sheet.indicators:
        line: Line = {}
        aim = Aim(indicator.nature, indicator.operator, indicator.target, indicator.measure)
        if aim.nature is Nature.NONE:
            numeric = indicator.value is not None
            nature = Nature.NEGATIVE if indicator.operator.is_ceiling else Nature.POSITIVE
            aim = Aim(nature if numeric else Nature.QUALITATIVE, aim.operator, aim.target, aim.measure)
        known: dict[str, object] = {**aim.by_role(), "dimension": indicator.dimension, "kind": indicator.kind}
        known |= {"name": indicator.name, "points": indicator.points}
        for column in form.evaluation:
            value = known.get(column.role)
            if isinstance(value, Decimal) or (isinstance(value, str) and value):
                at(line, column.role).propose(value, why)
        entry.lines.append(line)
    return entry


def score(projects: Sequence[ProjectEntry], form: Performance) -> Scored:
    """Every rate, score and total that the entries allow."""
    result = Scored(list(projects))
    for entry in projects:
        execution = _execution(result, form, entry)
        scores = [_indicator(result, form, entry, line) for line in entry.lines]
        known = [s for s in scores if s is not None]
        if execution is not None and len(known) == len(scores) and scores:
            total = sum(known, execution)
            slot = at(entry.head, "total_score")
            if not slot.open and number_of(slot) != total:
                result.notices.append(
                    f"{slot.cell}：项目“{entry.name}”的总分填写 {slot.text}，合计 {plain(total)}，没有改动"
                )
            slot.propose(total, "执行率得分加各指标得分")
    return result


def number_of(slot: Slot) -> Decimal | None:
    """The number in a cell, if it is one."""
    if isinstance(slot.value, Decimal):
        return slot.value
    text = fold(slot.text).replace(",", "").removesuffix("%")
    return Decimal(text) if re.fullmatch(r"-?\d+(\.\d+)?", text) else None


def _execution(result: Scored, form: Performance, entry: ProjectEntry) -> Decimal | None:
    total = entry.funds.get(TOTAL_ROW)
    if total is None:
        result.grave.append(f"{entry.cell}：项目“{entry.name}”没有“{TOTAL_ROW}”一行，不能计算执行率")
        return None
    for label, line in entry.funds.items():
        for role, name in (("initial", "年初预算数"), ("adjusted", "全年预算数"), ("executed", "全年执行数")):
            slot = at(line, role)
            if not slot.blank and number_of(slot) is None:
                result.grave.append(f"{slot.cell}：项目“{entry.name}”{label}的{name}“{slot.text}”不是数字，请改正")
    for role in ("initial", "adjusted", "executed"):
        parts = [v for p in PARTS if (v := number_of(at(entry.funds.get(p, {}), role))) is not None]
        if parts:
            at(total, role).propose(sum(parts, Decimal(0)), "各项资金之和")
    initial = number_of(at(total, "initial"))
    if initial is not None:
        at(total, "adjusted").propose(initial, "没有调整的按年初预算数，有调整的请改")
    at(total, "points").propose(form.execution, "表式规定")
    execution = None
    for label, line in entry.funds.items():
        adjusted, executed = number_of(at(line, "adjusted")), number_of(at(line, "executed"))
        if executed is None:
            if label == TOTAL_ROW:
                result.unfilled += 1
            continue
        if not adjusted:
            if executed or label == TOTAL_ROW:
                result.grave.append(
                    f"{at(line, 'adjusted').cell}：项目“{entry.name}”{label}有执行数而没有全年预算数，不能计算执行率"
                )
            continue
        points = number_of(at(line, "points")) or form.execution
        rate, earned = execution_score(adjusted, executed, points)
        _state(result, entry, at(line, "rate"), rate, f"{label}执行率", "执行数÷全年预算数")
        if label == TOTAL_ROW:
            execution = _state(result, entry, at(line, "score"), earned, "执行率得分", "执行率×分值")
            if rate > 100:
                result.notices.append(
                    f"{at(line, 'executed').cell}：项目“{entry.name}”的执行率 {plain(rate)}% 超过 100%，请核对"
                )
            if rate != 100:
                said = f"预算执行率 {plain(rate)}%（全年预算 {plain(adjusted)} 万元，执行 {plain(executed)} 万元）"
                result.deviations.append(Deviation(entry.name, said, "", at(line, "executed").cell))
    return execution


def _state(result: Scored, entry: ProjectEntry, slot: Slot, value: Decimal, what: str, why: str) -> Decimal:
    """Propose a computed figure; a person's own is kept, and told where it differs. What counts is what stands."""
    entered = number_of(slot)
    if not slot.open and entered is not None:
        if abs(entered - value) > Decimal("0.01"):
            result.notices.append(
                f"{slot.cell}：项目“{entry.name}”{what}填写 {slot.text}，按公式是 {plain(value)}，没有改动"
            )
        return entered
    slot.propose(value, why)
    return value


def _indicator(result: Scored, form: Performance, entry: ProjectEntry, line: Line) -> Decimal | None:
    name, points, actual, slot = (at(line, role) for role in ("name", "points", "actual", "score"))
    weight = number_of(points)
    if weight is None:
        result.grave.append(f"{points.cell}：“{name.text}”的分值“{points.text}”不是数字，不能计分")
        return None
    if actual.blank:
        result.unfilled += 1
        return number_of(slot) if not slot.open else None
    found = line_score(form, line)
    if isinstance(found, str):
        entered = number_of(slot) if not slot.open else None
        if entered is None:
            result.grave.append(f"{actual.cell}：“{name.text}”{found}")
            return None
        earned = entered
    else:
        earned = _state(result, entry, slot, found, f"“{name.text}”得分", "按赋分规则计算")
    _deviate(result, entry, line, (weight, earned))
    return earned


def line_score(form: Performance, line: Line) -> Decimal | str:
    """得分 of an indicator by the form's rule; why it cannot be told, as a sentence, where it needs a person."""
    target, actual = at(line, "target"), at(line, "actual")
    weight = number_of(at(line, "points")) or Decimal(0)
    aim, done = number_of(target), number_of(actual)
    if aim is not None and _nature(line) is not Nature.QUALITATIVE:
        if done is None:
            return f"的实际完成值“{actual.text}”不是数字，不能计分，请只填数字"
        return numeric_score(aim, done, _direction(line), weight, form.scoring.excess)
    if fold(actual.text) == fold(target.text):
        return weight
    banded = banded_score(actual.text, weight, form.scoring.bands)
    if banded is None:
        return f"是定性指标，看不出“{actual.text}”属于哪一等，请写明达成、基本达成或未达成，或直接填写得分"
    return banded


def _nature(line: Line) -> Nature:
    return _NATURES.get(fold(at(line, "nature").text), Nature.NONE)


def _direction(line: Line) -> Operator:
    said = _OPERATORS.get(fold(at(line, "operator").text), Operator.NONE)
    found = direction_of(said, _nature(line))
    return Operator.AT_LEAST if found is Operator.NONE else found


def _deviate(result: Scored, entry: ProjectEntry, line: Line, earned: tuple[Decimal, Decimal]) -> None:
    weight, got = earned
    target, done = number_of(at(line, "target")), number_of(at(line, "actual"))
    reason = at(line, "reason")
    name, measure = at(line, "name").text, at(line, "measure").text
    said = ""
    if got < weight:
        aim = f"{at(line, 'operator').text}{at(line, 'target').text}{measure}"
        said = f"“{name}”目标 {aim}，实际 {at(line, 'actual').text}{measure}，扣 {plain(weight - got)} 分"
    elif target and done is not None and not _direction(line).is_ceiling and target > 0 and done > target * _MUCH:
        over = round_half_up(done * 100 / target, 0)
        said = f"“{name}”完成目标的 {plain(over)}%，目标可能定得过低"
    if said:
        result.deviations.append(Deviation(entry.name, said, reason.text, reason.cell))


# ---------------------------------------------------------------- prose


def evaluation_prose(scored: Scored, unit: str, year: int) -> list[str]:
    """自评综述. One paragraph a project, in the wording of the forms; only scored projects have one."""
    found: list[str] = []
    money = [number_of(at(p.funds.get(TOTAL_ROW, {}), "adjusted")) for p in scored.projects]
    whole = sum((m for m in money if m is not None), Decimal(0))
    found.append(
        f"根据预算绩效管理要求，{unit}组织对{year}年度项目支出开展绩效自评，共{len(scored.projects)}个项目，"
        f"涉及资金{plain(whole)}万元。"
    )
    for n, entry in enumerate(scored.projects, 1):
        total = number_of(at(entry.head, "total_score"))
        line = entry.funds.get(TOTAL_ROW, {})
        adjusted, executed = number_of(at(line, "adjusted")), number_of(at(line, "executed"))
        rate = number_of(at(line, "rate"))
        if total is None or adjusted is None or executed is None or rate is None:
            continue
        name = entry.name if entry.name.endswith("项目") else f"{entry.name}项目"
        text = (
            f"{n}.{name}自评综述：根据年初设定的绩效目标，项目自评得分{plain(total)}分。全年预算数为{plain(adjusted)}万元，"
            f"执行数为{plain(executed)}万元，完成预算的{plain(rate)}%。项目绩效目标完成情况：{_done(entry)}"
        )
        found.append(text + _trouble([d for d in scored.deviations if d.project == entry.name]))
    return found


def _done(entry: ProjectEntry) -> str:
    own = at(entry.head, "done").text
    if own:
        return own if own.endswith("。") else own + "。"
    full = sum(number_of(at(line, "score")) == number_of(at(line, "points")) for line in entry.lines)
    rest = len(entry.lines) - full
    return f"共设{len(entry.lines)}项三级指标，完成{full}项" + (
        f"，未全部完成{rest}项。" if rest else "，全部完成预期目标。"
    )


def _trouble(deviations: Sequence[Deviation]) -> str:
    if not deviations:
        return "未发现明显偏差。下一步继续加强绩效管理，确保资金使用效益。"
    parts = [d.what + (f"，原因是{d.reason.rstrip('。')}" if d.reason else "") for d in deviations]
    return f"发现的主要问题及原因：{'；'.join(parts)}。下一步改进措施：针对上述偏差改进项目管理，合理设置绩效目标，加快预算执行。"
