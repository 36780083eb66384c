"""``xlbudget addin``: three files, and function names that everybody's program understands."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from tests.hosts.office import Office

from xlbudget.app.registry import FUNCTIONS
from xlbudget.hosts import wiring
from xlbudget.hosts.cli import main
from xlbudget.hosts.naming import plain_formula, plain_workbook, programmatic
from xlbudget.hosts.oxt import build_oxt


def test_build_makes_all_three_files(tmp_path: Path) -> None:
    assert main(["addin", "build", "-o", str(tmp_path / "加载项"), "--quiet"]) == 0
    names = {path.name for path in (tmp_path / "加载项").iterdir()}
    assert names == {"xlbudget.xlam", "xlbudget.xlsm", "xlbudget.oxt"}


def test_the_extension_is_the_same_every_time_and_brings_the_package_along() -> None:
    data = build_oxt()
    assert data == build_oxt()
    names = set(zipfile.ZipFile(io.BytesIO(data)).namelist())
    assert {"xlbudget_calc.py", "META-INF/manifest.xml", "pythonpath/xlbudget/packs/national/subjects.csv"} <= names
    assert not [name for name in names if "__pycache__" in name]
    etree = pytest.importorskip("lxml.etree", reason="没有安装 lxml")
    for name in names:
        if name.endswith((".xcu", ".xml")):
            etree.fromstring(zipfile.ZipFile(io.BytesIO(data)).read(name))


def test_the_extension_of_this_machine_knows_its_libraries(tmp_path: Path) -> None:
    assert main(["addin", "build", "--here", "-o", str(tmp_path), "--quiet"]) == 0
    component = zipfile.ZipFile(tmp_path / "xlbudget.oxt").read("xlbudget_calc.py").decode()
    folder, version = wiring.site_here()
    assert f"SITE = ({folder!r}, {version!r})" in component and (Path(folder) / "openpyxl").is_dir()


def test_the_component_loads_in_an_old_python() -> None:
    """LibreOffice of 2022 brings Python 3.8: the files that it loads must at least be read by it."""
    import ast

    from tests.conftest import ROOT

    for name in ("calc_component.py", "calc_install.py"):
        ast.parse((ROOT / "src/xlbudget/hosts" / name).read_text(encoding="utf-8"), feature_version=(3, 8))


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("BUDGET_CHECK(A1:B2)", "BUDGET_CHECK(A1:B2)"),
        ("'C:\\Users\\张 三\\AddIns\\xlbudget.xlam'!BUDGET_CHECK(A1)", "BUDGET_CHECK(A1)"),
        ("xlbudget.xlam!BUDGET_TIE(A1,B1)", "BUDGET_TIE(A1,B1)"),
        ("[1]!BUDGET_SHARE(A1,[2]表!B1)", "BUDGET_SHARE(A1,[2]表!B1)"),
        ("_xll.BUDGET_CHECK(A1)&_xlfn.TEXTJOIN(1,2)", "BUDGET_CHECK(A1)&_xlfn.TEXTJOIN(1,2)"),
        ("IF(ORG.XLBUDGET.BUDGET.BUDGETTIE(A1;B1)=\"✓\";1;0)", 'IF(BUDGET_TIE(A1;B1)="✓";1;0)'),
        ('"[1]!BUDGET_CHECK("&A1', '"[1]!BUDGET_CHECK("&A1'),
        ('"say ""[1]!BUDGET_CHECK("""&[1]!BUDGET_CHECK(A1)', '"say ""[1]!BUDGET_CHECK("""&BUDGET_CHECK(A1)'),
        ("[1]表!A1+MYBUDGET_CHECK(1)", "[1]表!A1+MYBUDGET_CHECK(1)"),
    ],
)  # fmt: skip
def test_names_come_back_plain(written: str, plain: str) -> None:
    assert plain_formula(written) == plain and plain_formula(plain) == plain


def test_every_function_has_a_method_of_its_own() -> None:
    assert len({programmatic(name).lower() for name in FUNCTIONS}) == len(FUNCTIONS)


