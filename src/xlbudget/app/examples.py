"""示例公式. Takes the documented example of a function apart: its name and its arguments as values."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any


def example_call(formula: str) -> tuple[str, list[Any]]:
    """The name and the arguments of a formula such as ``F({"a",1;"b",2},"208")``; an array becomes rows of values."""
    match = re.fullmatch(r"(\w+)\((.*)\)", formula, re.DOTALL)
    if match is None:
        raise ValueError(f"“{formula}”不是示例公式")
    return match[1], [_value(text) for text in re.findall(r'\{[^}]*\}|"[^"]*"|[^,]+', match[2])]


def example_rows(result: str) -> list[list[str]]:
    """The documented result as rows: ``|`` between cells, ``;`` between rows."""
    return [row.split("|") for row in result.split(";")]


def _value(text: str) -> Any:
    if text.startswith("{"):
        return [[_value(cell) for cell in re.findall(r'"[^"]*"|[^,]+', row)] for row in text[1:-1].split(";")]
    return text[1:-1] if text.startswith('"') else Decimal(text)
