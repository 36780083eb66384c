"""绩效表. Performance target sheets and self-evaluations, in all the forms of the packs and through damage.

What cannot be trusted is said: a row that had to be read by its anchors, a project whose rows may have been
lost at a page break, an amount joined from pieces. Nothing that rests on those is ever called an error.
"""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from xlbudget.model.amount import Amount, MoneyUnit
from xlbudget.model.provenance import Provenance
from xlbudget.model.raw import Grid, Paragraph
from xlbudget.model.targets import Indicator, Targets, TargetSheet, TargetTotal
from xlbudget.model.wording import bare, fold
from xlbudget.reading.assembling import Candidate
from xlbudget.reading.funds import fund_row
from xlbudget.reading.indicators import ParsedRow, dimension_of, nature_of, number, operator_of, parse_row
from xlbudget.reading.straight import columns_of, row_by_columns

_CATEGORY = re.compile(r"^\d{1,2}-[\u4e00-\u9fff]")
_UNIT_CODE = re.compile(r"^\d{6,}-[\u4e00-\u9fff]")
_PROJECT_CODE = re.compile(r"^\d{10,}[A-Z0-9]*-(?P<name>.+)$")
_EXECUTION = re.compile(r"预算执行率.{0,4}?(\d{1,2})%")
_PROJECT_NAME = re.compile(r"^项目(支出)?名称?")
_CHINESE = re.compile(r"[^\u4e00-\u9fffA-Za-z0-9()、\"'-]|^[iI,.]+")
_FUND_LABEL = re.compile(r"年度资金总额|财政拨款|上年结转资?金?|其他资金|单位资金")
_FUNDS = re.compile(r"年度资金?总?额?|资金总额|财政拨|结转资?金?|其他资|单位资金")


def read_targets(candidates: list[Candidate], unit: MoneyUnit, straight: bool = False) -> Targets:
    """All target sheets of the candidates that are performance tables; ``straight`` ones are read by their columns."""
    found = Targets()
    for candidate in candidates:
        reader = _TableReader(candidate, unit, straight)
        reader.read()
        sheets = reader.finished()
        if straight and any(map(_slid, sheets)):
            for sheet in sheets:
                sheet.doubt = sheet.doubt or "这张表里有文字和数不在自己的栏目下，部分行可能错位"
        found.sheets.extend(map(_doubted, sheets))
        found.totals.extend(reader.totals)
        found.execution_points = reader.execution or found.execution_points
    return found


def _slid(sheet: TargetSheet) -> bool:
    """Does a column hold what belongs to another? Not every author's table stands straight, nor every conversion."""
    heads = [i.dimension for i in sheet.indicators if i.dimension]
    return dimension_of(sheet.project) is not None or any(dimension_of(head) is None for head in heads)


_MOST = Decimal(150)
"""Points beyond this are those of two projects: no form gives one more than 100."""


def _doubted(sheet: TargetSheet) -> TargetSheet:
    """A sheet with the rows of several projects: their names were lost, so its sums prove nothing."""
    points = sum((i.points for i in sheet.indicators if i.points is not None), Decimal(0))
    if points > _MOST and sheet.doubt:
        sheet.doubt = f"分值共 {points.normalize():f} 分，混有别的项目的指标行（项目名称没有读出）"
    return sheet


