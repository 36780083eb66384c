"""命令：填数. ``fill prior BOOK``: last year's figures into a workbook; ``fill targets BOOK``: the performance targets."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xlbudget.app.archiving import ARCHIVE_HELP
from xlbudget.app.registry import FAILED, OK, Argument, Console, command

if TYPE_CHECKING:
    from xlbudget.app.comparing import Beside
    from xlbudget.authoring.prior import Past, PriorPlan
    from xlbudget.model.disclosure import Disclosure


@command(
    "fill",
    "取上年数、填报绩效目标",
    "prior 把上年公开文件中的数填进工作簿：各表的上年数栏、上年结转，并写一张“上年对照”表；targets 按项目清单、上年的绩效表和指标库"
    "填写绩效目标表，建议以浅黄色标出，已填的内容不改（退出状态 1 表示有内容要改正）。不加 --write 只写到 -o 的文件",
    [
        Argument("what", "填什么：prior 上年数，targets 绩效目标", "内容", choices=("prior", "targets")),
        Argument("book", "工作簿（xlsx、xlsm）", "工作簿"),
        Argument("--prior", "上年的公开文件；不填则从档案里找", "文件", required=False),
        Argument(
            "--last", "上年的绩效目标表或自评表所在的文件，可用逗号隔开几个；不填则从档案里找", "文件", required=False
        ),
        Argument("--archive", ARCHIVE_HELP, "地址", required=False),
        Argument("--write", "直接改这本工作簿，原文件另存备份", flag=True, required=False),
        Argument("-o", "写到另一个文件", "路径", required=False),
        Argument("--pack", "模板包的名称，不填则自动识别（见 xlbudget packs）", "模板包", required=False),
    ],
    example="xlbudget fill prior 2025年预算公开.xlsx --prior 2024年预算公开.pdf -o 2025年预算公开-上年数.xlsx",
)
def fill(console: Console, given: Mapping[str, Any]) -> int:
    if given["what"] == "targets":
        from xlbudget.app.targeting import fill_targets

        return fill_targets(console, given)
    return _fill_prior(console, given)


def _fill_prior(console: Console, given: Mapping[str, Any]) -> int:
    from xlbudget.app.building import read_file
    from xlbudget.app.comparing import Beside, ComparingError
    from xlbudget.archive.failing import ArchiveError
    from xlbudget.authoring.prior import PriorError
    from xlbudget.authoring.workbook import WorkbookError, WriteError
    from xlbudget.packs.loading import PackError
    from xlbudget.sources.failing import SourceError

    path = Path(given["book"])
    if not given.get("write") and not given.get("o"):
        console.problem("请用 -o 写到另一个文件，或用 --write 直接改这本工作簿（会先备份）")
        return FAILED
    try:
        book = read_file(path, given.get("pack"))
        prior = Path(given["prior"]) if given.get("prior") else None
        past, plan = prior_plan(book, Beside(prior, None, given.get("archive") or ""))
        target = Path(given["o"]) if given.get("o") and not given.get("write") else None
        backup = _write(path, target, book, past, plan)
    except (SourceError, PackError, ComparingError, ArchiveError, PriorError, WorkbookError, WriteError) as error:
        console.problem(f"{path.name}：{error}")
        return FAILED
    _say(console, plan, past, target or path, backup)
    return OK


def prior_plan(book: Disclosure, beside: Beside) -> tuple[Past, PriorPlan]:
    """取上年数: what is there of last year, and which cells get its figures.

    Raises ``PriorError`` with the reason, and what finding last year's document raises (``ComparingError`` ...).
    """
    from xlbudget.app.comparing import compare_with
    from xlbudget.authoring.prior import Past, PriorError, plan_prior

    if why := _unfit(book):
        raise PriorError(why)
    compare_with(book, beside)
    past = Past(book.context.prior, book.context.executed, book.context.budget)
    if past == Past():
        raise PriorError(_nothing(book))
    return past, plan_prior(book, past)


def _unfit(book: Disclosure) -> str:
    if book.kind != "xlsx":
        return "不是工作簿，不能填数；请给出 xlsx 或 xlsm 文件"
    if not book.unit or book.year is None:
        missing = "单位名称" if not book.unit else "年度"
        return f"没有认出{missing}，不知道该取哪一年哪一家的数；请在封面或表头写明"
    return "" if book.tables else "没有认出任何公开表，没有填数"


def _nothing(book: Disclosure) -> str:
    assert book.year is not None
    return (
        f"没有“{book.unit}”{book.year - 1} 年的{book.level.chinese}{book.stage.chinese}：档案中没有，也没有另外给出，没有填数；请先存入（xlbudget archive add，或按钮“导入上年公开文件”）；"
        "新设或重组的单位没有上年数；更名的单位请先登记：xlbudget archive rename 旧名 新名"
    )


def _write(path: Path, target: Path | None, book: Disclosure, past: Past, plan: PriorPlan) -> Path | None:
    from xlbudget.authoring.priorsheet import prior_sheet
    from xlbudget.authoring.workbook import CellEdit, NewSheet, write_edits
    from xlbudget.model.ownsheets import PRIOR_YEAR

    assert book.year is not None
    edits = [CellEdit(cell.here.sheet, cell.here.cell, cell.value) for cell in plan.cells]
    sources = [
        f"{d.file}（{d.year} 年{d.level.chinese}{d.stage.chinese}）" for _, _, d in past.by_period() if d is not None
    ]
    sheet = NewSheet(PRIOR_YEAR, prior_sheet(plan, book.unit, book.year, sources), replace=True)
    return write_edits(path, edits, new_sheets=[sheet], out=target).backup


def _say(console: Console, plan: PriorPlan, past: Past, written: Path, backup: Path | None) -> None:
    names = "、".join(d.file for _, _, d in past.by_period() if d is not None)
    console.result(
        f"上年文件：{names}\n填入 {len(plan.cells)} 格，原已相符 {plan.kept} 格；上年对照 {len(plan.lines)} 行\n"
    )
    for cell in plan.cells:
        if cell.before.strip():
            console.result(f"  改动：{cell.here.sheet}!{cell.here.cell} 原为 {cell.before}，上年文件为 {cell.value}\n")
    for what, why in plan.left:
        console.result(f"  未填：{what}（{why}）\n")
    doubtful = [line for line in plan.lines if line.then is None and line.now is not None and not line.now.is_zero]
    for line in doubtful:
        console.result(f"  无上年数：{line.table} {line.code} {line.name}（{line.why}）\n")
    console.say(f"已写入 {written}" + (f"，原文件备份为 {backup.name}" if backup is not None else ""))
