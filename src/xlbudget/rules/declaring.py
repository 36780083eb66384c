"""规则的写法. What a rule module must hold, and how the modules are found.

A rule is a module ``xbNNN_name.py``; code and name come from the file name. It holds

* a docstring under the headings 检查什么, 为什么, 依据, 怎么改;
* ``TITLE``, ``SEVERITY``, ``MESSAGE`` (a template that the facts of a problem fill);
* ``PASSES`` and ``FAILS``: small documents as text, with the exact messages expected; they are the
  rule's tests, its page in the documentation and what ``xlbudget explain`` prints;
* ``check(disclosure, pack)``, which yields one outcome for every statement that it looked at:
  :data:`HELD`, a :class:`Problem`, or an :class:`Unchecked`.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from types import ModuleType

from xlbudget.model.disclosure import Disclosure
from xlbudget.model.finding import Severity
from xlbudget.model.provenance import Provenance
from xlbudget.model.rounding import Comparison, Verdict
from xlbudget.model.traces import Trace
from xlbudget.packs.schema import Pack


@dataclass(frozen=True, slots=True)
class Problem:
    """一处问题. What a check found, before it has its rule's name. ``severity`` overrides the rule's own."""

    facts: Mapping[str, str]
    at: tuple[Provenance, ...] = ()
    hint: str = ""
    severity: Severity | None = None


@dataclass(frozen=True, slots=True)
class Unchecked:
    """未核对. A statement that could not be judged: what, and why."""

    what: str
    why: str


class Held:
    """A statement that holds."""

    __slots__ = ()


HELD = Held()

Outcome = Held | Problem | Unchecked
Check = Callable[[Disclosure, Pack], Iterator[Outcome]]

_BY_VERDICT = {
    Verdict.ROUNDING: Severity.ROUNDING,
    Verdict.SUSPECT: Severity.SUSPECT,
    Verdict.WRONG: Severity.ERROR,
}


def judged(
    comparison: Comparison,
    stated: str,
    facts: Mapping[str, str],
    at: tuple[Provenance, ...],
    hint: str = "",
    loudest: Severity = Severity.ERROR,
) -> Held | Problem:
    """The outcome of a comparison: held, or a problem whose severity follows from the rounding rule."""
    if comparison.verdict is Verdict.EQUAL:
        return HELD
    severity = _BY_VERDICT[comparison.verdict]
    if severity.rank < loudest.rank:
        severity = loudest
    known = {
        "stated": stated,
        "expected": comparison.expected_text,
        "difference": comparison.difference_text,
        "tolerance": comparison.tolerance_text,
    }
    return Problem({**known, **facts}, at, hint, severity)


@dataclass(frozen=True, slots=True)
class Example:
    """规则的例子. A small document as text; ``messages`` is exactly what the rule says of it.

    The other texts are the documents that it is held against (:class:`~xlbudget.model.disclosure.Context`).
    """

    text: str
    messages: tuple[str, ...] = ()
    pack: str = "national"
    traces: tuple[Trace, ...] = ()
    """What the file carries beside its text."""
    prior: str = ""
    executed: str = ""
    budget: str = ""
    parent: str = ""
    children: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        """All its documents, one after the other, each of the others under its own line."""
        others = [("上年的公开文件", self.prior), ("上年的决算", self.executed), ("本年的预算", self.budget)]
        others += [("部门的公开文件", self.parent), *(("所属单位的公开文件", text) for text in self.children)]
        parts = [self.text.rstrip("\n")]
        parts += [f"———— {title} ————\n{text.rstrip(chr(10))}" for title, text in others if text]
        return "\n".join(parts)


@dataclass(frozen=True, slots=True)
class Rule:
    """规则."""

    code: str
    name: str
    title: str
    severity: Severity
    message: str
    page: Mapping[str, str]
    check: Check
    passes: tuple[Example, ...] = field(default=(), repr=False)
    fails: tuple[Example, ...] = field(default=(), repr=False)


HEADINGS = ("检查什么", "为什么", "依据", "怎么改")
_MODULE = re.compile(r"(xb\d{3})_([a-z0-9_]+)")


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule, by code. Modules are found in the package folder; nothing else registers them."""
    import xlbudget.rules

    names = sorted(m.name for m in pkgutil.iter_modules(xlbudget.rules.__path__) if _MODULE.fullmatch(m.name))
    return tuple(rule_of(importlib.import_module(f"xlbudget.rules.{name}")) for name in names)


def rule_of(module: ModuleType) -> Rule:
    """The rule that a module declares; raises ``ValueError`` when something is missing."""
    match = _MODULE.fullmatch(module.__name__.rpartition(".")[2])
    if match is None:
        raise ValueError(f"{module.__name__} 不是规则文件名（应如 xb101_rollup_mismatch）")
    page = page_of(module.__doc__ or "")
    missing = [heading for heading in HEADINGS if not page.get(heading)]
    if missing:
        raise ValueError(f"{module.__name__} 的说明缺少：{'、'.join(missing)}")
    return Rule(
        code=match[1].upper(),
        name=match[2],
        title=module.TITLE,
        severity=module.SEVERITY,
        message=module.MESSAGE,
        page=page,
        check=module.check,
        passes=tuple(module.PASSES),
        fails=tuple(module.FAILS),
    )


def page_of(docstring: str) -> dict[str, str]:
    """The parts of a rule's docstring by their headings; what stands before the first is the summary."""
    page: dict[str, list[str]] = {"": []}
    current = ""
    for line in docstring.splitlines():
        if line.strip() in HEADINGS:
            current = line.strip()
            page[current] = []
        else:
            page[current].append(line.strip())
    return {heading: "\n".join(lines).strip() for heading, lines in page.items()}


def get_rule(code: str) -> Rule | None:
    """The rule with this code (any case) or name."""
    wanted = code.strip()
    return next((rule for rule in all_rules() if wanted.upper() == rule.code or wanted.lower() == rule.name), None)
