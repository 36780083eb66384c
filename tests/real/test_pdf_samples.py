"""The published PDF samples against the given facts, and cell for cell against what poppler reads."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest

from xlbudget.app.checking import check_file, check_raw, read_file
from xlbudget.model.disclosure import Disclosure
from xlbudget.model.finding import Severity
from xlbudget.model.raw import Block, Grid, Paragraph, RawCell, RawDocument
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


# What stands in the prose, with a wrong figure in its place: the heading total, a subject, purchases and their parts,
# the share for small firms, the money of the targets, the three public expenses, vehicles.
PROSE_EDITS = (
    ("收入预算18,976.76万元", "收入预算18,996.76万元"),
    ("支出预算18,976.76万元", "支出预算18,276.76万元"),
    ("科目107.50万元", "科目107.80万元"),
    ("科目5312.11万元", "科目5372.11万元"),
    ("政府采购预算4821.20万元", "政府采购预算4851.20万元"),
    ("政府采购工程预算3780.72万元", "政府采购工程预算3180.72万元"),
    ("项目预算金额1928.48万元", "项目预算金额6928.48万元"),
    ("涉及项目预算资金8825.98万元", "涉及项目预算资金9825.98万元"),
    ("机关运行经费预算为464.64万元", "机关运行经费预算为444.64万元"),
    ("公务用车购置费15万元", "公务用车购置费75万元"),
    ("其他用车8辆", "其他用车9辆"),
)


def test_every_wrong_digit_of_a_department_budget_is_found(shared: Path) -> None:
    """25 single edits, in tables of every kind and in the prose, each on its page."""
    raw = open_document(shared / "samples" / "shanghai-wanli-2025-budget.pdf")
    known = {(f.code, f.message) for f in check_raw(raw).findings}
    edited = [*_prose_edits(raw), *_table_edits(raw, Random(25), 2)]
    assert len(edited) == 25
    missed = []
    for changed, page, what in edited:
        findings = check_raw(changed).findings
        fresh = [
            f for f in findings if (f.code, f.message) not in known and f.severity in (Severity.ERROR, Severity.SUSPECT)
        ]
        if not any(place.page == page for f in fresh for place in f.at):
            missed.append(what)
    assert missed == []


def _prose_edits(raw: RawDocument) -> Iterator[tuple[RawDocument, int | None, str]]:
    for old, new in PROSE_EDITS:
        i = next(i for i, b in enumerate(raw.blocks) if isinstance(b, Paragraph) and old in b.text)
        block = raw.blocks[i]
        assert isinstance(block, Paragraph)
        pages = [place.page for start, place in block.lines if start <= block.text.index(old)] or [block.place.page]
        yield _with(raw, i, replace(block, text=block.text.replace(old, new))), pages[-1], f"{old} -> {new}"


def _table_edits(raw: RawDocument, random: Random, each: int) -> Iterator[tuple[RawDocument, int | None, str]]:
    """Amounts of every table that is not empty, the first digit made another one."""
    for i, block in enumerate(raw.blocks):
        if not isinstance(block, Grid):
            continue
        page = block.places.at(0, 0).page
        cells = [
            (r, c)
            for r, row in enumerate(block.rows)
            for c, cell in enumerate(row)
            if re.fullmatch(r"[1-9][\d,.]{3,}", cell.text)
        ]
        if page not in (9, 11, 15, 19, 22, 27, 29):
            continue
        for r, c in random.sample(cells, each):
            old = block.rows[r][c].text
            new = str(int(old[0]) % 9 + 1) + old[1:]
            rows = [list(row) for row in block.rows]
            rows[r][c] = RawCell(new)
            yield _with(raw, i, replace(block, rows=rows)), page, f"page {page}: {old} -> {new}"


def _with(raw: RawDocument, i: int, block: Block) -> RawDocument:
    blocks = [*raw.blocks[:i], block, *raw.blocks[i + 1 :]]
    return replace(raw, blocks=blocks, unread=list(raw.unread), notes=list(raw.notes))
