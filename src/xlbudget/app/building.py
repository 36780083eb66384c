"""读入. A file on disk becomes a disclosure."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from xlbudget.model.disclosure import Disclosure
from xlbudget.reading.disclosing import disclose
from xlbudget.sources.opening import open_document


@contextmanager
def building() -> Iterator[None]:
    """读入时不收垃圾. A document is a tree of many small objects without cycles: looking for garbage meanwhile only costs time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def read_file(path: Path, pack_id: str | None = None) -> Disclosure:
    """Read a file as a disclosure; raises ``SourceError`` when it cannot be read."""
    with building():
        return disclose(open_document(path), pack_id)
