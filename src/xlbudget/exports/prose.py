"""网页报告的文字部分. The prose with each of its numbers marked: agrees, doubtful (with what it should be), not understood."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from xlbudget.exports.report import Report
from xlbudget.model.claim import Claim, ClaimKind, Passage
from xlbudget.model.finding import Finding, Severity

_LOUD = (Severity.ERROR, Severity.SUSPECT)


def prose_html(report: Report) -> Iterator[str]:
    """The sections that hold figures of the budget, or findings; passages without either are left out."""
    narrative = report.disclosure.narrative
    by_passage: dict[int, list[int]] = {}
    for index, claim in enumerate(narrative.claims):
        by_passage.setdefault(claim.passage, []).append(index)
    lines = _lines(report)
    marks = _Marks(report)
    shown = [
        n
        for n, passage in enumerate(narrative.passages)
        if any(_matters(narrative.claims[i], i in marks.unclear) for i in by_passage.get(n, ()))
        or lines.keys() & _lines_of(passage, report)
    ]
    if not shown:
        return
    known, amounts = narrative.understood
    yield '<h2 id="prose">文字</h2>\n'
    if amounts:
        yield (
            f'<p class="sub">文字中的金额 {amounts} 个，读懂 {known} 个。'
            '<span class="num ok">下有细线</span>的数没有发现问题，'
            '<span class="num error">红</span>、<span class="num suspect">黄</span>底的有问题或有疑，'
            '<span class="num unclear">虚线框</span>的没有读懂、没有核对。</p>\n'
        )
    yield '<div class="prose">\n'
    section = None
    for n in shown:
        passage = narrative.passages[n]
        if passage.section != section:
            section = passage.section
            yield f"<h3>{escape(section.replace('/', '　›　'))}</h3>\n"
        yield from _passage(passage, [(i, narrative.claims[i]) for i in by_passage.get(n, ())], marks, lines, report)
    yield "</div>\n"


class _Marks:
    """How each figure is to be shown, and the finding that says why."""

    def __init__(self, report: Report) -> None:
        narrative = report.disclosure.narrative
        self.unclear = set(narrative.unclear)
        self.findings: dict[int, tuple[int, Finding]] = {}
        index = {claim.place: i for i, claim in enumerate(narrative.claims)}
        for n, finding in enumerate(report.findings):
            if finding.severity in _LOUD and finding.at and finding.at[0] in index:
                self.findings.setdefault(index[finding.at[0]], (n, finding))

    def style(self, index: int, claim: Claim) -> str:
        if index in self.findings:
            return self.findings[index][1].severity.value
        if index in self.unclear:
            return "unclear"
        return "ok" if claim.topic.in_tables and not claim.reason else ""


def _matters(claim: Claim, unclear: bool) -> bool:
    return claim.topic.in_tables or unclear


def _lines(report: Report) -> dict[int, int]:
    """The loudest finding of every line of text, or paragraph of a Word file."""
    lines: dict[int, int] = {}
    for n, finding in enumerate(report.findings):
        for place in finding.at:
            line = place.line or place.index
            if line is not None and not place.table:
                known = lines.get(line)
                if known is None or report.findings[known].severity.rank > finding.severity.rank:
                    lines[line] = n
    return lines


def _lines_of(passage: Passage, report: Report) -> set[int]:
    places = (place.line or place.index for place in dict.fromkeys(passage.origins))
    return {line for line in places if line is not None}


def _passage(
    passage: Passage, claims: list[tuple[int, Claim]], marks: _Marks, lines: dict[int, int], report: Report
) -> Iterator[str]:
    own = sorted(_lines_of(passage, report))
    hits = [lines[line] for line in own if line in lines]
    numbered = any(index in marks.findings for index, _ in claims)
    severity = ""
    if hits and not numbered:
        severity = " " + min((report.findings[n].severity for n in hits), key=lambda s: s.rank).value
    anchors = "".join(f'<span id="l{line}"></span>' for line in own)
    label = own[0] if own else ""
    yield f'<p class="line{severity}">{anchors}<i>{label}</i>'
    at = 0
    for index, claim in sorted(claims, key=lambda entry: entry[1].span):
        start, end = claim.span
        if start < at or claim.kind is ClaimKind.DIRECTION:
            continue
        yield _words(passage.text[at:start])
        yield _number(passage.text[start:end], index, claim, marks)
        at = end
    yield _words(passage.text[at:])
    if hits and not numbered:
        loud = report.findings[hits[0]].severity is not Severity.ROUNDING
        yield f' <a class="see" href="#f{hits[0]}">{"见问题" if loud else "尾差"}</a>'
    yield "</p>\n"


_FULL_WIDTH = str.maketrans(",;:()", "，；：（）")


def _words(text: str) -> str:
    """Words between figures, with the punctuation of Chinese prose (reading folds it to half width)."""
    return escape(text.translate(_FULL_WIDTH))


def _number(text: str, index: int, claim: Claim, marks: _Marks) -> str:
    style = marks.style(index, claim)
    if not style:
        return escape(text)
    if index not in marks.findings:
        return f'<span class="num {style}">{escape(text)}</span>'
    n, finding = marks.findings[index]
    expected = finding.facts.get("expected", "")
    fix = f"<ins>应为 {escape(expected.removeprefix('应为'))}</ins>" if expected else ""
    tip = escape(finding.message, quote=True)
    return f'<a class="num {style}" href="#f{n}" title="{tip}">{escape(text)}</a>{fix}'
