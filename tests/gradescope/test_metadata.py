"""What Gradescope says about a submission: read with tolerance, since nothing of it may cost a student anything."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from grader.gradescope import metadata
from grader.gradescope.metadata import Metadata

USUAL = {
    "id": 12345,
    "created_at": "2026-11-26T12:00:00.000000-08:00",
    "assignment": {
        "due_date": "2026-11-27T12:00:00.000000-08:00",
        "group_size": 2,
        "group_submission": True,
        "id": 678,
        "course_id": 9,
        "late_due_date": None,
        "release_date": "2026-11-01T12:00:00.000000-08:00",
        "title": "Convolution arithmetic",
        "total_points": "30.0",
    },
    "submission_method": "upload",
    "users": [
        {"email": "ada@example.edu", "id": 1, "name": "Ada Lovelace"},
        {"email": "zoe@example.edu", "id": 2, "name": "Zoë"},
    ],
    "previous_submissions": [{"submission_time": "x", "score": 3.0, "autograder_error": False, "results": {}}],
}


def read(folder: Path, content: object) -> Metadata:
    """Read a file of this content."""
    path = folder / metadata.NAME
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return metadata.read(path)


def test_the_usual_file(tmp_path: Path) -> None:
    """Names, the number of the assignment and its points, which are a text there."""
    assert read(tmp_path, USUAL) == Metadata(name="Ada Lovelace, Zoë", assignment_id="678", total_points=30.0)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ({}, "submission"),
        ({"id": 5}, "submission 5"),
        ({"id": "x\x1b[2J"}, "submission x\\x1b[2J"),
        ({"id": 5, "users": [{"name": None}, {"name": "  "}, {}]}, "submission 5"),
        ({"users": [{"name": "A\n::error::x"}]}, "A\\n\\x3a:error::x"),
        ({"users": [{"name": "\u202eevil"}]}, "\\u202eevil"),
        ({"users": [{"name": f"s{number}"} for number in range(10)]}, "s0, s1, s2, s3, s4, s5, s6, s7 and 2 more"),
    ],
)
def test_the_name_is_clean_and_never_empty(tmp_path: Path, content: object, name: str) -> None:
    """Students choose their names themselves."""
    found = read(tmp_path, content)

    assert (found.name, found.complaint) == (name, None)


def test_a_long_name_is_cut(tmp_path: Path) -> None:
    """No name fills a page."""
    assert len(read(tmp_path, {"users": [{"name": "a" * 100_000}]}).name) <= 200


@pytest.mark.parametrize("points", [None, "many", "nan", "inf", "1e999"])
def test_points_that_are_no_number_are_unknown(tmp_path: Path, points: object) -> None:
    """Then nothing is compared with them."""
    assert read(tmp_path, {"assignment": {"total_points": points}}).total_points is None


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "Input data was truncated"),
        (b"{", "Input data was truncated"),
        (b"\xff\xfe", "JSON is malformed"),
        (b"[]", "Expected `object`, got `array`"),
        (b'{"users": 3}', "Expected `array`, got `int` - at `$.users`"),
        (b'{"id": [1]}', "Expected `int | str | null`, got `array`"),
        (b'{"x": ' + b"[" * 100_000, "maximum recursion depth exceeded"),
        (b" " * (metadata.MAX_BYTES + 1), "it has more than 16,777,216 bytes"),
    ],
    ids=["empty", "half", "binary", "list", "users", "id", "nested", "huge"],
)
def test_a_broken_file_is_said_and_costs_nothing(tmp_path: Path, content: bytes, why: str) -> None:
    """Everything else is as if there were no file."""
    found = read(tmp_path, content)

    assert found.complaint is not None
    assert found.complaint.startswith("Gradescope's submission_metadata.json could not be used (")
    assert why in found.complaint
    assert found.complaint.endswith("); nothing was lost by that.")
    assert (found.name, found.assignment_id, found.total_points) == ("submission", "", None)


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    """Likewise."""
    assert metadata.read(tmp_path / metadata.NAME).complaint == (
        "Gradescope's submission_metadata.json could not be used (No such file or directory); nothing was lost by that."
    )
