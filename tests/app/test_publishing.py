"""One click: everything that comes out reads back as what went in, is valid, clean, and whole or not there at all."""

from __future__ import annotations

import hashlib
import io
import json
import re
import shutil
import time
import zipfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from tests.conftest import ROOT

from xlbudget.app.checking import check_file, read_file
from xlbudget.app.publishing import FORMS, Prepared, PublishRefused, prepare, publish, safe_name
from xlbudget.authoring.filling import Filling, Line
from xlbudget.authoring.newbook import new_workbook
from xlbudget.authoring.workbook import CellEdit, edit_workbook
from xlbudget.exports.screening import traces_in
from xlbudget.exports.wordcharts import CHART
from xlbudget.hosts.cli import main
from xlbudget.model.disclosure import Disclosure
from xlbudget.model.finding import Severity
from xlbudget.model.ownsheets import FACTS, REASONS
from xlbudget.packs.catalog import get_pack
from xlbudget.sources.legacy import office_program

BOOK = ROOT / "workbook" / "改正后" / "示例单位2025年预算公开.xlsx"
QUICK = tuple(form for form in FORMS if form != "pdf")
NAME = "云川市档案服务中心2025年度单位预算公开"


@pytest.fixture(scope="module")
def prepared() -> Prepared:
    return prepare(BOOK)


@pytest.fixture(scope="module")
def folder(prepared: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish(prepared, tmp_path_factory.mktemp("公开") / "out", forms=QUICK).folder


def cells(disclosure: Disclosure) -> dict[str, list[tuple[object, ...]]]:
    """Every figure and text of the tables; an empty cell and a zero say the same."""
    return {
        table.id: [
            (
                row.side,
                str(row.code or ""),
                _value(row.label),
                *(_value(c.amount.value if c.amount else c.text) for c in row.cells),
            )
            for row in table.rows
            if row.label or row.code or any(c.text for c in row.cells)
        ]
        for table in disclosure.tables
    }


def _value(value: Decimal | str) -> str:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}" if value else ""
    return re.sub(r"\s", "", value)


def claims(disclosure: Disclosure) -> list[tuple[object, ...]]:
    return [
        (c.kind, c.topic.item, c.topic.component, c.topic.scope, c.topic.period, c.sign, c.count, c.percent,
         c.amount.text if c.amount else "")
        for c in disclosure.narrative.claims
    ]  # fmt: skip


def same(before: Disclosure, after: Disclosure) -> None:
    assert cells(after) == cells(before)
    assert claims(after) == claims(before)


@pytest.mark.parametrize("suffix", ["docx", "html"])
def test_what_is_published_reads_back_and_has_no_error(prepared: Prepared, folder: Path, suffix: str) -> None:
    report = check_file(folder / f"{NAME}.{suffix}")
    same(prepared.report.disclosure, report.disclosure)
    assert report.disclosure.pack == "nmg_budget" and len(claims(report.disclosure)) > 100
    assert [f.message for f in report.findings if f.severity in (Severity.ERROR, Severity.SUSPECT)] == []


@pytest.mark.office
@pytest.mark.skipif(office_program() is None, reason="没有 LibreOffice")
def test_pdf_is_tagged_with_bookmarks_and_fonts_and_reads_back(prepared: Prepared, tmp_path: Path) -> None:
    made = publish(prepared, tmp_path / "out", forms=("docx", "pdf"))
    assert made.unmade == []
    path = tmp_path / "out" / f"{NAME}.pdf"
    data = path.read_bytes()
    same(prepared.report.disclosure, read_file(path))
    assert b"/StructTreeRoot" in data and b"/MarkInfo" in data and b"/Outlines" in data
    if shutil.which("pdffonts"):
        import subprocess

        fonts = subprocess.run(["pdffonts", str(path)], capture_output=True, text=True, check=True).stdout
        assert fonts.count("yes") >= 2 and all(" no " not in line[50:75] for line in fonts.splitlines()[2:])
    contents = zipfile.ZipFile(tmp_path / "out" / f"{NAME}.docx").read("word/document.xml").decode()
    pages = [int(n) for n in re.findall(r"PAGEREF[^<]*</w:instrText></w:r>.{0,120}?<w:t[^>]*>(\d+)</w:t>", contents)]
    assert len(pages) > 25 and pages == sorted(pages) and pages[0] == 1


