"""单元格地址. A1 addresses and 0-based positions."""

from __future__ import annotations

import re

_REF = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9][0-9]{0,6})")
MAX_ROWS, MAX_COLUMNS = 1_048_576, 16_384


def column_number(letters: str) -> int:
    """A to 1, Z to 26, AA to 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def column_letters(number: int) -> str:
    """1 to A, 26 to Z, 27 to AA."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def cell_name(row: int, column: int) -> str:
    """The address of a 0-based position: (0, 0) is A1."""
    return f"{column_letters(column + 1)}{row + 1}"


def cell_position(name: str) -> tuple[int, int]:
    """0-based (row, column) of an address such as ``D7`` or ``$D$7``; raises ``ValueError``."""
    match = _REF.fullmatch(name)
    row, column = (int(match[2]), column_number(match[1].upper())) if match else (0, 0)
    if not 1 <= row <= MAX_ROWS or not 1 <= column <= MAX_COLUMNS:
        raise ValueError(f"“{name}”不是单元格地址")
    return row - 1, column - 1
