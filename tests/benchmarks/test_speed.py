"""Speed against named peers in the same run (``pytest -m long tests/benchmarks``); ratios, never absolute times."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from python_calamine import CalamineWorkbook
from tests.benchmarks.books import sized_workbook

from xlbudget.app.checking import check_file

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("书"), 1200)


def written(folder: Path, rows: int) -> Path:
    path = folder / f"{rows}.xlsx"
    path.write_bytes(sized_workbook(rows))
    return path


def check(path: Path) -> Any:
    return check_file(path)


def load_calamine(path: Path) -> None:
    source = CalamineWorkbook.from_path(path)
    for name in source.sheet_names:
        source.get_sheet_by_name(name).to_python()


def median(call: Callable[[], Any], runs: int = 7) -> float:
    call()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def test_the_book_is_what_it_says(book: Path) -> None:
    report = check(book)
    rows = sum(len(t.rows) for t in report.disclosure.tables)
    assert 1000 <= rows <= 1500 and len(report.disclosure.tables) == 12


@pytest.mark.benchmark(group="check")
def test_check(benchmark: Any, book: Path) -> None:
    benchmark(check, book)


@pytest.mark.benchmark(group="check")
def test_openpyxl_load(benchmark: Any, book: Path) -> None:
    benchmark(lambda: openpyxl.load_workbook(book))


@pytest.mark.benchmark(group="check")
def test_calamine_load(benchmark: Any, book: Path) -> None:
    benchmark(load_calamine, book)


def test_check_costs_no_more_than_openpyxl_needs_to_load(book: Path) -> None:
    ours, theirs = median(lambda: check(book)), median(lambda: openpyxl.load_workbook(book))
    fastest = median(lambda: load_calamine(book))
    print(f"\ncheck {ours * 1000:.0f} ms = {ours / theirs:.2f} x openpyxl load = {ours / fastest:.1f} x calamine load")
    assert ours <= theirs


def test_ten_times_the_rows_cost_at_most_eleven_times_the_time(tmp_path: Path) -> None:
    small, large = written(tmp_path, 1200), written(tmp_path, 12000)
    rows = [sum(len(t.rows) for t in check(b).disclosure.tables) for b in (small, large)]
    times = [median(lambda b=b: check(b), 3) for b in (small, large)]
    growth, factor = times[1] / times[0], rows[1] / rows[0]
    print(f"\n{rows[0]} -> {rows[1]} rows ({factor:.1f} x): {growth:.1f} x the time")
    assert growth <= 1.1 * factor


def test_a_cold_check_starts_as_fast_as_importing_pandas(book: Path) -> None:
    path = book

    def run(*command: str) -> float:
        start = time.perf_counter()
        subprocess.run([sys.executable, *command], capture_output=True, check=False)
        return time.perf_counter() - start

    ours = [run("-m", "xlbudget.hosts.cli", "check", str(path)) for _ in range(5)]
    theirs = [run("-c", "import pandas") for _ in range(5)]
    print(f"\ncold check {statistics.median(ours):.2f} s, import pandas {statistics.median(theirs):.2f} s")
    assert statistics.median(ours) <= statistics.median(theirs)


def test_peak_memory(book: Path) -> None:
    code = (
        "import sys; from xlbudget.hosts.cli import main; "
        "main(['check', sys.argv[1], '--quiet', '-o', sys.argv[2]]); "
        "print(next(int(l.split()[1]) // 1024 for l in open('/proc/self/status') if l.startswith('VmHWM')))"
    )
    target = str(book.with_suffix(".out"))
    result = subprocess.run([sys.executable, "-c", code, str(book), target], capture_output=True, text=True, check=True)
    peak = int(result.stdout)
    print(f"\npeak {peak} MB")
    assert peak < 150


def test_prose_of_the_longest_sample_costs_an_instant(seeds: dict[str, Path]) -> None:
    longest = max(seeds.values(), key=lambda path: path.stat().st_size)
    whole = median(lambda: check(longest))
    print(f"\ntables, prose and all rules of the longest sample: {whole * 1000:.0f} ms")
    assert whole <= 0.25
