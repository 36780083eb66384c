"""What a batch survives: a full disk, a file that changes under it, odd names, links to themselves, very many files."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import ROOT
from tests.generating.documents import PACKS, document

import xlbudget.app.checking
from xlbudget.app.batch.listing import find_files
from xlbudget.app.batch.one import Options, Task, check_one, digest_of
from xlbudget.app.batch.running import Plan, run_batch
from xlbudget.hosts.cli import main


def quiet(done: int, total: int, seconds: float) -> None:
    """Nobody watches."""


def written(folder: Path, count: int) -> None:
    folder.mkdir()
    for seed in range(count):
        (folder / f"{seed}.txt").write_text(document(seed, PACKS[0]), "utf-8")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows 没有 RLIMIT_FSIZE")
@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_full_disk_is_a_sentence_and_the_next_run_goes_on(tmp_path: Path, workers: str) -> None:
    """No file of the process may grow beyond some results: what a full disk does to it, from the same call."""
    folder, out = tmp_path / "单位", tmp_path / "出"
    written(folder, 12)
    one = run_batch(Plan(folder, tmp_path / "量", workers=1, options=Options(reports="none")), quiet)
    line = max(len(json.dumps(r, ensure_ascii=False).encode()) for r in one.results)
    code = (
        "import resource, sys; from xlbudget.hosts.cli import main\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({line * 5}, {line * 5}))\n"
        "sys.exit(main(sys.argv[1:]))"
    )
    words = ["batch", str(folder), "-o", str(out), "--workers", workers, "--reports", "none"]
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    full = subprocess.run(
        [sys.executable, "-c", code, *words], capture_output=True, text=True, env=environment, timeout=120, check=False
    )
    assert full.returncode == 2 and "Traceback" not in full.stderr, full.stderr
    assert "结果写不进" in full.stderr and "接着做" in full.stderr
    kept = (out / "results.jsonl").read_text("utf-8", errors="replace").count("\n")
    assert 3 <= kept < 12
    after = run_batch(Plan(folder, out, workers=1, options=Options(reports="none")), quiet)
    assert after.known == kept and [r["status"] for r in after.results] == ["done"] * 12


def test_a_file_that_is_written_meanwhile_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.txt"
    path.write_text(document(1, PACKS[0]), "utf-8")
    new = document(2, PACKS[1])
    check = xlbudget.app.checking.check_file
    calls = []

    def slow(*given: Any, **named: Any) -> Any:
        report = check(*given, **named)
        calls.append(1)
        if len(calls) == 1:
            path.write_text(new, "utf-8")  # somebody saves while the old content is being checked
        return report

    monkeypatch.setattr(xlbudget.app.checking, "check_file", slow)
    result = check_one(Task(path, digest_of(path)), Options(reports="none"))
    assert len(calls) == 2 and result["status"] == "done" and result["digest"] == digest_of(path)
    assert new.startswith(result["unit"])


def test_a_file_that_never_holds_still_is_named_and_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "单位" / "a.txt"
    path.parent.mkdir()
    path.write_text(document(1, PACKS[0]), "utf-8")
    check = xlbudget.app.checking.check_file

    def growing(*given: Any, **named: Any) -> Any:
        report = check(*given, **named)
        with path.open("a", encoding="utf-8") as file:
            file.write("还在写。\n")
        return report

    monkeypatch.setattr(xlbudget.app.checking, "check_file", growing)
    plan = Plan(path.parent, tmp_path / "出", workers=1, options=Options(reports="none"))
    first = run_batch(plan, quiet).results[0]
    assert first["status"] == "changed" and "被改动" in first["why"]
    monkeypatch.undo()
    again = run_batch(plan, quiet)
    assert again.known == 0 and again.results[0]["status"] == "done"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows 的文件名不是字节")
def test_any_name_is_a_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Emoji, 250 characters, line breaks, quotes, tags, bytes that are no text: one result each, in every list."""
    folder = tmp_path / "单位"
    folder.mkdir()
    names = [
        "😀" * 60 + ".txt",
        "长" * 83 + ".txt",
        "a" * 246 + ".txt",
        "两\n行.txt",
        "'\"<b>&.txt",
        "=1+1.txt",
        " .txt",
    ]
    for name in names:
        (folder / name).write_text(document(7, PACKS[0]).replace("0.", "9."), "utf-8")
    odd = os.fsencode(folder) + b"/\xb2\xe2.txt"  # 测 in GBK, as an old archive unpacks it
    Path(os.fsdecode(odd)).write_text(document(3, PACKS[0]), "utf-8")
    words = ["batch", str(folder), "-o", str(tmp_path / "出"), "--workers", "2", "--reports", "all"]
    assert main(words) in (0, 1), capsys.readouterr().err
    results = [json.loads(line) for line in (tmp_path / "出" / "results.jsonl").read_text("utf-8").splitlines()]
    assert sorted(r["path"] for r in results) == sorted(str(p) for p in find_files(folder))
    assert len(results) == 8 and {r["status"] for r in results} == {"done"}
    page = (tmp_path / "出" / "汇总.html").read_text("utf-8")
    assert "😀" * 60 in page and "<b>&.txt" not in page and "&lt;b&gt;&amp;.txt" in page and ">??.txt<" in page
    assert all((tmp_path / "出" / r["report"]).stat().st_size for r in results)
    capsys.readouterr()
    assert main(words) in (0, 1) and "8 份没有变动" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="Windows 的链接要管理员权限")
def test_links_to_themselves_end_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "单位"
    written(folder, 2)
    (folder / "甲").mkdir()
    (folder / "甲" / "上").symlink_to(folder)
    (folder / "x.txt").symlink_to(folder / "y.txt")
    (folder / "y.txt").symlink_to(folder / "x.txt")
    (folder / "自.txt").symlink_to("自.txt")
    (folder / "断.txt").symlink_to("没有.txt")
    assert [path.name for path in find_files(folder)] == ["0.txt", "1.txt"]
    listing = folder / "名单.lst"
    listing.write_text("自.txt\n断.txt\nx.txt\n甲/上/甲/上/0.txt\n", "utf-8")
    outcome = run_batch(Plan(listing, tmp_path / "出", workers=1), quiet)
    assert [r["status"] for r in outcome.results] == ["unreadable", "unreadable", "unreadable", "done"]
    assert all(r["why"] for r in outcome.results[:3])


@pytest.mark.long
def test_fifty_thousand_tiny_files(tmp_path: Path) -> None:
    folder, out = tmp_path / "单位", tmp_path / "出"
    for part in range(50):
        (folder / f"{part:02}").mkdir(parents=True)
        for i in range(1000):
            (folder / f"{part:02}" / f"{i:03}.txt").write_text(f"第{part}批{i}号\n", "utf-8")
    start = time.perf_counter()
    walked = sum(len(files) for _, _, files in os.walk(folder))
    bare = time.perf_counter() - start
    start = time.perf_counter()
    assert len(find_files(folder)) == walked == 50_000
    assert time.perf_counter() - start < max(3.0, 30 * bare)
    first = run_batch(Plan(folder, out, workers=2), quiet)
    assert len(first.results) == 50_000 and first.count("unreadable") == 50_000
    again = run_batch(Plan(folder, out, workers=2), quiet)
    assert again.known == 50_000 and again.seconds < first.seconds