@pytest.mark.office
@pytest.mark.skipif(office_program() is None, reason="没有 LibreOffice")
def test_charts_open_as_charts_in_libreoffice(folder: Path) -> None:
    from xlbudget.sources.legacy import office_convert

    odt = office_convert((folder / f"{NAME}.docx").read_bytes(), "docx", "odt", "odt:writer8")
    assert odt is not None
    package = zipfile.ZipFile(io.BytesIO(odt))
    objects = [name for name in package.namelist() if re.fullmatch(r"Object \d+/content\.xml", name)]
    kinds = [re.search(r'chart:class="chart:(\w+)"', package.read(name).decode()) for name in objects]
    assert [kind[1] for kind in kinds if kind] == ["circle", "circle"]


def test_charts_have_their_figures_and_an_editable_workbook(prepared: Prepared, folder: Path) -> None:
    from openpyxl import load_workbook

    package = zipfile.ZipFile(folder / f"{NAME}.docx")
    for n, chart in enumerate(prepared.publication.charts, 1):
        xml = package.read(f"word/charts/chart{n}.xml").decode()
        assert CHART in xml and "externalData" in xml
        sheet = load_workbook(io.BytesIO(package.read(f"word/embeddings/chart{n}.xlsx"))).active
        assert [(r[0].value, Decimal(str(r[1].value))) for r in sheet.iter_rows(min_row=2)] == [
            (one.label, one.amount) for one in chart.slices
        ]
    assert len(prepared.publication.charts) == 2


def test_word_file_is_valid_and_clean(folder: Path) -> None:
    from docx import Document
    from openxml_audit import OpenXmlValidator

    path = folder / f"{NAME}.docx"
    result = OpenXmlValidator().validate(str(path))
    assert [str(error) for error in result.errors] == []
    document = Document(str(path))
    assert len(document.tables) == 12
    heads = [t.rows[0]._tr.trPr.xml for t in document.tables]
    assert all("w:tblHeader" in xml for xml in heads)
    sections = document.sections
    assert {s.orientation.name for s in sections} == {"PORTRAIT", "LANDSCAPE"}
    assert traces_in(path.read_bytes()) == []


def test_merged_headings_stay_merged(folder: Path) -> None:
    xml = zipfile.ZipFile(folder / f"{NAME}.docx").read("word/document.xml").decode()
    assert '<w:gridSpan w:val="6"/>' in xml and '<w:vMerge w:val="restart"/>' in xml


def test_open_data_is_valid_and_says_the_same(prepared: Prepared, folder: Path) -> None:
    from frictionless import Package

    package = Package(str(folder / "开放数据" / "datapackage.json"))
    report = package.validate()
    assert report.valid, report.flatten(["title", "note"])
    rows = package.get_resource("05-general-expenditure").read_rows()
    table = prepared.report.disclosure.table("general_expenditure")
    assert table is not None
    totals = {str(row.code or ""): row.cells[0].amount for row in table.rows}
    for row in rows:
        amount = totals[row["科目编码"] or ""]
        assert amount is not None and row["合计"] == amount.value
    fields = {field.name: field.to_dict() for field in package.get_resource("05-general-expenditure").schema.fields}
    assert fields["科目编码"]["columnType"].startswith("functional-classification")


def test_manifest_holds_the_hashes_of_all_files(folder: Path) -> None:
    manifest = json.loads((folder / "清单.json").read_text(encoding="utf-8"))
    assert {entry["path"] for entry in manifest["files"]} == {
        str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()
    } - {"清单.json"}
    for entry in manifest["files"]:
        assert hashlib.sha256((folder / entry["path"]).read_bytes()).hexdigest() == entry["sha256"]
    assert str(folder) not in json.dumps(manifest) and manifest["source"]["file"] == BOOK.name


def test_the_same_workbook_gives_the_same_bytes(prepared: Prepared, folder: Path, tmp_path: Path) -> None:
    again = publish(prepare(BOOK), tmp_path / "out", forms=QUICK)
    for name in again.files:
        assert (again.folder / name).read_bytes() == (folder / name).read_bytes(), name


def test_page_has_no_serious_accessibility_violation(folder: Path) -> None:
    playwright = pytest.importorskip("playwright.sync_api")
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    program = shutil.which("chromium") or shutil.which("google-chrome") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("没有 Chromium")
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = browser.new_page(java_script_enabled=True)
        page.goto((folder / f"{NAME}.html").as_uri())
        found = axe.Axe().run(page).response
        browser.close()
    assert [(v["id"], v["impact"], len(v["nodes"])) for v in found["violations"]] == []
    assert len(found["passes"]) > 15


