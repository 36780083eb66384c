"""按钮：校验. What is wrong in the open workbook, told, listed and marked."""

from __future__ import annotations

from collections.abc import Iterable

import xlbudget.app.commands
from xlbudget.app.checking import INSIDE, check_raw, check_whole
from xlbudget.app.live import MARK_COLOURS, LiveBook, LiveError, Mark, document_of
from xlbudget.app.registry import button
from xlbudget.exports.report import Report, where
from xlbudget.model.finding import Finding, Severity
from xlbudget.sources.livesheet import live_document

assert xlbudget.app.commands  # buttons take their titles from the commands

_NAMED = 5
"""So many problems are told in the message itself; all are in the list."""


@button(
    "check_sheet",
    "校验",
    "ReviewAcceptChange",
    "B",
    title="校验本表",
    help="核对当前工作表：科目逐级汇总、合计行、合计栏；只看，不改动任何单元格",
)
def check_sheet(book: LiveBook) -> str:
    book.status("正在核对本表…")
    sheets = [s for s in book.read(book.active) if s.visible]
    report = check_raw(live_document(book.name, sheets), None, INSIDE)
    if not report.disclosure.tables:
        raise LiveError(f"工作表“{book.active}”里没有认出预算（决算）公开表。表要有表头（科目编码、合计等）和金额。")
    return _summary(f"工作表“{book.active}”", report)


@button("check", "校验", "AcceptInvitation", "Q")
def check_all(book: LiveBook) -> str:
    report = _checked(book)
    if report.findings or report.not_checked:
        book.open_table(f"核对清单 {book.name}", _list(report), (8, 9, 24, 28, 14, 14, 12, 70, 34))
    return _summary(f"“{book.name}”", report)


@button(
    "mark",
    "校验",
    "ConditionalFormattingHighlightCellsMenu",
    "M",
    title="标记问题",
    help="核对整本工作簿，给有问题的单元格加底色和批注；原有的格式和批注不变，可用“清除标记”去掉",
)
def mark(book: LiveBook) -> str:
    report = _checked(book)
    book.status("正在标记…")
    marks = list(_marks(report.findings))
    book.unmark("清除标记")
    half = book.mark("标记问题", marks) if marks else 0
    unplaced = sum(1 for f in report.findings if f.severity in MARK_COLOURS and not any(p.cell for p in f.at))
    tail = f"其中 {half} 个单元格原有批注或条件格式，予以保留，只加了底色和批注中的一样。" if half else ""
    tail += f"另有 {unplaced} 处问题不在单元格里，请用“全部校验”看清单。" if unplaced else ""
    return (f"已标记 {len(marks)} 个单元格。" if marks else "没有要标记的单元格。") + tail


@button(
    "unmark",
    "校验",
    "ReviewDeleteComment",
    "C",
    title="清除标记",
    help="去掉“标记问题”加的底色和批注，别的都不动",
)
def unmark(book: LiveBook) -> str:
    count = book.unmark("清除标记")
    return f"已清除 {count} 个单元格的标记。" if count else "没有标记可清除。"


def _checked(book: LiveBook) -> Report:
    raw = document_of(book)
    book.status("正在核对…")
    return check_whole(raw)


def _summary(what: str, report: Report) -> str:
    statements = sum(tally.statements for tally in report.result.tallies.values())
    lines = [f"{what}：核对 {statements} 项，{report.verdict}"]
    serious = [f for f in report.findings if f.severity in (Severity.ERROR, Severity.SUSPECT)]
    for finding in serious[:_NAMED]:
        place = where(finding.at[0]) if finding.at else ""
        lines.append(f"{finding.severity.chinese} {place} {finding.message}".replace("  ", " "))
    if len(serious) > _NAMED:
        lines.append(f"……等 {len(serious)} 处。")
    if report.not_checked:
        lines.append(
            f"没有核对的 {len(report.not_checked)} 项：{report.not_checked[0][0]}（{report.not_checked[0][1]}）等。"
        )
    return "\n".join(lines)


def _list(report: Report) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [("级别", "规则", "位置", "表或章节", "印出的数", "应为", "相差", "说明", "提示")]
    for finding in report.findings:
        first = finding.at[0] if finding.at else None
        facts = (finding.facts.get(key, "") for key in ("stated", "expected", "difference"))
        place = (where(first), first.table) if first else ("", "")
        rows.append((finding.severity.chinese, finding.code, *place, *facts, finding.message, finding.hint))
    rows += [("未核对", "", "", what, "", "", "", why, "") for what, why in report.not_checked]
    return rows


def _marks(findings: Iterable[Finding]) -> Iterable[Mark]:
    """One mark a cell: the gravest severity, all its messages."""
    found: dict[tuple[str, str], Mark] = {}
    for finding in findings:
        place = finding.at[0] if finding.at else None
        if place is None or not place.cell or finding.severity not in MARK_COLOURS:
            continue
        key = (place.sheet, place.cell)
        text = f"{finding.severity.chinese} {finding.code}：{finding.message}"
        text += f"（{finding.hint}）" if finding.hint else ""
        known = found.get(key)
        found[key] = Mark(
            *key, known.severity if known else finding.severity, f"{known.text}\n{text}" if known else text
        )
    return found.values()
