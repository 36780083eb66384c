"""One mistake put into a correct document: a digit of an amount, but not its last."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from xlbudget.model.finding import Finding, Severity

_AMOUNT = re.compile(r"(?<![\d.])\d+\.\d{2}(?![\d%])")


@dataclass(frozen=True)
class Edit:
    """A changed document, and where: the line (counted from one), the amount that stood and the one that stands."""

    text: str
    line: int
    before: str
    after: str

    def found_in(self, findings: Sequence[Finding]) -> Finding | None:
        """The finding that is loud and points to the edited line, if any."""
        for finding in findings:
            loud = finding.severity in (Severity.ERROR, Severity.SUSPECT)
            if loud and any(place.line == self.line for place in finding.at):
                return finding
        return None


def edits(text: str, random: Random, count: int) -> list[Edit]:
    """Edits of amounts that occur at least twice in the document, tables and prose alike."""
    tokens = list(_AMOUNT.finditer(text))
    often = Counter(m.group() for m in tokens)
    chosen = [m for m in tokens if often[m.group()] > 1 and m.group() != "0.00"]
    made = []
    for token in random.sample(chosen, min(count, len(chosen))):
        old = token.group()
        places = [i for i, char in enumerate(old[:-1]) if char != "."]
        place = random.choice(places)
        digits = [d for d in "0123456789" if d != old[place] and (d != "0" or place)]
        new = old[:place] + random.choice(digits) + old[place + 1 :]
        changed = text[: token.start()] + new + text[token.end() :]
        made.append(Edit(changed, text.count("\n", 0, token.start()) + 1, old, new))
    return made
