"""The commands that write into a workbook, as they are typed."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest
from tests.app.test_levelling import book_in_yuan
from tests.conftest import ROOT

from xlbudget.hosts.cli import main


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "示例.xlsx"
    path.write_bytes(next((ROOT / "workbook").glob("*.xlsx")).read_bytes())
    return path


def test_marks_in_the_book_itself_and_their_clearing(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = book.read_bytes()
    assert main(["check", str(book), "--write-marks"]) == 1
    said = capsys.readouterr()
    assert "标记 5 个单元格" in said.err and "备份" in said.err and "错误 6 处" in said.out
    sheet = openpyxl.load_workbook(book)["3支出总表"]
    assert "应等于" in sheet["C15"].comment.text
    assert any(str(area.sqref) for area in sheet.conditional_formatting)
    assert main(["unmark", str(book)]) == 2
    assert main(["unmark", str(book), "--write"]) == 0
    assert book.read_bytes() == before
    assert before in [p.read_bytes() for p in book.parent.glob("*.bak")]


def test_a_marked_book_has_the_same_findings(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["check", str(book), "--format", "json"])
    plain = json.loads(capsys.readouterr().out)["findings"]
    assert main(["check", str(book), "--write-marks", "--format", "json"]) == 1
    assert main(["check", str(book), "--format", "json", "--quiet"]) == 1
    out = capsys.readouterr().out
    again = json.JSONDecoder().raw_decode(out[out.rindex('{\n "file"') :])[0]["findings"]
    assert again == plain


def test_marks_into_a_copy(book: Path) -> None:
    before = book.read_bytes()
    copy = book.with_name("标记.xlsx")
    assert main(["check", str(book), "--format", "xlsx", "--write-marks", "-o", str(copy)]) == 1
    assert book.read_bytes() == before and openpyxl.load_workbook(copy)["3支出总表"]["C15"].comment is not None


def test_marks_need_a_workbook(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = tmp_path / "a.txt"
    text.write_text(
        "支出总表\n单位：万元\n科目编码\t科目名称\t合计\t基本支出\t项目支出\n208\t社会保障和就业支出\t9\t1\t2\n",
        "utf-8",
    )
    assert main(["check", str(text), "--write-marks"]) == 2
    assert "只能在工作簿" in capsys.readouterr().err


def test_balance_lists_and_writes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(book_in_yuan(True))
    before = path.read_bytes()
    assert main(["balance", str(path)]) == 0
    assert "没有改写" in capsys.readouterr().err and path.read_bytes() == before
    assert main(["balance", str(path), "--format", "json", "-o", str(tmp_path / "b.xlsx")]) == 0
    done = json.loads(capsys.readouterr().out)
    assert done["unit"] == "万元" and done["moved"] and not done["conflicts"]
    assert set(done["moved"][0]) == {"sheet", "cell", "table", "row", "column", "exact", "rounded", "value", "widened"}
    assert main(["balance", str(path), "--write", "--pin", "合计"]) == 0
    assert path.read_bytes() != before and [p.read_bytes() for p in tmp_path.glob("*.bak")] == [before]


def test_an_open_book_is_said(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book.with_name(f"~${book.name}").write_text("x")
    assert main(["check", str(book), "--write-marks"]) == 2
    assert "正被 Excel 或 WPS" in capsys.readouterr().err


@pytest.mark.parametrize("command", [["balance"], ["unmark", "--write"]])
def test_what_is_no_workbook_is_one_sentence(
    tmp_path: Path, command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.xls"
    path.write_bytes(b"\xd0\xcf\x11\xe0" + b"\0" * 600)
    assert main([command[0], str(path), *command[1:]]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and "错误：" in said
