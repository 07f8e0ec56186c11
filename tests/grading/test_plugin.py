"""Checks become results through either door: `grade()`, and pytest's own command line."""

from __future__ import annotations

import math
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from tiny_courses import TinyCourse, WriteCourse

import grader
from grader.errors import AssignmentError
from grader.grading.check import Check
from grader.grading.grade import list_checks
from grader.grading.request import Listener
from grader.keys import GradingKeys
from grader.model import CheckResult, Disclosure, Outcome, Suite, Visibility

"""What the fixture `tiny_course` writes."""

ANY_NUMBER = '''
@pytest.mark.check(points=2, exercise="squares")
@given(n=st.integers(-1000, 1000))
def test_any_number(student, n):
    """The square is right for any number."""
    expect.equal(student.square(n), n * n, hint="a number times itself")
'''
SEVEN = '''
@pytest.mark.check(points=1, exercise="squares")
def test_seven(student):
    """The square of seven is right."""
    expect.equal(student.square(7), 49)
'''


# --- markers ---


def test_a_check_is_what_its_marker_says(tiny_course: WriteCourse) -> None:
    """Name, sentence, points, exercise, visibility, disclosure and time come from marker, docstring and place."""
    course = tiny_course(
        '''
        @pytest.mark.check(points=3, exercise="squares", seconds=120)
        def test_first(student):
            """A sentence
            on two lines."""
        ''',
        hidden='''
        @pytest.mark.check(2, "squares")
        def test_second(student):
            """Hidden."""
        @pytest.mark.check(points=1, exercise="squares", disclosure="counterexample")
        def test_third(student):
            """Shown."""
        ''',
    )
    (public_file,) = course.folder.glob("assignments/*/checks/*.py")
    (hidden_file,) = course.folder.glob("solutions/*/checks/*.py")
    first = Check(
        name="first",
        title="A sentence on two lines.",
        points=3,
        visibility=Visibility.PUBLIC,
        disclosure=Disclosure.FULL,
        seconds=120,
        exercise="squares",
        file=public_file,
    )
    hidden = {"visibility": Visibility.HIDDEN, "seconds": None, "exercise": "squares", "file": hidden_file}
    second = Check(name="second", title="Hidden.", points=2, disclosure=Disclosure.SENTENCE, **hidden)
    third = Check(name="third", title="Shown.", points=1, disclosure=Disclosure.COUNTEREXAMPLE, **hidden)

    assert list_checks(course.assignment, Suite.ALL) == (first, second, third)
    assert list_checks(course.assignment, Suite.PUBLIC) == (first,)


def marked(marker: str, body: str = '    """A sentence."""', name: str = "test_it") -> str:
    """Return a check file with one function."""
    return f"{marker}\ndef {name}(student):\n{body}\n"


CHECK = '@pytest.mark.check(points=1, exercise="squares")'


