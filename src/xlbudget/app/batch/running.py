"""批量核对的全过程. Finds the files, leaves out what is known, hands the rest to workers, sums up."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from xlbudget import __version__
from xlbudget.app.batch.consolidating import departments
from xlbudget.app.batch.listing import find_files
from xlbudget.app.batch.one import Options, Result, Task, digest_of
from xlbudget.app.batch.pool import Limits, run_pool, safely_checked
from xlbudget.app.batch.store import ResultFile
from xlbudget.authoring.saving import write_file
from xlbudget.sources.opening import shown_name


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
    with ResultFile(plan.out, terms_of(options)) as store:
        tasks = list(_unknown(paths, store))
        known = len(paths) - len(tasks)
        for done, result in enumerate(_results(plan, tasks, options), 1):
            store.add(result)
            shown(done, len(tasks), time.monotonic() - start)
        held = {task.path: (task, held) for task, held in departments(_present(store, paths))}
        done = len(tasks)
        again = [task for task, _ in held.values()]
        for more, result in enumerate(_results(plan, again, options), 1):
            store.add(added_up(store.known[result["path"]], result, held[Path(result["path"])][1]))
            shown(done + more, done + len(again), time.monotonic() - start)
        results = store.finish(paths)
    _sum_up(results, plan.out)
    return Outcome(results, known, time.monotonic() - start)


def added_up(alone: Result, together: Result, held: str) -> Result:
    """The result of a department with its units; its own one where the units were too much for it."""
    if together["status"] == "done":
        return together | {"units_held": held}
    why = {"what": "部门与所属单位之和", "why": together.get("why", "")}
    return alone | {"not_checked": [*alone.get("not_checked", ()), why]}


def terms_of(options: Options) -> str:
    """What results depend on beside the files: the version, the options, what the archive holds."""
    from xlbudget.app.comparing import state_of

    return " ".join((__version__, options.pack or "-", options.reports, state_of(options.archive) or "-"))


def _present(store: ResultFile, paths: list[Path]) -> Iterator[Result]:
    return (store.known[str(path)] for path in paths if str(path) in store.known)


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
        yield Task(path, digest)


def _results(plan: Plan, tasks: list[Task], options: Options) -> Iterator[Result]:
    if plan.scheduler:
        from xlbudget.app.batch.cluster import run_cluster

        return run_cluster(tasks, plan.scheduler, options)
    if plan.workers <= 1:
        return (safely_checked(task, options) for task in tasks)
    return run_pool(tasks, min(plan.workers, max(1, len(tasks))), options, plan.limits)


def _sum_up(results: list[Result], out: Path) -> None:
    from xlbudget.app.checking import rule_texts
    from xlbudget.exports.summary import findings_parquet, summary_html, summary_workbook

    titles = {code: rule.title for code, rule in rule_texts().items()}
    results = [result | {"path": shown_name(result["path"])} for result in results]
    write_file(out / "汇总.html", summary_html(results, titles))
    write_file(out / "汇总.xlsx", summary_workbook(results, titles))
    table = findings_parquet(results)
    if table is not None:
        write_file(out / "findings.parquet", table)
