"""The tables of a generated disclosure, printed as a converted document prints them: lines of cells with tabs between."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tests.generating.truth import THREE, Line, Money, Truth, name, wan

Row = list[str]
INCOMES = ("一般公共预算拨款收入", "政府性基金预算拨款收入", "国有资本经营预算拨款收入", "财政专户管理资金收入", "事业收入",
           "上级补助收入", "附属单位上缴收入", "其他收入")  # fmt: skip
CLASSES = ("201", "204", "205", "206", "207", "208", "210", "211", "212", "213", "214", "221")
MARKS = "一二三四五六七八九"


def _mark(n: int) -> str:
    tens, ones = divmod(n, 10)
    return ("十" if tens == 1 else (MARKS[tens - 2] if tens else "") + ("十" if tens else "")) + (
        MARKS[ones - 1] if ones else ""
    )


def _titled(title: str, rows: Iterator[Row]) -> Iterator[str]:
    yield title
    yield "单位：万元"
    for row in rows:
        yield "\t".join(row)
    yield ""


def tables(truth: Truth, titles: dict[str, str], final: bool, blank: str) -> Iterator[str]:
    """All tables; ``blank`` is what an empty money cell shows."""

    def show(yuan: int) -> str:
        return wan(yuan) if yuan else blank

    builders: dict[str, Callable[[], Iterator[Row]]] = {
        "income_expenditure": lambda: _balance(truth, show, final, ()),
        "income": lambda: _income(truth, show, final),
        "expenditure": lambda: _expenditure(truth, show, final),
        "fiscal_appropriation": lambda: _balance(
            truth.fiscal, show, final, ("一般公共预算", "政府性基金预算", "国有资本经营预算")
        ),
        "general_expenditure": lambda: _general(truth.fiscal, show),
        "basic_expenditure": lambda: _basic(truth, show),
        "three_public": lambda: _three(truth, show, final),
        "projects": lambda: _projects(truth, show),
    }
    for key, title in titles.items():
        yield from _titled(title, builders[key]())


def _balance(truth: Truth, show: Callable[[int], str], final: bool, funds: tuple[str, ...]) -> Iterator[Row]:
    word = "决算" if final else "预算"
    yield ["收入", "", "支出", *[""] * (1 + len(funds))]
    yield ["项目", f"{word}数", "项目", *(("合计", *funds) if funds else (f"{word}数",))]
    classes = truth.by_code(3)
    incomes = (
        ["一、一般公共预算拨款", "二、政府性基金预算拨款", "三、国有资本经营预算拨款"]
        if funds
        else [f"{_mark(i + 1)}、{income}" for i, income in enumerate(INCOMES)]
    )
    for i, code in enumerate(CLASSES):
        earned = {0: truth.fiscal.whole.all.now, 4: 0 if funds else truth.own.now}.get(i, 0)
        left = [incomes[i], show(earned)] if i < len(incomes) else ["", ""]
        now = classes[code].all.now if code in classes else 0
        yield [*left, f"{_mark(i + 1)}、{name(code)}", show(now), *([show(now), "", ""] if funds else [])]
    whole = show(truth.whole.all.now)
    tail = [whole, "", ""] if funds else []
    yield ["本年收入合计", whole, "本年支出合计", whole, *tail]
    yield [
        f"{'年初' if final else '上年'}结转和结余",
        "",
        f"{'年末' if final else '结转下年'}",
        "",
        *([""] * len(funds)),
    ]
    yield ["收入总计", whole, "支出总计", whole, *tail]


def _coded(truth: Truth) -> Iterator[tuple[str, Line]]:
    for cls, class_line in truth.by_code(3).items():
        yield cls, class_line
        for section, section_line in truth.by_code(5).items():
            if section.startswith(cls):
                yield section, section_line
                for code, line in truth.by_code(7).items():
                    if code.startswith(section):
                        yield code, line


def _income(truth: Truth, show: Callable[[int], str], final: bool) -> Iterator[Row]:
    if final:
        yield [
            "科目编码",
            "科目名称",
            "本年收入合计",
            "财政拨款收入",
            "上级补助收入",
            "事业收入",
            "经营收入",
            "附属单位上缴收入",
            "其他收入",
        ]
        for code, line in _coded(truth):
            paid = (show(line.all.now - line.own.now), "", show(line.own.now), "", "", "")
            yield [code, name(code), show(line.all.now), *paid]
        whole = truth.whole
        yield [
            "合计",
            "",
            show(whole.all.now),
            show(whole.all.now - whole.own.now),
            "",
            show(whole.own.now),
            "",
            "",
            "",
        ]
        return
    yield [
        "科目编码",
        "科目名称",
        "合计",
        "一般公共预算",
        "政府性基金预算",
        "国有资本经营预算",
        "财政专户管理资金",
        "单位资金",
        "上年结转结余",
    ]
    for code, line in _coded(truth):
        yield [code, name(code), *_paid(line, show)]
    yield ["合计", "", *_paid(truth.whole, show)]


def _paid(line: Line, show: Callable[[int], str]) -> Row:
    return [show(line.all.now), show(line.all.now - line.own.now), "", "", "", show(line.own.now), ""]


def _expenditure(truth: Truth, show: Callable[[int], str], final: bool) -> Iterator[Row]:
    head = "本年支出合计" if final else "合计"
    yield [
        "科目编码",
        "科目名称",
        head,
        "基本支出",
        "项目支出",
        "上缴上级支出",
        "经营支出" if final else "事业单位经营支出",
        "对附属单位补助支出",
    ]
    for code, line in _coded(truth):
        yield [code, name(code), show(line.all.now), show(line.basic.now), show(line.project.now), "", "", ""]
    whole = truth.whole
    yield ["合计", "", show(whole.all.now), show(whole.basic.now), show(whole.project.now), "", "", ""]


def _general(truth: Truth, show: Callable[[int], str]) -> Iterator[Row]:
    yield ["科目编码", "科目名称", "合计", "基本支出", "", "", "项目支出"]
    yield ["", "", "", "小计", "人员经费", "公用经费", ""]
    for code, line in [*_coded(truth), ("合计", truth.whole)]:
        figures = (line.all, line.basic, line.personnel, line.public, line.project)
        yield [code, "" if code == "合计" else name(code), *(show(f.now) for f in figures)]


def _basic(truth: Truth, show: Callable[[int], str]) -> Iterator[Row]:
    yield ["科目编码", "科目名称", "合计", "人员经费", "公用经费"]
    for cls in sorted({code[:3] for code in truth.economic}):
        own = {code: x for code, x in sorted(truth.economic.items()) if code.startswith(cls)}
        yield _basic_row(cls, name(cls), sum(own.values()), show)
        for code, yuan in own.items():
            yield _basic_row(code, name(code), yuan, show)
    people, goods = truth.whole.personnel.now, truth.whole.public.now
    yield ["合计", "", show(people + goods), show(people), show(goods)]


def _basic_row(code: str, label: str, yuan: int, show: Callable[[int], str]) -> Row:
    public = code.startswith("302")
    return [code, label, show(yuan), show(0 if public else yuan), show(yuan if public else 0)]


def three_sums(three: dict[str, Money]) -> dict[str, Money]:
    vehicle = three["purchase"] + three["running"]
    return {"total": three["abroad"] + vehicle + three["reception"], "abroad": three["abroad"], "vehicle": vehicle,
            "purchase": three["purchase"], "running": three["running"], "reception": three["reception"]}  # fmt: skip


def _three(truth: Truth, show: Callable[[int], str], final: bool) -> Iterator[Row]:
    heads = ["“三公”经费合计", "因公出国（境）费", "公务用车购置及运行费", "", "", "公务接待费"]
    first, second = ("预算数", "决算数") if final else (f"{truth.year - 1}年预算数", f"{truth.year}年预算数")
    yield [first, "", "", "", "", "", second, "", "", "", "", ""]
    yield [*heads, *heads]
    yield ["", "", "小计", "公务用车购置费", "公务用车运行费", ""] * 2
    sums = three_sums(truth.three)
    order = ("total", "abroad", "vehicle", "purchase", "running", "reception")
    assert len(THREE) == 4
    before = [sums[k].budget if final else sums[k].prior for k in order]
    yield [*(show(x) for x in before), *(show(sums[k].now) for k in order)]


def _projects(truth: Truth, show: Callable[[int], str]) -> Iterator[Row]:
    yield [
        "项目名称",
        "项目单位",
        "合计",
        "一般公共预算",
        "政府性基金预算",
        "国有资本经营预算",
        "财政专户管理资金",
        "单位资金",
    ]
    for project, yuan in truth.projects:
        yield [project, truth.unit, show(yuan), show(yuan), "", "", "", ""]
    whole, own = truth.whole.project.now, truth.own.now
    if own:
        yield ["自有资金项目", truth.unit, show(own), "", "", "", "", show(own)]
    yield ["合计", "", show(whole), show(whole - own), "", "", "", show(own)]