@pytest.mark.parametrize(
    ("checks", "text"),
    [
        pytest.param(
            marked(""),
            r"`test_it` is not marked as a check; add @pytest\.mark\.check\(points=…, exercise=…\)",
            id="unmarked",
        ),
        pytest.param(
            marked('@pytest.mark.check(exercise="squares")'),
            "`test_it`: missing 1 required positional argument: 'points' in its check marker",
            id="no-points",
        ),
        pytest.param(
            marked('@pytest.mark.check(points=1, exercise="squares", weight=3)'),
            "`test_it`: got an unexpected keyword argument 'weight' in its check marker",
            id="unknown-argument",
        ),
        pytest.param(
            marked('@pytest.mark.check(points=0, exercise="squares")'),
            "`test_it`: points must be a whole number above 0, got 0",
            id="no-worth",
        ),
        pytest.param(
            marked('@pytest.mark.check(points=1.5, exercise="squares")'),
            "points must be a whole number above 0, got 1.5",
            id="half-a-point",
        ),
        pytest.param(
            marked('@pytest.mark.check(points=True, exercise="squares")'),
            "points must be a whole number above 0, got True",
            id="points-that-are-true",
        ),
        pytest.param(
            marked('@pytest.mark.check(points=1, exercise="circles")'),
            "`test_it`: exercise must be one of squares, got 'circles'",
            id="unknown-exercise",
        ),
        pytest.param(
            marked('@pytest.mark.check(points=1, exercise="squares", disclosure="all")'),
            "`test_it`: 'all' is not a valid Disclosure in its check marker",
            id="unknown-disclosure",
        ),
        pytest.param(
            marked('@pytest.mark.check(points=1, exercise="squares", seconds=0)'),
            "`test_it`: seconds must be a number above 0, got 0",
            id="no-time",
        ),
        pytest.param(
            marked('@pytest.mark.check(points=1, exercise="squares", seconds="10")'),
            "`test_it`: seconds must be a number above 0, got '10'",
            id="time-in-letters",
        ),
        pytest.param(
            marked('@pytest.mark.check(points=1, exercise="squares", calibrates=2)'),
            "`test_it`: calibrates must be True, False, or a tuple of names of data, got 2",
            id="calibrates-twice",
        ),
        pytest.param(
            marked('@pytest.mark.check(points=1, exercise="squares", calibrates=("gratings", 2))'),
            "`test_it`: calibrates must be True, False, or a tuple of names of data, got \\('gratings', 2\\)",
            id="calibrates-a-number",
        ),
        pytest.param(
            marked(CHECK, "    pass"),
            "`test_it` has no docstring, which is the sentence that a student reads",
            id="no-docstring",
        ),
        pytest.param(
            "class TestSquares:\n    " + marked(CHECK).replace("\n", "\n    ").replace("(student)", "(self, student)"),
            "`test_it` is a method; a check is a plain function",
            id="method",
        ),
        pytest.param(
            "from hypothesis import settings\n"
            + marked(CHECK + "\n@settings(max_examples=3)\n@given(n=st.integers())").replace(
                "(student)", "(student, n)"
            ),
            "`test_it` uses @settings; those of a check come from the grading",
            id="own-settings",
        ),
        pytest.param(
            "def test_it(:",
            r"\.py:4: cannot be loaded: `def test_it\(:` is no Python: invalid syntax",
            id="syntax-error",
        ),
        pytest.param(
            "import no_such_module",
            r"\.py:4: cannot be loaded: `import no_such_module` raises ModuleNotFoundError: No module named 'no_such_module'",
            id="import-error",
        ),
        pytest.param(
            "def numbers():\n    return np.arange(3)\n\n\nNUMBERS = numbers()",
            r"\.py:5: cannot be loaded: `return np\.arange\(3\)` raises NameError: name 'np' is not defined",
            id="raises",
        ),
        pytest.param(
            "@pytest.mark.parametrize('n', [3])\n" + marked(CHECK),
            r"\.py: In .*::test_it: function uses no argument 'n'",
            id="sentence-of-pytest",
        ),
    ],
)
def test_broken_checks_are_an_error_of_the_assignment(tiny_course: WriteCourse, checks: str, text: str) -> None:
    """A check file that cannot be used is said to be, with the reason, and nobody is graded by it."""
    with pytest.raises(AssignmentError, match=f"the checks cannot be used: .*{text}"):
        tiny_course(checks).grade("def square(n): return n * n")


def test_a_broken_conftest_is_an_error_of_the_assignment(tiny_course: WriteCourse) -> None:
    """Pytest imports it before any plugin hears of it; its line is told all the same."""
    course = tiny_course(SEVEN)
    path = course.assignment.folder / "checks" / "conftest.py"
    path.write_text("import pytest\nimport no_such_module\n")

    with pytest.raises(AssignmentError) as raised:
        course.grade("def square(n): return n * n")

    assert str(raised.value).startswith(
        f"{path}:2: cannot be loaded: `import no_such_module` raises ModuleNotFoundError"
    )


def test_two_checks_of_one_name_are_an_error_of_the_assignment(tiny_course: WriteCourse) -> None:
    """A hidden check may not have the name of a public one."""
    with pytest.raises(AssignmentError, match="two checks are called `seven`"):
        tiny_course(SEVEN, hidden=SEVEN).grade("def square(n): return n * n")


def test_no_checks_are_an_error_of_the_assignment(tiny_course: WriteCourse) -> None:
    """An assignment without checks, or with an empty file of them, cannot be graded."""
    with pytest.raises(AssignmentError, match="there are no checks here"):
        tiny_course().grade("")
    with pytest.raises(AssignmentError, match=r"pytest could not run the checks \(no_tests_collected\)"):
        tiny_course("# none yet").grade("")


# --- outcomes ---


