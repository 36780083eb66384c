"""An archive of a thousand documents: what adding one more costs, and how long two hundred cells take."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.benchmarks.books import sized_workbook

from xlbudget.app.building import read_file
from xlbudget.archive.location import url_of
from xlbudget.archive.lookup import Ask, look_up
from xlbudget.archive.store import Archive, Entry
from xlbudget.model.disclosure import Stage

pytestmark = pytest.mark.long

DOCUMENTS = 1000


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A thousand documents of a hundred units, each with twelve tables of about 300 rows together."""
    folder = tmp_path_factory.mktemp("档案")
    (folder / "书.xlsx").write_bytes(sized_workbook(300))
    disclosure = read_file(folder / "书.xlsx")
    archive = Archive(url_of(str(folder / "档案.sqlite")))
    for n in range(DOCUMENTS):
        archive.add(replace(disclosure, unit=f"云川市第{n // 10}档案馆", year=2015 + n % 10), f"{n:064x}")
    archive.close()
    return url_of(str(folder / "档案.sqlite"))


@pytest.fixture
def archive(address: str) -> Iterator[Archive]:
    opened = Archive(address)
    yield opened
    opened.close()


@pytest.mark.real
@pytest.mark.parametrize("name", ["000", "001", "003", "004", "2024", "2025"])
def test_adding_one_costs_at_most_half_of_reading_it(
    archive: Archive, seeds: dict[str, Path], shared: Path, name: str
) -> None:
    path = seeds.get(name) or shared / "samples" / f"shanghai-wanli-{name}-budget.pdf"
    assert len(archive.entries()) >= DOCUMENTS
    reading, adding = [], []
    for n in range(9):
        start = time.perf_counter()
        disclosure = read_file(path)
        middle = time.perf_counter()
        added = archive.add(disclosure, f"{n}{name}".rjust(64, "f"))
        adding.append(time.perf_counter() - middle)
        reading.append(middle - start)
        assert added.new
        archive.remove([added.entry])
    ratio = 1 + statistics.median(adding) / statistics.median(reading)
    print(
        f"{name}: 读 {statistics.median(reading) * 1000:.1f} ms，存 {statistics.median(adding) * 1000:.1f} ms，{ratio:.2f} 倍"
    )
    assert ratio <= 1.5


def _asked(archive: Archive) -> tuple[Entry, list[Ask]]:
    entry = archive.find("云川市第57档案馆", 2020, Stage.BUDGET)
    assert entry is not None
    table = next(t for t in archive.tables(entry) if t.id == "expenditure")
    codes = [row.code.code for row in table.rows if row.code is not None]
    asks = [Ask(code, column, "支出总表") for code in codes for column in ("合计", "基本支出", "项目支出")]
    return entry, (asks * 20)[:200]


def test_two_hundred_cells_take_less_than_twenty_milliseconds(archive: Archive, address: str) -> None:
    _, asks = _asked(archive)
    times = []
    for _ in range(9):
        fresh = Archive(address)
        start = time.perf_counter()
        entry = fresh.find("云川市第57档案馆", 2020, Stage.BUDGET)
        assert entry is not None
        answers = look_up(fresh, entry, asks)
        times.append(time.perf_counter() - start)
        assert len(answers) == 200 and all(a.amount is not None or a.blank for a in answers)
        fresh.close()
    print(f"200 个数（含找文件）：{statistics.median(times) * 1000:.1f} ms，最长 {max(times) * 1000:.1f} ms")
    assert statistics.median(times) < 0.020
