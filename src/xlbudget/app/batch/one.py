"""核对一份. What a worker does with one file; whatever happens, it gives one result."""

from __future__ import annotations

import hashlib
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from xlbudget.sources.opening import shown_name

Result = dict[str, Any]
"""The JSON object of ``check`` with ``path``, ``digest``, ``seconds`` and ``status`` (done, unreadable, ...)."""


class Task(NamedTuple):
    """一份文件. With the fingerprint of its content, if it is known; of a department, with the files of its units."""

    path: Path
    digest: str = ""
    units: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Options:
    """批量的选项. ``reports``: write a page for files with errors (``problems``), for all, or for none.

    ``archive`` is the address of the archive that files are held against; empty for the usual one, if it is there.
    """

    pack: str | None = None
    reports: str = "problems"
    folder: str = ""
    archive: str = ""


def digest_of(path: Path) -> str:
    """The fingerprint of a file's content: a file that has not changed need not be checked again."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


CHANGED = "这份文件在核对时被改动，请等它写完再运行一次"
_TIMES = 3
"""A file that changes while it is read is read again, so often."""


def check_one(task: Task, options: Options) -> Result:
    """Check one file; a file that cannot be read, or that does not hold still, is a result too."""
    for _ in range(_TIMES):
        before = _state_of(task.path)
        digest = task.digest or digest_of(task.path)
        result = _checked(task, digest, options)
        if _state_of(task.path) == before:
            return result
        task = task._replace(digest="")
    return result_of(task.path, "", "changed", CHANGED)


def _state_of(path: Path) -> tuple[int, int]:
    """What changes when somebody writes into a file."""
    try:
        found = path.stat()
    except OSError:
        return 0, 0
    return found.st_mtime_ns, found.st_size


def _checked(task: Task, digest: str, options: Options) -> Result:
    from xlbudget.app.batch.consolidating import missing, sums
    from xlbudget.app.checking import check_file
    from xlbudget.app.comparing import Beside
    from xlbudget.exports.report import check_json
    from xlbudget.model.disclosure import Level
    from xlbudget.model.organisations import units_named
    from xlbudget.packs.loading import PackError
    from xlbudget.sources.failing import SourceError

    start = time.perf_counter()
    try:
        report = check_file(task.path, options.pack, beside=Beside(archive=options.archive, units=task.units))
        body = check_json(report)
        if report.disclosure.level is Level.DEPARTMENT:
            body["units"] = list(units_named(report.disclosure).values())
        if report.disclosure.context.children:
            body |= {"missing": missing(report.disclosure), "sums": sums(report.disclosure)}
        page = _page(report, task.path, digest, options)
        status, why = "done", ""
    except (SourceError, PackError) as error:
        body, page, status, why = {}, "", "unreadable", str(error)
    return result_of(task.path, digest, status, why, time.perf_counter() - start, body, page)


def result_of(
    path: Path,
    digest: str,
    status: str,
    why: str = "",
    seconds: float = 0.0,
    body: Result | None = None,
    page: str = "",
) -> Result:
    """One line of the results."""
    head: Result = {"path": str(path), "digest": digest, "status": status, "seconds": round(seconds, 4)}
    if why:
        head["why"] = shown_name(why)
    if page:
        head["report"] = page
    return head | {"file": shown_name(path.name)} | (body or {})


def _page(report: Any, path: Path, digest: str, options: Options) -> str:
    """Write the report of one file where there is something to look at; gives its name beside the summary."""
    from xlbudget.model.finding import Severity

    if options.reports == "none" or (options.reports == "problems" and not report.of(Severity.ERROR)):
        return ""
    from xlbudget.app.reporting import html_of
    from xlbudget.authoring.saving import write_file

    # the same content under two names is two files of two units
    place = hashlib.sha256(os.fsencode(path)).hexdigest()[:10]
    name = f"reports/{place}-{digest[:6]}.html"
    write_file(Path(options.folder) / name, html_of(report, path))
    return name
