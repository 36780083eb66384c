"""说到的数. The figures that the explanatory text may speak of, gathered from a checked disclosure and from last year's.

All amounts are those printed, in 万元 with two decimals, so that the text and the tables cannot disagree. ``None``
means that nobody knows the figure; a cell left blank in a table that was read is zero.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from xlbudget.model.amount import Amount, MoneyUnit
from xlbudget.model.claim import Topic
from xlbudget.model.disclosure import Disclosure
from xlbudget.model.rounding import percent_range, round_half_up
from xlbudget.model.table import Row, RowKind, Side, Table, TableStatus
from xlbudget.packs.subjects import core, name_of

Lookup = Callable[[Topic], Amount | None]
"""The printed amount that a topic names, ``None`` if it is not known."""

DECIMALS = 2


@dataclass(frozen=True, slots=True)
class Figure:
    """一个数. ``key`` names it in the sheet of reasons; ``prior`` is last year's, ``budget`` this year's budget.

    ``names`` are the names of 类, 款 and 项; ``subjects`` the 项 of a class; ``percent`` its share, once asked for.
    """

    key: str
    label: str
    topic: Topic
    now: Decimal | None
    prior: Decimal | None = None
    budget: Decimal | None = None
    code: str = ""
    names: tuple[str, ...] = ()
    percent: str = ""
    subjects: tuple[Figure, ...] = ()

    @property
    def core(self) -> str:
        """The name of a class without the 支出 at its end."""
        return core(self.label)

    @property
    def delta(self) -> Decimal | None:
        """增减额. This year less last year."""
        return None if self.now is None or self.prior is None else self.now - self.prior

    @property
    def path(self) -> str:
        """``社会保障和就业支出（类）…（款）…（项）``."""
        return "".join(f"{name}（{level}）" for name, level in zip(self.names, "类款项", strict=False))

    @property
    def short_path(self) -> str:
        """The path without its class."""
        return "".join(f"{name}（{level}）" for name, level in zip(self.names[1:], "款项", strict=False))


@dataclass(frozen=True, slots=True)
class Lookups:
    """Where figures come from: this document, last year's, this year's budget (for final accounts)."""

    now: Lookup
    prior: Lookup
    budget: Lookup
    gone: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Subjects that last year's document had, by scope: codes with their names. One that is gone now is told as zero."""


SOURCES = {
    "general": "一般公共预算拨款收入",
    "fund": "政府性基金预算拨款收入",
    "capital": "国有资本经营预算拨款收入",
    "fiscal": "财政拨款收入",
    "special": "财政专户管理资金收入",
    "institution": "事业收入",
    "business": "事业单位经营收入",
    "upper": "上级补助收入",
    "affiliated": "附属单位上缴收入",
    "other_income": "其他收入",
    "upper_transfer": "上级一般公共预算安排的转移支付",
    "unit_funds": "单位资金",
}
THREE = {
    "total": "“三公”经费",
    "abroad": "因公出国（境）费",
    "vehicle": "公务用车购置及运行维护费",
    "vehicle_purchase": "公务用车购置费",
    "vehicle_running": "公务用车运行维护费",
    "reception": "公务接待费",
}
_EXPENSE = Side.EXPENDITURE
_SINGLE = {
    "income": ("本年收入合计", Topic("total", Side.INCOME, "all")),
    "expenditure": ("本年支出合计", Topic("total", _EXPENSE, "all")),
    "income_grand": ("收入总计", Topic("grand", Side.INCOME, "all")),
    "expenditure_grand": ("支出总计", Topic("grand", _EXPENSE, "all")),
    "carry_in": ("上年结转结余", Topic("carry_in", Side.INCOME, "all")),
    "carry_out": ("年终结转结余", Topic("carry_out", _EXPENSE, "all")),
    "use_surplus": ("使用非财政拨款结余", Topic("use_surplus", Side.INCOME, "all")),
    "distribution": ("结余分配", Topic("distribution", _EXPENSE, "all")),
    "basic": ("基本支出", Topic("total", _EXPENSE, "all", "basic")),
    "project": ("项目支出", Topic("total", _EXPENSE, "all", "project")),
    "operating": ("经营支出", Topic("total", _EXPENSE, "all", "operating")),
    "upward": ("上缴上级支出", Topic("total", _EXPENSE, "all", "upward")),
    "subsidy": ("对附属单位补助支出", Topic("total", _EXPENSE, "all", "subsidy")),
    "fiscal": ("财政拨款支出总计", Topic("grand", _EXPENSE, "fiscal")),
    "fiscal_income": ("财政拨款收入总计", Topic("grand", Side.INCOME, "fiscal")),
    "general": ("一般公共预算支出", Topic("total", _EXPENSE, "general")),
    "general_basic": ("一般公共预算基本支出", Topic("total", _EXPENSE, "general", "basic")),
    "general_project": ("一般公共预算项目支出", Topic("total", _EXPENSE, "general", "project")),
    "personnel": ("人员经费", Topic("total", _EXPENSE, "general", "personnel")),
    "public": ("公用经费", Topic("total", _EXPENSE, "general", "public")),
    "fund": ("政府性基金预算支出", Topic("total", _EXPENSE, "fund")),
    "capital": ("国有资本经营预算支出", Topic("total", _EXPENSE, "capital")),
    "operating_cost": ("机关运行经费", Topic("total", _EXPENSE, "general", "operating_cost")),
}
CLASSES = {"all": "expenditure", "general": "general_expenditure", "fiscal": "fiscal_appropriation"}
_INSTEAD = {"income_grand": "income", "expenditure_grand": "expenditure"}
"""Forms without carry-over show one total only."""


