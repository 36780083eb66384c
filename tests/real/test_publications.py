"""Workbooks with the figures of real documents: what is published reads back cell by cell and claim by claim."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.app.test_publishing import cells, claims
from tests.generating.books import filled

from xlbudget.app.checking import check_file, read_file
from xlbudget.app.publishing import prepare, publish
from xlbudget.exports.report import Report
from xlbudget.model.disclosure import Disclosure
from xlbudget.model.finding import Severity
from xlbudget.model.table import TableStatus
from xlbudget.model.wording import ordinal
from xlbudget.packs.catalog import get_pack
from xlbudget.sources.legacy import office_program

pytestmark = pytest.mark.real

DOCUMENTS = {
    "000": "nmg_budget",
    "002": "xinjiang_budget",
    "003": "nmg_final",
    "004": "qinghai_budget",
    "shanghai-wanli-2025-budget.pdf": "shanghai_budget",
    "shanghai-putuo-finance-2024-final.pdf": "shanghai_final",
}
QUICK = ("docx", "html", "data", "report")


def _compare(name: str, shared: Path, seeds: dict[str, Path], tmp_path: Path, forms: tuple[str, ...]) -> None:
    pack = DOCUMENTS[name]
    source = seeds.get(name) or shared / "samples" / name
    book = tmp_path / "本.xlsx"
    book.write_bytes(filled(read_file(source)))
    prepared = prepare(book, pack)
    made = publish(prepared, tmp_path / "out", anyway=True, forms=forms)
    before = prepared.report.disclosure
    known = _errors(prepared.report)
    with_figures = {t.id for t in before.tables if t.status is TableStatus.READ}
    files = [f for f in made.files if f.endswith((".docx", ".pdf", ".html")) and "核对" not in f]
    assert len(files) == len([f for f in forms if f in ("docx", "pdf", "html")])
    for file in files:
        report = check_file(made.folder / file, pack)
        after = report.disclosure
        assert {k: v for k, v in cells(after).items() if k in with_figures} == {
            k: v for k, v in cells(before).items() if k in with_figures
        }
        assert claims(after) == claims(before)
        errors = _errors(report)
        if source.suffix == ".txt":  # rows of their performance sheets have slid; only published files are mended
            errors = {e for e in errors if not e.startswith("XB5")}
        assert errors <= known, errors - known  # the figures' own mistakes, none of ours
        headings = "\n".join(p.text for p in after.paragraphs).translate(str.maketrans("（）", "()", '“”"'))
        assert [s.title for s in get_pack(pack).sections if not s.match.search(headings)] == []


def _errors(report: Report) -> set[str]:
    """The errors but for what is left to write, which stems from tables that the sample does not have."""
    found = (f.code + re.sub(r"[\s,]", "", f.message) for f in report.findings if f.severity is Severity.ERROR)
    return {text for text in found if "待填" not in text}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_real_document_is_published_and_reads_back(
    name: str, shared: Path, seeds: dict[str, Path], tmp_path: Path
) -> None:
    _compare(name, shared, seeds, tmp_path, QUICK)


@pytest.mark.long
@pytest.mark.office
@pytest.mark.skipif(office_program() is None, reason="没有 LibreOffice")
@pytest.mark.parametrize("name", DOCUMENTS)
def test_its_pdf_reads_back_too(name: str, shared: Path, seeds: dict[str, Path], tmp_path: Path) -> None:
    _compare(name, shared, seeds, tmp_path, ("pdf",))


_WRITTEN_FREELY = re.compile("名词解释|项目经费情况说明")
"""Parts whose inner numbering is the writer's own: terms, and what a unit tells of its projects."""


def _numbered(disclosure: Disclosure) -> list[str]:
    """The parts and numbered sections, without what changes with unit, year and level."""
    found: list[str] = []
    inner = 0
    for section in disclosure.sections:
        if section.depth > 1:
            continue
        title = re.sub(
            r"20\d\d年?度?|部门|单位|[()（）“”\"、，\s]|关于", "", section.title.replace(disclosure.unit, "")
        )
        if inner and section.number == ordinal(inner):
            inner += 1
            continue
        found.append(title)
        inner = 1 if _WRITTEN_FREELY.search(title) else 0
    return found


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_numbered_sections_are_those_of_the_real_document(
    name: str, shared: Path, seeds: dict[str, Path], tmp_path: Path
) -> None:
    """Section by section, in the order of the form: nothing that the real document has is missing."""
    source = seeds.get(name) or shared / "samples" / name
    real = read_file(source)
    book = tmp_path / "本.xlsx"
    book.write_bytes(filled(real))
    made = publish(prepare(book, DOCUMENTS[name]), tmp_path / "out", anyway=True, forms=("docx",))
    ours = iter(_numbered(read_file(next(made.folder.glob("*.docx")), DOCUMENTS[name])))
    wanted = _numbered(real)
    assert len(wanted) >= 11
    assert [title for title in wanted if title not in ours] == []  # each is found behind the one before
