"""生成情况说明、一键导出. What the two commands do; :mod:`xlbudget.app.commands` declares them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xlbudget.app.registry import FAILED, OK, WRONG, Console
from xlbudget.authoring.saving import WriteError, write_file

if TYPE_CHECKING:
    from xlbudget.app.publishing import Prepared, Published

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


BOOKS = (".xlsx", ".xlsm")


def run_publish(console: Console, given: Mapping[str, Any]) -> int:
    """One book: everything that stands against it is listed. Several, or a folder: a folder and a sentence a unit."""
    from xlbudget.app.batch.listing import ListingError
    from xlbudget.app.publishing import FORMS

    out = Path(given["o"])
    named = [Path(name) for name in given["books"]]
    try:
        books = [book for path in named for book in _in_folder(path, out, BOOKS)]
        prior = [file for path in _paths(given.get("prior")) for file in _in_folder(path, None, ())]
    except ListingError as error:
        console.problem(str(error))
        return FAILED
    if given.get("write") and not given.get("level"):
        console.problem("--write 把调平写回工作簿，要与 --level 同用。")
        return FAILED
    order = _Order(
        out,
        given.get("pack"),
        prior,
        bool(given.get("renew")),
        bool(given.get("level")),
        bool(given.get("write")),
        bool(given.get("anyway")),
        [form for form in FORMS if not (form == "pdf" and given.get("no_pdf"))],
        Path(given["template"]) if given.get("template") else None,
    )
    several = len(books) > 1 or any(path.is_dir() for path in named)
    return _several(console, books, order) if several else _single(console, books[0], order)


@dataclass(frozen=True, slots=True)
class _Order:
    """What was asked for, for every book alike."""

    out: Path
    pack: str | None
    prior: Sequence[Path]
    renew: bool
    level: bool
    write: bool
    anyway: bool
    forms: Sequence[str]
    template: Path | None


def _in_folder(path: Path, out: Path | None, suffixes: Sequence[str]) -> list[Path]:
    """The files of a folder (results of an earlier run left out), or the file itself."""
    from xlbudget.app.batch.listing import ListingError, find_files

    if not path.is_dir():
        return [path]
    found = [p for p in find_files(path, out) if not suffixes or p.suffix.lower() in suffixes]
    if not found:
        raise ListingError(f"文件夹“{path.name}”里没有工作簿（{'、'.join(suffixes)}）。")
    return found


def _made(path: Path, order: _Order, place: Callable[[Prepared], Path]) -> tuple[Prepared, Published]:
    from xlbudget.app.publishing import prepare, publish

    prepared = prepare(path, order.pack, order.prior, order.renew, level=order.level)
    made = publish(prepared, place(prepared), order.anyway, order.forms, order.template)
    if order.write and prepared.levelled is not None and prepared.levelled.edits:
        from xlbudget.authoring.workbook import write_edits

        write_edits(path, prepared.levelled.edits)
    return prepared, made


def _single(console: Console, path: Path, order: _Order) -> int:
    from xlbudget.app.publishing import PublishRefused

    try:
        prepared, made = _made(path, order, lambda _: order.out)
    except PublishRefused as refused:
        console.problem(f"{refused}（没有写出任何文件）：")
        _listed(console, refused.reasons)
        console.problem("改正后再导出；确需带着问题导出的，加 --anyway。")
        return WRONG
    except _failures() as error:
        console.problem(f"{path.name}：{error}")
        return FAILED
    console.say(f"已导出 {len(made.files)} 个文件到 {made.folder}{_moved(prepared, order)}")
    for line in made.unmade:
        console.problem(line)
    if prepared.against:
        console.problem(f"带着 {len(prepared.against)} 个问题导出，见核对报告：")
        _listed(console, prepared.against)
        return WRONG
    return OK


def _several(console: Console, books: Sequence[Path], order: _Order) -> int:
    """One folder and one sentence a unit; a unit that fails does not stop the others."""
    from xlbudget.app.publishing import PublishRefused, safe_name

    status, done = OK, 0
    taken: set[str] = set()

    def place(path: Path, prepared: Prepared) -> Path:
        name = safe_name(prepared.publication.unit or path.stem)
        while name.casefold() in taken:
            name = f"{name}-{safe_name(path.stem)}"
        taken.add(name.casefold())
        return order.out / name

    for path in console.progress(books, "导出"):
        try:
            prepared, made = _made(path, order, partial(place, path))
        except PublishRefused as refused:
            more = f"等 {len(refused.reasons)} 处" if len(refused.reasons) > 1 else ""
            console.problem(f"{path.name}：没有导出，{refused.reasons[0]}{more}")
            status = max(status, WRONG)
            continue
        except _failures() as error:
            console.problem(f"{path.name}：没有导出，{error}")
            status = FAILED
            continue
        except Exception as error:  # whatever happens to one unit, the others go on
            console.problem(f"{path.name}：没有导出，程序出错（{type(error).__name__}：{error}）")
            status = FAILED
            continue
        done += 1
        said = f"{prepared.publication.unit or path.name}：已导出 {len(made.files)} 个文件到 {made.folder}"
        said += _moved(prepared, order) + "".join(f"；{line}" for line in made.unmade)
        if prepared.against:
            console.problem(f"{said}；带着 {len(prepared.against)} 个问题，见核对报告")
            status = max(status, WRONG)
        else:
            console.say(f"{said}")
    left = len(books) - done
    console.say(f"共 {len(books)} 本：导出 {done} 本" + (f"，没有导出 {left} 本" if left else ""))
    if left:
        console.problem("没有导出的，单独导出那一本可以看到全部问题；确需带着问题导出的，加 --anyway。")
    return status


def _failures() -> tuple[type[Exception], ...]:
    """What can go wrong with a book and has a sentence of its own."""
    from xlbudget.authoring.packaging import WorkbookError
    from xlbudget.exports.word import TemplateFault
    from xlbudget.packs.loading import PackError
    from xlbudget.sources.failing import SourceError

    return SourceError, PackError, WriteError, TemplateFault, WorkbookError


def _moved(prepared: Prepared, order: _Order) -> str:
    if prepared.levelled is None:
        return ""
    moved = len(prepared.levelled.levelling.moved)
    kept = "已写回工作簿" if order.write and prepared.levelled.edits else "工作簿没有改动"
    return f"；调平移动了 {moved} 个数（{kept}，见核对报告）"


def hand_out_template(console: Console, pack_id: str | None, target: Path) -> int:
    """A copy of the Word template of a pack, for a person to edit."""
    from xlbudget.app.publishing import template_of
    from xlbudget.packs.catalog import get_pack
    from xlbudget.packs.loading import PackError
    from xlbudget.sources.failing import SourceError

    if not pack_id:
        console.problem("请说明要哪个模板包的 Word 模板，如 xlbudget packs nmg_budget --template 模板.docx。")
        return FAILED
    try:
        data, _ = template_of(get_pack(pack_id), None)
        with target.open("xb") as file:
            file.write(data)
    except (PackError, SourceError) as error:
        console.problem(str(error))
        return FAILED
    except FileExistsError:
        console.problem(f"“{target}”已经存在，不会覆盖。请换一个文件名。")
        return FAILED
    except OSError as error:
        console.problem(f"不能写入“{target}”（{error.strerror or error}）。")
        return FAILED
    console.say(f"已写出 {target}。在 Word 里改好、存盘，导出时加 --template {target.name}。")
    return OK


def _listed(console: Console, lines: Sequence[str]) -> None:
    for line in lines[:SHOWN]:
        console.problem(f"  · {line}")
    if len(lines) > SHOWN:
        console.problem(f"  · 等共 {len(lines)} 处")


def _paths(names: Any) -> list[Path]:
    return [Path(name) for name in names or ()]
