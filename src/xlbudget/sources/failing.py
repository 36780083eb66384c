"""读取失败. The one way in which a reader says that a file cannot be read."""

from __future__ import annotations


class SourceError(Exception):
    """A file that cannot be read at all. ``what`` is wrong and what to ``do``, each a Chinese clause."""

    def __init__(self, what: str, do: str) -> None:
        super().__init__(f"{what}。{do}。")
        self.what = what
        self.do = do
