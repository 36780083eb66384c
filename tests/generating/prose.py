"""The explanatory text of a generated disclosure, in the manner of each province, with every figure right."""

from __future__ import annotations

from collections.abc import Iterator

from tests.generating.tables import three_sums
from tests.generating.truth import Line, Money, Truth, name, percent, wan

KINDS = (("abroad", "因公出国（境）费"), ("vehicle", "公务用车购置及运行维护费"), ("reception", "公务接待费"))


def change(money: Money, prior: int, up: str = "增长", down: str = "下降") -> str:
    """增加 D 万元，增长 q%; no rate from nothing."""
    delta = money.now - prior
    if not delta:
        return "增加0.00万元，增长0%"
    words, rate = ("增加", up) if delta > 0 else ("减少", down)
    text = f"{words}{wan(abs(delta))}万元"
    return text + (f"，{rate}{percent(abs(delta), prior)}%" if prior else "")


def path(code: str, with_class: bool = True) -> str:
    parts = [f"{name(code[:3])}（类）"] if with_class else []
    return "".join([*parts, f"{name(code[:5])}（款）", f"{name(code)}（项）"])


def listing(truth: Truth, public: bool, separator: str = "、") -> str:
    own = {c: x for c, x in sorted(truth.economic.items()) if c.startswith("302") is public and x}
    return separator.join(f"{name(c)}{wan(x)}万元" for c, x in own.items())


def spent(truth: Truth) -> str:
    """The listing of the public expenditure, where there is any."""
    return f"主要包括：{listing(truth, True)}。" if truth.whole.public.now else ""


def paid_to_people(truth: Truth, start: str = "主要包括：", end: str = "。", separator: str = "、") -> str:
    """The listing of the personnel expenditure, where there is any."""
    return f"{start}{listing(truth, False, separator)}{end}" if truth.whole.personnel.now else ""


def earned(truth: Truth) -> str:
    return f"、事业收入{wan(truth.own.now)}万元" if truth.own.now else ""


def share(truth: Truth, whole: int) -> str:
    return f"；事业收入{wan(truth.own.now)}万元，占{percent(truth.own.now, whole)}%" if truth.own.now else ""


def tail(truth: Truth) -> Iterator[str]:
    """政府采购 and 车辆, as every province has them."""
    goods, works, services = (truth.procurement[k] for k in ("货物", "工程", "服务"))
    yield (
        f"{truth.year}年本单位政府采购预算总额{wan(goods + works + services)}万元，其中：政府采购货物预算{wan(goods)}万元、"
        f"政府采购工程预算{wan(works)}万元、政府采购服务预算{wan(services)}万元。"
    )


def vehicles(truth: Truth) -> str:
    kinds = "、".join(f"{kind}{n}辆" for kind, n in truth.vehicles.items())
    return f"截至{truth.year - 1}年12月31日，本单位共有车辆{sum(truth.vehicles.values())}辆，其中，{kinds}。"


