"""A disclosure written as text, printed as a workbook with figures as numbers, or as a PDF with ruled tables.

The PDF names the font STSong-Light without embedding it, as a publication may (ISO 32000-1, 9.7.5.2): its codes are
UTF-16, so the letters can be read without the font being there.
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterator
from datetime import datetime

from tests.generating.rendering import Rows, blocks, heading_spans

_FIGURE = re.compile(r"-?\d+\.\d{2}")


def as_xlsx(text: str, macros: bool = False) -> bytes:
    """Each table on a sheet of its own, below its title and its unit; all other paragraphs on the last sheet.

    With ``macros`` the package of an .xlsm; what stands for its program is none.
    """
    import xlsxwriter

    held = io.BytesIO()
    book = xlsxwriter.Workbook(held, {"in_memory": True})
    book.set_properties({"created": datetime(2025, 1, 1)})  # the same text gives the same bytes
    money = book.add_format({"num_format": "0.00", "border": 1})
    plain = book.add_format({"border": 1})
    found: list[str | Rows] = list(blocks(text))
    cover = book.add_worksheet("封面")
    cover.write(3, 1, found[0])
    prose: list[str] = []
    for block in found[1:]:
        if isinstance(block, str):
            prose.append(block)
            continue
        unit, title = prose.pop(), prose.pop()
        sheet = book.add_worksheet(f"{len(book.worksheets())}{title}"[:28].translate(str.maketrans("", "", "[]:*?/\\")))
        sheet.write(0, 0, title)
        sheet.write(1, max(1, len(block[0]) - 1), unit)
        for r, row in enumerate(block, 2):
            for c, word in enumerate(row):
                if _FIGURE.fullmatch(word):
                    sheet.write_number(r, c, float(word), money)
                else:
                    sheet.write_string(r, c, word, plain)
        for top, left, bottom, right in heading_spans(block):
            sheet.merge_range(top + 2, left, bottom + 2, right, block[top][left], plain)
    sheet = book.add_worksheet("情况说明")
    for r, line in enumerate(prose):
        sheet.write_string(r, 0, line)
    if macros:
        book.add_vba_project(io.BytesIO(bytes(range(256)) * 40), is_stream=True)
    book.close()
    return held.getvalue()


# ---------------------------------------------------------------- PDF

WIDE, HIGH, EDGE, SIZE, LINE = 842, 595, 40, 8, 15
"""A4 lying, its margin, the size of a letter, the height of a row; points."""


def as_pdf(text: str, packed: bool = True) -> bytes:
    """The pages of a publication; ``packed`` compresses them, as every program does."""
    pages = [page.encode("ascii") for page in _pages(text)]
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"",
        b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UTF16-H /DescendantFonts [4 0 R] >>",
        b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo << /Registry (Adobe) "
        b"/Ordering (GB1) /Supplement 4 >> /DW 1000 /W [1 [500] 2 95 500 814 939 500] /FontDescriptor 5 0 R >>",
        b"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0 "
        b"/Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>",
    ]
    kids = []
    for page in pages:
        stream = zlib.compress(page) if packed else page
        how = b" /Filter /FlateDecode" if packed else b""
        objects.append(b"<< /Length %d%s >>\nstream\n%s\nendstream" % (len(stream), how, stream))
        content = len(objects)
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Resources << /Font << /F1 3 0 R >> >> "
            b"/Contents %d 0 R >>" % (WIDE, HIGH, content)
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(kids), len(kids))
    body, places = b"%PDF-1.7\n", []
    for number, content_of in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content_of)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return (
        body
        + b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
        % (
            size,
            table,
            size,
            len(body),
        )
    )


def _pages(text: str) -> Iterator[str]:
    """Content streams: a new page for each table, its rows over as many as they need; prose in lines."""
    drawn: list[str] = []
    y = HIGH - EDGE

    def over() -> str:
        nonlocal y
        page = "\n".join(drawn)
        drawn.clear()
        y = HIGH - EDGE
        return page

    found: list[str | Rows] = list(blocks(text))
    for i, block in enumerate(found):
        if isinstance(block, str):
            heads_table = any(not isinstance(b, str) for b in found[i + 1 : i + 3])
            if drawn and heads_table and isinstance(found[i - 1], list):
                yield over()
            for line in _lines(block):
                if y < EDGE + LINE:
                    yield over()
                y -= LINE
                drawn.append(_words(line, EDGE, y + 4))
            continue
        widths = _widths(block)
        spans = {(s[0], s[1]): s for s in heading_spans(block)}
        first = 0
        while first < len(block):
            count = min(len(block) - first, int((y - EDGE) // LINE))
            if count < 4 and count < len(block) - first:
                yield over()
                continue
            drawn += _table(block, first, first + count, widths, spans, y)
            y -= count * LINE
            first += count
            if first < len(block):
                yield over()
    yield over()


def _lines(text: str) -> list[str]:
    fit = (WIDE - 2 * EDGE) // SIZE
    return [text[i : i + fit] for i in range(0, len(text), fit)]


def _long(word: str) -> float:
    """The width of a word: half a letter for those of ASCII."""
    return sum(0.5 if char < "\x7f" else 1.0 for char in word) * SIZE


def _widths(rows: Rows) -> list[float]:
    spanned = {(s[0], s[1]) for s in heading_spans(rows)}
    own = [
        max(_long(row[c]) if (r, c) not in spanned else 0.0 for r, row in enumerate(rows)) + 8
        for c in range(len(rows[0]))
    ]
    factor = (WIDE - 2 * EDGE) / sum(own)
    return [width * max(1.0, factor) if factor > 1 else width for width in own]


def _words(word: str, x: float, y: float, size: float = SIZE) -> str:
    code = word.encode("utf-16-be").hex()
    return f"BT /F1 {size:g} Tf 1 0 0 1 {x:.2f} {y:.2f} Tm <{code}> Tj ET"


def _table(
    rows: Rows,
    first: int,
    last: int,
    widths: list[float],
    spans: dict[tuple[int, int], tuple[int, int, int, int]],
    top: float,
) -> Iterator[str]:
    """Rows with a rectangle around each cell; a merged cell has one rectangle."""
    edges = [EDGE + sum(widths[:c]) for c in range(len(widths) + 1)]
    covered = {
        (r, c)
        for t, left, bottom, right in spans.values()
        for r in range(t, bottom + 1)
        for c in range(left, right + 1)
    } - set(spans)
    for r in range(first, last):
        for c, word in enumerate(rows[r]):
            if (r, c) in covered:
                continue
            _, _, bottom, right = spans.get((r, c), (r, c, r, c))
            y = top - (bottom + 1 - first) * LINE
            x, width, height = edges[c], edges[right + 1] - edges[c], (bottom + 1 - r) * LINE
            yield f"{x:.2f} {y:.2f} {width:.2f} {height:.2f} re S"
            if word:
                fit = min(SIZE, SIZE * (width - 4) / max(_long(word), 1))
                yield _words(word, x + 2, y + height / 2 - SIZE / 3, fit)
