"""The published PDF samples against the given facts, and cell for cell against what poppler reads."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections import Counter
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from xlbudget.app.checking import check_file, read_file
from xlbudget.model.disclosure import Disclosure
from xlbudget.model.finding import Severity
from xlbudget.model.raw import Grid
from xlbudget.model.table import Row, Table
from xlbudget.sources.opening import open_document

pytestmark = pytest.mark.real

FACTS = ("putuo_caizheng2024_original", "wanli2025")
PDFS = (
    "shanghai-final-form",
    "shanghai-putuo-finance-2024-final",
    "shanghai-wanli-2024-budget",
    "shanghai-wanli-2025-budget",
)
_FIGURE = re.compile(r"-?\d[\d,]*(?:\.\d+)?")


@cache
def disclosure(path: Path) -> Disclosure:
    return read_file(path)


def facts(shared: Path, name: str) -> tuple[dict[str, Any], Disclosure]:
    known = json.loads((shared / "facts" / f"{name}.json").read_text("utf-8"))
    return known, disclosure(shared / "samples" / known["file"])


def number(text: str) -> Decimal:
    return Decimal(text.replace(",", ""))


def table_of(found: Disclosure, title: str) -> Table:
    return next(t for t in found.tables if t.title == title)


def value(row: Row, column: int) -> Decimal | None:
    amount = row.cells[column].amount
    return amount.value if amount is not None else None


@pytest.mark.parametrize("name", FACTS)
def test_identity_and_tables_are_as_given(shared: Path, name: str) -> None:
    known, found = facts(shared, name)
    assert (found.unit, found.year, found.stage.value) == (known["unit_name"], known["year"], known["kind"])
    assert [t.title for t in found.tables] == list(known["tables"])
    for title, fact in known["tables"].items():
        table = table_of(found, title)
        pages = {page for row in table.rows if (page := table.place(row).page)}
        assert table.money_unit.value == fact["unit"], title
        assert (table.status.value == "empty") is bool(fact.get("empty")), title
        if not fact.get("empty"):
            # a range may end with an empty page behind the table
            assert min(pages) == fact["pages"][0] and max(pages) in (fact["pages"][1], fact["pages"][1] - 1), title


@pytest.mark.parametrize("name", FACTS)
def test_rows_levels_and_totals_are_as_given(shared: Path, name: str) -> None:
    known, found = facts(shared, name)
    for title, fact in known["tables"].items():
        table = table_of(found, title)
        levels = fact.get("rows_by_level")
        if levels:
            assert Counter(row.code.level for row in table.rows if row.code) == levels, title
        for label, total in (fact.get("totals") or {}).items():
            column = next(i for i, c in enumerate(table.columns) if label == c.heading.split("/")[-1])
            row = next(r for r in table.rows if re.sub(r"\s", "", r.label) == "合计")
            assert value(row, column) == (number(total) if total else None), (title, label)
        values = fact.get("values_in_column_order")
        if values:
            shown = [cell.amount.value if cell.amount else None for cell in table.rows[0].cells]
            assert shown == [number(v) if v else None for v in values], title


@pytest.mark.parametrize("name", FACTS)
def test_every_probe_is_read_exactly(shared: Path, name: str) -> None:
    known, found = facts(shared, name)
    for probe in known["probes"]:
        table = table_of(found, probe["table"])
        hits = [
            (row.cells[c].amount, table.place(row, c).page)
            for row in table.rows
            if _names(row, probe["row"])
            for c, column in enumerate(table.columns)
            if _is_column(column.heading, column.group, probe["column"])
        ]
        wanted = number(probe["value"]) if probe["value"] else None
        assert any((a.value if a else None) == wanted and page == probe["page"] for a, page in hits), probe


def _names(row: Row, wanted: str) -> bool:
    label = re.sub(r"\s", "", row.label)
    code, _, _name = wanted.partition(" ")
    if code.isdigit():
        return str(row.code) == code
    return not wanted or label.endswith(re.sub(r"\s|^[一二三四五六七八九十]+、", "", wanted)) or label == wanted


def _is_column(heading: str, group: str, wanted: str) -> bool:
    parts = {*heading.split("/"), *group.split("/")}
    return any(part.endswith(w) for part in parts for w in re.sub(r"\(.\)", "", wanted).split("/"))


@pytest.mark.parametrize("name", PDFS)
def test_every_figure_of_the_tables_is_where_poppler_sees_it(shared: Path, name: str) -> None:
    if shutil.which("pdftotext") is None:
        pytest.skip("没有安装 poppler-utils")
    path = shared / "samples" / f"{name}.pdf"
    words = _poppler_words(path)
    checked = 0
    for grid in (b for b in open_document(path).blocks if isinstance(b, Grid)):
        for r, row in enumerate(grid.rows):
            for c, cell in enumerate(row):
                place = grid.places.at(r, c)
                if place.box is None:
                    continue
                left, top, right, bottom = place.box
                seen = [
                    w
                    for x0, y0, x1, y1, w in words[place.page or 0]
                    if left <= (x0 + x1) / 2 <= right and top <= (y0 + y1) / 2 <= bottom
                ]
                ours = _FIGURE.findall(cell.text)
                assert sorted(ours) == sorted(f for w in seen for f in _FIGURE.findall(w)), (
                    place.page,
                    r,
                    c,
                    cell.text,
                )
                checked += len(ours)
    assert checked > (20 if "form" in name else 300)


@pytest.mark.parametrize("name", PDFS)
def test_every_figure_of_a_layout_page_is_read_once(shared: Path, name: str) -> None:
    """poppler's layout mode knows nothing of cells: the figures of a page of tables are the same, no more, no fewer."""
    if shutil.which("pdftotext") is None:
        pytest.skip("没有安装 poppler-utils")
    path = shared / "samples" / f"{name}.pdf"
    document = open_document(path)
    pages = {b.places.at(0, 0).page for b in document.blocks if isinstance(b, Grid)}
    for page in sorted(p for p in pages if p):
        layout = subprocess.run(
            ["pdftotext", "-layout", "-f", str(page), "-l", str(page), str(path), "-"], capture_output=True, check=True
        ).stdout.decode()
        theirs = Counter(w for w in layout.split() if re.fullmatch(r"\d[\d,]*\.\d+|\d{1,3}(,\d{3})+", w))
        mine: Counter[str] = Counter()
        for block in document.blocks:
            if isinstance(block, Grid) and block.places.at(0, 0).page == page:
                mine.update(w for row in block.rows for cell in row for w in cell.text.split())
        tables = {w: n for w, n in mine.items() if re.fullmatch(r"\d[\d,]*\.\d+|\d{1,3}(,\d{3})+", w)}
        prose = any(not isinstance(b, Grid) and b.place.page == page and len(b.text) > 60 for b in document.blocks)
        assert all(theirs[w] >= n for w, n in tables.items())
        assert prose or theirs == Counter(tables), (page, theirs - Counter(tables))


def _poppler_words(path: Path) -> dict[int, list[tuple[float, float, float, float, str]]]:
    html = subprocess.run(["pdftotext", "-bbox", str(path), "-"], capture_output=True, check=True).stdout.decode()
    found: dict[int, list[tuple[float, float, float, float, str]]] = {}
    for number_, page in enumerate(html.split("<page ")[1:], 1):
        found[number_] = [
            (float(a), float(b), float(c), float(d), word)
            for a, b, c, d, word in re.findall(
                r'<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">(.*?)</word>', page
            )
        ]
    return found


def test_the_audited_mistakes_are_found_and_nothing_else_is_cried(shared: Path) -> None:
    """What the gold list of the final account calls an error, by page and figure; at most one false error."""
    report = check_file(shared / "samples" / "shanghai-putuo-finance-2024-final.pdf")
    errors = {(f.code, f.at[0].page) for f in report.of(Severity.ERROR)}
    assert {("XB301", 21), ("XB305", 21), ("XB312", 21), ("XB313", 23)} == errors
    assert report.of(Severity.ROUNDING)
