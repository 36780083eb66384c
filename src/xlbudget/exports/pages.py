"""页面图与批注. The pages of a checked PDF beside its findings: pictures with the doubtful place framed, and a copy with notes.

The copy is an incremental update: the published file's own bytes stay as they are.
Source: ISO 32000-1, 12.5.6.10 (highlight annotations).
"""

from __future__ import annotations

import base64
import ctypes
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from xlbudget.model.finding import Finding, Severity
from xlbudget.model.geometry import Box, box_of, inverted, page_view
from xlbudget.model.provenance import Provenance

SCALE = 1.5
"""Pixels for each point of a picture."""
AROUND = 42.0
"""Points shown above and below the framed place."""
MAX_PICTURES = 80
"""Beyond this many a report is a picture book; the rest keep their page numbers."""
_FIGURE = re.compile(r"(\d[\d,.]*)(?:万元|亿元|元|%|个|辆|平方米)?$")
_COLOURS = {
    Severity.ERROR: (214, 40, 40),
    Severity.SUSPECT: (230, 140, 0),
    Severity.ROUNDING: (90, 120, 160),
    Severity.NOTE: (120, 120, 120),
}


class PagePictures:
    """页面图. Strips of the pages of one PDF, as data for a web page."""

    def __init__(self, data: bytes) -> None:
        self.source = pypdfium2.PdfDocument(data)
        self.left = MAX_PICTURES
        self._last: tuple[int, Any] | None = None

    def strip(self, place: Provenance, severity: Severity) -> str:
        """A part of the page with the place framed, as a ``data:`` address; empty where there is none."""
        if place.page is None or place.box is None or self.left <= 0:
            return ""
        from PIL import ImageDraw

        self.left -= 1
        whole = self._picture(place.page)
        box = _narrowed(self.source[place.page - 1], place)
        top = max(0, int((box[1] - AROUND) * SCALE))
        bottom = min(whole.height, int((box[3] + AROUND) * SCALE))
        strip = whole.crop((0, top, whole.width, bottom))
        frame = (box[0] * SCALE - 3, box[1] * SCALE - top - 2, box[2] * SCALE + 3, box[3] * SCALE - top + 2)
        ImageDraw.Draw(strip).rectangle(frame, outline=_COLOURS[severity], width=3)
        held = io.BytesIO()
        strip.quantize(32).save(held, "PNG", optimize=True)
        return "data:image/png;base64," + base64.b64encode(held.getvalue()).decode("ascii")

    def _picture(self, number: int) -> Any:
        if self._last is None or self._last[0] != number:
            image = self.source[number - 1].render(scale=SCALE).to_pil().convert("RGB")
            self._last = (number, image)
        return self._last[1]


def annotated_pdf(data: bytes, findings: Sequence[Finding]) -> bytes:
    """批注的副本. The PDF with a highlight and a note at every place of an error or a doubt."""
    source = pypdfium2.PdfDocument(data)
    for finding in findings:
        if finding.severity not in (Severity.ERROR, Severity.SUSPECT):
            continue
        for first, place in _marked(finding):
            if place.page is None or place.box is None or place.page > len(source):
                continue
            page = source[place.page - 1]
            _highlight(page, _narrowed(page, place), finding, first)
    held = io.BytesIO()
    source.save(held, flags=pdfium.FPDF_INCREMENTAL)
    source.close()
    return held.getvalue()


def _marked(finding: Finding) -> Iterable[tuple[bool, Provenance]]:
    """The doubtful place, then the others that take part."""
    for i, place in enumerate(dict.fromkeys(finding.at)):
        yield i == 0, place


def _highlight(page: Any, box: Box, finding: Finding, first: bool) -> None:
    back = inverted(page_view(page.get_rotation(), page.get_bbox()))
    left, bottom, right, top = box_of(back, [(box[0], box[1]), (box[2], box[3])])
    note = pdfium.FPDFPage_CreateAnnot(page.raw, pdfium.FPDF_ANNOT_HIGHLIGHT)
    if not note:
        return
    try:
        red, green, blue = _COLOURS[finding.severity] if first else (150, 150, 150)
        pdfium.FPDFAnnot_SetColor(note, pdfium.FPDFANNOT_COLORTYPE_Color, red, green, blue, 90)
        pdfium.FPDFAnnot_SetRect(note, pdfium.FS_RECTF(left, top, right, bottom))
        quad = pdfium.FS_QUADPOINTSF(left, top, right, top, left, bottom, right, bottom)
        pdfium.FPDFAnnot_AppendAttachmentPoints(note, quad)
        words = f"【{finding.severity.chinese}】{finding.code} {finding.message}"
        if finding.hint:
            words += f"\n提示：{finding.hint}"
        _text(note, b"Contents", words if first else f"与此处有关：{finding.code} {finding.message}")
        _text(note, b"T", "xlbudget")
    finally:
        pdfium.FPDFPage_CloseAnnot(note)


def _text(note: Any, key: bytes, words: str) -> None:
    encoded = words.encode("utf-16-le") + b"\0\0"
    buffer = (ctypes.c_ushort * (len(encoded) // 2)).from_buffer_copy(encoded)
    pdfium.FPDFAnnot_SetStringValue(note, key, buffer)


def _narrowed(page: Any, place: Provenance) -> Box:
    """The box of the quoted figure inside a line of prose; the whole place where it is not found once."""
    assert place.box is not None
    figure = _FIGURE.search(place.quote)
    words = [figure[0], figure[1]] if figure is not None else [place.quote]
    if place.table:
        return place.box
    text = page.get_textpage()
    try:
        for word in words:
            if 1 < len(word) <= 24:
                found = list(_occurrences(page, text, word, place.box))
                if len(found) == 1:
                    return found[0]
    finally:
        text.close()
    return place.box


def _occurrences(page: Any, text: Any, word: str, line: Box) -> Iterator[Box]:
    """Where a word stands on the page within a line."""
    view = page_view(page.get_rotation(), page.get_bbox())
    left, top, right, bottom = line
    search = text.search(word)
    while (hit := search.get_next()) is not None:
        for i in range(text.count_rects(*hit)):
            a, b, c, d = text.get_rect(i)
            box = box_of(view, [(a, b), (c, d)])
            x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
            if left - 2 <= x <= right + 2 and top - 2 <= y <= bottom + 2:
                yield box
    search.close()
