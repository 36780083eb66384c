"""A department with its units in one run, and publications of levelled tables."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import load_workbook
from tests.app.test_publishing import BOOK, QUICK, cells

from xlbudget.app.checking import read_file
from xlbudget.app.publishing import PublishRefused, prepare, publish
from xlbudget.authoring.filling import Filling, Line
from xlbudget.authoring.newbook import new_workbook
from xlbudget.authoring.workbook import CellEdit, edit_workbook
from xlbudget.hosts.cli import main
from xlbudget.packs.catalog import get_pack

UNIT = "云川市档案服务中心"


def book_of(folder: Path, unit: str, edits: tuple[CellEdit, ...] = ()) -> Path:
    """The corrected demo workbook as another unit's."""
    book = load_workbook(BOOK)
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and UNIT in cell.value:
                    cell.value = cell.value.replace(UNIT, unit)
    values = load_workbook(BOOK, data_only=True)
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.value.startswith("="):
                    cell.value = values[sheet.title][cell.coordinate].value
    path = folder / f"{re.sub(r'[^0-9A-Za-z_一-鿿]', '', unit)}.xlsx"
    folder.mkdir(parents=True, exist_ok=True)
    book.save(path)
    if edits:
        path.write_bytes(edit_workbook(path.read_bytes(), edits).data)
    return path


WRONG = CellEdit("5一般公共预算支出表", "E9", Decimal("9.99"))


