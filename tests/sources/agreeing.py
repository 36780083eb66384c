"""What a disclosure says, whatever file it came in: to compare readers with each other."""

from __future__ import annotations

from typing import Any

from xlbudget.model.disclosure import Disclosure


def bound(disclosure: Disclosure) -> list[Any]:
    """Every table with its columns and every cell's text and amount."""
    return [
        (
            table.id,
            table.title,
            table.status,
            table.money_unit,
            [(column.role, column.period, column.side) for column in table.columns],
            [
                (row.label, row.code and row.code.code, row.kind, [(cell.text, cell.amount) for cell in row.cells])
                for row in table.rows
            ],
        )
        for table in disclosure.tables
    ]


def claims(disclosure: Disclosure) -> list[Any]:
    """Every figure of the prose and what it speaks of."""
    return [(claim.kind, claim.quote, claim.amount, claim.topic) for claim in disclosure.narrative.claims]
