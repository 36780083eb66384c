"""A load of many files, from making them to what it cost: ``python benchmarks/load.py``.

Makes 10,000 workbooks and 1,000 PDFs of the generator's disclosures (every eleventh file is a PDF), checks them all
with two processes and every fifth with one, and writes docs/load.md and ``figures.json``. Interrupted, it goes on: what
was made is kept, what was measured whole is not measured again (``--fresh`` does).

Run it on a machine that does nothing else: the figures are ratios, but of one run each.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import platform
import shutil
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]
PAGE = ROOT / "docs" / "load.md"

WORKBOOKS, PDFS = 10_000, 1_000
SHARE = 5
"""One of so many files is also checked by one process, and by the checks alone."""
BLOCKS = 4
"""The share is measured in so many parts, the checks alone and the batch in turns, so that a slow minute hits both."""
WINDOW = 1_000
"""Memory of the first and of the last so many results is compared."""

Figures = dict[str, Any]


def name_of(number: int, every: int) -> str:
    """``every`` files one is a PDF, spread evenly, so that the first thousand is made as the last."""
    return f"{number:06}.{'pdf' if number % every == every - 1 else 'xlsx'}"


def make(task: tuple[Path, int]) -> None:
    """One file; its number is its seed."""
    from tests.generating.documents import PACKS, document
    from tests.generating.printing import as_pdf, as_xlsx

    path, number = task
    text = document(number, PACKS[number // 11 % len(PACKS)])
    fresh = path.with_suffix(".tmp")
    fresh.write_bytes(as_pdf(text) if path.suffix == ".pdf" else as_xlsx(text))
    os.replace(fresh, path)


def made(folder: Path, workbooks: int, pdfs: int) -> list[Path]:
    """The files, those that are not there yet made by two processes."""
    folder.mkdir(parents=True, exist_ok=True)
    total = workbooks + pdfs
    every = total // pdfs if pdfs else total + 1
    paths = [folder / name_of(i, every) for i in range(total)]
    missing = [(path, i) for i, path in enumerate(paths) if not path.exists()]
    with multiprocessing.Pool(2) as pool:
        for done, _ in enumerate(pool.imap_unordered(make, missing, chunksize=50), 1):
            tell("make", done, len(missing))
    for stray in set(folder.iterdir()) - set(paths):
        stray.unlink()
    return paths


def tell(what: str, done: int, total: int) -> None:
    if done % 500 == 0 or done == total:
        print(f"{what}: {done}/{total}", file=sys.stderr, flush=True)


def plan(paths: Sequence[Path], out: Path, workers: int) -> Any:
    from xlbudget.app.batch.one import Options
    from xlbudget.app.batch.running import Plan

    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    listing = out.with_suffix(".lst")
    listing.write_text("".join(f"{path.resolve()}\n" for path in paths), "utf-8")
    return Plan(listing, out, workers, options=Options(reports="none"))


def one_process(paths: Sequence[Path], work: Path) -> Figures:
    """Every fifth file by the checks alone and by a batch of one process, block by block in turns."""
    from xlbudget.app.batch.running import run_batch
    from xlbudget.app.checking import check_file
    from xlbudget.exports.report import check_json

    # a fifth of each kind, not every fifth of the row: eleven and five would do, ten and five would not
    share = [p for kind in (".xlsx", ".pdf") for p in [q for q in paths if q.suffix == kind][::SHARE]]
    check_json(check_file(share[0]))
    check_json(check_file(share[-1]))
    alone = whole = 0.0
    for block in range(BLOCKS):
        part = share[block::BLOCKS]
        start = time.perf_counter()
        for path in part:
            check_json(check_file(path))
        alone += time.perf_counter() - start
        start = time.perf_counter()
        run_batch(plan(part, work / "one", 1), lambda done, total, spent: None)
        whole += time.perf_counter() - start
        tell("one process", block + 1, BLOCKS)
    return {"files": len(share), "checks alone": alone, "seconds": whole, "rate": len(share) / whole}


def two_processes(paths: Sequence[Path], work: Path) -> Figures:
    """All files by a batch of two processes, with the memory of each after each result."""
    from xlbudget.app.batch import pool
    from xlbudget.app.batch.running import run_batch

    pool.RENEWED_AFTER = len(paths) + 1  # one life for each worker: what leaks is to be seen
    memory: list[list[float]] = []

    def shown(done: int, total: int, spent: float) -> None:
        memory.append([m for child in multiprocessing.active_children() if (m := resident(child.pid))])
        tell("two processes", done, total)

    start = time.perf_counter()
    outcome = run_batch(plan(paths, work / "two", 2), shown)
    spent = time.perf_counter() - start
    window = min(WINDOW, len(memory) // 2)
    first = statistics.fmean(m for sample in memory[:window] for m in sample)
    last = statistics.fmean(m for sample in memory[-window:] for m in sample)
    return {
        "files": len(paths),
        "seconds": spent,
        "rate": len(paths) / spent,
        "sum of the checks": sum(result["seconds"] for result in outcome.results),
        "status": dict(Counter(result["status"] for result in outcome.results)),
        "memory first": first,
        "memory last": last,
        "memory most": max(m for sample in memory for m in sample),
        "window": window,
    }


def resident(pid: int | None) -> float:
    """Mebibytes that a process holds; none when it is gone."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def page(figures: Figures, workbooks: int, pdfs: int) -> str:
    one, two = figures["one"], figures["two"]
    ratio = two["rate"] / one["rate"]
    adds = one["seconds"] / one["checks alone"] - 1
    rest = two["seconds"] * 2 / two["sum of the checks"] - 1
    grows = two["memory last"] / two["memory first"] - 1
    done = ", ".join(f"{count} {status}" for status, count in two["status"].items())
    return f"""# A load of many files

Made by `python benchmarks/load.py` on {figures["machine"]}: {workbooks} workbooks and {pdfs} PDFs of the generator's
disclosures (four forms, eight tables and the explanatory text each). Only the ratios mean something elsewhere.

| what | figure | wanted |
| --- | --- | --- |
| two processes, {two["files"]} files start to finish | {two["seconds"]:.0f} s, {two["rate"]:.1f} files a second | |
| one process, {one["files"]} of them (one in {SHARE} of each kind) | {one["seconds"]:.0f} s, {one["rate"]:.1f} files a second | |
| rate of two processes over one | {ratio:.2f} | at least 1.8 |
| the batch over the checks alone, one process | {adds:+.1%} | at most 15 % |
| two processes over half the sum of their checks | {rest:+.1%} | at most 15 % |
| memory of a worker, mean of the last {two["window"]} results over the first | {grows:+.1%} ({two["memory first"]:.0f} to {two["memory last"]:.0f} MB, most {two["memory most"]:.0f}) | at most 10 % |
| results | {done} | one each |
"""