test_page_has_no_serious_accessibility_violation = pytest.mark.browser(test_page_has_no_serious_accessibility_violation)


def test_page_needs_nothing_from_elsewhere(folder: Path) -> None:
    page = (folder / f"{NAME}.html").read_text(encoding="utf-8")
    assert "<script" not in page and "http" not in page.replace("http-equiv", "")
    assert page.count("<svg") == 2 and page.count('class="beside"') == 2
    assert '<th scope="col"' in page and '<th scope="row"' in page and "<caption" in page


# ---------------------------------------------------------------- what stands against it


def changed(tmp_path: Path, change: Callable[[bytes], bytes], name: str = "本.xlsx") -> Path:
    path = tmp_path / name
    path.write_bytes(change(BOOK.read_bytes()))
    return path


def test_a_wrong_figure_refuses_and_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book = changed(
        tmp_path, lambda data: edit_workbook(data, [CellEdit("5一般公共预算支出表", "E9", Decimal("9.99"))]).data
    )
    out = tmp_path / "公开"
    assert main(["publish", str(book), "-o", str(out), "--no-pdf"]) == 1
    said = capsys.readouterr()
    assert "还不能公开" in said.err and "XB" in said.err and "--anyway" in said.err
    assert not out.exists() and [p.name for p in tmp_path.iterdir()] == ["本.xlsx"]
    assert main(["publish", str(book), "-o", str(out), "--no-pdf", "--anyway"]) == 1
    assert "请勿直接公开" in (out / "核对报告.html").read_text(encoding="utf-8")
    word = zipfile.ZipFile(out / f"{NAME}.docx").read("word/document.xml").decode()
    assert "请勿" not in word and "XB" not in word


def test_missing_reasons_are_named(tmp_path: Path) -> None:
    book = changed(tmp_path, lambda data: edit_workbook(data, [CellEdit(REASONS, "H4", None)]).data)
    with pytest.raises(PublishRefused) as refused:
        publish(prepare(book), tmp_path / "out", forms=QUICK)
    assert refused.value.reasons == ["待填：变动原因（一般公共预算拨款收入）"]
    assert not (tmp_path / "out").exists()


def test_an_absent_table_is_named(tmp_path: Path) -> None:
    def without(data: bytes) -> bytes:
        sheet = "12政府采购预算表"
        edited = edit_workbook(data, [CellEdit(sheet, "A1", None), CellEdit(sheet, "A2", None)]).data
        source, target = zipfile.ZipFile(io.BytesIO(edited)), io.BytesIO()
        with zipfile.ZipFile(target, "w") as package:
            for name in source.namelist():
                package.writestr(name, source.read(name).replace(sheet.encode(), "附页".encode()))
        return target.getvalue()

    prepared = prepare(changed(tmp_path, without))
    assert any("缺少第 12 张表“政府采购预算表”" in reason for reason in prepared.against)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("云川市档案馆/本级:2025*公开?", "云川市档案馆_本级_2025_公开_"),
        ("CON", "_CON"),
        ("  ..  ", "公开文本"),
        ("甲" * 300, "甲" * 60),
        ('a<b>"c"|d\\e', "a_b__c__d_e"),
    ],
)
def test_names_that_file_systems_refuse(title: str, name: str) -> None:
    assert safe_name(title) == name


def test_unwritable_folder_is_told(prepared: Prepared, tmp_path: Path) -> None:
    from xlbudget.authoring.saving import WriteError

    (tmp_path / "占着").write_text("文件")
    with pytest.raises(WriteError, match="不能写入"):
        publish(prepared, tmp_path / "占着" / "out", forms=("html",))


def test_a_second_run_keeps_what_a_person_changed(prepared: Prepared, tmp_path: Path) -> None:
    made = publish(prepared, tmp_path / "out", forms=("html",))
    page = made.folder / f"{NAME}.html"
    page.write_text("改过的", encoding="utf-8")
    publish(prepared, tmp_path / "out", forms=("html",))
    assert page.with_name(page.name + ".bak").read_text(encoding="utf-8") == "改过的"


# ---------------------------------------------------------------- narrate into the workbook


