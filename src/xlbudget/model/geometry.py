"""几何. Points, boxes and the turning of pages; in points (1/72 inch), from the upper left corner of the page as shown."""

from __future__ import annotations

Box = tuple[float, float, float, float]
"""(left, top, right, bottom)."""
Matrix = tuple[float, float, float, float, float, float]
"""(a, b, c, d, e, f) as in ISO 32000-1, 8.3.3: x' = a x + c y + e, y' = b x + d y + f."""

IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def page_view(rotation: int, bounds: tuple[float, float, float, float]) -> Matrix:
    """From the space of a PDF page (left, bottom, right, top) to the page as it is shown, turned or not."""
    left, bottom, right, top = bounds
    match rotation:
        case 90:
            return (0.0, 1.0, 1.0, 0.0, -bottom, -left)
        case 180:
            return (-1.0, 0.0, 0.0, 1.0, right, -bottom)
        case 270:
            return (0.0, -1.0, -1.0, 0.0, top, right)
        case _:
            return (1.0, 0.0, 0.0, -1.0, -left, top)


def applied(m: Matrix, x: float, y: float) -> tuple[float, float]:
    """A point carried over."""
    return m[0] * x + m[2] * y + m[4], m[1] * x + m[3] * y + m[5]


def multiplied(first: Matrix, then: Matrix) -> Matrix:
    """One matrix for two in a row."""
    a, b, c, d, e, f = first
    x, y = applied(then, e, f)
    return (
        a * then[0] + b * then[2],
        a * then[1] + b * then[3],
        c * then[0] + d * then[2],
        c * then[1] + d * then[3],
        x,
        y,
    )


def inverted(m: Matrix) -> Matrix:
    """The way back."""
    a, b, c, d, e, f = m
    det = a * d - b * c
    return (d / det, -b / det, -c / det, a / det, (c * f - d * e) / det, (b * e - a * f) / det)


def box_of(m: Matrix, points: list[tuple[float, float]]) -> Box:
    """The box around some points that are carried over."""
    placed = [applied(m, x, y) for x, y in points]
    xs, ys = [p[0] for p in placed], [p[1] for p in placed]
    return min(xs), min(ys), max(xs), max(ys)


def common(a: Box, b: Box) -> Box:
    """What two boxes share."""
    return max(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]), min(a[3], b[3])


def holds(box: Box, x: float, y: float) -> bool:
    """Does a box hold a point?"""
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]
