"""字面清洗. One way to fold the spaces, brackets and widths in which documents differ without meaning to."""

from __future__ import annotations

import re
from functools import lru_cache

_FOLD = str.maketrans(
    {
        **{chr(0xFF01 + i): chr(0x21 + i) for i in range(94)},
        "\u3000": " ",
        "\xa0": " ",
        "〔": "[",
        "〕": "]",
        "【": "[",
        "】": "]",
        "“": '"',
        "”": '"',
        "‘": "'",
        "’": "'",
        "「": '"',
        "」": '"',
        "—": "-",
        "–": "-",
        "．": ".",
        "﹪": "%",
        "∶": ":",
    }
)
_SPACE = re.compile(r"\s+")
_QUOTES = str.maketrans("", "", "\"'《》<>*_")


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Half-width, plain brackets and quotes, no white space; one character in gives at most one out."""
    return _SPACE.sub("", text.translate(_FOLD))


@lru_cache(maxsize=4096)
def bare(text: str) -> str:
    """:func:`fold` without quotation marks and title marks."""
    return fold(text).translate(_QUOTES)


_BULLET = re.compile(r"^[-•·●▪■◆◇➢►\uf000-\uf0ff]+(?=[(\u4e00-\u9fff①-⑳]|\d{1,2}[.、](?!\d))")
"""A dot or dash in front of a line; before a figure it is a minus."""
_NUMBERING = re.compile(
    r"^(?:第?[一二三四五六七八九十]{1,3}[、.,]"
    r"|\([一二三四五六七八九十]{1,3}\)[、.]?"
    r"|\d{1,2}[、.](?!\d)|\(\d{1,2}\)[、.]?|\d{1,2}\)|[①-⑳])"
)


@lru_cache(maxsize=4096)
def numbering(text: str) -> tuple[str, int, str]:
    """Split ``（三）卫生健康支出`` into its number, the depth of its style (1 一、 2 （一） 3 1. 4 （1） 5 ①) and the rest."""
    clean = _BULLET.sub("", fold(text))
    match = _NUMBERING.match(clean)
    if match is None:
        return "", 0, clean
    mark = match[0]
    rest = clean[len(mark) :]
    inner = mark.strip("第()、.,")
    if mark[0] in "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳":
        return str(ord(mark[0]) - ord("①") + 1), 5, rest
    if inner.isdigit():
        return inner, 4 if ")" in mark else 3, rest
    return inner, 2 if ")" in mark else 1, rest


@lru_cache(maxsize=4096)
def subject_name(text: str) -> str:
    """A subject's or item's name for comparing: no numbering, no code in front, no 其中, no brackets' widths."""
    name = numbering(text)[2]
    name = re.sub(r"^其中[:,]?", "", name)
    name = numbering(name)[2]
    name = re.sub(r"^\d{3,9}(?=[\u4e00-\u9fff])", "", name)
    name = re.sub(r"^\d{3,9}-(?=[\u4e00-\u9fff])", "", name)
    return name.strip(":;,、.").translate(_QUOTES)


_TENS = "一二三四五六七八九十"


def ordinal(number: int) -> str:
    """``一``, ``十二``, ``二十一``: the number of a heading."""
    tens, ones = divmod(number, 10)
    head = "" if not tens else "十" if tens == 1 else f"{_TENS[tens - 1]}十"
    return head + (_TENS[ones - 1] if ones else "")
