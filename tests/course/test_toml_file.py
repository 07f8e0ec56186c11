"""A wrong TOML file: what is said of it names file, key and value, and what would be right."""

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import msgspec
import pytest
from msgspec import Meta

from grader.course import toml_file
from grader.errors import AssignmentError


class Colour(StrEnum):
    """A closed list of words."""

    RED = "red"


class Row(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """A table in a list."""

    name: str = ""


class Sheet(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """A file with one key of each kind."""

    rows: Annotated[tuple[Row, ...], Meta(min_length=2)] | None = None
    part: Row | None = None
    others: Mapping[str, Any] = {}
    words: tuple[str, ...] = ()
    whole: int | None = None
    share: Annotated[float, Meta(ge=0, lt=1)] = 0.5
    above: Annotated[float, Meta(gt=1000)] = 2000
    below: Annotated[int, Meta(le=2)] = 1
    colour: Colour = Colour.RED
    yes: bool = True


PATH = Path("sheet.toml")


def refused(content: str) -> str:
    """Return what is said of a sheet."""
    with pytest.raises(AssignmentError) as error:
        toml_file.decode(content, Sheet, PATH)
    return str(error.value)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("part = 3", "part must be a table, got a whole number: 3"),
        ("words = 'a'", "words must be a list, got a text: 'a'"),
        ("words = ['a', true]", "words[1] must be a text, got true or false: True"),
        ("whole = 1.5", "whole must be a whole number, got a number: 1.5"),
        ("share = [1]", "share must be a number, got a list: [1]"),
        ("yes = 1", "yes must be true or false, got a whole number: 1"),
        ("yes = 2026-01-01", "yes must be true or false, got date: datetime.date(2026, 1, 1)"),
        ("share = -0.5", "share must be at least 0, got -0.5"),
        ("share = 1.0", "share must be below 1, got 1.0"),
        ("share = nan", "share must be at least 0, got nan"),
        ("above = 1000", "above must be above 1,000, got 1,000"),
        ("below = 3000", "below must be at most 2, got 3,000"),
        ("rows = [{}]", "rows must hold at least 2, got [{}]"),
        ("rows = [{}, {nam = 'a'}]", "rows[1].nam: there is no such key; did you mean name?"),
        ("part = {zzz = 1}", "part.zzz: there is no such key"),
        ("wrods = []", "wrods: there is no such key; did you mean words?"),
        ("'a`b' = 1", "a`b: there is no such key"),
        ("colour = 'blue'", "colour: Invalid enum value 'blue'"),
    ],
)
def test_a_wrong_key_is_named_with_its_value(content: str, said: str) -> None:
    """Key, expectation and value are in the text, in the words of people; a near key is suggested."""
    assert refused(content) == f"sheet.toml: {said}"


def test_a_table_of_a_file_is_named_by_its_whole_key() -> None:
    """What is converted by itself is told with the key under which it stands."""
    with pytest.raises(AssignmentError) as error:
        toml_file.table({"name": 3}, Row, PATH, "others.first")
    assert str(error.value) == "sheet.toml: others.first.name must be a text, got a whole number: 3"

    with pytest.raises(AssignmentError) as error:
        toml_file.table(3, Row, PATH, "others.first")
    assert str(error.value) == "sheet.toml: others.first must be a table, got a whole number: 3"


def test_what_is_right_is_read(tmp_path: Path) -> None:
    """A file that is as the struct says gives the struct."""
    path = tmp_path / "sheet.toml"
    path.write_text("words = ['a']\n[others.b]\nc = 1\n")

    assert toml_file.read(path, Sheet) == Sheet(words=("a",), others={"b": {"c": 1}})