@pytest.mark.parametrize(
    ("credit", "earned"), [(0.0, 0), (0.09, 0), (0.5, 5), (0.74, 7), (0.999, 9), (1.0, 0), (-1.0, 0), (math.nan, 0)]
)
def test_a_check_may_give_a_part_of_its_points(tiny_course: WriteCourse, credit: float, earned: int) -> None:
    """A failed check with credit earns whole points in proportion, never all; what is no share earns none."""
    checks = f"""\
from grader.errors import CheckFailed

@pytest.mark.check(points=10, exercise="squares")
def test_part(student):
    \"\"\"A part of it is right.\"\"\"
    raise CheckFailed("not all of it", credit=float("{credit}"))
"""
    graded = tiny_course(checks).grade("def square(n): ...")

    assert graded.checks[0].outcome is Outcome.FAILED
    assert (graded.checks[0].earned, graded.score.earned, graded.score.possible) == (earned, earned, 10)


def test_what_a_check_has_found_out_whole_is_named(tiny_course: WriteCourse) -> None:
    """The diagnosis names what the evidence of a check says by itself, and the check's own hint stays."""
    checks = """\
from grader.checks.training.evidence import Fact
from grader.errors import CheckFailed

@pytest.mark.check(points=1, exercise="squares")
def test_named(student):
    \"\"\"It is named.\"\"\"
    raise CheckFailed("wrong", hint="look there", evidence=Fact.DIVERGED)
"""
    feedback = tiny_course(checks).check("def square(n): ...").feedback

    assert (feedback.misconception, feedback.hint) == ("diverged", "look there")


def test_a_check_for_a_task_needs_one(tiny_course: WriteCourse) -> None:
    """A check that asks for `task` in an assignment that trains nothing is a mistake of ours, and costs nothing."""
    checks = """\
@pytest.mark.check(points=1, exercise="squares")
def test_task(student, task):
    \"\"\"It trains.\"\"\"
"""
    result = tiny_course(checks).check("def square(n): ...")

    assert result.outcome is Outcome.UNGRADED
    assert "a check asks for `task`, but assignment.toml has no [training]" in result.feedback.message


def test_the_smallest_counterexample_is_shown(tiny_course: WriteCourse) -> None:
    """Of all failing cases a student sees the simplest, with expected and received value and the hint."""
    result = tiny_course(ANY_NUMBER).check("def square(n): return n * n if n < 13 else 0")

    assert result.outcome is Outcome.FAILED
    assert result.earned == 0
    feedback = result.feedback
    assert (feedback.message, feedback.counterexample) == ("the answer is wrong", "square(13)")
    assert (feedback.expected, feedback.received, feedback.hint) == ("169", "0", "a number times itself")


DRAWS = '''
@pytest.mark.check(points=1, exercise="squares")
@given(data=st.data())
def test_sums(student, data):
    """The square of a sum."""
    n = data.draw(st.integers(0, 100))
    m = data.draw(st.integers(0, n))
    expect.equal(student.square(n + m), (n + m) ** 2)
'''


def test_a_property_may_draw_while_it_runs(tiny_course: WriteCourse) -> None:
    """`st.data()` cannot be drawn ahead: Hypothesis asks itself, and a right submission passes."""
    course = tiny_course(DRAWS)
    right, wrong = (course.check(f"def square(n): return {body}") for body in ("n * n", "n * n if n < 13 else 0"))

    assert right.outcome is Outcome.PASSED
    assert wrong.outcome is Outcome.FAILED
    assert (wrong.feedback.counterexample, wrong.feedback.expected) == ("square(13)", "169")


