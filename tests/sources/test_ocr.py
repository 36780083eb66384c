"""Scans are read only when asked, through a real tesseract, and never trusted."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

import pypdfium2
import pytest
from tests.sources.pdfs import pdf, text

from xlbudget.app.checking import check_raw
from xlbudget.model.finding import Severity
from xlbudget.model.raw import Paragraph
from xlbudget.sources import ocr
from xlbudget.sources.failing import SourceError
from xlbudget.sources.opening import open_document


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    """A page that is one picture."""
    page = pypdfium2.PdfDocument(pdf(text("Total 1234.50", 60, 300, size=30)))[0]
    held = io.BytesIO()
    page.render(scale=200 / 72).to_pil().convert("L").save(held, "PDF", resolution=200)
    path = tmp_path / "扫描.pdf"
    path.write_bytes(held.getvalue())
    return path


def test_a_scan_is_not_read_unless_asked(scan: Path) -> None:
    with pytest.raises(SourceError, match="扫描件"):
        open_document(scan)


def test_what_is_recognised_carries_its_doubt(scan: Path) -> None:
    if shutil.which("tesseract") is None:
        pytest.skip("没有安装 tesseract")
    document = open_document(scan, ocr=True)
    (line,) = [b for b in document.blocks if isinstance(b, Paragraph)]
    assert "1234.50" in line.text.replace(" ", "")
    assert line.place.doubt and line.place.page == 1 and line.place.box is not None
    assert any("识别程序" in note for note in document.notes)
    assert check_raw(document).of(Severity.ERROR) == []


def test_without_the_program_the_advice_is_clear(scan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr.shutil, "which", lambda name: None)
    with pytest.raises(SourceError, match="没有安装文字识别程序"):
        open_document(scan, ocr=True)
