"""查往年数. One figure of a past budget for a worksheet cell; every reason for having none is told apart."""

from __future__ import annotations

from decimal import Decimal

from xlbudget.app.comparing import archive_at
from xlbudget.app.registry import Fault, FunctionFault
from xlbudget.archive.failing import ArchiveError
from xlbudget.model.disclosure import Stage


def prior_figure(subject: str, column: str, table: str = "", unit: str = "", year: int | None = None) -> Decimal:
    """The figure in the money unit of the document; a blank cell is 0. Raises ``FunctionFault`` when there is none."""
    if not subject.strip() or not column.strip():
        raise FunctionFault(Fault.VALUE, "要给出科目编码（或名称）和栏名")
    try:
        archive = archive_at("")
        if archive is None:
            raise FunctionFault(Fault.NOT_AVAILABLE, "档案还是空的，先用“导入上年公开文件”或 xlbudget archive add 存入")
        from xlbudget.archive.lookup import Ask, look_up

        names = [unit] if unit.strip() else archive.units()
        if len(names) > 1:
            raise FunctionFault(Fault.NOT_AVAILABLE, f"档案里有 {len(names)} 家单位，请写明单位名称")
        entries = [e for e in archive.entries(names[0] if names else "", stage=Stage.BUDGET) if year in (None, e.year)]
        when = f" {year} 年" if year is not None else ""
        if not entries:
            raise FunctionFault(Fault.NOT_AVAILABLE, f"档案中没有“{unit}”{when}的预算")
        latest = max(e.year for e in entries)
        levels = {e.level for e in entries if e.year == latest}
        if len(levels) > 1:
            raise FunctionFault(
                Fault.NOT_AVAILABLE, f"档案中“{unit}”{latest} 年既有部门预算又有单位预算，不能判断取哪一份"
            )
        entry = max((e for e in entries if e.year == latest), key=lambda e: e.revision)
        (answer,) = look_up(archive, entry, [Ask(subject.strip(), column.strip(), table.strip())])
    except ArchiveError as error:
        raise FunctionFault(Fault.NOT_AVAILABLE, str(error)) from None
    if answer.amount is not None:
        return answer.amount.value
    if answer.blank:
        return Decimal(0)
    raise FunctionFault(Fault.NOT_AVAILABLE, answer.why)
