"""绩效方案. What a pack says of performance targets: the form, the points by dimension, the scoring, the usual indicators.

The forms and points stand in ``pack.toml`` under ``[performance]``; the indicator catalogue is ``indicators.toml``
beside it. A pack inherits both from the one it extends; a category of the same id replaces the inherited one.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any

KINDS = ("数量", "质量", "时效", "成本", "经济效益", "社会效益", "生态效益", "可持续影响", "满意度")
"""指标类别. What the catalogue calls a second level; a form prints its own words for it."""

ROLES = ("project", "unit", "category", "budget", "goal", "dimension", "kind", "name", "nature", "operator", "sign",
         "target", "measure", "value", "points", "basis", "prior", "scoring", "evidence", "actual", "score", "reason")  # fmt: skip
"""栏目. ``sign`` is the operator or 定性 in one cell; ``value`` operator, number and unit in one cell."""


@dataclass(frozen=True, slots=True)
class FormColumn:
    """绩效表的一栏. Its meaning, its printed heading, its width in characters."""

    role: str
    heading: str
    width: Decimal


@dataclass(frozen=True, slots=True)
class Dimension:
    """一级指标. Its points, how many indicators it needs at least, and the printed second levels of its kinds."""

    name: str
    points: Decimal
    minimum: int
    kinds: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ScoringRule:
    """赋分规则. ``bands`` are words of an achievement with the share of the points they earn.

    ``excess`` says what a ceiling that was passed earns: ``zero`` or ``proportion``.
    """

    bands: tuple[tuple[str, Decimal], ...] = ()
    excess: str = "zero"


@dataclass(frozen=True, slots=True)
class Performance:
    """绩效方案. ``block`` forms print one block a project under a header of its own; ``headed`` ones print 产出指标(50分)."""

    title: str = "项目支出绩效目标表"
    evaluation_title: str = "项目支出绩效自评表"
    block: bool = False
    headed: bool = False
    execution: Decimal = Decimal(10)
    step: Decimal = Decimal("0.5")
    columns: tuple[FormColumn, ...] = ()
    evaluation: tuple[FormColumn, ...] = ()
    dimensions: tuple[Dimension, ...] = ()
    scoring: ScoringRule = ScoringRule()
    words: tuple[tuple[str, str], ...] = ()
    """填写用语. What the form's own columns are customarily filled with; see :meth:`word`."""

    def word(self, key: str) -> str:
        """填写用语 of basis_plan, basis_prior, basis_cost, scoring_number, scoring_words, scoring_satisfaction, evidence, no_prior."""
        return dict(self.words).get(key, "")

    @property
    def total(self) -> Decimal:
        """指标总分, without the points of execution."""
        return sum((d.points for d in self.dimensions), Decimal(0))

    def place_of(self, kind: str) -> tuple[Dimension, str] | None:
        """The dimension of a kind of the catalogue, and its printed second level."""
        return next(((d, printed) for d in self.dimensions for k, printed in d.kinds if k == kind), None)

    def dimension(self, printed: str) -> Dimension | None:
        """The dimension that a printed first level names: 产出指标(50分), 产出."""
        stem = _stem(printed)
        return next((d for d in self.dimensions if _stem(d.name) == stem), None) if stem else None

    def heading(self, dimension: Dimension) -> str:
        """一级指标 as the form prints it."""
        return f"{dimension.name}({_plain(dimension.points)}分)" if self.headed else dimension.name

    def kind_of(self, printed: str) -> str:
        """The kind that a printed second level means; empty if none."""
        stem = _stem(printed)
        return next((k for d in self.dimensions for k, p in d.kinds if _stem(p) == stem or _stem(k) == stem), "")


def _stem(text: str) -> str:
    short = re.sub(r"[\s（(][\d.]*分?[)）]?$|\s", "", text)
    short = re.sub(r"\(.*\)$|（.*）$", "", short).removesuffix("指标").removesuffix("效果")
    return short.removeprefix("服务对象").removeprefix("受益对象").removeprefix("社会公众").removesuffix("性影响")


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"


@dataclass(frozen=True, slots=True)
class CatalogueIndicator:
    """指标库的一条. ``target`` may hold ``{budget}`` (万元), ``{year}`` and is what is customary, for a person to review."""

    kind: str
    name: str
    nature: str
    operator: str
    target: str
    measure: str


@dataclass(frozen=True, slots=True)
class Category:
    """项目类别. Projects whose name (or goal) matches take these indicators, the first ones first."""

    id: str
    name: str
    match: re.Pattern[str] | None
    indicators: tuple[CatalogueIndicator, ...]


class PerformanceError(ValueError):
    """A ``[performance]`` or a catalogue that cannot be used; one Chinese sentence."""


