"""生成情况说明、一键导出. What the two commands do; :mod:`xlbudget.app.commands` declares them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from xlbudget.app.registry import FAILED, OK, WRONG, Console
from xlbudget.authoring.saving import WriteError, write_file

SHOWN = 20
"""So many problems are listed one by one."""


def run_narrate(console: Console, given: Mapping[str, Any]) -> int:
    from xlbudget.app.narrating import narrate_file, written_into
    from xlbudget.authoring.packaging import WorkbookError
    from xlbudget.packs.loading import PackError
    from xlbudget.sources.failing import SourceError

    path = Path(given["book"])
    try:
        told = narrate_file(path, given.get("pack"), _paths(given.get("prior")))
        out = Path(given["o"]) if given.get("o") else None
        if given.get("write") or (out is not None and out.suffix.lower() in (".xlsx", ".xlsm")):
            result = written_into(path, told, out)
            console.say(f"已写入 {result.path}" + (f"（备份 {result.backup.name}）" if result.backup else ""))
        elif out is not None:
            write_file(out, told.narration.text + "\n")
            console.say(f"已写出 {out}")
        else:
            console.result(told.narration.text + "\n")
    except (SourceError, PackError, WriteError, WorkbookError) as error:
        console.problem(f"{path.name}：{error}")
        return FAILED
    for name in told.earlier.unused:
        console.problem(f"没有用到 {name}：不是上年同类文件，也不是当年预算")
    missing = told.narration.missing
    if missing:
        console.problem(f"还有 {len(missing)} 处待填：")
        _listed(console, [f"{one.kind}：{one.item}" for one in missing])
    return OK


def run_publish(console: Console, given: Mapping[str, Any]) -> int:
    from xlbudget.app.publishing import FORMS, PublishRefused, prepare, publish, safe_name
    from xlbudget.exports.word import TemplateFault
    from xlbudget.packs.loading import PackError
    from xlbudget.sources.failing import SourceError

    books = [Path(name) for name in given["books"]]
    forms = [form for form in FORMS if not (form == "pdf" and given.get("no_pdf"))]
    template = Path(given["template"]) if given.get("template") else None
    status = OK
    taken: dict[Path, Path] = {}
    for path in console.progress(books, "导出"):
        try:
            prepared = prepare(path, given.get("pack"), _paths(given.get("prior")), bool(given.get("renew")))
            out = Path(given["o"])
            if len(books) > 1:
                out = out / safe_name(prepared.publication.unit or path.stem)
                while out in taken:
                    out = out.with_name(f"{out.name}-{safe_name(path.stem)}")
                taken[out] = path
            made = publish(prepared, out, bool(given.get("anyway")), forms, template)
        except PublishRefused as refused:
            console.problem(f"{refused}（没有写出任何文件）：")
            _listed(console, refused.reasons)
            console.problem("改正后再导出；确需带着问题导出的，加 --anyway。")
            status = max(status, WRONG)
            continue
        except (SourceError, PackError, WriteError, TemplateFault) as error:
            console.problem(f"{path.name}：{error}")
            status = FAILED
            continue
        console.say(f"已导出 {len(made.files)} 个文件到 {made.folder}")
        for line in made.unmade:
            console.problem(line)
        if prepared.against:
            console.problem(f"带着 {len(prepared.against)} 个问题导出，见核对报告：")
            _listed(console, prepared.against)
            status = max(status, WRONG)
    return status


def _listed(console: Console, lines: Sequence[str]) -> None:
    for line in lines[:SHOWN]:
        console.problem(f"  · {line}")
    if len(lines) > SHOWN:
        console.problem(f"  · 等共 {len(lines)} 处")


def _paths(names: Any) -> list[Path]:
    return [Path(name) for name in names or ()]
