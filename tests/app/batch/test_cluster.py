"""A real Dask cluster on this machine, whose workers are killed while they work."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from tests.generating.documents import PACKS, document

from xlbudget.app.batch.cluster import ClusterError, run_cluster
from xlbudget.app.batch.one import Options
from xlbudget.app.batch.running import Plan, run_batch

distributed = pytest.importorskip("dask.distributed", reason="没有安装 Dask（pip install 'xlbudget[batch]'）")


def test_a_cluster_that_is_not_there_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xlbudget.app.batch.cluster.WAIT", 1.0)
    with pytest.raises(ClusterError, match="连不上集群"):
        list(run_cluster([], "tcp://127.0.0.1:9", Options()))


@pytest.mark.long
def test_every_file_has_one_result_though_workers_are_killed(tmp_path: Path) -> None:
    folder = tmp_path / "单位"
    folder.mkdir()
    for seed in range(600):
        (folder / f"{seed:03}.txt").write_text(document(seed, PACKS[seed % 4]), "utf-8")
    cluster: Any = distributed.LocalCluster(n_workers=3, threads_per_worker=1, processes=True, dashboard_address=None)
    stop = threading.Event()
    killed = []

    def kill() -> None:
        while not stop.wait(4):
            pids = [w.process.pid for w in cluster.workers.values() if w.process and w.process.pid]
            if pids:
                os.kill(pids[len(killed) % len(pids)], signal.SIGKILL)
                killed.append(pids)

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        outcome = run_batch(
            Plan(folder, tmp_path / "群", scheduler=cluster.scheduler_address, options=Options(reports="none")),
            lambda done, total, seconds: None,
        )
    finally:
        stop.set()
        killer.join()
        cluster.close()
    alone = run_batch(
        Plan(folder, tmp_path / "独", workers=1, options=Options(reports="none")), lambda done, total, seconds: None
    )
    assert len(killed) >= 2
    changing = ("seconds", "by")
    assert [{k: v for k, v in r.items() if k not in changing} for r in outcome.results] == [
        {k: v for k, v in r.items() if k not in changing} for r in alone.results
    ]


class Cluster:
    """A scheduler and two workers, each a program of its own, as an office runs them."""

    def __init__(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = str(free.getsockname()[1])
        self.address = f"tcp://127.0.0.1:{self.port}"
        self.programs: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        scheduler = ("dask_scheduler", "--host", "127.0.0.1", "--port", self.port)
        worker = ("dask_worker", self.address, "--nthreads", "1", "--no-nanny", "--death-timeout", "30")
        for name, *words in (scheduler, worker, worker):
            command = [sys.executable, "-m", f"distributed.cli.{name}", *words, "--no-dashboard"]
            self.programs.append(subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))

    def kill(self) -> None:
        for program in self.programs:
            program.kill()
            program.wait()
        self.programs.clear()


def written(folder: Path, count: int) -> None:
    folder.mkdir()
    for seed in range(count):
        (folder / f"{seed:03}.txt").write_text(document(seed, PACKS[seed % 4]), "utf-8")


def stable(results: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{k: v for k, v in r.items() if k not in ("seconds", "by")} for r in results]


@pytest.mark.long
def test_a_scheduler_that_starts_again_loses_nothing(tmp_path: Path) -> None:
    folder, options = tmp_path / "单位", Options(reports="none")
    written(folder, 400)
    cluster = Cluster()
    cluster.start()
    restarted: list[threading.Thread] = []

    def restart() -> None:
        cluster.kill()
        time.sleep(2)
        cluster.start()

    def shown(done: int, total: int, seconds: float) -> None:
        if done >= 50 and not restarted:
            restarted.append(threading.Thread(target=restart))
            restarted[0].start()

    try:
        plan = Plan(folder, tmp_path / "群", scheduler=cluster.address, options=options)
        outcome = run_batch(plan, shown)
        restarted[0].join()
    finally:
        cluster.kill()
    alone = run_batch(Plan(folder, tmp_path / "独", workers=1, options=options), lambda done, total, seconds: None)
    assert restarted and stable(outcome.results) == stable(alone.results)


@pytest.mark.long
def test_a_cluster_that_stays_away_is_said_and_the_rest_is_done_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("xlbudget.app.batch.cluster.PATIENCE", 3.0)
    monkeypatch.setattr("xlbudget.app.batch.cluster.WAIT", 10.0)
    folder, out, options = tmp_path / "单位", tmp_path / "出", Options(reports="none")
    written(folder, 120)
    cluster = Cluster()
    cluster.start()

    def shown(done: int, total: int, seconds: float) -> None:
        if done == 20:
            cluster.kill()

    try:
        with pytest.raises(ClusterError, match=r"连不上集群|没有在工作的节点"):
            run_batch(Plan(folder, out, scheduler=cluster.address, options=options), shown)
    finally:
        cluster.kill()
    rest = run_batch(Plan(folder, out, workers=1, options=options), lambda done, total, seconds: None)
    assert 20 <= rest.known < 120 and [r["status"] for r in rest.results] == ["done"] * 120
