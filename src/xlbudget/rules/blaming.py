"""归因. Of two cells that disagree, which one is doubtful? The one that contradicts more of the document.

A wrong cell breaks its row, its column and its ties; the right cell beside it only the tie between the two.
Findings that compare two cells are turned so that the doubtful one comes first and the other is what it
should be.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from xlbudget.model.finding import Finding, Severity
from xlbudget.model.provenance import Provenance

_PAIRS = (("stated", "expected"), ("left", "right"), ("row", "other_row"), ("column", "other_column"))
_TURNABLE = ("XB201", "XB202")


def blame(findings: Sequence[Finding]) -> list[Finding]:
    """The findings, with every two-cell comparison pointing at the more doubtful cell."""
    broken: Counter[Provenance] = Counter()
    for finding in findings:
        if finding.severity in (Severity.ERROR, Severity.SUSPECT):
            broken.update(set(finding.at))
    return [_turned(finding, broken) for finding in findings]


def _turned(finding: Finding, broken: Counter[Provenance]) -> Finding:
    if finding.code not in _TURNABLE or len(finding.at) != 2 or finding.severity is Severity.ROUNDING:
        return finding
    first, second = finding.at
    if broken[second] <= broken[first] or finding.facts.get("relation", "应等于") != "应等于":
        return finding
    facts = dict(finding.facts)
    for a, b in _PAIRS:
        if a in facts and b in facts:
            facts[a], facts[b] = facts[b], facts[a]
    return replace(finding, facts=facts, at=(second, first))
