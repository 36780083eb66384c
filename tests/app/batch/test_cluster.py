"""A real Dask cluster on this machine, whose workers are killed while they work."""

from __future__ import annotations

import os
import signal
import threading
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
