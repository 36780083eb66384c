"""待核对清单. The sheet that lists every proposed cell with its ground; it is also how a later run knows its proposals.

A cell whose content no longer is what the list says was changed by a person, and is a person's entry from then on. So is
one that a person ticked off (any mark in the column 核对).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from xlbudget.authoring.formsheet import Canvas, new_book
from xlbudget.model.cellref import cell_position
from xlbudget.model.entries import Line, ProjectEntry, at
from xlbudget.model.ownsheets import TARGET_REVIEW as NAME
from xlbudget.model.raw import Grid, RawDocument

_FIRST = ("项目", "单位", "指标", "位置")
_LAST = ("依据", "上年目标", "核对")
LABELS = {
    "project": "项目名称", "unit": "单位", "category": "项目类别", "budget": "预算数", "goal": "年度目标",
    "dimension": "一级指标", "kind": "二级指标", "name": "三级指标", "nature": "指标性质", "operator": "指标方向",
    "sign": "指标性质", "target": "目标值", "measure": "计量单位", "value": "指标值", "points": "分值", "basis": "设置依据",
    "prior": "上年完成值", "scoring": "赋分规则", "evidence": "佐证资料", "actual": "实际完成值", "score": "得分",
    "reason": "偏差原因", "appropriation": "财政拨款", "other": "其他资金", "owner": "项目负责人", "department": "主管部门",
    "initial": "年初预算数", "adjusted": "全年预算数", "executed": "全年执行数", "rate": "执行率", "total_score": "总分", "done": "目标完成情况",
}  # fmt: skip

Record = Mapping[tuple[str, str, str], tuple[Mapping[str, str], str]]
"""What was proposed before: (unit, project, indicator) to the contents by column and their ground."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """一条待核对. The proposed cells of one line: their contents by column, where the line stands, on what ground."""

    project: str
    unit: str
    indicator: str
    place: str
    contents: Mapping[str, str]
    why: str
    last: str = ""


def proposals(projects: Sequence[ProjectEntry], sheet: str, last_values: Mapping[int, str]) -> list[Proposal]:
    """Every line of the form with proposed cells, in reading order."""
    found: list[Proposal] = []
    for entry in projects:
        for indicator, line in _lines(entry):
            slots = {r: s for r, s in line.items() if s.why and not s.blank and s.cell and r in LABELS}
            if slots:
                contents = {LABELS[role]: slot.text for role, slot in slots.items()}
                cells = sorted((s.cell for s in slots.values()), key=cell_position)
                why = "；".join(dict.fromkeys(slot.why for slot in slots.values()))
                place = f"{sheet}!{cells[0]}"
                last = last_values.get(id(line), "")
                found.append(Proposal(entry.name, entry.unit, indicator, place, contents, why, last))
    return found


def _lines(entry: ProjectEntry) -> Iterator[tuple[str, Line]]:
    yield "", entry.head
    for label, line in entry.funds.items():
        yield label, line
    for line in entry.lines:
        yield at(line, "name").text, line


def _listed(raw: RawDocument) -> Iterator[tuple[Proposal, str]]:
    """The rows of an earlier list, each with what a person put into its last column."""
    for grid in (b for b in raw.blocks if isinstance(b, Grid) and b.sheet == NAME):
        heads: list[str] = []
        for row in grid.rows:
            texts = [cell.text.strip() for cell in row]
            if texts[: len(_FIRST)] == list(_FIRST):
                heads = texts
            elif heads and texts[0]:
                said = dict(zip(heads, [*texts, *[""] * len(heads)], strict=False))
                contents = {h: said[h] for h in heads if h and h not in (*_FIRST, *_LAST) and said[h]}
                yield (
                    Proposal(texts[0], texts[1], texts[2], texts[3], contents, said["依据"], said["上年目标"]),
                    said["核对"],
                )


def read_record(raw: RawDocument) -> Record:
    """The proposals of earlier runs that no person ticked off."""
    return {(p.unit, p.project, p.indicator): (p.contents, p.why) for p, ticked in _listed(raw) if not ticked}


def listed_elsewhere(raw: RawDocument, sheet: str) -> list[Proposal]:
    """What the list says of other sheets: it stays listed when this sheet is filled anew."""
    return [p for p, _ in _listed(raw) if not p.place.startswith(f"{sheet}!")]


def recall(projects: Sequence[ProjectEntry], record: Record) -> None:
    """Mark as proposals again what stands as it was proposed."""
    for entry in projects:
        for indicator, line in _lines(entry):
            contents, why = record.get((entry.unit, entry.name, indicator), ({}, ""))
            for role, slot in line.items():
                if not slot.blank and slot.cell and contents.get(LABELS.get(role, "")) == slot.text:
                    slot.why = why


def draw_review(listed: Sequence[Proposal], told: Sequence[str]) -> bytes:
    """The workbook of the list alone, with the notices above it."""
    labels = [label for label in dict.fromkeys(LABELS.values()) if any(label in p.contents for p in listed)]
    heads = (*_FIRST, *labels, *_LAST)
    wide = {
        "项目": 22,
        "单位": 16,
        "指标": 24,
        "位置": 20,
        "年度目标": 24,
        "三级指标": 22,
        "依据": 34,
        "目标完成情况": 30,
    }
    canvas = Canvas(NAME, [float(wide.get(head, 11)) for head in heads])
    return new_book([(canvas, lambda c: _draw(c, heads, listed, told))])


def _draw(canvas: Canvas, heads: Sequence[str], listed: Sequence[Proposal], told: Sequence[str]) -> None:
    right = len(heads) - 1
    canvas.row_height(0, 30)
    canvas.put(0, 0, 0, right, "绩效填报待核对清单", "title")
    lead = "浅黄色的单元格是程序填写的建议，请逐项核对；改成自己的内容，或在“核对”一栏打勾，以后就不再改动。"
    for row, text in enumerate((lead, *told), 1):
        canvas.put(row, 0, row, right, text, "text")
    head = len(told) + 2
    for c, heading in enumerate(heads):
        canvas.put(head, c, head, c, heading, "head")
    for r, p in enumerate(listed, head + 1):
        said = {**dict(zip(_FIRST, (p.project, p.unit, p.indicator, p.place), strict=True)), **p.contents}
        said |= {"依据": p.why, "上年目标": p.last}
        for c, heading in enumerate(heads):
            canvas.put(r, c, r, c, said.get(heading, ""), "text")
    canvas.sheet.freeze_panes(head + 1, 1)
    canvas.finish(head + 1, head + len(listed), (head, head))
