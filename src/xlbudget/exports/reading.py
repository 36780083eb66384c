"""读出的事实. The facts of a document as ``read`` prints them: JSON (contract) and a workbook."""

from __future__ import annotations

from typing import Any

from xlbudget.model.claim import Claim
from xlbudget.model.disclosure import Disclosure
from xlbudget.model.table import Row, Table


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
        "targets": [],
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
