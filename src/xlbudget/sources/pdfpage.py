"""PDF 页面. What a person sees on one page: its letters and its ruled lines, in points from the upper left corner.

Letters that are invisible (render mode 3, transparent, white on nothing), clipped away, off the page, covered by a
later filled shape, or drawn a second time on the spot are left out and counted.
Source: ISO 32000-1, 8.5 (paths, clipping), 9.3.6 (text rendering mode).
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pypdfium2.raw as pdfium

from xlbudget.model.geometry import IDENTITY, Box, Matrix, applied, box_of, common, holds, multiplied, page_view

MAX_DEPTH = 8
"""Forms inside forms are followed this far."""
FAR = 100_000.0
"""Points; what stands farther off is damage."""
MAX_OBJECTS = 200_000
"""More drawing objects on one page are a picture, not a table."""
THIN = 3.0
"""A filled box thinner than this, in points, is a ruled line."""
_WHITE = 245
_INVISIBLE = (3, 7)
_BLANK = frozenset((0xA0, 0x3000, 0xFEFF, 0xFFFE, 0xFFFF))


# Where PDFium writes its answers: new numbers for every letter would cost more than the answers.
_X, _Y = ctypes.c_float(), ctypes.c_float()
_POINT = (ctypes.byref(_X), ctypes.byref(_Y))
_R, _G, _B, _A = (ctypes.c_uint() for _ in range(4))
_COLOUR = (ctypes.byref(_R), ctypes.byref(_G), ctypes.byref(_B), ctypes.byref(_A))
_TURN = pdfium.FS_MATRIX()
_TURN_AT = ctypes.byref(_TURN)
_address = ctypes.addressof
_RECT = pdfium.FS_RECTF()
_BASE_X, _BASE_Y = ctypes.c_double(), ctypes.c_double()
_BASE = (ctypes.byref(_BASE_X), ctypes.byref(_BASE_Y))


@dataclass(slots=True)
class Glyph:
    """字形. One visible letter: its box, and the baseline it stands on."""

    char: str
    left: float
    top: float
    right: float
    bottom: float
    base: float


@dataclass(frozen=True, slots=True)
class Rule:
    """表格线. One straight horizontal or vertical line; ``at`` is its fixed coordinate."""

    horizontal: bool
    at: float
    start: float
    end: float


@dataclass(slots=True)
class Page:
    """页面. ``pictures`` is the share of the page that images cover; ``hidden`` counts letters that were left out."""

    number: int
    width: float
    height: float
    glyphs: list[Glyph] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    pictures: float = 0.0
    hidden: int = 0
    crowded: bool = False


@dataclass(frozen=True, slots=True)
class _Fill:
    """An opaque box of colour, by its place in the order of painting."""

    order: int
    white: bool
    box: Box


@dataclass(slots=True)
class _Ink:
    """How one text object is painted."""

    order: int
    shown: bool
    white: bool
    upright: bool
    clip: Box | None


_ANY_INK = _Ink(0, True, False, True, None)


@dataclass(slots=True)
class _Drawing:
    """The objects of a page in the order in which they are painted."""

    inks: dict[int, _Ink] = field(default_factory=dict)
    fills: list[_Fill] = field(default_factory=list)
    clips: dict[int, Box | None] = field(default_factory=dict)
    pictures: float = 0.0
    crowded: bool = False


def read_page(page: Any, number: int) -> Page:
    """Read a pypdfium2 page."""
    width, height = page.get_size()
    view = _view(page)
    result = Page(number, width, height)
    drawing = _Drawing()
    _walk(page, view, result, drawing)
    result.pictures = min(1.0, drawing.pictures / (width * height)) if width and height else 0.0
    result.crowded = drawing.crowded
    _letters(page, view, result, drawing)
    return result


def _view(page: Any) -> Matrix:
    return page_view(page.get_rotation(), page.get_bbox())


# -- drawing objects --------------------------------------------------------------------------------


def _walk(page: Any, view: Matrix, result: Page, drawing: _Drawing) -> None:
    for order, (raw, kind, matrix) in enumerate(_objects(page.raw, view, 0), 1):
        if order > MAX_OBJECTS:
            drawing.crowded = True
            return
        if kind == pdfium.FPDF_PAGEOBJ_TEXT:
            drawing.inks[_address(raw.contents)] = _ink(raw, matrix, order, drawing)
        elif kind == pdfium.FPDF_PAGEOBJ_PATH:
            _path(raw, multiplied(_matrix(raw), matrix), order, result, drawing)
        elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            box = _bounds(raw, matrix)
            if box is not None:
                area = (min(box[2], result.width) - max(box[0], 0)) * (min(box[3], result.height) - max(box[1], 0))
                drawing.pictures += area if area > 0 else 0.0


def _objects(holder: Any, matrix: Matrix, depth: int) -> Iterator[tuple[Any, int, Matrix]]:
    """All objects with their kinds in painting order, those inside forms with the form's matrix."""
    if depth == 0:
        count, get = pdfium.FPDFPage_CountObjects(holder), pdfium.FPDFPage_GetObject
    else:
        count, get = pdfium.FPDFFormObj_CountObjects(holder), pdfium.FPDFFormObj_GetObject
    kind_of = pdfium.FPDFPageObj_GetType
    for i in range(count):
        raw = get(holder, i)
        if not raw:
            continue
        kind = kind_of(raw)
        if kind != pdfium.FPDF_PAGEOBJ_FORM:
            yield raw, kind, matrix
        elif depth < MAX_DEPTH:
            yield from _objects(raw, multiplied(_matrix(raw), matrix), depth + 1)


