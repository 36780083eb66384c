"""印成 PDF. The Word publication as PDF through LibreOffice or Word, whichever is there: tagged, with bookmarks and its fonts.

The page numbers of the contents are found in a first run and printed in a second one; the Word file gets them too.
"""

from __future__ import annotations

import io
import sys
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

from xlbudget.exports.publication import Publication
from xlbudget.exports.wordbody import outline
from xlbudget.sources.failing import SourceError
from xlbudget.sources.legacy import office_convert, office_program

_FILTER = (
    'pdf:writer_pdf_Export:{"UseTaggedPDF":{"type":"boolean","value":"true"},"ExportBookmarks":{"type":"boolean","value":"true"},'
    '"PDFUACompliance":{"type":"boolean","value":"true"},"SelectPdfVersion":{"type":"long","value":"17"},'
    '"EmbedStandardFonts":{"type":"boolean","value":"true"}}'
)
FALLBACKS = {
    "方正小标宋简体": ("华文中宋", "Noto Serif CJK SC", "Source Han Serif SC", "SimSun", "Noto Sans CJK SC"),
    "仿宋_GB2312": ("仿宋", "FangSong", "华文仿宋", "Noto Serif CJK SC", "Source Han Serif SC", "Noto Sans CJK SC"),
    "楷体_GB2312": ("楷体", "KaiTi", "华文楷体", "AR PL UKai CN", "Noto Serif CJK SC", "Noto Sans CJK SC"),
    "黑体": ("SimHei", "华文黑体", "Noto Sans CJK SC", "Source Han Sans SC", "WenQuanYi Zen Hei"),
    "宋体": ("SimSun", "华文宋体", "Noto Serif CJK SC", "Source Han Serif SC", "AR PL UMing CN", "Noto Sans CJK SC"),
    "Times New Roman": ("Liberation Serif", "Nimbus Roman", "TeX Gyre Termes", "Noto Serif CJK SC", "DejaVu Serif"),
}
"""What stands in for an official font that is not installed, in this order."""


def pdf_of(
    word: bytes, numbered: Callable[[Mapping[str, int]], bytes], publication: Publication
) -> tuple[bytes, dict[str, int]]:
    """The PDF, and the page numbers of the headings; raises ``SourceError`` when no program can make it."""
    pdf = _converted(word)
    pages = page_numbers(pdf, publication)
    return (_converted(numbered(pages)), pages) if pages else (pdf, pages)


def _converted(word: bytes) -> bytes:
    if office_program() is not None:
        made = office_convert(_with_fonts_at_hand(word), "docx", "pdf", _FILTER)
        if made is not None:
            return made
        raise SourceError("LibreOffice 没有完成转换", "请在 LibreOffice 或 Word 中打开 .docx，另存为 PDF")
    if sys.platform in ("win32", "darwin"):
        made = _through_word(word)
        if made is not None:
            return made
    raise SourceError(
        "本机没有 LibreOffice，也没有 Word", "请安装 LibreOffice 后重新导出，或在 Word 中打开 .docx 另存为 PDF"
    )


def _through_word(word: bytes) -> bytes | None:
    """Word itself, through COM, on Windows; ``None`` where it is not there."""
    if sys.platform != "win32":
        return None
    try:
        import win32com.client
    except ImportError:
        return None
    with tempfile.TemporaryDirectory(prefix="xlbudget-") as folder:
        source, target = Path(folder) / "公开.docx", Path(folder) / "公开.pdf"
        source.write_bytes(word)
        try:
            program = win32com.client.DispatchEx("Word.Application")
        except OSError:
            return None
        try:
            document = program.Documents.Open(str(source), ReadOnly=True)
            document.ExportAsFixedFormat(str(target), 17, CreateBookmarks=1, DocStructureTags=True)
            document.Close(False)
        finally:
            program.Quit()
        return target.read_bytes() if target.is_file() else None


def _with_fonts_at_hand(word: bytes) -> bytes:
    """The document with fonts that this machine has in place of the official ones that it has not."""
    known = _fonts()
    absent = {name: _installed(others, known) for name, others in FALLBACKS.items() if known and name not in known}
    if not absent:
        return word
    source, target = zipfile.ZipFile(io.BytesIO(word)), io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for entry in source.infolist():
            data = source.read(entry)
            if entry.filename.endswith(".xml") and entry.filename.startswith("word/"):
                for name, other in absent.items():
                    data = data.replace(f'="{name}"'.encode(), f'="{other}"'.encode())
            package.writestr(entry, data)
    return target.getvalue()


def _installed(names: tuple[str, ...], known: frozenset[str]) -> str:
    """The first of several fonts that this machine has."""
    return next((name for name in names if name in known), names[-1])


def _fonts() -> frozenset[str]:
    import shutil
    import subprocess

    program = shutil.which("fc-list")
    if program is None:
        return frozenset()
    said = subprocess.run([program, ":", "family"], capture_output=True, text=True, check=False, timeout=20).stdout
    return frozenset(name.strip() for line in said.splitlines() for name in line.split(","))


def page_numbers(pdf: bytes, publication: Publication) -> dict[str, int]:
    """The printed page of every entry of the contents, from the bookmarks of the PDF; empty if they do not match."""
    import pypdfium2

    entries = outline(publication)
    document = pypdfium2.PdfDocument(pdf)
    try:
        marks = [
            (_words(mark.get_title()), mark.get_dest().get_index() or 0)
            for mark in document.get_toc(max_depth=6)
            if mark.get_dest() is not None
        ]
    finally:
        document.close()
    found: dict[str, int] = {}
    at = 0
    first = None
    for bookmark, _, title in entries:
        wanted = _words(title)
        hit = next((k for k in range(at, len(marks)) if wanted.endswith(marks[k][0]) and marks[k][0]), None)
        if hit is None:
            continue
        at = hit + 1
        first = marks[hit][1] if first is None else first
        found[bookmark] = marks[hit][1] - first + 1
    return found


def _words(text: str) -> str:
    return "".join(text.split())
