"""批量核对的全过程. Finds the files, leaves out what is known, hands the rest to workers, sums up."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from xlbudget.app.batch.listing import find_files
from xlbudget.app.batch.one import Options, Result, digest_of
from xlbudget.app.batch.pool import Limits, Task, run_pool, safely_checked
from xlbudget.app.batch.store import ResultFile
from xlbudget.authoring.saving import write_file


@dataclass(frozen=True, slots=True)
class Plan:
    """批量的安排. ``workers`` 1 works in this process, without limits for a file."""

    source: Path
    out: Path
    workers: int = 2
    scheduler: str = ""
    options: Options = field(default_factory=Options)
    limits: Limits = field(default_factory=Limits)


@dataclass(slots=True)
class Outcome:
    """批量的结果. Results in the order of the files; how many were known before, and how long it took."""

    results: list[Result]
    known: int
    seconds: float

    def count(self, status: str) -> int:
        return sum(1 for result in self.results if result["status"] == status)


def run_batch(plan: Plan, shown: Callable[[int, int, float], None]) -> Outcome:
    """Check every file of the plan; ``shown`` hears (done, all, seconds) after each."""
    start = time.monotonic()
    paths = find_files(plan.source, plan.out)
    options = replace(plan.options, folder=str(plan.out))
    with ResultFile(plan.out) as store:
        tasks = list(_unknown(paths, store))
        known = len(paths) - len(tasks)
        for done, result in enumerate(_results(plan, tasks, options), 1):
            store.add(result)
            shown(done, len(tasks), time.monotonic() - start)
        results = store.finish(paths)
    _sum_up(results, plan.out)
    return Outcome(results, known, time.monotonic() - start)


def _unknown(paths: list[Path], store: ResultFile) -> Iterator[Task]:
    """The files without a result of their present content."""
    for path in paths:
        digest = ""
        if str(path) in store.known:
            try:
                digest = digest_of(path)
            except OSError:
                digest = ""
            if store.has(path, digest):
                continue
        yield path, digest


def _results(plan: Plan, tasks: list[Task], options: Options) -> Iterator[Result]:
    if plan.scheduler:
        from xlbudget.app.batch.cluster import run_cluster

        return run_cluster(tasks, plan.scheduler, options)
    if plan.workers <= 1:
        return (safely_checked(path, digest, options) for path, digest in tasks)
    return run_pool(tasks, min(plan.workers, max(1, len(tasks))), options, plan.limits)


def _sum_up(results: list[Result], out: Path) -> None:
    from xlbudget.exports.summary import findings_parquet, summary_html, summary_workbook

    write_file(out / "汇总.html", summary_html(results))
    write_file(out / "汇总.xlsx", summary_workbook(results))
    table = findings_parquet(results)
    if table is not None:
        write_file(out / "findings.parquet", table)
