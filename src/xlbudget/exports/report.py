"""报告. One checked file, as all writers of results see it, and its JSON (the contract in ``docs/contract.md``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from xlbudget.model.disclosure import Disclosure
from xlbudget.model.finding import CheckResult, Finding, Severity
from xlbudget.model.provenance import Provenance


@dataclass(frozen=True, slots=True)
class RuleText:
    """规则说明. What a report prints of a rule: its title and the headings of its page."""

    code: str
    title: str
    page: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Report:
    """核对报告. A disclosure with what the rules found in it."""

    disclosure: Disclosure
    pack_name: str
    result: CheckResult
    rules: Mapping[str, RuleText]

    @property
    def findings(self) -> tuple[Finding, ...]:
        return self.result.findings

    def of(self, severity: Severity) -> list[Finding]:
        return [finding for finding in self.findings if finding.severity is severity]

    @property
    def not_checked(self) -> list[tuple[str, str]]:
        """未核对. What was not read, or could not be judged, each with its reason."""
        items = [(u.what, u.why) for u in (*self.disclosure.unread, *self.result.unchecked)]
        narrative = self.disclosure.narrative
        items += [(f"文字“{narrative.claims[i].quote}”", "没有读懂这个金额说的是什么") for i in narrative.unclear]
        return list(dict.fromkeys(items))

    @property
    def verdict(self) -> str:
        """结论. One sentence for a person in a hurry."""
        errors, suspects = len(self.of(Severity.ERROR)), len(self.of(Severity.SUSPECT))
        rounding = len(self.of(Severity.ROUNDING))
        if errors:
            start = f"发现 {errors} 处错误" + (f"、{suspects} 处疑点" if suspects else "")
        elif suspects:
            start = f"没有发现错误，有 {suspects} 处疑点要人工看一下"
        else:
            start = "没有发现错误"
        return start + (f"；另有尾差 {rounding} 处，不算错误" if rounding else "") + "。"


def check_json(report: Report) -> dict[str, Any]:
    """The object that ``check --format json`` prints."""
    disclosure = report.disclosure
    return {
        "file": disclosure.file,
        "pack": disclosure.pack,
        "unit": disclosure.unit,
        "year": disclosure.year,
        "stage": disclosure.stage.value,
        "level": disclosure.level.value,
        "recognised": list(disclosure.recognised),
        "tables": [
            {
                "id": table.id,
                "number": table.number,
                "title": table.title,
                "money_unit": table.money_unit.value,
                "status": table.status.value,
                "rows": len(table.rows),
                **({"note": "；".join(text for text, _ in table.notes)} if table.notes else {}),
            }
            for table in disclosure.tables
        ],
        "checked": {
            code: {"statements": t.statements, "held": t.held, "rounding": t.rounding, "failed": t.failed}
            for code, t in sorted(report.result.tallies.items())
        },
        "prose": dict(zip(("understood", "amounts"), disclosure.narrative.understood, strict=True)),
        "notes": list(disclosure.notes),
        "not_checked": [{"what": what, "why": why} for what, why in report.not_checked],
        "findings": [finding_json(finding) for finding in report.findings],
    }


_STANDARD = ("stated", "expected", "difference", "tolerance")


def finding_json(finding: Finding) -> dict[str, Any]:
    """One finding of the contract."""
    facts = {key: finding.facts[key] for key in _STANDARD if finding.facts.get(key)}
    return {
        "code": finding.code,
        "name": finding.name,
        "severity": finding.severity.value,
        "message": finding.message,
        **facts,
        **({"hint": finding.hint} if finding.hint else {}),
        "at": [place_json(place) for place in finding.at],
    }


def place_json(place: Provenance) -> dict[str, Any]:
    """A place with only the keys that apply."""
    values: dict[str, Any] = {
        "file": place.file,
        "table": place.table,
        "row": place.row,
        "column": place.column,
        "sheet": place.sheet,
        "cell": place.cell,
        "page": place.page,
        "box": list(place.box) if place.box else None,
        "line": place.line,
        "index": place.index,
        "quote": place.quote,
    }
    return {key: value for key, value in values.items() if value not in ("", None)}


def place_from(values: Mapping[str, Any]) -> Provenance:
    """The place that :func:`place_json` wrote."""
    return Provenance(**{**values, "box": tuple(values["box"]) if "box" in values else None})


def where(place: Provenance) -> str:
    """A place in a few words: ``第 12 行``, ``支出总表!D7``, ``第 3 页``; in Word ``第 9 段``, ``《支出总表》208 合计``."""
    if place.sheet:
        return f"{place.sheet}!{place.cell}" if place.cell else place.sheet
    if place.page is not None:
        return f"第 {place.page} 页"
    if place.line is not None:
        return f"第 {place.line} 行"
    if place.index is not None and place.table and (place.row or place.column):
        # nobody counts the paragraphs of a table's cells
        return f"《{place.table}》" + "　".join(part for part in (place.row, place.column) if part)
    if place.index is not None:
        return f"第 {place.index} 段"
    return ""
