"""绩效图. One picture a project, as inline SVG: points by dimension, money executed, each target against what came of it.

No script and no colour alone: every bar has its figures beside it. Text is never wider than its room.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from html import escape

from xlbudget.exports.report import Report
from xlbudget.model.amount import plain
from xlbudget.model.rounding import round_half_up
from xlbudget.model.targets import FundRow, Indicator, TargetSheet

WIDTH = 1060
_LEFT, _NAME, _BAR, _BARS = 20, 330, 560, 300
_COLOURS = ("#2b6a8f", "#23734a", "#a15c00", "#6b4f9c", "#7a5c3e", "#55606b")
_SOFT, _INK, _GRID = "#5b6773", "#1f2933", "#dde3e9"


def performance_html(report: Report) -> Iterator[str]:
    """The section of the report: a picture for each project that was read with indicators."""
    sheets = [s for s in report.disclosure.targets.sheets if s.indicators]
    if not sheets:
        return
    yield f'<h2>项目绩效</h2>\n<p class="sub">{len(sheets)} 个项目：各维度分值、资金执行、指标完成情况</p>\n'
    for n, sheet in enumerate(sheets):
        kind = "自评" if sheet.is_evaluation else "目标"
        doubt = f"　{sheet.doubt}" if sheet.doubt else ""
        name = escape(sheet.project or "（项目名称没有读出）")
        sub = f"绩效{kind}　{len(sheet.indicators)} 项指标{escape(doubt)}"
        opened = " open" if n == 0 else ""
        yield f'<details class="sheet performance"{opened}><summary>{name}<span class="sub">{sub}</span></summary>\n'
        yield f'<div class="scroll">{project_svg(sheet)}</div></details>\n'


def project_svg(sheet: TargetSheet) -> str:
    """绩效图 of one project."""
    parts: list[str] = []
    parts += _dimensions(sheet)
    parts += _money(sheet)
    y = 150
    parts += _heads(sheet, y)
    for indicator in sheet.indicators:
        y += 26
        parts += _indicator(sheet, indicator, y)
    height = y + 24
    label = escape(f"{sheet.project} 绩效图")
    return (
        f'<svg class="chart" viewBox="0 0 {WIDTH} {height}" width="100%" role="img" aria-label="{label}" '
        f'font-family="inherit" font-size="13">{"".join(parts)}</svg>\n'
    )


def _text(x: float, y: float, text: str, room: float, look: str = "", anchor: str = "start") -> str:
    """A line of text, cut with an ellipsis (and its whole in a tooltip) where it would run over."""
    shown, used = "", 0.0
    for c in text:
        used += 13.2 if unicodedata.east_asian_width(c) in "WF" else 7.6
        if used > room:
            shown = shown[:-1] + "…"
            break
        shown += c
    title = f"<title>{escape(text)}</title>" if shown != text else ""
    return f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}" fill="{_INK}" {look}>{title}{escape(shown)}</text>'


def _bar(x: float, y: float, width: float, height: float, colour: str, opacity: str = "1") -> str:
    return f'<rect x="{x:g}" y="{y:g}" width="{max(0.0, width):.1f}" height="{height:g}" rx="2" fill="{colour}" fill-opacity="{opacity}"/>'


def _groups(sheet: TargetSheet) -> dict[str, list[Indicator]]:
    found: dict[str, list[Indicator]] = {}
    for indicator in sheet.indicators:
        found.setdefault(indicator.dimension.split("(")[0].split("（")[0] or "维度没有读出", []).append(indicator)
    return found


def _dimensions(sheet: TargetSheet) -> list[str]:
    """Points by dimension, earned over possible."""
    found = [_text(_LEFT, 22, "各维度分值", 300, 'font-weight="600"')]
    groups = _groups(sheet)
    points = {d: sum((i.points for i in own if i.points is not None), Decimal(0)) for d, own in groups.items()}
    whole = sum(points.values(), Decimal(0)) or Decimal(1)
    x, room = float(_LEFT), 600.0
    for n, (dimension, total) in enumerate(points.items()):
        colour = _COLOURS[n % len(_COLOURS)]
        width = room * float(total / whole)
        own = [i.score for i in groups[dimension] if i.score is not None]
        scored = bool(own) and len(own) == len(groups[dimension])
        earned = sum((s for s in own), Decimal(0))
        found.append(_bar(x, 36, width - 3, 26, colour, "0.28"))
        share = float(earned / total) if scored and total else 1.0
        found.append(_bar(x, 36, (width - 3) * min(1.0, share), 26, colour, "0.75"))
        label = f"{plain(earned)}/{plain(total)} 分" if scored else f"{plain(total)} 分"
        found.append(_text(x, 80, dimension.removesuffix("指标"), max(30.0, width - 4)))
        found.append(_text(x, 97, label, max(44.0, width - 4), 'font-size="12" fill-opacity="0.75"'))
        x += width
    if sheet.total_score is not None:
        found.append(_text(_LEFT, 120, f"自评总分 {plain(sheet.total_score[0])} 分（含预算执行率得分）", 600))
    return found


def _money(sheet: TargetSheet) -> list[str]:
    """Money executed of the budget."""
    x, room = 680, 340.0
    found = [_text(x, 22, "资金", 300, 'font-weight="600"')]
    row = next((f for f in sheet.funds if f.adjusted is not None), None)
    if row is None:
        budget = f"预算 {sheet.budget.text} {sheet.budget.unit.value}" if sheet.budget is not None else "预算没有读出"
        found += [_bar(x, 36, room, 26, _COLOURS[0], "0.28"), _text(x, 80, budget, room)]
        return found
    return [*found, *_execution(row, x, room)]


def _execution(row: FundRow, x: float, room: float) -> list[str]:
    assert row.adjusted is not None
    executed = row.executed or Decimal(0)
    share = float(executed / row.adjusted) if row.adjusted > 0 else 0.0
    scale = 1 / max(1.0, share)
    found = [_bar(x, 36, room * scale, 26, _COLOURS[0], "0.28")]
    found.append(_bar(x, 36, room * scale * share, 26, _COLOURS[0] if share <= 1 else "#c0271c", "0.8"))
    found.append(_text(x, 80, f"全年预算 {plain(row.adjusted)} 万元，执行 {plain(executed)} 万元", room))
    rate = round_half_up(executed * 100 / row.adjusted, 2) if row.adjusted > 0 else Decimal(0)
    score = f"，得 {plain(row.score)} 分" if row.score is not None else ""
    found.append(_text(x, 97, f"执行率 {plain(rate)}%{score}", room, 'font-size="12" fill-opacity="0.75"'))
    return found


def _heads(sheet: TargetSheet, y: float) -> list[str]:
    against = "实际完成" if sheet.is_evaluation else "上年完成"
    look = 'font-size="12" fill-opacity="0.7"'
    return [
        _text(_LEFT, y, "三级指标", 200, look),
        _text(_NAME, y, "目标", 200, look),
        _text(_BAR, y, f"{against}（竖线是目标）", 260, look),
        _text(_BAR + _BARS + 20, y, against, 100, look),
        _text(WIDTH - 10, y, "分值", 60, look, "end"),
        f'<line x1="{_LEFT}" x2="{WIDTH - 10}" y1="{y + 7:g}" y2="{y + 7:g}" stroke="{_GRID}"/>',
    ]


def _indicator(sheet: TargetSheet, indicator: Indicator, y: float) -> list[str]:
    said = indicator.actual if sheet.is_evaluation else indicator.prior
    value = indicator.actual_value if sheet.is_evaluation else _leading(indicator.prior)
    target = f"{indicator.operator.value}{indicator.target}{indicator.measure}"
    points = plain(indicator.points) if indicator.points is not None else ""
    if indicator.score is not None:
        points = f"{plain(indicator.score)}/{points}"
    colour = "#23734a" if indicator.score is None or indicator.score == indicator.points else "#a15c00"
    found = [
        _text(_LEFT, y, indicator.name, _NAME - _LEFT - 14),
        _text(_NAME, y, target, _BAR - _NAME - 14),
        _text(WIDTH - 10, y, points, 80, "", "end"),
    ]
    if value is not None and indicator.value is not None and indicator.value > 0 and value >= 0:
        largest = max(value, indicator.value)
        found.append(_bar(_BAR, y - 11, _BARS * float(value / largest), 13, colour, "0.7"))
        mark = _BAR + _BARS * float(indicator.value / largest)
        found.append(
            f'<line x1="{mark:.1f}" x2="{mark:.1f}" y1="{y - 14:g}" y2="{y + 5:g}" stroke="{_INK}" stroke-width="2"/>'
        )
    if said:
        shown = said + (indicator.measure if sheet.is_evaluation and value is not None else "")
        found.append(_text(_BAR + _BARS + 20, y, shown, WIDTH - 100 - _BAR - _BARS))
    return found


def _leading(text: str) -> Decimal | None:
    """The number that ``95%`` or ``12 个月`` begins with."""
    match = re.match(r"\s*(\d+(?:\.\d+)?)", text)
    return Decimal(match[1]) if match else None
