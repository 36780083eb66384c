"""填报内容. A performance form as a person filled it in, cell by cell and word for word, before anybody judges it."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from xlbudget.model.targets import Nature, Operator

Value = Decimal | str | None


@dataclass(slots=True)
class Slot:
    """填报格. What stands (or shall stand) in one cell. ``why`` is set where it is a proposal, and says on what ground.

    ``cell`` is its address once it is in a sheet; ``formula`` is kept as it is, ``value`` being its result.
    """

    value: Value = None
    formula: str = ""
    cell: str = ""
    why: str = ""
    new: bool = False
    """Proposed by this run: still to be written."""

    @property
    def text(self) -> str:
        if isinstance(self.value, Decimal):
            shown = f"{self.value:f}"
            return shown.rstrip("0").rstrip(".") if "." in shown else shown
        return (self.value or "").strip()

    @property
    def blank(self) -> bool:
        return not self.text and not self.formula

    @property
    def open(self) -> bool:
        """May a run fill it or change it? A person's entry never."""
        return self.blank or bool(self.why)

    def propose(self, value: Value, why: str) -> bool:
        """Put a proposal where nothing of a person's stands; does that change anything?"""
        if not self.open or value is None or (Slot(value).text == self.text and self.why):
            return False
        self.value, self.why, self.formula, self.new = value, why, "", True
        return True


Line = dict[str, Slot]
"""一行. Slots by the role of their column (see ``packs.performance.ROLES``)."""


@dataclass(slots=True)
class ProjectEntry:
    """一个项目的填报内容. ``head`` what is said of the project, ``lines`` its indicators, ``funds`` its money rows."""

    head: Line = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    funds: dict[str, Line] = field(default_factory=dict)
    cell: str = ""

    @property
    def name(self) -> str:
        return at(self.head, "project").text

    @property
    def unit(self) -> str:
        return at(self.head, "unit").text


@dataclass(slots=True)
class EnteredForm:
    """填报表. The sheet of a workbook that holds the form, the roles of its columns, and the projects in it."""

    sheet: str = ""
    projects: list[ProjectEntry] = field(default_factory=list)
    roles: set[str] = field(default_factory=set)


def at(line: Line, role: str) -> Slot:
    """The slot of a role, made when it is not there."""
    if role not in line:
        line[role] = Slot()
    return line[role]


OPERATOR_WORDS = {
    Operator.AT_LEAST: "大于等于", Operator.AT_MOST: "小于等于", Operator.EQUAL: "等于",
    Operator.MORE: "大于", Operator.LESS: "小于", Operator.NONE: "",
}  # fmt: skip
"""指标方向的写法."""


@dataclass(frozen=True, slots=True)
class Aim:
    """指标值. Nature, operator, number or words, and unit of an indicator, whatever columns a form spreads them over."""

    nature: Nature
    operator: Operator
    target: str
    measure: str

    @property
    def value(self) -> Decimal | None:
        try:
            return Decimal(self.target.replace(",", "")) if self.target[:1].isdigit() else None
        except ArithmeticError:
            return None

    def by_role(self) -> dict[str, Value]:
        """The contents of the columns that may stand for it."""
        number = self.value
        words = number is None
        composed = f"{self.operator.value}{self.target}" + (
            f" {self.measure}" if self.measure and self.measure != "%" else self.measure
        )
        return {
            "nature": self.nature.value,
            "operator": "" if words else OPERATOR_WORDS[self.operator],
            "sign": "定性" if words else self.operator.value,
            "target": self.target if number is None else number,
            "measure": self.measure,
            "value": composed,
        }
