"""填报表的读取. The performance form of a workbook as entered: by its printed columns, each cell with its address.

Unlike :mod:`.targets`, which reads what a document says through any damage, this keeps every entry word for word, so
that it can be written back as it was. It reads workbooks alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from xlbudget.model.amount import MoneyUnit, money_unit
from xlbudget.model.entries import EnteredForm, ProjectEntry, Slot, at
from xlbudget.model.raw import Grid, Paragraph, RawCell, RawDocument
from xlbudget.model.wording import bare, fold
from xlbudget.packs.catalog import get_pack
from xlbudget.packs.performance import FormColumn, Performance
from xlbudget.packs.roles import clean_heading
from xlbudget.reading.numerals import read_numeral
from xlbudget.reading.recognising import NATIONAL

_HEADS = (
    ("project", re.compile(r"^项目名称$")),
    ("unit", re.compile(r"^(预算单位|项目单位|实施单位|项目实施单位)$")),
    ("department", re.compile(r"^主管部门")),
    ("owner", re.compile(r"^项目负责人")),
    ("budget", re.compile(r"^年度预算总额")),
    ("appropriation", re.compile(r"^其中[:：]?财政拨款")),
    ("other", re.compile(r"^其他资金")),
    ("goal", re.compile(r"^(项目|年度)总?体?绩?效?目标$")),
)
FUNDS = ("年度资金总额", "其中：财政拨款", "上年结转资金", "其他资金")
"""资金行. The money rows of a self-evaluation."""
FUND_COLUMNS = (
    ("initial", "年初预算数"), ("adjusted", "全年预算数"), ("executed", "全年执行数"),
    ("points", "分值"), ("rate", "执行率"), ("score", "得分"),
)  # fmt: skip
_PROJECT_HEADS = ("budget", "goal", "category")


def read_entries(raw: RawDocument, form: Performance, evaluation: bool = False) -> EnteredForm:
    """The target form (or the self-evaluation) of a workbook; empty, without a sheet, if it has none."""
    columns = form.evaluation if evaluation else form.columns
    usual = get_pack(NATIONAL).performance
    known = {clean_heading(c.heading): c.role for c in (*usual.columns, *form.columns, *columns)}
    found = EnteredForm()
    for grid in (b for b in raw.blocks if isinstance(b, Grid) and b.sheet):
        if (not found.sheet or grid.sheet == found.sheet) and _is_form(grid, evaluation):
            found.sheet = grid.sheet
            reader = _Reader(grid, known, columns)
            reader.read()
            found.projects += reader.projects
            found.roles |= reader.seen
    return found


def _is_form(grid: Grid, evaluation: bool) -> bool:
    for row in grid.rows:
        heads = {clean_heading(cell.text) for cell in row}
        if "三级指标" in heads:
            return any(h.startswith(("实际完成", "全年实际")) for h in heads) == evaluation
    return False


@dataclass(slots=True)
class _Reader:
    grid: Grid
    known: dict[str, str]
    columns: Sequence[FormColumn]
    projects: list[ProjectEntry] = field(default_factory=list)
    roles: dict[int, str] = field(default_factory=dict)
    fund_columns: dict[int, str] = field(default_factory=dict)
    levels: dict[str, str] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)

    def read(self) -> None:
        row = 0
        while row < len(self.grid.rows):
            cells = self.grid.rows[row]
            heads = [clean_heading(cell.text) for cell in cells]
            if "三级指标" in heads:
                self.roles = {c: self.known[h] for c, h in enumerate(heads) if h in self.known}
                self.seen |= set(self.roles.values())
                self.levels = {}
            elif any(h.startswith("年初预算") for h in heads):
                self.fund_columns = {
                    c: role for c, h in enumerate(heads) for role, word in FUND_COLUMNS if h.startswith(word)
                }
            elif not self._head(row, heads) and not self._fund(row, heads) and self.roles:
                self._line(row)
            row += 1

    def _slot(self, row: int, column: int) -> Slot:
        cell = self.grid.cell(row, column)
        return Slot(_value(cell), cell.formula, self.grid.places.at(row, column).cell)

    # -- blocks -------------------------------------------------------------------------------------

    def _head(self, row: int, heads: list[str]) -> bool:
        """A row of labels and their values above the indicators of a block."""
        if "project" in self.roles.values():
            return False
        found = False
        for c, head in enumerate(heads):
            role = next((role for role, pattern in _HEADS if head and pattern.match(head.rstrip(":："))), "")
            if not role:
                continue
            if role in ("project", "unit") and (not self.projects or self.projects[-1].lines or self._says(role)):
                self.projects.append(ProjectEntry())
                self.roles = {}
            if not self.projects:
                continue
            column = self._value_column(row, c)
            slot = self._slot(row, column)
            if role == "goal" and clean_heading(slot.text) in ("预期目标", "年初设定目标"):
                slot = self._slot(row + 1, column) if row + 1 < len(self.grid.rows) else Slot()
            if role == "goal" and head == "年度总体目标" and "预期目标" in heads:
                self._achieved(row, heads)
            self.projects[-1].head[role] = slot
            if role == "project":
                self.projects[-1].cell = slot.cell
            found = True
        return found

    def _achieved(self, row: int, heads: list[str]) -> None:
        """实际完成情况, under its heading beside 预期目标."""
        column = next((c for c, h in enumerate(heads) if h == "实际完成情况"), None)
        if column is not None and row + 1 < len(self.grid.rows):
            self.projects[-1].head["done"] = self._slot(row + 1, column)

    def _says(self, role: str) -> bool:
        return not at(self.projects[-1].head, role).blank

    def _value_column(self, row: int, label: int) -> int:
        """The cell behind a label: the first behind its merged area."""
        for top, left, bottom, right in self.grid.merges:
            if top <= row <= bottom and left <= label <= right:
                return right + 1
        return label + 1

    def _fund(self, row: int, heads: list[str]) -> bool:
        label = next((f for f in FUNDS for h in heads if h and bare(h) == bare(f)), None)
        if label is None or not self.projects or not self.fund_columns or self.roles:
            return False
        self.projects[-1].funds[label] = {role: self._slot(row, c) for c, role in self.fund_columns.items()}
        return True

    # -- indicators ---------------------------------------------------------------------------------

    def _line(self, row: int) -> None:
        slots = {role: self._slot(row, c) for c, role in self.roles.items()}
        filled = [role for role, slot in slots.items() if not slot.blank]
        if not filled:
            return
        first = fold(slots[filled[0]].text).rstrip("-")
        if first == "总分" and self.projects:
            self.projects[-1].head["total_score"] = slots.get("score", Slot())
        if first in ("合计", "总计", "总分", "注") or first.startswith(("注:", "填表", "制表")):
            return
        if "project" in slots and not slots["project"].blank:
            head = {role: slots[role] for role in ("project", "unit", *_PROJECT_HEADS) if role in slots}
            if head.get("unit", Slot()).blank and self.projects:
                head["unit"] = Slot(at(self.projects[-1].head, "unit").value)
            self.projects.append(ProjectEntry(head, cell=slots["project"].cell))
            self.levels = {}
        if not self.projects:
            self.projects.append(ProjectEntry())
        line = {role: slot for role, slot in slots.items() if role not in ("project", "unit", *_PROJECT_HEADS)}
        for role in ("dimension", "kind"):
            if role in line and not line[role].blank:
                if role == "dimension":
                    self.levels.pop("kind", None)
                self.levels[role] = line[role].text
            elif role in self.levels:
                line[role] = Slot(self.levels[role])
        if any(not slot.blank for role, slot in line.items() if role not in ("dimension", "kind")):
            self.projects[-1].lines.append(line)


def _value(cell: RawCell) -> Decimal | str | None:
    return cell.number if cell.number is not None else cell.text or None


# ---------------------------------------------------------------- the list of projects


@dataclass(frozen=True, slots=True)
class ListedProject:
    """项目清单的一行. ``budget`` in 万元; ``trouble`` says what is wrong with the budget's cell."""

    name: str
    unit: str
    category: str
    budget: Decimal | None
    goal: str
    sheet: str
    cell: str
    trouble: str = ""