def wan(amount: Amount | None) -> Decimal | None:
    """A printed amount in 万元 with two decimals."""
    if amount is None:
        return None
    return round_half_up(amount.yuan / MoneyUnit.WAN.scale, DECIMALS)


class Gathering:
    """The figures of one disclosure, by the names of :data:`xlbudget.packs.narratives.NAMES`."""

    def __init__(self, disclosure: Disclosure, lookups: Lookups) -> None:
        self.disclosure = disclosure
        self.lookups = lookups

    def figure(self, key: str, label: str, topic: Topic) -> Figure:
        find = self.lookups
        return Figure(key, label, topic, wan(find.now(topic)), wan(find.prior(topic)), wan(find.budget(topic)))

    def single(self) -> dict[str, Figure]:
        """Totals and components."""
        found = {name: self.figure(label, label, topic) for name, (label, topic) in _SINGLE.items()}
        for name, other in _INSTEAD.items():
            if found[name].now is None:
                found[name] = replace(found[other], key=found[name].key, label=found[name].label)
        if found["operating_cost"].now is None:
            public = found["public"]
            found["operating_cost"] = replace(found["operating_cost"], now=public.now, prior=public.prior)
        for name in ("carry_in", "carry_out", "use_surplus", "distribution", "operating", "upward", "subsidy"):
            if found[name].now is None:
                found[name] = replace(found[name], now=Decimal(0), prior=found[name].prior or Decimal(0))
        for name in ("fund", "capital"):
            if found[name].now is None and self.is_empty(f"{name}_expenditure"):
                found[name] = replace(found[name], now=Decimal(0))
        return found

    def sources(self) -> dict[str, Figure]:
        """Sources of income; one that the form does not show is zero."""
        found = {}
        for role, label in SOURCES.items():
            figure = self.figure(label, label, Topic(f"i:{role}", Side.INCOME, "all"))
            if role == "fiscal" and figure.now is None:
                figure = self.figure(label, label, Topic("total", Side.INCOME, "fiscal"))
            shown = figure.now if figure.now is not None else Decimal(0)
            found[role] = replace(figure, now=shown)
        return found

    def three(self) -> dict[str, Figure]:
        return {
            kind: self.figure(label if kind != "total" else "“三公”经费合计", label, Topic(f"t:{kind}", scope="fiscal"))
            for kind, label in THREE.items()
        }

    def is_empty(self, table_id: str) -> bool:
        table = self.disclosure.table(table_id)
        return table is not None and table.status is TableStatus.EMPTY

    # -- lists ----------------------------------------------------------------------------------------

    def classes(self, scope: str) -> tuple[Figure, ...]:
        """The classes of an expenditure table, each with its 项."""
        table = self.disclosure.table(CLASSES[scope])
        names = {**self.lookups.gone.get(scope, {}), **{code: row.name for code, row in _subjects(table)}}
        made = {code: self._subject(names, code, scope) for code in sorted(names) if len(code) in (3, 7)}
        told = {code: f for code, f in made.items() if f.now or f.prior or f.budget}
        return tuple(
            replace(figure, subjects=tuple(f for c, f in told.items() if len(c) == 7 and c.startswith(code)))
            for code, figure in told.items()
            if len(code) == 3
        )

    def _subject(self, known: Mapping[str, str], code: str, scope: str) -> Figure:
        year = self.disclosure.year
        parts = [code[:n] for n in (3, 5, 7) if n <= len(code)]
        names = tuple(known.get(c) or name_of(c, year) or c for c in parts)
        kind = {3: "类", 5: "款", 7: "项"}.get(len(code), "项")
        where = {"general": "一般公共预算", "fiscal": "财政拨款"}.get(scope, "全部支出")
        topic = Topic(f"f:{code}", _EXPENSE, scope)
        figure = self.figure(f"{where} {code} {names[-1]}（{kind}）", names[-1], topic)
        return replace(figure, code=code, names=names)

    def economic(self, component: str) -> tuple[Figure, ...]:
        """The items of 人员经费 or 公用经费 in the table of basic expenditure that hold money."""
        table = self.disclosure.table("basic_expenditure")
        if table is None:
            return ()
        column = table.column_index(component)
        found = []
        for code, row in _subjects(table, economic=True):
            if len(code) != 5:
                continue
            people = code[:3] in ("301", "303")
            if column is None and people is not (component == "personnel"):
                continue
            at = column if column is not None else table.column_index("total")
            if at is not None and (amount := row.cells[at].amount) is not None and not amount.is_zero:
                topic = Topic(f"e:{code}", _EXPENSE, "general", "basic")
                found.append(Figure(f"基本支出 {code} {row.name}", row.name, topic, wan(amount), code=code))
        return tuple(found)

    def project_classes(self) -> tuple[Figure, ...]:
        """项目支出 by economic class, each with its items, where the form has that table."""
        table = self.disclosure.table("general_project_expenditure")
        at = table.column_index("total") if table is not None else None
        if table is None or at is None:
            return ()
        made = {}
        for code, row in _subjects(table, economic=True):
            amount = row.cells[at].amount
            if amount is not None and not amount.is_zero:
                topic = Topic(f"e:{code}", _EXPENSE, "general", "project")
                made[code] = Figure(f"项目支出 {code} {row.name}", row.name, topic, wan(amount), code=code)
        return tuple(
            replace(figure, subjects=tuple(f for c, f in made.items() if len(c) == 5 and c.startswith(code)))
            for code, figure in made.items()
            if len(code) == 3
        )

    def projects(self) -> tuple[Figure, ...]:
        """The projects: rows of the project table, else the projects with targets."""
        table = self.disclosure.table("projects")
        at = table.column_index("total") if table is not None else None
        found = []
        if table is not None and at is not None:
            for row in table.rows:
                if row.kind is RowKind.TOTAL or not row.name or row.of_which:
                    continue
                amount = row.cells[at].amount
                if amount is not None:
                    found.append(_project(row.name, wan(amount)))
        if not found:
            found = list(self.targeted())
        return tuple(found)

    def targeted(self) -> tuple[Figure, ...]:
        """The projects whose targets are published."""
        return tuple(_project(s.project, wan(s.budget)) for s in self.disclosure.targets.sheets if s.project)