@pytest.mark.parametrize(
    ("source", "outcome", "message", "counterexample"),
    [
        pytest.param("def square(n): return n * n", Outcome.PASSED, None, None, id="right"),
        pytest.param("def square(n): return n", Outcome.FAILED, "the answer is wrong", "square(-1)", id="wrong"),
        pytest.param(
            "def square(n): return 49 / 0",
            Outcome.RAISED,
            "your code raised ZeroDivisionError: division by zero",
            "square(0)",
            id="raises",
        ),
        pytest.param(
            "def square(n): raise NotImplementedError",
            Outcome.RAISED,
            "this is not implemented yet (NotImplementedError)",
            "square(0)",
            id="stub",
        ),
        pytest.param(
            "def square(n): return 10**4500",
            Outcome.FAILED,
            "the answer should be an int, but it is too large a number",
            "square(0)",
            id="number-of-4501-digits",
        ),
        pytest.param(
            "def sqare(n): return n * n",
            Outcome.MISSING,
            "your submission does not define `square`; it defines `sqare`: is that it, under another name?",
            None,
            id="misspelt",
        ),
        pytest.param("", Outcome.MISSING, "ada.py is empty", None, id="empty"),
        pytest.param(
            "def square(n:",
            Outcome.RAISED,
            "ada.py, line 1: '(' was never closed: def square(n:",
            None,
            id="syntax-error",
        ),
        pytest.param(
            "1 / 0",
            Outcome.RAISED,
            "your file could not be imported: ZeroDivisionError: division by zero",
            None,
            id="not-importable",
        ),
        pytest.param(
            "import os\ndef square(n): os._exit(0)",
            Outcome.CRASHED,
            "your code ended its process with exit code 0 instead of returning",
            None,
            id="exits",
        ),
        pytest.param(
            "def square(n): return bytearray(2**32)",
            Outcome.OUT_OF_MEMORY,
            "your code needed more memory than the limit of 2,048 MiB",
            None,
            id="memory-bomb",
        ),
        pytest.param("def square(n): return '\\ud800'", Outcome.FAILED, None, None, id="text-that-cannot-be-sent"),
        pytest.param(
            "import os\ndef square(n):\n    os.close(3)\n    while True: pass",
            Outcome.CRASHED,
            None,
            None,
            id="hangs-up-and-stays",
        ),
    ],
)
def test_a_submission_gets_its_outcome(
    tiny_course: WriteCourse, source: str, outcome: Outcome, message: str | None, counterexample: str | None
) -> None:
    """What a submission does to a property decides outcome, message and smallest counterexample."""
    result = tiny_course(ANY_NUMBER).check(source)

    assert result.outcome is outcome, result
    assert result.earned == (2 if outcome is Outcome.PASSED else 0)
    if message is not None:
        assert result.feedback.message == message
    if counterexample is not None:
        assert result.feedback.counterexample == counterexample


def test_a_hang_ends_the_check_at_once(tiny_course: WriteCourse) -> None:
    """The first call that never returns is the last that is asked: a hang is not shrunk."""
    course = tiny_course(ANY_NUMBER, settings="[limits]\nrequest_seconds = 0.3\n")
    result = course.check("def square(n):\n    print(n, flush=True)\n    while n > 100: pass\n    return n * n")

    assert result.outcome is Outcome.TIMED_OUT
    assert result.feedback.message == "your code was stopped: one call took longer than 0.3 s"
    assert result.feedback.hint == "is there a loop that never ends?"
    *before, last = map(int, result.output.split())
    assert last > 100
    assert all(n <= 100 for n in before)
    assert result.feedback.counterexample == f"square({last})"


def test_a_counterexample_that_cannot_be_shrunk_stands(tiny_course: WriteCourse) -> None:
    """Where the worker is lost while a failure is made smaller, the failure that was found is reported."""
    course = tiny_course(ANY_NUMBER, settings="[limits]\nrequest_seconds = 0.3\n")
    source = """
    seen = []
    def square(n):
        if seen:
            while True: pass
        if abs(n) > 50: seen.append(n)
        return n * n if abs(n) <= 50 else 0
    """
    result = course.check(source)

    assert result.outcome is Outcome.FAILED
    n = int(result.feedback.counterexample.removeprefix("square(").removesuffix(")"))
    assert abs(n) > 50
    assert (result.feedback.expected, result.feedback.received) == (str(n * n), "0")


def test_answers_that_change_are_found_out(tiny_course: WriteCourse) -> None:
    """Code that answers the same question differently fails, with a message that says so."""
    source = """
    asked = set()
    def square(n):
        first = n not in asked
        asked.add(n)
        return n * n + (first and n > 5)
    """
    result = tiny_course(ANY_NUMBER).check(source)

    assert result.outcome is Outcome.FAILED
    assert result.feedback.message == "your code answers the same question differently when it is asked again"


def test_a_crash_costs_one_check(tiny_course: WriteCourse) -> None:
    """The check after a crash, a hang or a memory bomb starts with a fresh worker."""
    course = tiny_course(
        "\n".join(
            f'''
@pytest.mark.check(points=1, exercise="squares")
def test_{name}(student):
    """{name}."""
    expect.equal(student.square({n}), {n * n})
'''
            for name, n in {"crash": 1, "hang": 2, "bomb": 3, "good": 4}.items()
        ),
        settings="[limits]\nrequest_seconds = 0.3\n",
    )
    graded = course.grade(
        "import os\ndef square(n):\n    if n == 1: os._exit(1)\n    while n == 2: pass\n"
        "    if n == 3: bytearray(2**33)\n    return n * n"
    )

    assert [check.outcome.value for check in graded.checks] == ["crashed", "timed_out", "out_of_memory", "passed"]
    assert (graded.score.earned, graded.score.possible) == (1, 4)


