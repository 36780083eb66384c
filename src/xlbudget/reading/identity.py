"""封面信息. Whose document it is: unit, year, stage, level, and the dates of approval and publication."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from xlbudget.model.disclosure import Level, Stage
from xlbudget.model.provenance import Provenance
from xlbudget.model.raw import Paragraph
from xlbudget.model.wording import bare, fold
from xlbudget.reading.captions import maker

_YEAR = re.compile(r"(20[1-3]\d)年?度?")
_TITLE = re.compile(
    r"(部门|单位|预算|决算).{0,6}(公开|预算|决算)|预算$|决算$|(预算|决算)公开|预算信息公开|决算信息公开"
)
_NOISE = re.compile(
    r"20[1-3]\d年?度?|(?:市级|区级|省级|县级|州级|自治区级)?(?:部门|单位)?(?:预算|决算)(?:公开|信息公开|说明|情况说明|编制说明|情况)?(?:报告|文本|材料)?|"
    r"^(?:关于)|公开$|信息公开|\((?:部门|单位|汇总|本级)?\)|(?<=[局厅委会心处院校]) ?(?:部门|单位)$|公开$|情况说明$|^附件\d*[:：]?"
)
_OWNER = re.compile(
    r"^(?:预算主管部门|预算单位|编制单位|编制部门|部门名称|单位名称|公开单位|公开部门|部门\(单位\)名称)[:：](.+?)(?:(?:金额|计量|货币)?单位[:：].*)?$"
)
_DATE = re.compile(r"(20\d{2})年(\d{1,2})月(\d{1,2})日")


@dataclass(slots=True)
class Identity:
    """封面信息."""

    unit: str = ""
    unit_place: Provenance = field(default_factory=Provenance)
    year: int | None = None
    stage: Stage = Stage.BUDGET
    level: Level = Level.UNIT
    approved_on: date | None = None
    published_on: date | None = None


def identify(
    paragraphs: Sequence[Paragraph], titles: Iterable[str], makers: Iterable[str], sheets: Iterable[str]
) -> Identity:
    """Read the identity from the first lines, the table titles and the makers named over the tables."""
    head = list(paragraphs[:25])
    heading_words = [bare(p.text) for p in head if len(p.text) <= 60]
    title_words = [bare(t) for t in titles] + [bare(s) for s in sheets]
    found = Identity()
    found.year = _year(heading_words, title_words, paragraphs)
    found.stage = _stage(heading_words, title_words, paragraphs)
    found.level = _level(heading_words, title_words, paragraphs)
    found.unit, found.unit_place = _unit(head, [m for m in makers if len(m) > 2])
    for paragraph in head:
        text = fold(paragraph.text)
        if when := _DATE.search(text):
            try:
                day = date(int(when[1]), int(when[2]), int(when[3]))
            except ValueError:
                continue
            if "批复" in text:
                found.approved_on = day
            elif "公开" in text:
                found.published_on = day
    return found


def _year(heads: list[str], titles: list[str], paragraphs: Sequence[Paragraph]) -> int | None:
    for text in heads:
        if _TITLE.search(text) and (match := _YEAR.search(text)):
            return int(match[1])
    for text in heads[:3]:
        short = len(text) < 40 and not re.search(r"[。;；]|表$", text)
        if short and re.search(r"预算|决算|三公", text) and (match := _YEAR.search(text)):
            return int(match[1])
    for text in heads[:8]:
        if match := re.match(r"^\(?(20[1-3]\d)年度?\)?", text):
            return int(match[1])
    counts = Counter(int(y) for text in titles for y in _YEAR.findall(text))
    if not counts:
        counts = Counter(
            int(y)
            for p in paragraphs[:400]
            for y in re.findall(r"(20[1-3]\d)年度?(?:部门|单位|收入|支出|财政|一般|预算|决算)", bare(p.text))
        )
    return max(counts, key=lambda y: (counts[y], y)) if counts else None


def _stage(heads: list[str], titles: list[str], paragraphs: Sequence[Paragraph]) -> Stage:
    for text in heads[:10]:
        if "决算" in text and not text.startswith("预算"):
            return Stage.FINAL
        if "预算" in text:
            return Stage.BUDGET
    words = "".join(titles) or "".join(bare(p.text) for p in paragraphs[:300])
    return Stage.FINAL if words.count("决算") * 2 > words.count("预算") else Stage.BUDGET


def _level(heads: list[str], titles: list[str], paragraphs: Sequence[Paragraph]) -> Level:
    for text in heads[:8]:
        if re.search(r"部门(预算|决算)|\(部门\)", text):
            return Level.DEPARTMENT
        if re.search(r"单位(预算|决算)|\(单位\)", text):
            return Level.UNIT
    words = "".join(heads) + "".join(titles)
    if not words:
        words = "".join(bare(p.text) for p in paragraphs[:200])
    return Level.DEPARTMENT if words.count("部门") > words.count("单位") else Level.UNIT


def _unit(head: Sequence[Paragraph], makers: list[str]) -> tuple[str, Provenance]:
    usual = Counter(makers).most_common(1)
    for paragraph in head:
        if owner := _OWNER.match(bare(paragraph.text)):
            return owner[1], paragraph.place
    best = ""
    place = Provenance()
    for i, paragraph in enumerate(head[:8]):
        text = bare(paragraph.text)
        if "目录" in text[:4]:
            break
        name = text
        previous = None
        while previous != name:
            previous = name
            name = _NOISE.sub("", name).strip("()-:、. ")
        joined = _TITLE.search(text) or (i + 1 < len(head) and _TITLE.search(bare(head[i + 1].text)) and len(name) > 4)
        if (
            joined
            and 4 <= len(name) <= 40
            and not maker(paragraph.text)
            and re.search(
                r"[局厅委会室心校园院所站馆队处社团部府台场库关级学镇乡办联协]$|街道$|人大$|公署$|公司$", name
            )
        ):
            best, place = name, paragraph.place
            break
    if usual and (not best or usual[0][1] > 1):
        return usual[0][0], place
    return best or (usual[0][0] if usual else ""), place
