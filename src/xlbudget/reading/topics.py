"""所指. What the words before a figure speak of: a subject, an income source, a kind of 三公, a total, a component.

Phrases are taken apart into known words; a phrase with a remainder is not understood, and only phrases understood
to the end are ever held against the tables.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import cache, lru_cache

from xlbudget.model.claim import Topic
from xlbudget.model.table import RowKind, Side, Table
from xlbudget.model.wording import bare
from xlbudget.packs.roles import row_role
from xlbudget.packs.schema import Pack
from xlbudget.packs.subjects import class_code, core, subject_names
from xlbudget.reading.phrases import Phrases, phrases_of

_LEVELS = re.compile(r"\((类|款|项)\)|(?<=支出)(类|款|项)(?=$|年初|支出|决算|预算)")
_YEAR = re.compile(r"20\d\d年?度?|本年度?|当年|全年(?!预算)|年度")
_YEARS = re.compile(r"20\d\d(?=年)")
_LEAD = re.compile(
    r"^(?:其中|包括|主要包括|包含|分别为|分别是|分别|以及|和|与|及|即|主要是|具体是|具体为|具体包括|另外?|同时|用于|[^,;。:]{2,20}中(?=[,]))[:,]?"
)
_NUMBERED = re.compile(r"^(?:\([一二三四五六七八九十\d]{1,3}\)|[一二三四五六七八九十]{1,3}、|\d{1,2}[.、]|[①-⑳])+")
_SHORT_FOR = re.compile(r"^.*\((?:以下)?(?:统称|简称)(?:为)?")
_CODED = re.compile(r"^(2\d{6}|2\d{4}|2\d{2})(?!\d)([\u4e00-\u9fff].*)$")
_LABEL = re.compile(r"[^,;。:\d]{2,24}(?=:)")
_OWN = re.compile(r"^[本我](?:部门|单位|局|委|办|校|院|镇|乡|街道|中心|站|馆|所|队|会|园)(?!级)")
_CONNECTIVE = re.compile(r"[\"'《》“”·、,.:;()\[\]-]")
_BOTH = re.compile(r"收入[、和及]支出|收[、和]支")
_THREE = re.compile(r"三公|因公出国|公务用车|公车购置|公车运行|公务接待|国内接待|国\(境\)外接待|外宾接待")
_THREE_WORDS = re.compile(
    r"会议费?|培训费?|购置及运行(?:维护)?(?:费用?)?|购置(?:费用?)?|运行(?:维护)?(?:费用?)?|接待(?:费用?)?|及|国内|外事|一般公共预算|财政拨款|国?\(境\)外?"
    r"|事业|行政|其他|和|等|全[市县区镇乡]|汇总|政府性基金|国有资本经营|预算|安排|使用|[本我全](?=部门|单位|级|市|县|区|乡|镇|局|院|校|办)"
    r"|(?:中央|[省市区县乡镇州])(?:本?级|直)?|部门|单位|当年|机关|所属|下属|非税收入|纳入|管理|全口径"
)
_THREE_TAIL = re.compile(r"(?:(?:全年|年初|调整)?(?:预算|决算)|支出|数|为|安排)+$")
_CARRY_IN = re.compile(r"(?:上年|年初)(?:财政拨款)?(?:结转和?结余|结转|结余)(?:资金)?|财政拨款(?:结转和?结余)")
_CARRY_OUT = re.compile(r"(?:年终|年末)(?:财政拨款)?(?:结转和?结余|结转|结余)(?:资金)?|结转下年")
_TOTAL = re.compile(r"总计|总预算|总决算|合计|总额|收支|收入支出|总体")
_OFFICE = re.compile(
    r"^.{1,40}(?:局|馆|委|委员会|办|办公室|中心|院|所|校|学校|学院|大学|幼儿园|厅|处|队|支队|总队|站|会|联合会|协会|政府|法院|检察院|街道|镇|乡|园|社|台|机关|本级)$"
)
_PLAIN = re.compile(r"预算|决算")
_PLAIN_WORDS = re.compile(r"[预算决数支出安排为]")
_GRAND = re.compile(r"总计|总预算|总决算|收支|总收入|总支出")
_INCOME_TOTAL = re.compile(r"(?:预算|决算|总|合计|总计|收入|均|为|各|本年|安排|\s)*")
_INCOME_WORDS = re.compile(
    r"一般公共(?:财政)?预算|公共财政预算|政府性基金|国有资本经营|财政专户管理|财政专户|教育收费|事业单位|事业|经营|上级补助|附属单位上缴"
    r"|其他|财政拨款|单位资金|当年|管理|本年"
)
_NO_SOURCE = ("", "total", "current", "carry_in", "carry_out", "distribution", "use_surplus")
_ENDINGS = ("预算数", "预算", "决算数", "决算", "支出", "安排", "为")

# What a section is about, where that limits every figure in it.
_ABOUT = (
    ("context", None),
    ("procurement", re.compile(r"采购|购买服务")),
    ("assets", re.compile(r"国有资产|资产占")),
    ("three", re.compile(r"三公")),
    ("targets", re.compile(r"绩效")),
    ("operating_cost", re.compile(r"机关运行")),
    ("project", re.compile(r"项目(支出|经费|预算)?[^绩]{0,8}(情况)?(的)?说明|项目名称|年度预算安排|预算安排规模")),
    ("basic", re.compile(r"基本支出")),
)
PAST = ("prior", "executed", "older")
_CAPITAL_CLASS = "223"
"""国有资本经营预算支出."""
_ELSEWHERE = ("context", "procurement", "assets", "targets")
_ECONOMIC = ("basic", "personnel", "public", "operating_cost", "project")


class TopicReader:
    """所指的识别. Knows the names that the document's own tables use."""

    def __init__(self, tables: Iterable[Table], pack: Pack, unit: str, year: int | None) -> None:
        self.unit = bare(unit)
        self.year = year
        self.phrases: Phrases = phrases_of(pack.grammar)
        self.components = pack.role_rules(("component",))
        self.scopes = pack.role_rules(("scope",))
        self.income_rules = pack.role_rules(("income_rows",))
        self.three_rules = pack.role_rules(("three_public",))
        self.source_rules = pack.role_rules(("sources",))
        self.functional: dict[str, list[str]] = {}
        self.economic: dict[str, list[str]] = {}
        self.names: dict[str, str] = {}
        self.shown: set[tuple[str, int]] = set()
        """Classes and lengths of the codes that the tables show."""
        for table in tables:
            for row in table.rows:
                if row.kind is RowKind.SUBJECT and row.code is not None and row.name:
                    self._learn(row.code.code, bare(row.name))
        self.of_section = lru_cache(maxsize=1024)(self._of_section)

    def _learn(self, code: str, name: str) -> None:
        book = self.economic if code[0] in "35" else self.functional
        self.shown.add((code[:3], len(code)))
        known = book.setdefault(core(name), [])
        if code not in known:
            known.append(code)
        self.names.setdefault(code, name)

    # -- sections -----------------------------------------------------------------------------------

    def _of_section(self, title: str) -> Topic:
        """What a heading limits the figures under it to."""
        words = bare(title)
        component = self._about(words)
        period = self.period(words.rpartition("/")[2])
        if period not in PAST:
            period = "current"
        if component in _ELSEWHERE:
            return Topic(component=component, period=period, words=title)
        scope = row_role(words, self.scopes)
        if component == "three":
            return Topic("", Side.NONE, scope or "fiscal", component, period, words=title)
        both = "收支" in words or "收入支出" in words
        side = Side.NONE
        if "支出" in words and not both:
            side = Side.EXPENDITURE
        elif "收入" in words and not both:
            side = Side.INCOME
        return Topic(self._path(words.rpartition("/")[2]), side, scope, component, period, words=title)

    def of_passage(self, section: str, text: str) -> Topic:
        """The section of a passage; a label of its own (（四）政府采购情况：…) limits it further."""
        label = _LABEL.match(bare(text[:40]))
        if label is not None and self._about(label[0]) not in ("", "project", "basic", "context"):
            return self.of_section(f"{section}/{label[0]}")
        return self.of_section(section)

    def _about(self, words: str) -> str:
        for heading in reversed(words.split("/")):
            for name, pattern in _ABOUT:
                if (pattern or self.phrases.context).search(heading):
                    return name
        return ""

    # -- phrases ------------------------------------------------------------------------------------

    def of_phrase(self, phrase: str, section: Topic, head: Topic | None = None) -> Topic:
        """The topic of the words before a figure, inside a section; ``head`` is the total they are listed under."""
        words = self.plain(phrase)
        period = self.period(phrase)
        if _LEVELS.search(words):
            return self._subject_path(words, section, period)
        if (coded := self._coded(words)) is not None:
            return replace(coded, scope=section.scope, period=period)
        if section.component in _ELSEWHERE:
            return Topic(f"o:{words or section.words}", period=period, words=words)
        economic = section.component in _ECONOMIC or (head is not None and head.component in _ECONOMIC)
        if economic and (subject := self._by_name(words, section, head)) is not None:
            return replace(subject, period=period)
        inside_three = head is not None and head.item.startswith("t:") and words != ""
        if section.component == "three" or _THREE.search(words) or inside_three:
            return self._three(words, section, period)
        found = (
            self._project_money(words, section)
            or self._carry(words, section)
            or self._income(words, section, head)
            or self._by_name(words, section, head)
            or self._elsewhere(words)
            or self._general(words, section, head)
        )
        part_of_other = head is not None and head.item.startswith("o:")
        if not found.known and (section.component == "project" or (economic and head is not None) or part_of_other):
            return Topic(f"o:{words}", words=words)
        return replace(found, period=period)

    def of_whole(self, phrase: str, section: Topic) -> Topic:
        """What a share is a share of: 占一般公共预算支出的 means all of it, also under a heading of basic expenditure."""
        if section.component in _ECONOMIC:
            section = replace(section, item="", component="")
        return self.of_phrase(phrase, section)

    def _elsewhere(self, words: str) -> Topic | None:
        return Topic(f"o:{words}", words=words) if self.phrases.elsewhere.search(words) else None

    def plain(self, phrase: str) -> str:
        """A phrase without numbering, the unit's name, years and words that only lead into a list."""
        words = _SHORT_FOR.sub("", bare(phrase))
        previous = None
        while previous != words:
            previous = words
            words = _NUMBERED.sub("", _LEAD.sub("", words))
        if self.unit:
            words = words.replace(self.unit, "")
        words = _BOTH.sub("收支", _YEAR.sub("", words))
        words = _OWN.sub("", re.sub(r"类?科目$", "", words))
        return words.strip(",:;、.—- ").lstrip("(")

    def period(self, phrase: str) -> str:
        """Of which time a phrase speaks: this year, the budget of this year, last year or an older one."""
        words = bare(phrase)
        years = [int(year) for year in _YEARS.findall(words)]
        if years and self.year is not None and max(years) < self.year:
            if max(years) < self.year - 1:
                return "older"
            return "executed" if re.search(r"执行|决算", words) else "prior"
        if re.search(r"上年(?:度)?(?:预算|决算|执行)", words):
            return "prior"
        if re.search(r"全年预算|调整后?预算", words):
            return "adjusted"
        return "budget" if "年初" in words and "预算" in words else "current"

    def _subject_path(self, words: str, section: Topic, period: str) -> Topic:
        item = self._path(words, section.item)
        scope = row_role(words, self.scopes) or section.scope
        component = row_role(_LEVELS.split(words)[-1] or "", self.components)
        return Topic(item or f"u:{words}", Side.EXPENDITURE, scope, component, period, words)

    def _path(self, words: str, above: str = "") -> str:
        """A code from ``…（类）…（款）…（项）``; missing upper levels are taken from the heading."""
        if not _LEVELS.search(words):
            return ""
        names = [core(part) for part in _LEVELS.sub("|", words).split("|")[:-1] if part]
        marks = ["".join(m) for m in _LEVELS.findall(words)]
        stem = above[2:5] if above.startswith("f:") else ""
        code = ""
        for name, mark in zip(names, marks, strict=False):
            code = self._below(re.sub(r"^.*[“\",:;。]", "", name), mark, code or stem)
            if not code:
                return ""
        return f"f:{code}" if code else ""

    def _coded(self, words: str) -> Topic | None:
        """2050202 小学教育: a functional code printed before its name."""
        match = _CODED.match(words)
        if match is None:
            return None
        names = {self.names.get(match[1], "")} | {entry.name for entry in subject_names().get(match[1], ())}
        named = core(re.sub(r"(?:预算|决算|支出|安排|数|为)+$", "", match[2]))
        fits = any(named and core(re.sub(r"支出$", "", bare(name))) == named for name in names if name)
        return Topic(f"f:{match[1]}", Side.EXPENDITURE, words=words) if fits else None

    def _below(self, name: str, mark: str, stem: str) -> str:
        length = {"类": 3, "款": 5, "项": 7}[mark]
        if mark == "类":
            known = class_code(name)
            if known is not None:
                return known.code
        for book in (self.functional, {} if (stem[:3], length) in self.shown else _standard("2")):
            code = _only(book, name, length, stem)
            if code:
                return code
        return ""

    def _three(self, words: str, section: Topic, period: str) -> Topic:
        if re.search(r"人均|车均|单价", words):
            return Topic(f"o:{words}", period=period, words=words)
        role = row_role(_THREE_TAIL.sub("", words), self.three_rules)
        if role == "total" and "三公" not in words and not re.search(r"合计|总", words):
            role = ""
        clean = not self._rest(_THREE_WORDS.sub("", _THREE.sub("", words)))
        scope = row_role(words, self.scopes) or section.scope or "fiscal"
        return Topic(f"t:{role}" if role and clean else "", Side.NONE, scope, "", period, words)

    def _project_money(self, words: str, section: Topic) -> Topic | None:
        """The money of all projects by source: 财政本年拨款金额, 财政拨款结转结余, 单位资金."""
        if section.component != "project" or section.scope or not words:
            return None
        if re.fullmatch(r"项目?(?:支出|预算)?总?(?:预算)?(?:金额|额)?|项目预算(?:合计|总计)?", words):
            return Topic("total", Side.EXPENDITURE, "", "project", words=words)
        role = row_role(words, self.source_rules)
        if role in ("", "total") or self._rest(_INCOME_WORDS.sub("", _CARRY_IN.sub("", words))):
            return None
        return Topic(f"j:{role}", Side.EXPENDITURE, "", "project", words=words)

    def _carry(self, words: str, section: Topic) -> Topic | None:
        for item, side, pattern in (("carry_in", Side.INCOME, _CARRY_IN), ("carry_out", Side.EXPENDITURE, _CARRY_OUT)):
            match = pattern.search(words)
            if match is None:
                continue
            rest = words.replace(match[0], "")
            if self._rest(rest):
                return Topic(f"o:{words}", side, words=words)
            return Topic(item, side, row_role(words, self.scopes) or section.scope, words=words)
        role = row_role(words, self.income_rules)
        if role in ("use_surplus", "distribution"):
            return Topic(role, Side.INCOME if role == "use_surplus" else Side.EXPENDITURE, section.scope, words=words)
        return None

    def _income(self, words: str, section: Topic, head: Topic | None) -> Topic | None:
        """An income source, where the words, the list or the section speak of income."""
        listed_income = head is not None and head.side is Side.INCOME
        if "支出" in words or not ("收入" in words or listed_income or section.side is Side.INCOME):
            return None
        if _INCOME_TOTAL.fullmatch(words) and words:
            item = "grand" if _GRAND.search(words) else "total"
            return Topic(item, Side.INCOME, section.scope, words=words)
        role = row_role(words, self.income_rules)
        if role in _NO_SOURCE:
            return None
        if role == "general" and "上级" in words:
            role = "upper_transfer"
        if self._rest(_INCOME_WORDS.sub("", words).replace("上级", "").replace("转移支付", "")):
            return None
        scope = section.scope if section.scope == "fiscal" else ""
        return Topic(f"i:{role}", Side.INCOME, scope, words=words)

    def _by_name(self, words: str, section: Topic, head: Topic | None) -> Topic | None:
        """A subject by its bare name: economic ones under basic expenditure and in its lists, classes elsewhere."""
        name = core(words)
        for ending in _ENDINGS:
            name = name.removesuffix(ending) if len(name) > len(ending) + 1 else name
        above = head.component if head is not None and head.component in _ECONOMIC else section.component
        books = (self.economic, self.functional) if above in _ECONOMIC else (self.functional, self.economic)
        scope = row_role(words, self.scopes) or (head.scope if head is not None else "") or section.scope
        for book in books:
            codes = book.get(name) or book.get(core(words)) or []
            if book is self.economic and not codes and above in _ECONOMIC:
                codes = _standard("3").get(name) or _standard("3").get(core(words)) or []
                codes = [code for code in codes if code[:2] in ("30", "31")]
            if book is self.functional:
                codes = [c for c in codes if len(c) == 3] or codes
            if len(codes) == 1 and book is self.economic:
                part = "project" if above == "project" else "basic" if above in _ECONOMIC else ""
                return Topic(f"e:{codes[0]}", Side.EXPENDITURE, scope, part, words=words)
            if codes == [_CAPITAL_CLASS] and section.scope == "capital":
                return None  # the whole of that budget, not a class of another
            if len(codes) == 1:
                return Topic(f"f:{codes[0]}", Side.EXPENDITURE, scope, words=words)
        known = class_code(words) if words.endswith("支出") else None
        if (
            known is not None
            and not (known.code == _CAPITAL_CLASS and section.scope == "capital")
            and core(words) == core(self.names.get(known.code, words))
        ):
            return Topic(f"f:{known.code}", Side.EXPENDITURE, scope, words=words)
        return None

    def _general(self, words: str, section: Topic, head: Topic | None) -> Topic:
        """A total or a component: 支出预算合计, 基本支出, 财政拨款收支总预算."""
        component = row_role(words, self.components)
        scope = row_role(words, self.scopes) or (head.scope if head is not None else "") or section.scope
        side = Side.NONE
        both = "收支" in words or "收入支出" in words
        if "支出" in words and not both:
            side = Side.EXPENDITURE
        elif "收入" in words and not both:
            side = Side.INCOME
        elif not both:
            side = Side.EXPENDITURE if component else section.side
        rest = words
        for rule in (*self.components, *self.scopes):
            rest = rule.pattern.sub("", rest)
        if component == "operating_cost":
            return Topic("total", Side.EXPENDITURE, scope, component, words=words)
        said = bool(component or re.search(r"收入|支出|收支|拨款|经费", words))
        said = said or bool((section.side is not Side.NONE or section.scope or section.item) and _PLAIN.search(words))
        if not said or self._rest(_TOTAL.sub("", rest)):
            return Topic("", side, scope, component, words=words)
        if not component and section.component in _ECONOMIC:
            component = section.component
        if head is not None and component and not (head.item in ("total", "grand") or head.item.startswith("o:")):
            part = head.item if head.item.startswith(("f:", "u:")) else ""
            return Topic(part, side, head.scope, component, words=words)  # 基本支出 of that subject, not of all
        if section.item and not _PLAIN_WORDS.sub("", words):
            return Topic(section.item, side, scope, component, words=words)
        item = "grand" if _GRAND.search(words) and not component else "total"
        return Topic(item, side, scope, component, words=words)

    def _rest(self, words: str) -> str:
        """What is left of a phrase when all words of no weight and the unit's own name are gone."""
        left = _CONNECTIVE.sub("", self.phrases.filler.sub("", words))
        return "" if left and self._is_own_unit(left) else left

    def _is_own_unit(self, name: str) -> bool:
        """Is this the name of an office, and not of another one than the document's?"""
        if not _OFFICE.search(name):
            return False
        rest = iter(self.phrases.filler.sub("", self.unit))
        return not self.unit or all(char in rest for char in name)