def test_output_and_remarks_are_shown(tiny_course: WriteCourse) -> None:
    """What the code printed in a check, and what the check remarked, belong to that check alone."""
    course = tiny_course(
        '''
@pytest.mark.check(points=1, exercise="squares")
def test_one(student):
    """One."""
    student.square(1)
    expect.remark("nicely done")
@pytest.mark.check(points=1, exercise="squares")
def test_two(student):
    """Two."""
    student.square(2)
'''
    )
    one, two = course.grade("print('loaded')\ndef square(n): print('asked', n)").checks

    assert (one.output, one.remarks) == ("loaded\nasked 1\n", ("nicely done",))
    assert (two.output, two.remarks) == ("loaded\nasked 2\n", ())


def test_a_check_may_have_its_own_time(tiny_course: WriteCourse) -> None:
    """The seconds of a marker replace the assignment's limits for that check."""
    checks = SEVEN.replace("points=1", "points=1, seconds=0.2") + SEVEN.replace("seven", "again").replace(
        "points=1", "points=1, seconds=9"
    )
    course = tiny_course(checks, settings="[limits]\nrequest_seconds = 0.4\n")
    hurried, patient = course.grade("import time\ndef square(n):\n    time.sleep(0.8)\n    return n * n").checks

    assert hurried.outcome is Outcome.TIMED_OUT
    assert hurried.feedback.message.endswith("took longer than 0.2 s")
    assert patient.outcome is Outcome.PASSED


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        pytest.param("    undefined", "NameError: name 'undefined' is not defined", id="mistake-in-a-check"),
        pytest.param("    raise SystemExit(2)", "SystemExit: 2", id="exit-in-a-check"),
        pytest.param(
            "    student.square({1})", "HarnessFault: a check asked with a set, which cannot", id="bad-question"
        ),
        pytest.param("    import pytest; pytest.fail('no')", "Failed: no", id="pytest-fail"),
        pytest.param(
            "    getattr(student, 'sqare')(3)",
            "AssignmentError: a check asks for `sqare`, which no exercise provides; they provide: square",
            id="misspelt-name",
        ),
    ],
)
def test_a_mistake_in_a_check_costs_nothing(tiny_course: WriteCourse, body: str, reason: str) -> None:
    """An error of ours is ungraded, says so, and no other check suffers."""
    course = tiny_course(marked(CHECK, f'    """Ours."""\n{body}') + SEVEN)
    graded = course.grade("def square(n): return n * n")
    first, second = graded.checks

    assert first.outcome is Outcome.UNGRADED
    assert first.feedback.message.startswith(
        "this check could not be run, through no fault of the submission: " + reason
    )
    assert second.outcome is Outcome.PASSED
    assert graded.ungraded


def test_a_broken_fixture_of_a_check_costs_nothing(tiny_course: WriteCourse) -> None:
    """What fails before a check begins is ungraded as well."""
    fixture = "@pytest.fixture\ndef table():\n    raise OSError('gone')\n"
    course = tiny_course(fixture + marked(CHECK).replace("(student)", "(student, table)") + SEVEN)
    first, second = course.grade("def square(n): return n * n").checks

    assert first.outcome is Outcome.UNGRADED
    assert "OSError: gone" in first.feedback.message
    assert second.outcome is Outcome.PASSED


def test_a_check_that_is_interrupted_is_no_result(tiny_course: WriteCourse) -> None:
    """Ctrl-C in the middle of a grading is Ctrl-C, not a score of the checks that were done."""
    course = tiny_course(SEVEN + marked(CHECK, '    """Interrupted."""\n    raise KeyboardInterrupt'))

    with pytest.raises(KeyboardInterrupt):
        course.grade("def square(n): return n * n")


