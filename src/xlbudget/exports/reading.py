"""读出的事实. The facts of a document as ``read`` prints them: JSON (contract) and a workbook."""

from __future__ import annotations

from typing import Any

from xlbudget.model.amount import plain
from xlbudget.model.claim import Claim
from xlbudget.model.disclosure import Disclosure
from xlbudget.model.table import Row, Table
from xlbudget.model.targets import Indicator, TargetSheet


def read_json(disclosure: Disclosure) -> dict[str, Any]:
    """The object that ``read --format json`` prints."""
    return {
        "file": disclosure.file,
        "pack": disclosure.pack,
        "unit": disclosure.unit,
        "year": disclosure.year,
        "stage": disclosure.stage.value,
        "level": disclosure.level.value,
        "recognised": list(disclosure.recognised),
        "tables": [_table(table) for table in disclosure.tables],
        "claims": [_claim(claim) for claim in disclosure.narrative.claims],
        "targets": [_target(sheet) for sheet in disclosure.targets.sheets],
        "unread": [{"what": u.what, "why": u.why} for u in disclosure.unread],
    }


def _table(table: Table) -> dict[str, Any]:
    pages = {}
    if table.first_place.page is not None:
        pages = {"pages": [table.first_place.page, table.last_page or table.first_place.page]}
    return {
        "id": table.id,
        "number": table.number,
        "title": table.title,
        "money_unit": table.money_unit.value,
        "status": table.status.value,
        **pages,
        "columns": [column.heading for column in table.columns],
        "roles": [column.role for column in table.columns],
        "rows": [_row(row) for row in table.rows],
        "notes": [text for text, _ in table.notes],
    }


def _target(sheet: TargetSheet) -> dict[str, Any]:
    """One project with its indicators; figures as they were read, and what is doubted."""
    return {
        "project": sheet.project,
        "unit": sheet.unit,
        "category": sheet.category,
        "budget": sheet.budget.text if sheet.budget is not None else "",
        "goal": sheet.goal,
        "evaluation": sheet.is_evaluation,
        "indicators": [_indicator(indicator) for indicator in sheet.indicators],
        "funds": [
            {"label": f.label}
            | {
                key: plain(value)
                for key, value in (
                    ("initial", f.initial), ("adjusted", f.adjusted), ("executed", f.executed),
                    ("points", f.points), ("rate", f.rate), ("score", f.score),
                )
                if value is not None
            }
            for f in sheet.funds
        ],
        **({"total_score": plain(sheet.total_score[0])} if sheet.total_score is not None else {}),
        **({"doubt": sheet.doubt} if sheet.doubt else {}),
    }  # fmt: skip


def _indicator(indicator: Indicator) -> dict[str, str]:
    said = {
        "dimension": indicator.dimension, "kind": indicator.kind, "name": indicator.name, "nature": indicator.nature.value,
        "operator": indicator.operator.value, "target": indicator.target, "measure": indicator.measure,
        "points": plain(indicator.points) if indicator.points is not None else "", "prior": indicator.prior,
        "basis": indicator.basis, "scoring": indicator.scoring, "evidence": indicator.evidence, "actual": indicator.actual,
        "score": plain(indicator.score) if indicator.score is not None else "", "reason": indicator.reason,
        "doubt": indicator.doubt,
    }  # fmt: skip
    return {key: value for key, value in said.items() if value}


def _claim(claim: Claim) -> dict[str, Any]:
    """One figure of the prose; ``subject`` is the code or name of what it speaks of, ``text`` the clause."""
    topic = claim.topic
    about = {
        "scope": topic.scope,
        "component": topic.component,
        "side": topic.side.value,
        "period": topic.period if topic.period != "current" else "",
        "sign": {1: "", 0: "=", -1: "-"}[claim.sign],
        "page": claim.place.page,
        "index": claim.place.index,
        "sheet": claim.place.sheet,
        "cell": claim.place.cell,
    }
    return {
        "kind": claim.kind.value,
        "subject": topic.item.partition(":")[2] or topic.item,
        "text": claim.quote,
        "amount": claim.text,
        "line": claim.place.line,
        **{key: value for key, value in about.items() if value},
    }


def _row(row: Row) -> dict[str, Any]:
    return {
        "code": str(row.code) if row.code is not None else "",
        "label": row.name or row.label,
        "level": row.code.level if row.code is not None else row.kind.value,
        **({"side": row.side.value} if row.side.value else {}),
        **({"unit": row.unit} if row.unit else {}),
        "cells": [cell.text for cell in row.cells],
        **({"repaired": row.doubt} if row.doubt else {}),
    }
