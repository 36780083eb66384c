"""按钮：绩效. The sheets of targets and of self-evaluation, in the open workbook."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import xlbudget.app.commands
from xlbudget.app.live import LiveBook, LiveError, saved_copy
from xlbudget.app.registry import button

if TYPE_CHECKING:
    from xlbudget.app.performing import Changes

assert xlbudget.app.commands  # buttons take their titles from the commands

Done = TypeVar("Done")

_TOLD = 4
"""So many messages of a kind are told in the answer; the sheet 绩效填报核对 has all."""


@button(
    "fill_targets",
    "绩效",
    "FillDown",
    "T",
    title="填报绩效目标",
    help="按项目清单、档案里上年的绩效表和指标库填写绩效目标表，分值自动闭合；建议标为浅黄色，已填的内容不改",
)
def fill_targets(book: LiveBook) -> str:
    from xlbudget.app.performing import fill_target_book

    done = _performed(book, "正在填报绩效目标…", fill_target_book)
    _write(book, "填报绩效目标", done.changes)
    head = f"工作表“{done.sheet}”：{done.projects} 个项目，"
    if done.data is None:
        return "\n".join([head + "没有要补的内容，没有改动。", *_messages(done.grave, done.notices)])
    head += f"填写 {done.proposed} 格建议（浅黄色），请按“绩效填报核对”逐项核对。"
    return "\n".join([head, *_messages(done.grave, done.notices)])


@button(
    "score",
    "绩效",
    "AutoSum",
    "S",
    help="按绩效目标表生成自评表；填好全年执行数和实际完成值后再点一次，计算执行率、得分和总分，列出要说明原因的偏差",
)
def score(book: LiveBook) -> str:
    from xlbudget.app.performing import score_book
    from xlbudget.authoring.scoring import number_of
    from xlbudget.model.amount import plain
    from xlbudget.model.entries import at

    done = _performed(book, "正在自评…", score_book)
    _write(book, "绩效自评", done.changes)
    scored = done.scored
    lines = [
        f"自评表“{done.sheet}”" + ("已生成。" if done.created else "已计算。" if done.data else "没有要改的内容。")
    ]
    totals = [(entry.name, number_of(at(entry.head, "total_score"))) for entry in scored.projects]
    known = [f"{name} {plain(total)} 分" for name, total in totals if total is not None]
    if known:
        more = f" 等 {len(known)} 个项目" if len(known) > _TOLD else ""
        lines.append("总分：" + "，".join(known[:_TOLD]) + more)
    if scored.unfilled:
        lines.append(f"还有 {scored.unfilled} 格全年执行数、实际完成值没有填；填好后再点一次。")
    if scored.deviations:
        missing = sum(1 for d in scored.deviations if not d.reason)
        lines.append(f"要说明原因的偏差 {len(scored.deviations)} 项，其中 {missing} 项还没有写原因。")
    return "\n".join([*lines, *_messages(scored.grave, scored.notices)])


def _performed(book: LiveBook, says: str, work: Callable[[Path], Done]) -> Done:
    """What the command does, done with a copy of the open workbook."""
    from xlbudget.app.performing import PerformingError

    try:
        with saved_copy(book) as path:
            book.status(says)
            return work(path)
    except PerformingError as error:
        raise LiveError(str(error)) from None


def _write(book: LiveBook, title: str, changes: Changes) -> None:
    if changes.data is not None:
        book.status("正在写入…")
        book.write(title, changes.edits, changes.sheets)


def _messages(grave: Sequence[str], notices: Sequence[str]) -> list[str]:
    found: list[str] = []
    for title, texts in (("要改正", grave), ("提示", notices)):
        found += [f"{title}：{text}" for text in texts[:_TOLD]]
        found += [f"……{title}共 {len(texts)} 条，见“绩效填报核对”。"] if len(texts) > _TOLD else []
    return found
