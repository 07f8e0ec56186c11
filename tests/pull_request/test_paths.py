"""Whose a path is follows from where it lies and what it is called, and from nothing else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from grader.course import assignment as assignments
from grader.errors import UsageError
from grader.model import Exercise, RubricItem
from grader.pull_request.paths import Layout, Place

COURSE = Path(__file__).parents[2]
BOTH = tuple(assignments.load(COURSE, slug) for slug in ("conv_arithmetic", "naive_convnet"))


def layout(*allowed: str, submissions: str | None = None, of: int = 2) -> Layout:
    return Layout(assignments=BOTH[:of], submissions=submissions, allowed=allowed)


@pytest.mark.parametrize(
    ("path", "folder", "slug"),
    [
        ("conv_arithmetic.py", "", "conv_arithmetic"),
        ("naive_convnet.ipynb", "", "naive_convnet"),
        ("conv_arithmetic/conv_arithmetic.ipynb", "conv_arithmetic", "conv_arithmetic"),
        ("assignments/naive_convnet/naive_convnet.py", "assignments/naive_convnet", "naive_convnet"),
    ],
)
def test_in_a_repository_for_each_student_the_file_and_the_notebook_count(path: str, folder: str, slug: str) -> None:
    """At the root, in the folder of the assignment, or where the course has it."""
    assert layout().place(path) == Place(folder=folder, within=path.rpartition("/")[2], name="", slug=slug)


ESSAY = Exercise(
    name="essay",
    title="Essay",
    rubric=(RubricItem(item="names the stride", points=1),),
    answer=("design.md", "docs/why.md"),
)


@pytest.mark.parametrize(
    ("path", "folder", "within"),
    [
        ("conv_arithmetic/design.md", "conv_arithmetic", "design.md"),
        ("assignments/conv_arithmetic/docs/why.md", "assignments/conv_arithmetic", "docs/why.md"),
        ("design.md", None, ""),
        ("naive_convnet/design.md", None, ""),
        ("assignments/conv_arithmetic/README.md", None, ""),
    ],
)
def test_answers_that_people_grade_are_the_students(path: str, folder: str | None, within: str) -> None:
    """Where the folder says of which assignment they are; a repository of one assignment needs to say nothing."""
    conv, naive = BOTH
    with_essay = replace(conv, exercises=(*conv.exercises, ESSAY))
    of_both = Layout(assignments=(with_essay, naive), submissions=None, allowed=())
    of_one = Layout(assignments=(with_essay,), submissions=None, allowed=())
    place = None if folder is None else Place(folder=folder, within=within, name="", slug="conv_arithmetic")

    assert of_both.place(path) == place
    assert of_both.is_asked_for(place) == (place is not None)
    assert of_one.place("docs/why.md") == Place(folder="", within="docs/why.md", name="", slug="conv_arithmetic")


@pytest.mark.parametrize(
    "path",
    [
        *("conftest.py", "conv_arithmetic.txt", "Conv_arithmetic.py", "naive_convnet/conv_arithmetic.py", "--help"),
        *("assignments/conv_arithmetic/checks/test_sizes.py", "assignments/conv_arithmetic/assignment.toml"),
        *("assignments/conv_arithmetic/networks.py", "solutions/conv_arithmetic/conv_arithmetic.py"),
        *(".github/workflows/grade.yml", ".gitattributes", ".gitmodules", "deep/conv_arithmetic/conv_arithmetic.py"),
        *("submissions/ada/conv_arithmetic.py", "submissions"),
    ],
)
def test_everything_else_is_no_students(path: str) -> None:
    """Checks, settings, solutions, workflows, and what only looks alike."""
    assert layout().place(path) is None


@pytest.mark.parametrize(
    ("path", "place"),
    [
        (
            "submissions/ada/conv_arithmetic.py",
            Place(folder="submissions/ada", within="conv_arithmetic.py", name="ada", slug=""),
        ),
        (
            "submissions/ada/conv_arithmetic/tools/a.py",
            Place(folder="submissions/ada/conv_arithmetic", within="tools/a.py", name="ada", slug="conv_arithmetic"),
        ),
        (
            "submissions/ada/conv_arithmetic",
            Place(folder="submissions/ada", within="conv_arithmetic", name="ada", slug=""),
        ),
        ("submissions/--help/x.py", Place(folder="submissions/--help", within="x.py", name="--help", slug="")),
    ],
)
def test_in_a_repository_for_all_everything_below_a_name_is_the_students(path: str, place: Place) -> None:
    """With the assignment as a folder or without."""
    assert layout(submissions="submissions").place(path) == place


@pytest.mark.parametrize(
    "path",
    [
        *("conv_arithmetic.py", "assignments/conv_arithmetic/conv_arithmetic.py", "submissions/conv_arithmetic.py"),
        *("submissions", "submissionsX/ada/conv_arithmetic.py", "ada/submissions/x/conv_arithmetic.py"),
    ],
)
def test_in_a_repository_for_all_the_file_of_the_course_is_everybodys(path: str) -> None:
    """Nobody hands in there, since the stub of all would be theirs to change."""
    assert layout(submissions="submissions").place(path) is None


@pytest.mark.parametrize("pattern", ["", ".", "./", "/", "/etc", "a/../..", ".."])
def test_a_path_that_would_permit_everything_is_refused(pattern: str) -> None:
    """An empty variable of a workflow, for one."""
    with pytest.raises(UsageError) as refused:
        layout("README.md", pattern)
    assert str(refused.value) == f"--allow {pattern!r}: this is no path in the repository, and would permit everything"


@pytest.mark.parametrize("folder", ["", ".", "/", "..", "assignments", "solutions/x", "assignments/../submissions"])
def test_a_folder_of_the_course_is_no_place_for_submissions(folder: str) -> None:
    """Checks would be students' files."""
    with pytest.raises(UsageError) as refused:
        layout(submissions=folder)
    assert str(refused.value) == (
        f"--submissions {folder!r}: name a folder of the repository that is none of the course, as submissions"
    )


def test_the_folder_of_all_may_have_any_name() -> None:
    """Also one of several parts."""
    place = layout(submissions="2026/winter").place("2026/winter/ada/a.py")
    assert place == Place(folder="2026/winter/ada", within="a.py", name="ada", slug="")


@pytest.mark.parametrize(
    ("pattern", "path", "permitted"),
    [
        ("README.md", "README.md", True),
        ("README.md", "docs/README.md", False),
        ("docs", "docs/a/b.md", True),
        ("docs/", "docs/a/b.md", True),
        ("docs", "docs2/a.md", False),
        ("notes/*.md", "notes/a.md", True),
        ("notes/*.md", "notes/a/b.md", False),
        ("*/notes.md", "ada/notes.md", True),
        ("*", ".github/workflows/grade.yml", True),
    ],
)
def test_what_staff_permit(pattern: str, path: str, permitted: bool) -> None:
    """A path, a folder with all below, or a star for one part."""
    assert layout(pattern).is_allowed(path) is permitted


def test_permitted_source_beside_the_file_is_handed_in_with_it() -> None:
    """At the root only where it can be of one assignment alone; a picture stays where it is."""
    wide = layout("conv_arithmetic/helpers.py", "conv_arithmetic/plot.png", "helpers.py")
    assert wide.place("conv_arithmetic/helpers.py") is not None
    assert wide.place("conv_arithmetic/plot.png") is None
    assert wide.place("helpers.py") is None
    assert layout("helpers.py", of=1).place("helpers.py") is not None
    assert layout(of=1).place("helpers.py") is None
