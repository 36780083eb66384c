"""绩效图: well-formed, inside its frame, every figure beside its bar."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from decimal import Decimal

import pytest
from tests.generating.projects import last_year, project_list

from xlbudget.exports.charts import WIDTH, project_svg


@pytest.mark.parametrize("seed", range(20))
def test_picture_stays_inside_and_names_every_indicator(seed: int) -> None:
    for sheet in last_year(project_list(seed), seed):
        sheet.project += '<&"长名称' * 5
        root = ET.fromstring(project_svg(sheet))
        height = float(root.attrib["viewBox"].split()[3])
        for rect in root.iter("rect"):
            x, width = float(rect.attrib["x"]), float(rect.attrib["width"])
            assert x >= 0 and width >= 0 and x + width <= WIDTH + Decimal("0.1").__float__()
        for text in root.iter("text"):
            assert 0 < float(text.attrib["y"]) <= height
        words = "".join(root.itertext())
        assert all(i.name in words and i.target in words for i in sheet.indicators)