def test_a_folder_of_units_gives_a_folder_each_and_one_sentence_each(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One unit has a mistake, one file is no workbook: the others are published all the same."""
    source, out = tmp_path / "各单位", tmp_path / "公开"
    book_of(source, UNIT)
    book_of(source / "下属", "云川市方志馆")
    book_of(source / "下属", "云川市/史料:中心")
    book_of(source, "云川市档案修复站", (WRONG,))
    (source / "坏的.xlsx").write_bytes(b"not a workbook")
    (source / "~$锁.xlsx").write_bytes(b"lock")
    (source / "readme.txt").write_text("说明")
    assert main(["publish", str(source), "-o", str(out), "--no-pdf"]) == 2
    said = capsys.readouterr().err
    folders = sorted(p.name for p in out.iterdir())
    assert folders == sorted([UNIT, "云川市方志馆", "云川市_史料_中心"])
    for name in folders:
        manifest = json.loads((out / name / "清单.json").read_text(encoding="utf-8"))
        assert manifest["against"] == [] and manifest["unit"].replace("/", "_").replace(":", "_") == name
    lines = [line for line in said.splitlines() if "导出" in line]
    assert len(lines) == 7 and sum("：已导出" in line for line in lines) == 3
    assert sum("：没有导出，" in line for line in lines) == 2
    assert any("云川市档案修复站.xlsx：没有导出，XB" in line for line in lines)
    assert any("坏的.xlsx：没有导出，" in line for line in lines)
    assert "共 5 本：导出 3 本，没有导出 2 本" in said


def test_a_program_fault_in_one_unit_does_not_stop_the_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import xlbudget.app.publishing as publishing

    real = publishing.prepare

    def broken(path: Path, *given: object, **named: object) -> object:
        if path.stem == "甲":
            raise ZeroDivisionError("试")
        return real(path, *given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(publishing, "prepare", broken)
    for name in ("甲", "乙"):
        (tmp_path / f"{name}.xlsx").write_bytes(BOOK.read_bytes())
    books = [str(tmp_path / "甲.xlsx"), str(tmp_path / "乙.xlsx")]
    assert main(["publish", *books, "-o", str(tmp_path / "out"), "--no-pdf"]) == 2
    assert "甲.xlsx：没有导出，程序出错" in capsys.readouterr().err
    assert (tmp_path / "out" / UNIT / "清单.json").is_file()


def test_two_books_of_one_name_get_folders_of_their_own(tmp_path: Path) -> None:
    second = tmp_path / "另一本.xlsx"
    second.write_bytes(BOOK.read_bytes())
    assert main(["publish", str(BOOK), str(second), "-o", str(tmp_path / "out"), "--no-pdf"]) == 0
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == [UNIT, f"{UNIT}-另一本"]


def test_a_folder_without_workbooks_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "空").mkdir()
    (tmp_path / "空" / "a.txt").write_text("x")
    assert main(["publish", str(tmp_path / "空"), "-o", str(tmp_path / "out")]) == 2
    assert "没有工作簿" in capsys.readouterr().err and not (tmp_path / "out").exists()


def test_each_unit_is_compared_with_its_own_last_year(tmp_path: Path) -> None:
    """Last year's documents of a whole department are given; a unit without one gets no other's figures."""
    from xlbudget.app.narrating import earlier_of, read_earlier

    mine, other = book_of(tmp_path, UNIT), book_of(tmp_path, "云川市方志馆")
    for path in (mine, other):
        book = load_workbook(path)
        for sheet in book:
            for row in sheet.iter_rows():
                for cell in row:
                    if isinstance(cell.value, str):
                        cell.value = cell.value.replace("2025年", "2024年")
        book["封面"]["C10"] = "2024"
        book.save(path)
    documents = read_earlier([mine, other])
    assert [d.year for d in documents] == [2024, 2024]
    now = read_file(BOOK)
    assert earlier_of(now, documents).prior is documents[0]
    assert earlier_of(now, documents[1:]).prior is documents[1]  # one alone: the unit may have been renamed
    stranger = book_of(tmp_path, "云川市史料中心")
    found = earlier_of(read_file(stranger), documents)
    assert found.prior is None and len(found.unused) == 2


# ---------------------------------------------------------------- levelled on request


def exact_book(path: Path) -> Path:
    """A unit whose exact figures, rounded one by one, do not add up: 0.3345 + 0.3345 + 0.3345."""
    third = Decimal("0.3345")
    names = [("2012601", "行政运行"), ("2012604", "档案馆"), ("2012699", "其他档案事务支出")]
    lines = {
        "expenditure": [Line(code, name, {4: third}) for code, name in names],
        "income": [Line(code, name, {3: third}) for code, name in names],
        "general_expenditure": [Line(code, name, {6: third}) for code, name in names],
        "projects": [Line("", name, {1: UNIT, 2: "31-部门预算项目", 4: third}) for _, name in names],
    }
    amounts = {
        "income_expenditure": {"一、一般公共预算拨款收入": third * 3},
        "fiscal_appropriation": {"（一）一般公共预算拨款": third * 3},
    }
    path.write_bytes(new_workbook(get_pack("nmg_budget"), UNIT, 2025, Filling(lines, amounts)))
    return path


def _printed(path: Path) -> dict[str, list[Decimal]]:
    """What a published file shows in the first column of table 5, by the length of the code."""
    table = read_file(path).table("general_expenditure")
    assert table is not None
    found: dict[str, list[Decimal]] = {}
    for row in table.rows:
        amount = row.cells[0].amount
        assert amount is not None and amount.stored in (None, amount.value)
        found.setdefault(str(len(str(row.code or ""))), []).append(amount.value)
    return found


def test_levelled_tables_add_up_and_the_workbook_is_not_touched(tmp_path: Path) -> None:
    book = exact_book(tmp_path / "本.xlsx")
    before = book.read_bytes()
    plain = publish(prepare(book), tmp_path / "平常", anyway=True, forms=QUICK)
    shown = _printed(next(plain.folder.glob("*.docx")))
    assert sum(shown["7"]) == Decimal("0.99") and shown["0"] == [Decimal("1.00")]
    made = publish(prepare(book, level=True), tmp_path / "调平", anyway=True, forms=QUICK)
    shown = _printed(next(made.folder.glob("*.docx")))
    assert sum(shown["7"]) == shown["0"][0] == Decimal("1.00")
    assert sorted(shown["7"]) == [Decimal("0.33"), Decimal("0.33"), Decimal("0.34")]
    assert book.read_bytes() == before
    page = next(made.folder.glob("*.html")) if len(list(made.folder.glob("*.html"))) == 1 else None
    pages = [p for p in made.folder.glob("*.html") if p.name != "核对报告.html"] if page is None else [page]
    assert cells(read_file(pages[0])) == cells(read_file(next(made.folder.glob("*.docx"))))


def test_moved_cells_are_listed_in_manifest_and_report(tmp_path: Path) -> None:
    book = exact_book(tmp_path / "本.xlsx")
    prepared = prepare(book, level=True)
    assert prepared.levelled is not None
    made = publish(prepared, tmp_path / "out", anyway=True, forms=QUICK)
    manifest = json.loads((made.folder / "清单.json").read_text(encoding="utf-8"))
    moved = manifest["levelled"]["moved"]
    assert manifest["levelled"]["unit"] == "万元" and moved
    report = (made.folder / "核对报告.html").read_text(encoding="utf-8")
    source = load_workbook(book, data_only=True)
    for cell in moved:
        exact = Decimal(str(source[cell["sheet"]][cell["cell"]].value))
        assert Decimal(cell["exact"]) == exact and cell["value"] != cell["rounded"]
        assert abs(Decimal(cell["value"]) - exact) < Decimal("0.01")
        assert f'<td class="text">{cell["cell"]}</td>' in report
    assert "尾差调平" in report
    unlevelled = publish(prepare(book), tmp_path / "平常", anyway=True, forms=("report",))
    assert "levelled" not in json.loads((unlevelled.folder / "清单.json").read_text(encoding="utf-8"))
    assert 'id="levelled"' not in (unlevelled.folder / "核对报告.html").read_text(encoding="utf-8")


def test_the_command_levels_and_writes_back_only_when_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book = exact_book(tmp_path / "本.xlsx")
    before = book.read_bytes()
    args = ["publish", str(book), "--no-pdf", "--anyway", "-o"]
    main([*args, str(tmp_path / "a"), "--level"])
    assert "工作簿没有改动" in capsys.readouterr().err and book.read_bytes() == before
    assert main([*args, str(tmp_path / "b"), "--write"]) == 2
    assert "--level" in capsys.readouterr().err and book.read_bytes() == before
    main([*args, str(tmp_path / "c"), "--level", "--write"])
    assert "已写回工作簿" in capsys.readouterr().err
    assert len(list(tmp_path.glob("*.bak"))) == 1 and book.read_bytes() != before
    levelled = prepare(book, level=True).levelled
    assert levelled is not None and levelled.edits == []


def test_a_refused_publication_writes_nothing_back(tmp_path: Path) -> None:
    book = exact_book(tmp_path / "本.xlsx")
    before = book.read_bytes()
    assert main(["publish", str(book), "--no-pdf", "--level", "--write", "-o", str(tmp_path / "out")]) == 1
    assert book.read_bytes() == before and not (tmp_path / "out").exists()


def test_a_text_written_before_levelling_stands_against_it(tmp_path: Path) -> None:
    """The text of the sheet says what the tables said before; it is not changed behind a person's back."""
    book = exact_book(tmp_path / "本.xlsx")
    sheet = load_workbook(book)
    sheet["情况说明"]["A1"] = "一、收支预算总体情况说明"
    sheet["情况说明"]["A2"] = "行政运行支出0.33万元。"
    values = load_workbook(book, data_only=True)
    for one in sheet:
        for row in one.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.value.startswith("="):
                    cell.value = values[one.title][cell.coordinate].value
    sheet.save(book)
    prepared = prepare(book, level=True)
    assert any("--renew" in reason for reason in prepared.against)
    with pytest.raises(PublishRefused):
        publish(prepared, tmp_path / "out", forms=QUICK)
    assert not any("--renew" in reason for reason in prepare(book, renew=True, level=True).against)


def test_a_form_in_yuan_is_levelled_in_yuan(tmp_path: Path) -> None:
    """The tables keep the unit that the form asks for; the table that is in 万元 is left as it is."""
    lines = {
        "expenditure": [Line("2012604", "档案馆", {3: Decimal("7654320.5"), 4: Decimal("2345678.5")})],
        "income": [Line("2012604", "档案馆", {3: Decimal("9999999")})],
        "general_expenditure": [Line("2012604", "档案馆", {3: Decimal("7654320.5"), 4: Decimal("2345678.5")})],
        "basic_expenditure": [Line("30101", "基本工资", {3: Decimal("7654320.5")})],
        "three_public": [Line(values={1: Decimal(0), 2: Decimal("1.20"), 4: Decimal(0), 5: Decimal("3.40")})],
    }
    amounts = {
        "income_expenditure": {"1. 一般公共预算": Decimal("9999999")},
        "fiscal_appropriation": {"一、一般公共预算": Decimal("9999999")},
    }
    book = tmp_path / "本.xlsx"
    unit = "上海市云川区档案局"
    book.write_bytes(new_workbook(get_pack("shanghai_budget"), unit, 2026, Filling(lines, amounts)))
    prepared = prepare(book, level=True)
    assert prepared.levelled is not None and prepared.levelled.levelling.unit.value == "元"
    made = publish(prepared, tmp_path / "out", anyway=True, forms=QUICK)
    after = read_file(next(made.folder.glob("*.docx")), "shanghai_budget")
    units = {t.id: t.money_unit.value for t in after.tables if t.number}
    assert units.pop("three_public") == "万元" and set(units.values()) == {"元"} and len(units) == 8
    spent = after.table("expenditure")
    assert spent is not None
    total, basic, project = (cell.amount.value for cell in spent.rows[0].cells[:3] if cell.amount is not None)
    assert total == 9_999_999 == basic + project and basic in (7_654_320, 7_654_321)
    text = "\n".join(p.text for p in after.paragraphs)
    assert "收入预算1000.00万元" in text
