"""What the text says reads back to the tables; what nobody knows is marked, not made up; forms run in a locked room."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conftest import read
from tests.generating.narrated import PACKS, Narrated, narrated

from xlbudget.app.checking import check_raw
from xlbudget.app.narrating import Earlier, narrate_disclosure
from xlbudget.authoring.figures import Figure, shared
from xlbudget.authoring.narrating import MARK
from xlbudget.exports.report import Report
from xlbudget.model.amount import Amount
from xlbudget.model.claim import ClaimKind, Topic
from xlbudget.model.finding import Severity
from xlbudget.model.rounding import percent_range
from xlbudget.model.wording import ordinal
from xlbudget.packs.catalog import USER_PACKS, get_pack
from xlbudget.packs.loading import PackError
from xlbudget.packs.narratives import narrative_template
from xlbudget.sources.opening import read_bytes

_ABSENT = ("XB401", "XB404")
"""The generated tables leave out what has no figures."""


def _checked(made: Narrated, pack_id: str) -> Report:
    return check_raw(read_bytes(made.document.encode(), "公开.txt"), pack_id)


def _right(seed: int, pack_id: str) -> None:
    made = narrated(seed, pack_id)
    report = _checked(made, pack_id)
    wrong = [f for f in report.findings if f.severity is not Severity.ROUNDING and f.code not in _ABSENT]
    assert [(f.code, f.message) for f in wrong] == []
    understood, amounts = report.disclosure.narrative.understood
    assert understood == amounts > 20
    assert made.narration.missing == [] and not MARK.search(made.document)


@pytest.mark.parametrize("pack_id", PACKS)
@pytest.mark.parametrize("seed", range(4))
def test_what_is_written_reads_back_without_a_finding(pack_id: str, seed: int) -> None:
    _right(seed, pack_id)


@pytest.mark.long
@pytest.mark.parametrize("pack_id", PACKS)
def test_five_hundred_disclosures_a_pack(pack_id: str) -> None:
    for seed in range(500):
        _right(seed, pack_id)


@pytest.mark.parametrize("pack_id", PACKS)
def test_a_changed_digit_of_the_written_text_is_found(pack_id: str) -> None:
    """The text is not merely silent: its claims are held against the tables."""
    made = narrated(11, pack_id)
    grand = f"{Decimal(made.truth.whole.all.now) / 10000:.2f}"
    shown = grand.rstrip("0").rstrip(".") if get_pack(pack_id).wording.strip_zeros else grand
    at = made.document.rindex(f"{shown}万元")
    wrong = made.document[:at] + ("9" if shown[0] != "9" else "8") + made.document[at + 1 :]
    report = check_raw(read_bytes(wrong.encode(), "公开.txt"), pack_id)
    assert any(f.severity in (Severity.ERROR, Severity.SUSPECT) and f.code.startswith("XB3") for f in report.findings)


@pytest.mark.parametrize("pack_id", PACKS)
def test_every_section_of_the_form_is_written(pack_id: str) -> None:
    made = narrated(3, pack_id)
    headings = "\n".join(line.text for line in made.narration.lines).replace("“", "").replace("”", "")
    missing = [
        s.title
        for s in get_pack(pack_id).sections
        if not s.match.search(headings.replace("（", "(").replace("）", ")"))
    ]
    assert missing == []


def test_no_rate_is_told_from_zero() -> None:
    for seed in range(6):
        narrative = _checked(narrated(seed, "nmg_budget"), "nmg_budget").disclosure.narrative
        for change in narrative.changes:
            if change.growth is None or change.delta is None or change.level is None:
                continue
            level, delta = narrative.claims[change.level].amount, narrative.claims[change.delta]
            assert level is not None and delta.amount is not None
            assert level.value - delta.sign * delta.amount.value > 0, delta.quote


def test_reasons_are_listed_and_marked_never_made_up() -> None:
    text = (
        "云川市档案馆2025年度单位预算公开\n支出总表\n单位：万元\n科目编码\t科目名称\t合计\t基本支出\t项目支出\n"
        "201\t一般公共服务支出\t10.00\t10.00\t\n合计\t\t10.00\t10.00\t\n"
    )
    narration = narrate_disclosure(read(text, "nmg_budget"), None, Earlier()).narration
    kinds = {missing.kind for missing in narration.missing}
    assert {"本年数", "上年数", "变动原因", "用途", "说明"} <= kinds
    body = "\n".join(line.text for line in narration.lines)
    assert "【待填：变动原因】" in body and "【待填：主要职能】" in body
    assert "增加" not in body.split("情况说明", 1)[1].split("名词解释")[0]


def test_last_years_reason_stands_beside_and_is_not_copied() -> None:
    tables = (
        "收支总表\n单位：万元\n收入\t\t支出\t\n项目\t预算数\t项目\t预算数\n一、一般公共预算拨款收入\t{0}\t一、一般公共服务支出\t{0}\n"
        "本年收入合计\t{0}\t本年支出合计\t{0}\n收入总计\t{0}\t支出总计\t{0}\n\n"
    )
    prior = read(
        "云川市档案馆2024年度单位预算公开\n" + tables.format("90.00") + "第二部分 情况说明\n一、收支预算总体情况说明\n"
        "（1）一般公共预算拨款收入90.00万元，与上年相比增加5.00万元，增长5.88%。主要原因是新馆启用。\n",
        "nmg_budget",
    )
    now = read("云川市档案馆2025年度单位预算公开\n" + tables.format("100.00"), "nmg_budget")
    told = narrate_disclosure(now, None, Earlier(prior))
    assert told.last_reasons["一般公共预算拨款收入"] == "新馆启用"
    body = "\n".join(line.text for line in told.narration.lines)
    assert "一般公共预算拨款收入100万元，与上年相比增加10万元，增长11.11%。主要原因是【待填：变动原因】。" in body
    assert "新馆启用" not in body


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(1, 10**9), min_size=2, max_size=9))
def test_shares_add_up_and_stay_what_the_printed_figures_allow(cents: list[int]) -> None:
    def figure(value: int) -> Figure:
        return Figure("", "", Topic("o:"), Decimal(value).scaleb(-2))

    whole = figure(sum(cents))
    parts = shared([figure(c) for c in cents], whole)
    total = sum((Decimal(p.percent) for p in parts), Decimal(0))
    assert abs(total - 100) <= Decimal("0.005") * len(parts)
    for part in parts:
        assert part.now is not None and whole.now is not None
        allowed = percent_range(Amount(part.now, decimals=2).interval, Amount(whole.now, decimals=2).interval, 2)
        assert allowed is not None and allowed[0] <= Decimal(part.percent) <= allowed[1]


def test_ordinals() -> None:
    assert [ordinal(n) for n in (1, 10, 11, 20, 21, 30)] == ["一", "十", "十一", "二十", "二十一", "三十"]


# ---------------------------------------------------------------- the locked room


def _pack_with(folder: Path, forms: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "own_budget").mkdir()
    (folder / "own_budget" / "pack.toml").write_text(
        'id = "own_budget"\nname = "自己的"\nstages = ["budget"]\n', encoding="utf-8"
    )
    (folder / "own_budget" / "narrative.txt").write_text(forms, encoding="utf-8")
    monkeypatch.setenv(USER_PACKS, str(folder))


@pytest.mark.parametrize(
    ("forms", "words"),
    [
        ("一\n{{ 单位名 }}\n", (":2", "不认识的名称“单位名”")),
        ("一\n二\n{{ unit \n", (":3", "句式写错了")),
        ("{{ unit | shout }}\n", (":1", "shout")),
        ("@ for x in classes\n", ("句式写错了",)),
    ],
)
def test_wrong_forms_are_told_with_file_and_line(
    forms: str, words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _pack_with(tmp_path, forms, monkeypatch)
    with pytest.raises(PackError) as error:
        narrative_template(get_pack("own_budget"), {})
    assert all(word in str(error.value) for word in ("narrative.txt", *words))


@pytest.mark.parametrize(
    "attack",
    [
        "{{ unit.__class__.__mro__ }}",
        "{{ unit.format }}{{ unit.upper() }}",
        "{{ 'x' * 1000000000 }}",
        "{{ 10 ** 1000000 }}",
        "{{ '%s' % unit }}",
        "{% include '../nmg_budget/pack.toml' %}",
        "{% include '/etc/passwd' %}",
        "{% for i in classes.__init__.__globals__ %}{% endfor %}",
        "{{ unit.year_of_nothing }}",
    ],
)
def test_forms_reach_nothing(attack: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _pack_with(tmp_path, attack + "\n", monkeypatch)
    with pytest.raises(PackError):
        narrate_disclosure(read("云川市档案馆2025年度单位预算公开\n", "own_budget"), None, Earlier())


def test_what_the_prose_tells_is_what_the_tables_show() -> None:
    """Levels by subject, one by one, against the truth that made the tables."""
    made = narrated(5, "qinghai_budget")
    narrative = _checked(made, "qinghai_budget").disclosure.narrative
    told = {
        c.topic.item: c.amount.yuan
        for c in narrative.claims
        if c.kind is ClaimKind.LEVEL and c.topic.item.startswith("f:") and len(c.topic.item) == 9 and c.amount
    }
    for code, line in made.truth.fiscal.by_code(7).items():
        if line.all.now:
            assert abs(told[f"f:{code}"] - line.all.now) <= 50