def parse_performance(item: Mapping[str, Any], base: Performance) -> Performance:
    """The ``[performance]`` of a pack over the inherited one; raises :class:`PerformanceError`."""
    changes: dict[str, Any] = {}
    for key, value in item.items():
        if (key in ("title", "evaluation_title") and isinstance(value, str)) or (
            key in ("block", "headed") and isinstance(value, bool)
        ):
            changes[key] = value
        elif key in ("execution", "step"):
            changes[key] = _number(value, key)
        elif key in ("columns", "evaluation"):
            changes[key] = tuple(_column(c, key) for c in value)
        elif key == "dimension":
            changes["dimensions"] = tuple(_dimension(d) for d in value)
        elif key == "scoring":
            changes["scoring"] = _scoring(value)
        elif key == "words" and all(isinstance(word, str) for word in value.values()):
            changes["words"] = tuple((dict(base.words) | dict(value)).items())
        else:
            raise PerformanceError(f"[performance] 不认识的项或类型不对：“{key}”")
    made = replace(base, **changes)
    if made.dimensions and made.total + made.execution != 100:
        raise PerformanceError(f"各一级指标 {_plain(made.total)} 分加预算执行率 {_plain(made.execution)} 分不是 100 分")
    return made


def _number(value: object, key: str) -> Decimal:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        raise PerformanceError(f"“{key}”的值 {value!r} 不是数字") from None


def _column(value: Any, key: str) -> FormColumn:
    if not (isinstance(value, list) and len(value) == 3 and value[0] in ROLES and isinstance(value[1], str)):
        raise PerformanceError(f"“{key}”的一栏 {value!r} 应写成 [含义, 标题, 宽度]，含义可用：{'、'.join(ROLES)}")
    return FormColumn(value[0], value[1], _number(value[2], key))


def _dimension(item: Mapping[str, Any]) -> Dimension:
    if set(item) != {"name", "points", "minimum", "kinds"}:
        raise PerformanceError("[[performance.dimension]] 要有 name、points、minimum、kinds")
    kinds = tuple((str(kind), str(printed)) for kind, printed in item["kinds"])
    for kind, _ in kinds:
        if kind not in KINDS:
            raise PerformanceError(f"指标类别“{kind}”不认识，可用：{'、'.join(KINDS)}")
    return Dimension(item["name"], _number(item["points"], "points"), int(item["minimum"]), kinds)


def _scoring(item: Mapping[str, Any]) -> ScoringRule:
    if set(item) - {"bands", "excess"} or item.get("excess", "zero") not in ("zero", "proportion"):
        raise PerformanceError("[performance.scoring] 只有 bands 和 excess（zero 或 proportion）")
    bands = tuple((str(word), _number(share, "bands")) for word, share in item.get("bands", ()))
    return ScoringRule(bands, item.get("excess", "zero"))


def load_catalogue(path: Path, base: tuple[Category, ...]) -> tuple[Category, ...]:
    """指标库. The categories of an ``indicators.toml`` over the inherited ones; the pack's own come first."""
    if not path.is_file():
        return base
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise PerformanceError(f"不是有效的 TOML：{error}") from None
    own = tuple(_category(item) for item in data.get("category", ()))
    ids = {c.id for c in own}
    return (*own, *(c for c in base if c.id not in ids))


def _category(item: Mapping[str, Any]) -> Category:
    for key in item:
        if key not in ("id", "name", "match", "indicators"):
            raise PerformanceError(f"[[category]] 不认识的项“{key}”")
    found = []
    for row in item.get("indicators", ()):
        if not (isinstance(row, list) and len(row) == 6 and all(isinstance(part, str) for part in row)):
            raise PerformanceError(f"指标 {row!r} 应写成 [类别, 名称, 性质, 方向, 目标值, 计量单位]")
        if row[0] not in KINDS:
            raise PerformanceError(f"指标“{row[1]}”的类别“{row[0]}”不认识，可用：{'、'.join(KINDS)}")
        found.append(CatalogueIndicator(*row))
    match = re.compile(item["match"]) if item.get("match") else None
    return Category(str(item["id"]), str(item["name"]), match, tuple(found))


@cache
def general(catalogue: tuple[Category, ...]) -> Category:
    """通用类. The category without a pattern: what any project may take."""
    return next((c for c in catalogue if c.match is None), Category("general", "通用", None, ()))


def category_of(catalogue: tuple[Category, ...], name: str, goal: str = "") -> Category:
    """Which category a project belongs to, by its name, else by its goal, else the general one."""
    for text in (name, goal):
        for category in catalogue:
            if category.match is not None and text and category.match.search(text):
                return category
    return general(catalogue)
