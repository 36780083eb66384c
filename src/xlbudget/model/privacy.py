"""不宜公开的内容. Finds in any text what must not be public: identity numbers, bank cards, mobile numbers, 密级, persons.

Numbers count only when their own check digit is right, so that codes of projects and subjects are left in peace.
Sources: GB 11643-1999 (identity numbers, ISO 7064 MOD 11-2), ISO/IEC 7812-1 (Luhn), 信息安全技术 个人信息安全规范
GB/T 35273-2020, 中华人民共和国保守国家秘密法.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum


class Private(Enum):
    """不宜公开的种类."""

    IDENTITY = "身份证号"
    CARD = "银行卡号"
    MOBILE = "手机号"
    SECRET = "密级标志"
    PERSON = "个人姓名"


@dataclass(frozen=True, slots=True)
class Leak:
    """一处不宜公开的内容. ``shown`` is what may be repeated of it: the middle is masked."""

    kind: Private
    start: int
    end: int
    shown: str


_IDENTITY = re.compile(r"(?<![0-9A-Za-z])[1-9]\d{16}[0-9Xx](?![0-9A-Za-z])|(?<!\d)[1-9]\d{14}(?!\d)")
_CARD = re.compile(r"(?<![\d.])(?:62|4\d|5[1-5]|35|37|9[0-9])\d{2}(?:[ -]?\d{4}){2,3}(?:[ -]?\d{1,4})?(?![\d.])")
_MOBILE = re.compile(r"(?<![\d.])(?:\+?86[- ]?)?1[3-9]\d(?:[- ]?\d{4}){2}(?![\d.])")
_SECRET = re.compile(
    r"(?:绝密|机密|秘密)\s*[★☆✩]|^\s*(?:绝密|机密|秘密)\s*$|密\s*级\s*[:：]\s*(?:绝密|机密|秘密)"
    r"|^\s*[（(【\[]?\s*(?:内部(?:资料|文件|使用)|仅供内部(?:参考|使用)|不予?公开)\s*[）)】\]]?\s*$"
)
_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石"
    "姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
_GIVEN_TO = "(?:同志|遗属|家属)?(?:抚恤金|丧葬费|丧葬补助|慰问金|救助金|医药费|工伤(?:赔偿|补偿)|赔偿款|补偿款|借款|困难补助|死亡补助|一次性补助|生活补助费)"
_PERSON = re.compile(rf"(?:^|[（(：:、，,\s])([{_SURNAMES}][\u4e00-\u9fff]{{1,2}}?)(?={_GIVEN_TO})")
_NO_NAME = re.compile(
    r"(?:人员|职工|干部|单位|部门|遗属|家属|学生|居民|农民|企业|困难|因公|因病|工伤|死亡|退休|离休|军人|烈士|公务)"
)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def leaks(text: str, money_row: bool = False) -> Iterator[Leak]:
    """Everything in a text that should not be public; ``money_row``: the text names what money goes to."""
    if any(char.isdigit() for char in text):
        taken: list[tuple[int, int]] = []
        for kind, pattern, right in (
            (Private.IDENTITY, _IDENTITY, is_identity),
            (Private.CARD, _CARD, is_card),
            (Private.MOBILE, _MOBILE, _is_mobile),
        ):
            for match in pattern.finditer(text):
                inside = any(low < match.end() and match.start() < high for low, high in taken)
                if right(match[0]) and not inside:
                    taken.append(match.span())
                    yield Leak(kind, match.start(), match.end(), masked(match[0]))
    for match in _SECRET.finditer(text):
        yield Leak(Private.SECRET, match.start(), match.end(), match[0].strip())
    if money_row:
        for match in _PERSON.finditer(text):
            if not _NO_NAME.search(match[1]):
                yield Leak(Private.PERSON, match.start(1), match.end(1), match[1][0] + "某" * (len(match[1]) - 1))


def masked(number: str) -> str:
    """``110***********0011``: enough to find it again, too little to use it."""
    digits = re.sub(r"[ -]", "", number)
    return f"{digits[:3]}{'*' * (len(digits) - 7)}{digits[-4:]}"


def is_identity(number: str) -> bool:
    """身份证号? A birthday that was, and for 18 digits the right check digit."""
    digits = number.upper()
    born = digits[6:14] if len(digits) == 18 else f"19{digits[6:12]}"
    try:
        day = date(int(born[:4]), int(born[4:6]), int(born[6:]))
    except ValueError:
        return False
    if not date(1900, 1, 1) <= day <= date(2100, 1, 1) or not 11 <= int(digits[:2]) <= 91:
        return False
    if len(digits) == 15:
        return True
    remainder = sum(int(d) * w for d, w in zip(digits, _WEIGHTS, strict=False)) % 11
    return digits[17] == "10X98765432"[remainder]


def is_card(number: str) -> bool:
    """银行卡号? Sixteen to nineteen digits that Luhn's formula accepts."""
    digits = [int(char) for char in number if char.isdigit()]
    if not 16 <= len(digits) <= 19 or len(set(digits)) < 3:
        return False
    total = 0
    for i, digit in enumerate(reversed(digits)):
        doubled = digit * 2 if i % 2 else digit
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0


def _is_mobile(number: str) -> bool:
    digits = re.sub(r"\D", "", number).removeprefix("86")
    return len(digits) == 11
