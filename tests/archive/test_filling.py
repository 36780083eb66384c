"""fill prior: last year's columns, opening balances, the comparison; bad input fills nothing."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from tests.archive.books import book_of
from tests.archive.texts import document, keep
from tests.conftest import ROOT, read

from xlbudget.app.building import read_file
from xlbudget.archive.location import VARIABLE, url_of
from xlbudget.archive.store import Archive
from xlbudget.hosts.cli import main
from xlbudget.model.ownsheets import PRIOR_YEAR

DEMO = next((ROOT / "workbook").glob("*.xlsx"))
UNIT, SHEET = "云川市档案服务中心", "7一般公共预算三公经费支出表"
THREE = (
    "“三公”经费支出表\n单位：万元\n单位名称\t合计\t因公出国（境）费\t公务用车购置及运行费\t\t\t公务接待费\n"
    "\t\t\t小计\t公务用车购置费\t公务用车运行费\n{unit}\t{0}\t\t2.40\t\t2.40\t{1}\n\n"
)
BALANCE = (
    "收入支出决算总表\n单位：万元\n收入\t\t支出\t\n项目\t决算数\t项目\t决算数\n一、财政拨款收入\t90.00\t一、社会保障和就业支出\t85.00\n"
    "本年收入合计\t90.00\t本年支出合计\t85.00\n年初结转和结余\t0.00\t年末结转和结余\t5.00\n总计\t90.00\t总计\t90.00\n\n"
)


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Archive:
    path = tmp_path / "档案.sqlite"
    monkeypatch.setenv(VARIABLE, str(path))
    return Archive(url_of(str(path)))


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "预算公开.xlsx"
    shutil.copy(DEMO, path)
    return path


def rows(path: Path, sheet: str) -> list[tuple[object, ...]]:
    loaded = openpyxl.load_workbook(path, data_only=True)
    return [tuple(cell.value for cell in row) for row in loaded[sheet].iter_rows()]


def test_columns_are_filled_from_the_documents_they_ask_for(
    archive: Archive, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kinds = "合计\t因公出国（境）费\t公务用车购置及运行费\t\t\t公务接待费"
    form = (
        "“三公”经费支出表\n单位：万元\n单位名称\t2024年预算数\t\t\t\t\t\t2024年执行数\t\t\t\t\t\t2025年预算数\n"
        f"\t{kinds}\t{kinds}\t{kinds}\n" + "\t" + "\t\t小计\t公务用车购置费\t公务用车运行费\t" * 3 + "\n"
        f"{UNIT}\t9.99\t\t2.40\t\t2.40\t7.59\t\t\t\t\t\t\t3.00\t\t2.00\t\t2.00\t1.00\n\n"
    )
    keep(archive, document(UNIT, 2024, more=THREE.format("3.10", "0.70", unit=UNIT)), "预算.txt")
    keep(archive, document(UNIT, 2024, kind="单位决算", more=THREE.format("2.90", "0.50", unit=UNIT)), "决算.txt")
    book, out = tmp_path / "预算.xlsx", tmp_path / "填好.xlsx"
    book.write_bytes(book_of(read(document(UNIT, 2025, more=form))))
    before = book.read_bytes()
    assert main(["fill", "prior", str(book), "-o", str(out)]) == 0
    assert book.read_bytes() == before, "-o leaves the book alone"
    said = capsys.readouterr().out
    assert "原为 9.99" in said, "a figure that was there is named before it goes"
    table = read_file(out).table("three_public")
    assert table is not None
    row = table.rows[0]
    cells = {(c.period, c.role): row.cells[i].text.removesuffix("0") for i, c in enumerate(table.columns)}
    three = ("total", "vehicle", "vehicle_running", "reception")
    assert [cells["prior", role] for role in three] == ["3.1", "2.4", "2.4", "0.7"]
    assert [cells["executed", role] for role in three] == ["2.9", "2.4", "2.4", "0.5"]
    assert [cells["current", role] for role in three] == ["3.0", "2.0", "2.0", "1.0"]
    assert rows(out, PRIOR_YEAR)[3][:7] == ("表", "编码", "名称", "本年数", "上年数", "增减额", "增减率")
    assert main(["check", str(out)]) in (0, 1)
    assert "上年对照" in capsys.readouterr().out, "the working paper is named as not checked"


def test_formulas_stay_and_nothing_else_changes(archive: Archive, book: Path) -> None:
    keep(archive, document(UNIT, 2024, more=THREE.format("3.10", "0.70", unit=UNIT)))
    old = openpyxl.load_workbook(book)
    assert main(["fill", "prior", str(book), "--write"]) == 0
    new = openpyxl.load_workbook(book)
    assert new.sheetnames == [*old.sheetnames, PRIOR_YEAR]
    changed = set()
    for sheet in old.sheetnames:
        for one, other in zip(old[sheet].iter_rows(), new[sheet].iter_rows(), strict=True):
            for x, y in zip(one, other, strict=True):
                if x.value != y.value:
                    changed.add((sheet, x.coordinate))
                    assert not str(x.value).startswith("="), "a formula was overwritten"
    assert {sheet for sheet, _ in changed} == {SHEET}
    backups = [p for p in book.parent.iterdir() if p.suffix == ".bak"]
    assert [p.read_bytes() for p in backups] == [DEMO.read_bytes()]
    filled = book.read_bytes()
    assert main(["fill", "prior", str(book), "--write"]) == 0
    assert [c.value for r in openpyxl.load_workbook(book)[SHEET].iter_rows() for c in r] == [
        c.value for r in new[SHEET].iter_rows() for c in r
    ], "a second time changes nothing"
    assert filled


def test_opening_balances_come_from_last_years_final_accounts(archive: Archive, tmp_path: Path) -> None:
    keep(archive, document(kind="单位决算", year=2024, more=BALANCE))
    this_year = BALANCE.replace("90.00\n年初结转和结余\t0.00", "90.00\n年初结转和结余\t")
    path = tmp_path / "决算.xlsx"
    path.write_bytes(book_of(read(document(kind="单位决算", year=2025, more=this_year))))
    assert main(["fill", "prior", str(path), "--write"]) == 0
    table = read_file(path).table("income_expenditure")
    assert table is not None
    (row,) = [r for r in table.rows if r.role == "carry_in"]
    assert [c.amount.value for c in row.cells if c.amount is not None] == [Decimal("5.00")]


def test_moved_renamed_new_and_dropped_subjects_are_told_apart(archive: Archive, tmp_path: Path) -> None:
    then = "20899\t其他社会保障和就业支出\t3.00\n2089901\t其他社会保障和就业支出\t3.00\n2101101\t行政单位医疗\t2.00\n2130199\t综合业务\t1.00\n"
    now = "20899\t其他社会保障和就业支出\t4.00\n2089999\t其他社会保障和就业支出\t4.00\n2130199\t其他农业农村支出\t1.00\n2210201\t住房公积金\t6.00\n"
    keep(archive, document(year=2020, subject=then, figures="9.00"))
    path = tmp_path / "预算.xlsx"
    path.write_bytes(book_of(read(document(year=2021, subject=now, figures="9.00"))))
    assert main(["fill", "prior", str(path), "--write"]) == 0
    found = {row[1]: row for row in rows(path, PRIOR_YEAR)[4:] if row[1]}
    assert (found["2089999"][4], found["2089999"][7]) == (3, "同名改码") and "2021" in str(found["2089999"][9])
    assert (found["2130199"][4], found["2130199"][7]) == (None, "存疑")
    assert (found["2210201"][4], found["2210201"][7]) == (None, "无")
    assert (found["2101101"][3], found["2101101"][4]) == (None, 2)
    assert (found["20899"][5], found["20899"][6]) == (1, pytest.approx(1 / 3))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (document("云川市图书馆", 2024), "单位是“云川市图书馆”"),
        (document(year=2025), "也是 2025 年的"),
        (document(year=2022), "是 2022 年的"),
        (document(kind="单位决算"), "是决算，本文件是预算"),
        (document(kind="部门预算"), "范围不同"),
        (document(money="元", figures="3,344,700\t2,044,700\t1,300,000"), "以元为单位"),
        ("今天天气很好\n", "没有认出公开表"),
        ("", "空的"),
    ],
)
def test_the_wrong_file_fills_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, why: str) -> None:
    book, prior = tmp_path / "预算.xlsx", tmp_path / "上年.txt"
    book.write_bytes(book_of(read(document(year=2025))))
    prior.write_text(text, encoding="utf-8")
    old = book.read_bytes()
    assert main(["fill", "prior", str(book), "--prior", str(prior), "--write"]) == 2
    assert why in capsys.readouterr().err
    assert book.read_bytes() == old and {p.name for p in tmp_path.iterdir()} == {"预算.xlsx", "上年.txt"}


def test_a_new_unit_has_no_figures_and_is_told_so(
    archive: Archive, book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["fill", "prior", str(book), "--write"]) == 2
    assert "没有上年数" in capsys.readouterr().err
    assert book.read_bytes() == DEMO.read_bytes()
    assert main(["fill", "prior", str(book)]) == 2
    assert "--write" in capsys.readouterr().err


# ---------------------------------------------------------------- two real years of one department


def _independent(path: Path) -> dict[tuple[str, str], tuple[str, int]]:
    """合计 of every code of the three long tables, with its page, as ``pdftotext`` lays the pages out."""
    text = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True).stdout
    found: dict[tuple[str, str], tuple[str, int]] = {}
    title = ""
    for number, page in enumerate(text.split("\f"), start=1):
        for line in page.splitlines():
            if heading := re.match(
                r"\s*\d{4}年部门(收入预算总表|支出预算总表|一般公共预算支出功能分类预算表|.*表)\s*$", line
            ):
                title = heading[1]
            if row := re.match(r"\s*(2\d\d)(?:\s+(\d\d))?(?:\s+(\d\d))?\s+\D*?([\d,]+)(?:\s|$)", line):
                code = "".join(part for part in row.groups()[:3] if part)
                found[title, code] = (row[4].replace(",", ""), number)
    return found


@pytest.mark.real
def test_every_code_of_a_real_department_stands_in_the_comparison(
    archive: Archive, shared: Path, tmp_path: Path
) -> None:
    if shutil.which("pdftotext") is None:
        pytest.skip("没有装 pdftotext")
    past = shared / "samples" / "shanghai-wanli-2024-budget.pdf"
    assert main(["archive", "add", str(past)]) == 0
    path = tmp_path / "2025.xlsx"
    path.write_bytes(book_of(read_file(shared / "samples" / "shanghai-wanli-2025-budget.pdf")))
    assert main(["fill", "prior", str(path), "--write"]) == 0
    then, now = _independent(past), _independent(shared / "samples" / "shanghai-wanli-2025-budget.pdf")
    lines = rows(path, PRIOR_YEAR)[4:]
    for title in ("收入预算总表", "支出预算总表", "一般公共预算支出功能分类预算表"):
        mine = {str(r[1]): r for r in lines if str(r[0]).endswith(title) and r[1]}
        codes = {code for table, code in then if table == title}
        assert len(codes) == 66 and set(mine) == codes
        for code in codes:
            amount, page = then[title, code]
            _, _, _, this, last, change, rate, how, where, _ = mine[code]
            assert (str(last), how, where) == (amount, "同码", f"{past.name} 第 {page} 页"), (title, code)
            assert str(this) == now[title, code][0] and change == int(now[title, code][0]) - int(amount)
            assert rate is None or rate == pytest.approx(change / int(amount)) or (rate == "" and amount == "0")


def test_an_export_of_the_sheet_opens(archive: Archive, book: Path) -> None:
    """What was grafted is a sheet that another program reads."""
    keep(archive, document(UNIT, 2024))
    assert main(["fill", "prior", str(book), "--write"]) == 0
    loaded = openpyxl.load_workbook(io.BytesIO(book.read_bytes()))
    sheet = loaded[PRIOR_YEAR]
    assert sheet.freeze_panes == "D5" and str(sheet["D5"].value).startswith("=IF(")