_COLUMNS = (
    ("name", re.compile(r"^(预算)?项目名称$")),
    ("unit", re.compile(r"^(项目|预算|实施)?单位(名称)?$")),
    ("category", re.compile(r"^项目(类别|类型|属性)$")),
    ("budget", re.compile(r"^(合计|总计|预算数|本年预算数?|预算金额|金额|年度预算总额|项目支出)$")),
    ("goal", re.compile(r"^(年度)?(总体)?绩效目标$|^年度总?体?目标$|^项目(内容|概述|总体目标)$")),
)


def read_projects(raw: RawDocument) -> list[ListedProject]:
    """项目清单. From the sheet that lists projects with their money (项目, 项目支出表); empty if there is none."""
    for grid in (b for b in raw.blocks if isinstance(b, Grid) and b.sheet):
        found = list(_listed(grid, _unit_of(raw, grid)))
        if found:
            return found
    return []


def _unit_of(raw: RawDocument, grid: Grid) -> MoneyUnit:
    words = [b.text for b in raw.blocks if isinstance(b, Paragraph) and b.place.sheet == grid.sheet]
    words += [cell.text for row in grid.rows[:4] for cell in row]
    said = [unit for text in words if "单位" in text and (unit := money_unit(text)) is not None]
    return said[0] if said else MoneyUnit.WAN


def _listed(grid: Grid, money: MoneyUnit) -> Iterator[ListedProject]:
    columns: dict[str, int] = {}
    for r, row in enumerate(grid.rows):
        heads = [clean_heading(cell.text) for cell in row]
        if "三级指标" in heads:
            return
        if not columns:
            columns = _project_columns(heads)
            continue
        name = fold(grid.cell(r, columns["name"]).text)
        if not name or name in ("合计", "总计", "小计") or _project_columns(heads):
            continue
        cell = grid.cell(r, columns["budget"])
        if not cell.text and cell.number is None and not cell.trouble and name.startswith("注"):
            continue
        budget, trouble = _budget(cell, money)
        texts = {role: grid.cell(r, c).text for role, c in columns.items()}
        place = grid.places.at(r, columns["budget"] if trouble else columns["name"])
        yield ListedProject(
            texts["name"].strip(), texts.get("unit", ""), texts.get("category", ""), budget, texts.get("goal", ""),
            grid.sheet, place.cell, trouble,
        )  # fmt: skip


def _project_columns(heads: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for role, pattern in _COLUMNS:
        column = next((c for c, head in enumerate(heads) if pattern.match(head)), None)
        if column is not None:
            found[role] = column
    return found if "name" in found and "budget" in found else {}


def _budget(cell: RawCell, money: MoneyUnit) -> tuple[Decimal | None, str]:
    numeral = read_numeral(cell.text) if cell.number is None else None
    value = cell.number if cell.number is not None else numeral.value if numeral is not None else None
    if value is None:
        said = cell.trouble or (f"“{cell.text}”不是数字" if cell.text.strip() else "没有填")
        return None, f"项目预算{said}"
    return value * money.scale / MoneyUnit.WAN.scale, ""
