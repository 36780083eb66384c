"""成因. The likely cause of a wrong figure, from the wrong and the right value alone."""

from __future__ import annotations

from decimal import Decimal

from xlbudget.model.amount import Amount
from xlbudget.packs.subjects import near

ONE_DIGIT = "有一位数字不同"


def cause_of_amount(stated: Amount, expected: Amount) -> str:
    """Why an amount may differ from what it should be; empty if nothing is likely."""
    if not stated.value or not expected.value:
        return ""
    ratio = stated.yuan / expected.yuan
    if ratio == -1:
        return "数值相同而正负号相反"
    if ratio in (Decimal(10_000), Decimal("0.0001")):
        return "相差一万倍，元与万元用错了单位"
    if ratio in (Decimal(10), Decimal("0.1"), Decimal(100), Decimal("0.01"), Decimal(1000), Decimal("0.001")):
        return "小数点错位"
    return _typing_slip(stated.text, expected.with_decimals(stated.decimals).text)


def cause_of_rate(stated: Decimal, low: Decimal, high: Decimal, swapped: tuple[Decimal, Decimal] | None) -> str:
    """Why a percentage may differ from the range that is possible; ``swapped`` is the range on the wrong base."""
    if swapped is not None and swapped[0] <= stated <= swapped[1]:
        return "分母用错：误以本年数（而不是上年数）作基数"
    half = Decimal("0.5").scaleb(int(stated.as_tuple().exponent))
    for factor, words in (
        (100, "把比值当作百分数填写，少乘了 100"),
        (Decimal("0.01"), "多乘了 100"),
        (10, "小数点错位"),
        (Decimal("0.1"), "小数点错位"),
    ):
        if (stated - half) * factor <= high and low <= (stated + half) * factor:
            return words
    middle = (low + high) / 2
    return _typing_slip(str(stated), str(middle.quantize(stated)))


def _typing_slip(stated: str, expected: str) -> str:
    if stated.replace(".", "") == expected.replace(".", ""):
        return "小数点错位"
    if len(stated) == len(expected) and sorted(stated) == sorted(expected) and stated != expected:
        return "数字顺序颠倒"
    if len(stated) == len(expected) and sum(a != b for a, b in zip(stated, expected, strict=True)) == 1:
        return ONE_DIGIT
    if abs(len(stated) - len(expected)) == 1 and near(stated, expected):
        return "多一位或少一位数字"
    return ""
