"""集群. The same work on an existing Dask cluster; its workers must see the files under the same names."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from xlbudget.app.batch.one import Options, Result, Task, result_of
from xlbudget.app.batch.pool import safely_checked

WAIT = 15.0
"""Seconds until a cluster that does not answer is given up."""
AT_ONCE = 64
"""Files handed out for each worker ahead of time: enough to keep it busy, few enough to stay small."""
TRIES = 10
"""A file whose worker was lost is given to another one, this often."""


class ClusterError(Exception):
    """A cluster that cannot be reached; the message is for people."""


def run_cluster(tasks: Iterable[Task], scheduler: str, options: Options) -> Iterator[Result]:
    """The results as they come, in any order, one for each task."""
    try:
        distributed: Any = importlib.import_module("dask.distributed")
    except ImportError:
        raise ClusterError("没有安装 Dask。请运行 pip install 'xlbudget[batch]' 后再试。") from None
    try:
        client: Any = distributed.Client(scheduler, timeout=WAIT)
    except (OSError, TimeoutError, ValueError) as error:
        raise ClusterError(f"连不上集群“{scheduler}”（{error}）。请检查地址和网络。") from None
    rest = iter(tasks)
    held: dict[Any, Task] = {}

    def submitted(count: int) -> list[Any]:
        found = []
        for task in islice(rest, count):
            future = client.submit(safely_checked, task, options, pure=False, retries=TRIES)
            held[future.key] = task
            found.append(future)
        return found

    with client:
        width = max(1, len(client.scheduler_info().get("workers", {}))) * AT_ONCE
        running: Any = distributed.as_completed(submitted(width), raise_errors=False)
        for future in running:
            task = held.pop(future.key)
            yield future.result() if future.status == "finished" else _lost(task, future)
            future.release()
            for fresh in submitted(1):
                running.add(fresh)


def _lost(task: Task, future: Any) -> Result:
    return result_of(task.path, task.digest, "crashed", f"集群没有算出这份文件：{type(future.exception()).__name__}")
