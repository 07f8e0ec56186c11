"""Numbers as gradebooks write them, with points or commas, in any country."""

from __future__ import annotations

import pytest

from grader.reports.gradebook.numbers import number_in

CELLS = {
    "4": 4.0,
    "4,00": 4.0,
    "9.5": 9.5,
    "100.00000": 100.0,
    "1,000": 1000.0,
    "1.000": 1000.0,
    "1.234,5": 1234.5,
    "1'000.25": 1000.25,
    "1\u202f000,5": 1000.5,
    "": None,
    "EX": None,
    "-1": None,
    "9" * 400: None,
}


@pytest.mark.parametrize("cell", CELLS)
def test_a_number_is_what_people_read(cell: str) -> None:
    """Decimals are behind the last point or comma; three digits behind the only one are thousands."""
    assert number_in(cell) == CELLS[cell]
