"""Small PDF files written by hand: content streams as a program would draw them, Latin letters in Helvetica."""

from __future__ import annotations

from collections.abc import Sequence


def pdf(*streams: str, size: tuple[int, int] = (600, 400), rotate: int = 0, extra: str = "") -> bytes:
    """A document with one page for each content stream; ``extra`` joins each page's dictionary."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", ""]
    font = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
    objects.append(font)
    kids = []
    for stream in streams:
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
        content = len(objects)
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {size[0]} {size[1]}] /Rotate {rotate} "
            f"/Resources << /Font << /F1 3 0 R >> /ExtGState << /G0 << /ca 0 >> >> >> /Contents {content} 0 R {extra} >>"
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    return assembled(objects)


def assembled(objects: Sequence[str]) -> bytes:
    """Objects as a file with its table of references."""
    body = b"%PDF-1.7\n"
    places = []
    for number, text in enumerate(objects, 1):
        places.append(len(body))
        body += f"{number} 0 obj\n{text}\nendobj\n".encode("latin-1")
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    size = len(objects) + 1
    tail = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{len(body)}\n%%EOF\n"
    return body + tail.encode("latin-1")


def text(words: str, x: float, y: float, size: float = 10, before: str = "") -> str:
    """Words on a baseline; ``before`` sets colour, render mode or a graphics state."""
    return f"q {before} BT /F1 {size} Tf 1 0 0 1 {x} {y} Tm ({words}) Tj ET Q"


def line(x0: float, y0: float, x1: float, y1: float) -> str:
    return f"{x0} {y0} m {x1} {y1} l S"


def bar(x: float, y: float, width: float, height: float) -> str:
    """A thin filled rectangle, as office programs draw their borders."""
    return f"{x} {y} {width} {height} re f"


def ruled(xs: Sequence[float], ys: Sequence[float]) -> str:
    """A full grid of lines."""
    across = [line(xs[0], y, xs[-1], y) for y in ys]
    down = [line(x, ys[0], x, ys[-1]) for x in xs]
    return "\n".join(across + down)
