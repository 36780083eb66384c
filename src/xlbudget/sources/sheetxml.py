"""工作表的 XML. What a value reader does not tell of a sheet: number formats, formulas, errors, hidden rows and columns.

One pass of a regular expression over the bytes of each sheet: no tree is built and no formula is evaluated.
Source of the element names: ECMA-376 part 1, 18.3.1 (worksheets) and 18.8 (styles).
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass, field
from html import unescape

from xlbudget.model.cellref import column_number

MAX_SHEET_XML = 48 * 1024 * 1024
"""Sheets with more XML than this hold formatting, not a budget table; they are read without their formats."""


@dataclass(slots=True)
class NumberFormat:
    """数字格式. ``decimals`` shown (``None``: general), ``scale`` the power of ten the display divides by."""

    decimals: int | None = None
    percent: bool = False
    scale: int = 0
    hides: bool = False
    hides_zero: bool = False


GENERAL = NumberFormat()


@dataclass(slots=True)
class SheetMarks:
    """What stands beside the values of one sheet; positions are 0-based (row, column)."""

    formats: dict[tuple[int, int], NumberFormat] = field(default_factory=dict)
    formulas: dict[tuple[int, int], str] = field(default_factory=dict)
    without_value: set[tuple[int, int]] = field(default_factory=set)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    complete: bool = True


_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*)(?<!/)>(.*?)</(?:\w+:)?c>", re.DOTALL)
_REF = re.compile(rb'\br="([A-Z]{1,3})(\d+)"')
_STYLE = re.compile(rb'\bs="(\d+)"')
_FORMULA = re.compile(rb"<(?:\w+:)?f\b[^>]*?(?:/>|>(.*?)</(?:\w+:)?f>)", re.DOTALL)
_VALUE = re.compile(rb"<(?:\w+:)?v>(.*?)</(?:\w+:)?v>", re.DOTALL)
_SHARED_TEXT = b't="s"'
_HIDDEN_ROW = re.compile(rb'<(?:\w+:)?row\b(?=[^>]*\bhidden="(?:1|true)")[^>]*?\br="(\d+)"')
_COLUMN = re.compile(rb'<(?:\w+:)?col\b(?=[^>]*\bhidden="(?:1|true)")(?=[^>]*\bmin="(\d+)")(?=[^>]*\bmax="(\d+)")')


def sheet_marks(package: zipfile.ZipFile, part: str, styles: list[NumberFormat]) -> SheetMarks:
    """Scan one sheet part of the package."""
    marks = SheetMarks()
    if package.getinfo(part).file_size > MAX_SHEET_XML:
        marks.complete = False
        return marks
    data = package.read(part)
    letters: dict[bytes, int] = {}
    for attributes, body in _CELL.findall(data):
        if _SHARED_TEXT in attributes and b"<f" not in body:
            continue
        style = _STYLE.search(attributes)
        number = int(style[1]) if style else 0
        shown = styles[number] if number < len(styles) else GENERAL
        has_formula = b"<f" in body
        is_error = b't="e"' in attributes
        if shown is GENERAL and not has_formula and not is_error:
            continue
        ref = _REF.search(attributes)
        if ref is None:
            marks.complete = False
            continue
        name = ref[1]
        if name not in letters:
            letters[name] = column_number(name.decode()) - 1
        at = (int(ref[2]) - 1, letters[name])
        if shown is not GENERAL:
            marks.formats[at] = shown
        if has_formula or is_error:
            _formula(marks, at, body, has_formula, is_error)
    marks.hidden_rows = {int(row) - 1 for row in _HIDDEN_ROW.findall(data)}
    for low, high in _COLUMN.findall(data):
        marks.hidden_columns.update(range(int(low) - 1, min(int(high), int(low) + 1000)))
    return marks


def _formula(marks: SheetMarks, at: tuple[int, int], body: bytes, has_formula: bool, is_error: bool) -> None:
    value = _VALUE.search(body)
    if has_formula:
        formula = _FORMULA.search(body)
        marks.formulas[at] = unescape(formula[1].decode("utf-8", "replace")) if formula and formula[1] else "…"
        if value is None or not value[1]:
            marks.without_value.add(at)
    if is_error:
        marks.errors[at] = value[1].decode("utf-8", "replace") if value else "#VALUE!"


_VALUED = re.compile(rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]{1,3})(\d+)"[^>]*(?<!/)>\s*<(?:\w+:)?(?:v|f|is)\b')
_CHUNK = 4 * 1024 * 1024


_ROW = re.compile(rb'<(?:\w+:)?row\b[^>]*?\br="(\d+)"')
_WIDE = re.compile(rb'\br="(?:[A-Z]{3}|[B-Z][A-Z])\d')
NARROW = 52
"""Columns up to AZ: what nearly every table keeps within."""


def used_area(package: zipfile.ZipFile, part: str) -> tuple[int, int]:
    """Last row and last column that hold a value (1-based), at least; read in pieces of bounded size.

    A value reader sets aside the whole rectangle, so that one stray cell in the last corner of a sheet
    would cost all the memory there is: this is asked first. Sheets that keep within column AZ are only
    asked for their rows.
    """
    rows = columns = 0
    letters: set[bytes] = set()
    with package.open(part) as stream:
        rest = b""
        while piece := stream.read(_CHUNK):
            data = rest + piece
            if _WIDE.search(data):
                for name, row in _VALUED.findall(data):
                    rows = max(rows, int(row))
                    letters.add(name)
            else:
                # Rows stand in order: the last one tells.
                last = data.rfind(b"<row ")
                found = _ROW.findall(data, last) if last >= 0 else _ROW.findall(data)
                rows = max([rows, *map(int, found)])
                columns = NARROW
            rest = data[-400:]
    return rows, max([columns, *(column_number(name.decode()) for name in letters)])


def sheet_parts(package: zipfile.ZipFile) -> dict[str, str]:
    """Sheet name to the part that holds it."""
    names = set(package.namelist())
    book = package.read("xl/workbook.xml").decode("utf-8", "replace") if "xl/workbook.xml" in names else ""
    rels = (
        package.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
        if "xl/_rels/workbook.xml.rels" in names
        else ""
    )
    targets = {}
    for tag in re.findall(r"<(?:\w+:)?Relationship\b[^>]*>", rels):
        ident, target = re.search(r'\bId="([^"]*)"', tag), re.search(r'\bTarget="([^"]*)"', tag)
        if ident and target:
            targets[ident[1]] = target[1]
    parts: dict[str, str] = {}
    for tag in re.findall(r"<(?:\w+:)?sheet\b[^>]*>", book):
        name, ident = re.search(r'\bname="([^"]*)"', tag), re.search(r'\br:id="([^"]*)"|\b\w+:id="([^"]*)"', tag)
        if name and ident:
            where = targets.get(ident[1] or ident[2], "")
            part = where.lstrip("/") if where.startswith("/") else f"xl/{where}"
            if part in names:
                parts[unescape(name[1])] = part
    return parts


def cell_styles(package: zipfile.ZipFile) -> list[NumberFormat]:
    """The number format of each cell style (``cellXfs``), by its index."""
    if "xl/styles.xml" not in package.namelist():
        return []
    xml = package.read("xl/styles.xml").decode("utf-8", "replace")
    codes: dict[int, str] = {}
    for tag in re.findall(r"<(?:\w+:)?numFmt\b[^>]*>", xml):
        ident, code = re.search(r'\bnumFmtId="(\d+)"', tag), re.search(r'\bformatCode="([^"]*)"', tag)
        if ident and code:
            codes[int(ident[1])] = unescape(code[1])
    found = re.search(r"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", xml, re.DOTALL)
    styles = []
    for tag in re.findall(r"<(?:\w+:)?xf\b[^>]*>", found[0] if found else ""):
        ident = re.search(r'\bnumFmtId="(\d+)"', tag)
        number = int(ident[1]) if ident else 0
        styles.append(number_format(codes.get(number) or _BUILT_IN.get(number, "General")))
    return styles


_BUILT_IN = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 37: "#,##0", 38: "#,##0",
    39: "#,##0.00", 40: "#,##0.00", 41: "#,##0", 42: "#,##0", 43: "#,##0.00", 44: "#,##0.00",
}  # fmt: skip
"""Built-in number formats that fix the decimals (ECMA-376 part 1, 18.8.30)."""

_QUOTED = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')


def number_format(code: str) -> NumberFormat:
    """What a format code does to the digits; dates and texts count as general."""
    section = _QUOTED.sub("", code.split(";")[0])
    if not code.split(";")[0].strip() and ";" in code:
        return NumberFormat(hides=True)
    if (
        "General" in code
        or not re.search(r"[0#?]", section)
        or re.search(r"[ymdhs]", section, re.IGNORECASE)
        or "E" in section
    ):
        return GENERAL
    digits = re.search(r"[#0?,]*(?:\.([0#?]*))?(,*)", section[re.search(r"[0#?]", section).start() :])  # type: ignore[union-attr]
    decimals = len(digits[1] or "") if digits else 0
    whole = re.match(r"[#0?,]*", section[re.search(r"[0#?]", section).start() :])  # type: ignore[union-attr]
    trailing = len(whole[0]) - len(whole[0].rstrip(",")) if whole else 0
    if digits and digits[2]:
        trailing = max(trailing, len(digits[2]))
    sections = code.split(";")
    return NumberFormat(
        decimals, "%" in section, 3 * trailing, hides_zero=len(sections) > 2 and not sections[2].strip()
    )


def is_date(code: str) -> bool:
    """Does a format code show a date or a time?"""
    return "General" not in code and bool(re.search(r"[ymdhs]", _QUOTED.sub("", code.split(";")[0]), re.IGNORECASE))
