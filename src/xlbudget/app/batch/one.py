"""核对一份. What a worker does with one file; whatever happens, it gives one result."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Result = dict[str, Any]
"""The JSON object of ``check`` with ``path``, ``digest``, ``seconds`` and ``status`` (done, unreadable, ...)."""


@dataclass(frozen=True, slots=True)
class Options:
    """批量的选项. ``reports``: write a page for files with errors (``problems``), for all, or for none."""

    pack: str | None = None
    reports: str = "problems"
    folder: str = ""


def digest_of(path: Path) -> str:
    """The fingerprint of a file's content: a file that has not changed need not be checked again."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def check_one(path: Path, digest: str, options: Options) -> Result:
    """Check one file; a file that cannot be read is a result too."""
    from xlbudget.app.checking import check_file
    from xlbudget.exports.report import check_json
    from xlbudget.packs.loading import PackError
    from xlbudget.sources.failing import SourceError

    start = time.perf_counter()
    try:
        report = check_file(path, options.pack)
        body = check_json(report)
        page = _page(report, path, digest, options)
        status, why = "done", ""
    except (SourceError, PackError) as error:
        body, page, status, why = {}, "", "unreadable", str(error)
    return result_of(path, digest, status, why, time.perf_counter() - start, body, page)


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
        head["why"] = why
    if page:
        head["report"] = page
    return head | {"file": path.name} | (body or {})


def _page(report: Any, path: Path, digest: str, options: Options) -> str:
    """Write the report of one file where there is something to look at; gives its name beside the summary."""
    from xlbudget.model.finding import Severity

    if options.reports == "none" or (options.reports == "problems" and not report.of(Severity.ERROR)):
        return ""
    from xlbudget.app.reporting import html_of
    from xlbudget.authoring.saving import write_file

    # the same content under two names is two files of two units
    place = hashlib.sha256(str(path).encode()).hexdigest()[:10]
    name = f"reports/{place}-{digest[:6]}.html"
    write_file(Path(options.folder) / name, html_of(report, path))
    return name