@cache
def _standard(first: str) -> dict[str, list[str]]:
    """The names of the national classification whose codes begin so, for documents whose tables do not show them."""
    found: dict[str, list[str]] = {}
    for code, names in subject_names().items():
        if code.startswith(first):
            for entry in names:
                codes = found.setdefault(core(bare(entry.name)), [])
                if code not in codes:
                    codes.append(code)
    return found


def _only(book: dict[str, list[str]], name: str, length: int, stem: str) -> str:
    """The only code of this length below ``stem`` with this name, or with one that is nearly the same."""
    matches = [code for code in book.get(name, ()) if len(code) == length and code.startswith(stem)]
    if not matches and len(name) > 3:
        matches = [
            code
            for other, codes in book.items()
            if other.startswith(name) or name.startswith(other) or _abridged(name, other)
            for code in codes
            if len(code) == length and code.startswith(stem)
        ]
    return matches[0] if len(set(matches)) == 1 else ""


def _abridged(short: str, full: str) -> bool:
    """Is ``short`` the full name with one run of characters left out (人力资源和社会保障事务)?"""
    if len(short) >= len(full) or len(full) - len(short) > 4:
        return False
    head = next((i for i, (a, b) in enumerate(zip(short, full, strict=False)) if a != b), len(short))
    return full.endswith(short[head:])
