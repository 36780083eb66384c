"""填报绩效目标. From the projects, last year's sheets and the pack's indicators to this year's target form.

Pure: entries in, entries with proposals out. A person's entry is never touched; every proposal carries its ground
(``Slot.why``), and what cannot be done is told as a notice that names the cell.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from xlbudget.authoring.rolling import Rolled, find_indicator, find_last, moved_years, prior_of, rolled
from xlbudget.authoring.weighting import WeightError, distribute
from xlbudget.model.amount import plain
from xlbudget.model.entries import Aim, Line, ProjectEntry, Slot, at
from xlbudget.model.targets import Indicator, Nature, Operator, TargetSheet
from xlbudget.model.wording import fold
from xlbudget.packs.performance import CatalogueIndicator, Category, Dimension, Performance, category_of, general


@dataclass(frozen=True, slots=True)
class Project:
    """项目. What the list of projects says; ``budget`` in 万元, ``cell`` where it stands, ``trouble`` what is wrong there."""

    name: str
    unit: str = ""
    category: str = ""
    budget: Decimal | None = None
    goal: str = ""
    cell: str = ""
    trouble: str = ""


@dataclass(slots=True)
class Plan:
    """填报结果. The form with its proposals, and what a person must be told; ``grave`` ones need a correction."""

    projects: list[ProjectEntry] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    grave: list[str] = field(default_factory=list)
    last_values: dict[int, str] = field(default_factory=dict)
    """上年目标值 by ``id`` of a line, for the review list."""

    @property
    def changed(self) -> bool:
        return any(
            slot.new for p in self.projects for line in (p.head, *p.lines, *p.funds.values()) for slot in line.values()
        )


@dataclass(frozen=True, slots=True)
class Ground:
    """填报依据. All that a plan draws on besides the project: form, catalogue, years and last year's sheets."""

    form: Performance
    catalogue: tuple[Category, ...]
    year: int
    last: Sequence[TargetSheet] = ()
    last_year: int = 0
    has_evaluations: bool = False

    @property
    def roles(self) -> set[str]:
        return {column.role for column in self.form.columns}


def plan_targets(ground: Ground, projects: Sequence[Project], entered: Sequence[ProjectEntry]) -> Plan:
    """The form as it shall be: the projects of the list in their order, then what else was entered."""
    plan = Plan()
    waiting = list(entered)
    _tell_doubles(plan, projects)
    for project in projects:
        entry = _own_entry(project, waiting)
        plan.projects.append(entry)
        _head(plan, ground, project, entry)
        _indicators(plan, ground, entry, _budget(project, entry))
    for entry in waiting:
        if projects and entry.name:
            plan.notices.append(f"{_where(entry)}的项目“{entry.name}”不在项目清单里，原样保留")
        plan.projects.append(entry)
        _indicators(plan, ground, entry, _number(at(entry.head, "budget")))
    return plan


def _tell_doubles(plan: Plan, projects: Sequence[Project]) -> None:
    seen: dict[tuple[str, str], Project] = {}
    for project in projects:
        key = (fold(project.name), fold(project.unit))
        if key in seen:
            plan.grave.append(
                f"{project.cell}与{seen[key].cell}的项目同名（{project.name}），分不清哪份指标属于谁，请改成不同的名称"
            )
        seen.setdefault(key, project)


def _own_entry(project: Project, waiting: list[ProjectEntry]) -> ProjectEntry:
    """The entry of a project, taken from those waiting; a new one if it has none."""
    named = [e for e in waiting if fold(e.name) == fold(project.name)]
    own = [e for e in named if not project.unit or not e.unit or fold(e.unit) == fold(project.unit)]
    if not own:
        return ProjectEntry()
    waiting[:] = [e for e in waiting if e is not own[0]]
    return own[0]


def _budget(project: Project, entry: ProjectEntry) -> Decimal | None:
    entered = _number(at(entry.head, "budget"))
    return entered if entered is not None else project.budget


def _where(entry: ProjectEntry) -> str:
    return entry.cell or "绩效表中"


# ---------------------------------------------------------------- the head of a project