@pytest.mark.parametrize("name", ["PYTEST_ADDOPTS", "PYTEST_PLUGINS"])
def test_settings_of_pytest_do_not_reach_a_grading(
    tiny_course: WriteCourse, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """What a user sets for test runs of their own leaves no check out."""
    monkeypatch.setenv(name, {"PYTEST_ADDOPTS": "-k seven", "PYTEST_PLUGINS": "no_such_plugin"}[name])
    graded = tiny_course(SEVEN + ANY_NUMBER).grade("def square(n): return n * n")

    assert len(graded.checks) == 2
    assert name in os.environ


def test_hidden_checks_may_ask_the_reference(tiny_course: WriteCourse) -> None:
    """`reference` answers from the solution and `keys` are those of the check, from the seed of the grading."""
    expected = GradingKeys.of("77").of_check("keys")
    course = tiny_course(
        SEVEN,
        hidden=f'''
@pytest.mark.check(points=1, exercise="squares")
@given(n=st.integers(0, 20))
def test_like_ours(student, reference, n):
    """Like first."""
    expect.equal(student.square(n), reference.square(n))
@pytest.mark.check(points=1, exercise="squares")
def test_keys(student, keys):
    """Keys."""
    expect.equal(keys.torch.number, {expected.torch.number})
    expect.equal(keys.weights.number, {expected.weights.number})
    expect.equal(keys.data.held_out.value.hex(), "{expected.data.held_out.value.hex()}")
@pytest.mark.check(points=1, exercise="squares")
def test_others(student, keys):
    """Another check has others."""
    expect.that(keys.torch.number != {expected.torch.number}, "they are the same")
''',
        reference="def square(n): return n * n + 1\n",
    )
    graded = course.grade("def square(n): return n * n", seed="77")

    assert {check.name: check.outcome.value for check in graded.checks} == {
        "seven": "passed",
        "like_ours": "failed",
        "keys": "passed",
        "others": "passed",
    }


def test_a_conftest_above_the_course_is_not_of_it(tiny_course: WriteCourse) -> None:
    """A file that lies in a folder around the course decides nothing; one in it does."""
    course = tiny_course(SEVEN)
    (course.folder.parent / "conftest.py").write_text("def pytest_collection_modifyitems(items): items.clear()\n")
    try:
        assert len(course.grade("def square(n): return n * n").checks) == 1
    finally:
        (course.folder.parent / "conftest.py").unlink()


def test_checks_share_evidence_where_students_may_see_as_much(tiny_course: WriteCourse) -> None:
    """What public checks share is asked for once for them, and once more for the hidden ones, under other keys."""
    shares = '''
@pytest.mark.check(points=1, exercise="squares")
def test_{name}(student, shared):
    """{name}."""
    asked = shared.ask("square", question=lambda keys: (keys.torch.number, student.square(7)))
    expect.that(False, f"asked with {{asked}}")
'''
    public, hidden = ["one", "two"], ["three", "four"]
    course = tiny_course(
        "".join(shares.format(name=name) for name in public),
        hidden="".join(shares.format(name=name) for name in hidden),
    )
    graded = course.grade("print('loaded')\ndef square(n): return n * n", seed="77")
    keys = GradingKeys.of("77")

    assert {check.name: check.feedback.message for check in graded.checks if check.feedback is not None} == {
        **{name: f"asked with ({keys.of_check('public/square').torch.number}, 49)" for name in public},
        **{name: f"asked with ({keys.of_check('hidden/square').torch.number}, 49)" for name in hidden},
    }
    assert [bool(check.output) for check in graded.checks] == [True, False, True, False]


def test_without_solutions_the_reference_is_ungraded(tiny_course: WriteCourse) -> None:
    """In a student's copy of the course a check that needs the reference is ungraded and says why."""
    course = tiny_course(SEVEN.replace("(student)", "(student, reference)"), reference=None)
    result = course.check("def square(n): return n * n")

    assert result.outcome is Outcome.UNGRADED
    assert "a check asks for `reference`, but this copy of the course has no solutions" in result.feedback.message


def test_a_suite_is_public_or_all(tiny_course: WriteCourse) -> None:
    """The public suite runs what a student may see, and nothing hidden."""
    course = tiny_course(SEVEN, hidden=ANY_NUMBER)

    assert [check.name for check in course.grade("def square(n): return n * n", suite=Suite.PUBLIC).checks] == ["seven"]
    assert [check.name for check in course.grade("def square(n): return n * n").checks] == ["seven", "any_number"]


def test_checks_are_announced(tiny_course: WriteCourse) -> None:
    """Each check is announced before it runs, with its number and how many there are."""
    from grader.grading.grade import grade_submission

    course = tiny_course(SEVEN + ANY_NUMBER)
    told: list[tuple[str, int, int]] = []
    listener = Listener(on_check=lambda check, number, total: told.append((check.name, number, total)))
    grade_submission(course.request(), course.submission("def square(n): return n * n"), course.sides, listener)
    assert told == [("seven", 0, 2), ("any_number", 1, 2)]


# --- the second door ---


def pytest_on(course: TinyCourse, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run pytest as an instructor would."""
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments]
    package = str(Path(grader.__file__).parents[1])
    environment = {**os.environ, "PYTHONPATH": package, "COLUMNS": "200", "PY_COLORS": "0"}
    return subprocess.run(command, cwd=course.folder, env=environment, capture_output=True, text=True, timeout=60)


@pytest.mark.slow
def test_both_doors_lead_to_the_same_result(tiny_course: WriteCourse) -> None:
    """pytest on the checks shows the feedback and the score that `grade` gives for the same seed."""
    course = tiny_course(SEVEN, hidden=ANY_NUMBER)
    graded = course.grade("def square(n): return n * n if n < 8 else 1", seed="5")
    folders = [f"{place}/{course.slug}/checks" for place in ("assignments", "solutions")]
    ran = pytest_on(course, *folders, "--submission", "sent/ada.py", "--grading-seed", "5")

    assert (graded.score.earned, graded.score.possible) == (1, 3)
    assert ran.returncode == 1, ran.stdout + ran.stderr
    assert "score: 1 of 3 points\n" in re.sub(r"\x1b\[\d*m", "", ran.stdout)
    assert "1 failed, 1 passed" in ran.stdout
    shown = ran.stdout[ran.stdout.index("FAILURES") :]
    feedback = graded.checks[1].feedback
    for text in (
        graded.checks[1].title,
        feedback.message,
        f"counterexample: {feedback.counterexample}",
        f"expected: {feedback.expected}",
        f"received: {feedback.received}",
        f"hint: {feedback.hint}",
    ):
        assert text in shown
    assert "Traceback" not in ran.stdout
    assert "plugin.py" not in ran.stdout


@pytest.mark.slow
def test_one_check_may_be_selected(tiny_course: WriteCourse) -> None:
    """pytest's own ways to choose work; the seed that is drawn where none is given is not for who reads the log."""
    course = tiny_course(SEVEN + ANY_NUMBER)
    course.submission("def square(n): return n * n")
    name = f"assignments/{course.slug}/checks/test_{course.slug}.py::test_seven"
    ran = pytest_on(course, name, "--submission", "sent/ada.py", "--grading-sandbox", "bubblewrap")

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "score: 1 of 1 points" in ran.stdout
    assert not re.search(r"[0-9a-f]{32}|seed", ran.stdout)


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        pytest.param(
            ("sent", "--submission", "sent/ada.py"),
            "--submission needs the checks of one assignment, as in assignments/<slug>/checks",
            id="not-a-folder-of-checks",
        ),
        pytest.param(
            ("CHECKS", "--submission", "nowhere.py"), "nowhere.py: no such file or folder", id="no-submission"
        ),
        pytest.param(
            ("CHECKS", "--submission", "sent/ada.py", "--grading-sandbox", "chroot"),
            "no sandbox `chroot`; there are: auto, bubblewrap, local",
            id="no-such-sandbox",
        ),
        pytest.param(
            ("CHECKS", "--submission", "sent/ada.py", "--grading-seed", " 5"),
            "--seed ' 5': a seed is 1 to 200 printable characters without blanks around them",
            id="no-seed",
        ),
    ],
)
@pytest.mark.slow
def test_wrong_arguments_are_usage_errors(tiny_course: WriteCourse, arguments: tuple[str, ...], text: str) -> None:
    """What is wrong with the command is said in one line, with pytest's exit code for it."""
    course = tiny_course(SEVEN)
    course.submission("def square(n): return n * n")
    checks = f"assignments/{course.slug}/checks"
    ran = pytest_on(course, *(checks if argument == "CHECKS" else argument for argument in arguments))

    assert ran.returncode == pytest.ExitCode.USAGE_ERROR
    assert text in ran.stderr
    assert "Traceback" not in ran.stderr


def test_results_are_values(tiny_course: WriteCourse) -> None:
    """A result holds nothing of pytest and nothing of the submission but text."""
    result = tiny_course(SEVEN).check("def square(n): return n")

    assert isinstance(result, CheckResult)
    assert type(result.feedback.received) is str