@pytest.mark.office
def test_a_book_saved_by_libreoffice_is_tidied(office: Office, tmp_path: Path) -> None:
    document = office.open()
    sheet = document.Sheets.getByIndex(0)
    sheet.getCellRangeByName("A1").setFormula('=BUDGET_SUBJECT("2210201")&"<甲&乙>"')
    sheet.getCellRangeByName("A2").setFormula("=1+1")
    saved, tidy = tmp_path / "saved.xlsx", tmp_path / "tidy.xlsx"
    document.storeToURL(saved.as_uri(), (office.value("FilterName", "Calc MS Excel 2007 XML"),))
    document.close(True)
    assert "BUDGETSUBJECT" in str(openpyxl.load_workbook(saved).active["A1"].value).upper()
    assert main(["addin", "tidy", str(saved), "-o", str(tidy), "--quiet"]) == 0
    cells: Any = openpyxl.load_workbook(tidy).active
    assert cells["A1"].value == '=BUDGET_SUBJECT("2210201")&"<甲&乙>"' and cells["A2"].value == "=1+1"
    before, after = (zipfile.ZipFile(path) for path in (saved, tidy))
    changed = [n for n in before.namelist() if before.read(n) != after.read(n)]
    assert before.namelist() == after.namelist() and changed == ["xl/worksheets/sheet1.xml"]


def test_a_book_without_our_functions_is_left_as_it_is() -> None:
    out = io.BytesIO()
    openpyxl.Workbook().save(out)
    assert plain_workbook(out.getvalue()) == (out.getvalue(), 0)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["addin", "tidy", "-o", "x.xlsx"], "请给出要整理的工作簿"),
        (["addin", "tidy", "没有.xlsx", "-o", "x.xlsx"], "读不到"),
        (["addin", "build", "多余.xlsx", "-o", "x"], "不需要文件名"),
        (["addin", "fly", "-o", "x"], "不认识的选项"),
    ],
)
def test_wrong_calls_get_one_sentence(
    arguments: list[str],
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(wiring.sys, "platform", "linux")
    try:
        status = main(arguments)
    except SystemExit as left:
        status = int(left.code or 0)
    assert status == 2 and words in capsys.readouterr().err and not list(tmp_path.iterdir())


def test_a_book_that_is_none_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    junk = tmp_path / "坏.xlsx"
    junk.write_bytes(b"no zip")
    assert main(["addin", "tidy", str(junk), "-o", str(tmp_path / "x.xlsx")]) == 2
    assert "已损坏" in capsys.readouterr().err


# ---------------------------------------------------------------- where Python is, on Windows


@pytest.fixture
def windows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A virtual environment as pip leaves it on Windows, in a folder with a Chinese name and a space."""
    prefix = tmp_path / "张 三" / ".venv"
    (prefix / "Scripts").mkdir(parents=True)
    (prefix / "Scripts" / "pythonw.exe").touch()
    for bits in (32, 64):
        (prefix / f"xlwings{bits}-{wiring.version('xlwings')}.dll").touch()
    monkeypatch.setattr(wiring.sys, "platform", "win32")
    monkeypatch.setattr(wiring.sys, "prefix", str(prefix))
    monkeypatch.setattr(wiring, "_short", lambda path: path)
    return prefix


def test_this_machine_is_written_into_the_add_in(windows: Path) -> None:
    found = wiring.wiring_here()
    assert found.library_64.endswith(".dll") and str(windows) in found.library_32
    assert found.command.startswith(f'"{windows}') and "$(CLSID)" in found.command and " -I " in found.command


@pytest.mark.parametrize("lost", ["Scripts/pythonw.exe", "xlwings64", "xlwings32"])
def test_what_is_lost_is_named(windows: Path, lost: str) -> None:
    for path in windows.rglob("*"):
        if lost in path.as_posix() and path.is_file():
            path.unlink()
    with pytest.raises(wiring.WiringError, match="找不到"):
        wiring.wiring_here()


def test_a_path_that_no_code_page_holds_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wiring.sys, "platform", "linux")  # no short names here
    assert wiring._short(r"C:\xlbudget\x.dll") == r"C:\xlbudget\x.dll"
    with pytest.raises(wiring.WiringError, match="只有英文的文件夹"):
        wiring._short("C:\\𠮷\\x.dll")
