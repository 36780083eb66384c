"""多进程. Workers that check one file at a time, each within its limits of time and memory.

A worker that takes too long, grows too large or dies is replaced, and its file gets a result that says so: one bad
file never stops the run. Each worker is asked through its own pipe, so that what a dying one leaves harms no other.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import time
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from typing import Any

from xlbudget.app.batch.one import Options, Result, Task, check_one, result_of
from xlbudget.authoring.saving import WriteError


@dataclass(frozen=True, slots=True)
class Limits:
    """上限. Seconds and mebibytes that one file may take; a department that is added up, seconds for each unit too."""

    seconds: float = 120.0
    memory: int = 2048

    def seconds_of(self, task: Task) -> float:
        return self.seconds * (1 + len(task.units))


@dataclass(slots=True)
class _Worker:
    process: Any
    pipe: Connection
    task: Task | None = None
    since: float = 0.0
    begun: bool = False
    """Has it taken up its task? Until then it is starting, which is no fault of the file."""
    served: int = 0
    waiting: deque[Task] = field(default_factory=deque)


STARTING = 120.0
"""Seconds that a worker may take to start; a busy machine takes ten."""
RENEWED_AFTER = 2000
"""A worker is replaced after so many files: what a library leaks stays bounded."""


def run_pool(tasks: Iterable[Task], workers: int, options: Options, limits: Limits) -> Iterator[Result]:
    """The results as they come, in any order, one for each task."""
    context = multiprocessing.get_context("spawn")
    rest = iter(tasks)
    crew = [_hired(context, options, limits) for _ in range(max(1, workers))]
    try:
        for worker in crew:
            _give(worker, rest)
        while any(worker.task for worker in crew):
            ready = wait([worker.pipe for worker in crew if worker.task], timeout=0.5)
            for i, worker in enumerate(crew):
                if worker.task is None:
                    continue
                result = _answer(worker, limits) if worker.pipe in ready else _overdue(worker, limits)
                if result is None:
                    continue
                worker.task = None
                if not worker.process.is_alive() or worker.served >= RENEWED_AFTER:
                    _dismiss(worker)
                    crew[i] = worker = _hired(context, options, limits)
                _give(worker, rest)  # before the result is written: the worker does not wait for that
                yield result
    finally:
        for worker in crew:
            _dismiss(worker)


def _hired(context: Any, options: Options, limits: Limits) -> _Worker:
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, options, limits), daemon=True)
    process.start()
    theirs.close()
    return _Worker(process, ours)


def _give(worker: _Worker, rest: Iterator[Task]) -> None:
    task = next(rest, None)
    if task is not None:
        worker.task, worker.since, worker.begun = task, time.monotonic(), False
        worker.served += 1
        with contextlib.suppress(OSError):  # a worker that is gone is noticed when its answer does not come
            worker.pipe.send(task)


def _answer(worker: _Worker, limits: Limits) -> Result | None:
    assert worker.task is not None
    try:
        told: Result | None = worker.pipe.recv()
    except (EOFError, OSError):
        worker.process.join(5)
        code = worker.process.exitcode
        why = f"核对这份文件的进程意外结束（代码 {code}），可能是内存超过 {limits.memory} MB"
        return result_of(worker.task.path, worker.task.digest, "crashed", why, time.monotonic() - worker.since)
    if told is None:
        worker.since, worker.begun = time.monotonic(), True
    return told


def _overdue(worker: _Worker, limits: Limits) -> Result | None:
    assert worker.task is not None
    most = limits.seconds_of(worker.task) if worker.begun else STARTING
    if worker.process.is_alive() and time.monotonic() - worker.since <= most:
        return None
    if not worker.process.is_alive():
        return _answer(worker, limits)
    worker.process.kill()
    worker.process.join(5)
    return result_of(worker.task.path, worker.task.digest, "timeout", f"超过 {most:g} 秒没有核对完，已放弃", most)


def _dismiss(worker: _Worker) -> None:
    worker.pipe.close()
    worker.process.join(0.2 if worker.task is None else 0)
    if worker.process.is_alive():
        worker.process.kill()
        worker.process.join(5)


def _serve(pipe: Connection, options: Options, limits: Limits) -> None:
    """A worker's life: take a file, give a result, until the pipe is closed."""
    _limit_memory(limits.memory)
    while True:
        try:
            task: Task = pipe.recv()
        except (EOFError, OSError, KeyboardInterrupt):
            return
        pipe.send(None)  # it has begun
        pipe.send(safely_checked(task, options))


def safely_checked(task: Task, options: Options) -> Result:
    """Check a file; a fault of the program itself is a result with its name, not the end of the run."""
    path, digest, _ = task
    try:
        return check_one(task, options)
    except MemoryError:
        return result_of(path, digest, "memory", "内存超过上限，已放弃这份文件")
    except WriteError as error:
        return result_of(path, "", "failed", str(error))
    except OSError as error:
        return result_of(path, digest, "unreadable", f"读不出文件（{error.strerror or error}）")
    except Exception as error:  # the one place where a fault of any kind is turned into a result
        return result_of(path, digest, "failed", f"程序出错：{type(error).__name__}: {error}")


def _limit_memory(mebibytes: int) -> None:
    """Bound the address space where the system can (not on Windows)."""
    try:
        import resource
    except ImportError:
        return
    limit = mebibytes * 2**20
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (limit if hard < 0 else min(limit, hard), hard))
