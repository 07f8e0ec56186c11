"""Of several failed checks with one cause, one tells it and the others refer to that one."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.course import assignment as assignments
from grader.grading import linked
from grader.model import (
    Assignment,
    Blame,
    CheckResult,
    Disclosure,
    Feedback,
    Outcome,
    SourceFile,
    Submission,
    Visibility,
)

ASSIGNMENT = assignments.load(Path(__file__).parents[2], "conv_arithmetic")
CALLS = """\
def conv2d_output_size(n, f):
    return n - f

# pool2d_output_size(1)
def conv2d_output_shape(
    shape, filters
):
    # same_padding(3) is not called here
    return filters, conv2d_output_size (shape[1], 3)

def pool2d_output_size(n, f):
    return n // f
"""


def lost(name: str, exercise: str, mistake: str | None = None, **more: object) -> CheckResult:
    """Return a lost check whose feedback names a mistake."""
    settings: dict[str, object] = {
        "outcome": Outcome.FAILED,
        "visibility": Visibility.PUBLIC,
        "feedback": Feedback(message="wrong", hint=mistake and f"why {mistake}?", misconception=mistake),
        **more,
    }
    return CheckResult(
        name=name,
        title=f"The title of {name}.",
        exercise=exercise,
        points=1,
        blame=Blame.STUDENT,
        disclosure=Disclosure.FULL,
        **settings,  # type: ignore[arg-type]
    )


def causes(*checks: CheckResult, source: str = CALLS, assignment: Assignment = ASSIGNMENT) -> list[str | None]:
    """Return for each check what it says to look at first."""
    files = (SourceFile(path=assignment.file, content=source.encode()),) if source else ()
    submission = Submission(name="ada", files=files, sha256="0" * 64)
    found = linked(checks, assignment, submission)
    assert [one.name for one in found] == [one.name for one in checks]
    return [
        None if one.feedback is None or one.feedback.follows_from is None else one.feedback.follows_from.says
        for one in found
    ]


SAME = "the same mistake as in “The title of slide_sizes.”"
CALLED = "it calls `conv2d_output_size`, whose checks fail too: correct that first"


def test_the_same_mistake_is_told_once() -> None:
    """The first check with it tells it; another mistake, and none, stay as they are."""
    assert causes(
        lost("slide_sizes", "output_size", "rounds_up"),
        lost("any_stride", "output_size", "rounds_up"),
        lost("any_dilation", "output_size", "ignores_dilation"),
        lost("by_keyword", "output_size"),
        lost("any_odd_filter", "same_padding", "rounds_up"),
    ) == [None, SAME, None, None, SAME]


def test_another_hint_is_another_mistake() -> None:
    """Where only the name is the same, each hint says something of its own."""
    other = lost(
        "any_stride", "output_size", "rounds_up", feedback=Feedback(message="m", hint="h", misconception="rounds_up")
    )

    assert causes(lost("slide_sizes", "output_size", "rounds_up"), other) == [None, None]


def test_a_function_that_calls_a_wrong_one_follows_from_it() -> None:
    """Calls are read in the lines of a function: not in comments, and not in other functions."""
    assert causes(
        lost("slide_sizes", "output_size", "rounds_up"),
        lost("slide_shapes", "output_shape", "shape_rounds_up"),
        lost("slide_pools", "pool_size", "pool_rounds_up"),
        lost("even_filter", "same_padding"),
    ) == [None, CALLED, None, None]


@pytest.mark.parametrize(
    "first",
    [
        lost("slide_sizes", "output_size", "rounds_up", outcome=Outcome.PASSED, feedback=None),
        lost("slide_sizes", "output_size", "rounds_up", visibility=Visibility.HIDDEN),
        lost("slide_sizes", "output_size", "rounds_up", outcome=Outcome.TIMED_OUT),
    ],
    ids=["passed", "hidden", "stopped"],
)
def test_only_a_wrong_public_check_is_a_cause(first: CheckResult) -> None:
    """What passed, what is hidden and what was stopped explain nothing to a student."""
    assert causes(first, lost("slide_shapes", "output_shape", "rounds_up"))[1] is None


def test_a_cause_has_no_cause_itself() -> None:
    """Checks refer to the one that tells it, not to one that refers on."""
    found = causes(
        lost("slide_sizes", "output_size", "rounds_up"),
        lost("slide_shapes", "output_shape", "of_shapes"),
        lost("height_and_width", "output_shape", "of_shapes"),
    )

    assert found == [None, CALLED, CALLED]


@pytest.mark.parametrize(
    "source", ["", "conv2d_output_shape = 3\n", "class conv2d_output_shape:\n    conv2d_output_size()\n"]
)
def test_what_defines_no_function_calls_none(source: str) -> None:
    """Whatever was handed in is read as text alone."""
    assert causes(
        lost("slide_sizes", "output_size", "rounds_up"), lost("slide_shapes", "output_shape", "other"), source=source
    ) == [None, None]


TRAINS = """\
def train_one_epoch(model, loader, criterion, optimizer, device):
    return 0

def fit(model, train_loader, val_loader, *, epochs, device):
    return [train_one_epoch(model, train_loader, None, None, device)]
"""


@pytest.mark.parametrize(
    ("exercise", "mistake", "cause"),
    [
        ("fit", None, "it calls `train_one_epoch`, whose checks fail too: correct that first"),
        ("learning", None, "it calls `train_one_epoch`, whose checks fail too: correct that first"),
        ("fit", "dictionary_of_lists", None),
    ],
)
def test_a_function_of_several_exercises_follows_where_nothing_else_explains_it(
    exercise: str, mistake: str | None, cause: str | None
) -> None:
    """`fit` is asked for by two exercises: in both it follows from what it calls, but for mistakes of its own."""
    assignment = assignments.load(Path(__file__).parents[2], "cifar10_training")
    first = lost("mean_loss", "one_epoch", "divides_twice")

    assert causes(first, lost("one", exercise, mistake), source=TRAINS, assignment=assignment) == [None, cause]
