import csv
import io

import pytest

from c2d.core.sheet import harmless, line


@pytest.mark.parametrize("text", [
    "=1+1", "+7 916", "-5", "@cmd", "\t=1", "\r=1", '"=1+1', "'=1", ' =HYPERLINK("x")', '""@x', "\n=1", "\u00a0=1",
])
def test_a_cell_that_a_spreadsheet_would_compute_is_text(text):
    assert harmless(text) == f"'{text}"
    [[cell]] = csv.reader(io.StringIO(line([text]), newline=""))
    assert cell.startswith("'")


@pytest.mark.parametrize("text", ["", "Анна", "1=1", "a+b", "2026-11-28", "«=1»", "a@b.example"])
def test_everything_else_stays_as_it_is(text):
    assert harmless(text) == text


def test_quotes_separators_and_line_ends_stay_in_their_cell():
    cells = ['a"b', "c,d", "e\nf", "ж;з"]
    assert list(csv.reader(io.StringIO(line(cells), newline=""))) == [cells]
