"""折线图. Several years of a few figures as an SVG picture; drawn by hand, so that no plotting library is needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from html import escape

from xlbudget.model.amount import plain

WIDTH, HEIGHT = 720, 400
_LEFT, _RIGHT, _TOP, _BOTTOM = 84, 24, 92, 40
_COLOURS = ("#1f5fa8", "#c4501b", "#2f7d4f", "#7a4fa3", "#8a6d1d")
_FONT = "'Noto Sans CJK SC','Microsoft YaHei','SimHei','PingFang SC',sans-serif"


def line_chart(title: str, years: Sequence[int], series: Mapping[str, Sequence[Decimal | None]]) -> str:
    """The picture. ``series`` gives for each name one amount a year (万元), ``None`` where nothing is known."""
    values = [v for line in series.values() for v in line if v is not None]
    low, high, step = _scale(min([*values, Decimal(0)]), max([*values, Decimal(0)]))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        f'font-family="{_FONT}" role="img" aria-label="{escape(title)}">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        f'<text x="{_LEFT}" y="32" font-size="18" fill="#1b1f24" font-weight="600">{escape(title)}</text>',
        f'<text x="{_LEFT}" y="54" font-size="12" fill="#5a636e">单位：万元</text>',
    ]
    tick = low
    while tick <= high:
        y = _y(tick, low, high)
        parts.append(f'<line x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{y}" y2="{y}" stroke="#e3e6ea"/>')
        label = f"{tick:,f}".rstrip("0").rstrip(".") if "." in f"{tick:f}" else f"{tick:,f}"
        parts.append(
            f'<text x="{_LEFT - 8}" y="{y + 4}" font-size="12" fill="#5a636e" text-anchor="end">{label}</text>'
        )
        tick += step
    xs = {year: _x(i, len(years)) for i, year in enumerate(years)}
    for year, x in xs.items():
        parts.append(
            f'<text x="{x}" y="{HEIGHT - 14}" font-size="13" fill="#1b1f24" text-anchor="middle">{year}</text>'
        )
    for number, (name, line) in enumerate(series.items()):
        others = [other for title, other in series.items() if title != name]
        parts += _line(name, number, [xs[y] for y in years], line, others, low, high)
    parts.append("</svg>\n")
    return "\n".join(parts)


def _line(
    name: str,
    number: int,
    xs: Sequence[int],
    line: Sequence[Decimal | None],
    others: Sequence[Sequence[Decimal | None]],
    low: Decimal,
    high: Decimal,
) -> list[str]:
    """One series: its key at the top, its line (broken where a year is missing), its points with their amounts."""
    colour = _COLOURS[number % len(_COLOURS)]
    x = _LEFT + 130 * number
    found = [
        f'<rect x="{x}" y="66" width="12" height="12" rx="2" fill="{colour}"/>',
        f'<text x="{x + 18}" y="77" font-size="13" fill="#1b1f24">{escape(name)}</text>',
    ]
    run: list[str] = []
    for i, value in enumerate(line):
        if value is not None:
            run.append(f"{xs[i]},{_y(value, low, high)}")
        if run and (value is None or i == len(line) - 1):
            found.append(f'<polyline points="{" ".join(run)}" fill="none" stroke="{colour}" stroke-width="2.5"/>')
            run = []
    for i, value in enumerate(line):
        if value is not None:
            y = _y(value, low, high)
            above = [y - _y(other[i] or Decimal(0), low, high) for other in others if other[i] is not None]
            label = y + 20 if any(0 <= gap < 28 for gap in above) else y - 10
            text = escape(f"{name} {plain(value)} 万元")
            found.append(f'<circle cx="{xs[i]}" cy="{y}" r="4.5" fill="{colour}"><title>{text}</title></circle>')
            found.append(
                f'<text x="{xs[i]}" y="{label}" font-size="12" fill="{colour}" text-anchor="middle" '
                f'paint-order="stroke" stroke="#ffffff" stroke-width="3">{value:,.2f}</text>'
            )
    return found


def _scale(low: Decimal, high: Decimal) -> tuple[Decimal, Decimal, Decimal]:
    """Ends and step of the axis: about five steps of 1, 2 or 5 times a power of ten."""
    span = (high - low) or Decimal(1)
    raw = span / 5
    power = Decimal(1).scaleb(raw.adjusted())
    step = next(power * n for n in (1, 2, 5, 10) if power * n >= raw)
    bottom = (low / step).to_integral_value(rounding="ROUND_FLOOR") * step
    top = (high / step).to_integral_value(rounding="ROUND_CEILING") * step
    return bottom, top, step


def _x(i: int, count: int) -> int:
    room = WIDTH - _LEFT - _RIGHT - 80
    return _LEFT + 40 + (room * i // (count - 1) if count > 1 else room // 2)


def _y(value: Decimal, low: Decimal, high: Decimal) -> int:
    room = HEIGHT - _TOP - _BOTTOM
    return HEIGHT - _BOTTOM - int(room * (value - low) / (high - low))
