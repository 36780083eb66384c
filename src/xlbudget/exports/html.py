"""网页报告. One self-contained page: the verdict, the findings, the printed tables with their doubtful cells marked.

No network, no fonts or scripts from elsewhere; it reads and prints well without scripts, which only add
the filters and the highlighting. The same report always gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING

from xlbudget.exports.charts import performance_html
from xlbudget.exports.prose import prose_html
from xlbudget.exports.report import Report, where
from xlbudget.model.finding import Finding, Severity
from xlbudget.model.provenance import Provenance
from xlbudget.model.table import Row, RowKind, Side, Table, TableStatus

if TYPE_CHECKING:
    from xlbudget.exports.pages import PagePictures

_NOWHERE = (0.0, 0.0, 0.0, 0.0)
_SHOWN_FIRST = (Severity.ERROR, Severity.SUSPECT, Severity.NOTE, Severity.ROUNDING)


def html_report(report: Report, pictures: PagePictures | None = None) -> str:
    """The whole page; ``pictures`` shows the pages of a PDF beside the findings."""
    marks = _Marks(report)
    title = f"{report.disclosure.unit or report.disclosure.file} 核对报告"
    body = "".join(
        (
            *_head(report),
            *_overview(report, marks),
            *_findings(report, marks, pictures),
            *_tables(report, marks),
            *performance_html(report),
            *prose_html(report),
            *_unread(report),
        )
    )
    return (
        '<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>\n{_asset('report.css')}</style>\n</head>\n<body>\n<main>\n{body}"
        f"<footer>由 xlbudget 核对。尾差按印出的位数计算，不算错误；读取有疑的地方最多列为疑点。</footer>\n</main>\n<script>\n{_asset('report.js')}</script>\n</body>\n</html>\n"
    )


def _asset(name: str) -> str:
    return files("xlbudget.exports").joinpath("assets", name).read_text(encoding="utf-8")


class _Marks:
    """Which cells and lines the findings speak of. The first place of a finding is the doubtful one."""

    def __init__(self, report: Report) -> None:
        self.cells: dict[Provenance, list[tuple[int, bool]]] = {}
        self.ids: dict[Provenance, str] = {}
        self.by_table: dict[str, list[int]] = {}
        for n, finding in enumerate(report.findings):
            for k, place in enumerate(finding.at):
                self.cells.setdefault(place, []).append((n, k == 0))
            for title in dict.fromkeys(p.table for p in finding.at if p.table):
                self.by_table.setdefault(title, []).append(n)
        for t, table in enumerate(report.disclosure.tables):
            if table.title not in self.by_table:
                continue
            for r, row in enumerate(table.rows):
                for c in range(len(row.cells)):
                    place = table.place(row, c)
                    if place in self.cells:
                        self.ids.setdefault(place, f"t{t}r{r}c{c}")
                place = table.place(row)
                if place in self.cells:
                    self.ids.setdefault(place, f"t{t}r{r}")

    def style(self, place: Provenance, findings: Sequence[Finding]) -> tuple[str, int] | None:
        """The loudest severity at a place and the finding to link to."""
        hits = self.cells.get(place)
        if not hits:
            return None
        own = [n for n, first in hits if first]
        if own:
            n = min(own, key=lambda i: findings[i].severity.rank)
            return findings[n].severity.value, n
        n = min((n for n, _ in hits), key=lambda i: findings[i].severity.rank)
        return ("part" if findings[n].severity is not Severity.ROUNDING else ""), n


def _head(report: Report) -> Iterator[str]:
    d = report.disclosure
    year = f"{d.year} 年" if d.year else "年份不明的"
    level = "good"
    if report.of(Severity.ERROR):
        level = "error"
    elif report.of(Severity.SUSPECT):
        level = "suspect"
    total = sum(t.statements for t in report.result.tallies.values())
    yield f"<h1>{escape(d.unit or '单位不明')}</h1>\n"
    yield f'<p class="sub">{year}{d.level.chinese}{d.stage.chinese} · {escape(d.file)} · 表式：{escape(report.pack_name)}（{escape("、".join(d.recognised))}） · 核对 {total} 项</p>\n'
    yield f'<div class="verdict {level}">{escape(report.verdict)}</div>\n<div class="cards">\n'
    for severity in (Severity.ERROR, Severity.SUSPECT, Severity.ROUNDING, Severity.NOTE):
        target = "#rounding" if severity is Severity.ROUNDING else "#findings"
        words = {"error": "错误", "suspect": "疑点，请人工判断", "rounding": "尾差，不算错误", "note": "提示"}[
            severity.value
        ]
        yield f'<a class="card {severity.value}" href="{target}"><b>{len(report.of(severity))}</b><span>{words}</span></a>\n'
    yield f'<a class="card unread" href="#unread"><b>{len(report.not_checked)}</b><span>未核对</span></a>\n</div>\n'


def _overview(report: Report, marks: _Marks) -> Iterator[str]:
    yield '<h2>各表</h2>\n<table class="overview"><tr><th>表</th><th>状态</th><th>行数</th><th>单位</th><th>结果</th></tr>\n'
    for t, table in enumerate(report.disclosure.tables):
        status = {"read": "已读", "empty": "空表", "missing": "缺失", "unreadable": "无法读取"}[table.status.value]
        number = f"{table.number} " if table.number else ""
        found = [report.findings[n] for n in marks.by_table.get(table.title, [])]
        badges = "".join(
            f'<span class="badge {s.value}">{s.chinese} {count}</span> '
            for s in _SHOWN_FIRST
            if (count := sum(1 for f in found if f.severity is s))
        )
        result = badges or ('<span class="badge good">✓</span>' if table.status is TableStatus.READ else "")
        yield (
            f'<tr><td><a href="#t{t}">{number}{escape(table.title)}</a></td><td>{status}</td>'
            f'<td class="n">{len(table.rows)}</td><td>{table.money_unit.value}</td><td>{result}</td></tr>\n'
        )
    yield "</table>\n"


def _findings(report: Report, marks: _Marks, pictures: PagePictures | None) -> Iterator[str]:
    yield '<h2 id="findings">发现的问题</h2>\n'
    codes = sorted({f.code for f in report.findings})
    if not report.findings:
        yield '<p class="sub">没有发现问题。</p>\n'
        return
    yield '<div class="filters">显示：'
    for severity in _SHOWN_FIRST:
        yield f'<label><input type="checkbox" value="{severity.value}" checked> {severity.chinese}</label>'
    yield '<select aria-label="规则"><option value="">全部规则</option>'
    for code in codes:
        title = report.rules[code].title if code in report.rules else code
        yield f'<option value="{code}">{code} {escape(title)}</option>'
    yield "</select><output></output></div>\n"
    for severity in (Severity.ERROR, Severity.SUSPECT, Severity.NOTE):
        for n, finding in enumerate(report.findings):
            if finding.severity is severity:
                yield from _finding(report, marks, n, finding, pictures)
    rounding = [(n, f) for n, f in enumerate(report.findings) if f.severity is Severity.ROUNDING]
    if rounding:
        yield f'<details class="sheet" id="rounding"><summary>尾差 {len(rounding)} 处（四舍五入造成，不算错误，可用“尾差调平”处理）</summary><div class="scroll">\n'
        for n, finding in rounding:
            yield from _finding(report, marks, n, finding)
        yield "</div></details>\n"


def _finding(
    report: Report, marks: _Marks, n: int, finding: Finding, pictures: PagePictures | None = None
) -> Iterator[str]:
    severity = finding.severity.value
    cells = " ".join(dict.fromkeys(marks.ids[p] for p in finding.at if p in marks.ids))
    rule = report.rules.get(finding.code)
    title = rule.title if rule else finding.name
    yield f'<article class="finding {severity}" id="f{n}" data-severity="{severity}" data-code="{finding.code}" data-cells="{cells}">\n'
    yield f'<header><span class="badge {severity}">{finding.severity.chinese}</span><span class="code">{finding.code}</span><span>{escape(title)}</span></header>\n'
    yield f'<p class="message">{escape(finding.message)}</p>\n'
    stated, expected = finding.facts.get("stated"), finding.facts.get("expected")
    if stated and expected and finding.severity is not Severity.ROUNDING:
        yield f'<p class="change"><del>{escape(stated)}</del> → <ins>{escape(expected)}</ins></p>\n'
    if finding.hint:
        yield f'<p class="hint">提示：{escape(finding.hint)}</p>\n'
    if pictures is not None and finding.severity in (Severity.ERROR, Severity.SUSPECT):
        yield from _strips(finding, pictures)
    links = "".join(_link(place, marks) for place in dict.fromkeys(finding.at))
    if links:
        yield f'<p class="places">位置：{links}</p>\n'
    if rule:
        parts = "".join(
            f"<p><b>{heading}</b>　{escape(rule.page[heading])}</p>"
            for heading in ("检查什么", "为什么", "依据", "怎么改")
            if rule.page.get(heading)
        )
        yield f"<details><summary>这条规则</summary>{parts}</details>\n"
    yield "</article>\n"


def _strips(finding: Finding, pictures: PagePictures) -> Iterator[str]:
    """The doubtful place as it is printed, and what it disagrees with when that stands elsewhere."""
    shown: list[Provenance] = []
    for place in finding.at:
        apart = all(
            place.page != p.page or abs((place.box or _NOWHERE)[1] - (p.box or _NOWHERE)[1]) > 60 for p in shown
        )
        if len(shown) < 2 and apart and (source := pictures.strip(place, finding.severity)):
            shown.append(place)
            words = escape(" ".join(part for part in (where(place), place.table) if part))
            yield f'<figure class="page"><img src="{source}" alt="{words}" loading="lazy"><figcaption>{words}</figcaption></figure>\n'


def _link(place: Provenance, marks: _Marks) -> str:
    at = where(place)
    words = " ".join(part for part in (at, place.row if place.row not in at else "") if part) or place.table
    line = place.line or place.index
    target = marks.ids.get(place) or (f"l{line}" if line is not None and not place.table else "")
    return f'<a href="#{target}">{escape(words)}</a>' if target else f"<span>{escape(words)}</span> "


# ---------------------------------------------------------------- tables


def _tables(report: Report, marks: _Marks) -> Iterator[str]:
    if report.disclosure.tables:
        yield "<h2>表的内容</h2>\n"
    for t, table in enumerate(report.disclosure.tables):
        loud = any(
            report.findings[n].severity in (Severity.ERROR, Severity.SUSPECT)
            for n in marks.by_table.get(table.title, [])
        )
        number = f"表{table.number} " if table.number else ""
        place = where(table.first_place)
        yield f'<details class="sheet" id="t{t}"{" open" if loud else ""}><summary>{number}{escape(table.title)}<span class="sub">单位：{table.money_unit.value}　{escape(place)}</span></summary>\n<div class="scroll">'
        yield from _grid(report, marks, t, table)
        for text, _ in table.notes:
            yield f'<p class="sub">{escape(text)}</p>'
        yield "</div></details>\n"


def _grid(report: Report, marks: _Marks, t: int, table: Table) -> Iterator[str]:
    if not table.rows:
        yield '<p class="sub">没有数据行。</p>'
        return
    sides = list(dict.fromkeys(row.side for row in table.rows))
    lines: dict[tuple[int, int], list[tuple[int, Row]]] = {}
    for r, row in enumerate(table.rows):
        lines.setdefault((id(row.grid), row.grid_row), []).append((r, row))
    blocks = max(len(rows) for rows in lines.values()) if len(sides) == 1 else len(sides)
    coded = any(row.code is not None for row in table.rows) and sides == [Side.NONE]
    yield '<table class="grid"><tr>'
    for b in range(blocks):
        side = sides[b] if len(sides) > 1 else sides[0]
        yield ('<td class="gap"></td>' if b else "") + ("<th>编码</th>" if coded else "") + "<th>项目</th>"
        for c in _columns(table, side):
            group, _, leaf = table.columns[c].heading.rpartition("/")
            yield f"<th>{f'<small>{escape(group)}</small>' if group else ''}{escape(leaf)}</th>"
    yield "</tr>\n"
    for rows in lines.values():
        total = any(row.kind is RowKind.TOTAL for _, row in rows)
        yield f"<tr{' class=total' if total else ''}>"
        for b in range(blocks):
            side = sides[b] if len(sides) > 1 else sides[0]
            own = [item for item in rows if item[1].side is side] if len(sides) > 1 else rows[b : b + 1]
            yield '<td class="gap"></td>' if b else ""
            yield from _cells(report, marks, t, table, own[0] if own else None, side, coded)
        yield "</tr>\n"
    yield "</table>"


def _columns(table: Table, side: Side) -> list[int]:
    return [c for c, column in enumerate(table.columns) if column.side in (Side.NONE, side)]


def _cells(
    report: Report, marks: _Marks, t: int, table: Table, item: tuple[int, Row] | None, side: Side, coded: bool
) -> Iterator[str]:
    columns = _columns(table, side)
    if item is None:
        yield "<td></td>" * (len(columns) + 1 + coded)
        return
    r, row = item
    if coded:
        yield f'<td class="code">{row.code or ""}</td>'
    level = f" lv{row.code.level}" if row.code is not None and coded else ""
    yield _cell(report, marks, table.place(row), f"t{t}r{r}", f"label{level}", row.label or row.name)
    for c in columns:
        kind = "money" if table.columns[c].money else "text"
        yield _cell(
            report,
            marks,
            table.place(row, c) if row.cells[c].text or marks.cells else None,
            f"t{t}r{r}c{c}",
            kind,
            row.cells[c].text,
        )


def _cell(report: Report, marks: _Marks, place: Provenance | None, ident: str, kind: str, text: str) -> str:
    style = marks.style(place, report.findings) if place is not None else None
    if style is None or place is None:
        return f'<td class="{kind}">{escape(text)}</td>'
    severity, n = style
    tip = escape(report.findings[n].message, quote=True)
    known = f' id="{ident}"' if marks.ids.get(place) == ident else ""
    return f'<td class="{kind} mark {severity}"{known}><a href="#f{n}" title="{tip}">{escape(text) or "　"}</a></td>'


# ---------------------------------------------------------------- the rest


def _unread(report: Report) -> Iterator[str]:
    if report.not_checked:
        yield '<h2 id="unread">未核对</h2>\n<ul class="unreadlist">\n'
        for what, why in report.not_checked:
            yield f"<li><b>{escape(what)}</b>：{escape(why)}</li>\n"
        yield "</ul>\n"
    if report.disclosure.notes:
        yield '<h2 id="notes">读取说明</h2>\n<ul class="unreadlist">\n'
        for note in report.disclosure.notes:
            yield f"<li>{escape(note)}</li>\n"
        yield "</ul>\n"
