"""What several checks need is asked for once, and each of them gets what came of it."""

from __future__ import annotations

import pytest
from students import StudentOf

from grader.errors import CheckFailed, SandboxFault, StudentRaised, TimedOut
from grader.keys import GradingKeys, Keys
from grader.protocol import Limits
from grader.proxy.shared_evidence import SharedEvidence
from grader.proxy.student import Student

COUNTS = "asked = []\ndef f(x):\n    asked.append(x)\n    if x < 0: raise ValueError('negative')\n    return x * len(asked)\n"
KEYS = GradingKeys.of("shared")


def shared_by(student: Student) -> SharedEvidence:
    """Return the evidence that the checks of a student's submission share."""
    return SharedEvidence(student.f.session, KEYS.of_check)


def test_evidence_is_asked_for_once(student_of: StudentOf) -> None:
    """The second check gets the first one's answer and counterexample, without a worker."""
    student = student_of(COUNTS)
    shared, session = shared_by(student), student.f.session
    asked: list[Keys] = []

    def question(keys: Keys) -> object:
        asked.append(keys)
        return student.f(3)

    session.begin()
    assert shared.ask("three", question=question) == 3
    session.begin()
    assert shared.ask("three", question=question) == 3
    assert (session.last_call, session.last_name) == ("f(3)", "f")
    assert asked == [KEYS.of_check("three")]


def test_other_words_are_another_question(student_of: StudentOf) -> None:
    """Questions are told apart by their words, and have keys of their own."""
    student = student_of(COUNTS)
    shared = shared_by(student)

    assert shared.ask("f", "three", question=lambda keys: (student.f(3), keys)) == (3, KEYS.of_check("f/three"))
    assert shared.ask("f", "five", question=lambda keys: (student.f(5), keys)) == (10, KEYS.of_check("f/five"))


@pytest.mark.parametrize("argument", [-1, 0])
def test_each_check_fails_with_it(student_of: StudentOf, argument: int) -> None:
    """What was raised, or found wrong, is raised in every check that needs it, with the counterexample."""
    student = student_of(COUNTS)
    shared, session = shared_by(student), student.f.session
    times = []

    def question(_keys: Keys) -> None:
        times.append(1)
        if student.f(argument) == 0:
            raise CheckFailed("zero")

    for _ in range(3):
        session.begin()
        with pytest.raises((StudentRaised, CheckFailed), match="negative" if argument else "zero"):
            shared.ask("f", question=question)
        assert session.last_call == f"f({argument})"
    assert len(times) == 1


def test_a_hang_is_charged_once(student_of: StudentOf) -> None:
    """A question that never ends stops each check that needs it, and takes its time once."""
    student = student_of("def f():\n    while True: pass\n", limits=Limits(request_seconds=0.5))
    shared, session = shared_by(student), student.f.session

    for _ in range(3):
        session.begin()
        with pytest.raises(TimedOut, match=r"one call took longer than 0\.5 s"):
            shared.ask("f", question=lambda _keys: student.f())
    assert session.busy_seconds < 1.0


def test_a_check_with_a_limit_of_its_own_asks_itself(student_of: StudentOf) -> None:
    """What one limit stops another one may not, so nothing is shared with such a check, either way."""
    student = student_of(COUNTS)
    shared, session = shared_by(student), student.f.session
    session.begin(seconds=30)
    shared.ask("f", question=lambda _keys: student.f(3))
    session.begin()

    assert shared.ask("f", question=lambda _keys: "asked again") == "asked again"
    session.begin(seconds=30)
    assert shared.ask("f", question=lambda _keys: "and again") == "and again"


def test_a_fault_of_the_machine_is_not_remembered(student_of: StudentOf) -> None:
    """The next check asks again."""
    student = student_of(COUNTS)
    shared = shared_by(student)

    def fails(_keys: Keys) -> None:
        raise SandboxFault("gone")

    with pytest.raises(SandboxFault, match="gone"):
        shared.ask("f", question=fails)
    assert shared.ask("f", question=lambda _keys: student.f(3)) == 3


def test_the_diagnosis_knows_what_shared_evidence_is_about(student_of: StudentOf) -> None:
    """A check that gets evidence of a module is about that module."""
    student = student_of(
        "from torch import nn\nclass Net(nn.Linear):\n    def __init__(self): super().__init__(2, 2)\n"
    )
    session = student.Net.session
    shared = SharedEvidence(session, KEYS.of_check)

    for _ in range(2):
        session.begin()
        shared.ask("parameters", question=lambda _keys: len(student.Net().parameters))
        assert session.modules == ("Net",)
