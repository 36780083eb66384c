"""改写工作簿的命令. Marks in the workbook, their clearing, and levelling; each writes atomically and keeps a backup."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xlbudget.app.registry import FAILED, OK, WRONG, Argument, Console, command

if TYPE_CHECKING:
    from xlbudget.app.levelbook import BookLevelling
    from xlbudget.authoring.workbook import Edited, WriteResult
    from xlbudget.exports.report import Report

_WRITE = Argument("--write", "直接改写这本工作簿（先在旁边留备份）", flag=True, required=False)
_OUT = Argument("-o", "写到另一个文件，原工作簿不动", "路径", required=False)


def write_marks(console: Console, reports: Mapping[Path, Report], out: str | None) -> int:
    """标记问题: the errors and doubts of each report, in the workbook that they were found in."""
    from xlbudget.authoring.marking import Mark, mark_workbook
    from xlbudget.model.finding import Severity

    status = OK
    for path, report in reports.items():
        marks = [
            Mark(at.sheet, at.cell, f.severity, f.message + (f"（{f.hint}）" if f.hint else ""))
            for f in report.findings
            if f.severity in (Severity.ERROR, Severity.SUSPECT)
            for at in f.at[:1]
            if at.sheet and at.cell
        ]
        elsewhere = sum(len(report.of(s)) for s in (Severity.ERROR, Severity.SUSPECT)) - len(marks)
        if report.disclosure.kind != "xlsx":
            console.problem(f"{path.name}：只能在工作簿（.xlsx、.xlsm）里作标记")
            status = FAILED
            continue
        done = _rewritten(console, path, partial(mark_workbook, marks=marks), out)
        if done is None:
            status = FAILED
            continue
        cells = len({(m.sheet, m.cell) for m in marks})
        tail = f"；另有 {elsewhere} 个问题不在单元格上，见报告" if elsewhere else ""
        console.say(f"已在 {done.path} 标记 {cells} 个单元格{tail}。用 xlbudget unmark 清除标记。")
    return status


@command(
    "unmark",
    "清除标记",
    "清除工作簿里由“标记问题”加上的颜色和批注，原有的样式和批注不变",
    [Argument("file", "工作簿", "文件"), _WRITE, _OUT],
    example="xlbudget unmark 预算公开.xlsx --write",
)
def unmark(console: Console, given: Mapping[str, Any]) -> int:
    from xlbudget.authoring.marking import clear_marks

    path = Path(given["file"])
    if not _has_target(console, given):
        return FAILED
    done = _rewritten(console, path, clear_marks, given.get("o"))
    if done is None:
        return FAILED
    console.say(f"已清除 {done.path} 里的标记" if done.edited.parts else f"{path.name} 里没有标记")
    return OK


@command(
    "balance",
    "尾差调平",
    "把工作簿里所有表一起舍入到公布的单位和位数，使各级汇总、合计和表间勾稽都分毫不差，列出被调整的单元格",
    [
        Argument("file", "工作簿", "文件"),
        _WRITE,
        _OUT,
        Argument("--unit", "公布的金额单位", choices=("万元", "元"), default="万元", required=False),
        Argument("--decimals", "公布的小数位数", choices=("0", "1", "2", "3", "4"), default="2", required=False),
        Argument(
            "--pin",
            "不许调整的单元格，用逗号隔开，如 3支出总表!C7；写“合计”则各表的合计行都不调整",
            "单元格",
            required=False,
        ),
        Argument("--format", "调整清单的格式", choices=("text", "json"), default="text", required=False),
        Argument("--pack", "模板包的名称，不填则自动识别（见 xlbudget packs）", "模板包", required=False),
    ],
    example="xlbudget balance 预算公开.xlsx -o 预算公开-调平.xlsx",
)
def balance(console: Console, given: Mapping[str, Any]) -> int:
    from xlbudget.app.levelbook import Pins, level_book
    from xlbudget.authoring.workbook import WorkbookError, edit_workbook
    from xlbudget.model.amount import MoneyUnit, money_unit
    from xlbudget.packs.loading import PackError
    from xlbudget.sources.failing import SourceError

    path = Path(given["file"])
    writes = bool(given.get("write") or given.get("o"))
    try:
        pins, decimals = Pins.of(given.get("pin") or ""), int(given["decimals"])
        done = level_book(path, given.get("pack"), money_unit(given["unit"]) or MoneyUnit.WAN, decimals, pins)
    except (SourceError, PackError, WorkbookError) as error:
        console.problem(f"{path.name}：{error}")
        return FAILED
    if unknown := pins.unknown(done.levelling):
        console.problem(f"{path.name}：{'、'.join(unknown)} 不是表中的数，不能用 --pin 固定；要写成“工作表!单元格”。")
        return FAILED
    if writes:
        written = _rewritten(console, path, lambda data: edit_workbook(data, done.edits), given.get("o"))
        if written is None:
            return FAILED
        console.say(f"已写出 {written.path}，改写 {len(done.edits)} 个单元格")
    elif given["format"] == "text":
        console.say("只列出结果，没有改写；加 --write 改写原工作簿，或用 -o 写到另一个文件。")
    console.result(_levelling_json(done) if given["format"] == "json" else _levelling_text(done))
    levelling = done.levelling
    return WRONG if levelling.unequal or levelling.broken else OK


SHOWN = 30
"""So many lines of one kind are shown on the screen."""


def _levelling_text(done: BookLevelling) -> str:
    from xlbudget.model.amount import plain

    levelling = done.levelling
    decimals = levelling.decimals
    lines = [
        f"尾差调平：{len(levelling.figures)} 个数，{levelling.relations} 条关系，"
        f"调整 {len(levelling.moved)} 个（单位：{levelling.unit.value}）"
    ]
    for figure in levelling.moved:
        place = figure.place
        lines.append(
            f"  {place.sheet}!{place.cell}  {place.row} / {place.column}：{plain(figure.exact)} "
            f"四舍五入 {plain(figure.own, decimals)} → {plain(figure.value, decimals)}"
            + ("（超出一个末位单位）" if figure.widened else "")
        )
    for title, items in done.remarks:
        lines += [f"{title}：", *(f"  {item}" for item in items[:SHOWN])]
        lines += [f"  …… 共 {len(items)} 个，全部见 --format json"] if len(items) > SHOWN else []
    if not levelling.optimal:
        lines.append("时间不够，没有证明调整最小；各项关系已满足。")
    return "\n".join(lines) + "\n"


def _levelling_json(done: BookLevelling) -> str:
    from xlbudget.app.levelling import moved_cells

    levelling = done.levelling
    content = {
        "unit": levelling.unit.value,
        "figures": len(levelling.figures),
        "relations": levelling.relations,
        "moved": moved_cells(levelling),
        "unequal": done.unequal,
        "conflicts": levelling.conflicts,
        "broken": levelling.broken,
        "replaced": done.replaced,
        "optimal": levelling.optimal,
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _has_target(console: Console, given: Mapping[str, Any]) -> bool:
    if given.get("write") or given.get("o"):
        return True
    console.problem("请加 --write 改写这本工作簿，或用 -o 写到另一个文件。")
    return False


def _rewritten(console: Console, path: Path, change: Callable[[bytes], Edited], out: str | None) -> WriteResult | None:
    from xlbudget.authoring.workbook import WorkbookError, WriteError, rewrite

    try:
        done = rewrite(path, change, out=Path(out) if out else None)
    except (WorkbookError, WriteError) as error:
        console.problem(f"{path.name}：{error}")
        return None
    notes: Sequence[str] = done.edited.warnings
    for warning in notes:
        console.say(f"注意：{warning}")
    if done.edited.recalculated:
        console.say(f"有 {len(done.edited.recalculated)} 个公式要在下次打开时重新计算。")
    if done.backup is not None:
        console.say(f"备份：{done.backup.name}（要恢复，去掉末尾的时间和 .bak）")
    return done
