"""One LibreOffice with the extension for all tests of the hosts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.archive.texts import example_archive
from tests.hosts.office import Office, need_office, run_installer

from xlbudget.archive.location import VARIABLE
from xlbudget.hosts.oxt import build_oxt
from xlbudget.hosts.wiring import site_here


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The archive that the cases of BUDGET_PRIOR speak of."""
    return example_archive(tmp_path_factory.mktemp("档案") / "例.sqlite")


@pytest.fixture
def with_archive(archive: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, archive)


@pytest.fixture(scope="session")
def extension(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("扩展 oxt") / "xlbudget.oxt"
    path.write_bytes(build_oxt(site_here()))
    return path


@pytest.fixture(scope="session")
def profile(extension: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh profile with the extension in it."""
    need_office()
    folder = tmp_path_factory.mktemp("profile")
    done = run_installer("add", str(extension), profile=folder)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="session")
def office(profile: Path, archive: str) -> Iterator[Office]:
    running = Office(profile, env={VARIABLE: archive})
    yield running
    running.close()
