"""What goes wrong on our side is told as ours: ungraded, never a point, never the submission's fault."""

from __future__ import annotations

import pytest
from tiny_courses import RIGHT, WriteCourse

from grader.errors import Crashed, EngineError, HarnessFault, ReferenceFault, SandboxFault
from grader.grading import verdict
from grader.model import Blame, Outcome

CHECK = '''
    @pytest.mark.check(points=2, exercise="squares")
    def test_as_ours(student, reference):
        """Numbers are squared as ours are."""
        expect.equal(student.square(3), reference.square(3))
'''


@pytest.mark.parametrize(
    ("reference", "told"),
    [
        pytest.param("def square(n): return n / 0\n", "ZeroDivisionError", id="raises"),
        pytest.param("import os\ndef square(n): os._exit(0)\n", "Crashed", id="exits"),
        pytest.param("def cube(n): return n ** 3\n", "MissingDefinition", id="lacks-the-name"),
        pytest.param("def square(n): return len(bytearray(1 << 40))\n", "OutOfMemory", id="memory"),
        pytest.param("import no_such_module\ndef square(n): return n * n\n", "no_such_module", id="cannot-be-imported"),
    ],
)
def test_a_reference_that_fails_costs_nothing(reference: str, told: str, tiny_course: WriteCourse) -> None:
    """A right submission is ungraded where the reference raises, exits, lacks a name, or runs out of memory."""
    course = tiny_course(hidden=CHECK, reference=reference)

    result = course.check(RIGHT)

    assert (result.outcome, result.blame) == (Outcome.UNGRADED, Blame.HARNESS)
    assert result.feedback is not None
    assert "through no fault of the submission" in result.feedback.message
    assert f"our own solutions/{course.slug}/squares.py did not answer: " in result.feedback.message
    assert told in result.feedback.message


def test_an_assertion_of_the_grader_is_no_verdict(tiny_course: WriteCourse) -> None:
    """An assert of a check says that the answer is wrong; one in our code says that our code is."""
    course = tiny_course(
        hidden='''
    from grader.checks.architectures.networks import _built

    @pytest.mark.check(points=2, exercise="squares")
    def test_as_ours(student):
        """Numbers are squared."""
        assert student.square(3) == 9, "3 squared is 9"
        _built(student.square, 3)
'''
    )

    wrong, right = course.check("def square(n): return n\n"), course.check(RIGHT)

    assert wrong.outcome is Outcome.FAILED
    assert wrong.feedback is not None
    assert wrong.feedback.message.startswith("3 squared is 9")
    assert (right.outcome, right.blame) == (Outcome.UNGRADED, Blame.HARNESS)


def test_a_submission_that_fails_is_still_its_own_fault(tiny_course: WriteCourse) -> None:
    """Beside a reference that answers, the same errors are the submission's."""
    course = tiny_course(hidden=CHECK)

    for source, outcome in (
        ("def square(n): return n / 0\n", Outcome.RAISED),
        ("def cube(n): return n ** 3\n", Outcome.MISSING),
        ("def square(n): return n\n", Outcome.FAILED),
    ):
        assert course.check(source).outcome is outcome


def test_the_time_of_the_diagnosis_is_not_the_submissions(tiny_course: WriteCourse) -> None:
    """Looking for a known mistake takes a slow submission's time again and again; its next check has all of its own."""
    checks = '''
        @pytest.mark.check(points=1, exercise="squares")
        def test_first(student):
            """A wrong answer."""
            expect.equal(student.square(3), 9)

        @pytest.mark.check(points=1, exercise="squares")
        def test_second(student):
            """A right answer."""
            expect.equal(student.square(2), 4)
    '''
    mistakes = '''
        def doubles(n):
            """
            Twice the number.

            Is 3 squared 6?
            """
            return 2 * n

        MISCONCEPTIONS = {"square": (doubles,)}
        PROBES = {"square": tuple((n,) for n in range(10, 20))}
    '''
    course = tiny_course(checks, misconceptions=mistakes, settings="\n[limits]\nsubmission_seconds = 2.0\n")
    slow = "import time\ndef square(n):\n    time.sleep(0.4)\n    return 4 if n == 2 else 2 * n\n"

    first, second = course.grade(slow).checks

    assert (first.outcome, second.outcome) == (Outcome.FAILED, Outcome.PASSED)
    assert first.feedback.misconception == "doubles"  # ten questions of 0.4 seconds, in a budget of two


@pytest.mark.parametrize(
    ("error", "blame"),
    [
        (SandboxFault("gone"), Blame.INFRASTRUCTURE),
        (EngineError("died"), Blame.INFRASTRUCTURE),
        (OSError(28, "No space left on device"), Blame.INFRASTRUCTURE),
        (MemoryError(), Blame.INFRASTRUCTURE),
        (ReferenceFault("squares.py", Crashed("ended")), Blame.HARNESS),
        (HarnessFault("bug"), Blame.HARNESS),
        (KeyError("x"), Blame.HARNESS),
    ],
    ids=["sandbox", "engine", "disk", "memory", "reference", "harness", "any"],
)
def test_one_predicate_decides_blame_and_another_try(error: Exception, blame: Blame) -> None:
    """What is blamed on the machine is what is tried again."""
    assert verdict.blame_for(error) is blame
    assert verdict.is_tried_again(verdict.blame_for(error), 1) is (blame is Blame.INFRASTRUCTURE)
    assert not verdict.is_tried_again(verdict.blame_for(error), verdict.MAX_TRIES)


def test_a_disk_that_is_full_for_a_moment_is_tried_again(
    tiny_course: WriteCourse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An OSError in a check is the machine's, so the check is asked a second time."""
    checks = '''
        import builtins

        @pytest.mark.check(points=2, exercise="squares")
        def test_once_broken(student):
            """The first try finds no room."""
            if not hasattr(builtins, "convnet_tried"):
                builtins.convnet_tried = True
                raise OSError(28, "No space left on device")
            expect.equal(student.square(3), 9)
    '''
    result = tiny_course(checks).check(RIGHT)

    import builtins

    del builtins.convnet_tried  # type: ignore[attr-defined]
    assert (result.outcome, result.fault) == (Outcome.PASSED, None)
