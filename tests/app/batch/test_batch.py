"""Many files: each exactly one result, whatever happens to it or to the run."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from tests.generating.documents import PACKS, document

from xlbudget.app.batch.listing import ListingError, find_files
from xlbudget.app.batch.one import Options, Task, digest_of
from xlbudget.app.batch.pool import Limits, run_pool
from xlbudget.app.batch.running import Plan, run_batch
from xlbudget.app.batch.store import ResultFile
from xlbudget.hosts.cli import main


def quiet(done: int, total: int, seconds: float) -> None:
    """Nobody watches."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Six right documents, a wrong one, an empty file and one that is no document."""
    place = tmp_path / "各单位 公开"
    (place / "下级").mkdir(parents=True)
    for seed in range(6):
        (place / f"单位{seed}.txt").write_text(document(seed, PACKS[seed % 4]), "utf-8")
    wrong = document(7, PACKS[0])
    (place / "下级" / "单位😀.txt").write_text(wrong + "支出预算99999.00万元。\n", "utf-8")
    (place / "空.xlsx").write_bytes(b"")
    (place / "坏.pdf").write_bytes(b"%PDF-1.7\nbroken")
    return place


def stable(results: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Results without what differs from run to run."""
    return [{k: v for k, v in r.items() if k not in ("seconds", "by")} for r in results]


def test_every_file_has_one_result_and_the_crew_gives_the_same_as_one(folder: Path, tmp_path: Path) -> None:
    alone = run_batch(Plan(folder, tmp_path / "a", workers=1), quiet)
    crew = run_batch(Plan(folder, tmp_path / "b", workers=2), quiet)
    assert stable(alone.results) == stable(crew.results)
    assert [r["file"] for r in alone.results].count("空.xlsx") == 1
    assert len(alone.results) == 9 and alone.count("done") == 7 and alone.count("unreadable") == 2
    lines = (tmp_path / "b" / "results.jsonl").read_text("utf-8").splitlines()
    assert sorted(json.loads(line)["path"] for line in lines) == sorted(r["path"] for r in crew.results)


def test_a_second_run_checks_only_what_has_changed(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "结果"
    run_batch(Plan(folder, out, workers=1), quiet)
    changed = folder / "单位0.txt"
    changed.write_text(document(50, PACKS[0]), "utf-8")
    again = run_batch(Plan(folder, out, workers=1), quiet)
    # the two that could not be read are known by their content too
    assert again.known == 8
    fresh = run_batch(Plan(folder, tmp_path / "新", workers=1), quiet)
    assert stable(again.results) == stable(fresh.results)


def test_an_interrupted_run_goes_on_where_it_stopped(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "结果"

    def interrupt(done: int, total: int, seconds: float) -> None:
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_batch(Plan(folder, out, workers=1), interrupt)
    with (out / "results.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"path": "cut sho')  # the power went off in the middle of a line
    rest = run_batch(Plan(folder, out, workers=1), quiet)
    assert rest.known == 4
    assert len(rest.results) == 9
    assert all(json.loads(line) for line in (out / "results.jsonl").read_text("utf-8").splitlines())


def test_a_file_that_takes_too_long_is_given_up_and_the_others_go_on(folder: Path) -> None:
    tasks = [Task(path, digest_of(path)) for path in find_files(folder)]
    results = list(run_pool(tasks, 2, Options(reports="none"), Limits(seconds=0.0)))
    assert sorted(r["path"] for r in results) == sorted(str(task.path) for task in tasks)
    assert {r["status"] for r in results} <= {"timeout", "done", "unreadable"}


def test_a_killed_worker_is_replaced_and_its_file_is_named(tmp_path: Path) -> None:
    big = tmp_path / "大.txt"
    big.write_text("".join(document(seed, PACKS[0]) for seed in range(400)), "utf-8")
    tasks = [Task(big, digest_of(big)), *(Task(p, digest_of(p)) for p in _small(tmp_path, 6))]

    def kill() -> None:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            for child in multiprocessing.active_children():
                if child.pid and _seconds_of_work(child.pid) > 1.0:
                    os.kill(child.pid, signal.SIGKILL)
                    return
            time.sleep(0.05)

    killer = threading.Thread(target=kill)
    killer.start()
    results = {Path(r["path"]).name: r for r in run_pool(tasks, 1, Options(reports="none"), Limits())}
    killer.join()
    assert results["大.txt"]["status"] == "crashed" and "意外结束" in results["大.txt"]["why"]
    assert len(results) == 7 and sum(r["status"] == "done" for r in results.values()) == 6


def _seconds_of_work(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _small(folder: Path, count: int) -> list[Path]:
    paths = []
    for seed in range(count):
        path = folder / f"小{seed}.txt"
        path.write_text(document(seed, PACKS[0]), "utf-8")
        paths.append(path)
    return paths


def test_a_file_beyond_the_memory_is_given_up(tmp_path: Path) -> None:
    path = tmp_path / "大.txt"
    path.write_text("".join(document(seed, PACKS[0]) for seed in range(300)), "utf-8")
    small = _small(tmp_path, 1)[0]
    tasks = [Task(path, digest_of(path)), Task(small, digest_of(small))]
    results = {
        Path(r["path"]).name: r["status"] for r in run_pool(tasks, 1, Options(reports="none"), Limits(memory=140))
    }
    assert results["大.txt"] in ("memory", "crashed")
    assert results["小0.txt"] == "done"


def test_a_folder_is_searched_without_locks_hidden_files_and_loops(folder: Path) -> None:
    (folder / "~$单位0.xlsx").write_bytes(b"lock")
    (folder / ".hidden.txt").write_text("x")
    (folder / "图.png").write_bytes(b"x")
    (folder / "下级" / "回环").symlink_to(folder)
    names = [path.name for path in find_files(folder)]
    assert "单位😀.txt" in names and len(names) == len(set(names)) == 9
    assert find_files(folder, leave_out=folder / "下级") == [p for p in find_files(folder) if p.parent == folder]


def test_a_list_names_its_files_once_each(folder: Path) -> None:
    listing = folder / "名单.lst"
    listing.write_text("# 第一批\n单位1.txt\n\n单位1.txt\n没有这个.txt\n", "utf-8")
    assert [p.name for p in find_files(listing)] == ["单位1.txt", "没有这个.txt"]
    outcome = run_batch(Plan(listing, folder / "出", workers=1), quiet)
    assert [r["status"] for r in outcome.results] == ["done", "unreadable"]


@pytest.mark.parametrize("what", ["没有", "空夹"])
def test_nothing_to_do_is_said(tmp_path: Path, what: str) -> None:
    (tmp_path / "空夹").mkdir()
    with pytest.raises(ListingError, match=r"找不到|没有可以核对的文件"):
        find_files(tmp_path / what)


def test_results_survive_a_kill_in_the_middle_of_a_line(tmp_path: Path) -> None:
    with ResultFile(tmp_path) as store:
        store.add({"path": "a", "digest": "1", "status": "done"})
        store.add({"path": "b", "digest": "2", "status": "done"})
    whole = (tmp_path / "results.jsonl").read_bytes()
    for cut in range(len(whole)):
        (tmp_path / "results.jsonl").write_bytes(whole[:cut])
        with ResultFile(tmp_path) as store:
            assert set(store.known) <= {"a", "b"}
            store.add({"path": "b", "digest": "3", "status": "done"})
            assert [r["digest"] for r in store.finish([Path("b")])] == ["3"]


def test_the_command_sums_up(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "核对结果"
    assert main(["batch", str(folder), "-o", str(out), "--workers", "1"]) == 2
    said = capsys.readouterr().err
    assert "核对 9 份文件" in said and "2 份没有核对成" in said
    page = (out / "汇总.html").read_text("utf-8")
    assert "单位😀.txt" in page and "无法读取" in page
    assert (out / "汇总.xlsx").read_bytes().startswith(b"PK")
    assert main(["batch", str(folder), "-o", str(out), "--workers", "零"]) == 2
    assert "正整数" in capsys.readouterr().err


def test_findings_are_a_table_for_queries(folder: Path, tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb", reason="没有安装 duckdb")
    pytest.importorskip("pyarrow", reason="没有安装 pyarrow")
    out = tmp_path / "结果"
    outcome = run_batch(Plan(folder, out, workers=1), quiet)
    counted = duckdb.sql(f"select count(*) from '{out / 'findings.parquet'}'").fetchall()
    assert counted == [(sum(len(r.get("findings", ())) for r in outcome.results),)]
