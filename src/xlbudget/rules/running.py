"""执行规则. Runs the rules over a disclosure; a rule that crashes becomes a finding and the run goes on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from xlbudget.model.disclosure import Disclosure
from xlbudget.model.finding import CheckResult, Finding, Severity, Tally
from xlbudget.model.provenance import Provenance
from xlbudget.model.raw import Unread
from xlbudget.packs.schema import Pack
from xlbudget.rules.blaming import blame
from xlbudget.rules.declaring import Held, Problem, Rule, Unchecked, all_rules

CRASHED = ("XB001", "rule_crashed")


def run_rules(disclosure: Disclosure, pack: Pack, rules: Sequence[Rule] | None = None) -> CheckResult:
    """Check a disclosure; findings come loudest first, then in reading order."""
    findings: list[Finding] = []
    tallies: dict[str, Tally] = {}
    unchecked: list[Unread] = []
    for rule in rules if rules is not None else all_rules():
        tally = Tally()
        try:
            for outcome in rule.check(disclosure, pack):
                if isinstance(outcome, Held):
                    tally.statements += 1
                    tally.held += 1
                elif isinstance(outcome, Unchecked):
                    unchecked.append(Unread(outcome.what, outcome.why))
                else:
                    finding = _finding(rule, outcome, disclosure.file)
                    tally.statements += 1
                    if finding.severity is Severity.ROUNDING:
                        tally.rounding += 1
                    else:
                        tally.failed += 1
                    findings.append(finding)
        except Exception as error:  # a defect of ours must not cost the user the rest of the check
            unchecked.append(
                Unread(f"规则 {rule.code} {rule.title}", f"程序出错，未核对（{type(error).__name__}: {error}）")
            )
            findings.append(_crash(rule, error, disclosure.file))
        if tally.statements:
            tallies[rule.code] = tally
    findings = blame(findings)
    order = sorted(range(len(findings)), key=lambda i: (findings[i].severity.rank, i))
    return CheckResult(tuple(findings[i] for i in order), tallies, tuple(dict.fromkeys(unchecked)))


def _finding(rule: Rule, problem: Problem, file: str) -> Finding:
    severity = problem.severity or rule.severity
    hint = problem.hint
    doubts = list(dict.fromkeys(place.doubt for place in problem.at if place.doubt))
    if doubts and severity is Severity.ERROR:
        severity = Severity.SUSPECT
        hint = "；".join([*([hint] if hint else []), *doubts])
    at = tuple(place if place.file else replace(place, file=file) for place in problem.at)
    return Finding(rule.code, rule.name, severity, rule.message, dict(problem.facts), at, hint)


def _crash(rule: Rule, error: Exception, file: str) -> Finding:
    code, name = CRASHED
    template = "规则 {rule} 执行时出错，这一项没有核对：{error}"
    facts = {"rule": f"{rule.code} {rule.title}", "error": f"{type(error).__name__}: {error}"}
    return Finding(
        code, name, Severity.NOTE, template, facts, (Provenance(file=file),), "请把文件和这条信息反馈给维护者"
    )