def nmg_budget(truth: Truth) -> Iterator[str]:
    whole, unit, year = truth.whole, truth.unit, truth.year
    grand = whole.all
    paid = truth.fiscal
    general = paid.whole.all
    yield "第二部分 情况说明"
    yield "一、收支预算总体情况说明"
    yield f"{unit}{year}年度收入、支出预算总计{wan(grand.now)}万元，与上年相比收、支预算总计各{change(grand, grand.prior)}。其中："
    yield f"（一）收入预算总计{wan(grand.now)}万元。包括："
    yield f"1.本年收入合计{wan(grand.now)}万元。"
    yield f"（1）一般公共预算拨款收入{wan(general.now)}万元，与上年相比{change(general, general.prior)}。主要原因是人员和项目变动。"
    yield "（2）政府性基金预算拨款收入0万元，与上年相比增加0万元，增长0%。主要原因是不存在此项内容。"
    yield f"（3）事业收入{wan(truth.own.now)}万元，与上年相比{change(truth.own, truth.own.prior)}。主要原因是业务变动。"
    yield "2.上年结转结余为0万元，与上年相比增加0万元，增长0%。"
    yield f"（二）支出预算总计{wan(grand.now)}万元。包括："
    yield f"1.本年支出合计{wan(grand.now)}万元。"
    for i, (code, line) in enumerate(truth.by_code(3).items()):
        yield f"（{i + 1}）{name(code)}（类）支出{wan(line.all.now)}万元，主要用于保障工作运转。与上年相比{change(line.all, line.all.prior, down='减少')}。主要原因是人员变动。"
    yield "2.年终结转结余为0万元，主要原因是年末无结余。"
    yield "二、收入预算情况说明"
    yield f"{unit}{year}年度收入预算合计{wan(grand.now)}万元，包括本年收入{wan(grand.now)}万元，上年结转结余0万元。其中："
    yield f"本年一般公共预算收入{wan(general.now)}万元，占{percent(general.now, grand.now)}%；"
    yield "本年政府性基金预算收入0万元，占0%；"
    yield f"本年事业收入{wan(truth.own.now)}万元，占{percent(truth.own.now, grand.now)}%。"
    yield "三、支出预算情况说明"
    yield f"{unit}{year}年支出预算合计{wan(grand.now)}万元，其中："
    yield f"基本支出{wan(whole.basic.now)}万元，占{percent(whole.basic.now, grand.now)}%；"
    yield f"项目支出{wan(whole.project.now)}万元，占{percent(whole.project.now, grand.now)}%；"
    yield "上缴上级支出0万元，占0%。"
    yield "四、财政拨款收支预算总体情况说明"
    yield f"{unit}{year}年度财政拨款收、支总预算{wan(general.now)}万元。与上年相比，财政拨款收、支总计各{change(general, general.prior)}。主要原因是人员变动。"
    yield "五、一般公共预算支出预算情况说明"
    yield f"{unit}{year}年一般公共预算财政拨款支出预算{wan(general.now)}万元，与上年相比{change(general, general.prior)}。主要原因是人员变动。"
    for mark, (cls, class_line) in zip("一二三四五六", paid.by_code(3).items(), strict=False):
        yield f"（{mark}）{name(cls)}（类）"
        yield f"{name(cls)}类年初预算数为{wan(class_line.all.now)}万元，与上年相比{change(class_line.all, class_line.all.prior).split('，')[0]}，其中："
        own = [line for line in paid.lines if line.code.startswith(cls)]
        for i, line in enumerate(own):
            yield f"{i + 1}.{path(line.code, False)}。年初预算{wan(line.all.now)}万元，与上年相比{change(line.all, line.all.prior)}。变动原因：人员变动，相应经费调整。"
    yield "六、一般公共预算基本支出预算情况说明"
    yield f"{unit}{year}年度一般公共预算财政拨款基本支出预算{wan(whole.basic.now)}万元，其中："
    yield f"（一）人员经费{wan(whole.personnel.now)}万元。{paid_to_people(truth)}"
    yield f"（二）公用经费{wan(whole.public.now)}万元。{spent(truth)}"
    yield "七、一般公共预算“三公”经费支出预算情况说明"
    sums = three_sums(truth.three)
    yield f"一般公共预算拨款安排的“三公”经费预算支出{wan(sums['total'].now)}万元，比上年预算{change(sums['total'], sums['total'].prior)}；其中："
    for i, (kind, label) in enumerate(KINDS):
        yield f"{i + 1}.{label}预算支出{wan(sums[kind].now)}万元，比上年预算{change(sums[kind], sums[kind].prior).split('，')[0]}，主要原因是工作安排。"
    yield "八、一般公共预算机关运行经费支出预算情况说明"
    yield f"{year}年单位一般公共预算机关运行经费预算支出{wan(whole.public.now)}万元，与上年相比{change(whole.public, whole.public.prior)}。主要原因是人员变动。"
    yield "九、政府采购支出预算情况说明"
    yield from tail(truth)
    yield "十、国有资产占用情况说明"
    yield vehicles(truth)


