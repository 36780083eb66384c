"""命令. Every verb, once: what it takes, what it does, its help. The hosts only carry them.

Importing this module declares all commands of the application, also those that stand in modules of their own.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from xlbudget.app import bookcommands, filling, targeting
from xlbudget.app.archiving import ARCHIVE_HELP
from xlbudget.app.registry import FAILED, FUNCTIONS, OK, WRONG, Argument, Console, command
from xlbudget.authoring.saving import WriteError, write_file

assert filling and targeting  # declare their commands, as ``archiving`` and ``bookcommands`` do

_FILES = Argument("files", "要核对的文件（xlsx、txt 等），可以有多个", "文件", many=True)
_PACK = Argument("--pack", "模板包的名称，不填则自动识别（见 xlbudget packs）", "模板包", required=False)
_OUT = Argument("-o", "写到这个文件（或文件夹），不填则输出到屏幕", "路径", required=False)


@command(
    "check",
    "全部校验",
    "核对文件，列出错误、疑点、尾差和没有核对的部分",
    [
        _FILES,
        Argument(
            "--format", "输出格式", choices=("text", "json", "html", "xlsx", "pdf"), default="text", required=False
        ),
        _OUT,
        _PACK,
        Argument("--prior", "上年的公开文件，用来核对增减和上年数；不填则从档案里找", "文件", required=False),
        Argument("--parent", "部门的公开文件，用来核对本单位在其中的数", "文件", required=False),
        Argument("--archive", ARCHIVE_HELP, "地址", required=False),
        Argument("--ocr", "扫描的页面用文字识别读出（需装 tesseract），结果最多列为疑点", flag=True, required=False),
        Argument(
            "--write-marks",
            "在工作簿里给可疑的单元格涂色、加批注（先留备份）；与 --format xlsx -o 合用时写到另一个文件",
            flag=True,
            required=False,
        ),
    ],
    example="xlbudget check 预算公开.xlsx --format html -o 核对报告.html",
)
def check(console: Console, given: Mapping[str, Any]) -> int:
    from xlbudget.app.checking import check_file
    from xlbudget.app.comparing import Beside, ComparingError
    from xlbudget.archive.failing import ArchiveError
    from xlbudget.model.finding import Severity
    from xlbudget.packs.loading import PackError
    from xlbudget.sources.failing import SourceError

    files = [Path(name) for name in given["files"]]
    prior, parent = (Path(given[key]) if given.get(key) else None for key in ("prior", "parent"))
    beside = Beside(prior, parent, given.get("archive") or "")
    reports: dict[Path, Any] = {}
    status = OK
    for path in console.progress(files, "核对"):
        try:
            report = check_file(path, given.get("pack"), bool(given.get("ocr")), beside)
        except (SourceError, PackError, ComparingError, ArchiveError) as error:
            console.problem(f"{path.name}：{error}")
            status = FAILED
            continue
        reports[path] = report
        if report.of(Severity.ERROR) and status == OK:
            status = WRONG
    if not reports:
        return FAILED
    if given.get("write_marks"):
        copies = given["format"] == "xlsx"
        if copies and len(files) > 1 and given.get("o"):
            console.problem("多个文件不能标记到同一个文件里，请一个一个来，或不用 -o。")
            return FAILED
        marked = bookcommands.write_marks(console, reports, given.get("o") if copies else None)
        if marked != OK or copies:
            return marked or status
    try:
        _write_reports(console, reports, given["format"], given.get("o"), len(files) > 1)
    except WriteError as error:
        console.problem(str(error))
        return FAILED
    return status


def _write_reports(console: Console, checked: Mapping[Path, Any], form: str, out: str | None, several: bool) -> None:
    from xlbudget.exports.report import check_json

    reports = list(checked.values())
    if form == "xlsx":
        from xlbudget.exports.sheet import findings_workbook

        path = Path(out or "核对清单.xlsx")
        write_file(path, findings_workbook(reports))
        console.say(f"已写出 {path}")
        return
    if form == "html":
        from xlbudget.app.reporting import html_of

        for source, report in checked.items():
            target = _target(out, report.disclosure.file, ".html", several)
            if target is None:
                console.result(html_of(report, source))
            else:
                write_file(target, html_of(report, source))
                console.say(f"已写出 {target}")
        return
    if form == "pdf":
        from xlbudget.app.reporting import annotated

        for source, report in checked.items():
            target = _target(out, report.disclosure.file, "-核对批注.pdf", several) or Path(
                source.stem + "-核对批注.pdf"
            )
            write_file(target, annotated(report, source))
            console.say(f"已写出 {target}")
        return
    if form == "json":
        text = "".join(
            json.dumps(check_json(r), ensure_ascii=False, indent=None if several else 1) + "\n" for r in reports
        )
    else:
        from xlbudget.exports.terminal import terminal_text

        text = "\n".join(terminal_text(r, console.colour and out is None) for r in reports)
    if out:
        write_file(Path(out), text)
        console.say(f"已写出 {out}")
    else:
        console.result(text)


def _target(out: str | None, file: str, suffix: str, several: bool) -> Path | None:
    """Where the result of one file goes: the path itself, or, for several files, one file each in that folder."""
    if out is None:
        return None if not several else Path(Path(file).stem + suffix)
    path = Path(out)
    return path / (Path(file).stem + suffix) if several or path.is_dir() else path


@command(
    "read",
    "读出内容",
    "读出文件中的表和数，不作核对",
    [
        Argument("file", "要读的文件", "文件"),
        Argument("--format", "输出格式", choices=("json", "xlsx"), default="json", required=False),
        _OUT,
        _PACK,
    ],
    example="xlbudget read 预算公开.txt --format xlsx -o 内容.xlsx",
)
def read(console: Console, given: Mapping[str, Any]) -> int:
    from xlbudget.app.checking import read_file
    from xlbudget.packs.loading import PackError
    from xlbudget.sources.failing import SourceError

    try:
        disclosure = read_file(Path(given["file"]), given.get("pack"))
        if given["format"] == "xlsx":
            from xlbudget.exports.sheet import facts_workbook

            path = Path(given.get("o") or Path(given["file"]).stem + "-内容.xlsx")
            write_file(path, facts_workbook(disclosure))
            console.say(f"已写出 {path}")
            return OK
        from xlbudget.exports.reading import read_json

        text = json.dumps(read_json(disclosure), ensure_ascii=False, indent=1) + "\n"
        if given.get("o"):
            write_file(Path(given["o"]), text)
            console.say(f"已写出 {given['o']}")
        else:
            console.result(text)
    except (SourceError, PackError, WriteError) as error:
        console.problem(f"{Path(given['file']).name}：{error}")
        return FAILED
    return OK


@command(
    "new",
    "新建工作簿",
    "按模板包新建一本空的预算（决算）公开工作簿，合计和汇总都是公式",
    [
        Argument("pack", "模板包的名称（见 xlbudget packs）", "模板包"),
        Argument("--unit", "单位全称", "名称"),
        Argument("--year", "年度", "年份"),
        Argument("-o", "写到这个文件", "工作簿.xlsx"),
    ],
    example="xlbudget new nmg_budget --unit 云川市档案服务中心 --year 2026 -o 预算公开.xlsx",
)
def new(console: Console, given: Mapping[str, Any]) -> int:
    from xlbudget.authoring.newbook import new_workbook
    from xlbudget.packs.catalog import get_pack
    from xlbudget.packs.loading import PackError

    path = Path(given["o"])
    if path.exists():
        console.problem(f"“{path}”已经存在，不会覆盖。请换一个文件名。")
        return FAILED
    year = str(given["year"])
    if not (year.isdigit() and 2000 <= int(year) <= 2099):
        console.problem(f"年度“{year}”不对，应是四位年份，如 2026。")
        return FAILED
    try:
        pack = get_pack(given["pack"])
        write_file(path, new_workbook(pack, given["unit"], int(year)))
    except (PackError, WriteError) as error:
        console.problem(str(error))
        return FAILED
    console.say(f"已写出 {path}")
    return OK


@command(
    "packs",
    "模板包",
    "列出可用的模板包；或取出一个模板包的 Word 模板，在 Word 里改好后给 publish --template",
    [
        Argument("pack", "只看这一个", "模板包", required=False),
        Argument("--template", "把它的 Word 模板写到这个文件（已有的文件不会覆盖）", "模板.docx", required=False),
    ],
    example="xlbudget packs",
)
def packs(console: Console, given: Mapping[str, Any]) -> int:
    from xlbudget.packs.catalog import all_packs, get_pack
    from xlbudget.packs.loading import PackError

    if given.get("template"):
        from xlbudget.app.publicationcommands import hand_out_template

        return hand_out_template(console, given.get("pack"), Path(given["template"]))
    try:
        for pack in [get_pack(given["pack"])] if given.get("pack") else all_packs():
            stages = "、".join(stage.chinese for stage in pack.stages)
            own = sum(1 for t in pack.tables if t.number)
            console.result(f"{pack.id:<18}{pack.name}（{stages}" + (f"，{own} 张表" if own else "") + "）\n")
    except PackError as error:
        console.problem(str(error))
        return FAILED
    return OK


@command(
    "explain",
    "规则说明",
    "解释一条规则：检查什么、为什么、依据、怎么改，以及通过和不通过的例子",
    [Argument("code", "规则编号，如 XB101；不填则列出全部规则", "编号", required=False)],
    example="xlbudget explain XB101",
)
def explain(console: Console, given: Mapping[str, Any]) -> int:
    from xlbudget.rules.declaring import HEADINGS, all_rules, get_rule

    code = given.get("code")
    if not code:
        for rule in all_rules():
            console.result(f"{rule.code}  {rule.severity.chinese}  {rule.title}\n")
        return OK
    found = get_rule(code)
    if found is None:
        console.problem(f"没有规则“{code}”。用 xlbudget explain 列出全部规则。")
        return FAILED
    lines = [f"{found.code} {found.title}（{found.severity.chinese}）", ""]
    for heading in HEADINGS:
        lines += [f"【{heading}】", found.page[heading], ""]
    for title, examples in (("通过的例子", found.passes[:1]), ("不通过的例子", found.fails[:1])):
        for example in examples:
            lines += [f"【{title}】", example.shown, *(f"→ {message}" for message in example.messages), ""]
    console.result("\n".join(lines))
    return OK


@command(
    "call",
    "调用函数",
    "在命令行里调用一个工作表函数；区域写成 文件.xlsx!工作表!A4:H30，或 JSON 数组",
    [
        Argument("function", "函数名，如 BUDGET_CHECK；不填则列出全部函数", "函数", required=False),
        Argument("arguments", "函数的参数", "参数", many=True, required=False),
    ],
    example="xlbudget call BUDGET_CHANGE 535.12 534.68",
)
def call(console: Console, given: Mapping[str, Any]) -> int:
    import xlbudget.app.functions
    from xlbudget.app.ranges import RangeError, argument_of
    from xlbudget.app.registry import FunctionFault, call_function, matrix

    assert xlbudget.app.functions
    name = str(given.get("function") or "").upper()
    if not name:
        for declared in FUNCTIONS.values():
            names = "，".join(f"[{p.chinese}]" if p.optional else p.chinese for p in declared.parameters)
            console.result(f"{declared.name}({names})\n    {declared.help}\n")
        return OK
    if name not in FUNCTIONS:
        console.problem(f"没有函数“{name}”。可用：{'、'.join(FUNCTIONS)}。")
        return FAILED
    try:
        result = call_function(name, [argument_of(text) for text in given.get("arguments") or ()])
    except FunctionFault as fault:
        console.result(f"{fault.fault.value}\n")
        console.problem(str(fault))
        return FAILED
    except RangeError as error:
        console.problem(str(error))
        return FAILED
    rows = matrix(result)
    console.result("\n".join("\t".join("" if cell is None else str(cell) for cell in row) for row in rows) + "\n")
    return OK


@command(
    "doctor",
    "环境诊断",
    "检查这台机器是否准备好：Python、依赖、模板包、LibreOffice",
    [],
    example="xlbudget doctor",
)
def doctor(console: Console, given: Mapping[str, Any]) -> int:
    from xlbudget.app.diagnosing import diagnose

    good = True
    for item in diagnose():
        good = good and item.fine is not False
        console.result(item.line + "\n")
    return OK if good else FAILED


_PRIOR = Argument("--prior", "上年的公开文件（决算另给当年的预算），可以写多次", "文件", many=True, required=False)


@command(
    "narrate",
    "生成情况说明",
    "按模板包的句式写出情况说明，列出待填的变动原因、用途和说明；原因写在“变动原因”表里，再运行一次",
    [
        Argument("book", "填好的工作簿", "工作簿.xlsx"),
        _PRIOR,
        Argument("--write", "写入工作簿（先留备份）", flag=True, required=False),
        Argument("-o", "写到另一个文件：.xlsx 是工作簿，.txt 是纯文字；不填则输出到屏幕", "路径", required=False),
        _PACK,
    ],
    example="xlbudget narrate 预算公开.xlsx --prior 上年预算公开.pdf --write",
)
def narrate(console: Console, given: Mapping[str, Any]) -> int:
    from xlbudget.app.publicationcommands import run_narrate

    return run_narrate(console, given)


@command(
    "publish",
    "一键导出",
    "核对后导出公开文本：Word、PDF、网页、开放数据、核对报告和清单；有错误时不导出",
    [
        Argument("books", "填好的工作簿，或放着部门和所属单位工作簿的文件夹，可以有多个", "工作簿.xlsx", many=True),
        Argument("-o", "导出到这个文件夹；有多本工作簿时，里面一个单位一个文件夹", "文件夹"),
        _PRIOR,
        Argument("--anyway", "有错误也导出，问题写在核对报告的封面上", flag=True, required=False),
        Argument("--renew", "“情况说明”表里已有文字时，也重新生成", flag=True, required=False),
        Argument("--level", "公布的表调平尾差，移动的数列在核对报告和清单里；工作簿不改", flag=True, required=False),
        Argument("--write", "与 --level 同用：把调平也写回工作簿（先留备份）", flag=True, required=False),
        Argument("--no-pdf", "不生成 PDF", flag=True, required=False),
        Argument("--template", "Word 模板，不填则用模板包的 publication.docx", "模板.docx", required=False),
        _PACK,
    ],
    example="xlbudget publish 预算公开.xlsx -o 公开",
)
def publish(console: Console, given: Mapping[str, Any]) -> int:
    from xlbudget.app.publicationcommands import run_publish

    return run_publish(console, given)


@command(
    "batch",
    "批量核对",
    "核对一个文件夹或清单里的全部文件，结果随时写下，中断后接着做",
    [
        Argument("source", "文件夹，或每行一个文件名的清单（.lst）", "文件夹"),
        Argument("-o", "结果写到这个文件夹", "文件夹"),
        Argument("--workers", "同时核对几份，不填则按处理器个数", "个数", required=False),
        Argument("--scheduler", "已有的 Dask 集群的地址，如 tcp://127.0.0.1:8786", "地址", required=False),
        Argument(
            "--reports",
            "写出哪些文件的网页报告",
            choices=("none", "problems", "all"),
            default="problems",
            required=False,
        ),
        Argument("--seconds", "一份文件最多几秒", "秒", default="120", required=False),
        Argument("--memory", "一份文件最多多少内存（MB）", "MB", default="2048", required=False),
        Argument("--archive", ARCHIVE_HELP, "地址", required=False),
        _PACK,
    ],
    example="xlbudget batch 各单位公开 -o 核对结果",
)
def batch(console: Console, given: Mapping[str, Any]) -> int:
    from xlbudget.app.batch.commanding import run

    return run(console, given)
