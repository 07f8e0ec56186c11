"""The hints that are handed out: as new as what they are made of, and of no use to who reads the file."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from commands import grader
from tiny_courses import TinyCourse, WriteCourse

from grader.course import assignment as assignments
from grader.diagnosis import HINTS_FILE, load_hints
from grader.errors import AssignmentError, UsageError
from grader.grading.grade import list_checks
from grader.handout import HintsState, hints_state, write_hints
from grader.handout.hints import hints_of
from grader.model import Suite, Visibility

COURSE = Path(__file__).parents[2]
SLUGS = assignments.slugs(COURSE)
SQUARE = """
@pytest.mark.check(points=1, exercise="squares")
def test_square(student):
    "Squares."
    for n in range(-3, 9):
        expect.equal(student.square(n), n * n)
"""


@pytest.mark.slow
def test_the_hints_of_the_course_are_up_to_date() -> None:
    """What is handed out is what `make hints` would write now."""
    assignment = assignments.load(COURSE, "conv_arithmetic")

    assert (assignment.folder / HINTS_FILE).read_bytes() == hints_of(assignment), "run `make hints`"


def test_a_file_of_hints_names_nothing_that_is_hidden() -> None:
    """No name of a hidden check or of a known mistake can be read in it."""
    assignment = assignments.load(COURSE, "conv_arithmetic")
    held = (assignment.folder / HINTS_FILE).read_bytes()
    hidden = [one.name for one in list_checks(assignment, Suite.ALL) if one.visibility is Visibility.HIDDEN]

    for name in (*hidden, "pool_rounds_up", "one_bias_per_layer", "your answers", "instead of"):
        assert name.encode() not in held


def test_every_function_of_the_course_has_hints() -> None:
    """Each that an exercise asks for, and that is called by the public checks."""
    assignment = assignments.load(COURSE, "conv_arithmetic")
    hints = load_hints(assignment.folder / HINTS_FILE)
    assert hints is not None

    for exercise in assignment.exercises:
        for name in exercise.provides:
            assert len(hints.calls(name)) > 20, name


def test_networks_need_no_hints() -> None:
    """A table of layers is public, and searched as it is."""
    assert hints_of(assignments.load(COURSE, "naive_convnet")) is None


def test_hints_of_a_course_name_a_change_of_its_reference(tiny_course: WriteCourse) -> None:
    """What is made of a small course has its calls, and several mistakes."""
    course = tiny_course(SQUARE, reference="def square(n):\n    return n * n\n")

    assert b"square" in (hints_of(course.assignment) or b"")


def test_a_reference_that_fails_has_no_hints(tiny_course: WriteCourse) -> None:
    """What is wrong itself cannot say what is wrong elsewhere."""
    course = tiny_course(SQUARE, reference="def square(n):\n    return 2 * n\n")

    with pytest.raises(
        AssignmentError, match=r"does not pass its own public checks, so there are no hints to make of it"
    ):
        hints_of(course.assignment)


def test_without_a_solution_there_are_no_hints_to_make(tiny_course: WriteCourse) -> None:
    """A student cannot make the file."""
    course = tiny_course(SQUARE, reference=None)

    with pytest.raises(AssignmentError, match="hints are made of the solution, and there is none"):
        hints_of(course.assignment)


def test_hints_of_a_class_open_for_its_answers(tiny_course: WriteCourse) -> None:
    """What checks ask by lines of Python is asked so where there are no solutions, and a change of a method is named."""
    checks = '''
@pytest.mark.check(points=1, exercise="squares")
def test_counts(student):
    """It counts."""
    for start, by in ((1, 2), (4, 3), (10, 7), (5, 5)):
        received = student.square.use("one = square(start); answer = one.up(by), one.up(1)", start=start, by=by)
        expect.equal(received, (start + by, start + by + 1))
'''
    reference = """
    class square:
        def __init__(self, start):
            self.count = start
        def up(self, by):
            self.count += by
            return self.count
    """
    course = tiny_course(checks, reference=reference)
    (course.assignment.folder / HINTS_FILE).write_bytes(hints_of(course.assignment) or b"")
    shutil.rmtree(course.folder / "solutions" / course.slug)
    (result,) = course.grade(
        reference.replace("self.count = start", "self.count = 0"), seed="0", suite=Suite.PUBLIC
    ).checks

    assert result.feedback is not None
    assert result.feedback.misconception == "an_argument_is_ignored"


@pytest.fixture
def squares(tiny_course: WriteCourse) -> TinyCourse:
    """A course whose function has hints, without a file of them yet."""
    return tiny_course(SQUARE, reference="def square(n):\n    return n * n\n")


def test_hints_are_stale_as_soon_as_what_they_are_made_of_has_changed(squares: TinyCourse) -> None:
    """Which file it is is said; a hidden check and a text are none of them."""
    assignment = squares.assignment
    assert assignment.solution is not None
    assert hints_state(assignment) == (HintsState.NONE, ())
    assert write_hints(assignment)
    assert hints_state(assignment) == (HintsState.CURRENT, ())

    (assignment.folder / "README.md").write_text("# Other words\n")
    (assignment.solution / "checks").mkdir()
    (assignment.solution / "checks" / "test_hidden.py").write_text("")
    assert hints_state(assignment) == (HintsState.CURRENT, ())
    check = assignment.folder / "checks" / f"test_{assignment.slug}.py"
    check.write_text(f"{check.read_text()}\n")
    (assignment.solution / "misconceptions.py").write_text("MISCONCEPTIONS = {}\n")
    changed = (f"checks/test_{assignment.slug}.py", "misconceptions.py")
    assert hints_state(assignment) == (HintsState.STALE, changed)
    assert write_hints(assignment)
    assert hints_state(assignment) == (HintsState.CURRENT, ())

    (assignment.folder / HINTS_FILE).write_bytes(b"others")
    assert hints_state(assignment) == (HintsState.STALE, (HINTS_FILE,))
    (assignment.folder / HINTS_FILE).unlink()
    assert hints_state(assignment) == (HintsState.STALE, (HINTS_FILE,))


def test_hints_without_a_record_may_be_of_anything(squares: TinyCourse) -> None:
    """They count as stale; without a solution nobody can tell, and nobody has to."""
    assignment = squares.assignment
    assert assignment.solution is not None
    (assignment.folder / HINTS_FILE).write_bytes(b"old")

    state, changed = hints_state(assignment)
    assert (state, changed[-2:]) == (HintsState.STALE, ("the reference", HINTS_FILE))


def test_hints_that_cannot_be_written_are_said(squares: TinyCourse) -> None:
    """A folder lies in their place."""
    assignment = squares.assignment
    (assignment.folder / HINTS_FILE).mkdir()
    with pytest.raises(UsageError) as error:
        write_hints(assignment)

    assert str(error.value) == f"{assignment.folder}/hints.msgpack: cannot be written: Is a directory"


@pytest.mark.slow
def test_a_build_says_that_hints_are_stale_and_makes_them_anew(tmp_path: Path) -> None:
    """By itself it makes none, since that takes long; `--check` ends with 1 where they are stale."""
    grader("new", "sums", cwd=tmp_path)
    hints = "assignments/sums/hints.msgpack"
    made = grader("build", "--hints", cwd=tmp_path)
    fresh = grader("build", "--check", cwd=tmp_path)
    mistakes = tmp_path / "solutions" / "sums" / "misconceptions.py"
    mistakes.write_text(f"{mistakes.read_text()}\n")
    stale, built = grader("build", "--check", cwd=tmp_path), grader("build", cwd=tmp_path)
    both = grader("build", "--check", "--hints", cwd=tmp_path)

    assert (made.returncode, made.stdout.splitlines()[-1]) == (0, f"{hints}: written")
    assert (fresh.returncode, fresh.stdout.splitlines()[-1]) == (0, f"{hints}: unchanged")
    said = f"{hints}: stale, changed since are misconceptions.py; `grader build sums --hints` makes it anew"
    assert (stale.returncode, stale.stdout.splitlines()[-1]) == (1, said)
    assert (built.returncode, built.stdout.splitlines()[-1]) == (0, said)
    assert (both.returncode, both.stderr) == (
        2,
        "grader: --check --hints: one writes nothing and the other hints; leave one of them out\n",
    )


def test_a_network_needs_no_hints_and_that_is_said(tmp_path: Path) -> None:
    """No file is made, and none is missed afterwards."""
    grader("new", "net", "--from", "network", cwd=tmp_path)
    made = grader("build", "--hints", cwd=tmp_path)
    again = grader("build", "--check", cwd=tmp_path)

    assert (made.returncode, made.stdout.splitlines()[-1]) == (
        0,
        "assignments/net/hints.msgpack: not needed, no function is asked with values alone",
    )
    assert (again.returncode, "hints" in again.stdout) == (0, False)
