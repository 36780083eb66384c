"""What must not be public is found and never repeated; what only looks like it is left in peace; outputs carry nothing."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conftest import ROOT

from xlbudget.app.publishing import FORMS, prepare, publish
from xlbudget.authoring.workbook import CellEdit, edit_workbook
from xlbudget.exports.opendata import safe_cell
from xlbudget.exports.screening import screened, traces_in
from xlbudget.model.privacy import Private, is_card, is_identity, leaks
from xlbudget.model.traces import TraceKind, package_traces
from xlbudget.sources.opening import open_document

BOOK = ROOT / "workbook" / "改正后" / "示例单位2025年预算公开.xlsx"
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def kinds(text: str, money_row: bool = False) -> list[Private]:
    return [leak.kind for leak in leaks(text, money_row)]


@st.composite
def identity(draw: st.DrawFn) -> str:
    """A number made by the standard's own formula: sum of weight x digit, remainder 1 modulo 11."""
    born = date(1940, 1, 1) + timedelta(days=draw(st.integers(0, 29000)))
    body = (
        f"{draw(st.sampled_from((110101, 150203, 310107, 632121, 652801)))}{born:%Y%m%d}{draw(st.integers(0, 999)):03d}"
    )
    total = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True))
    last = next(k for k in range(11) if (total + k) % 11 == 1)
    return body + ("X" if last == 10 else str(last))


@settings(max_examples=150, deadline=None)
@given(identity(), st.sampled_from(("救助{}。", "（{}）", "证件号码:{},共一人")))
def test_identity_numbers_are_found_and_masked(number: str, words: str) -> None:
    (leak,) = leaks(words.format(number))
    assert leak.kind is Private.IDENTITY
    assert number not in leak.shown and leak.shown[:3] == number[:3] and leak.shown[-4:] == number[-4:]
    wrong = number[:-1] + ("0" if number[-1] != "0" else "1")
    assert not is_identity(wrong)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10**12 - 1))
def test_bank_cards_are_found_by_luhn(middle: int) -> None:
    body = f"622202{middle:012d}"
    digits = [int(c) for c in reversed(body)]
    total = sum(d if i % 2 else sum(divmod(2 * d, 10)) for i, d in enumerate(digits))
    number = f"{body}{-total % 10}"
    assert is_card(number) and Private.CARD in kinds(f"转入{number}账户")
    assert not is_card(number[:-1] + str((int(number[-1]) + 1) % 10))


@pytest.mark.parametrize(
    "text",
    [
        "63020000023T000000003-企业职工基本养老保险生活补助",
        "15020025T000000123456 项目",
        "2025年收入预算535.12万元，比上年增加0.44万元",
        "联合国宪章1234567890123456789012",
        "管理机要通信用车，做好国家秘密保护和商业秘密工作",
        "因公死亡人员抚恤金",
        "高龄老人生活补助费",
        "2080505 机关事业单位基本养老保险缴费支出",
    ],
)
def test_what_only_looks_like_it_is_left_in_peace(text: str) -> None:
    assert kinds(text, money_row=True) == []


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("经办人 138 0013 8000", Private.MOBILE),
        ("机密★三年", Private.SECRET),
        ("密级：秘密", Private.SECRET),
        ("（内部资料）", Private.SECRET),
        ("李某某困难补助", Private.PERSON),
    ],
)
def test_what_must_go_is_found(text: str, kind: Private) -> None:
    assert kinds(text, money_row=True) == [kind]


def test_contact_number_may_stand() -> None:
    assert screened(["联系电话：13800138000"]) == []
    assert screened(["经办人13800138000负责"])


@pytest.fixture(scope="module")
def dirty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook with everything in it that must not leave the house."""
    from openpyxl import load_workbook
    from openpyxl.comments import Comment

    path = tmp_path_factory.mktemp("脏") / "本.xlsx"
    edited = edit_workbook(BOOK.read_bytes(), [CellEdit("10项目支出表", "A6", "=HYPERLINK(1)整理经费")]).data
    path.write_bytes(edited)
    book = load_workbook(path, data_only=False)
    values = load_workbook(path, data_only=True)
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.value.startswith("=") and sheet.title != "10项目支出表":
                    cell.value = values[sheet.title][cell.coordinate].value
    hidden = book.create_sheet("底稿")
    hidden["A1"] = "不公开的测算 13800138000"
    hidden.sheet_state = "hidden"
    book["3支出总表"]["C6"].comment = Comment("与局里核过", "张会计")
    book.properties.creator = "张会计"
    book.properties.lastModifiedBy = "李主任"
    book.save(path)
    return path


def test_a_workbooks_traces_are_told(dirty: Path) -> None:
    found = {trace.kind for trace in open_document(dirty).traces}
    assert {TraceKind.HIDDEN, TraceKind.COMMENT, TraceKind.AUTHOR} <= found


def test_outputs_carry_none_of_it(dirty: Path, tmp_path: Path) -> None:
    forms = tuple(form for form in FORMS if form not in ("pdf", "report"))
    made = publish(prepare(dirty), tmp_path / "out", anyway=True, forms=forms)
    everything = b""
    for path in made.folder.rglob("*"):
        if path.is_dir():
            continue
        data = path.read_bytes()
        if path.suffix == ".docx":
            assert traces_in(data) == []
            package = zipfile.ZipFile(io.BytesIO(data))
            for name in package.namelist():
                part = package.read(name)
                everything += part
                if name.endswith(".xlsx"):
                    assert traces_in(part) == []
                    inner = zipfile.ZipFile(io.BytesIO(part))
                    everything += b"".join(inner.read(n) for n in inner.namelist())
        elif path.name != "清单.json":
            everything += data
    for word in ("张会计", "李主任", "与局里核过", "不公开的测算", "13800138000", str(tmp_path)):
        assert word.encode() not in everything, word


def test_cells_of_open_data_start_no_formula(dirty: Path, tmp_path: Path) -> None:
    made = publish(prepare(dirty), tmp_path / "out", anyway=True, forms=("data",))
    labels = []
    for path in (made.folder / "开放数据").glob("*.csv"):
        for row in csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))):
            labels += row
    starts = [cell for cell in labels if cell[:1] in "=+@\t\r" and cell]
    assert starts == []
    assert any(cell.startswith("'=HYPERLINK") for cell in labels)


@given(st.text(max_size=12))
def test_no_text_becomes_a_formula(text: str) -> None:
    assert safe_cell(text)[:1] not in ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
    assert safe_cell(text).removeprefix("'") == text.removeprefix("'") or safe_cell(text) == text


def test_damaged_packages_have_no_traces() -> None:
    assert package_traces(b"PK\x03\x04nonsense") == [] and package_traces(b"") == []