def _head(plan: Plan, ground: Ground, project: Project, entry: ProjectEntry) -> None:
    head = entry.head
    last = find_last(project.name, project.unit, ground.last)
    at(head, "project").propose(project.name, "项目清单")
    for role, value in (("unit", project.unit), ("category", project.category)):
        if value and (role in ground.roles or (ground.form.block and role == "unit")):
            at(head, role).propose(value, "项目清单")
    if "category" in ground.roles and not project.category and last is not None and last.category:
        at(head, "category").propose(last.category, "上年目标表")
    slot = at(head, "budget")
    if project.trouble:
        plan.grave.append(f"{project.cell}：项目“{project.name}”的{project.trouble}，请填写以万元为单位的数字")
    elif project.budget is not None:
        if not slot.blank and not slot.why and _number(slot) not in (None, project.budget):
            plan.notices.append(
                f"{slot.cell}：项目“{project.name}”的预算数 {slot.text} 与项目清单的 {plain(project.budget)} 不同，没有改动"
            )
        slot.propose(project.budget, "项目清单")
    if not slot.blank and _number(slot) is None:
        plan.grave.append(f"{slot.cell}：项目“{project.name}”的预算数“{slot.text}”不是数字，原样保留，请改正")
    if ground.form.block and slot.blank is False:
        at(head, "appropriation").propose(_number(slot), "全部列为财政拨款，有其他资金的请改")
        at(head, "other").propose(Decimal(0), "全部列为财政拨款，有其他资金的请改")
    goal = moved_years(last.goal, ground.last_year, ground.year) if last is not None and last.goal else project.goal
    if goal:
        at(head, "goal").propose(goal, "上年目标表" if last is not None and last.goal else "项目清单")
    else:
        named = re.sub(rf"^{ground.year}年度?", "", project.name) or project.name
        words = f"完成{ground.year}年度{named}的各项任务，资金使用合规、支付及时，达到预期效果。"
        at(head, "goal").propose(words, "按项目名称拟写，请补充具体任务")


# ---------------------------------------------------------------- indicators


def _indicators(plan: Plan, ground: Ground, entry: ProjectEntry, budget: Decimal | None) -> None:
    form = ground.form
    last = find_last(entry.name, entry.unit, ground.last)
    wanted = [] if entry.lines else _rolled(ground, last, budget)
    weights: dict[int, Decimal] = {}
    for line in entry.lines:
        _complete(plan, ground, entry, line, last, budget)
        known = find_indicator(at(line, "name").text, last)
        if known is not None and known.points:
            weights[id(line)] = known.points
    for indicator, dimension, kind in wanted:
        line = _new_line(ground, indicator, dimension, kind)
        entry.lines.append(line)
        weights[id(line)] = indicator.points or Decimal(0)
        plan.last_values[id(line)] = indicator.last_target
    _supplement(ground, entry, budget)
    stray = [line for line in entry.lines if form.dimension(at(line, "dimension").text) is None]
    for line in stray:
        slot = at(line, "dimension")
        plan.grave.append(
            f"{_cell(line)}：一级指标“{slot.text}”不在表式中（{'、'.join(d.name for d in form.dimensions)}），没有分配分值"
        )
    if all(line_is_new(line) for line in entry.lines):
        entry.lines.sort(key=lambda line: _rank(form, line))
    for dimension in form.dimensions:
        own = [line for line in entry.lines if form.dimension(at(line, "dimension").text) is dimension]
        _points(plan, form, entry, dimension, own, weights)
    _tell_ceilings(plan, form, entry, budget)


def line_is_new(line: Line) -> bool:
    """新增的行? It is not in the sheet yet."""
    return not any(slot.cell for slot in line.values())


def _rank(form: Performance, line: Line) -> tuple[int, int]:
    dimension = form.dimension(at(line, "dimension").text)
    if dimension is None:
        return len(form.dimensions), 0
    kinds = [printed for _, printed in dimension.kinds]
    kind = at(line, "kind").text
    return form.dimensions.index(dimension), kinds.index(kind) if kind in kinds else len(kinds)


def _rolled(ground: Ground, last: TargetSheet | None, budget: Decimal | None) -> list[tuple[Rolled, Dimension, str]]:
    """Last year's indicators with the places that this form gives them; a sheet that was read badly gives none."""
    if last is None or last.doubt:
        return []
    found: list[tuple[Rolled, Dimension, str]] = []
    names: set[str] = set()
    for indicator in last.indicators:
        place = _place(ground.form, indicator)
        if place is None:
            continue
        cost = "成本" in indicator.kind or "成本" in indicator.dimension
        made = rolled(indicator, last, cost, ground.last_year, ground.year, budget)
        if made is not None and fold(made.name) not in names:
            names.add(fold(made.name))
            found.append((made, *place))
    return found


def _place(form: Performance, indicator: Indicator) -> tuple[Dimension, str] | None:
    kind = form.kind_of(indicator.kind)
    placed = form.place_of(kind) if kind else None
    if placed is not None:
        return placed
    dimension = form.dimension(indicator.dimension)
    return (dimension, dimension.kinds[0][1]) if dimension is not None else None


