"""The table of cases through Python and the command line; LibreOffice and Excel have the same table in their own tests."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from tests.hosts.cases import CASES, GOOD, Case, agrees

import xlbudget.app.functions  # noqa: F401  (declares the functions)
from xlbudget.app.registry import FUNCTIONS, Fault, FunctionFault, call_function, forget, matrix
from xlbudget.hosts.cli import main

pytestmark = pytest.mark.usefixtures("with_archive")


def called(function: str, arguments: Any) -> Any:
    try:
        return call_function(function, arguments)
    except FunctionFault as fault:
        return fault.fault


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.id)
def test_in_python(case: Case) -> None:
    got = called(case.function, case.arguments)
    assert agrees(case, float(got) if isinstance(got, Decimal) else got), got


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.id)
def test_on_the_command_line(case: Case, capsys: pytest.CaptureFixture[str]) -> None:
    typed = [json.dumps(a, ensure_ascii=False) if isinstance(a, tuple) else f"{a}" for a in case.arguments]
    status = main(["call", case.function, *typed])
    printed = capsys.readouterr().out.removesuffix("\n")
    if isinstance(case.expected, Fault):
        assert (status, printed) == (2, case.expected.value)
        return
    rows = [line.split("\t") for line in printed.split("\n")]
    got: Any = rows if FUNCTIONS[case.function].spills else printed
    assert status == 0
    assert agrees(case, float(got) if isinstance(case.expected, float) else got), got


def test_an_answer_is_kept_by_content_and_type(monkeypatch: pytest.MonkeyPatch) -> None:
    forget()
    plain = called("BUDGET_CHECK", [GOOD])
    calls = []
    declared = FUNCTIONS["BUDGET_CHECK"]

    def counted(*tables: Any) -> Any:
        calls.append(tables)
        return declared.call(*tables)

    monkeypatch.setitem(FUNCTIONS, "BUDGET_CHECK", replace(declared, call=counted))
    assert called("BUDGET_CHECK", [GOOD]) == plain and not calls, "an untouched table costs nothing"
    changed = (*GOOD[:2], (None, "合计", 31.0, 20.0, 10.0))
    assert called("BUDGET_CHECK", [changed]) != plain and len(calls) == 1
    assert called("BUDGET_CHECK", [GOOD, GOOD]) and len(calls) == 2
    truth = (GOOD[0], ("208", "社会保障和就业支出", 1.0, True, None))
    number = (GOOD[0], ("208", "社会保障和就业支出", 1.0, 1.0, None))
    assert called("BUDGET_CHECK", [number]) != called("BUDGET_CHECK", [truth])


def test_what_was_kept_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    from xlbudget.app import registry

    forget()
    monkeypatch.setattr(registry, "_KEPT", 3)
    for n in range(6):
        called("BUDGET_CHECK", [((*GOOD[0],), ("208", "社会保障和就业支出", n, n, 0))])
    assert len(registry._kept) == 3
    assert matrix(called("BUDGET_CHECK", [GOOD]))


def test_a_library_that_is_not_there_is_an_error_value(monkeypatch: pytest.MonkeyPatch) -> None:
    declared = FUNCTIONS["BUDGET_SHARE"]

    def lacking(*_: Any) -> Any:
        raise ModuleNotFoundError("no", name="highspy")

    monkeypatch.setitem(FUNCTIONS, "BUDGET_SHARE", replace(declared, call=lacking))
    with pytest.raises(FunctionFault, match="highspy 没有安装") as caught:
        call_function("BUDGET_SHARE", [1, 2])
    assert caught.value.fault is Fault.NOT_AVAILABLE
