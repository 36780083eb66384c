"""A generated disclosure as text: title, tables of the pack's form, explanatory text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random

from tests.generating import prose
from tests.generating.tables import tables
from tests.generating.truth import Truth, make_truth

_BUDGET = (
    "income_expenditure",
    "income",
    "expenditure",
    "fiscal_appropriation",
    "general_expenditure",
    "basic_expenditure",
    "three_public",
    "projects",
)
_FINAL = _BUDGET[:-1]
_WRITERS: dict[str, Callable[[Truth], Iterator[str]]] = {
    "nmg_budget": prose.nmg_budget,
    "xinjiang_budget": prose.xinjiang_budget,
    "qinghai_budget": prose.qinghai_budget,
    "nmg_final": prose.final,
}
PACKS = tuple(_WRITERS)


def titles_of(pack_id: str) -> dict[str, str]:
    """The titles of the form, from the pack."""
    from xlbudget.packs.catalog import get_pack

    pack = get_pack(pack_id)
    found = {}
    for key in _FINAL if "final" in pack_id else _BUDGET:
        spec = pack.table(key)
        assert spec is not None
        found[key] = spec.title
    return found


def document(seed: int, pack_id: str) -> str:
    """A correct disclosure in the form of a pack; the same seed gives the same text."""
    random = Random(seed * 7919 + PACKS.index(pack_id))
    final = "final" in pack_id
    year = random.randint(2021, 2025)
    truth = make_truth(random, year)
    word = "决算" if final else "预算"
    lines = [f"{truth.unit}{year}年度单位{word}公开", ""]
    lines += tables(truth, titles_of(pack_id), final, random.choice(("", "0.00", "-")))
    lines += _WRITERS[pack_id](truth)
    return "\n".join(lines) + "\n"
