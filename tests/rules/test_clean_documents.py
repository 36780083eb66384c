"""Correct disclosures of every form pass without a loud word; one wrong digit does not.

The ordinary run takes a fixed sample; ``-m long`` takes a thousand documents and some hundreds of mistakes.
"""

from __future__ import annotations

from random import Random

import pytest
from tests.conftest import read
from tests.generating.documents import PACKS, document
from tests.generating.edits import edits

from xlbudget.model.finding import Finding, Severity
from xlbudget.packs.catalog import get_pack
from xlbudget.rules.running import run_rules


def findings(text: str, pack: str) -> list[Finding]:
    return run_rules(read(text, pack), get_pack(pack)).findings


def errors(seeds: range, pack: str) -> list[str]:
    """What is said loudly; sections and tables that the writer leaves out are rightly missed."""
    return [
        f"{seed} {finding.code} {finding.message}"
        for seed in seeds
        for finding in findings(document(seed, pack), pack)
        if finding.severity is Severity.ERROR
        or (finding.severity is Severity.SUSPECT and finding.code not in ("XB401", "XB402"))
    ]


def hit_rate(seeds: range, pack: str, each: int) -> float:
    made = [edit for seed in seeds for edit in edits(document(seed, pack), Random(seed * 31 + 1), each)]
    hits = sum(1 for edit in made if edit.found_in(findings(edit.text, pack)))
    return hits / len(made)


@pytest.mark.parametrize("pack", PACKS)
def test_correct_documents_are_silent(pack: str) -> None:
    assert errors(range(15), pack) == []


@pytest.mark.parametrize("pack", PACKS)
def test_every_amount_of_a_correct_document_is_understood(pack: str) -> None:
    for seed in range(5):
        found = read(document(seed, pack), pack).narrative
        assert [found.claims[i].quote for i in found.unclear] == []
        assert len(found.claims) > 40


@pytest.mark.parametrize("pack", PACKS)
def test_one_wrong_digit_is_found_where_it_stands(pack: str) -> None:
    assert hit_rate(range(100, 104), pack, 10) >= 0.9


@pytest.mark.long
@pytest.mark.parametrize("pack", PACKS)
def test_a_thousand_correct_documents_are_silent(pack: str) -> None:
    assert errors(range(250), pack) == []


@pytest.mark.long
@pytest.mark.parametrize("pack", PACKS)
def test_wrong_digits_are_found_in_many_documents(pack: str) -> None:
    assert hit_rate(range(200, 220), pack, 15) >= 0.9
