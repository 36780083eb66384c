"""A generated disclosure whose text the product itself has written, with last year's document and made-up reasons."""

from __future__ import annotations

import re
from dataclasses import dataclass
from random import Random

from tests.generating.documents import titles_of
from tests.generating.tables import tables
from tests.generating.truth import Truth, make_truth

from xlbudget.app.narrating import Earlier, lookups_of
from xlbudget.authoring.narrating import Narration, Said, narrate
from xlbudget.model.disclosure import Disclosure
from xlbudget.packs.catalog import get_pack
from xlbudget.reading.disclosing import disclose
from xlbudget.sources.opening import read_bytes

PACKS = ("nmg_budget", "xinjiang_budget", "qinghai_budget", "nmg_final", "shanghai_budget", "shanghai_final")


class Everything(dict[str, Said]):
    """A reason and a purpose for whatever is asked."""

    def get(self, key: str, default: object = None) -> Said:  # type: ignore[override]
        return Said("人员和项目安排变动", "保障日常工作开展")


class Facts(dict[str, str]):
    """An entry for whatever is asked: figures where figures belong."""

    def get(self, key: str, default: object = None) -> str:  # type: ignore[override]
        if key.startswith("编报绩效目标的项目"):
            return "0"
        if "采购" in key or "金额" in key or "资金" in key:
            return "12.50"
        if re.search(r"用车|车辆|家数|个数|次|保有量|辆数|团组数|单价|设备", key):
            return "2"
        return "负责本地区有关工作，按规定执行。"


@dataclass
class Narrated:
    """The truth, the tables as text, and the text that was written for them."""

    truth: Truth
    tables: str
    narration: Narration

    @property
    def document(self) -> str:
        return self.tables + "\n" + "\n".join(line.text for line in self.narration.lines) + "\n"


def narrated(seed: int, pack_id: str) -> Narrated:
    """The same seed gives the same document. Last year's is another one, with subjects of its own."""
    random = Random(seed * 7919 + PACKS.index(pack_id))
    year = random.randint(2021, 2025)
    truth = make_truth(random, year)
    before = make_truth(random, year - 1)
    planned = make_truth(random, year)
    before.unit = planned.unit = truth.unit
    final = "final" in pack_id
    now, text = _read(truth, pack_id, final)
    prior, _ = _read(before, pack_id, final)
    budget = _read(planned, "nmg_budget", False)[0] if final else None
    pack = get_pack(pack_id)
    lookups = lookups_of(now, pack, Earlier(prior, budget))
    return Narrated(truth, text, narrate(now, pack, lookups, Everything(), Facts()))


def _read(truth: Truth, pack_id: str, final: bool) -> tuple[Disclosure, str]:
    word = "决算" if final else "预算"
    head = [f"{truth.unit}{truth.year}年度单位{word}公开", ""]
    text = "\n".join([*head, *tables(truth, titles_of(pack_id), final, "")])
    return disclose(read_bytes(text.encode(), "公开.txt"), pack_id), text