def _ink(raw: Any, view: Matrix, order: int, drawing: _Drawing) -> _Ink:
    shown = pdfium.FPDFTextObj_GetTextRenderMode(raw) not in _INVISIBLE
    white = False
    if pdfium.FPDFPageObj_GetFillColor(raw, *_COLOUR):
        shown = shown and _A.value > 0
        white = _R.value >= _WHITE and _G.value >= _WHITE and _B.value >= _WHITE
    upright = True
    if pdfium.FPDFPageObj_GetMatrix(raw, _TURN_AT) and (_TURN.b or view[1]):
        # letters that stand askew belong to a watermark or a stamp
        dx = view[0] * _TURN.a + view[2] * _TURN.b
        dy = view[1] * _TURN.a + view[3] * _TURN.b
        upright = abs(dy) <= 0.2 * abs(dx) if dx or dy else True
    return _Ink(order, shown, white, upright, _clip(raw, view, drawing))


def _matrix(raw: Any) -> Matrix:
    m = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(raw, m):
        return IDENTITY
    return (m.a, m.b, m.c, m.d, m.e, m.f)


def _bounds(raw: Any, view: Matrix) -> Box | None:
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    if not pdfium.FPDFPageObj_GetBounds(raw, left, bottom, right, top):
        return None
    return box_of(view, [(left.value, bottom.value), (right.value, top.value)])


def _clip(raw: Any, view: Matrix, drawing: _Drawing) -> Box | None:
    """The box that all clipping paths of an object leave of the page."""
    clip = pdfium.FPDFPageObj_GetClipPath(raw)
    count = pdfium.FPDFClipPath_CountPaths(clip) if clip else 0
    if count <= 0:
        return None
    # objects that share a clip share its very points, which have one address while the page is open
    start = pdfium.FPDFClipPath_GetPathSegment(clip, count - 1, 0)
    key = _address(start.contents) if start else 0
    if key not in drawing.clips:
        drawing.clips[key] = _clip_box(clip, count, view)
    return drawing.clips[key]


def _corner(clip: Any, path: int, index: int) -> tuple[float, float]:
    segment = pdfium.FPDFClipPath_GetPathSegment(clip, path, index)
    return _point(segment) if segment else (0.0, 0.0)


def _clip_box(clip: Any, count: int, view: Matrix) -> Box | None:
    left: Box | None = None
    for i in range(count):
        corners = min(pdfium.FPDFClipPath_CountPathSegments(clip, i), 64)
        if corners > 1:
            box = box_of(view, [_corner(clip, i, j) for j in range(corners)])
            left = box if left is None else common(left, box)
    return left


def _point(segment: Any) -> tuple[float, float]:
    pdfium.FPDFPathSegment_GetPoint(segment, *_POINT)
    return _X.value, _Y.value


def _path(raw: Any, view: Matrix, order: int, result: Page, drawing: _Drawing) -> None:
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(raw, fill, stroke)
    if not fill.value and not stroke.value:
        return
    for points in _subpaths(raw):
        left, top, right, bottom = box_of(view, points)
        if not (left > -FAR and right < FAR and top > -FAR and bottom < FAR):
            continue
        width, height = right - left, bottom - top
        if min(width, height) <= THIN:
            # a hairline rectangle, or a line: both are one rule
            if max(width, height) > THIN:
                result.rules.append(
                    Rule(True, (top + bottom) / 2, left, right)
                    if width >= height
                    else Rule(False, (left + right) / 2, top, bottom)
                )
            continue
        if stroke.value:
            result.rules.extend(_edges(view, points))
        if fill.value and len(points) <= 6:
            darkest, opacity = _fill(raw)
            # a marker pen is laid over the letters, it does not hide them
            if opacity > 200 and not pdfium.FPDFPageObj_HasTransparency(raw):
                drawing.fills.append(_Fill(order, darkest >= _WHITE, (left, top, right, bottom)))