def test_narrate_writes_text_and_rows_and_keeps_what_a_person_wrote(tmp_path: Path) -> None:
    path = tmp_path / "本.xlsx"
    path.write_bytes((ROOT / "workbook" / "示例单位2025年预算公开.xlsx").read_bytes())
    assert main(["narrate", str(path), "--write"]) == 0
    from openpyxl import load_workbook

    book = load_workbook(path)
    assert {"情况说明", REASONS, FACTS} <= set(book.sheetnames)
    sheet = book[REASONS]
    rows = {sheet.cell(r, 1).value: r for r in range(3, sheet.max_row + 1)}
    row = rows["一般公共预算拨款收入"]
    edits = [CellEdit(REASONS, f"C{row}", Decimal("500")), CellEdit(REASONS, f"H{row}", "项目增加")]
    path.write_bytes(edit_workbook(path.read_bytes(), edits).data)
    assert main(["narrate", str(path), "--write"]) == 0
    book = load_workbook(path)
    text = "\n".join(str(c.value) for c in book["情况说明"]["A"])
    assert "一般公共预算拨款收入535.13万元，与上年相比增加35.13万元，增长7.03%。主要原因是项目增加。" in text
    assert book[REASONS].cell(row, 8).value == "项目增加" and len(list(tmp_path.glob("*.bak"))) == 2
    assert book[REASONS].cell(row, 5).value == pytest.approx(35.13)
    before, after = (ROOT / "workbook" / "示例单位2025年预算公开.xlsx"), read_file(path)
    assert cells(after) == cells(read_file(before))


# ---------------------------------------------------------------- many projects, and time


def _large(projects: int) -> bytes:
    unit = "云川市档案服务中心"
    each = Decimal("12.34")
    lines = {
        "expenditure": [Line("2012604", "档案馆", {4: each * projects})],
        "income": [Line("2012604", "档案馆", {3: each * projects})],
        "general_expenditure": [Line("2012604", "档案馆", {6: each * projects})],
        "projects": [
            Line("", f"第{n}号馆藏整理项目", {1: unit, 2: "31-部门预算项目", 4: each}) for n in range(projects)
        ],
    }
    amounts = {
        "income_expenditure": {"一、一般公共预算拨款收入": each * projects},
        "fiscal_appropriation": {"（一）一般公共预算拨款": each * projects},
    }
    return new_workbook(get_pack("nmg_budget"), unit, 2025, Filling(lines, amounts))


def test_four_hundred_projects(tmp_path: Path) -> None:
    path = tmp_path / "大.xlsx"
    path.write_bytes(_large(400))
    prepared = prepare(path)
    made = publish(prepared, tmp_path / "out", anyway=True, forms=QUICK)
    after = read_file(made.folder / f"{NAME}.docx")
    table = after.table("projects")
    assert table is not None and len(table.rows) == 401
    assert cells(after)["projects"] == cells(prepared.report.disclosure)["projects"]


def test_the_click_is_quick(tmp_path: Path) -> None:
    """30 projects with their target sheets: text, Word file, everything. The process's own time, on any machine."""
    from xlbudget.app.narrating import Earlier, narrate_disclosure
    from xlbudget.app.performing import filled_targets
    from xlbudget.app.publishing import template_of
    from xlbudget.exports.word import word_document
    from xlbudget.reading.disclosing import disclose
    from xlbudget.sources.opening import read_bytes

    data = _large(30)
    made = filled_targets(read_bytes(data, "中.xlsx"), data, [], "nmg_budget").data
    assert made is not None
    path = tmp_path / "中.xlsx"
    path.write_bytes(made)
    raw = read_bytes(made, path.name)
    disclosure = disclose(raw)
    assert len(disclosure.targets.sheets) == 30
    narrate_disclosure(disclosure, raw, Earlier())  # the forms of a pack are compiled once
    seconds = {}
    start = time.process_time()
    narrate_disclosure(disclosure, raw, Earlier())
    seconds["narrate"] = time.process_time() - start
    start = time.process_time()
    prepared = prepare(path)
    publish(prepared, tmp_path / "out", anyway=True, forms=QUICK)
    seconds["click"] = time.process_time() - start
    model = template_of(prepared.told.pack, None)
    start = time.process_time()
    word_document(prepared.publication, *model)
    seconds["docx"] = time.process_time() - start
    assert seconds["narrate"] < 0.2 and seconds["docx"] < 1 and seconds["click"] < 3, seconds
