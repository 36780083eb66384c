"""按钮：上年. Last year's published documents into the archive, and their figures into the open workbook."""

from __future__ import annotations

from pathlib import Path

import xlbudget.app.commands
from xlbudget.app.live import CellEdit, LiveBook, LiveError, document_of
from xlbudget.app.registry import button
from xlbudget.exports.report import where
from xlbudget.model.disclosure import Disclosure
from xlbudget.reading.disclosing import disclose
from xlbudget.sources.failing import SourceError

assert xlbudget.app.commands  # buttons take their titles from the commands


@button(
    "import_prior",
    "上年",
    "FileOpen",
    "I",
    title="导入上年公开文件",
    help="选一份上年公开的预算或决算（Excel、Word、PDF、网页），存入往年档案；以后核对和取数自动用到，本工作簿不改",
)
def import_prior(book: LiveBook) -> str:
    from xlbudget.app.archiving import keep, unfit
    from xlbudget.app.building import read_file
    from xlbudget.app.comparing import why_not_prior

    path = book.choose_file("请选择上年的公开文件")
    if path is None:
        return "没有选择文件，档案没有变动。"
    book.status(f"正在读取 {path.name}…")
    try:
        document = read_file(path)
    except SourceError as error:
        raise LiveError(f"{path.name}：{error}") from None
    if why := unfit(document):
        raise LiveError(f"“{path.name}”里{why}。请选择公开的预算或决算全文。")
    if not _named(book, document):
        return "没有写明单位和年度，没有存入。"
    lines = keep("", document, path)
    here = disclose(document_of(book))
    if here.tables and here.unit and here.year is not None:
        why = why_not_prior(here, document)
        lines.append(f"提示：它不能作为本工作簿的上年数：{why}。" if why else "现在可以用“取上年数”填进本工作簿。")
    return "\n".join(lines)


def _named(book: LiveBook, document: Disclosure) -> bool:
    """Unit and year of a document; what it does not say the person is asked."""
    file = Path(document.file).name
    if not document.unit:
        document.unit = (book.ask(f"“{file}”里没有认出单位名称，请输入单位全称") or "").strip()
    if document.unit and document.year is None:
        document.year = year_of(book.ask(f"“{file}”里没有认出年度，请输入四位年份"))
    return bool(document.unit) and document.year is not None


def year_of(typed: str | None) -> int | None:
    """The year that a person typed, nothing when nothing was; :class:`LiveError` when it is none."""
    text = (typed or "").strip()
    if not text:
        return None
    digits = text.removesuffix("年")
    if not (digits.isdecimal() and 2000 <= int(digits) <= 2099):
        raise LiveError(f"年度“{text}”不对，应是四位年份，如 2026。没有作任何改动。")
    return int(digits)


@button(
    "fill_prior",
    "上年",
    "RecordsRefreshMenu",
    "P",
    title="取上年数",
    help="从往年档案取上年数，填进各表的上年数栏和上年结转；公式不改，填了哪些列成一张清单",
)
def fill_prior(book: LiveBook) -> str:
    from xlbudget.app.comparing import Beside
    from xlbudget.app.filling import prior_plan
    from xlbudget.authoring.prior import PriorError
    from xlbudget.model.amount import plain

    try:
        _, plan = prior_plan(disclose(document_of(book)), Beside())
    except PriorError as error:
        raise LiveError(str(error)) from None
    changes = [CellEdit(cell.here.sheet, cell.here.cell, cell.value) for cell in plan.cells]
    if changes:
        book.write("取上年数", changes)
        rows = [("位置", "原来", "上年数", "怎样对应", "出自")]
        rows += [
            (where(c.here), c.before, "" if c.value is None else plain(c.value), c.how, where(c.source))
            for c in plan.cells
        ]
        book.open_table(f"上年数 {book.name}", rows, (24, 14, 14, 12, 30))
    left = f"有 {len(plan.left)} 处没有填：{plan.left[0][0]}（{plan.left[0][1]}）等。" if plan.left else ""
    return f"填了 {len(changes)} 格，{plan.kept} 格原来就对。{left}"