def _subpaths(raw: Any) -> Iterator[list[tuple[float, float]]]:
    """The points of each subpath; a closed one ends where it began."""
    points: list[tuple[float, float]] = []
    for i in range(min(pdfium.FPDFPath_CountSegments(raw), MAX_OBJECTS)):
        segment = pdfium.FPDFPath_GetPathSegment(raw, i)
        if pdfium.FPDFPathSegment_GetType(segment) == pdfium.FPDF_SEGMENT_MOVETO and points:
            yield points
            points = []
        points.append(_point(segment))
        if pdfium.FPDFPathSegment_GetClose(segment):
            points.append(points[0])
    if points:
        yield points


def _edges(view: Matrix, points: list[tuple[float, float]]) -> Iterator[Rule]:
    placed = [applied(view, x, y) for x, y in points]
    for (x0, y0), (x1, y1) in pairwise(placed):
        if abs(y0 - y1) <= 1 and abs(x0 - x1) > THIN:
            yield Rule(True, (y0 + y1) / 2, min(x0, x1), max(x0, x1))
        elif abs(x0 - x1) <= 1 and abs(y0 - y1) > THIN:
            yield Rule(False, (x0 + x1) / 2, min(y0, y1), max(y0, y1))


def _fill(raw: Any) -> tuple[int, int]:
    """The darkest channel and the opacity of what a path is filled with."""
    r, g, b, a = (ctypes.c_uint() for _ in range(4))
    if not pdfium.FPDFPageObj_GetFillColor(raw, r, g, b, a):
        return 0, 255
    return min(r.value, g.value, b.value), a.value


# -- letters ----------------------------------------------------------------------------------------


def _letters(page: Any, view: Matrix, result: Page, drawing: _Drawing) -> None:
    text = pdfium.FPDFText_LoadPage(page.raw)
    if not text:
        return
    try:
        _read_letters(text, view, result, drawing)
    finally:
        pdfium.FPDFText_ClosePage(text)


def _read_letters(text: Any, view: Matrix, result: Page, drawing: _Drawing) -> None:
    a, b, c, d, e, f = view
    inks = drawing.inks
    rect = ctypes.byref(_RECT)
    letter, box_of = pdfium.FPDFText_GetUnicode, pdfium.FPDFText_GetLooseCharBox
    origin, owner_of = pdfium.FPDFText_GetCharOrigin, pdfium.FPDFText_GetTextObject
    seen: set[tuple[int, int, int]] = set()
    high = 0
    for i in range(pdfium.FPDFText_CountChars(text)):
        code = letter(text, i)
        if code < 33 or code in _BLANK:
            continue
        if 0xD800 <= code < 0xE000:
            if code < 0xDC00:
                high = code
                continue
            if not high:
                continue
            code, high = 0x10000 + ((high - 0xD800) << 10) + code - 0xDC00, 0
        if not box_of(text, i, rect):
            continue
        origin(text, i, *_BASE)
        x0, y0, x1, y1 = _RECT.left, _RECT.top, _RECT.right, _RECT.bottom
        left, top = a * x0 + c * y0 + e, b * x0 + d * y0 + f
        right, bottom = a * x1 + c * y1 + e, b * x1 + d * y1 + f
        if left > right:
            left, right = right, left
        if top > bottom:
            top, bottom = bottom, top
        if not (left > -FAR and right < FAR and top > -FAR and bottom < FAR):
            result.hidden += 1  # damaged matrices carry letters beyond any page; NaN fails the comparison too
            continue
        base = b * _BASE_X.value + d * _BASE_Y.value + f
        if not -FAR < base < FAR:
            base = bottom
        owner = owner_of(text, i)
        ink = inks.get(_address(owner.contents), _ANY_INK) if owner else _ANY_INK
        if not (_in_sight((left + right) / 2, (top + bottom) / 2, ink, result, drawing)):
            result.hidden += 1
            continue
        spot = (code, int(left / 1.5), int(base / 1.5))
        if spot not in seen and ink.upright:
            seen.add(spot)
            result.glyphs.append(Glyph(chr(code), left, top, right, bottom, base))


def _in_sight(x: float, y: float, ink: _Ink, page: Page, drawing: _Drawing) -> bool:
    """Is the middle of a letter painted, on the page, within its clip and not painted over?"""
    if not ink.shown or not (0 <= x <= page.width and 0 <= y <= page.height):
        return False
    clip = ink.clip
    if clip is not None and not (clip[0] - 1 <= x <= clip[2] + 1 and clip[1] - 1 <= y <= clip[3] + 1):
        return False
    if not drawing.fills:
        return not ink.white
    ground = [fill for fill in drawing.fills if holds(fill.box, x, y)]
    if any(fill.order > ink.order for fill in ground):
        return False
    return not ink.white or (bool(ground) and not ground[-1].white)
