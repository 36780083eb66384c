"""问题. What a check found: facts and places, not yet words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from xlbudget.model.provenance import Provenance
from xlbudget.model.raw import Unread


class Severity(Enum):
    """级别, loudest first (``docs/rounding.md``)."""

    ERROR = "error"
    SUSPECT = "suspect"
    ROUNDING = "rounding"
    NOTE = "note"

    @property
    def chinese(self) -> str:
        return {"error": "错误", "suspect": "疑点", "rounding": "尾差", "note": "提示"}[self.value]

    @property
    def rank(self) -> int:
        return list(Severity).index(self)


@dataclass(frozen=True, slots=True)
class Finding:
    """问题. One thing that a rule found.

    ``facts`` fill the rule's message template; the contract's ``stated``, ``expected``, ``difference``
    and ``tolerance`` are among them when they apply. ``at`` names every place that takes part, the
    doubtful one first. ``hint`` is the likely cause or the remedy, when it can be told.
    """

    code: str
    name: str
    severity: Severity
    template: str
    facts: Mapping[str, str]
    at: tuple[Provenance, ...] = ()
    hint: str = ""

    @property
    def message(self) -> str:
        return self.template.format_map(_Facts(self.facts))


class _Facts(dict[str, str]):
    """A fact that a template asks for and the rule did not give shows as an ellipsis, never as a crash."""

    def __missing__(self, key: str) -> str:
        return "…"


@dataclass(slots=True)
class Tally:
    """核对计数. How many statements a rule looked at and how they came out."""

    statements: int = 0
    held: int = 0
    rounding: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class CheckResult:
    """核对结果. Everything that a run of the rules over one disclosure gave."""

    findings: tuple[Finding, ...]
    tallies: Mapping[str, Tally] = field(default_factory=dict)
    unchecked: tuple[Unread, ...] = ()
