"""Several processes at once, and a process killed at any moment: nothing is lost, nothing is half."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.archive.books import book_of
from tests.archive.texts import digest, document, keep
from tests.conftest import read

from xlbudget.archive.connecting import reading
from xlbudget.archive.location import VARIABLE, url_of
from xlbudget.archive.store import Archive
from xlbudget.hosts.cli import main
from xlbudget.model.disclosure import Stage

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="需要 fork")


def in_child(work: Callable[[], None]) -> int:
    """Run something in a process of its own; its number."""
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        with open(os.devnull, "w") as nowhere:
            os.dup2(nowhere.fileno(), 1)
            os.dup2(nowhere.fileno(), 2)
            work()
        status = 0
    finally:
        os._exit(status)


def finished(child: int) -> bool:
    """Did the process end by itself and well?"""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def killed_after(work: Callable[[], None], seconds: float) -> bool:
    """Start the work and kill it; did the kill come in time?"""
    child = in_child(work)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    return not finished(child)


def whole(url: str) -> dict[int, list[str]]:
    """Every document of the archive reads back in full; the years and files that are there."""
    archive = Archive(url)
    with reading(archive.engine) as connection:
        if connection.dialect.name == "sqlite":
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
    found: dict[int, list[str]] = {}
    for entry in archive.entries():
        assert entry.tables == 1 and entry.figures == 12
        assert archive.load(entry).tables[0].rows[0].cells[0].text == "334.47"
        found.setdefault(entry.year, []).append(entry.unit)
    archive.close()
    return found


def test_processes_that_add_at_once_lose_nothing(tmp_path: Path) -> None:
    url = url_of(str(tmp_path / "档案.sqlite"))
    common = document("云川市方志馆", 2019)

    def adding(number: int) -> Callable[[], None]:
        def work() -> None:
            archive = Archive(url)  # the first one also makes the tables
            for i in range(12):
                archive.add(read(common), digest(common))
                keep(archive, document(f"云川市第{'甲乙丙丁'[number]}档案馆", 2021 + i))

        return work

    children = [in_child(adding(n)) for n in range(4)]
    assert min([finished(child) for child in children])
    found = whole(url)
    assert found.pop(2019) == ["云川市方志馆"], "the common file once"
    assert sorted(found) == list(range(2021, 2033)) and all(len(units) == 4 for units in found.values())


def twenty_writers(url: str) -> None:
    """Twenty processes, each with five documents of its own and one that all of them have, and one unit that all correct."""
    common = document("云川市方志馆", 2019)
    names = [f"云川市第{a}{b}档案馆" for a in "一二三四" for b in "甲乙丙丁戊"]

    def adding(number: int) -> Callable[[], None]:
        def work() -> None:
            archive = Archive(url)
            for i in range(5):
                archive.add(read(common), digest(common))
                keep(archive, document(names[number], 2021 + i))
            keep(archive, document("云川市图书馆", 2033, more=f"更正{number}\n"))
            assert archive.find(names[number], 2021, Stage.BUDGET) is not None
            archive.close()

        return work

    Archive(url).close()
    children = [in_child(adding(n)) for n in range(20)]
    assert [finished(child) for child in children] == [True] * 20
    found = whole(url)
    assert found.pop(2019) == ["云川市方志馆"], "the common file once"
    assert found.pop(2033) == ["云川市图书馆"] * 20
    assert sorted(found) == list(range(2021, 2026)) and all(len(set(units)) == 20 for units in found.values())
    archive = Archive(url)
    assert [e.revision for e in archive.entries("云川市图书馆")] == list(range(1, 21)), "each correction its own number"
    archive.close()


def test_twenty_writers_at_once_lose_nothing(tmp_path: Path) -> None:
    twenty_writers(url_of(str(tmp_path / "档案.sqlite")))


def test_two_corrections_at_once_are_two_revisions(tmp_path: Path) -> None:
    url = url_of(str(tmp_path / "档案.sqlite"))
    Archive(url).close()

    def adding(n: int) -> Callable[[], None]:
        return lambda: [keep(Archive(url), document(more=f"说明{n}{i}\n")) for i in range(8)] and None

    assert min([finished(child) for child in [in_child(adding(n)) for n in range(3)]])
    assert [e.revision for e in Archive(url).entries()] == list(range(1, 25))


def _kill_during_add(tmp_path: Path, times: int) -> None:
    path = tmp_path / "档案.sqlite"
    url = url_of(str(path))
    Archive(url).close()
    source = random.Random(7)
    texts = [document(f"云川市第{name}档案馆", year) for name in "甲乙丙丁戊己" for year in range(2012, 2036)]
    in_time = 0
    for _ in range(times):
        before = whole(url)

        def work() -> None:
            archive = Archive(url)
            for text in source.sample(texts, 12):
                keep(archive, text)

        in_time += killed_after(work, source.uniform(0, 0.12))
        after = whole(url)
        assert all(set(units) <= set(after[year]) for year, units in before.items()), "what was there is still there"
        if sum(map(len, after.values())) > 100:
            archive = Archive(url)
            archive.remove(archive.entries())
            archive.close()
    assert in_time > times // 3, "the kills must come while it works"


def test_a_kill_during_add_leaves_the_archive_whole(tmp_path: Path) -> None:
    _kill_during_add(tmp_path, 6)


@pytest.mark.long
def test_fifty_kills_during_add(tmp_path: Path) -> None:
    _kill_during_add(tmp_path, 50)


def _kill_during_fill(tmp_path: Path, times: int) -> tuple[int, int]:
    book, target = tmp_path / "预算公开.xlsx", tmp_path / "完成.xlsx"
    os.environ[VARIABLE] = str(tmp_path / "档案.sqlite")
    keep(Archive(url_of(os.environ[VARIABLE])), document())
    rows = "".join(f"2010{n:03d}\t科目{n}\t1.00\t1.00\t\n" for n in range(200))
    old = book_of(read(document(year=2025, subject=rows, figures="200.00\t200.00\t")))
    book.write_bytes(old)
    start = time.monotonic()
    assert main(["fill", "prior", str(book), "-o", str(target)]) == 0
    takes = time.monotonic() - start
    new = target.read_bytes()
    assert new != old
    source = random.Random(11)
    stayed = 0
    for _ in range(times):
        book.write_bytes(old)
        killed_after(
            lambda: _ok(main(["fill", "prior", str(book), "--write"])), source.uniform(takes * 0.5, takes * 1.3)
        )
        now = book.read_bytes()
        assert now in (old, new), "half a workbook"
        stayed += now == old
        backups = [p for p in tmp_path.iterdir() if p.suffix == ".bak"]
        assert all(p.read_bytes() in (old, new) for p in backups if not p.name.startswith("."))
    return stayed, times - stayed


def _ok(status: int) -> None:
    assert status == 0


@pytest.fixture
def environment() -> object:
    kept = os.environ.get(VARIABLE)
    yield
    if kept is not None:
        os.environ[VARIABLE] = kept


def test_a_kill_during_fill_leaves_the_old_or_the_new_workbook(tmp_path: Path, environment: object) -> None:
    _kill_during_fill(tmp_path, 3)


@pytest.mark.long
def test_fifty_kills_during_fill(tmp_path: Path, environment: object) -> None:
    stayed, written = _kill_during_fill(tmp_path, 50)
    assert stayed and written, "the kills must fall on both sides of the writing"
