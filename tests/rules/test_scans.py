"""No rule goes through the text of a document twice: what several of them want is collected once, for all."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.conftest import read
from tests.generating.documents import PACKS, document

from xlbudget.model.raw import Paragraph
from xlbudget.packs.catalog import get_pack
from xlbudget.rules.declaring import all_rules
from xlbudget.rules.running import run_rules


class Counted(list[Paragraph]):
    """Paragraphs that count how often somebody goes through them."""

    times = 0

    def __iter__(self) -> Iterator[Paragraph]:
        self.times += 1
        return super().__iter__()


@pytest.mark.parametrize("pack", PACKS)
def test_no_rule_scans_the_text_twice(pack: str) -> None:
    disclosure = read(document(3, pack), pack)
    times = {}
    for rule in all_rules():
        disclosure.paragraphs = counted = Counted(disclosure.paragraphs)
        counted.times = 0
        run_rules(disclosure, get_pack(pack), [rule])
        times[rule.code] = counted.times
    assert max(times.values()) == 1, {code: n for code, n in times.items() if n > 1}
