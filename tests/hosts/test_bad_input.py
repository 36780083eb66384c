"""Bad input, as an accountant meets it: one clear Chinese sentence each, nothing written, no traceback."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter
from openpyxl import Workbook

from xlbudget.hosts.cli import main

HEAD = ["科目编码", "科目名称", "合计", "基本支出", "项目支出"]


def book(fill: Callable[[xlsxwriter.Workbook], None]) -> bytes:
    data = io.BytesIO()
    made = xlsxwriter.Workbook(data, {"in_memory": True})
    fill(made)
    made.close()
    return data.getvalue()


def table(*rows: list[object], title: str = "2025年支出总表") -> bytes:
    def fill(made: xlsxwriter.Workbook) -> None:
        sheet = made.add_worksheet("表")
        sheet.write(0, 0, title)
        sheet.write(1, 4, "单位：万元")
        sheet.write_row(2, 0, HEAD)
        for r, row in enumerate(rows, 3):
            for c, value in enumerate(row):
                if isinstance(value, str) and value.startswith("#"):
                    sheet.write_formula(r, c, "=A1/0", None, value)
                else:
                    sheet.write(r, c, value)

    return book(fill)


def formulas_only() -> bytes:
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    for row in (["支出总表"], ["单位：万元"], HEAD, ["208", "社会保障和就业支出", "=D4+E4", 20, 10]):
        sheet.append(row)
    data = io.BytesIO()
    made.save(data)
    return data.getvalue()


def bomb() -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "x")
        package.writestr("xl/workbook.xml", b"0" * (100 * 2**20))
    return data.getvalue()


def encrypted() -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 512


REFUSED: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "not a workbook": ("a.xlsx", lambda: b"PK\x05\x06" + b"\0" * 18, "压缩包|损坏"),
    "truncated": ("a.xlsx", lambda: table(["208", "社会保障和就业支出", 30, 20, 10])[:2000], "不完整|损坏"),
    "encrypted": ("a.xlsx", encrypted, "密码"),
    "zip bomb": ("a.xlsx", bomb, "压缩炸弹"),
    "no table at all": ("a.xlsx", lambda: book(lambda b: b.add_worksheet("表").write(0, 0, "你好")), "没有认出"),
    "empty workbook": ("a.xlsx", lambda: book(lambda b: b.add_worksheet("表")), "没有认出"),
    "binary junk": ("a.txt", lambda: os.urandom(5000), "二进制|编码"),
    "zero bytes": ("a.txt", lambda: b"", "空的"),
    "a picture": ("a.xlsx", lambda: b"\x89PNG\r\n\x1a\n" + os.urandom(500), "二进制|编码"),
}


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_refused_with_one_clear_sentence(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import re

    file, make, words = REFUSED[name]
    path = tmp_path / file
    path.write_bytes(make())
    assert main(["check", str(path), "--format", "html", "-o", str(tmp_path / "out.html")]) == 2
    out = capsys.readouterr()
    assert re.search(words, out.err) and out.err.count("\n") == 1 and "Traceback" not in out.err
    assert out.out == "" and [p.name for p in tmp_path.iterdir()] == [file]


CHECKED: dict[str, tuple[Callable[[], bytes], str, int]] = {
    "error values": (lambda: table(["208", "社会保障和就业支出", "#REF!", 20, 10]), "错误值 #REF!", 1),
    "full-width digits": (lambda: table(["208", "社会保障和就业支出", "３１", 20, 10]), "合计”为 ３１", 1),
    "formulas without values": (formulas_only, "没有计算结果", 0),
    "another year": (
        lambda: table(["208", "社会保障和就业支出", 30, 20, 10], title="2023年支出总表"),
        "没有发现错误",
        0,
    ),
}


@pytest.mark.parametrize("name", sorted(CHECKED))
def test_checked_as_far_as_it_goes(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make, words, status = CHECKED[name]
    path = tmp_path / "a.xlsx"
    path.write_bytes(make())
    assert main(["check", str(path)]) == status
    assert words in capsys.readouterr().out


def test_a_sheet_of_another_year_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def fill(made: xlsxwriter.Workbook) -> None:
        for n, (title, name) in enumerate(
            (("2025年支出总表", "支出"), ("2025年收入总表", "收入"), ("2024年一般公共预算支出表", "一般"))
        ):
            sheet = made.add_worksheet(name)
            sheet.write(0, 0, title)
            sheet.write_row(2, 0, HEAD)
            sheet.write_row(3, 0, ["208", "社会保障和就业支出", 30, 20 + 0 * n, 10])

    path = tmp_path / "a.xlsx"
    path.write_bytes(book(fill))
    assert main(["check", str(path)]) == 1
    assert "标题“2024年一般公共预算支出表”写的是 2024 年，本文件是 2025 年" in capsys.readouterr().out


def test_gb18030_text_is_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.txt"
    text = "支出总表\n单位：万元\n" + "\t".join(HEAD) + "\n208\t社会保障和就业支出\t31.00\t20.00\t10.00\n"
    path.write_bytes(text.encode("gb18030"))
    assert main(["check", str(path)]) == 1
    assert "相差 1" in capsys.readouterr().out


def test_formatting_without_end_is_read_in_bounded_memory(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """5,000 x 200 formatted blank cells beside a real table (the long run takes 100,000 x 200)."""

    def fill(made: xlsxwriter.Workbook) -> None:
        shade = made.add_format({"bg_color": "#eeeeee"})
        sheet = made.add_worksheet("空")
        for r in range(5000):
            for c in range(200):
                sheet.write_blank(r, c, None, shade)
        real = made.add_worksheet("表")
        real.write(0, 0, "支出总表")
        real.write_row(2, 0, HEAD)
        real.write_row(3, 0, ["208", "社会保障和就业支出", 31, 20, 10])

    path = tmp_path / "a.xlsx"
    path.write_bytes(book(fill))
    assert main(["check", str(path)]) == 1
    assert "相差 1" in capsys.readouterr().out