def xinjiang_budget(truth: Truth) -> Iterator[str]:
    whole, unit, year = truth.whole, truth.unit, truth.year
    grand = whole.all
    paid = truth.fiscal
    general = paid.whole.all
    yield "第三部分 情况说明"
    yield f"一、关于{unit}{year}年收支预算情况的总体说明"
    yield f"按照全口径预算的原则，{unit}{year}年所有收入和支出均纳入单位预算管理。收支总预算{wan(grand.now)}万元。"
    yield f"二、关于{unit}{year}年收入预算情况说明"
    yield f"{unit}收入预算{wan(grand.now)}万元，其中："
    yield f"一般公共预算{wan(general.now)}万元，占{percent(general.now, grand.now)}%，比上年预算{change(general, general.prior)}，主要原因是：人员变动。"
    if truth.own.now:
        yield f"事业收入{wan(truth.own.now)}万元，占{percent(truth.own.now, grand.now)}%，比上年预算{change(truth.own, truth.own.prior)}，主要原因是：业务变动。"
    yield "政府性基金预算未安排。"
    yield f"三、关于{unit}{year}年支出预算情况说明"
    yield f"{unit}{year}年支出预算{wan(grand.now)}万元，其中："
    yield f"基本支出{wan(whole.basic.now)}万元，占{percent(whole.basic.now, grand.now)}%，比上年预算{change(whole.basic, whole.basic.prior)}，主要原因是：人员变动。"
    yield f"项目支出{wan(whole.project.now)}万元，占{percent(whole.project.now, grand.now)}%，比上年预算{change(whole.project, whole.project.prior)}，主要原因是：项目调整。"
    yield f"四、关于{unit}{year}年财政拨款收支预算情况的总体说明"
    yield f"{year}年财政拨款收支总预算{wan(general.now)}万元。"
    yield f"收入预算包括：一般公共预算拨款{wan(general.now)}万元。"
    classes = paid.by_code(3)
    yield (
        "一般公共预算支出包括："
        + "；".join(f"{name(c)}{wan(x.all.now)}万元，主要用于日常运转" for c, x in classes.items())
        + "。"
    )
    yield f"五、关于{unit}{year}年一般公共预算当年拨款情况说明"
    yield "（一）一般公共预算当年拨款规模变化情况"
    yield f"{unit}{year}年一般公共预算拨款合计{wan(general.now)}万元，其中："
    yield f"基本支出{wan(whole.basic.now)}万元，比上年预算{change(whole.basic, whole.basic.prior)}。主要原因是：人员变动。"
    yield f"项目支出{wan(paid.whole.project.now)}万元，比上年预算{change(paid.whole.project, paid.whole.project.prior)}。主要原因是：项目调整。"
    yield "（二）一般公共预算当年拨款结构情况"
    for c, x in classes.items():
        yield f"{name(c)}（类）{wan(x.all.now)}万元，占{percent(x.all.now, general.now)}%。"
    yield "（三）一般公共预算当年拨款具体使用情况"
    for i, line in enumerate(paid.lines):
        yield f"{i + 1}.{path(line.code)}：{year}年预算数为{wan(line.all.now)}万元，比上年预算{change(line.all, line.all.prior)}，主要原因是：人员变动，预算较上年调整。"
    yield f"六、关于{unit}{year}年一般公共预算基本支出情况说明"
    yield f"{unit}{year}年一般公共预算基本支出{wan(whole.basic.now)}万元，其中："
    if whole.personnel.now:
        yield f"人员经费{wan(whole.personnel.now)}万元，主要包括：{'、'.join(name(c) for c, x in sorted(truth.economic.items()) if not c.startswith('302') and x)}。"
    if whole.public.now:
        yield f"公用经费{wan(whole.public.now)}万元，主要包括：{'、'.join(name(c) for c, x in sorted(truth.economic.items()) if c.startswith('302') and x)}。"
    yield f"七、关于{unit}{year}年财政拨款“三公”经费预算情况说明"
    sums = three_sums(truth.three)
    parts = (
        ("abroad", "因公出国（境）费"),
        ("purchase", "公务用车购置费"),
        ("running", "公务用车运行费"),
        ("reception", "公务接待费"),
    )
    yield (
        f"{unit}{year}年财政拨款“三公”经费数为{wan(sums['total'].now)}万元，其中："
        + "，".join(f"{label}{wan(sums[k].now)}万元" for k, label in parts)
        + "。"
    )
    yield (
        f"{year}年财政拨款“三公”经费比上年预算{change(sums['total'], sums['total'].prior)}，其中："
        + "；".join(f"{label}{change(sums[k], sums[k].prior)}，主要原因是：工作安排" for k, label in parts)
        + "。"
    )
    yield "八、其他重要事项的情况说明"
    yield "（一）机关运行经费情况"
    yield f"{year}年，{unit}本级及下属0家行政单位和0家事业单位的机关运行经费财政拨款预算{wan(whole.public.now)}万元，比上年预算{change(whole.public, whole.public.prior)}。主要原因是人员变动。"
    yield "（二）政府采购情况"
    yield from tail(truth)


