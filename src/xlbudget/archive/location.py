"""档案的位置. Where the archive lies when nobody says otherwise. Imports nothing heavy: every check asks here."""

from __future__ import annotations

import os
from pathlib import Path

VARIABLE = "XLBUDGET_ARCHIVE"
"""Environment variable with the URL (or file name) of the archive."""


def default_url() -> str:
    """``XLBUDGET_ARCHIVE`` if it is set, else a file in the user's data folder."""
    return url_of(os.environ.get(VARIABLE) or str(default_path()))


def default_path() -> Path:
    import platformdirs

    return Path(platformdirs.user_data_dir("xlbudget", appauthor=False)) / "archive.sqlite"


def url_of(text: str) -> str:
    """A URL as given, or the SQLite URL of a file name."""
    return text if "://" in text else f"sqlite:///{Path(text).expanduser().absolute()}"


def is_there(url: str) -> bool:
    """May there be an archive at this address? A SQLite file must exist; a server is only known by asking it."""
    return not url.startswith("sqlite:///") or Path(url.removeprefix("sqlite:///")).exists()
