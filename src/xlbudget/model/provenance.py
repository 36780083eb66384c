"""出处. Where in a file a figure or a word stands."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Provenance:
    """出处. One place in one file; only the parts that apply are set.

    ``line`` is the 1-based line of a text file, ``page`` the 1-based page of a PDF with ``box`` as
    (left, top, right, bottom) in points from the upper left corner, ``index`` the 1-based paragraph of
    a Word document or web page (those in cells are counted), ``sheet`` and ``cell`` a workbook's. ``quote`` is the text as printed.
    ``doubt`` says why the reading of this place is not to be trusted, if it is not.
    """

    file: str = ""
    table: str = ""
    row: str = ""
    column: str = ""
    sheet: str = ""
    cell: str = ""
    page: int | None = None
    box: tuple[float, float, float, float] | None = None
    line: int | None = None
    index: int | None = None
    quote: str = ""
    doubt: str = ""
