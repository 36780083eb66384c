"""The same document through other conversions: damage may cost findings, it never makes an error."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.conftest import SHARED

from xlbudget.app.checking import check_file
from xlbudget.model.finding import Severity

pytestmark = pytest.mark.real
HEAD = ["", "云川市档案馆2025年部门预算公开", ""]


def _errors(path: Path) -> set[str]:
    """The errors, but for how their quotes are spaced."""
    found = (f.code + re.sub(r"\s|：[^：]*$", "", f.message) for f in check_file(path).of(Severity.ERROR))
    return set(found)


def _row(line: str) -> bool:
    return "\t" in line or (line.startswith("|") and line.count("|") > 2)


def _inside(lines: list[str], inserted: list[str], every: int) -> list[str]:
    """Lines put between the rows of tables, as at the end of pages."""
    out, run = [], 0
    for line, after in zip(lines, [*lines[1:], ""], strict=True):
        out.append(line)
        run = run + 1 if _row(line) and _row(after) else 0
        if run and run % every == 0:
            out += inserted
    return out


def _broken(lines: list[str], inserted: list[str]) -> list[str]:
    """Lines put into long sentences."""
    return [
        part
        for n, line in enumerate(lines)
        for part in ([line[:45], *inserted, line[45:]] if n % 3 == 0 and len(line) > 80 and not _row(line) else [line])
    ]


def _short(line: str) -> list[str]:
    return [line] if _row(line) else re.findall(".{1,40}", line) or [""]


DAMAGE: dict[str, Callable[[list[str]], list[str]]] = {
    "page heads in tables": lambda lines: _inside(lines, HEAD, 17),
    "page heads and numbers in tables": lambda lines: _inside(lines, ["", "第 12 页", *HEAD], 13),
    "page numbers in tables": lambda lines: _inside(lines, ["- 12 -"], 17),
    "tables cut by empty lines": lambda lines: _inside(lines, [""], 11),
    "page numbers in sentences": lambda lines: _broken(lines, ["", "12", ""]),
    "page heads in sentences": lambda lines: _broken(lines, ["", "— 12 —", *HEAD]),
    "an empty line after every line": lambda lines: [part for line in lines for part in (line, "")],
    "no empty lines": lambda lines: [line for line in lines if line.strip()],
    "prose in short lines": lambda lines: [part for line in lines for part in _short(line)],
}


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("number", ["000", "001", "002", "003", "004"])
def test_damage_makes_no_error(number: str, damage: str, seeds: dict[str, Path], tmp_path: Path) -> None:
    whole = seeds[number]
    lines = DAMAGE[damage](whole.read_text(encoding="utf-8").split("\n"))
    damaged = tmp_path / whole.name
    damaged.write_text("\n".join(lines), encoding="utf-8")
    assert _errors(damaged) - _errors(whole) == set()


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="没有安装 poppler-utils")
@pytest.mark.parametrize("option", ["-layout", "-raw", "-nopgbrk"])
@pytest.mark.parametrize("pdf", sorted(SHARED.glob("samples/*20*.pdf")), ids=lambda p: p.stem)
def test_a_page_as_plain_text_has_no_error_of_its_own(pdf: Path, option: str, tmp_path: Path) -> None:
    text = tmp_path / f"{pdf.stem}.txt"
    subprocess.run(["pdftotext", option, str(pdf), str(text)], check=True, capture_output=True)
    assert _errors(text) - _errors(pdf) == set()