def _project(name: str, amount: Decimal | None) -> Figure:
    return Figure(f"项目 {name}", name, Topic(f"o:{name}"), amount)


def _subjects(table: Table | None, economic: bool = False) -> list[tuple[str, Row]]:
    """The rows with a subject code, in the order of the codes; a row of another unit's block is none of ours."""
    found: dict[str, Row] = {}
    for row in table.rows if table is not None else ():
        if row.code is not None and not row.unit and (row.code.code[0] == "3") is economic:
            found.setdefault(row.code.code, row)
    return sorted(found.items())


def shared(parts: Sequence[Figure], whole: Figure) -> list[Figure]:
    """占比. The parts with their shares of a whole, rounded half up, settled to 100% where the printed digits allow it."""
    if not whole.now:
        return [replace(part, percent="0") for part in parts]
    exact = [Decimal(part.now or 0) * 100 / whole.now for part in parts]
    percents = [round_half_up(share, DECIMALS) for share in exact]
    parted = sum((part.now or Decimal(0) for part in parts), Decimal(0))
    if abs(parted - whole.now) * 200 <= len(parts) + 1:  # the parts make up the whole, but for rounding
        _settle(percents, exact, parts, whole)
    return [replace(p, percent=_percent(x)) for p, x in zip(parts, percents, strict=True)]


_STEP = Decimal("0.01")


def _settle(percents: list[Decimal], exact: list[Decimal], parts: Sequence[Figure], whole: Figure) -> None:
    """Move shares by the last digit until they make 100%, where the printed amounts may stand for it."""
    whole_range = _printed(whole.now).interval
    while off := sum(percents, Decimal(-100)):
        towards = _STEP if off < 0 else -_STEP
        for i in sorted(range(len(parts)), key=lambda k: (exact[k] - percents[k]) / towards, reverse=True):
            allowed = percent_range(_printed(parts[i].now).interval, whole_range, DECIMALS) if parts[i].now else None
            if allowed is not None and allowed[0] <= percents[i] + towards <= allowed[1]:
                percents[i] += towards
                break
        else:
            return


def _printed(value: Decimal | None) -> Amount:
    return Amount(value or Decimal(0), MoneyUnit.WAN, DECIMALS)


def _percent(value: Decimal) -> str:
    return f"{value:.2f}" if value else "0"
