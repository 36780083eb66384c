"""公开网页. One accessible page for a portal: headings, real tables with scope, charts as SVG with their figures in a table.

It needs no scripts, no fonts and no files from elsewhere; it prints on A4 and reads well on a telephone. The same
publication always gives the same bytes. Source: WCAG 2.1 AA, GB/T 37668-2019 (信息技术 互联网内容无障碍可访问性).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from html import escape
from importlib.resources import files

from xlbudget.exports.publication import Chart, Heading, PrintedCell, PrintedTable, Publication, Text
from xlbudget.exports.wordcharts import COLOURS


def web_page(publication: Publication) -> str:
    """The whole page."""
    style = files("xlbudget.exports").joinpath("assets", "publication.css").read_text(encoding="utf-8")
    return (
        '<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(publication.title)}</title>\n<style>\n{style}</style>\n</head>\n<body>\n"
        '<a class="skip" href="#text">跳到正文</a>\n'
        f"<header>\n<h1>{escape(publication.title)}</h1>\n{''.join(_facts(publication))}</header>\n"
        f'<nav aria-label="目录">\n<h2>目录</h2>\n{"".join(_contents(publication))}</nav>\n'
        f'<main id="text">\n{"".join(_blocks(publication))}</main>\n</body>\n</html>\n'
    )


def _facts(publication: Publication) -> Iterator[str]:
    for name, value in publication.facts:
        yield f"<p>{escape(name)}：{escape(value)}</p>\n"


def _contents(publication: Publication) -> Iterator[str]:
    yield "<ul>\n"
    for n, block in enumerate(publication.blocks):
        if isinstance(block, Heading) and block.level <= 2:
            yield f'<li class="l{block.level}"><a href="#b{n}">{escape(block.text)}</a></li>\n'
        elif isinstance(block, PrintedTable):
            yield f'<li class="l2"><a href="#b{n}">{escape(block.printed.contents)}</a></li>\n'
    yield "</ul>\n"


def _blocks(publication: Publication) -> Iterator[str]:
    number = 0
    for n, block in enumerate(publication.blocks):
        if isinstance(block, Heading):
            yield f'<h{block.level + 1} id="b{n}">{escape(block.text)}</h{block.level + 1}>\n'
        elif isinstance(block, Text):
            yield f"<p>{escape(block.text)}</p>\n"
        elif isinstance(block, Chart):
            number += 1
            yield from _figure(block, number)
        else:
            yield from _table(block, n)


# ---------------------------------------------------------------- tables


def _table(table: PrintedTable, n: int) -> Iterator[str]:
    words = table.printed
    number = f'<p class="number">{escape(words.number)}</p>\n' if words.number else ""
    yield f'<section class="sheet">\n{number}<h3 id="b{n}">{escape(words.title)}</h3>\n'
    yield f'<p class="unit">{escape("　".join(filter(None, (words.maker, words.unit))))}</p>\n'
    if table.rows:
        yield f'<div class="scroll" role="region" aria-labelledby="b{n}" tabindex="0">\n<table>\n<caption class="quiet">{escape(words.title)}，金额单位：{escape(table.money_unit)}</caption>\n'
        yield "<thead>\n" + "".join(_row(table, r) for r in range(table.heading)) + "</thead>\n"
        yield "<tbody>\n" + "".join(_row(table, r) for r in range(table.heading, len(table.rows))) + "</tbody>\n"
        yield "</table>\n</div>\n"
    for note in table.notes:
        yield f'<p class="note">{escape(note)}</p>\n'
    yield "</section>\n"


def _row(table: PrintedTable, r: int) -> str:
    head = r < table.heading
    cells = [_cell(table, cell, c, head) for c, cell in enumerate(table.rows[r]) if cell.right]
    look = ' class="total"' if r in table.bold else ""
    return f"<tr{look}>{''.join(cells)}</tr>\n"


def _cell(table: PrintedTable, cell: PrintedCell, c: int, head: bool) -> str:
    spans = (f' colspan="{cell.right}"' if cell.right > 1 else "") + (
        f' rowspan="{cell.down}"' if cell.down > 1 else ""
    )
    if head and cell.text:
        scope = "colgroup" if cell.right > 1 else "col"
        return f'<th scope="{scope}"{spans}>{escape(cell.text)}</th>'
    if not head and c == table.label_column and cell.text:
        return f'<th scope="row"{spans}>{escape(cell.text)}</th>'
    look = ' class="n"' if cell.money else ""
    return f"<td{look}{spans}>{escape(cell.text)}</td>"


# ---------------------------------------------------------------- charts


def _figure(chart: Chart, number: int) -> Iterator[str]:
    words = "，".join(f"{one.label}{one.amount}万元" for one in chart.slices)
    yield f'<figure>\n<svg viewBox="0 0 640 {_height(chart)}" role="img" aria-labelledby="c{number}t c{number}d">\n'
    yield f'<title id="c{number}t">{escape(chart.title)}</title>\n<desc id="c{number}d">{escape(words)}</desc>\n'
    yield from _pie(chart) if chart.kind == "pie" else _bars(chart)
    yield f"</svg>\n<figcaption>图{number}　{escape(chart.title)}</figcaption>\n"
    yield f'<table class="beside">\n<caption>{escape(chart.title)}（单位：万元）</caption>\n<thead><tr><th scope="col">项目</th><th scope="col">金额</th><th scope="col">占比</th></tr></thead>\n<tbody>\n'
    for one in chart.slices:
        yield f'<tr><th scope="row">{escape(one.label)}</th><td class="n">{one.amount:.2f}</td><td class="n">{_percent(chart, one.amount)}</td></tr>\n'
    yield "</tbody>\n</table>\n</figure>\n"


def _percent(chart: Chart, amount: object) -> str:
    from decimal import Decimal

    from xlbudget.model.rounding import round_half_up

    assert isinstance(amount, Decimal)
    return f"{round_half_up(amount * 100 / chart.total, 2):.2f}%"


def _height(chart: Chart) -> int:
    return max(240, 40 + 26 * len(chart.slices)) if chart.kind == "pie" else 30 + 34 * len(chart.slices)


def _pie(chart: Chart) -> Iterator[str]:
    """Slices from twelve o'clock on, clockwise."""
    total, before = chart.total, 0.0
    x, y, radius = 130.0, 120.0, 100.0
    for i, one in enumerate(chart.slices):
        share = float(one.amount / total)
        colour = COLOURS[i % len(COLOURS)]
        if share > 0.9999:
            yield f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" fill="#{colour}"/>\n'
        else:
            start, end = (2 * math.pi * t - math.pi / 2 for t in (before, before + share))
            points = [(x + radius * math.cos(a), y + radius * math.sin(a)) for a in (start, end)]
            (x0, y0), (x1, y1) = points
            large = 1 if share > 0.5 else 0
            yield f'<path d="M{x:g},{y:g} L{x0:.2f},{y0:.2f} A{radius:g},{radius:g} 0 {large} 1 {x1:.2f},{y1:.2f} Z" fill="#{colour}" stroke="#fff" stroke-width="1.5"/>\n'
        before += share
        top = 40 + 26 * i
        yield f'<rect x="270" y="{top - 12}" width="14" height="14" fill="#{colour}"/>\n'
        yield f'<text x="294" y="{top}">{escape(one.label)}　{one.amount:.2f}　{_percent(chart, one.amount)}</text>\n'


def _bars(chart: Chart) -> Iterator[str]:
    most = max(one.amount for one in chart.slices)
    for i, one in enumerate(chart.slices):
        top = 16 + 34 * i
        width = float(one.amount / most) * 260
        yield f'<text x="230" y="{top + 15}" text-anchor="end">{escape(one.label)}</text>\n'
        yield f'<rect x="240" y="{top}" width="{width:.1f}" height="20" fill="#{COLOURS[0]}"/>\n'
        yield f'<text x="{248 + width:.1f}" y="{top + 15}">{one.amount:.2f}</text>\n'