def qinghai_budget(truth: Truth) -> Iterator[str]:
    whole, unit, year = truth.whole, truth.unit, truth.year
    grand = whole.all
    paid = truth.fiscal
    general = paid.whole.all
    classes = paid.by_code(3)
    outlay = "、".join(f"{name(c)}{wan(x.all.now)}万元" for c, x in classes.items())
    everything = "、".join(f"{name(c)}{wan(x.all.now)}万元" for c, x in truth.by_code(3).items())
    delta = change(general, general.prior).split("，")[0]
    yield "第三部分 情况说明"
    yield "一、部门收支预算情况的总体说明"
    yield f"按照综合预算的原则，{unit}所有收入和支出均纳入部门预算管理。收入包括：一般公共预算拨款收入{wan(general.now)}万元{earned(truth)}；支出包括：{everything}。"
    yield f"{unit}{year}年收支总预算{wan(grand.now)}万元。"
    yield "二、部门收入预算情况说明"
    yield f"{unit}{year}年收入预算{wan(grand.now)}万元，其中：一般公共预算拨款收入{wan(general.now)}万元，占{percent(general.now, grand.now)}%{share(truth, grand.now)}。"
    yield "三、部门支出预算情况说明"
    yield f"{unit}{year}年支出预算{wan(grand.now)}万元，其中：基本支出{wan(whole.basic.now)}万元，占{percent(whole.basic.now, grand.now)}%；项目支出{wan(whole.project.now)}万元，占{percent(whole.project.now, grand.now)}%。"
    yield "四、财政拨款收支预算情况的总体说明"
    yield f"{unit}{year}年财政拨款收支总预算{wan(general.now)}万元，比上年{delta}，主要是人员变动。收入包括：一般公共预算当年拨款收入{wan(general.now)}万元，上年结转0.00万元。支出包括：{outlay}。"
    yield "五、一般公共预算当年拨款情况说明"
    yield "（一）一般公共预算当年拨款规模变化情况。"
    yield f"{unit}{year}年一般公共预算当年拨款{wan(general.now)}万元，比上年{delta}，主要是人员变动。"
    yield "（二）一般公共预算当年拨款结构情况。"
    yield (
        "；".join(
            f"{name(c).removesuffix('支出')}（类）支出{wan(x.all.now)}万元，占{percent(x.all.now, general.now)}%"
            for c, x in classes.items()
        )
        + "。"
    )
    yield "（三）一般公共预算当年拨款具体使用情况。"
    for i, line in enumerate(paid.lines):
        yield f"{i + 1}、{path(line.code)}{year}年预算数为{wan(line.all.now)}万元，比上年{change(line.all, line.all.prior)}。主要是人员变动。"
    yield "六、一般公共预算基本支出情况说明"
    yield f"{unit}{year}年一般公共预算基本支出{wan(whole.basic.now)}万元，其中："
    yield f"人员经费{wan(whole.personnel.now)}万元{paid_to_people(truth, '，主要包括：', '', '，')}；"
    yield f"公用经费{wan(whole.public.now)}万元{'，主要包括：' + listing(truth, True, '，') if whole.public.now else ''}。"
    yield "七、一般公共预算“三公”经费预算情况说明"
    sums = three_sums(truth.three)
    yield (
        f"{unit}{year}年一般公共预算“三公”经费预算数为{wan(sums['total'].now)}万元，比上年{change(sums['total'], sums['total'].prior).split('，')[0]}，其中："
        + "；".join(
            f"{label.replace('维护', '')}{wan(sums[k].now)}万元，{change(sums[k], sums[k].prior).split('，')[0]}"
            for k, label in KINDS
        )
        + "。"
    )
    yield "八、其他重要事项的情况说明"
    yield "（一）机关运行经费安排情况。"
    yield f"{year}年{unit}机关运行经费财政拨款预算{wan(whole.public.now)}万元，比上年预算{change(whole.public, whole.public.prior)}。主要是人员变动。"
    yield "（二）政府采购安排情况。"
    yield from tail(truth)
    yield "（三）国有资产占有使用情况。"
    yield vehicles(truth)


