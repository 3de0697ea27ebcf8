"""Tables for spreadsheets: CSV that Excel reads as UTF-8 and of which no cell is ever a formula."""

import csv
import io
from collections.abc import Iterable

BOM = "\ufeff"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def line(cells: Iterable[object]) -> str:
    """One row, its line end included."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow([harmless(str(cell)) for cell in cells])
    return out.getvalue()


def harmless(text: str) -> str:
    """With an apostrophe before what a spreadsheet would compute, also behind quotes and spaces."""
    begins = text.startswith(_FORMULA) or text.lstrip(" \"'\n\u00a0\ufeff").startswith(_FORMULA)
    return f"'{text}" if begins else text
