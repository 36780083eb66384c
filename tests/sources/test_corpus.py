"""Files that once stopped the program: each is read, or refused with a sentence, within bounds of memory and time."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.conftest import ROOT

from xlbudget.app.batch.one import Options, Task
from xlbudget.app.batch.pool import Limits, run_pool

CORPUS = sorted((ROOT / "tests" / "corpus").iterdir())
EXPECTED = {
    "absurd-count-of-texts.xlsx": "共享文本的个数不合情理",
    "absurd-dimensions.xls": "工作表的大小不合情理",
    "native-panic.xls": "内容不合规范",
}


def test_every_nasty_file_has_a_result(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")  # LibreOffice might mend an old workbook: here it is to be refused
    tasks = [Task(path) for path in CORPUS]
    results = {Path(r["path"]).name: r for r in run_pool(tasks, 1, Options(reports="none"), Limits(60, 1024))}
    assert set(results) == {path.name for path in CORPUS}
    for name, why in EXPECTED.items():
        assert results[name]["status"] == "unreadable" and why in results[name]["why"], results[name]
    torn = results["cannot-unpack-a-sheet.xlsx"]
    assert torn["status"] == "done" and any("已损坏" in item["why"] for item in torn["not_checked"])
