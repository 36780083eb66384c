"""文字与绩效的存储格式. Claims, their relations and performance targets as plain data and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from decimal import Decimal
from typing import Any

from xlbudget.archive.encoding import EncodingError, amount_in, amount_out, decimal_in, place_in, place_out
from xlbudget.model.claim import Change, Claim, ClaimKind, Listing, Narrative, Ratio, Topic
from xlbudget.model.provenance import Provenance
from xlbudget.model.table import Side
from xlbudget.model.targets import FundRow, Indicator, Nature, Operator, Targets, TargetSheet, TargetTotal


def narrative_out(narrative: Narrative) -> dict[str, Any]:
    """The claims and their relations, without the text that they stood in."""
    return {
        "claims": [_claim_out(c) for c in narrative.claims],
        "changes": [
            [_topic_out(c.topic), c.base, c.level, c.prior, c.delta, c.growth, c.direction] for c in narrative.changes
        ],
        "listings": [[x.head, x.items, int(x.open), int(x.complete)] for x in narrative.listings],
        "ratios": [[r.figure, r.part, r.whole, _topic_out(r.named) if r.named else None] for r in narrative.ratios],
        "unclear": narrative.unclear,
    }


def narrative_in(data: Mapping[str, Any], file: str) -> Narrative:
    try:
        return Narrative(
            claims=[_claim_in(c, file) for c in data.get("claims", ())],
            changes=[Change(_topic_in(c[0]), *c[1:]) for c in data.get("changes", ())],
            listings=[Listing(x[0], list(x[1]), bool(x[2]), bool(x[3])) for x in data.get("listings", ())],
            ratios=[Ratio(r[0], r[1], r[2], _topic_in(r[3]) if r[3] else None) for r in data.get("ratios", ())],
            unclear=list(data.get("unclear", ())),
        )
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise EncodingError("文字表述的数据损坏") from error


def _topic_out(topic: Topic) -> list[Any]:
    return [topic.item, topic.side.value, topic.scope, topic.component, topic.period, topic.words]


def _topic_in(data: list[Any]) -> Topic:
    return Topic(data[0], Side(data[1]), *data[2:])


def _claim_out(claim: Claim) -> dict[str, Any]:
    found = _plain_fields(claim, ("text", "passage", "decimals", "measure", "sign", "word", "vague", "reason", "quote"))
    return {
        **found,
        "kind": claim.kind.value,
        "topic": _topic_out(claim.topic),
        "place": place_out(claim.place),
        "span": list(claim.span),
        "amount": amount_out(claim.amount),
        "percent": str(claim.percent) if claim.percent is not None else None,
        "count": str(claim.count) if claim.count is not None else None,
    }


def _claim_in(data: Mapping[str, Any], file: str) -> Claim:
    plain = {k: data[k] for k in ("decimals", "measure", "sign", "word", "vague", "reason", "quote") if k in data}
    return Claim(
        kind=ClaimKind(data["kind"]),
        topic=_topic_in(data["topic"]),
        text=data["text"],
        place=place_in(data["place"], file),
        span=(data["span"][0], data["span"][1]),
        passage=data["passage"],
        amount=amount_in(data.get("amount")),
        percent=decimal_in(data.get("percent")),
        count=decimal_in(data.get("count")),
        **plain,
    )


_TEXTS = ("dimension", "kind", "name", "target", "measure", "prior", "basis", "scoring", "evidence", "actual")
_NUMBERS = ("value", "points", "actual_value", "score")


def targets_out(targets: Targets) -> dict[str, Any]:
    return {
        "sheets": [_sheet_out(sheet) for sheet in targets.sheets],
        "totals": [[amount_out(t.amount), place_out(t.place), int(t.first)] for t in targets.totals],
        "execution_points": str(targets.execution_points) if targets.execution_points is not None else None,
    }


def targets_in(data: Mapping[str, Any], file: str) -> Targets:
    try:
        totals = []
        for raw, place, first in data.get("totals", ()):
            amount = amount_in(raw)
            assert amount is not None
            totals.append(TargetTotal(amount, place_in(place, file), bool(first)))
        return Targets(
            sheets=[_sheet_in(s, file) for s in data.get("sheets", ())],
            totals=totals,
            execution_points=decimal_in(data.get("execution_points")),
        )
    except (KeyError, IndexError, TypeError, ValueError, AssertionError) as error:
        raise EncodingError("绩效目标的数据损坏") from error


def _sheet_out(sheet: TargetSheet) -> dict[str, Any]:
    return {
        **_plain_fields(sheet, ("project", "unit", "category", "goal", "doubt", "table")),
        "budget": amount_out(sheet.budget),
        "place": place_out(sheet.place),
        "budget_place": place_out(sheet.budget_place),
        "indicators": [_indicator_out(i) for i in sheet.indicators],
        "parts": {k: [amount_out(a), place_out(p)] for k, (a, p) in sheet.parts.items()},
        "funds": [
            [f.label, *(_text(getattr(f, k)) for k in _FUND_NUMBERS), place_out(f.place), f.doubt] for f in sheet.funds
        ],
        "total_points": [str(sheet.total_points[0]), place_out(sheet.total_points[1])] if sheet.total_points else None,
        "total_score": [str(sheet.total_score[0]), place_out(sheet.total_score[1])] if sheet.total_score else None,
    }


_FUND_NUMBERS = ("initial", "adjusted", "executed", "points", "rate", "score")


def _sheet_in(data: Mapping[str, Any], file: str) -> TargetSheet:
    parts = {}
    for name, (raw, place) in data.get("parts", {}).items():
        amount = amount_in(raw)
        assert amount is not None
        parts[name] = (amount, place_in(place, file))
    return TargetSheet(
        project=data.get("project", ""),
        unit=data.get("unit", ""),
        category=data.get("category", ""),
        budget=amount_in(data.get("budget")),
        goal=data.get("goal", ""),
        place=place_in(data.get("place", {}), file),
        budget_place=place_in(data.get("budget_place", {}), file),
        indicators=[_indicator_in(i, file) for i in data.get("indicators", ())],
        parts=parts,
        funds=[
            FundRow(
                label=f[0],
                place=place_in(f[7], file),
                doubt=f[8],
                **dict(zip(_FUND_NUMBERS, map(decimal_in, f[1:7]), strict=True)),
            )
            for f in data.get("funds", ())
        ],
        total_points=_pair_in(data.get("total_points"), file),
        total_score=_pair_in(data.get("total_score"), file),
        doubt=data.get("doubt", ""),
        table=data.get("table", ""),
    )


def _pair_in(data: list[Any] | None, file: str) -> tuple[Decimal, Provenance] | None:
    if not data:
        return None
    value = decimal_in(data[0])
    assert value is not None
    return value, place_in(data[1], file)


def _indicator_out(indicator: Indicator) -> dict[str, Any]:
    return {
        **_plain_fields(indicator, (*_TEXTS, "reason", "doubt")),
        **{k: v for k in _NUMBERS if (v := _text(getattr(indicator, k))) is not None},
        "nature": indicator.nature.value,
        "operator": indicator.operator.value,
        "place": place_out(indicator.place),
    }


def _indicator_in(data: Mapping[str, Any], file: str) -> Indicator:
    known: dict[str, Any] = {k: data.get(k, "") for k in (*_TEXTS, "reason", "doubt")}
    known |= {k: decimal_in(data.get(k)) for k in _NUMBERS}
    return Indicator(
        nature=Nature(data["nature"]),
        operator=Operator(data["operator"]),
        place=place_in(data["place"], file),
        **known,
    )


def _text(value: Decimal | None) -> str | None:
    return str(value) if value is not None else None


def _plain_fields(thing: Any, names: tuple[str, ...]) -> dict[str, Any]:
    """The named fields that are not at their defaults."""
    kind = type(thing)
    if kind not in _DEFAULTS:
        _DEFAULTS[kind] = {f.name: f.default for f in fields(kind)}
    defaults = _DEFAULTS[kind]
    return {n: v for n in names if (v := getattr(thing, n)) != defaults[n]}


_DEFAULTS: dict[type, dict[str, Any]] = {}
