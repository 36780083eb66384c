"""批量核对的命令. From the words of the command line to a plan, and from the outcome to a sentence."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from xlbudget.app.batch.cluster import ClusterError
from xlbudget.app.batch.listing import ListingError
from xlbudget.app.batch.one import Options
from xlbudget.app.batch.pool import Limits
from xlbudget.app.batch.running import Plan, run_batch
from xlbudget.app.registry import FAILED, OK, WRONG, Console
from xlbudget.archive.failing import ArchiveError
from xlbudget.archive.location import url_of
from xlbudget.authoring.saving import WriteError
from xlbudget.exports.summary import severities


def run(console: Console, given: Mapping[str, Any]) -> int:
    """Run the batch that the arguments describe; the exit status is that of ``check`` for all files together."""
    try:
        plan = plan_of(given)
    except ValueError as error:
        console.problem(str(error))
        return FAILED
    try:
        with console.meter("批量核对") as shown:
            outcome = run_batch(plan, shown)
    except (ListingError, ClusterError, WriteError, ArchiveError) as error:
        console.problem(str(error))
        return FAILED
    except KeyboardInterrupt:
        console.problem(f"已中断。做完的结果留在“{plan.out}”，再运行同一条命令会接着做。")
        return FAILED
    wrong = sum(1 for result in outcome.results if severities(result)["error"])
    lost = len(outcome.results) - outcome.count("done")
    known = f"（其中 {outcome.known} 份没有变动，沿用上次结果）" if outcome.known else ""
    console.say(
        f"核对 {len(outcome.results)} 份文件{known}，{wrong} 份有错误，{lost} 份没有核对成，用时 {outcome.seconds:.0f} 秒。"
    )
    console.say(f"汇总：{plan.out / '汇总.html'}")
    if lost:
        return FAILED
    return WRONG if wrong else OK


def plan_of(given: Mapping[str, Any]) -> Plan:
    """The plan; raises ``ValueError`` with a sentence for people."""
    workers = _whole(given.get("workers") or str(os.cpu_count() or 1), "--workers")
    limits = Limits(
        _whole(given.get("seconds") or "120", "--seconds"), _whole(given.get("memory") or "2048", "--memory")
    )
    archive = given.get("archive") or ""
    options = Options(given.get("pack"), given.get("reports") or "problems", archive=url_of(archive) if archive else "")
    return Plan(Path(given["source"]), Path(given["o"]), workers, given.get("scheduler") or "", options, limits)


def _whole(text: str, name: str) -> int:
    if not text.isdigit() or not int(text):
        raise ValueError(f"{name} 要写正整数，不能是“{text}”。")
    return int(text)
