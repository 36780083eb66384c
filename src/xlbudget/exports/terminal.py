"""终端. Findings for a person at a shell: a verdict, the findings with their places, what was not checked."""

from __future__ import annotations

from collections.abc import Iterator

from xlbudget.exports.report import Report, where
from xlbudget.model.finding import Finding, Severity
from xlbudget.model.table import TableStatus

_COLOURS = {Severity.ERROR: "31;1", Severity.SUSPECT: "33;1", Severity.ROUNDING: "36", Severity.NOTE: "2"}
_SHOWN = (Severity.ERROR, Severity.SUSPECT, Severity.NOTE)


def terminal_text(report: Report, colour: bool = False) -> str:
    """The whole report as text; rounding differences are only counted."""
    return "\n".join(_lines(report, colour)) + "\n"


def _lines(report: Report, colour: bool) -> Iterator[str]:
    disclosure = report.disclosure

    def paint(text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if colour else text

    yield paint(disclosure.file, "1")
    year = f"{disclosure.year} 年" if disclosure.year else "年份不明"
    yield f"  {disclosure.unit or '单位不明'} · {year}{disclosure.level.chinese}{disclosure.stage.chinese} · {report.pack_name}（{'、'.join(disclosure.recognised)}）"
    read = sum(1 for t in disclosure.tables if t.status is TableStatus.READ)
    empty = sum(1 for t in disclosure.tables if t.status is TableStatus.EMPTY)
    total = sum(t.statements for t in report.result.tallies.values())
    yield f"  读出 {read} 张表" + (f"，空表 {empty} 张" if empty else "") + f"；核对 {total} 项"
    yield ""
    for severity in _SHOWN:
        found = report.of(severity)
        if not found:
            continue
        yield paint(f"{severity.chinese} {len(found)} 处", _COLOURS[severity])
        for number, finding in enumerate(found, 1):
            yield from _finding(number, finding, paint(finding.code, _COLOURS[severity]))
        yield ""
    if report.not_checked:
        yield paint(f"未核对 {len(report.not_checked)} 项", "2")
        for what, why in report.not_checked:
            yield f"  · {what}：{why}"
        yield ""
    if disclosure.notes:
        yield paint(f"读取说明 {len(disclosure.notes)} 条", "2")
        yield from (f"  · {note}" for note in disclosure.notes)
        yield ""
    loud = report.of(Severity.ERROR)
    yield paint(report.verdict, "31;1" if loud else "32;1")


def _finding(number: int, finding: Finding, code: str) -> Iterator[str]:
    yield f" {number:>3}. {code} {finding.message}"
    places = list(dict.fromkeys(text for place in finding.at if (text := where(place))))
    shown = "、".join(places[:6]) + (f" 等 {len(places)} 处" if len(places) > 6 else "")
    details = [
        part for part in (f"位置：{shown}" if shown else "", f"提示：{finding.hint}" if finding.hint else "") if part
    ]
    if details:
        yield "      " + "　".join(details)
