"""The archive of an office: a real PostgreSQL server, started here and taken down again."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.archive.test_safety import finished, in_child, twenty_writers, whole
from tests.archive.texts import digest, document, keep
from tests.conftest import read

from xlbudget.archive.exchange import export, take_in
from xlbudget.archive.failing import ArchiveError
from xlbudget.archive.location import url_of
from xlbudget.archive.store import Archive
from xlbudget.model.disclosure import Stage


def _programs() -> Path:
    pytest.importorskip("pg8000", reason="没有装 xlbudget[postgres]")
    found = shutil.which("initdb")
    folders = [Path(found).parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not folders:
        pytest.skip("没有装 PostgreSQL（apt-get install postgresql）")
    if os.geteuid() == 0 and shutil.which("runuser") is None:
        pytest.skip("PostgreSQL 不能以 root 运行，又没有 runuser")
    return folders[-1]


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    programs = _programs()
    import pg8000.exceptions
    import pg8000.native

    folder = Path(tempfile.mkdtemp(prefix="xlbudget-pg"))
    as_user: list[str] = []
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
        as_user = ["runuser", "-u", "postgres", "--"]
    data = folder / "data"

    def run(*words: str) -> None:
        subprocess.run([*as_user, *words], check=True, capture_output=True, cwd=folder)

    run(str(programs / "initdb"), "-D", str(data), "-U", "office", "-A", "trust", "-E", "UTF8", "--no-locale")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [*as_user, str(programs / "postgres"), "-D", str(data), "-p", str(port), "-k", str(folder), "-h", "127.0.0.1"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(300):
            try:
                # a port that answers is not yet a server that does
                pg8000.native.Connection("office", host="127.0.0.1", port=port, database="postgres").close()
                break
            except (OSError, pg8000.exceptions.Error):
                time.sleep(0.1)
        yield f"postgresql://office@127.0.0.1:{port}/"
    finally:
        subprocess.run(
            [*as_user, str(programs / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop"], capture_output=True
        )
        process.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def url(server: str) -> str:
    """A new, empty database."""
    import pg8000.native

    port = int(server.rpartition(":")[2].rstrip("/"))
    name = f"office{time.monotonic_ns()}"
    connection = pg8000.native.Connection("office", host="127.0.0.1", port=port, database="postgres")
    connection.run(f"CREATE DATABASE {name}")
    connection.close()
    return server + name


def test_the_same_as_in_a_file(url: str, tmp_path: Path) -> None:
    office, own = Archive(url), Archive(url_of(str(tmp_path / "本人.sqlite")))
    for archive in (office, own):
        keep(archive, document())
        keep(archive, document(figures="335.00\t205.00\t130.00"))
        archive.add(read(document()), digest(document()))
        archive.rename("云川市地方志办公室", "云川市方志馆")
    mine, theirs = own.entries(), office.entries()
    assert [(e.title, e.revision, e.tables, e.figures) for e in mine] == [
        (e.title, e.revision, e.tables, e.figures) for e in theirs
    ]
    assert [t.rows[0].cells for e in mine for t in own.tables(e)] == [
        t.rows[0].cells for e in theirs for t in office.tables(e)
    ]
    found = office.find("云川市方志馆", 2024, Stage.BUDGET)
    assert found is not None and found.revision == 2
    third = Archive(url_of(str(tmp_path / "第三.sqlite")))
    assert take_in(third, export(office)).new == 2
    assert office.remove(office.entries()) == 2 and office.entries() == []


def test_processes_that_add_at_once_lose_nothing(url: str) -> None:
    common = document("云川市方志馆", 2019)

    def adding(number: int) -> None:
        archive = Archive(url)
        for i in range(10):
            archive.add(read(common), digest(common))
            keep(archive, document(f"云川市第{'甲乙丙'[number]}档案馆", 2021 + i))

    Archive(url).close()
    children = [in_child(lambda n=n: adding(n)) for n in range(3)]
    assert min([finished(child) for child in children])
    found = whole(url)
    assert found.pop(2019) == ["云川市方志馆"]
    assert len(found) == 10 and all(len(units) == 3 for units in found.values())


@pytest.mark.long
def test_twenty_writers_at_once_lose_nothing(url: str) -> None:
    twenty_writers(url)


def test_two_offices_may_open_a_new_archive_at_once(url: str) -> None:
    children = [in_child(lambda: Archive(url).close()) for _ in range(4)]
    assert min([finished(child) for child in children])
    assert Archive(url).entries() == []


def test_a_server_that_is_not_there_is_a_sentence(server: str) -> None:
    with pytest.raises(ArchiveError, match="没有“missing”这个库"):
        Archive(server + "missing")
    with pytest.raises(ArchiveError, match="连不上"):
        Archive("postgresql://office@127.0.0.1:1/x")