class _TableReader:
    """Goes down the rows of one performance table; keeps the project and the levels that apply."""

    def __init__(self, candidate: Candidate, unit: MoneyUnit, straight: bool = False) -> None:
        self.candidate = candidate
        self.straight = straight
        self.columns: dict[str, int] = {}
        self.unit = candidate.money or unit
        self.sheets: list[TargetSheet] = []
        self.totals: list[TargetTotal] = []
        self.execution: Decimal | None = None
        self.dimension = ""
        self.kind = ""
        self.anchor: int | None = None

    def read(self) -> None:
        self._block(self.candidate.before)
        for grid, heading in self.candidate.grids:
            for path in heading.paths:
                if path and path[-1] in ("指标性质", "绩效指标性质"):
                    self.anchor = heading.paths.index(path)
            for r in range(len(grid.rows)):
                self._row(grid, r)

    def finished(self) -> list[TargetSheet]:
        return [s for s in self.sheets if s.indicators or s.project]

    # -- rows ---------------------------------------------------------------------------------------

    def _row(self, grid: Grid, r: int) -> None:
        texts = [cell.text for cell in grid.rows[r]]
        place = replace(grid.places.at(r, 0), table=self.candidate.title)
        joined = fold("".join(texts))
        if not joined:
            return
        if match := _EXECUTION.search(joined):
            self.execution = Decimal(match[1])
        if self._is_heading(joined):
            self._learn_columns(texts)
            return
        if bare(next(t for t in texts if t)).rstrip(":") in ("项目名称", "预算单位"):
            self.columns = {}  # the head of the next block
        if self.columns and self._straight_row(grid, r, texts):
            return
        if self._total(texts, place) or self._funds(texts, place) or self._header_block(texts, place):
            return
        self._project(texts, place)
        parsed = parse_row(texts)
        if parsed is not None:
            self._indicator(parsed, replace(place, quote=self._quote(texts)), self._slid(texts))
        elif self.sheets and self.sheets[-1].indicators and self._is_continuation(texts) and self._under_name(texts):
            last = self.sheets[-1].indicators[-1]
            last.name += "".join(t for t in texts if t)

    @staticmethod
    def _is_heading(joined: str) -> bool:
        levels = "二级指标" in joined and "三级指标" in joined
        return levels or joined.startswith(("支出功能分类科目名称", "数量指标质量指标"))

    @staticmethod
    def _quote(texts: list[str]) -> str:
        return " ".join(t for t in texts if t and len(t) < 60)

    @staticmethod
    def _is_continuation(texts: list[str]) -> bool:
        """The rest of a name that a page break or a narrow column cut off."""
        filled = [t for t in texts if t]
        return len(filled) == 1 and number(filled[0]) is None and len(fold(filled[0])) <= 12

    def _under_name(self, texts: list[str]) -> bool:
        """Where nothing has shifted, the rest of a name stands in the column of names; else it is the next title."""
        name = self.columns.get("name")
        return name is None or (name < len(texts) and bool(texts[name].strip()))

    def _learn_columns(self, texts: list[str]) -> None:
        """Where 指标性质 (or 指标值) stands in the heading: a row whose own stands elsewhere has slid."""
        heads = [fold(t) for t in texts]
        self.anchor = next((c for c, t in enumerate(heads) if t in ("指标性质", "绩效指标性质")), self.anchor)
        self.columns = columns_of(texts) if self.straight else {}

    def _straight_row(self, grid: Grid, r: int, texts: list[str]) -> bool:
        """A row of a table that nothing has shifted: a project where its column says so, an indicator by its columns."""
        parsed = row_by_columns(texts, self.columns)
        said = {role: texts[c] if c < len(texts) else "" for role, c in self.columns.items()}
        first = bare(said.get("project") or said.get("unit") or said.get("dimension", "")).rstrip("-")
        if first in ("合计", "总计", "总分") or (parsed is None and not said.get("project")):
            return False
        places = {role: replace(grid.places.at(r, c), table=self.candidate.title) for role, c in self.columns.items()}
        if name := " ".join(said.get("project", "").split()):
            sheet = self._sheet(name, places["project"])
            sheet.unit, sheet.category, sheet.goal = (
                said.get("unit", ""),
                said.get("category", ""),
                said.get("goal", ""),
            )
            value = number(said.get("budget", ""))
            if value is not None:
                sheet.budget = Amount(value, self.unit, 2)
                sheet.budget_place = replace(places["budget"], row=name, column="预算数", quote=said["budget"])
            last = self.sheets[-1] if self.sheets else None
            if last is None or (last.project, last.budget) != (name, sheet.budget) or sheet.unit not in ("", last.unit):
                sheet.unit = sheet.unit or (last.unit if last is not None else "")
                self.sheets.append(sheet)
        if parsed is not None:
            parsed.dimension = dimension_of(parsed.dimension) or parsed.dimension
            self._indicator(parsed, replace(places["name"], quote=self._quote(texts)), False)
        return True

    def _slid(self, texts: list[str]) -> bool:
        if self.anchor is None:
            return False
        here = texts[self.anchor] if self.anchor < len(texts) else ""
        return nature_of(here) is None and operator_of(here) is None and here != "0"

    def _indicator(self, parsed: ParsedRow, place: Provenance, slid: bool) -> None:
        if not self.sheets:
            self.sheets.append(self._sheet("", place))
        sheet = self.sheets[-1]
        if parsed.dimension:
            self.dimension, self.kind = parsed.dimension, ""
        self.kind = parsed.kind or self.kind
        if slid:
            sheet.doubt = "部分行错位，可能有缺行或串行"
        value = number(parsed.target)
        sheet.indicators.append(
            Indicator(
                dimension=self.dimension,
                kind=self.kind,
                name="".join(parsed.name.split()),
                nature=parsed.nature,
                operator=parsed.operator,
                target=parsed.target,
                value=value,
                measure=parsed.measure,
                points=number(parsed.points),
                place=replace(place, row=parsed.name, doubt=""),
                prior=parsed.prior,
                basis=parsed.basis,
                scoring=parsed.scoring,
                evidence=parsed.evidence,
                actual=parsed.actual,
                actual_value=number(parsed.actual),
                score=number(parsed.score),
                reason=parsed.reason,
                doubt=parsed.doubt,
            )
        )

    # -- projects -----------------------------------------------------------------------------------

    def _sheet(self, name: str, place: Provenance) -> TargetSheet:
        self.dimension = self.kind = ""
        return TargetSheet(name, "", "", None, "", place, place, table=self.candidate.title)

    def _project(self, texts: list[str], place: Provenance) -> None:
        """A new project, known by its code, its unit's code or its category, wherever the row slid to."""
        filled = [(c, t) for c, t in enumerate(texts) if t]
        coded = next(((i, m["name"]) for i, (_, t) in enumerate(filled) if (m := _PROJECT_CODE.match(fold(t)))), None)
        category = next(
            (i for i, (_, t) in enumerate(filled) if _CATEGORY.match(fold(t)) and not _UNIT_CODE.match(fold(t))), None
        )
        if coded is not None:
            index, name = coded
            following = filled[index + 1 :]
            unit = next((t for _, t in filled[:index] if _UNIT_CODE.match(fold(t))), "")
        elif category is not None and category >= 1:
            owner = next((i for i in range(category) if _UNIT_CODE.match(fold(filled[i][1]))), None)
            name = filled[owner - 1][1] if owner else filled[category - 1][1]
            unit = filled[owner][1] if owner is not None else ""
            following = filled[category:]
        else:
            return
        sheet = self._sheet(" ".join(name.split()), place)
        sheet.unit = unit
        for _, text in following:
            value = number(text)
            if sheet.budget is None and value is not None:
                sheet.budget = Amount(value, self.unit, 2)
                sheet.budget_place = replace(place, row=name, column="预算数", quote=text)
            elif _CATEGORY.match(fold(text)) and not sheet.category:
                sheet.category = text
            elif len(text) > 12 and not sheet.goal and dimension_of(text) is None:
                sheet.goal = text
                break
        self.sheets.append(sheet)

    def _total(self, texts: list[str], place: Provenance) -> bool:
        """合计: of the budgets of all projects, or of the points of one."""
        filled = [t for t in texts if t]
        first = bare(filled[0]).rstrip("-")
        figures = [(t, v) for t in filled if (v := number(t)) is not None]
        if first in ("合计", "总计") and figures and parse_row(texts[:2]) is None:
            self.totals.append(
                TargetTotal(
                    Amount(figures[0][1], self.unit, 2),
                    replace(place, row="合计", column="预算数", quote=figures[0][0]),
                    not self.sheets,
                )
            )
            return len(filled) <= 4 or parse_row(texts) is None
        if (
            first in ("总分", "合计得分", "总")
            or (len(figures) == len(filled) - 1 == 2 and first in ("•", "总统", "总分"))
            or first.startswith("总")
        ):
            if self.sheets and len(figures) >= 2 and figures[-2][1] <= 100:
                self._points(figures, place)
                return True
            return first in ("总分",)
        if (
            self.sheets
            and len(figures) == 2
            and all(len(t) <= 6 for t in filled)
            and figures[0][1] == 100
            and figures[1][1] <= 100
            and parse_row(texts) is None
        ):
            self._points(figures, place)
            return True
        return False

    def _points(self, figures: list[tuple[str, Decimal]], place: Provenance) -> None:
        sheet = self.sheets[-1]
        sheet.total_points = (figures[-2][1], replace(place, row="总分", column="分值", quote=figures[-2][0]))
        sheet.total_score = (figures[-1][1], replace(place, row="总分", column="得分", quote=figures[-1][0]))

    # -- the block above the indicators -----------------------------------------------------------

    def _block(self, paragraphs: list[Paragraph]) -> None:
        """A header block that a conversion broke into lines: 项目名称 / X / 年度预算总额: / 153.24 ..."""
        lines = [(fold(p.text), p) for p in paragraphs]
        start = next((i for i in range(len(lines) - 1, -1, -1) if lines[i][0].rstrip(":") == "项目名称"), None)
        if start is None or start + 1 >= len(lines):
            return
        sheet = self._sheet(lines[start + 1][1].text, replace(lines[start + 1][1].place, table=self.candidate.title))
        for (text, _), (value, paragraph) in zip(lines[start:], lines[start + 1 :], strict=False):
            self._header_value(sheet, text, paragraph.text, replace(paragraph.place, table=self.candidate.title))
            del value
        self.sheets.append(sheet)

    def _header_block(self, texts: list[str], place: Provenance) -> bool:
        """A header row: label cells, each followed by its value (``项目名称 | X | 项目负责人 | Y``)."""
        filled = [t for t in texts if t]
        labels = [bare(t).rstrip(":") for t in filled]
        words = [_CHINESE.sub("", label) for label in labels]
        joined = "".join(words)
        if _PROJECT_NAME.match(joined) and parse_row(texts) is None:
            whole = self.straight and labels[0] == "项目名称" and len(filled) > 1
            self.sheets.append(self._sheet(filled[1] if whole else self._project_name(words), place))
            return True
        if self.sheets and not self.sheets[-1].project and joined.startswith("称") and not self.sheets[-1].indicators:
            self.sheets[-1].project = joined[1:]
            return True
        if not self.sheets or self.sheets[-1].indicators:
            return False
        matched = False
        for label, value in zip(labels, filled[1:], strict=False):
            matched = self._header_value(self.sheets[-1], label, value, place) or matched
        return matched

    @staticmethod
    def _project_name(words: list[str]) -> str:
        """What stands behind 项目名称, up to the next label; narrow columns may have cut both."""
        stop = next(
            (
                i
                for i, word in enumerate(words)
                if i and re.search(r"负责人|实施单位|主管部门|项目编码|项目属性|联系", word)
            ),
            len(words),
        )
        return _PROJECT_NAME.sub("", "".join(words[:stop]))

    def _header_value(self, sheet: TargetSheet, label: str, text: str, place: Provenance) -> bool:
        value = number(text)
        if re.search(r"年度?预算总额|资金总额|年度资金总额|^预算金额|^项目预算|^预算数", label) and value is not None:
            sheet.budget = Amount(value, self.unit, 2)
            sheet.budget_place = replace(place, row=sheet.project, column="年度预算总额", quote=text)
            return True
        match = re.search(r"(财政拨款|其他资金|上年结转|单位资金)", label)
        if match is not None and value is not None:
            part = Amount(value, self.unit, 2)
            sheet.parts[match[1]] = (part, replace(place, row=sheet.project, column=match[1], quote=text))
            return True
        if re.search(r"总体目标|绩效目标|年度目标", label) and len(text) > 8:
            sheet.goal = text
            return True
        return False

    # -- money rows of a self-evaluation -------------------------------------------------------------

    def _funds(self, texts: list[str], place: Provenance) -> bool:
        filled = [t for t in texts if t]
        first = next((i for i, t in enumerate(filled) if number(t) is not None), len(filled))
        words = "".join(bare(t) for t in filled[:first])
        figures = filled[first:]
        if not self.sheets or len(figures) < 3 or not _FUNDS.search(words) or any(number(t) is None for t in figures):
            return False
        found = _FUND_LABEL.search(words)
        label = found[0] if found else words
        row = fund_row(label, figures, replace(place, row=label, quote=" ".join(figures)))
        if row is not None:
            self.sheets[-1].funds.append(row)
            return True
        return False
