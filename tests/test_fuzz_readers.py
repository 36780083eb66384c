"""Damaged files of every format: read or refused, whatever the damage (see ``tests/fuzz_readers.py``)."""

from __future__ import annotations

import pytest
from tests.fuzz_readers import KINDS, originals, run

from xlbudget.sources.legacy import office_program

QUICK = {kind: 25 for kind in KINDS if kind != "xls"}


def test_the_undamaged_files_are_read() -> None:
    """Else the damaged ones would all be refused at the door."""
    from xlbudget.app.checking import check_raw
    from xlbudget.sources.opening import read_bytes

    for kind in QUICK:
        if kind not in ("old", "csv"):
            assert any(check_raw(read_bytes(data, f"a.{kind}")).disclosure.tables for data in originals(kind)), kind


def test_some_damaged_files_of_every_format() -> None:
    outcomes = run(QUICK)
    assert not outcomes.faults, outcomes.faults
    assert sum(counts.total() for counts in outcomes.counts.values()) == sum(QUICK.values())
    assert all(outcomes.counts[kind]["done"] for kind in QUICK if kind != "old"), str(outcomes)


@pytest.mark.long
def test_twenty_four_thousand_damaged_files() -> None:
    kinds = {kind: count for kind, count in KINDS.items() if kind != "xls" or office_program()}
    assert sum(KINDS.values()) == 24_000
    outcomes = run(kinds)
    assert not outcomes.faults, "\n".join((str(outcomes), *outcomes.faults))
