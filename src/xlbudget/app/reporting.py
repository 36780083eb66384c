"""出报告. A report together with the file that it speaks of: page pictures, and the annotated copy of a PDF."""

from __future__ import annotations

from pathlib import Path

from xlbudget.authoring.saving import WriteError
from xlbudget.exports.html import html_report
from xlbudget.exports.report import Report


def html_of(report: Report, source: Path) -> str:
    """网页报告. The HTML report; that of a PDF shows its pages beside the findings."""
    if report.disclosure.kind != "pdf":
        return html_report(report)
    from xlbudget.exports.pages import PagePictures

    return html_report(report, PagePictures(source.read_bytes()))


def annotated(report: Report, source: Path) -> bytes:
    """批注的 PDF. A copy with highlights and notes; raises ``WriteError`` for a file that is no PDF."""
    if report.disclosure.kind != "pdf":
        raise WriteError(f"“{source.name}”不是 PDF 文件，不能写批注。请用 --format html 或 xlsx。")
    from xlbudget.exports.pages import annotated_pdf

    return annotated_pdf(source.read_bytes(), report.findings)
