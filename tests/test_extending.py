"""Adding things is adding a folder or a file: each way in is tried with one that did not exist before."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import xlbudget.rules
from xlbudget.app.registry import FUNCTIONS, Kind, Parameter, call_function, function
from xlbudget.rules.declaring import all_rules, rule_of

RULE = '''"""测试。

检查什么
总是提示。

为什么
测试。

依据
测试。

怎么改
不必。
"""

from xlbudget.model.finding import Severity
from xlbudget.rules.declaring import Example, Problem

TITLE = "新规则"
SEVERITY = Severity.NOTE
MESSAGE = "新规则看到 {stated}"
PASSES = ()
FAILS = (Example("甲", ("新规则看到 1",)),)


def check(disclosure, pack):
    yield Problem({"stated": "1"})
'''


def test_a_rule_is_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "xb998_new_rule.py").write_text(RULE, encoding="utf-8")
    monkeypatch.setattr(xlbudget.rules, "__path__", [*xlbudget.rules.__path__, str(tmp_path)])
    all_rules.cache_clear()
    try:
        found = {rule.code: rule for rule in all_rules()}
        assert found["XB998"].name == "new_rule" and found["XB998"].title == "新规则"
    finally:
        all_rules.cache_clear()
        sys.modules.pop("xlbudget.rules.xb998_new_rule", None)


def test_a_rule_without_its_page_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import importlib.util

    path = tmp_path / "xb997_no_page.py"
    path.write_text(RULE.replace("依据\n测试。", ""), encoding="utf-8")
    spec = importlib.util.spec_from_file_location("xlbudget.rules.xb997_no_page", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    with pytest.raises(ValueError, match="依据"):
        rule_of(module)


def test_a_function_is_one_declaration() -> None:
    @function("BUDGET_TEST", "测试", "加倍", [Parameter("x", "数", Kind.NUMBER, "数")], ("BUDGET_TEST(2)", "4"))
    def double(x: object) -> object:
        return x + x  # type: ignore[operator]

    try:
        assert str(call_function("BUDGET_TEST", ["2"])) == "4"
    finally:
        del FUNCTIONS["BUDGET_TEST"]
