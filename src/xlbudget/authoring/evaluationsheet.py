"""绩效自评表的写出. One page a project: money, achievements, scores; and the working paper of deviations and prose."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from xlbudget.authoring.formsheet import Canvas, kind_of, new_book, runs, widths_of
from xlbudget.authoring.scoring import PARTS, TOTAL_ROW, Deviation
from xlbudget.model.entries import ProjectEntry, Slot, at
from xlbudget.model.ownsheets import DEVIATIONS
from xlbudget.packs.performance import Performance

_FUNDS = (
    ("initial", "年初预算数", 3, 4), ("adjusted", "全年预算数", 5, 5), ("executed", "全年执行数", 6, 6),
    ("points", "分值", 7, 7), ("rate", "执行率(%)", 8, 8), ("score", "得分", 9, 9),
)  # fmt: skip


def evaluation_sheet(name: str, form: Performance, projects: Sequence[ProjectEntry], unit: str, year: int) -> bytes:
    """The workbook of the sheet alone."""
    canvas = Canvas(name, widths_of(form.evaluation))
    return new_book([(canvas, lambda c: _draw(c, form, projects, unit, year))])


def _draw(canvas: Canvas, form: Performance, projects: Sequence[ProjectEntry], unit: str, year: int) -> None:
    row = 0
    for entry in projects:
        canvas.breaks.append(row)
        row = _block(canvas, form, entry, unit, year, row) + 2
    canvas.finish(0, max(0, row - 2), None)


def _block(canvas: Canvas, form: Performance, entry: ProjectEntry, unit: str, year: int, row: int) -> int:
    """One project; the last row that it takes."""
    right = len(form.evaluation) - 1
    head = entry.head
    canvas.row_height(row, 30)
    canvas.put(row, 0, row, right, form.evaluation_title, "title")
    canvas.put(row + 1, 0, row + 1, right, f"（{year}年度）", "caption")
    canvas.put(row + 2, 0, row + 2, 0, "项目名称", "head")
    canvas.put(row + 2, 1, row + 2, right, at(head, "project").value, "text", at(head, "project"))
    entry.cell = at(head, "project").cell
    canvas.put(row + 3, 0, row + 3, 0, "主管部门", "head")
    canvas.put(row + 3, 1, row + 3, 4, at(head, "department").value, "text", at(head, "department"))
    canvas.put(row + 3, 5, row + 3, 5, "实施单位", "head")
    own = at(head, "unit")
    own.propose(unit, "工作簿的单位名称") if own.blank else None
    canvas.put(row + 3, 6, row + 3, right, own.value, "text", own)
    row = _funds(canvas, entry, row + 4, right)
    canvas.put(row, 0, row + 1, 0, "年度总体目标", "head")
    canvas.put(row, 1, row, 5, "预期目标", "head")
    canvas.put(row, 6, row, right, "实际完成情况", "head")
    canvas.put(row + 1, 1, row + 1, 5, at(head, "goal").value, "text", at(head, "goal"))
    canvas.put(row + 1, 6, row + 1, right, at(head, "done").value, "text", at(head, "done"))
    row += 2
    for c, column in enumerate(form.evaluation):
        canvas.put(row, c, row, c, column.heading, "head")
    return _lines(canvas, form, entry, row + 1)


def _funds(canvas: Canvas, entry: ProjectEntry, row: int, right: int) -> int:
    canvas.put(row, 0, row + 4, 0, "项目资金\n（万元）", "head")
    canvas.put(row, 1, row, 2, None, "head")
    for _, heading, first, last in _FUNDS:
        canvas.put(row, first, row, last, heading, "head")
    canvas.put(row, 10, row, right, None, "head")
    for r, label in enumerate((TOTAL_ROW, *PARTS), row + 1):
        line = entry.funds.setdefault(label, {})
        canvas.put(r, 1, r, 2, label, "center")
        for role, _, first, last in _FUNDS:
            slot = at(line, role)
            kind = "money" if role in ("initial", "adjusted", "executed") else "rate" if role == "rate" else "points"
            canvas.put(r, first, r, last, slot.value, kind if isinstance(slot.value, Decimal) else "center", slot)
        canvas.put(r, 10, r, right, None, "text")
    return row + 5


def _lines(canvas: Canvas, form: Performance, entry: ProjectEntry, row: int) -> int:
    lines = entry.lines
    dimensions = runs(lines, "dimension", [(0, len(lines) - 1)] if lines else [])
    merged = {"dimension": dimensions, "kind": runs(lines, "kind", dimensions)}
    for c, column in enumerate(form.evaluation):
        for first, last in merged.get(column.role, [(i, i) for i in range(len(lines))]):
            slot = at(lines[first], column.role)
            for line in lines[first + 1 : last + 1]:
                at(line, column.role).cell, at(line, column.role).new = "", False
            canvas.put(row + first, c, row + last, c, slot.value, kind_of(column.role, slot.value), slot)
    row += len(lines)
    at_ = {column.role: c for c, column in enumerate(form.evaluation)}
    canvas.put(row, 0, row, at_["points"] - 1, "总分", "total")
    canvas.put(row, at_["points"], row, at_["points"], Decimal(100), "totalrate")
    total = at(entry.head, "total_score")
    canvas.put(row, at_["score"], row, at_["score"], total.value, "totalrate", total)
    for c in range(at_["score"] + 1, len(form.evaluation)):
        canvas.put(row, c, row, c, None, "total")
    return row


def deviation_sheet(deviations: Sequence[Deviation], prose: Sequence[str], told: Sequence[str]) -> bytes:
    """绩效自评说明: what needs a reason, and the prose to paste into the disclosure."""
    canvas = Canvas(DEVIATIONS, [26, 60, 44, 12])
    return new_book([(canvas, lambda c: _draw_deviations(c, deviations, prose, told))])


def _draw_deviations(
    canvas: Canvas, deviations: Sequence[Deviation], prose: Sequence[str], told: Sequence[str]
) -> None:
    canvas.row_height(0, 30)
    canvas.put(0, 0, 0, 3, "绩效自评说明", "title")
    row = 1
    for text in told:
        canvas.put(row, 0, row, 3, text, "text")
        row += 1
    for c, heading in enumerate(("项目", "偏差", "原因和改进措施（请在自评表“偏差原因”一栏填写）", "位置")):
        canvas.put(row, c, row, c, heading, "head")
    head = row
    for row, d in enumerate(deviations, head + 1):
        for c, text in enumerate((d.project, d.what, d.reason, d.cell)):
            canvas.put(row, c, row, c, text, "text", Slot(text))
    row = head + max(1, len(deviations)) + 1
    if not deviations:
        canvas.put(head + 1, 0, head + 1, 3, "没有需要说明原因的偏差。", "text")
    row += 1
    canvas.put(row, 0, row, 3, "情况说明（可复制到决算公开的“预算绩效情况说明”）", "head")
    for text in prose:
        row += 1
        canvas.put(row, 0, row, 3, text, "prose")
        canvas.heights[row] = max(canvas.heights.get(row, 21.0), 24.0 * (1 + len(text) * 2.9 // 142))
    canvas.finish(1, row, None)
