"""填报绩效目标、绩效自评. What ``fill targets`` and ``score`` do with a workbook file: read, plan, write without loss."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from xlbudget.app.comparing import Beside, compare_with
from xlbudget.authoring.evaluationsheet import deviation_sheet, evaluation_sheet
from xlbudget.authoring.reviewing import (
    draw_review,
    listed_elsewhere,
    proposals,
    read_record,
    recall,
)
from xlbudget.authoring.scoring import Scored, evaluation_of, evaluation_prose, score
from xlbudget.authoring.targets import Ground, Plan, Project, plan_targets
from xlbudget.authoring.workbook import CellEdit, NewSheet, StyleEdit, edit_workbook
from xlbudget.model.amount import MoneyUnit
from xlbudget.model.disclosure import Disclosure
from xlbudget.model.entries import EnteredForm, Line, ProjectEntry
from xlbudget.model.ownsheets import DEVIATIONS, TARGET_REVIEW
from xlbudget.model.raw import RawDocument
from xlbudget.model.table import RowKind, TableStatus
from xlbudget.model.targets import TargetSheet
from xlbudget.packs.catalog import get_pack
from xlbudget.packs.performance import Performance
from xlbudget.packs.schema import Pack
from xlbudget.reading.disclosing import disclose
from xlbudget.reading.entries import read_entries, read_projects
from xlbudget.reading.recognising import NATIONAL
from xlbudget.sources.opening import open_document

TINT = "FFF6D6"


class PerformingError(Exception):
    """What cannot be done with this workbook; the message is one Chinese sentence for people."""


@dataclass(slots=True)
class Changes:
    """改动. ``data`` is the new workbook, ``None`` when there is nothing to change; ``edits`` and ``sheets`` lead to it."""

    data: bytes | None = None
    edits: list[CellEdit] = field(default_factory=list)
    sheets: list[NewSheet] = field(default_factory=list)

    def carry_out(self, data: bytes, edits: list[CellEdit], sheets: Sequence[NewSheet]) -> None:
        """Make the new workbook. The sheets are told as they stand in it, where their formulas find the other sheets."""
        self.edits, self.data = edits, edit_workbook(data, edits, new_sheets=sheets).data
        self.sheets = [replace(s, workbook=self.data, source_name=s.name) for s in sheets]


@dataclass(slots=True)
class Filled:
    """填报结果."""

    sheet: str
    projects: int
    proposed: int
    grave: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    changes: Changes = field(default_factory=Changes)

    @property
    def data(self) -> bytes | None:
        return self.changes.data


def fill_target_book(path: Path, last: Sequence[Path] = (), pack_id: str | None = None, archive: str = "") -> Filled:
    """填报绩效目标; last year's sheets come from the files of ``last``, else from the archive.

    Raises :class:`PerformingError`, ``SourceError``, ``PackError``, ``ArchiveError`` or ``WorkbookError``.
    """
    raw = open_document(path)
    sheets = [_last_sheets(p) for p in last] or _kept_sheets(raw, pack_id, archive)
    return filled_targets(raw, path.read_bytes(), sheets, pack_id)


def _kept_sheets(raw: RawDocument, pack_id: str | None, archive: str) -> list[tuple[int | None, list[TargetSheet]]]:
    """Last year's sheets as the archive keeps them: the self-evaluation of the final accounts, the budget's targets."""
    disclosure, _, _ = book_facts(raw, pack_id)
    compare_with(disclosure, Beside(archive=archive))
    kept = (disclosure.context.executed, disclosure.context.prior)
    return [(d.year, d.targets.sheets) for d in kept if d is not None and d.targets.sheets]


def _last_sheets(path: Path) -> tuple[int | None, list[TargetSheet]]:
    disclosure = disclose(open_document(path))
    if not disclosure.targets.sheets:
        raise PerformingError(f"“{path.name}”里没有读出绩效目标表或自评表，请换一个文件，或不用 --last")
    return disclosure.year, disclosure.targets.sheets


def filled_targets(
    raw: RawDocument, data: bytes, last: Sequence[tuple[int | None, list[TargetSheet]]], pack_id: str | None = None
) -> Filled:
    """The same for a workbook in memory."""
    disclosure, pack, year = book_facts(raw, pack_id)
    form = pack.performance
    entered = read_entries(raw, form)
    form = _form_of(entered, form)
    recall(entered.projects, read_record(raw))
    listed = _projects(raw, disclosure)
    if not listed and not any(e.name for e in entered.projects):
        raise PerformingError(
            "没有找到项目：请在工作表“项目”或“项目支出表”里列出项目名称和预算数，或在支出总表的“项目支出”栏填数"
        )
    sheets = _merged_last(last)
    last_year = max((y for y, _ in last if y is not None and y < year), default=year - 1)
    ground = Ground(form, pack.catalogue, year, sheets, last_year)
    plan = plan_targets(ground, listed, entered.projects)
    name = entered.sheet or _sheet_name(pack)
    anchor = listed[0].cell.partition("!")[0] if listed else ""
    about = (replace(pack, performance=form), disclosure.unit, year)
    return _written(raw, data, plan, entered, name, about, anchor)


def _form_of(entered: EnteredForm, form: Performance) -> Performance:
    """The form that a person began to fill: the pack's own, or the usual one with the pack's points."""
    usual = get_pack(NATIONAL).performance
    for own in (form, replace(form, columns=usual.columns, block=usual.block)):
        if not entered.projects or entered.roles <= {column.role for column in own.columns}:
            return own
    raise PerformingError(
        f"工作表“{entered.sheet}”的栏目与模板包的表式不同，为免丢失内容没有改动；请用 --pack 指定模板包，或把内容移到表式规定的栏目"
    )


def book_facts(raw: RawDocument, pack_id: str | None) -> tuple[Disclosure, Pack, int]:
    """The disclosure, pack and year of a workbook; says what is missing."""
    if raw.kind != "xlsx":
        raise PerformingError("不是 .xlsx 工作簿，不能填写；请在 Excel 或 WPS 中另存为 .xlsx，再试")
    disclosure = disclose(raw, pack_id)
    if disclosure.year is None:
        raise PerformingError("没有认出预算年度，请在封面或表题中写明（如“2026年”）")
    return disclosure, get_pack(disclosure.pack), disclosure.year


def _merged_last(last: Sequence[tuple[int | None, list[TargetSheet]]]) -> list[TargetSheet]:
    """All sheets of last year; where a plan and a self-evaluation tell of one project, the self-evaluation comes first."""
    return sorted((s for _, sheets in last for s in sheets), key=lambda s: not s.is_evaluation)


def _projects(raw: RawDocument, disclosure: Disclosure) -> list[Project]:
    found = [
        Project(p.name, p.unit or disclosure.unit, p.category, p.budget, p.goal, f"{p.sheet}!{p.cell}", p.trouble)
        for p in read_projects(raw)
    ]
    return found or _from_expenditure(disclosure)


def _from_expenditure(disclosure: Disclosure) -> list[Project]:
    """The lowest subjects of the expenditure table that hold project money, each as a project."""
    table = disclosure.table("expenditure")
    column = table.column_index("project") if table is not None and table.status is TableStatus.READ else None
    if table is None or column is None:
        return []
    parents = {row.parent for row in table.rows}
    found = []
    for n, row in enumerate(table.rows):
        amount = row.cells[column].amount
        if row.kind is RowKind.SUBJECT and n not in parents and amount is not None and amount.value:
            place = table.place(row, column)
            wan = amount.yuan / MoneyUnit.WAN.scale
            found.append(Project(row.name, disclosure.unit, "", wan, "", f"{place.sheet}!{place.cell}"))
    return found


def _sheet_name(pack: Pack) -> str:
    spec = pack.table("targets")
    number = spec.number if spec is not None and spec.number else ""
    return f"{number}{spec.title if spec is not None and spec.number else pack.performance.title}"[:31]


# ---------------------------------------------------------------- writing


def _written(
    raw: RawDocument,
    data: bytes,
    plan: Plan,
    entered: EnteredForm,
    name: str,
    about: tuple[Pack, str, int],
    anchor: str,
) -> Filled:
    from xlbudget.authoring.formsheet import new_book
    from xlbudget.authoring.targetsheet import draw_targets, obstacles, target_canvas

    pack, unit, year = about
    fresh = sum(slot.new for p in plan.projects for line in _lines(p) for slot in line.values() if not slot.blank)
    grave, notices = (_with_sheet(told, name) for told in (plan.grave, plan.notices))
    result = Filled(name, len(plan.projects), fresh, grave, notices)
    if not plan.changed:
        return result
    form = pack.performance
    in_place = (
        bool(entered.sheet)
        and all(slot.cell for p in plan.projects for line in _lines(p) for slot in line.values() if slot.new)
        and len(plan.projects) == len(entered.projects)
    )
    edits: list[CellEdit] = []
    new_sheets: list[NewSheet] = []
    if in_place:
        edits = cell_edits(name, plan.projects)
    else:
        if entered.projects and (lost := obstacles(data, name, entered.projects)):
            raise PerformingError(
                f"要在工作表“{name}”里加行，但表中有{lost[0]}，重排会丢失；请先去掉（或把已填内容另存一张表），再试"
            )
        number = (pack.table("targets") or pack.tables[0]).number if pack.table("targets") else None
        canvas = target_canvas(name, form)
        book = new_book([(canvas, lambda c: draw_targets(c, form, plan.projects, unit, year, number))])
        new_sheets.append(NewSheet(name, book, name, after=anchor if not entered.sheet else "", replace=True))
    new_sheets.append(review_sheet(plan.projects, name, plan.last_values, [*grave, *notices], raw))
    result.changes.carry_out(data, edits, new_sheets)
    return result


def _with_sheet(told: Sequence[str], sheet: str) -> list[str]:
    """The messages with the sheet before a bare address: ``K5：…`` as ``绩效表!K5：…``."""
    return [f"{sheet}!{text}" if re.match(r"[A-Z]{1,2}\d", text) else text for text in told]


def _lines(entry: ProjectEntry) -> list[Line]:
    return [entry.head, *entry.lines, *entry.funds.values()]


def cell_edits(sheet: str, projects: Sequence[ProjectEntry]) -> list[CellEdit]:
    """The new proposals as edits of their cells, tinted."""
    return [
        CellEdit(sheet, slot.cell, slot.value, slot.formula, style=StyleEdit(fill=TINT))
        for entry in projects
        for line in _lines(entry)
        for slot in line.values()
        if slot.new and slot.cell
    ]


def review_sheet(
    projects: Sequence[ProjectEntry], sheet: str, last: dict[int, str], told: Sequence[str], raw: RawDocument
) -> NewSheet:
    """The list of proposals as a sheet; what earlier runs listed of other sheets stays listed."""
    listed = [*listed_elsewhere(raw, sheet), *proposals(projects, sheet, last)]
    book = draw_review(listed, told)
    return NewSheet(TARGET_REVIEW, book, TARGET_REVIEW, replace=True)


# ---------------------------------------------------------------- self-evaluation


@dataclass(slots=True)
class Evaluated:
    """自评结果. ``created`` when the sheet is a new one."""

    sheet: str
    scored: Scored
    created: bool
    changes: Changes = field(default_factory=Changes)

    @property
    def data(self) -> bytes | None:
        return self.changes.data


def score_book(path: Path, pack_id: str | None = None) -> Evaluated:
    """绩效自评 of a workbook file; raises as :func:`fill_target_book`."""
    return scored_book(open_document(path), path.read_bytes(), pack_id)


def scored_book(raw: RawDocument, data: bytes, pack_id: str | None = None) -> Evaluated:
    """绩效自评. Makes the self-evaluation sheet from the target sheet, or scores the one that is there."""
    disclosure, pack, year = book_facts(raw, pack_id)
    form = pack.performance
    entered = read_entries(raw, form, evaluation=True)
    recall(entered.projects, read_record(raw))
    created = not entered.projects
    name = entered.sheet or form.evaluation_title[:31]
    if created:
        plans = [s for s in disclosure.targets.sheets if s.indicators and not s.is_evaluation]
        if not plans:
            raise PerformingError("没有绩效目标表，也没有自评表；请先填写绩效目标（xlbudget fill targets），再作自评")
        entered = EnteredForm("", [evaluation_of(sheet, form) for sheet in plans])
    scored = score(entered.projects, form)
    scored.grave, scored.notices = (_with_sheet(told, name) for told in (scored.grave, scored.notices))
    result = Evaluated(name, scored, created)
    fresh = any(slot.new for p in scored.projects for line in _lines(p) for slot in line.values())
    if not fresh:
        return result
    new_sheets: list[NewSheet] = []
    edits: list[CellEdit] = []
    if created:
        book = evaluation_sheet(name, form, scored.projects, disclosure.unit, year)
        new_sheets.append(NewSheet(name, book, name, replace=True))
    else:
        edits = cell_edits(name, scored.projects)
    told = [*scored.grave, *scored.notices]
    prose = evaluation_prose(scored, disclosure.unit, year)
    new_sheets.append(NewSheet(DEVIATIONS, deviation_sheet(scored.deviations, prose, told), DEVIATIONS, replace=True))
    new_sheets.append(review_sheet(scored.projects, name, {}, told, raw))
    result.changes.carry_out(data, edits, new_sheets)
    return result
