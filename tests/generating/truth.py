"""The truth behind a generated disclosure: exact figures in 元, this year and last, by subject, component and purpose."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal
from random import Random

from xlbudget.packs.subjects import name_of

FUNCTIONS = {
    "201": ("2010601", "2010602", "2010607", "2013950"),
    "205": ("2050803",),
    "208": ("2080101", "2080109", "2080150", "2080501", "2080505", "2080506", "2080701"),
    "210": ("2101101", "2101102", "2101103"),
    "212": ("2120101", "2120104", "2120201", "2120501"),
    "221": ("2210201", "2210203"),
}
FIXED = {"2080505": "30108", "2080506": "30109", "2101101": "30110", "2101102": "30110", "2101103": "30111",
         "2210201": "30113", "2080501": "30302", "2210203": "30102"}  # fmt: skip
SALARIES = ("30101", "30102", "30103", "30107", "30112", "30199")
GOODS = ("30201", "30202", "30205", "30207", "30211", "30213", "30215", "30216", "30228", "30229", "30299")
THREE = ("abroad", "purchase", "running", "reception")


@dataclass
class Money:
    """This year's and last year's figure (and, for final accounts, this year's budget), in 元."""

    now: int
    prior: int
    budget: int = 0

    def __add__(self, other: Money) -> Money:
        return Money(self.now + other.now, self.prior + other.prior, self.budget + other.budget)

    def __sub__(self, other: Money) -> Money:
        return Money(self.now - other.now, self.prior - other.prior, self.budget - other.budget)


def total(parts: list[Money]) -> Money:
    return sum(parts, Money(0, 0))


@dataclass
class Line:
    """One 项 with its components."""

    code: str
    personnel: Money
    public: Money
    project: Money
    own: Money = field(default_factory=lambda: Money(0, 0, 0))
    """The part of the project money that the unit's own income pays."""

    @property
    def basic(self) -> Money:
        return self.personnel + self.public

    @property
    def all(self) -> Money:
        return self.basic + self.project


@dataclass
class Truth:
    """A whole disclosure. ``economic`` splits the basic expenditure; ``three`` is part of the public expenditure."""

    unit: str
    year: int
    lines: list[Line]
    economic: dict[str, int]
    three: dict[str, Money]
    procurement: dict[str, int]
    vehicles: dict[str, int]
    projects: list[tuple[str, int]] = field(default_factory=list)

    def by_code(self, length: int) -> dict[str, Line]:
        found: dict[str, Line] = {}
        for line in self.lines:
            code = line.code[:length]
            known = found.get(code)
            found[code] = (
                line
                if known is None
                else Line(
                    code,
                    known.personnel + line.personnel,
                    known.public + line.public,
                    known.project + line.project,
                    known.own + line.own,
                )
            )
        return {code: replace(x, code=code) for code, x in found.items()}

    @property
    def whole(self) -> Line:
        return Line(
            "",
            total([x.personnel for x in self.lines]),
            total([x.public for x in self.lines]),
            total([x.project for x in self.lines]),
            total([x.own for x in self.lines]),
        )

    @property
    def own(self) -> Money:
        """事业收入, all spent on projects."""
        return self.whole.own

    @property
    def fiscal(self) -> Truth:
        """What the general public budget pays: everything without the unit's own income."""
        lines = [replace(x, project=x.project - x.own, own=Money(0, 0, 0)) for x in self.lines]
        return replace(self, lines=[x for x in lines if x.all.now])


def name(code: str) -> str:
    found = name_of(code)
    assert found is not None, code
    return found


def wan(yuan: int, decimals: int = 2) -> str:
    """元 as 万元, rounded half up."""
    return str((Decimal(yuan) / 10000).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))


def percent(part: int, whole: int, decimals: int = 2) -> str:
    return str((Decimal(part) * 100 / Decimal(whole)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))


def make_truth(random: Random, year: int) -> Truth:
    """Random figures that hang together."""

    def money(low: int, high: int) -> Money:
        now = random.randint(low, high)
        prior = max(1000, now + random.randint(-now // 3, now // 3))
        budget = max(1000, now + random.randint(-now // 10, now // 10))
        return (
            random.choice((Money(now, prior, budget), Money(now, now, now)))
            if random.random() < 0.2
            else Money(now, prior, budget)
        )

    nothing = Money(0, 0, 0)
    earns = random.choice((0.0, 0.6))
    lines = []
    for cls in sorted(random.sample(sorted(FUNCTIONS), random.randint(2, 5))):
        for code in sorted(random.sample(FUNCTIONS[cls], random.randint(1, len(FUNCTIONS[cls])))):
            if code in FIXED:
                lines.append(Line(code, money(20_000, 3_000_000), nothing, nothing))
                continue
            people = money(100_000, 20_000_000) if random.random() < 0.8 else nothing
            goods = money(50_000, 3_000_000) if people.now else nothing
            project = money(10_000, 9_000_000) if random.random() < 0.6 or not people.now else nothing
            own = (
                Money(project.now // 3, project.prior // 3, project.budget // 3) if random.random() < earns else nothing
            )
            lines.append(Line(code, people, goods, project, own))
    economic: dict[str, int] = {}
    for line in lines:
        if line.code in FIXED:
            economic[FIXED[line.code]] = economic.get(FIXED[line.code], 0) + line.personnel.now
        else:
            _split(random, economic, SALARIES, line.personnel.now)
            _split(random, economic, GOODS, line.public.now)
    three = {kind: Money(0, 0, 0) for kind in THREE}
    for kind in random.sample(THREE, random.randint(0, 3)):
        three[kind] = money(1_000, 300_000)
    kinds = ("主要负责人用车", "机要通信用车", "应急保障用车", "执法执勤用车", "特种专业技术用车", "其他用车")
    projects = []
    spent = sum(x.project.now - x.own.now for x in lines)
    pieces: dict[str, int] = {}
    _split(
        random, pieces, tuple(f"{word}项目经费" for word in ("档案整理", "信息化建设", "业务培训", "设备维护")), spent
    )
    projects = sorted(pieces.items())
    return Truth(
        unit=random.choice(
            ("云川市档案馆", "清远县水务局", "东岭区财政局", "白石市第二中学", "长河县社会保险服务中心")
        ),
        year=year,
        lines=lines,
        economic=economic,
        three=three,
        procurement={kind: random.randint(0, 3_000_000) for kind in ("货物", "工程", "服务")},
        vehicles={kind: random.randint(0, 6) for kind in kinds},
        projects=projects,
    )


def _split(random: Random, into: dict[str, int], keys: tuple[str, ...], amount: int) -> None:
    """Share an amount out among some of the keys."""
    if not amount:
        return
    chosen = sorted(random.sample(keys, random.randint(2, len(keys))))
    cuts = sorted(random.randint(0, amount) for _ in chosen[1:])
    for key, low, high in zip(chosen, [0, *cuts], [*cuts, amount], strict=True):
        into[key] = into.get(key, 0) + high - low
