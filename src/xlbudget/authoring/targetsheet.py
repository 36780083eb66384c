"""绩效目标表的写出. Draws the target form of a pack: one list of all projects, or one block a project."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from xlbudget.authoring.formsheet import Canvas, kind_of, runs, widths_of
from xlbudget.model.entries import ProjectEntry, Slot, at
from xlbudget.packs.performance import FormColumn, Performance

_HEAD_ROLES = ("project", "unit", "category", "budget", "goal")


def target_canvas(name: str, form: Performance) -> Canvas:
    """An empty sheet of the form's columns."""
    return Canvas(name, widths_of(form.columns))


def draw_targets(
    canvas: Canvas, form: Performance, projects: Sequence[ProjectEntry], unit: str, year: int, number: int | None
) -> None:
    """The whole form; every slot learns the address of its cell."""
    if form.block:
        _draw_blocks(canvas, form, projects, unit, year)
    else:
        _draw_list(canvas, form, projects, unit, number)


def _draw_list(
    canvas: Canvas, form: Performance, projects: Sequence[ProjectEntry], unit: str, number: int | None
) -> None:
    width = len(form.columns)
    if number:
        canvas.sheet.write(0, 0, f"表{number}", canvas.style("left"))
    canvas.row_height(1, 30)
    canvas.put(1, 0, 1, width - 1, form.title, "title")
    canvas.sheet.write(2, 0, f"编制单位：{unit}", canvas.style("left"))
    canvas.sheet.write(2, width - 1, "单位：万元", canvas.style("right"))
    canvas.row_height(3, 24)
    for c, column in enumerate(form.columns):
        canvas.put(3, c, 3, c, column.heading, "head")
    row = 4
    for entry in projects:
        canvas.breaks.append(row)
        height = max(1, len(entry.lines))
        for c, column in enumerate(form.columns):
            if column.role in _HEAD_ROLES:
                slot = at(entry.head, column.role)
                canvas.put(row, c, row + height - 1, c, slot.value, kind_of(column.role, slot.value), slot)
        entry.cell = at(entry.head, "project").cell
        _draw_lines(canvas, form.columns, entry, row)
        row += height
    _draw_total(canvas, form.columns, projects, row)
    canvas.sheet.freeze_panes(4, 0)
    canvas.finish(4, row, (3, 3))


def _draw_total(canvas: Canvas, columns: Sequence[FormColumn], projects: Sequence[ProjectEntry], row: int) -> None:
    """合计: the budgets of all projects, as a formula."""
    from xlbudget.model.cellref import column_letters

    canvas.breaks.append(row)
    money = next(c for c, column in enumerate(columns) if column.role == "budget")
    for c in range(len(columns)):
        canvas.put(row, c, row, c, "合计" if c == 0 else None, "total")
    known = [slot.value for p in projects if isinstance((slot := at(p.head, "budget")).value, Decimal)]
    letters = column_letters(money + 1)
    total = sum((v for v in known if isinstance(v, Decimal)), Decimal(0))
    formula = Slot(total, formula=f"SUM({letters}5:{letters}{row})" if row > 4 else "")
    canvas.put(row, money, row, money, total, "totalmoney", formula)


def _draw_lines(canvas: Canvas, columns: Sequence[FormColumn], entry: ProjectEntry, row: int) -> None:
    lines = entry.lines
    whole = [(0, len(lines) - 1)] if lines else []
    dimensions = runs(lines, "dimension", whole)
    merged = {"dimension": dimensions, "kind": runs(lines, "kind", dimensions)}
    for c, column in enumerate(columns):
        if column.role in _HEAD_ROLES:
            continue
        if not lines:
            canvas.put(row, c, row, c, None, "text")
        for first, last in merged.get(column.role, [(i, i) for i in range(len(lines))]):
            slot = at(lines[first], column.role)
            for line in lines[first + 1 : last + 1]:
                own = at(line, column.role)
                own.cell, own.new = "", False
            canvas.put(row + first, c, row + last, c, slot.value, kind_of(column.role, slot.value), slot)


def _draw_blocks(canvas: Canvas, form: Performance, projects: Sequence[ProjectEntry], unit: str, year: int) -> None:
    width = len(form.columns)
    row = 0
    for entry in projects:
        canvas.breaks.append(row)
        canvas.row_height(row, 30)
        canvas.put(row, 0, row, width - 1, form.title, "title")
        canvas.put(row + 1, 0, row + 1, width - 1, f"（{year}年）", "caption")
        own = at(entry.head, "unit")
        if own.blank:
            own.propose(unit, "工作簿的单位名称")
        canvas.put(row + 2, 0, row + 2, 0, "预算单位", "head")
        canvas.put(row + 2, 1, row + 2, width - 1, own.value, "text", own)
        _pair(canvas, entry, row + 3, [("项目名称", "project", 0, 1, 4), ("项目负责人", "owner", 5, 6, width - 1)])
        _pair(
            canvas,
            entry,
            row + 4,
            [
                ("年度预算总额：", "budget", 1, 2, 2),
                ("其中：财政拨款", "appropriation", 3, 4, 4),
                ("其他资金：", "other", 5, 6, width - 1),
            ],
        )
        canvas.put(row + 4, 0, row + 4, 0, "项目资金\n（万元）", "head")
        goal = at(entry.head, "goal")
        canvas.put(row + 5, 0, row + 5, 0, "项目总体目标", "head")
        canvas.put(row + 5, 1, row + 5, width - 1, goal.value, "text", goal)
        entry.cell = at(entry.head, "project").cell
        for c, column in enumerate(form.columns):
            canvas.put(row + 6, c, row + 6, c, column.heading, "head")
        _draw_lines(canvas, form.columns, entry, row + 7)
        row += 7 + len(entry.lines) + 1
    canvas.finish(0, max(0, row - 2), None)


def _pair(canvas: Canvas, entry: ProjectEntry, row: int, cells: Sequence[tuple[str, str, int, int, int]]) -> None:
    """Labels with their values behind them."""
    for label, role, at_, first, last in cells:
        slot = at(entry.head, role)
        canvas.put(row, at_, row, at_, label, "head")
        money = role in ("budget", "appropriation", "other") and isinstance(slot.value, Decimal)
        canvas.put(row, first, row, last, slot.value, "money" if money else "text", slot)


_BESIDE = (
    (b"<dataValidation ", "下拉选项（数据验证）"), (b"<conditionalFormatting", "条件格式"), (b"<legacyDrawing", "批注"),
    (b"<drawing", "图形"), (b"<hyperlink ", "超链接"),
)  # fmt: skip


def obstacles(data: bytes, sheet: str, projects: Sequence[ProjectEntry]) -> list[str]:
    """What a redrawing of the sheet would lose: formulas that rest on its own cells, and what is not a cell."""
    from xlbudget.authoring.book import Book

    book = Book(data)
    xml = book.package[book.sheet(sheet).part]
    found = [words for mark, words in _BESIDE if mark in xml]
    for entry in projects:
        for line in (entry.head, *entry.lines, *entry.funds.values()):
            found += [f"{slot.cell} 的公式" for slot in line.values() if slot.formula and "!" not in slot.formula]
    return found