def _new_line(ground: Ground, made: Rolled, dimension: Dimension, kind: str) -> Line:
    line: Line = {}
    form = ground.form
    at(line, "dimension").propose(form.heading(dimension), made.why)
    at(line, "kind").propose(kind, made.why)
    at(line, "name").propose(made.name, made.why)
    _put_aim(ground, line, made.aim, made.why)
    _put_words(ground, line, made.aim, made.prior, made.basis, made.evidence, made.last_target)
    return line


def _put_aim(ground: Ground, line: Line, aim: Aim, why: str) -> None:
    for role, value in aim.by_role().items():
        if role in ground.roles and (value or isinstance(value, Decimal)):
            at(line, role).propose(value, why)


def _put_words(
    ground: Ground, line: Line, aim: Aim, prior: str, basis: str = "", evidence: str = "", last_target: str = ""
) -> None:
    """指标值设置依据, 上年完成值, 赋分规则, 佐证资料, where the form has such columns."""
    form = ground.form
    satisfaction = "满意" in at(line, "kind").text + at(line, "dimension").text
    cost = "成本" in at(line, "kind").text + at(line, "dimension").text
    scoring = "scoring_satisfaction" if satisfaction else "scoring_words" if aim.value is None else "scoring_number"
    default = "basis_cost" if cost else "basis_prior" if prior else "basis_plan"
    ground_of_prior = (
        "上年自评表" if prior else "没有上年的实际完成值" + (f"（上年目标 {last_target}）" if last_target else "")
    )
    wanted = {
        "basis": (basis or form.word(default), "惯用依据"),
        "prior": (prior or form.word("no_prior"), ground_of_prior),
        "scoring": (form.word(scoring), "惯用规则"),
        "evidence": (evidence or form.word("evidence"), "惯用资料"),
    }
    for role, (value, why) in wanted.items():
        if role in ground.roles and at(line, role).blank:
            at(line, role).propose(value, why)


def _complete(
    plan: Plan, ground: Ground, entry: ProjectEntry, line: Line, last: TargetSheet | None, budget: Decimal | None
) -> None:
    """The blanks of an entered line, from last year's indicator of that name or the catalogue."""
    name = at(line, "name")
    if name.blank:
        plan.grave.append(f"{_cell(line)}：项目“{entry.name}”有一行没有三级指标名称，没有补填")
        return
    _tell_odd(plan, line, ground.roles)
    known = find_indicator(name.text, last)
    aim: Aim | None = None
    why = ""
    if known is not None and last is not None and not last.doubt:
        cost = "成本" in known.kind + known.dimension
        made = rolled(known, last, cost, ground.last_year, ground.year, budget)
        if made is not None:
            aim, why = made.aim, made.why
            plan.last_values[id(line)] = made.last_target
    if aim is None:
        category = category_of(ground.catalogue, entry.name)
        listed = next((i for i in _offered(ground.catalogue, category) if fold(i.name) == fold(name.text)), None)
        if listed is not None:
            aim, why = _listed_aim(listed, ground.year, budget), f"指标库“{category.name}”"
    said = _entered_aim(line)
    if aim is not None and said is None:
        _put_aim(ground, line, aim, why)
        said = aim
    if said is None:
        slot = at(line, "value" if "value" in ground.roles else "target")
        plan.grave.append(f"{slot.cell or _cell(line)}：“{name.text}”没有目标值，指标库里也没有，请填写")
        return
    if not said.target and aim is not None:
        _put_aim(ground, line, aim, why)
    _put_words(ground, line, said, prior_of(known) if known is not None else "")


def _entered_aim(line: Line) -> Aim | None:
    """What a person entered as the aim, if anything: enough to choose the words of the other columns."""
    text = at(line, "value").text or at(line, "target").text
    if not text:
        return None
    digits = re.sub(r"^(≥|≤|>=|<=|=|＝|>|<|大于等于|小于等于|等于)", "", fold(text))
    return Aim(Nature.NONE, Operator.NONE, digits if digits[:1].isdigit() else text, "")


_DATE = re.compile(r"^\d{1,4}[年月日]")
_ODD = re.compile(r"^(?:≥|≤|>=|<=|=|＝|>|<)|^\d[\d.,]*\D{2,}$")


def _tell_odd(plan: Plan, line: Line, roles: set[str]) -> None:
    """``=37人`` or ``≤788.29元/人/月`` in the column of the number; a text in the column of the points."""
    target, points = at(line, "target"), at(line, "points")
    typed = isinstance(target.value, str) and not target.why and "value" not in roles
    if typed and _ODD.match(fold(target.text)) and not _DATE.search(target.text):
        plan.notices.append(
            f"{target.cell}：目标值“{target.text}”里带着符号或单位，已原样保留；建议把符号填到指标方向、单位填到计量单位"
        )
    if not points.blank and _number(points) is None:
        plan.grave.append(f"{points.cell}：“{at(line, 'name').text}”的分值“{points.text}”不是数字，原样保留，请改正")


