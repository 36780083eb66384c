"""命令：档案. ``archive add | list | show | remove | rename | export | import``."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xlbudget.app.registry import FAILED, OK, Argument, Console, command
from xlbudget.archive.failing import ArchiveError
from xlbudget.authoring.saving import WriteError, write_file
from xlbudget.model.disclosure import Disclosure, Stage
from xlbudget.model.table import Table

if TYPE_CHECKING:
    from xlbudget.archive.store import Added, Archive, Entry

ARCHIVE_HELP = "档案的地址：一个文件，或 postgresql://用户@服务器/库名；不填则用本人的档案"

_Given = Mapping[str, Any]


class _CallError(Exception):
    """The command was called wrongly; the message says how to call it."""


@command(
    "archive",
    "往年档案",
    "往年公开文件的档案：add 文件… 存入；list [单位] 列出；show 单位 年度 查看；remove 单位 年度 删除；"
    "rename 旧名 新名 登记单位更名；export 文件 导出全部；import 文件 导入",
    [
        Argument(
            "action",
            "做什么",
            "动作",
            choices=("add", "list", "show", "remove", "rename", "export", "import"),
        ),
        Argument("items", "文件，或单位和年度，按动作而定", "内容", many=True, required=False),
        Argument("--archive", ARCHIVE_HELP, "地址", required=False),
        Argument("--stage", "只要预算，或只要决算", choices=("budget", "final"), required=False),
        Argument("--unit", "存入时：文件里认不出单位名称，或认错了，用这个名称", "名称", required=False),
        Argument("--year", "存入时：文件里认不出年度，用这个年度", "年份", required=False),
        Argument("--source", "更名的依据，如文号", "依据", required=False),
        Argument("--plot", "查看时：把这个单位各年的收支画成图，写到这个文件（.svg）", "图.svg", required=False),
        Argument("--pack", "模板包的名称，不填则自动识别（见 xlbudget packs）", "模板包", required=False),
    ],
    example="xlbudget archive add 2024年预算公开.pdf 2024年决算公开.xlsx",
)
def archive(console: Console, given: _Given) -> int:
    try:
        return _ACTIONS[given["action"]](console, given, list(given.get("items") or ()))
    except (ArchiveError, WriteError, _CallError) as error:
        console.problem(str(error))
        return FAILED


# ---------------------------------------------------------------- add


def _add(console: Console, given: _Given, items: Sequence[str]) -> int:
    from xlbudget.app.building import read_file
    from xlbudget.packs.loading import PackError
    from xlbudget.sources.failing import SourceError

    if not items:
        raise _CallError("请给出要存入的文件：xlbudget archive add 文件…")
    status = OK
    for path in console.progress([Path(item) for item in items], "存入"):
        try:
            disclosure = read_file(path, given.get("pack"))
            _name(disclosure, given, path)
            lines = keep(given.get("archive") or "", disclosure, path)
        except (SourceError, PackError, _CallError) as error:
            console.problem(f"{path.name}：{error}")
            status = FAILED
            continue
        console.result("".join(f"{line}\n" for line in lines))
    return status


def keep(address: str, disclosure: Disclosure, path: Path) -> list[str]:
    """存入档案. Puts a document that was read from a file into the archive at an address; tells what was taken."""
    from xlbudget.app.comparing import archive_for_writing

    archive = archive_for_writing(address)
    added = archive.add(disclosure, hashlib.sha256(path.read_bytes()).hexdigest())
    return _took(archive, added, disclosure)


def unfit(disclosure: Disclosure) -> str:
    """Why a document does not belong in the archive; empty if it does."""
    if not any(table.rows for table in disclosure.tables) and not disclosure.narrative.claims:
        return "没有认出任何公开表或情况说明，没有存入"
    return ""


def _name(disclosure: Disclosure, given: _Given, path: Path) -> None:
    """What the file does not say and the person knows."""
    if given.get("unit"):
        disclosure.unit = str(given["unit"])
    if given.get("year"):
        disclosure.year = _year(str(given["year"]))
    if not disclosure.unit:
        raise _CallError("没有认出单位名称，没有存入；请用 --unit 写明")
    if disclosure.year is None:
        raise _CallError("没有认出年度，没有存入；请用 --year 写明")
    if why := unfit(disclosure):
        raise _CallError(why)


def _took(kept: Archive, added: Added, disclosure: Disclosure) -> list[str]:
    """What was taken from a file, for the person to see."""
    entry = added.entry
    if not added.new:
        return [f"已在档案中，没有变动：{entry.title}（第 {entry.revision} 版，{entry.file}）"]
    head = f"已存入：{entry.title}"
    if added.replaced is not None:
        head += f"，作为第 {entry.revision} 版（第 {added.replaced.revision} 版“{added.replaced.file}”仍保留）"
    claims = len(disclosure.narrative.claims)
    lines = [head, f"  {entry.tables} 张表，{entry.figures} 个数；文字中的数 {claims} 处；来自 {entry.file}"]
    if added.replaced is not None:
        changes = list(_differences(kept.tables(added.replaced), kept.tables(entry)))
        lines.append(f"  与上一版相比，表中 {len(changes)} 个数不同" + ("：" if changes else ""))
        lines += [f"    {change}" for change in changes[:5]]
        lines += [f"    …… 另有 {len(changes) - 5} 处"] if len(changes) > 5 else []
    lines += [f"  未读：{unread.what}（{unread.why}）" for unread in disclosure.unread[:5]]
    return lines


def _differences(old: Sequence[Table], new: Sequence[Table]) -> list[str]:
    """The figures of a corrected document that are not those of the one before."""

    def cells(tables: Sequence[Table]) -> dict[tuple[str, ...], str]:
        found: dict[tuple[str, ...], str] = {}
        for table in tables:
            for n, row in enumerate(table.rows):
                key = str(row.code) if row.code is not None else row.name or str(n)
                for c, cell in enumerate(row.cells):
                    if cell.amount is not None:
                        found[table.title, key, row.side.value, table.columns[c].heading, str(c)] = cell.text
        return found

    before, after = cells(old), cells(new)
    return [
        f"{key[0]}“{key[1]}”的“{key[3]}”：{before.get(key, '空白')} → {after.get(key, '空白')}"
        for key in dict.fromkeys((*before, *after))
        if before.get(key) != after.get(key)
    ]


# ---------------------------------------------------------------- list, show


def _there(given: _Given) -> Archive:
    from xlbudget.app.comparing import archive_at

    found = archive_at(given.get("archive") or "")
    if found is None:
        raise ArchiveError("档案还是空的。先用 xlbudget archive add 文件… 存入往年的公开文件")
    return found


def _list(console: Console, given: _Given, items: Sequence[str]) -> int:
    entries = _there(given).entries(items[0] if items else "", stage=_stage(given))
    if not entries:
        raise ArchiveError(f"档案中没有“{items[0]}”的文件" if items else "档案还是空的")
    for entry in entries:
        revision = f"第 {entry.revision} 版" if entry.revision > 1 else ""
        console.result(
            f"{entry.title}{'　' if revision else ''}{revision}　{entry.tables} 张表 {entry.figures} 个数　"
            f"{entry.file}　{entry.added_at[:10]}\n"
        )
    return OK


def _show(console: Console, given: _Given, items: Sequence[str]) -> int:
    if not items or len(items) > 2:
        raise _CallError("用法：xlbudget archive show 单位 [年度]")
    kept = _there(given)
    year = _year(items[1]) if len(items) > 1 else None
    entries = _chosen(kept, items[0], year, _stage(given))
    if given.get("plot"):
        from xlbudget.app.plotting import years_of_unit

        target = Path(given["plot"])
        write_file(target, years_of_unit(kept, items[0], _stage(given) or Stage.BUDGET))
        console.say(f"已写出 {target}")
        return OK
    for entry in entries:
        console.result(f"{entry.title}（第 {entry.revision} 版，{entry.file}，{entry.added_at[:10]} 存入）\n")
        for table in kept.tables(entry):
            figures = sum(cell.amount is not None for row in table.rows for cell in row.cells)
            total = next((r for r in table.rows if r.role == "total"), None)
            amount = next((c.text for c in total.cells if c.amount is not None), "") if total is not None else ""
            tail = f"，合计 {amount}{table.money_unit.value}" if amount else ""
            console.result(f"  {table.title}：{len(table.rows)} 行，{figures} 个数{tail}\n")
    return OK


def _chosen(kept: Archive, unit: str, year: int | None, stage: Stage | None) -> list[Entry]:
    entries = kept.entries(unit, year, stage)
    if not entries:
        known = "、".join(sorted(kept.units())[:8])
        when = f" {year} 年" if year is not None else ""
        raise ArchiveError(f"档案中没有“{unit}”{when}的文件；现有单位：{known or '无'}")
    return entries


# ---------------------------------------------------------------- remove, rename, export, import


def _remove(console: Console, given: _Given, items: Sequence[str]) -> int:
    if len(items) != 2:
        raise _CallError("用法：xlbudget archive remove 单位 年度 [--stage budget|final]")
    kept = _there(given)
    entries = _chosen(kept, items[0], _year(items[1]), _stage(given))
    kept.remove(entries)
    for entry in entries:
        console.result(f"已删除：{entry.title}（第 {entry.revision} 版，{entry.file}）\n")
    return OK


def _rename(console: Console, given: _Given, items: Sequence[str]) -> int:
    from xlbudget.app.comparing import archive_for_writing

    if len(items) != 2:
        raise _CallError("用法：xlbudget archive rename 旧名 新名 [--source 依据]")
    archive_for_writing(given.get("archive") or "").rename(items[0], items[1], given.get("source") or "")
    console.result(f"已登记：“{items[1]}”原名“{items[0]}”\n")
    return OK


def _export(console: Console, given: _Given, items: Sequence[str]) -> int:
    from xlbudget.archive.exchange import export

    if len(items) != 1:
        raise _CallError("用法：xlbudget archive export 文件")
    kept = _there(given)
    write_file(Path(items[0]), export(kept))
    console.say(f"已导出 {len(kept.entries())} 份文件到 {items[0]}")
    return OK


def _import(console: Console, given: _Given, items: Sequence[str]) -> int:
    from xlbudget.app.comparing import archive_for_writing
    from xlbudget.archive.exchange import take_in

    if len(items) != 1:
        raise _CallError("用法：xlbudget archive import 文件")
    try:
        data = Path(items[0]).read_bytes()
    except OSError as error:
        raise ArchiveError(f"读不了“{items[0]}”（{error.strerror or error}）") from None
    taken = take_in(archive_for_writing(given.get("archive") or ""), data)
    console.result(f"已导入 {taken.new} 份，原已有 {taken.known} 份\n")
    return OK


def _stage(given: _Given) -> Stage | None:
    return Stage(given["stage"]) if given.get("stage") else None


def _year(text: str) -> int:
    if not (text.isdigit() and 2000 <= int(text) <= 2099):
        raise _CallError(f"年度“{text}”不对，应是四位年份，如 2024")
    return int(text)


_ACTIONS: Mapping[str, Callable[[Console, _Given, Sequence[str]], int]] = {
    "add": _add,
    "list": _list,
    "show": _show,
    "remove": _remove,
    "rename": _rename,
    "export": _export,
    "import": _import,
}
