"""The real documents beside the checkout: every table row for row, and what careful audits found in them."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from xlbudget.app.checking import check_file, read_file
from xlbudget.exports.report import check_json
from xlbudget.model.disclosure import Disclosure, Level, Stage
from xlbudget.model.rounding import Verdict, compare
from xlbudget.model.table import Table

pytestmark = pytest.mark.real

IDENTITY = {
    "000": ("nmg_budget", 2025, Stage.BUDGET, Level.UNIT),
    "001": ("nmg_budget", 2025, Stage.BUDGET, Level.DEPARTMENT),
    "002": ("xinjiang_budget", 2023, Stage.BUDGET, Level.UNIT),
    "003": ("nmg_final", 2024, Stage.FINAL, Level.UNIT),
    "004": ("qinghai_budget", 2024, Stage.BUDGET, Level.DEPARTMENT),
}
TABLES = {
    "000": {1: 46, 3: 14, 4: 43, 5: 14, 6: 23, 8: 1, 9: 1},
    "001": {1: 46, 3: 26, 4: 43, 5: 26, 6: 38, 7: 11, 8: 1, 9: 1},
    "002": {1: 57, 2: 22, 3: 22, 4: 36, 5: 22, 8: 1, 9: 1, 10: 6},
    "003": {},
    "004": {1: 43, 2: 3, 3: 20, 4: 40, 5: 20, 6: 30, 7: 1, 8: 1, 9: 1},
}


@pytest.mark.parametrize("seed", sorted(IDENTITY))
def test_identity_and_pack(seeds: dict[str, Path], seed: str) -> None:
    d = read_file(seeds[seed])
    assert (d.pack, d.year, d.stage, d.level) == IDENTITY[seed]
    assert d.unit and d.recognised


@pytest.mark.parametrize("seed", sorted(TABLES))
def test_every_table_is_read_row_for_row(seeds: dict[str, Path], seed: str) -> None:
    tables = [t for t in read_file(seeds[seed]).tables if t.id != "targets"]
    assert {t.number: len(t.rows) for t in tables} == TABLES[seed]


@pytest.mark.parametrize("seed", ["000", "001", "002", "004"])
def test_every_printed_figure_of_a_table_line_is_read(seeds: dict[str, Path], seed: str) -> None:
    """Independent reading: split each table line at its tabs; its decimals must be what the cells hold."""
    d = read_file(seeds[seed])
    lines = seeds[seed].read_text(encoding="utf-8").splitlines()
    read: dict[int, list[str]] = {}
    for table in (t for t in d.tables if t.id != "targets"):
        for row in table.rows:
            line = table.place(row).line
            assert line is not None
            read.setdefault(line, []).extend(c.text for c in row.cells if re.search(r"\d", c.text))
    for number, figures in read.items():
        cells = [re.sub(r"<[^>]*>", "", c).strip() for c in lines[number - 1].split("\t")]
        printed = [
            c
            for c in cells
            if re.fullmatch(r"-?[\d,]+(\.\d+)?", c) and not re.fullmatch(r"\d{3}|\d{5}|\d{7}|0[1-9]|[1-9]\d", c)
        ]
        missing = [p for p in printed if p not in figures]
        assert not missing, (number, missing)


def table(d: Disclosure, table_id: str) -> Table:
    found = d.table(table_id)
    assert found is not None
    return found


def test_damaged_rows_of_a_wide_table_are_put_back(seeds: dict[str, Path]) -> None:
    """The units' rows lost single blank cells; put back, every column adds up to the printed total."""
    three = table(read_file(seeds["001"]), "three_public")
    total = three.rows[-1]
    for c in range(18):
        parts = [a for row in three.rows[:-1] if (a := row.cells[c].amount) is not None]
        stated = total.cells[c].amount
        assert stated is not None and compare(stated, parts).verdict is not Verdict.WRONG
    assert sum(bool(r.doubt) for r in three.rows) == 9


def score(shared: Path, seed: Path, gold: str) -> dict[str, Any]:
    sys.path.insert(0, str(shared / "tools"))
    try:
        from score_findings import score as compare
    finally:
        sys.path.pop(0)
    rows = [
        json.loads(line)
        for line in (shared / "gold" / f"{gold}.jsonl").read_text(encoding="utf-8").splitlines()
        if line
    ]
    result: dict[str, Any] = compare(json.loads(json.dumps(check_json(check_file(seed)))), rows)
    return result


@pytest.mark.parametrize("gold", ["000", "002", "004"])
def test_no_rounding_is_called_an_error(seeds: dict[str, Path], shared: Path, gold: str) -> None:
    result = score(shared, seeds[gold], gold)
    assert result["rounding_cried"] == 0
    assert result["false"] <= 1, result["false_alarms"]


@pytest.mark.parametrize("gold", ["000", "002", "004"])
def test_table_and_form_errors_of_the_audits_are_found(seeds: dict[str, Path], shared: Path, gold: str) -> None:
    result = score(shared, seeds[gold], gold)
    kinds = ("name", "text", "rollup", "column_sum")
    assert [row["id"] for row in result["misses"] if row["kind"] in kinds] == []


def test_a_document_without_its_tables_says_so(seeds: dict[str, Path]) -> None:
    report = check_file(seeds["003"])
    assert any("附表" in why for _, why in report.not_checked)
