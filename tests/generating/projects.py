"""随机项目清单. Workbooks with a list of projects, with and without last year's sheets, for round trips."""

from __future__ import annotations

import io
import random
from decimal import Decimal

from xlbudget.model.amount import Amount, MoneyUnit
from xlbudget.model.provenance import Provenance
from xlbudget.model.targets import Indicator, Nature, Operator, TargetSheet

THINGS = (
    "档案",
    "测绘",
    "气象服务",
    "水文监测",
    "农技推广",
    "图书借阅",
    "路灯",
    "校车",
    "食品抽检",
    "湿地",
    "社区矫正",
    "非遗",
)
WORDS = ("数字化加工经费", "编制外聘用人员工资", "办公楼物业费", "业务系统运行维护费", "见习人员生活补贴", "宣传经费", "业务培训费",
         "设备购置", "维修改造工程", "资格评审费", "购买第三方服务", "工作经费", "失业保险缴费", "会议费", "专项", "慰问金",
         "奖补资金（第二批）", "标准化建设")  # fmt: skip
CATEGORIES = ("31-部门预算项目", "32-专项资金项目", "")
UNIT = "平湖市测绘院"


def project_list(seed: int) -> list[tuple[str, str, Decimal]]:
    """Names (all different), categories and budgets in 万元."""
    chance = random.Random(seed)
    names: dict[str, None] = {}
    for _ in range(chance.randint(1, 12)):
        year = chance.choice(("", "", "2026年"))
        names[f"{year}{chance.choice(THINGS)}{chance.choice(WORDS)}"] = None
    places = chance.choice((0, 1, 2, 2, 2))
    return [
        (
            name,
            chance.choice(CATEGORIES),
            Decimal(chance.randint(1, 300000)).scaleb(-places) if places else Decimal(chance.randint(1, 900)),
        )
        for name in names
    ]


def book(projects: list[tuple[str, str, Decimal]], year: int = 2026) -> bytes:
    """A workbook with a cover and the list of projects."""
    import xlsxwriter

    data = io.BytesIO()
    workbook = xlsxwriter.Workbook(data, {"in_memory": True})
    cover = workbook.add_worksheet("封面")
    cover.write(2, 1, f"{year}年{UNIT}单位预算公开")
    sheet = workbook.add_worksheet("项目")
    money = workbook.add_format({"num_format": "#,##0.00"})
    sheet.write(0, 0, "项目清单")
    sheet.write(1, 0, "单位：万元")
    for c, heading in enumerate(("项目名称", "项目单位", "项目类别", "预算数")):
        sheet.write(2, c, heading)
    for r, (name, category, budget) in enumerate(projects, 3):
        sheet.write(r, 0, name)
        sheet.write(r, 1, UNIT)
        sheet.write(r, 2, category)
        sheet.write_number(r, 3, float(budget), money)
    workbook.close()
    return data.getvalue()


def last_year(projects: list[tuple[str, str, Decimal]], seed: int) -> list[TargetSheet]:
    """What units do to last year's sheets: stale years, wrong directions, ceilings beyond the budget, odd points."""
    chance = random.Random(seed * 7 + 1)
    found = []
    nowhere = Provenance()
    for name, category, budget in projects:
        if chance.random() < 0.4:
            continue
        old = Amount(budget * chance.choice((1, 2)), MoneyUnit.WAN, 2)
        sheet = TargetSheet(
            name.replace("2026", "2025"),
            UNIT,
            category,
            old,
            "完成2025年度各项任务，保障工作正常运转。",
            nowhere,
            nowhere,
        )
        rows = [
            ("产出指标(50分)", "数量指标", "完成数量", Nature.POSITIVE, Operator.AT_LEAST, str(chance.randint(1, 900)), chance.choice(("件", "次", "人")), 15),
            ("产出指标(50分)", "质量指标", "验收合格率", Nature.POSITIVE, chance.choice((Operator.AT_LEAST, Operator.EQUAL, Operator.AT_MOST)), chance.choice(("98", "100")), "%", 15),
            ("产出指标(50分)", "时效指标", "2025年完成时间", Nature.QUALITATIVE, Operator.NONE, chance.choice(("2025年12月31日前", "2024年底前", "按时")), "", 10),
            ("产出指标(50分)", "成本指标", "总费用", chance.choice((Nature.POSITIVE, Nature.NEGATIVE)), chance.choice((Operator.AT_MOST, Operator.AT_LEAST)), str(old.value), "万元", 10),
            ("效益指标(30分)", "社会效益指标", "保障工作开展", Nature.QUALITATIVE, Operator.NONE, "有效保障", "", 30),
            ("满意度指标(10分)", "服务对象满意度指标", "服务对象满意度", Nature.POSITIVE, Operator.AT_LEAST, "95", "%", 10),
        ]  # fmt: skip
        for dimension, kind, title, nature, operator, target, measure, points in rows:
            if chance.random() < 0.85:
                value = Decimal(target) if target.replace(".", "").isdigit() else None
                done = target if chance.random() < 0.5 else ""
                sheet.indicators.append(
                    Indicator(dimension, kind, title, nature, operator, target, value, measure, Decimal(points), nowhere,
                              actual=done, actual_value=value if done else None)
                )  # fmt: skip
        if sheet.indicators:
            found.append(sheet)
    return found
