"""说法. The grammar of a pack as compiled patterns, made once for each grammar."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from xlbudget.packs.schema import Grammar

_Pattern = re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Phrases:
    """说法. ``change`` and ``rate`` match at the end of the words before a figure; the others anywhere."""

    up: frozenset[str]
    change: _Pattern
    rate: _Pattern
    same: _Pattern
    listing: _Pattern
    listing_end: _Pattern
    reason: _Pattern
    direction: _Pattern
    bases: tuple[tuple[str, _Pattern], ...]
    base_words: _Pattern
    filler: _Pattern
    elsewhere: _Pattern
    context: _Pattern

    def sign(self, word: str) -> int:
        """1 for a word of increase, -1 for one of decrease."""
        return 1 if word in self.up else -1


def _any(words: Iterable[str]) -> str:
    return "|".join(words)


_AFTER_WORD = r"(?:了|额|数|金额)?(?:为|约|共计|近)?"
_BASE_PREFIX = r"(?:与|比|较|同|和)?"


@lru_cache(maxsize=64)
def phrases_of(grammar: Grammar) -> Phrases:
    """The compiled grammar of a pack."""
    up, down = _any(grammar.up), _any(grammar.down)
    word = rf"(?P<word>{up}|{down})(?P<either>\((?:{up}|{down})\))?"
    prior = _any(grammar.prior)
    base = rf"(?:{prior}|20\d\d)(?:年度?)?[^,;。:\d]{{0,14}}?"
    return Phrases(
        up=frozenset(grammar.up),
        change=re.compile(rf"{word}{_AFTER_WORD}$"),
        rate=re.compile(
            rf"{word}(?:了|率|幅度|比例|比率)?(?:为|约|达到?)?$"
            r"|(?P<named>增幅|降幅|增长率|增减变化率|变动率|下降率|减幅|增减率)(?:为|约|达到?)?$"
        ),
        same=re.compile(
            rf"{_BASE_PREFIX}(?:{base}|年初[^,;。:\d]{{0,14}}?|预算数?)(?P<same>{_any(grammar.same)})"
            rf"|(?:支出)?决算数?(?P<plain>持平)"
        ),
        listing=re.compile(_any(grammar.listing)),
        listing_end=re.compile(rf"(?:{_any(grammar.listing)})[^,;。:\d]{{0,8}}[:,]?$"),
        reason=re.compile(_any(grammar.reason)),
        direction=re.compile(
            rf"(?:{_BASE_PREFIX}{base}(?P<word>{up}|{down})(?:了|额)?的?[^,;。\d]{{0,6}}?原因)"
            r"|(?:决算数?(?P<compare>大于|小于|等于|高于|低于)(?:年初|全年|调整)?预算数?)"
        ),
        bases=(
            ("budget", re.compile(_any(grammar.budget))),
            ("adjusted", re.compile(_any(grammar.adjusted))),
            ("prior", re.compile(rf"{prior}|20\d\d年")),
        ),
        base_words=re.compile(
            rf"^{_BASE_PREFIX}(?:{base}|(?:年初|全年|本年|调整)?(?:部门)?(?:预算|决算)数?)(?:相比|比较|相较|对比|比|基础上)?,?"
        ),
        filler=re.compile(_any(grammar.filler)),
        elsewhere=re.compile(_any(grammar.elsewhere)),
        context=re.compile(_any(grammar.context)),
    )
