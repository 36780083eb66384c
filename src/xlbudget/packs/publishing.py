"""公开文本的用语. What a form prints on its cover and above each table; ``[publication]`` of a pack, places in braces.

[publication]
cover = ["{年度}年度{单位}预算公开"]
number = "公开{两位序号}表"
title = "{年度}年{级次}{表名}"
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

_PLACE = re.compile(r"\{([^{}]*)\}")
ON_COVER = ("单位", "年度", "级次", "阶段")
ABOVE_A_TABLE = (*ON_COVER, "表名", "序号", "两位序号", "中文序号", "金额单位")
TEMPLATE = "publication.docx"


class PublishingError(ValueError):
    """``[publication]`` is wrong; the message says what."""


@dataclass(frozen=True, slots=True)
class Publishing:
    """公开文本的用语. An empty text prints nothing. ``number`` and ``contents`` are for tables that have a number."""

    cover: tuple[str, ...] = ("{单位}", "{年度}年度{级次}{阶段}公开")
    number: str = "表{序号}"
    title: str = "{表名}"
    contents: str = "{中文序号}、{表名}"
    maker: str = "编制单位：{单位}"
    unit: str = "单位：{金额单位}"
    thousands: bool = False
    """Are figures parted: 1,234,567?"""


def parse_publishing(item: Mapping[str, Any], base: Publishing) -> Publishing:
    """``[publication]`` over what it inherits; raises :class:`PublishingError`."""
    known = {field.name for field in fields(Publishing)}
    for key, value in item.items():
        if key not in known:
            raise PublishingError(f"不认识的项“{key}”（可用：{'、'.join(sorted(known))}）")
        if key == "thousands":
            if not isinstance(value, bool):
                raise PublishingError("“thousands”应是 true 或 false")
            continue
        lines = value if key == "cover" and isinstance(value, list) else [value]
        for line in lines:
            if not isinstance(line, str):
                raise PublishingError(f"“{key}”应是文字{'，或几行文字' if key == 'cover' else ''}")
            _check(key, line)
    made: dict[str, Any] = dict(item)
    if "cover" in made:
        made["cover"] = (made["cover"],) if isinstance(made["cover"], str) else tuple(made["cover"])
    return replace(base, **made)


def _check(key: str, text: str) -> None:
    known = ON_COVER if key == "cover" else ABOVE_A_TABLE
    for name in _PLACE.findall(text):
        if name not in known:
            raise PublishingError(f"“{key}”里有不认识的占位“{{{name}}}”（可用：{'、'.join(known)}）")
    if re.search(r"[{}]", _PLACE.sub("", text)):
        raise PublishingError(f"“{key}”里的大括号不成对：{text}")


def filled(form: str, values: Mapping[str, str]) -> str:
    """A form with its places filled."""
    return _PLACE.sub(lambda place: values.get(place[1], ""), form)


def template_path(pack_ids: tuple[str, ...], known: Mapping[str, Path]) -> Path | None:
    """The Word template of the first of several packs that has one."""
    places = (known[i].parent / TEMPLATE for i in pack_ids if i in known)
    return next((place for place in places if place.is_file()), None)
