"""Pages beside findings: the frame stands on the figure, and the annotated copy says what the report says."""

from __future__ import annotations

import base64
import io
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from PIL import Image
from tests.sources.pdfs import pdf, text

from xlbudget.app.checking import check_file
from xlbudget.app.reporting import annotated, html_of
from xlbudget.authoring.saving import WriteError
from xlbudget.exports.pages import AROUND, SCALE, PagePictures, annotated_pdf
from xlbudget.model.finding import Finding, Severity
from xlbudget.model.provenance import Provenance

PAGE = pdf(text("total 12.50 of 99.00", 50, 300))
LINE = (50.0, 90.0, 150.0, 103.0)  # 400 points high, the baseline at 300


def finding(quote: str = "total 12.50", severity: Severity = Severity.ERROR) -> Finding:
    place = Provenance(file="例.pdf", page=1, box=LINE, quote=quote)
    return Finding(
        "XB301", "level_mismatch", severity, "应为 {expected}", {"expected": "13.50"}, (place,), "有一位数字不同"
    )


def notes(data: bytes) -> list[tuple[str, tuple[float, float, float, float]]]:
    """Contents and boxes of the highlights of the first page, as another program would list them."""
    page = pypdfium2.PdfDocument(data)[0]
    found = []
    for i in range(pdfium.FPDFPage_GetAnnotCount(page.raw)):
        note = pdfium.FPDFPage_GetAnnot(page.raw, i)
        assert pdfium.FPDFAnnot_GetSubtype(note) == pdfium.FPDF_ANNOT_HIGHLIGHT
        size = pdfium.FPDFAnnot_GetStringValue(note, b"Contents", None, 0)
        buffer = (pdfium.FPDF_WCHAR * (size // 2))()
        pdfium.FPDFAnnot_GetStringValue(note, b"Contents", buffer, size)
        rect = pdfium.FS_RECTF()
        pdfium.FPDFAnnot_GetRect(note, rect)
        words = bytes(buffer).decode("utf-16-le").rstrip("\0")
        found.append((words, (rect.left, rect.bottom, rect.right, rect.top)))
    return found


def test_the_copy_carries_a_note_on_the_very_figure() -> None:
    ((words, (left, bottom, right, top)),) = notes(annotated_pdf(PAGE, [finding()]))
    assert words == "【错误】XB301 应为 13.50\n提示：有一位数字不同"
    # behind "total " and before " of": Helvetica at 10 points
    assert 70 < left < 80 and 90 < right < 102 and 295 < bottom <= 300 < top < 312


def test_rounding_and_notes_are_not_written_into_the_copy() -> None:
    assert notes(annotated_pdf(PAGE, [finding(severity=Severity.ROUNDING), finding(severity=Severity.NOTE)])) == []


def test_the_published_bytes_stay_as_they_are() -> None:
    assert annotated_pdf(PAGE, [finding()]).startswith(PAGE)


def test_a_picture_shows_the_place_with_a_frame_around_it() -> None:
    address = PagePictures(PAGE).strip(finding().at[0], Severity.ERROR)
    image = Image.open(io.BytesIO(base64.b64decode(address.split(",")[1]))).convert("RGB")
    assert image.width == round(600 * SCALE)
    red = [
        (x, y)
        for x in range(image.width)
        for y in range(image.height)
        if image.getpixel((x, y))[0] > 150 > image.getpixel((x, y))[1] + 40  # type: ignore[index]
    ]
    left, right = min(x for x, _ in red), max(x for x, _ in red)
    assert left > 70 * SCALE - 6 and right < 102 * SCALE + 6
    assert abs(min(y for _, y in red) - AROUND * SCALE) < 12


def test_a_place_without_a_page_has_no_picture() -> None:
    assert PagePictures(PAGE).strip(Provenance(file="例.pdf", line=3), Severity.ERROR) == ""


def test_a_workbook_cannot_be_annotated(tmp_path: Path) -> None:
    path = tmp_path / "例.txt"
    path.write_text("云川市档案馆2025年度单位预算公开\n支出预算12.00万元。\n", "utf-8")
    with pytest.raises(WriteError, match="不是 PDF"):
        annotated(check_file(path), path)


@pytest.mark.real
def test_the_report_of_a_published_pdf_shows_its_pages(shared: Path) -> None:
    path = shared / "samples" / "shanghai-putuo-finance-2024-final.pdf"
    page = html_of(check_file(path), path)
    assert page.count('<figure class="page">') >= 6
    assert len(page) < 2_000_000
