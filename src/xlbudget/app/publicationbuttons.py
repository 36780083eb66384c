"""按钮：公开. A new workbook, figures that add up, the explanatory text, and everything that is published."""

from __future__ import annotations

import xlbudget.app.commands
from xlbudget.app.live import LiveBook, LiveError, document_of, saved_copy
from xlbudget.app.priorbuttons import year_of
from xlbudget.app.registry import button
from xlbudget.exports.report import where
from xlbudget.model.amount import MoneyUnit, money_unit, plain
from xlbudget.reading.disclosing import disclose

assert xlbudget.app.commands  # buttons take their titles from the commands

_NAMED = 5
"""So many reasons are told in the message itself; all are in the list."""


@button("new", "公开", "FileNewDefault", "W")
def new(book: LiveBook) -> str:
    from xlbudget.authoring.newbook import new_workbook
    from xlbudget.packs.catalog import all_packs

    packs = [pack for pack in all_packs() if any(t.number and t.layout for t in pack.tables)]
    lines = [f"{n} {pack.name}" for n, pack in enumerate(packs, 1)]
    typed = book.ask("\n".join(["新建哪种表式？请输入编号", *lines]))
    if typed is None or not typed.strip():
        return "没有选择表式，没有新建。"
    wanted = typed.strip()
    pack = next((p for n, p in enumerate(packs, 1) if wanted in (str(n), p.id, p.name)), None)
    if pack is None:
        raise LiveError(f"没有“{wanted}”这种表式，没有新建。请输入 1 到 {len(packs)} 的编号。")
    unit = (book.ask("单位全称") or "").strip()
    if not unit:
        return "没有填写单位名称，没有新建。"
    year = year_of(book.ask("年度（四位年份）"))
    if year is None:
        return "没有填写年度，没有新建。"
    book.status("正在新建…")
    book.open_workbook(f"{unit}{year}年{pack.stages[0].chinese}公开", new_workbook(pack, unit, year))
    return f"已新建“{pack.name}”工作簿，还没有保存。请先另存，再从封面填起；合计和汇总都是公式。"


@button(
    "balance",
    "公开",
    "DecimalsDecrease",
    "L",
    help="把所有表一起舍入到公布的单位和位数，使各级汇总、合计和表间勾稽都分毫不差；列出被调整的单元格，可以撤销",
)
def balance(book: LiveBook) -> str:
    from xlbudget.app.levelbook import Pins, level_book

    unit = _published_unit(book)
    if unit is None:
        return "没有调整。"
    typed = book.ask(
        "不许调整的单元格，用逗号隔开，如 3支出总表!C7；\n写“合计”则各表的合计行都不调整；没有就直接按确定"
    )
    if typed is None:
        return "没有调整。"
    pins = Pins.of(typed)
    with saved_copy(book) as path:
        book.status("正在调平…")
        done = level_book(path, None, unit, 2, pins)
    levelling = done.levelling
    if unknown := pins.unknown(levelling):
        raise LiveError(f"{'、'.join(unknown)} 不是表中的数，没有作任何改动。请写成“工作表!单元格”，如 3支出总表!C7。")
    if done.edits:
        book.status("正在写入…")
        book.write("尾差调平", done.edits)
    rows = [("类别", "位置", "行", "栏", "精确数", "四舍五入", "调平后", "说明")]
    for figure in levelling.moved:
        at, shown = figure.place, (plain(figure.own, 2), plain(figure.value, 2))
        note = "超出一个末位单位" if figure.widened else ""
        rows.append(("调整", where(at), at.row, at.column, plain(figure.exact), *shown, note))
    rows += [("提示", "", "", "", "", "", "", f"{title}：{item}") for title, items in done.remarks for item in items]
    if len(rows) > 1:
        book.open_table(f"尾差调平 {book.name}", rows, (8, 22, 26, 16, 14, 12, 12, 60))
    head = f"{len(levelling.figures)} 个数、{levelling.relations} 条关系（单位：{levelling.unit.value}）"
    lines = [
        f"{head}，调整 {len(levelling.moved)} 个，改写 {len(done.edits)} 格。"
        if done.edits
        else f"{head}，没有要调的尾差。"
    ]
    lines += [f"{title}：{len(items)} 处，见清单。" for title, items in done.remarks]
    return "\n".join(lines)


def _published_unit(book: LiveBook) -> MoneyUnit | None:
    """万元, unless tables are in 元 and the person says so; ``None`` when the question was called off."""
    tables = list(disclose(document_of(book)).tables_read())
    if not tables:
        raise LiveError("没有认出任何有金额的预算（决算）表，无法调平。请确认工作簿里有带表头的公开表。")
    if all(table.money_unit is MoneyUnit.WAN for table in tables):
        return MoneyUnit.WAN
    typed = book.ask("有的表以元为单位。调平到什么单位，万元还是元（都保留两位小数）？不填为万元")
    if typed is None:
        return None
    unit = money_unit(typed.strip() or "万元")
    if unit not in (MoneyUnit.WAN, MoneyUnit.YUAN):
        raise LiveError(f"不能调平到“{typed.strip()}”，没有作任何改动。请输入万元或元。")
    return unit


@button(
    "narrate",
    "公开",
    "ReviewEditComment",
    "N",
    title="生成情况说明",
    help="按模板包的句式把各表写成情况说明，在新的文档里打开；没有写的原因标为【待填】，本工作簿不改",
)
def narrate(book: LiveBook) -> str:
    from xlbudget.app.narrating import earlier_kept, narrate_disclosure

    raw = document_of(book)
    book.status("正在写情况说明…")
    disclosure = disclose(raw)
    told = narrate_disclosure(disclosure, raw, earlier_kept(disclosure))
    book.open_text(f"情况说明 {book.name}", told.narration.text)
    left = len(told.narration.missing)
    return f"情况说明已写好，在新的文档里；还有 {left} 处待填。" if left else "情况说明已写好，在新的文档里。"


@button(
    "publish",
    "公开",
    "FileSaveAsPdfOrXps",
    "E",
    help="核对后把要公开的 Word、PDF、网页、开放数据、核对报告和清单导出到工作簿旁边的文件夹；有错误时不导出",
)
def publish(book: LiveBook) -> str:
    from xlbudget.app.publishing import PublishRefused, prepare
    from xlbudget.app.publishing import publish as export
    from xlbudget.exports.word import TemplateFault

    folder = book.folder
    if folder is None:
        raise LiveError("这个工作簿还没有保存在本机，不知道导出到哪里。请先保存（或另存到本机的文件夹），再一键导出。")
    with saved_copy(book) as path:
        book.status("正在核对…")
        prepared = prepare(path, kept=True)
        book.status("正在导出…")
        try:
            made = export(prepared, folder / f"{path.stem}-公开")
        except PublishRefused as refused:
            book.open_table(f"公开前要改的 {book.name}", [("公开前要改的",), *((r,) for r in refused.reasons)], (100,))
            raise LiveError(
                f"{refused}：错误 {len(prepared.errors)} 处，连同缺表、待填等共 {len(refused.reasons)} 处，见清单。没有写出任何文件。\n"
                + "\n".join(refused.reasons[:_NAMED])
            ) from None
        except TemplateFault as fault:
            raise LiveError(str(fault)) from None
    return "\n".join([f"已导出 {len(made.files)} 个文件到 {made.folder}", *made.unmade])
