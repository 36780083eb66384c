"""认包. Which province's form is this document in? The reasons go into the output."""

from __future__ import annotations

from collections.abc import Sequence

from xlbudget.model.disclosure import Stage
from xlbudget.model.wording import bare
from xlbudget.packs.catalog import all_packs, get_pack
from xlbudget.packs.schema import Pack

NATIONAL = "national"
WITH_PLACE = 0.4
"""Share of a pack's phrases that must be there when the unit lies in one of its places."""
WITHOUT_PLACE = 0.9
"""Elsewhere nearly all of them: most headings are those of the Ministry's form, and other provinces use them too."""


def recognise(unit: str, stage: Stage, texts: Sequence[str]) -> tuple[Pack, tuple[str, ...]]:
    """The pack that fits best, ``national`` if none does, and why."""
    words = "\n".join(bare(text) for text in texts)
    head = bare(unit) + "\n" + words[:600]
    best: tuple[float, Pack, tuple[str, ...]] | None = None
    for pack in all_packs():
        if pack.id == NATIONAL or stage not in pack.stages:
            continue
        signs = pack.recognition
        place = next((p for p in signs.places if p in head), "")
        found = [phrase for phrase in signs.phrases if bare(phrase) in words]
        share = len(found) / len(signs.phrases) if signs.phrases else 0.0
        if share >= (WITH_PLACE if place else WITHOUT_PLACE):
            reasons = (f"特征用语 {len(found)}/{len(signs.phrases)}", *((f"地名“{place}”",) if place else ()))
            score = share + (1 if place else 0)
            if best is None or score > best[0]:
                best = (score, pack, reasons)
    if best is not None:
        return best[1], best[2]
    return get_pack(NATIONAL), ("没有吻合的省级模板，按全国通用表式核对",)
