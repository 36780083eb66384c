"""生成情况说明. Fills the sentence forms of a pack with the figures of a checked disclosure.

What is written reads back to the same claims: levels as printed, changes as the difference of the printed figures, no
rate from zero, shares rounded half up. What only a person knows (why something changed, what money is for, how many
cars there are) comes from the sheets of the workbook; where it is missing the text says so in 【待填：…】 and the
:class:`Narration` lists it. Nothing is invented and last year's reason is never copied.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from xlbudget.authoring.figures import DECIMALS, Figure, Gathering, Lookups, shared
from xlbudget.model.amount import plain
from xlbudget.model.claim import Topic
from xlbudget.model.disclosure import Disclosure, Stage
from xlbudget.model.rounding import round_half_up
from xlbudget.model.wording import ordinal
from xlbudget.packs.loading import PackError
from xlbudget.packs.narratives import narrative_template
from xlbudget.packs.schema import Pack

MARK = re.compile(r"【待填：[^】]*】")
"""What is left to write, as it stands in the text."""


@dataclass(frozen=True, slots=True)
class Line:
    """一段. ``level`` is 0 for text, 1 to 3 for a heading."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Missing:
    """待填. What a person has to write: its kind (变动原因, 用途, 上年数 ...) and what it belongs to."""

    kind: str
    item: str


@dataclass(slots=True)
class Need:
    """变动原因表的一行. A figure whose change or purpose the text tells, with what is known of it."""

    figure: Figure
    reason: bool = False
    purpose: bool = False
    base: str = "prior"


@dataclass(frozen=True, slots=True)
class Said:
    """填写的内容. One row of the sheet of reasons, as a person filled it."""

    reason: str = ""
    purpose: str = ""
    prior: Decimal | None = None
    budget: Decimal | None = None


