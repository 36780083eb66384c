"""Workbooks of any size for the measurements: the twelve tables of a form with random but consistent figures."""

from __future__ import annotations

import random
from decimal import Decimal

from xlbudget.authoring.filling import Filling, Line
from xlbudget.authoring.newbook import new_workbook
from xlbudget.packs.catalog import get_pack

CLASSES = [f"{n}" for n in range(201, 217)]
ECONOMIC = ["301", "302", "303", "310"]


def leaves(count: int) -> list[str]:
    """``count`` functional codes of seven digits, spread over 类 and 款."""
    codes = [f"{c}{k:02d}{i:02d}" for c in CLASSES for k in range(1, 90) for i in range(1, 10)]
    step = max(1, len(codes) // count)
    return codes[::step][:count]


def sized_workbook(rows: int, seed: int = 1) -> bytes:
    """A workbook whose twelve tables have about ``rows`` rows together."""
    source = random.Random(seed)
    each = max(4, rows // 9)
    codes = leaves(int(each * 0.75))

    def figure() -> Decimal:
        return Decimal(source.randrange(1, 10**6)) / 100

    spent = {code: (figure(), figure(), figure()) for code in codes}
    general = [Line(c, f"科目{c}", {4: p, 5: o, 6: j}) for c, (p, o, j) in spent.items()]
    expenditure = [Line(c, f"科目{c}", {3: p + o, 4: j}) for c, (p, o, j) in spent.items()]
    income = [Line(c, f"科目{c}", {3: p + o + j}) for c, (p, o, j) in spent.items()]
    economic = [
        Line(f"{ECONOMIC[i % 4]}{i // 4 + 1:02d}", f"款{i}", {3 if i % 2 else 4: figure()})
        for i in range(min(each, 300))
    ]
    projects = [Line("", f"项目{i}", {4: figure()}) for i in range(each)]
    purchases = [Line("", f"采购{i}", {5: figure()}) for i in range(each)]
    units = [Line("", f"云川市第{i}中学", {2: figure(), 4: figure(), 5: figure(), 6: figure()}) for i in range(each)]
    total = sum((v for values in spent.values() for v in values), Decimal(0))
    filling = Filling(
        {
            "general_expenditure": general,
            "expenditure": expenditure,
            "income": income,
            "basic_expenditure": economic,
            "projects": projects,
            "procurement": purchases,
            "three_public": units,
        },
        {
            "income_expenditure": {"一、一般公共预算拨款收入": total},
            "fiscal_appropriation": {"（一）一般公共预算拨款": total},
        },
    )
    return new_workbook(get_pack("nmg_budget"), "云川市教育局", 2025, filling)
