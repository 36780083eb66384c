"""模板包的读取. Strict TOML: every key is known, every value has its type, every error names file and line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, TypeVar

from xlbudget.model.amount import MoneyUnit
from xlbudget.model.disclosure import Stage
from xlbudget.packs.expressions import parse_sum, parse_tie
from xlbudget.packs.performance import Category, Performance, PerformanceError, load_catalogue, parse_performance
from xlbudget.packs.publishing import Publishing, PublishingError, parse_publishing
from xlbudget.packs.schema import (
    Grammar,
    Layout,
    Pack,
    Recognition,
    RoleRule,
    SectionSpec,
    Shape,
    TableSpec,
    Tie,
    Wording,
)

T = TypeVar("T")


class PackError(Exception):
    """模板包有误. The message is one Chinese sentence with file and line."""


def load_pack(path: Path, parent: Pack | None = None) -> Pack:
    """Read one ``pack.toml``; what it does not say it inherits from ``parent``."""
    return _Loader(path).pack(parent)


def extended_pack_id(path: Path) -> str:
    """Which pack a ``pack.toml`` extends (``national`` unless it says otherwise, nothing for ``national``)."""
    data = _Loader(path).data
    return str(data.get("extends", "" if data.get("id") == "national" else "national"))


def _money_unit(value: Any) -> MoneyUnit:
    for unit in MoneyUnit:
        if unit.value == value:
            return unit
    raise ValueError(f"应是{'、'.join(unit.value for unit in MoneyUnit)}之一")


def _decimals(value: Any) -> int:
    if not isinstance(value, int) or not 0 <= value <= 4:
        raise ValueError("小数位数应是 0 到 4")
    return value


class _Loader:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.source = path.read_text(encoding="utf-8")
        try:
            self.data: dict[str, Any] = tomllib.loads(self.source)
        except tomllib.TOMLDecodeError as error:
            raise PackError(f"{path}：不是有效的 TOML：{error}") from None

    def pack(self, parent: Pack | None) -> Pack:
        self._keys(
            self.data,
            (
                "id",
                "name",
                "extends",
                "stages",
                "years",
                "recognise",
                "role",
                "table",
                "tie",
                "section",
                "wording",
                "grammar",
                "charts",
                "publication",
                "target_points",
                "performance",
            ),
        )
        data = self.data
        base = parent or Pack("", "", ())
        stages = tuple(self._made(Stage, value, "stages") for value in data.get("stages", []))
        roles = dict(base.roles)
        for i, item in enumerate(data.get("role", [])):
            self._keys(item, ("group", "rules"), "role", i)
            roles[item["group"]] = tuple(self._role_rule(rule, i) for rule in item["rules"])
        return Pack(
            id=self._text(data, "id"),
            name=self._text(data, "name"),
            stages=stages or base.stages,
            extends=base.id,
            years=tuple(data.get("years", ())),
            recognition=self._recognition(data.get("recognise", {})),
            tables=self._tables(data.get("table", []), base),
            roles=tuple(roles.items()),
            ties=base.ties + tuple(self._tie(item, i) for i, item in enumerate(data.get("tie", []))),
            sections=tuple(self._section(item, i) for i, item in enumerate(data.get("section", []))),
            wording=self._wording(data.get("wording", {}), base.wording),
            grammar=self._grammar(data.get("grammar", {}), base.grammar),
            charts=self._charts(data.get("charts"), base),
            publishing=self._publishing(data.get("publication", {}), base.publishing),
            target_points=int(data.get("target_points", base.target_points)),
            performance=self._performance(data.get("performance", {}), base.performance),
            catalogue=self._catalogue(base.catalogue),
        )

    def _publishing(self, item: dict[str, Any], base: Publishing) -> Publishing:
        try:
            return parse_publishing(item, base)
        except PublishingError as error:
            key = next((key for key in item if f"“{key}”" in str(error)), "")
            raise self._error(str(error), "publication", 0, key) from None

    def _performance(self, item: dict[str, Any], base: Performance) -> Performance:
        try:
            return parse_performance(item, base)
        except PerformanceError as error:
            raise self._error(str(error), "performance") from None

    def _catalogue(self, base: tuple[Category, ...]) -> tuple[Category, ...]:
        path = self.path.with_name("indicators.toml")
        try:
            return load_catalogue(path, base)
        except (PerformanceError, re.error, KeyError) as error:
            raise PackError(f"{path}：{error}") from None

    def _tables(self, items: list[dict[str, Any]], base: Pack) -> tuple[TableSpec, ...]:
        specs = {spec.id: replace(spec, number=None, required=False) for spec in base.tables}
        for i, item in enumerate(items):
            allowed = [
                "id",
                "title",
                "shape",
                "match",
                "number",
                "classification",
                "column_roles",
                "row_roles",
                "sums",
                "row_sums",
                "scope",
                "required",
                "layout",
                "money_unit",
                "decimals",
            ]
            self._keys(item, allowed, "table", i)
            table_id = self._text(item, "id", "table", i)
            changes: dict[str, Any] = {
                k: item[k] for k in ("number", "classification", "scope", "required") if k in item
            }
            for key in ("column_roles", "row_roles"):
                if key in item:
                    changes[key] = tuple(item[key])
            for key in ("sums", "row_sums"):
                if key in item:
                    changes[key] = tuple(self._made(parse_sum, text, key, "table", i) for text in item[key])
            if "match" in item:
                changes["match"] = self._made(re.compile, item["match"], "match", "table", i)
            if "shape" in item:
                changes["shape"] = self._made(Shape, item["shape"], "shape", "table", i)
            if "money_unit" in item:
                changes["money_unit"] = self._made(_money_unit, item["money_unit"], "money_unit", "table", i)
            if "decimals" in item:
                changes["decimals"] = self._made(_decimals, item["decimals"], "decimals", "table", i)
            if "title" in item:
                changes["title"] = item["title"]
            if "layout" in item:
                changes["layout"] = self._layout(item["layout"], i)
            if table_id in specs:
                specs[table_id] = replace(specs[table_id], **changes)
            else:
                for key in ("title", "shape"):
                    if key not in changes:
                        raise self._error(f"新表 {table_id} 缺少“{key}”", "table", i)
                specs[table_id] = TableSpec(id=table_id, **changes)
        return tuple(specs.values())

    def _layout(self, item: dict[str, Any], index: int) -> Layout:
        self._keys(
            item, ("heading", "income_rows", "expenditure_rows", "rows", "total_first", "landscape"), "table", index
        )
        widths = {len(line.split("|")) for line in item.get("heading", [])}
        if len(widths) != 1:
            raise self._error("版式 heading 的各行栏数不同，或没有 heading", "table", index, "heading")
        lists: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in item.items()}
        return Layout(**lists)

    def _role_rule(self, rule: Any, index: int) -> RoleRule:
        if not (isinstance(rule, list) and len(rule) == 2 and all(isinstance(part, str) for part in rule)):
            raise self._error(f"含义规则 {rule!r} 应写成 [含义, 正则表达式]", "role", index)
        return RoleRule(rule[0], self._made(re.compile, rule[1], rule[0], "role", index))

    def _tie(self, item: dict[str, Any], index: int) -> Tie:
        self._keys(item, ("says", "when", "strict", "why"), "tie", index)
        says = self._text(item, "says", "tie", index)
        try:
            return parse_tie(says, item.get("when", ""), item.get("strict", True), item.get("why", ""))
        except ValueError as error:
            raise self._error(str(error), "tie", index, "says") from None

    def _section(self, item: dict[str, Any], index: int) -> SectionSpec:
        self._keys(item, ("title", "match"), "section", index)
        title = self._text(item, "title", "section", index)
        return SectionSpec(
            title, self._made(re.compile, item.get("match", re.escape(title)), "match", "section", index)
        )

    def _wording(self, item: dict[str, Any], base: Wording) -> Wording:
        self._keys(item, ("up", "down", "up_rate", "down_rate", "same", "strip_zeros"), "wording", 0)
        return replace(base, **item)

    def _grammar(self, item: dict[str, Any], base: Grammar) -> Grammar:
        names = tuple(field.name for field in fields(Grammar))
        self._keys(item, names, "grammar", 0)
        for key, words in item.items():
            for word in words:
                self._made(re.compile, word, key, "grammar", 0)
        return Grammar(**{name: (*getattr(base, name), *item.get(name, ())) for name in names})

    def _charts(self, item: dict[str, Any] | None, base: Pack) -> tuple[tuple[str, re.Pattern[str]], ...]:
        if item is None:
            return base.charts
        self._keys(item, ("income", "expenditure", "classes"), "charts", 0)
        return tuple((key, self._made(re.compile, value, key, "charts", 0)) for key, value in item.items() if value)

    def _recognition(self, item: dict[str, Any]) -> Recognition:
        self._keys(item, ("places", "phrases"), "recognise", 0)
        return Recognition(tuple(item.get("places", ())), tuple(item.get("phrases", ())))

    # -- errors with their line ---------------------------------------------------------------------

    def _text(self, item: Mapping[str, Any], key: str, table: str = "", index: int = 0) -> str:
        value = item.get(key)
        if not isinstance(value, str) or not value:
            raise self._error(f"缺少“{key}”，或它不是文字", table, index, key)
        return value

    def _keys(
        self, item: Mapping[str, Any], allowed: tuple[str, ...] | list[str], table: str = "", index: int = 0
    ) -> None:
        for key in item:
            if key not in allowed:
                raise self._error(f"不认识的项“{key}”（可用：{'、'.join(allowed)}）", table, index, key)

    def _made(self, make: Callable[[Any], T], value: Any, key: str, table: str = "", index: int = 0) -> T:
        try:
            return make(value)
        except (ValueError, re.error, TypeError) as error:
            raise self._error(f"“{key}”的值 {value!r} 不对：{error}", table, index, key) from None

    def _error(self, message: str, table: str = "", index: int = 0, key: str = "") -> PackError:
        return PackError(f"{self.path}:{self._line(table, index, key)}：{message}")

    def _line(self, table: str, index: int, key: str) -> int:
        """The line of the ``index``-th ``[[table]]``, or of ``key`` in it (TOML readers do not keep lines)."""
        lines = self.source.splitlines()
        start = 0
        if table:
            heads = [n for n, line in enumerate(lines) if re.match(rf"\s*\[\[?{table}\]\]?\s*(#|$)", line)]
            start = heads[index] if index < len(heads) else 0
        for n in range(start, len(lines)):
            if n > start and table and lines[n].lstrip().startswith("["):
                break
            if key and re.match(rf"\s*{re.escape(key)}\s*=", lines[n]):
                return n + 1
        return start + 1
