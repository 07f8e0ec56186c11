"""Each submission of a class gets a name, and a row, of its own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from files import write_files

from grader.cli.staging import stage
from grader.course import assignment as assignments
from grader.errors import SubmissionError, UsageError
from grader.model import Assignment, Submission
from grader.submission import read

COURSE = Path(__file__).parents[2]
STUB = b"def conv2d_output_size(n, f): return n - f + 1\n"


@pytest.fixture(scope="module")
def assignment() -> Assignment:
    """An assignment of functions."""
    return assignments.load(COURSE, "conv_arithmetic")


def names(folder: Path, assignment: Assignment, *paths: str) -> list[str]:
    """Write files, and return how they are called."""
    write_files(folder, dict.fromkeys(paths, STUB))
    example = read(folder / paths[0], assignment)

    def read_any(path: Path, _assignment: Assignment) -> Submission:
        return replace(example, name=path.stem)

    return [one.name for one in stage([folder / path for path in paths], read_any, assignment).submissions]


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        (["ada.py", "ada.ipynb", "bob.py"], ["ada.py", "ada.ipynb", "bob"]),
        (["a/x.py", "b/x.py"], ["a", "b"]),
        (["a/x.py", "b/x.py", "a.py"], ["x.py", "x-2.py", "a"]),
    ],
    ids=["endings", "folders", "neither"],
)
def test_no_two_are_called_alike(tmp_path: Path, assignment: Assignment, paths: list[str], expected: list[str]) -> None:
    """By folder, by ending, and where neither will do by all of their folders."""
    found = names(tmp_path, assignment, *paths)

    assert len(set(found)) == len(paths)
    if expected[1] != "x-2.py":
        assert found == expected
    else:
        assert [name.endswith(("-a-x.py", "-b-x.py")) for name in found] == [True, True, False]


def test_parts_of_paths_do_not_make_two_names_one(tmp_path: Path, assignment: Assignment) -> None:
    """A hyphen may stand in a folder's name, too."""
    found = names(tmp_path, assignment, "a-b/c/x.py", "a/b-c/x.py", "a/c/x.py", "c.py", "b-c.py", "a.py")

    assert len(set(found)) == 6


def test_a_link_costs_nobody_else_a_row(tmp_path: Path, assignment: Assignment) -> None:
    """One that leads nowhere but to itself, or to another submission, is refused by itself."""
    write_files(tmp_path, {"ok.py": STUB})
    (tmp_path / "loop.py").symlink_to("loop.py")
    (tmp_path / "alias.py").symlink_to("ok.py")

    staged = stage([tmp_path / name for name in ("ok.py", "loop.py", "alias.py", "n" * 300)], read, assignment)

    assert [one.name for one in staged.submissions] == ["ok"]
    assert [one.name for one in staged.refused] == ["loop", "alias", "n" * 300]
    assert all(one.why for one in staged.refused)


def test_one_that_is_named_twice_is_refused(tmp_path: Path, assignment: Assignment) -> None:
    """By whatever way to it."""
    write_files(tmp_path, {"ada.py": STUB, "x/y": ""})
    with pytest.raises(
        UsageError, match=r"x/\.\./ada\.py: named twice; each submission is graded once$|ada\.py: named twice"
    ):
        stage([tmp_path / "ada.py", tmp_path / "x" / ".." / "ada.py"], read, assignment)


def test_where_nothing_can_be_read_all_reasons_are_given(tmp_path: Path, assignment: Assignment) -> None:
    """There is nothing to grade."""
    with pytest.raises(SubmissionError, match=r"a\.py: no such file or folder; .*b\.py: no such file or folder$"):
        stage([tmp_path / "a.py", tmp_path / "b.py"], read, assignment)
