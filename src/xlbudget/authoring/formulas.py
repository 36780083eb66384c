"""公式中的引用. Which cells a formula speaks of; nothing is ever calculated.

A formula is split into texts, quoted names, references and the rest. Source of the grammar: ECMA-376 part 1, 18.17.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from xlbudget.model.cellref import MAX_COLUMNS, MAX_ROWS, column_letters, column_number

_CELL = r"\$?[A-Za-z]{1,3}\$?[1-9][0-9]{0,6}"
_TOKEN = re.compile(
    rf"""
    (?P<text>"(?:[^"]|"")*")
  | (?P<sheet>'(?:[^']|'')*'!|\w[\w.]*(?::\w[\w.]*)?!|\[\d+\][\w.]*!)?
    (?:(?P<range>{_CELL}:{_CELL}|{_CELL}(?![\w.(!]))
      |(?P<columns>\$?[A-Za-z]{{1,3}}:\$?[A-Za-z]{{1,3}})(?![\w.(!])
      |(?P<rows>\$?[1-9][0-9]{{0,6}}:\$?[1-9][0-9]{{0,6}})(?![\w.]))
  | (?P<name>[^\W\d][\w.\\]*(?P<call>\s*\()?(?P<structured>\[)?)
  | (?P<number>\d[\w.]*)
  | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_PART = re.compile(r"(\$?)([A-Za-z]*)(\$?)([0-9]*)")
VOLATILE = frozenset(("INDIRECT", "OFFSET"))
"""Functions that reach cells which their text does not name."""


@dataclass(frozen=True, slots=True)
class Area:
    """区域. 0-based, inclusive; ``sheet`` is empty where the formula names none."""

    sheet: str
    top: int
    left: int
    bottom: int
    right: int

    def meets(self, other: Area) -> bool:
        """Do two areas of one sheet share a cell? (The sheets are not looked at.)"""
        return (
            self.top <= other.bottom
            and other.top <= self.bottom
            and self.left <= other.right
            and other.left <= self.right
        )


@dataclass(frozen=True, slots=True)
class References:
    """引用. The areas and names of a formula; ``anywhere``: it may reach any cell."""

    areas: tuple[Area, ...]
    names: tuple[str, ...]
    anywhere: bool = False


def references(formula: str, down: int = 0, right: int = 0) -> References:
    """What a formula refers to; relative references are moved ``down`` and ``right`` (shared formulas)."""
    areas: list[Area] = []
    names: list[str] = []
    anywhere = False
    for token in _TOKEN.finditer(formula):
        sheet = _sheet(token["sheet"])
        if sheet is None:
            anywhere = True
        elif token["range"] or token["columns"] or token["rows"]:
            if not sheet.startswith("["):
                areas.append(_area(sheet, token["range"] or token["columns"] or token["rows"], down, right))
        elif token["name"]:
            word = re.split(r"[\s(\[]", token["name"])[0]
            anywhere = anywhere or bool(token["structured"]) or bool(token["call"] and word.upper() in VOLATILE)
            if not token["call"]:
                names.append(word)
    return References(tuple(areas), tuple(names), anywhere)


def _sheet(text: str | None) -> str | None:
    """The name without quotes; ``None`` for a span of sheets (``Jan:Dec!A1``)."""
    if not text:
        return ""
    name = text[:-1]
    if name.startswith("'"):
        name = name[1:-1].replace("''", "'")
    if ":" in name:
        return None
    return name


def _area(sheet: str, text: str, down: int, right: int) -> Area:
    corners = [_corner(part, down, right) for part in text.split(":")]
    rows = [row for row, _ in corners if row is not None]
    columns = [column for _, column in corners if column is not None]
    return Area(
        sheet,
        min(rows, default=0),
        min(columns, default=0),
        max(rows, default=MAX_ROWS - 1),
        max(columns, default=MAX_COLUMNS - 1),
    )


def _corner(text: str, down: int, right: int) -> tuple[int | None, int | None]:
    match = _PART.fullmatch(text)
    assert match is not None
    fixed_column, letters, fixed_row, digits = match.groups()
    if not letters:
        fixed_row = fixed_column
    row = (int(digits) - 1 + (0 if fixed_row else down)) % MAX_ROWS if digits else None
    column = (column_number(letters.upper()) - 1 + (0 if fixed_column else right)) % MAX_COLUMNS if letters else None
    return row, column


def moved(formula: str, down: int, right: int) -> str:
    """The formula as it reads when it is copied so many rows down and columns to the right."""
    return "".join(_moved(token, down, right) for token in _TOKEN.finditer(formula))


def _moved(token: re.Match[str], down: int, right: int) -> str:
    text = token["range"] or token["columns"] or token["rows"]
    if not text:
        return token[0]
    return (token["sheet"] or "") + ":".join(_moved_part(part, down, right) for part in text.split(":"))


def _moved_part(text: str, down: int, right: int) -> str:
    match = _PART.fullmatch(text)
    assert match is not None
    row, column = _corner(text, down, right)
    fixed_column, letters, fixed_row, _ = match.groups()
    column_text = fixed_column + (column_letters(column + 1) if column is not None else "") if letters else ""
    row_text = (fixed_row if letters else fixed_column) + str(row + 1) if row is not None else ""
    return column_text + row_text
