"""集群. The same work on an existing Dask cluster; its workers must see the files under the same names.

A worker or the scheduler itself may go and come back: what was in its hands is handed out again, and every file has one
result. A cluster that stays away is given up after a while; the next run of the same command goes on.
"""

from __future__ import annotations

import importlib
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from xlbudget.app.batch.one import Options, Result, Task, result_of
from xlbudget.app.batch.pool import safely_checked

WAIT = 15.0
"""Seconds until a cluster that does not answer is given up at the start."""
PATIENCE = 120.0
"""Seconds that a cluster may be away during the work: a scheduler that starts again, workers that come back."""
TICK = 1.0
"""Seconds between two looks at whether the cluster is still there."""
AT_ONCE = 64
"""Files handed out for each worker ahead of time: enough to keep it busy, few enough to stay small."""
TRIES = 5
"""A file whose worker was lost is given to another one, this often; each worker that dies takes others' files along."""


class ClusterError(Exception):
    """A cluster that cannot be reached; the message is for people."""


class _GoneError(Exception):
    """The connection is lost for good; a new one may do."""


@dataclass(slots=True)
class _Work:
    """Files still to be handed out, those to be handed out again first."""

    rest: Iterator[Task]
    options: Options
    again: list[Task] = field(default_factory=list)
    lost: Counter[str] = field(default_factory=Counter)

    def next(self) -> Task | None:
        return self.again.pop() if self.again else next(self.rest, None)


def run_cluster(tasks: Iterable[Task], scheduler: str, options: Options) -> Iterator[Result]:
    """The results as they come, in any order, one for each task."""
    try:
        distributed: Any = importlib.import_module("dask.distributed")
    except ImportError:
        raise ClusterError("没有安装 Dask。请运行 pip install 'xlbudget[batch]' 后再试。") from None
    work = _Work(iter(tasks), options)
    patience = WAIT
    while True:
        try:
            client: Any = distributed.Client(scheduler, timeout=patience)
        except (OSError, TimeoutError, ValueError) as error:
            raise ClusterError(f"连不上集群“{scheduler}”（{error}）。请检查地址和网络。") from None
        with client:
            try:
                yield from _results(distributed, client, work, scheduler)
                return
            except _GoneError:
                patience = PATIENCE


def _results(distributed: Any, client: Any, work: _Work, scheduler: str) -> Iterator[Result]:
    """Hand out and take in; raises :class:`_GoneError` with everything handed out back in ``work``."""
    held: dict[str, tuple[Any, Task]] = {}
    heard = time.monotonic()
    while True:
        try:
            _hand_out(client, work, held)
        except Exception as error:  # whatever the client says: there is no connection to say it over
            work.again += [task for _, task in held.values()]
            raise _GoneError from error
        if not held:
            return
        done = _done(distributed, held)
        for future, task in done:
            del held[future.key]
            result = _taken(future, task, work)
            if result is not None:
                yield result
        if done:
            heard = time.monotonic()
        elif client.status == "closed":
            work.again += [task for _, task in held.values()]
            raise _GoneError
        elif time.monotonic() - heard > PATIENCE and not _workers(client):
            raise ClusterError(
                f"集群“{scheduler}”上没有在工作的节点，已等了 {PATIENCE:g} 秒。"
                "做完的结果都留着；集群恢复后再运行同一条命令，会接着做。"
            )


def _hand_out(client: Any, work: _Work, held: dict[str, tuple[Any, Task]]) -> None:
    width = max(1, _workers(client)) * AT_ONCE
    while len(held) < width:
        task = work.next()
        if task is None:
            return
        try:
            future = client.submit(safely_checked, task, work.options, pure=False)
        except Exception:
            work.again.append(task)
            raise
        held[future.key] = (future, task)


def _workers(client: Any) -> int:
    return len(client.scheduler_info(n_workers=-1).get("workers", {})) if client.status == "running" else 0


def _done(distributed: Any, held: dict[str, tuple[Any, Task]]) -> list[tuple[Any, Task]]:
    """Those that are finished, failed or lost, after at most a moment."""
    try:
        distributed.wait([future for future, _ in held.values()], timeout=TICK, return_when="FIRST_COMPLETED")
    except TimeoutError:
        return []
    except distributed.CancelledError:
        pass  # the scheduler has gone, and with it what it knew
    return [(future, task) for future, task in held.values() if future.done()]


def _taken(future: Any, task: Task, work: _Work) -> Result | None:
    """The result of a file; ``None`` when it was lost on the way and is handed out again."""
    try:
        result: Result = future.result(timeout=WAIT)
        return result
    except Exception as error:  # its worker died, or the scheduler did
        work.lost[str(task.path)] += 1
        if work.lost[str(task.path)] < TRIES:
            work.again.append(task)
            return None
        return result_of(task.path, task.digest, "crashed", f"集群没有算出这份文件：{type(error).__name__}")
    finally:
        future.release()