@dataclass(slots=True)
class Narration:
    """情况说明. The text line by line, the rows of the sheet of reasons, the entries of the sheet of facts, what is missing."""

    lines: list[Line] = field(default_factory=list)
    needs: dict[str, Need] = field(default_factory=dict)
    entries: dict[str, str] = field(default_factory=dict)
    missing: list[Missing] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The whole text, a line each."""
        return "\n".join(line.text for line in self.lines)


def narrate(
    disclosure: Disclosure,
    pack: Pack,
    lookups: Lookups,
    said: Mapping[str, Said] | None = None,
    entries: Mapping[str, str] | None = None,
) -> Narration:
    """The text of a disclosure. ``said`` are the reasons by item, ``entries`` what the sheet of facts says.

    Raises :class:`PackError` when the forms of the pack are wrong.
    """
    from jinja2 import TemplateError

    writer = _Writer(disclosure, pack, lookups, {} if said is None else said, {} if entries is None else entries)
    template = narrative_template(pack, writer.filters())
    try:
        text = template.render(writer.context())
    except (TemplateError, TypeError, AttributeError, RecursionError) as error:
        line = _line_of(error, template.filename)
        raise PackError(f"{template.filename}{line}：句式填不进去：{error}") from None
    for row in text.splitlines():
        if row.strip():
            heading = re.match(r"(#{1,3}) ", row)
            level = len(heading[1]) if heading else 0
            writer.narration.lines.append(Line(level, row[level + 1 :].strip() if heading else row.strip()))
    return writer.narration


def _line_of(error: BaseException, filename: str | None) -> str:
    """The line of the forms that an error stands in."""
    trace = error.__traceback__
    found = ""
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == filename:
            found = f":{trace.tb_lineno}"
        trace = trace.tb_next
    return found


class _Writer:
    """One run: the filters of the forms, and what they find missing."""

    def __init__(
        self,
        disclosure: Disclosure,
        pack: Pack,
        lookups: Lookups,
        said: Mapping[str, Said],
        entries: Mapping[str, str],
    ) -> None:
        self.disclosure = disclosure
        self.wording = pack.wording
        self.said = said
        self.given_entries = entries
        self.gathering = Gathering(disclosure, lookups)
        self.narration = Narration()

    def context(self) -> dict[str, Any]:
        gathering, disclosure = self.gathering, self.disclosure
        classes = self._all(gathering.classes("general"))
        subjects = [subject for figure in classes for subject in figure.subjects]
        year = disclosure.year or 0
        return {
            "unit": disclosure.unit or self._missing("封面", "单位名称"),
            "year": year or self._missing("封面", "预算年度"),
            "last": year - 1 if year else self._missing("封面", "预算年度"),
            "level": disclosure.level.chinese,
            "department": disclosure.level.value == "department",
            "stage": disclosure.stage.chinese,
            "final": disclosure.stage is Stage.FINAL,
            **{name: self._told(figure) for name, figure in gathering.single().items()},
            "source": {name: self._told(figure) for name, figure in gathering.sources().items()},
            "three": {name: self._told(figure) for name, figure in gathering.three().items()},
            "classes": classes,
            "subjects": subjects,
            "present_subjects": [figure for figure in subjects if figure.now],
            "all_classes": self._all(gathering.classes("all")),
            "personnel_items": gathering.economic("personnel"),
            "public_items": gathering.economic("public"),
            "project_classes": gathering.project_classes(),
            "fiscal_classes": [f for f in gathering.classes("fiscal") if f.now],
            "projects": gathering.projects(),
            **self._targets(),
        }

    def _targets(self) -> dict[str, Any]:
        """The projects with published targets: those of the project table where there is one, else all."""
        projects = {figure.label for figure in self.gathering.projects()}
        targeted = self.gathering.targeted()
        named = tuple(f for f in targeted if f.label in projects) or targeted
        total = sum((f.now or Decimal(0) for f in named), Decimal(0))
        whole = Figure("公开绩效目标的项目预算", "项目预算", Topic("o:targets"), total)
        share = shared([replace(whole, now=Decimal(len(named)))], replace(whole, now=Decimal(len(projects) or 1)))
        return {"targeted": named, "targeted_total": whole, "targeted_share": share[0].percent}

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {
            "money": lambda f: self._money(f, f.now, "本年数"),
            "prior_money": lambda f: self._money(f, f.prior, "上年数"),
            "budget_money": lambda f: self._money(f, f.budget, "年初预算数"),
            "change": self._change,
            "versus_budget": self._versus_budget,
            "why": self._why,
            "purpose": self._purpose,
            "shared": lambda parts, whole: shared(list(parts), whole),
            "share": lambda part, whole: shared([part], whole)[0].percent,
            "completion": self._completion,
            "listed": self._listed,
            "named": lambda figures, separator="、": separator.join(f.label for f in figures),
            "given": self._given,
            "counted": self._counted,
            "sum_given": self._sum_given,
            "present": lambda figures: [f for f in figures if f.now],
            "ordinal": ordinal,
        }

    def _all(self, figures: Sequence[Figure]) -> tuple[Figure, ...]:
        return tuple(replace(self._told(f), subjects=self._all(f.subjects)) for f in figures)

    def _told(self, figure: Figure) -> Figure:
        """A figure whose prior or budget nobody but the sheet of reasons knows."""
        said = self.said.get(figure.key)
        if said is None:
            return figure
        prior = figure.prior if figure.prior is not None else said.prior
        budget = figure.budget if figure.budget is not None else said.budget
        return replace(figure, prior=prior, budget=budget)

    # -- figures --------------------------------------------------------------------------------------

    def _show(self, value: Decimal) -> str:
        return plain(value) if self.wording.strip_zeros else f"{value:.{DECIMALS}f}"

    def _money(self, figure: Figure, value: Decimal | None, what: str) -> str:
        if value is None:
            return self._missing(what, figure.key) + "万元"
        return f"{self._show(value)}万元"

    def _change(self, figure: Figure, base: str = "，与上年相比", subject: str = "", rate: bool = True) -> str:
        """``，与上年相比增加0.44万元，增长0.08%``; nothing where there was and is nothing that anybody knows of."""
        need = self._need(figure)
        if figure.prior is None and not figure.now:
            return ""
        if figure.prior is None or figure.now is None:
            need.reason = True
            return f"{base}{subject}{self._missing('上年数', figure.key)}"
        return self._moved(figure.now - figure.prior, figure.prior, base, subject, rate)

    def _versus_budget(
        self, figure: Figure, base: str = "，与年初预算相比", subject: str = "", rate: bool = True
    ) -> str:
        need = self._need(figure, "budget")
        if figure.budget is None and not figure.now:
            return ""
        if figure.budget is None or figure.now is None:
            need.reason = True
            return f"{base}{subject}{self._missing('年初预算数', figure.key)}"
        return self._moved(figure.now - figure.budget, figure.budget, base, subject, rate)

    def _moved(self, delta: Decimal, prior: Decimal, base: str, subject: str, rate: bool) -> str:
        if not delta:
            return f"{base}{subject.rstrip('各均')}持平" if subject else f"{_without_comparing(base)}持平"
        words = self.wording
        text = f"{base}{subject}{words.up if delta > 0 else words.down}{self._show(abs(delta))}万元"
        if rate and prior > 0:
            percent = round_half_up(abs(delta) * 100 / prior, 2)
            text += f"，{words.up_rate if delta > 0 else words.down_rate}{percent:.2f}%"
        return text

    def _completion(self, figure: Figure, lead: str = "，完成年初预算的", of: str = "budget") -> str:
        """``，完成年初预算的98.20%``; nothing where there was no budget."""
        if figure.budget is None:
            return lead + self._missing("年初预算数", figure.key) if figure.now else ""
        if not figure.budget or figure.now is None:
            return ""
        return f"{lead}{round_half_up(figure.now * 100 / figure.budget, 2):.2f}%"

    def _listed(self, figures: Iterable[Figure], separator: str = "、") -> str:
        return separator.join(f"{f.label}{self._money(f, f.now, '本年数')}" for f in figures)

    # -- what a person says ---------------------------------------------------------------------------

    def _need(self, figure: Figure, base: str = "prior") -> Need:
        need = self.narration.needs.setdefault(figure.key, Need(figure, base=base))
        if base == "budget":
            need.base = base
        return need

    def _why(self, figure: Figure, lead: str = "主要原因是", end: str = "", base: str = "prior") -> str:
        """The reason of a change, if there was one."""
        before = figure.budget if base == "budget" else figure.prior
        moved = before is None or figure.now is None or figure.now != before
        if before is None and not figure.now:
            return ""
        need = self._need(figure, base)
        said = self.said.get(figure.key)
        reason = said.reason.strip().rstrip("。；;.") if said is not None else ""
        if not moved and not reason:
            return ""
        need.reason = need.reason or moved
        return f"{lead}{reason or self._missing('变动原因', figure.key)}{end}"

    def _purpose(self, figure: Figure, lead: str = "主要用于", end: str = "") -> str:
        if not figure.now:
            return ""
        need = self._need(figure)
        need.purpose = True
        said = self.said.get(figure.key)
        purpose = said.purpose.strip().rstrip("。；;.").removeprefix("主要用于") if said is not None else ""
        return f"{lead}{purpose or self._missing('用途', figure.key)}{end}"

    def _given(self, key: str, default: str | None = None) -> str:
        """What the sheet of facts says under a key."""
        value = self.given_entries.get(key, "").strip()
        self.narration.entries.setdefault(key, value)
        if value:
            return value
        return default if default is not None else self._missing("说明", key)

    def _counted(self, kinds: Sequence[str], unit: str = "辆", separator: str = "、") -> str:
        """``机要通信用车1辆、其他用车0辆``; what is not said is none."""
        return separator.join(f"{kind}{self._given(kind, '0')}{unit}" for kind in kinds)

    def _sum_given(self, keys: Sequence[str], decimals: int = 0) -> str:
        """The sum of several entries, shown with its decimals."""
        total = Decimal(0)
        for key in keys:
            text = self._given(key, "0").replace(",", "").strip()
            if not re.fullmatch(r"\d{1,16}(\.\d{1,4})?", text):
                return self._missing("说明", f"{key}（应是数字，现为“{text}”）")
            total += Decimal(text)
        return plain(total) if self.wording.strip_zeros or not decimals else f"{total:.{decimals}f}"

    def _missing(self, kind: str, item: str) -> str:
        missing = Missing(kind, item)
        if missing not in self.narration.missing:
            self.narration.missing.append(missing)
        return f"【待填：{kind}】" if kind not in ("说明", "封面") else f"【待填：{item}】"


def _without_comparing(base: str) -> str:
    """``，与上年相比`` as it stands before 持平: ``，与上年``."""
    return re.sub(r"相比，?$", "", re.sub(r"比(?=上年|20\d\d)", "与", base))
