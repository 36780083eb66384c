"""命令：填报绩效目标、绩效自评. ``fill targets`` and ``score``: a workbook changed without loss, and what a person must know."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from xlbudget.app.registry import FAILED, OK, WRONG, Argument, Console, command

_BOOK = Argument("book", "工作簿（xlsx、xlsm）", "工作簿")
_WRITE = Argument("--write", "直接改这本工作簿，原文件另存备份", flag=True, required=False)
_OUT = Argument("-o", "写到另一个文件，原工作簿不动", "路径", required=False)
_PACK = Argument("--pack", "模板包的名称，不填则自动识别（见 xlbudget packs）", "模板包", required=False)


def fill_targets(console: Console, given: Mapping[str, Any]) -> int:
    """填报绩效目标: what ``fill targets`` does."""
    from xlbudget.app.performing import fill_target_book

    last = [Path(name.strip()) for name in (given.get("last") or "").split(",") if name.strip()]

    def work(path: Path) -> tuple[bytes | None, int]:
        done = fill_target_book(path, last, given.get("pack"), given.get("archive") or "")
        _tell(console, done.grave, done.notices)
        console.result(
            f"工作表“{done.sheet}”：{done.projects} 个项目，填写 {done.proposed} 格建议，请核对“绩效填报核对”\n"
        )
        return done.data, len(done.grave)

    return _changed(console, given, work)


@command(
    "score",
    "绩效自评",
    "按绩效目标表生成自评表；填好全年执行数和实际完成值后再运行一次，计算执行率、各指标得分、总分，列出要说明原因的偏差，写出自评综述。退出状态 1 表示有内容要改正",
    [_BOOK, _WRITE, _OUT, _PACK],
    example="xlbudget score 2025年绩效.xlsx --write",
)
def score(console: Console, given: Mapping[str, Any]) -> int:
    from xlbudget.app.performing import score_book
    from xlbudget.authoring.scoring import number_of
    from xlbudget.model.amount import plain
    from xlbudget.model.entries import at

    def work(path: Path) -> tuple[bytes | None, int]:
        done = score_book(path, given.get("pack"))
        _tell(console, done.scored.grave, done.scored.notices)
        for entry in done.scored.projects:
            total = number_of(at(entry.head, "total_score"))
            console.result(f"{entry.name}：" + (f"{plain(total)} 分" if total is not None else "还不能计算总分") + "\n")
        missing = sum(1 for d in done.scored.deviations if not d.reason)
        console.result(f"要说明原因的偏差 {len(done.scored.deviations)} 项，其中 {missing} 项还没有写原因\n")
        if done.scored.unfilled:
            console.say(f"还有 {done.scored.unfilled} 格全年执行数、实际完成值没有填；填好后再运行一次。")
        return done.data, len(done.scored.grave)

    return _changed(console, given, work)


def _tell(console: Console, grave: list[str], notices: list[str]) -> None:
    for text in grave:
        console.problem(text)
    for text in notices:
        console.say(f"提示：{text}")


def _changed(console: Console, given: Mapping[str, Any], work: Callable[[Path], tuple[bytes | None, int]]) -> int:
    """Run the work on the book and put its result in place; what goes wrong is one sentence."""
    from xlbudget.app.comparing import ComparingError
    from xlbudget.app.performing import PerformingError
    from xlbudget.archive.failing import ArchiveError
    from xlbudget.authoring.workbook import Edited, WorkbookError, WriteError, rewrite
    from xlbudget.packs.loading import PackError
    from xlbudget.sources.failing import SourceError

    path = Path(given["book"])
    if not given.get("write") and not given.get("o"):
        console.problem("请用 -o 写到另一个文件，或用 --write 直接改这本工作簿（会先备份）")
        return FAILED
    try:
        data, grave = work(path)
        if data is None and not given.get("o"):
            console.say("没有要改的内容，文件没有改动。")
            return WRONG if grave else OK
        out = Path(given["o"]) if given.get("o") else None
        written = rewrite(path, lambda old: Edited(data if data is not None else old, ()), out=out)
    except (SourceError, PackError, PerformingError, ComparingError, ArchiveError, WorkbookError, WriteError) as error:
        console.problem(f"{path.name}：{error}")
        return FAILED
    backup = f"，原文件备份为 {written.backup.name}" if written.backup is not None else ""
    console.say(f"已写入 {written.path}{backup}")
    return WRONG if grave else OK
