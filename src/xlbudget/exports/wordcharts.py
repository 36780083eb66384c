"""Word 图表. Native charts for a Word document: a chart part and the workbook behind it, both editable in Word.

Source: ECMA-376 part 1, 21.2 (DrawingML charts). XlsxWriter is imported when called.
"""

from __future__ import annotations

import io
from decimal import Decimal
from xml.sax.saxutils import escape

from xlbudget.exports.publication import Chart

COLOURS = ("2F5D8A", "C55A11", "5B8C3A", "8E5A9B", "B8860B", "3A8C8C", "A23B3B", "6B6B6B", "4F81BD", "9C6B30")
"""Dark enough to stand on white with 3:1, and apart from each other for the colour-blind."""
CHART = "http://schemas.openxmlformats.org/drawingml/2006/chart"
_MAIN = "http://schemas.openxmlformats.org/drawingml/2006/main"
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def chart_workbook(chart: Chart) -> bytes:
    """The workbook whose figures the chart shows: labels in A, amounts in B."""
    from datetime import datetime

    import xlsxwriter

    data = io.BytesIO()
    book = xlsxwriter.Workbook(data, {"in_memory": True, "strings_to_formulas": False})
    book.set_properties({"author": "", "created": datetime(2000, 1, 1)})
    sheet = book.add_worksheet("数据")
    sheet.set_column(0, 0, 36)
    sheet.set_column(1, 1, 14)
    sheet.write_string(0, 1, "金额（万元）")
    money = book.add_format({"num_format": "0.00"})
    for r, one in enumerate(chart.slices, 1):
        sheet.write_string(r, 0, one.label)
        sheet.write_number(r, 1, float(one.amount), money)
    book.close()
    return data.getvalue()


def chart_xml(chart: Chart, workbook: str) -> bytes:
    """The chart part; ``workbook`` is the relationship to the workbook behind it."""
    plot = _pie(chart) if chart.kind == "pie" else _bars(chart)
    legend = '<c:legend><c:legendPos val="b"/><c:overlay val="0"/>' + _text(1050) + "</c:legend>"
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<c:chartSpace xmlns:c="{CHART}" xmlns:a="{_MAIN}" xmlns:r="{_LINKS}">'
        '<c:date1904 val="0"/><c:lang val="zh-CN"/><c:roundedCorners val="0"/>'
        # The title stands below the chart, as the caption of a figure; Word would show the name of the series instead.
        f'<c:chart><c:autoTitleDeleted val="1"/>'
        f"<c:plotArea><c:layout/>{plot}</c:plotArea>{legend if chart.kind == 'pie' else ''}"
        '<c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart>'
        '<c:spPr><a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill><a:ln><a:noFill/></a:ln></c:spPr>'
        f'<c:externalData r:id="{workbook}"><c:autoUpdate val="0"/></c:externalData></c:chartSpace>'
    ).encode()


def _text(size: int) -> str:
    return f'<c:txPr><a:bodyPr/><a:lstStyle/><a:p><a:pPr><a:defRPr sz="{size}"><a:latin typeface="Times New Roman"/><a:ea typeface="宋体"/></a:defRPr></a:pPr><a:endParaRPr lang="zh-CN"/></a:p></c:txPr>'


def _series(chart: Chart, points: str, labels: str) -> str:
    count = len(chart.slices)
    names = "".join(f'<c:pt idx="{i}"><c:v>{escape(s.label)}</c:v></c:pt>' for i, s in enumerate(chart.slices))
    values = "".join(f'<c:pt idx="{i}"><c:v>{_plain(s.amount)}</c:v></c:pt>' for i, s in enumerate(chart.slices))
    return (
        '<c:ser><c:idx val="0"/><c:order val="0"/><c:tx><c:strRef><c:f>数据!$B$1</c:f><c:strCache><c:ptCount val="1"/>'
        '<c:pt idx="0"><c:v>金额（万元）</c:v></c:pt></c:strCache></c:strRef></c:tx>'
        f"{points}{labels}"
        f'<c:cat><c:strRef><c:f>数据!$A$2:$A${count + 1}</c:f><c:strCache><c:ptCount val="{count}"/>{names}</c:strCache></c:strRef></c:cat>'
        f'<c:val><c:numRef><c:f>数据!$B$2:$B${count + 1}</c:f><c:numCache><c:formatCode>0.00</c:formatCode><c:ptCount val="{count}"/>{values}</c:numCache></c:numRef></c:val>'
        "</c:ser>"
    )


def _plain(amount: Decimal) -> str:
    return f"{amount:f}"


def _fill(colour: str, edged: bool = True) -> str:
    edge = '<a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill>' if edged else "<a:noFill/>"
    return f'<c:spPr><a:solidFill><a:srgbClr val="{colour}"/></a:solidFill><a:ln w="9525">{edge}</a:ln></c:spPr>'


def _labels(percent: bool, position: str) -> str:
    return (
        f'<c:dLbls><c:numFmt formatCode="{"0.00%" if percent else "0.00"}" sourceLinked="0"/><c:spPr><a:noFill/></c:spPr>{_text(1050)}'
        f'<c:dLblPos val="{position}"/><c:showLegendKey val="0"/><c:showVal val="{0 if percent else 1}"/><c:showCatName val="0"/>'
        f'<c:showSerName val="0"/><c:showPercent val="{1 if percent else 0}"/><c:showBubbleSize val="0"/></c:dLbls>'
    )


def _pie(chart: Chart) -> str:
    points = "".join(
        f'<c:dPt><c:idx val="{i}"/><c:bubble3D val="0"/>{_fill(COLOURS[i % len(COLOURS)], len(chart.slices) > 1)}</c:dPt>'
        for i in range(len(chart.slices))
    )
    series = _series(chart, points, _labels(True, "outEnd"))
    return f'<c:pieChart><c:varyColors val="1"/>{series}<c:firstSliceAng val="0"/></c:pieChart>'


def _bars(chart: Chart) -> str:
    series = _series(chart, _fill(COLOURS[0]) + '<c:invertIfNegative val="0"/>', _labels(False, "outEnd"))
    return (
        f'<c:barChart><c:barDir val="bar"/><c:grouping val="clustered"/><c:varyColors val="0"/>{series}<c:gapWidth val="60"/>'
        '<c:axId val="111111111"/><c:axId val="222222222"/></c:barChart>'
        '<c:catAx><c:axId val="111111111"/><c:scaling><c:orientation val="maxMin"/></c:scaling><c:delete val="0"/>'
        f'<c:axPos val="l"/><c:numFmt formatCode="General" sourceLinked="0"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="low"/>{_text(1050)}'
        '<c:crossAx val="222222222"/><c:crosses val="autoZero"/><c:auto val="1"/><c:lblAlgn val="ctr"/><c:lblOffset val="100"/><c:noMultiLvlLbl val="0"/></c:catAx>'
        '<c:valAx><c:axId val="222222222"/><c:scaling><c:orientation val="minMax"/></c:scaling><c:delete val="1"/><c:axPos val="t"/>'
        '<c:numFmt formatCode="0.00" sourceLinked="0"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/>'
        '<c:crossAx val="111111111"/><c:crosses val="autoZero"/><c:crossBetween val="between"/></c:valAx>'
    )
