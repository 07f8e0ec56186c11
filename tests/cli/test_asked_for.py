"""What the words of `grader check` mean: an assignment, exercises of it, a file, each of which may be left out."""

from __future__ import annotations

from pathlib import Path

import pytest
from commands import grader
from files import write_files

from grader.cli.asked_for import asked_for
from grader.course import assignment as assignments
from grader.errors import UsageError
from grader.handout import contents_of, handout_of, write_repository

COURSE = Path(__file__).parents[2]
SLUGS = assignments.slugs(COURSE)
SLUG = "conv_arithmetic"


@pytest.fixture(scope="module")
def handed_out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of one assignment, as a student has it."""
    folder = tmp_path_factory.mktemp("student") / "homework"
    write_repository(handout_of([contents_of(assignments.load(COURSE, SLUG))]), folder)
    return folder


@pytest.mark.parametrize(
    ("words", "exercises", "path"),
    [
        ((), (), None),
        (("my.py",), (), "my.py"),
        (("work/mine",), (), "work/mine"),
        (("pool_size",), ("pool_size",), None),
        (("pool2d_output_size",), ("pool_size",), None),
        (("same_padding", "pool_size", "my.ipynb"), ("same_padding", "pool_size"), "my.ipynb"),
        (("my.ipynb", "same_padding", "same_padding"), ("same_padding",), "my.ipynb"),
    ],
)
@pytest.mark.parametrize("named", [True, False])
def test_each_word_is_found(
    handed_out: Path, words: tuple[str, ...], exercises: tuple[str, ...], path: str | None, named: bool
) -> None:
    """By its place and by what it is; in a course of several the assignment comes first."""
    asked = asked_for((SLUG, *words), COURSE) if named else asked_for(words, handed_out)

    assert asked.assignment.slug == SLUG
    assert asked.assignment.course == (COURSE if named else handed_out)
    assert asked.exercises == exercises
    assert asked.path == (None if path is None else Path(path))


def test_a_file_without_an_ending_is_one_if_it_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder has none."""
    write_files(tmp_path, {"mine/conv_arithmetic.py": "x = 1"})
    monkeypatch.chdir(tmp_path)

    assert asked_for((SLUG, "mine"), COURSE).path == Path("mine")


def test_in_the_folder_of_an_assignment_it_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """There it need not be named, though the course has several."""
    monkeypatch.chdir(COURSE / "assignments" / SLUG / "checks")

    assert asked_for(("pool_size",), COURSE).assignment.slug == SLUG
    assert asked_for(("naive_convnet",), COURSE).assignment.slug == "naive_convnet"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            (SLUG, "same_pading"),
            "`same_pading`: no exercise of conv_arithmetic and no such file; did you mean same_padding?",
        ),
        (
            (SLUG, "nope", "my.py"),
            "`nope`: no exercise of conv_arithmetic and no such file; there are: output_size, output_shape, "
            "same_padding, pool_size, conv_parameters, linear_parameters",
        ),
        ((SLUG, "my.py", "pool_size", "a.ipynb"), "one file is checked at a time, and these are 2: my.py, a.ipynb"),
        (
            (SLUG, "x" * 300),
            f"`{'x' * 300}`: no exercise of conv_arithmetic and no such file; there are: output_size, output_shape, "
            "same_padding, pool_size, conv_parameters, linear_parameters",
        ),
        (
            (SLUG, ""),
            "``: no exercise of conv_arithmetic and no such file; there are: output_size, output_shape, "
            "same_padding, pool_size, conv_parameters, linear_parameters",
        ),
        (
            ("my.py",),
            f"name the assignment before `my.py`, there are several in {COURSE}: {', '.join(SLUGS)}",
        ),
        (
            ("conv_arithmetics",),
            f"no assignment `conv_arithmetics` in {COURSE}/assignments; did you mean conv_arithmetic?",
        ),
        (
            (),
            f"name the assignment, there are several in {COURSE}: {', '.join(SLUGS)}",
        ),
    ],
)
def test_what_is_none_of_these_is_one_sentence(words: tuple[str, ...], said: str) -> None:
    """It says what there is, or what is meant."""
    with pytest.raises(UsageError) as error:
        asked_for(words, COURSE)

    assert str(error.value) == said


def test_one_exercise_is_checked_alone() -> None:
    """Its checks and its points, and nothing of the others."""
    wrong = f"solutions/{SLUG}/specimens/one_bias"
    both = grader("check", SLUG, "linear_parameter_count", "same_padding", wrong, cwd=COURSE)
    right = grader("check", SLUG, "same_padding", wrong, cwd=COURSE)

    assert both.returncode == 1
    assert [line for line in both.stdout.splitlines() if line.startswith(("Padding", "Parameters"))] == [
        "Padding that keeps the size",
        "Parameters of a fully connected layer",
    ]
    assert "2 of 4 points" in both.stdout.splitlines()
    assert right.returncode == 0
    assert right.stdout.splitlines()[-1] == "2 of 2 points"