def main() -> None:
    parser = argparse.ArgumentParser(description="Makes many files, checks them, says what it cost.")
    parser.add_argument("-o", type=Path, default=ROOT / "out" / "load", help="folder for the files and the figures")
    parser.add_argument("--workbooks", type=int, default=WORKBOOKS)
    parser.add_argument("--pdfs", type=int, default=PDFS)
    parser.add_argument("--fresh", action="store_true", help="measure again what was measured")
    given = parser.parse_args()
    work = given.o.resolve()
    paths = made(work / "files", given.workbooks, given.pdfs)
    kept = work / "figures.json"
    key = f"{given.workbooks}+{given.pdfs}"
    figures: Figures = json.loads(kept.read_text("utf-8")) if kept.exists() and not given.fresh else {}
    if figures.get("of") != key:
        figures = {"of": key, "machine": f"{os.cpu_count()} cores, Python {platform.python_version()}"}
    phases: tuple[tuple[str, Callable[[Sequence[Path], Path], Figures]], ...] = (
        ("one", one_process),
        ("two", two_processes),
    )
    for name, measure in phases:
        if name not in figures:
            figures[name] = measure(paths, work)
            kept.write_text(json.dumps(figures, ensure_ascii=False, indent=1), "utf-8")
    text = page(figures, given.workbooks, given.pdfs)
    print(text)
    if (given.workbooks, given.pdfs) == (WORKBOOKS, PDFS):
        PAGE.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
