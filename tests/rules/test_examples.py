"""Every rule's own examples: what passes is silent, what fails says exactly what its page promises."""

from __future__ import annotations

import pytest
from tests.conftest import read

from xlbudget.model.disclosure import Context
from xlbudget.model.finding import Severity
from xlbudget.packs.catalog import get_pack
from xlbudget.rules.declaring import Example, Rule, all_rules
from xlbudget.rules.running import run_rules

PASSES = [(rule, i) for rule in all_rules() for i in range(len(rule.passes))]
FAILS = [(rule, i) for rule in all_rules() for i in range(len(rule.fails))]


def messages(rule: Rule, example: Example) -> list[str]:
    disclosure = read(example.text, example.pack)
    disclosure.traces = list(example.traces)
    disclosure.context = Context(
        **{
            name: read(text, example.pack, f"{name}.txt")
            for name in ("prior", "executed", "budget", "parent")
            if (text := getattr(example, name))
        },
        children=tuple(read(text, example.pack, f"unit{i}.txt") for i, text in enumerate(example.children)),
    )
    result = run_rules(disclosure, get_pack(example.pack), [rule])
    assert not [f for f in result.findings if f.code == "XB001"], result.findings
    return [f.message for f in result.findings]


@pytest.mark.parametrize(("rule", "index"), PASSES, ids=[f"{r.code}-{i}" for r, i in PASSES])
def test_passing_example_is_silent(rule: Rule, index: int) -> None:
    assert messages(rule, rule.passes[index]) == []


@pytest.mark.parametrize(("rule", "index"), FAILS, ids=[f"{r.code}-{i}" for r, i in FAILS])
def test_failing_example_says_what_its_page_promises(rule: Rule, index: int) -> None:
    example = rule.fails[index]
    assert example.messages, "an example that fails must say how"
    assert messages(rule, example) == list(example.messages)


def test_every_rule_has_both_kinds_of_examples() -> None:
    assert [rule.code for rule in all_rules() if not rule.passes or not rule.fails] == []


def test_codes_are_unique_and_in_the_ranges() -> None:
    codes = [rule.code for rule in all_rules()]
    assert len(codes) == len(set(codes))
    assert all(code[2] in "01234567" for code in codes)


def test_messages_state_difference_and_tolerance_together() -> None:
    for rule in all_rules():
        assert ("{difference}" in rule.message) == ("{tolerance}" in rule.message), rule.code


def test_a_crashing_rule_does_not_stop_the_others() -> None:
    def broken(disclosure: object, pack: object) -> object:
        raise ZeroDivisionError("测试")
        yield

    first = all_rules()[0]
    bad = Rule("XB999", "broken", "坏规则", Severity.ERROR, "", {}, broken)  # type: ignore[arg-type]
    disclosure = read(first.fails[0].text, "national")
    result = run_rules(disclosure, get_pack("national"), [bad, first])
    assert [f.code for f in result.findings if f.code == "XB001"] == ["XB001"]
    assert any(f.code == first.code for f in result.findings)
    assert any("XB999" in u.what for u in result.unchecked)


def test_a_mended_row_is_never_an_error() -> None:
    """A row that the reading had to shift may be doubtful, but nobody is accused."""
    text = (
        "“三公”经费支出表\n单位：万元\n单位名称\t“三公”经费合计\t因公出国（境）费\t公务用车购置及运行费\t\t\t公务接待费\n"
        "\t\t\t小计\t公务用车购置费\t公务用车运行费\t\n云川市档案馆\t3.00\t2.00\t\t2.00\t1.00\n合计\t9.00\t\t2.00\t\t2.00\t7.00\n"
    )
    disclosure = read(text, "national")
    row = disclosure.tables[0].rows[0]
    assert row.doubt and [c.text for c in row.cells] == ["3.00", "", "2.00", "", "2.00", "1.00"]
    findings = run_rules(disclosure, get_pack("national")).findings
    touched = [f for f in findings if any(p.doubt for p in f.at)]
    assert touched and all(f.severity is not Severity.ERROR for f in touched)