def _supplement(ground: Ground, entry: ProjectEntry, budget: Decimal | None) -> None:
    """Indicators of the catalogue for dimensions that have fewer than the form asks for."""
    form = ground.form
    category = category_of(ground.catalogue, entry.name, at(entry.head, "goal").text)
    names = {fold(at(line, "name").text) for line in entry.lines}
    for dimension in form.dimensions:
        own = [line for line in entry.lines if form.dimension(at(line, "dimension").text) is dimension]
        kinds = dict(dimension.kinds)
        offered = [i for i in _offered(ground.catalogue, category) if i.kind in kinds and fold(i.name) not in names]
        have = {form.kind_of(at(line, "kind").text) for line in own}
        fresh = [i for n, i in enumerate(offered) if i.kind not in have and i.kind not in {o.kind for o in offered[:n]}]
        rest = [i for i in offered if i not in fresh]
        for indicator in (fresh + rest)[: max(0, dimension.minimum - len(own))]:
            if "{budget}" in indicator.target and budget is None:
                continue
            why = f"指标库“{category.name}”"
            aim = _listed_aim(indicator, ground.year, budget)
            made = Rolled("", "", indicator.name, aim, None, "", "", "", why, "")
            entry.lines.append(_new_line(ground, made, dimension, kinds[indicator.kind]))
            names.add(fold(indicator.name))


def _offered(catalogue: tuple[Category, ...], category: Category) -> list[CatalogueIndicator]:
    return [*category.indicators, *(i for i in general(catalogue).indicators if category is not general(catalogue))]


def _listed_aim(indicator: CatalogueIndicator, year: int, budget: Decimal | None) -> Aim:
    shown = plain(budget) if budget is not None else ""
    target = indicator.target.replace("{budget}", shown).replace("{year}", str(year))
    return Aim(Nature(indicator.nature), Operator(indicator.operator), target, indicator.measure)


def _points(
    plan: Plan,
    form: Performance,
    entry: ProjectEntry,
    dimension: Dimension,
    own: list[Line],
    weights: Mapping[int, Decimal],
) -> None:
    if not own:
        plan.grave.append(
            f"{_where(entry)}：项目“{entry.name}”没有{dimension.name}，{plain(dimension.points)} 分没有着落，请补充指标"
        )
        return
    slots = [at(line, "points") for line in own]
    pinned = [None if slot.open else _number(slot) or Decimal(0) for slot in slots]
    whole = [_number(slot) or Decimal(0) for slot in slots]
    odd = any(not slot.blank and _number(slot) is None for slot in slots)  # told already
    if odd or (sum(whole) == dimension.points and all(whole)):
        return
    known = [weights[id(line)] for line in own if weights.get(id(line))]
    usual = sum(known, Decimal(0)) / len(known) if known else Decimal(1)
    try:
        points = distribute(dimension.points, pinned, form.step, [weights.get(id(line)) or usual for line in own])
    except WeightError as error:
        cells = "、".join(slot.cell for slot in slots if slot.cell) or _where(entry)
        plan.grave.append(f"{cells}：项目“{entry.name}”的{dimension.name}{error}，没有改动")
        return
    for slot, value in zip(slots, points, strict=True):
        if slot.open:
            slot.propose(value, f"{dimension.name}{plain(dimension.points)}分自动分配")


def _tell_ceilings(plan: Plan, form: Performance, entry: ProjectEntry, budget: Decimal | None) -> None:
    """Several ceilings of one project together against its budget."""
    if budget is None:
        return
    capped: list[Decimal] = []
    for line in entry.lines:
        value, measure = _number(at(line, "target")), at(line, "measure").text
        sign = at(line, "operator").text + at(line, "sign").text
        cost = "成本" in at(line, "kind").text + at(line, "dimension").text
        if cost and value is not None and measure in ("元", "万元") and ("小于" in sign or "≤" in sign):
            capped.append(value if measure == "万元" else value / 10000)
    if len(capped) > 1 and sum(capped) > budget:
        plan.notices.append(
            f"{_where(entry)}：项目“{entry.name}”的 {len(capped)} 个成本上限合计 {plain(sum(capped, Decimal(0)))} 万元，"
            f"超过预算 {plain(budget)} 万元，请核对"
        )


def _cell(line: Line) -> str:
    return next((slot.cell for slot in line.values() if slot.cell), "新增的行")


def _number(slot: Slot) -> Decimal | None:
    if isinstance(slot.value, Decimal):
        return slot.value
    text = fold(slot.text).replace(",", "")
    return Decimal(text) if re.fullmatch(r"\d+(\.\d+)?", text) else None
