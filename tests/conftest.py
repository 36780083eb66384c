"""Shared ground of the tests: where the sample documents lie, and how to read a text as a disclosure."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from xlbudget.archive.location import VARIABLE
from xlbudget.model.disclosure import Disclosure
from xlbudget.reading.disclosing import disclose
from xlbudget.sources.text import read_text

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"


def read(text: str, pack: str | None = None, file: str = "例.txt") -> Disclosure:
    """A text, read the way the product reads it."""
    return disclose(read_text(text.encode("utf-8"), file), pack)


@pytest.fixture(scope="session", autouse=True)
def _no_archive_of_this_machine(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Tests never see the archive of whoever runs them; one that needs an archive makes its own."""
    os.environ[VARIABLE] = str(tmp_path_factory.mktemp("archive") / "none.sqlite")


@pytest.fixture(scope="session")
def seeds() -> dict[str, Path]:
    """The real documents beside the checkout, by their number."""
    folder = SHARED / "seeds"
    if not folder.is_dir():
        pytest.skip("样本文件不在检出目录旁边")
    return {path.name[:3]: path for path in sorted(folder.glob("*.txt"))}


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of samples beside the checkout."""
    if not SHARED.is_dir():
        pytest.skip("样本文件不在检出目录旁边")
    return SHARED
