"""情况说明的句式. The sentence forms of a pack: ``narrative.txt`` beside its ``pack.toml``, one line a paragraph.

The forms are data that anybody may write, so they run in a locked room: Jinja's immutable sandbox without globals,
without arithmetic that can grow a text, with unknown names as errors. ``#`` to ``###`` mark headings, ``@`` begins a
line of control (``@ for``, ``@ if``), ``{{ … }}`` is filled. A mistake is told with file and line, in Chinese.

    # 第二部分 {{ year }}年度{{ level }}预算情况说明
    ## 二、收入预算情况说明
    {{ unit }}{{ year }}年度收入预算合计{{ income | money }}，其中：
    @ for source in sources | shared(income)
    {{ source.label }}{{ source | money }}，占{{ source.percent }}%；
    @ endfor
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xlbudget.packs.catalog import folders
from xlbudget.packs.loading import PackError
from xlbudget.packs.schema import Pack

if TYPE_CHECKING:
    from jinja2 import Environment, Template

FILE = "narrative.txt"
NAMES = frozenset(
    [
        "unit",
        "year",
        "last",
        "level",
        "stage",
        "final",
        "department",
        "income",
        "expenditure",
        "income_grand",
        "expenditure_grand",
        "carry_in",
        "carry_out",
        "use_surplus",
        "distribution",
        "source",
        "basic",
        "project",
        "operating",
        "upward",
        "subsidy",
        "fiscal",
        "fiscal_income",
        "general",
        "general_basic",
        "general_project",
        "personnel",
        "public",
        "fund",
        "capital",
        "operating_cost",
        "three",
        "classes",
        "all_classes",
        "personnel_items",
        "public_items",
        "project_classes",
        "subjects",
        "present_subjects",
        "projects",
        "fiscal_classes",
        "targeted",
        "targeted_total",
        "targeted_share",
    ]
)
"""What a form may speak of; :mod:`xlbudget.authoring.narrating` fills it."""
FILTERS = frozenset(
    [
        "money",
        "prior_money",
        "budget_money",
        "change",
        "versus_budget",
        "why",
        "purpose",
        "share",
        "shared",
        "completion",
        "listed",
        "named",
        "given",
        "paragraphs",
        "counted",
        "sum_given",
        "present",
        "nonzero",
        "ordinal",
    ]
)
_ALLOWED = frozenset({"length", "first", "last"})
"""Filters of Jinja itself that a form may use."""


def narrative_path(pack: Pack) -> Path | None:
    """The file with the forms of a pack: its own, or that of the pack it extends."""
    known = folders()
    own = known.get(pack.id)
    if own is not None and (path := own.parent / FILE).is_file():
        return path
    root = known.get(pack.extends or "national")
    inherited = root.parent / FILE if root is not None else None
    return inherited if inherited is not None and inherited.is_file() else None


def narrative_template(pack: Pack, filters: Mapping[str, Callable[..., Any]]) -> Template:
    """The compiled forms of a pack, with the filters of one run; raises :class:`PackError` with file and line."""
    path = narrative_path(pack)
    if path is None:
        raise PackError(f"模板包“{pack.id}”没有情况说明的句式（{FILE}）")
    code, environment = _compiled(path, path.stat().st_mtime_ns)
    room = environment.overlay()
    room.filters = {
        **{k: v for k, v in environment.filters.items() if k in _ALLOWED},
        **{name: partial(_with_context, call) for name, call in filters.items()},
    }
    return room.template_class.from_code(room, code, {})


@cache
def _compiled(path: Path, changed: int) -> tuple[Any, Environment]:
    from jinja2 import FunctionLoader, TemplateError, TemplateSyntaxError, meta

    environment = _environment().overlay()
    environment.loader = FunctionLoader(lambda name: _shared_text(path, name))
    source = path.read_text(encoding="utf-8")
    try:
        tree = environment.parse(source)
        unknown = sorted(meta.find_undeclared_variables(tree) - NAMES)
        if unknown:
            line = next((n for n, text in enumerate(source.splitlines(), 1) if unknown[0] in text), 1)
            raise PackError(f"{path}:{line}：句式中有不认识的名称“{unknown[0]}”（可用：{'、'.join(sorted(NAMES))}）")
        code = environment.compile(source, filename=str(path))
    except TemplateSyntaxError as error:
        raise PackError(f"{path}:{error.lineno}：句式写错了：{error.message}") from None
    except TemplateError as error:
        raise PackError(f"{path}：句式写错了：{error}") from None
    return code, environment


def _shared_text(path: Path, name: str) -> str | None:
    """A text that forms include: it lies beside them, or in the national pack, and nowhere else."""
    if "/" in name or "\\" in name or name.startswith("."):
        return None
    for folder in (path.parent, folders()["national"].parent):
        if (text := folder / name).is_file():
            return text.read_text(encoding="utf-8")
    return None


@cache
def _environment() -> Environment:
    from jinja2 import StrictUndefined, pass_context
    from jinja2.exceptions import SecurityError
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    class LockedRoom(ImmutableSandboxedEnvironment):
        """No calls, no arithmetic beyond adding and subtracting: a form can neither grow nor reach anything."""

        intercepted_binops = frozenset(("*", "**", "%", "//", "/"))

        def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
            raise SecurityError(f"句式中不能用运算“{operator}”")

        def call(__self, __context: Any, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805
            raise SecurityError("句式中不能调用函数")

    room = LockedRoom(
        autoescape=False,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        line_statement_prefix="@",
        keep_trailing_newline=True,
    )
    room.globals.clear()

    @pass_context
    def absent(context: Any, value: Any, *given: Any) -> Any:
        """Stands in for a filter while forms are compiled; the context keeps Jinja from running it then."""
        return value

    allowed = {name: value for name, value in room.filters.items() if name in _ALLOWED}
    room.filters = allowed | dict.fromkeys(FILTERS, absent)
    room.tests = {name: room.tests[name] for name in ("defined", "none")}
    return room


def _with_context(call: Callable[..., Any], context: Any, *given: Any, **named: Any) -> Any:
    return call(*given, **named)