def final(truth: Truth) -> Iterator[str]:
    """决算, in the manner of 内蒙古: against the budget, and against last year."""
    whole, unit, year = truth.whole, truth.unit, truth.year
    grand = whole.all
    paid = truth.fiscal
    general = paid.whole.all
    yield "第二部分 情况说明"
    yield "一、收入支出决算总体情况说明"
    yield f"{unit}{year}年度收入、支出决算总计均为{wan(grand.now)}万元。与年初预算相比，收、支总计各{change(grand, grand.budget)}，变动原因：人员变动；与上年决算相比，收、支总计各{change(grand, grand.prior)}。"
    yield f"（一）收入决算总计{wan(grand.now)}万元。包括："
    yield f"1.本年收入决算合计{wan(grand.now)}万元。与上年决算相比，{change(grand, grand.prior)}，变动原因：人员变动。"
    yield "2.年初结转和结余0万元。与上年决算相比，增加0万元，增长0%，变动原因：不存在此项内容。"
    yield f"（二）支出决算总计{wan(grand.now)}万元。包括："
    yield f"1.本年支出决算合计{wan(grand.now)}万元。与上年决算相比，{change(grand, grand.prior)}，变动原因：人员变动。"
    yield "2.年末结转和结余0万元。"
    yield "二、收入决算情况说明"
    yield f"{unit}{year}年度本年收入决算合计{wan(grand.now)}万元，其中："
    yield f"本年一般公共预算财政拨款收入{wan(general.now)}万元，占{percent(general.now, grand.now)}%；"
    yield f"本年事业收入{wan(truth.own.now)}万元，占{percent(truth.own.now, grand.now)}%；"
    yield "本年其他收入0万元，占0%。"
    yield "三、支出决算情况说明"
    yield f"{unit}{year}年度本年支出决算合计{wan(grand.now)}万元，其中："
    yield f"本年基本支出{wan(whole.basic.now)}万元，占{percent(whole.basic.now, grand.now)}%；"
    yield f"本年项目支出{wan(whole.project.now)}万元，占{percent(whole.project.now, grand.now)}%。"
    yield "四、财政拨款收入支出决算总体情况说明"
    yield f"{unit}{year}年度财政拨款收入、支出决算总计均为{wan(general.now)}万元，与年初预算相比，收、支总计各{change(general, general.budget)}，变动原因：人员变动；与上年决算相比，收、支总计各{change(general, general.prior)}，变动原因：人员变动。"
    yield "五、一般公共预算财政拨款支出决算情况说明"
    yield f"{unit}{year}年度一般公共预算财政拨款支出决算{wan(general.now)}万元。与年初预算{wan(general.budget)}万元相比，完成年初预算的{percent(general.now, general.budget)}%。其中："
    for mark, (cls, class_line) in zip("一二三四五六", paid.by_code(3).items(), strict=False):
        yield f"（{mark}）{name(cls)}（类）"
        yield f"{name(cls)}（类）决算数为{wan(class_line.all.now)}万元，与年初预算相比{change(class_line.all, class_line.all.budget).split('，')[0]}。其中："
        own = [line for line in paid.lines if line.code.startswith(cls)]
        for i, line in enumerate(own):
            yield f"{i + 1}.{path(line.code, False)}。年初预算{wan(line.all.budget)}万元，支出决算{wan(line.all.now)}万元，完成年初预算的{percent(line.all.now, line.all.budget)}%。{versus(line)}"
    yield "六、一般公共预算财政拨款基本支出决算情况说明"
    yield f"{unit}{year}年度一般公共预算财政拨款基本支出决算{wan(whole.basic.now)}万元，其中："
    yield f"（一）人员经费{wan(whole.personnel.now)}万元。{paid_to_people(truth, end='等。')}"
    yield f"（二）公用经费{wan(whole.public.now)}万元。{spent(truth)}"
    yield "七、财政拨款“三公”经费支出决算情况说明"
    sums = three_sums(truth.three)
    yield (
        f"{unit}{year}年度财政拨款“三公”经费年初预算{wan(sums['total'].budget)}万元，支出决算{wan(sums['total'].now)}万元{done(sums['total'])}。其中："
        + "；".join(
            f"{label}年初预算{wan(sums[k].budget)}万元，支出决算{wan(sums[k].now)}万元{done(sums[k])}"
            for k, label in KINDS
        )
        + "。"
    )
    yield "八、机关运行经费（公用经费）支出决算情况说明"
    yield f"{unit}{year}年度机关运行经费支出决算{wan(whole.public.now)}万元，比{year - 1}年度{change(whole.public, whole.public.prior)}，变动原因：人员变动。"
    yield "九、国有资产占用情况说明"
    yield vehicles(truth)


def versus(line: Line) -> str:
    now, budget = line.all.now, line.all.budget
    if now == budget:
        return "决算数与预算数持平。"
    return f"决算数{'大于' if now > budget else '小于'}预算数的主要原因：人员变动。"


def done(money: Money) -> str:
    return f"，完成预算的{percent(money.now, money.budget)}%" if money.budget else ""
