"""留存结果. Results as lines of JSON, written as they come; an interrupted batch goes on where it stopped."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

from xlbudget.app.batch.one import Result
from xlbudget.authoring.saving import WriteError

NAME = "results.jsonl"
SETTLED = ("done", "unreadable")
"""Results that stay until the file changes; the others may come of the machine's state."""


class ResultFile:
    """结果文件. One line for each file; a line cut short by a power cut is dropped, the rest are kept.

    ``terms`` tell what a result depends on beside the content of its file: one of other terms is not taken for known.
    """

    def __init__(self, folder: Path, terms: str = "") -> None:
        self.terms = terms
        self.path = folder / NAME
        self._again = False
        """重复. A file of which the results hold more than one line."""
        with _said(self.path):
            folder.mkdir(parents=True, exist_ok=True)
            self.known = {result["path"]: result for result in _whole_lines(self.path)}
            self._rewrite()
            self._file = self.path.open("a", encoding="utf-8")

    def __enter__(self) -> ResultFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        with contextlib.suppress(OSError):  # a full disk has been told already
            self._file.close()

    def has(self, path: Path, digest: str) -> bool:
        """Is there a result of this very content, on these very terms? What was given up is tried again."""
        known = self.known.get(str(path))
        if known is None or known["status"] not in SETTLED or not digest:
            return False
        return bool(known["digest"] == digest and known.get("by") == self.terms)

    def add(self, result: Result) -> None:
        """Write a result; a second one of the same file takes the place of the first."""
        again = result["path"] in self.known
        result = result | {"by": self.terms}
        self.known[result["path"]] = result
        if again:
            self._again = True
        with _said(self.path):
            self._file.write(_line(result))
            self._file.flush()

    def finish(self, paths: list[Path]) -> list[Result]:
        """The results of these files, in their order, one each; the file then holds nothing else."""
        wanted = {str(path) for path in paths}
        order = [str(path) for path in paths if str(path) in self.known]
        with _said(self.path):
            self._file.flush()
            os.fsync(self._file.fileno())
            if self._again or set(self.known) - wanted:
                self.known = {path: self.known[path] for path in order}
                self._file.close()
                self._rewrite()
                self._file = self.path.open("a", encoding="utf-8")
        return [self.known[path] for path in order]

    def _rewrite(self) -> None:
        """Leave one whole line for each file."""
        if not self.path.exists():
            return
        fresh = self.path.with_suffix(".tmp")
        with fresh.open("w", encoding="utf-8") as file:
            for result in self.known.values():
                file.write(_line(result))
            file.flush()
            os.fsync(file.fileno())
        os.replace(fresh, self.path)
        self._again = False


@contextlib.contextmanager
def _said(path: Path) -> Iterator[None]:
    """A disk that is full, or a folder that takes nothing, is a sentence."""
    try:
        yield
    except OSError as error:
        raise WriteError(
            f"结果写不进“{path}”（{error.strerror or error}）。已做完的都留着；"
            "请检查磁盘空间和权限，再运行同一条命令会接着做。"
        ) from None


def _line(result: Result) -> str:
    """One line; a name that is no text (bytes of another encoding) is written so that it comes back as it was."""
    text = json.dumps(result, ensure_ascii=False)
    return (text if _is_text(text) else json.dumps(result)) + "\n"


def _is_text(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _whole_lines(path: Path) -> Iterator[Result]:
    if not path.exists():
        return
    with path.open(encoding="utf-8", errors="replace") as file:
        for line in file:
            try:
                result = json.loads(line)
            except json.JSONDecodeError:
                continue
            if isinstance(result, dict) and {"path", "digest", "status"} <= set(result):
                yield result
