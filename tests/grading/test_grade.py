"""One submission to one result: repeatable, alone in the world, and without a way to the answers."""

from __future__ import annotations

import dataclasses
import os
import platform
import socket
import sys
from typing import Any

import pytest
from tiny_courses import WriteCourse

import grader
from grader import protocol
from grader.errors import AssignmentError
from grader.grading.grade import grade_submission, list_checks, rehearse, without_verdict
from grader.model import Blame, Fault, Outcome, Suite

CHECKS = '''
@pytest.mark.check(points=2, exercise="squares")
@given(n=st.integers(-1000, 1000))
def test_any_number(student, n):
    """The square is right for any number."""
    expect.equal(student.square(n), n * n)

@pytest.mark.check(points=1, exercise="squares")
@given(n=st.integers(10**6, 10**9))
def test_large_numbers(student, n):
    """The square is right for large numbers."""
    expect.equal(student.square(n), n * n)
'''
SUBMISSIONS = {
    "right": "def square(n): return n * n",
    "wrong": "def square(n): return n * n - (n > 321)",
    "prints": "def square(n):\n    print(n)\n    return n * n",
    "hangs": "def square(n):\n    while n > 500: pass\n    return n * n",
    "crashes": "import os\ndef square(n):\n    if n > 500: os._exit(7)\n    return n * n",
    "missing": "x = 1",
}


def timeless(graded: Any) -> Any:
    """Return a result without its times."""
    return dataclasses.replace(
        graded,
        checks=tuple(dataclasses.replace(check, wall_seconds=0.0, peak_bytes=0) for check in graded.checks),
        graded_at="",
    )


def test_a_result_says_what_was_graded_and_where(tiny_course: WriteCourse) -> None:
    """Assignment, submission, seed and environment are part of the result."""
    course = tiny_course(CHECKS)
    submission = course.submission("def square(n): return n * n")
    graded = grade_submission(course.request(seed="nine"), submission, course.sides)

    assert (graded.assignment, graded.submission, graded.sha256) == (course.slug, "ada", submission.sha256)
    assert (graded.seed, graded.notes) == ("nine", ())
    assert (graded.environment.grader, graded.environment.sandbox) == (grader.__version__, "bubblewrap")
    assert (graded.environment.python, graded.environment.device) == (platform.python_version(), "cpu")
    assert (graded.score.earned, graded.score.possible) == (3, 3)
    assert not graded.ungraded


@pytest.mark.parametrize("source", SUBMISSIONS.values(), ids=SUBMISSIONS)
def test_the_same_seed_gives_the_same_result(tiny_course: WriteCourse, source: str) -> None:
    """Two gradings of one submission under one seed agree in everything but time."""
    course = tiny_course(CHECKS, settings="[limits]\nrequest_seconds = 0.3\n")

    assert timeless(course.grade(source, seed="3")) == timeless(course.grade(source, seed="3"))


def test_another_seed_asks_other_questions(tiny_course: WriteCourse) -> None:
    """A submission that has learnt the questions of one seed has not learnt those of another."""
    course = tiny_course(CHECKS)
    asked = [course.grade(SUBMISSIONS["prints"], seed=seed).checks[1].output for seed in ("3", "4")]

    assert asked[0] != asked[1]


@pytest.mark.slow
def test_gradings_leave_nothing_behind(tiny_course: WriteCourse) -> None:
    """Grading A and then B gives what grading each alone gives, in any order."""
    course = tiny_course(CHECKS, settings="[limits]\nrequest_seconds = 0.3\n")
    alone = {name: timeless(course.grade(source)) for name, source in SUBMISSIONS.items()}

    for name in reversed(SUBMISSIONS):
        assert timeless(course.grade(SUBMISSIONS[name])) == alone[name]


def test_no_process_and_no_descriptor_is_left(tiny_course: WriteCourse) -> None:
    """After a grading the harness holds what it held before."""
    course = tiny_course(CHECKS, settings="[limits]\nrequest_seconds = 0.3\n")
    course.grade(SUBMISSIONS["right"])
    before = sorted(os.listdir("/proc/self/fd"))
    for source in SUBMISSIONS.values():
        course.grade(source)

    assert sorted(os.listdir("/proc/self/fd")) == before


def test_a_course_is_not_written_into(tiny_course: WriteCourse, monkeypatch: pytest.MonkeyPatch) -> None:
    """Grading leaves no bytecode, cache or other file in the course, and Python's setting as it was."""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    course = tiny_course(CHECKS, hidden=CHECKS.replace("def test_", "def test_hidden_"))
    submission = course.submission("def square(n): return n")
    before = sorted(course.folder.rglob("*"))
    grade_submission(course.request(), submission, course.sides)

    assert sorted(course.folder.rglob("*")) == before
    assert sys.dont_write_bytecode is False


def test_listing_and_rehearsing_run_no_check(tiny_course: WriteCourse) -> None:
    """The checks of an assignment can be listed, and their cases drawn, without any submission."""
    course = tiny_course(CHECKS.replace("expect.equal(", "raise SystemError("))

    assert [check.name for check in list_checks(course.assignment, Suite.ALL)] == ["any_number", "large_numbers"]
    assert rehearse(course.request(seed="5")) == list_checks(course.assignment, Suite.ALL)


def test_broken_checks_are_found_without_a_submission(tiny_course: WriteCourse) -> None:
    """Listing and rehearsing refuse what grading refuses."""
    course = tiny_course(CHECKS.replace("points=2", "points=-2"))

    with pytest.raises(AssignmentError, match="points must be a whole number above 0, got -2"):
        list_checks(course.assignment, Suite.ALL)
    with pytest.raises(AssignmentError, match="points must be a whole number above 0, got -2"):
        rehearse(course.request(seed="5"))


def test_without_a_verdict_nothing_is_lost(tiny_course: WriteCourse) -> None:
    """A submission on which the harness failed is ungraded in every check, for the reason that is given."""
    course = tiny_course(CHECKS)
    checks = list_checks(course.assignment, Suite.ALL)
    submission = course.submission("x = 1")
    fault = Fault(blame=Blame.INFRASTRUCTURE, text="the disk was full", traceback="")
    graded = without_verdict(course.request(seed="4"), submission, course.sandbox, checks, fault)

    assert graded.ungraded
    assert (graded.submission, graded.sha256, graded.seed) == ("ada", submission.sha256, "4")
    assert {check.outcome for check in graded.checks} == {Outcome.UNGRADED}
    assert {check.blame for check in graded.checks} == {Blame.INFRASTRUCTURE}
    assert [check.name for check in graded.checks] == ["any_number", "large_numbers"]
    assert all(check.feedback.message.endswith("the disk was full") for check in graded.checks if check.feedback)


# --- secrets ---

TOKEN = "token-c2f1a9d47b"
SNOOP = """
import gc, os, sys
def walk():
    found = []
    for top, folders, files in os.walk("/"):
        folders[:] = [name for name in folders if os.path.join(top, name) not in ("/usr", "/sys")]
        for name in (*folders, *files):
            path = os.path.join(top, name)
            if TOKEN in path: found.append(path)
            if name.endswith((".py", ".toml", ".json", ".txt")) and "site-packages" not in top:
                try:
                    with open(path, "rb") as file:
                        if TOKEN.encode() in file.read(): found.append(path)
                except OSError: pass
    return found
def memory():
    return [repr(thing)[:50] for thing in gc.get_objects() if type(thing) in (dict, list, tuple) and TOKEN in repr(thing)]
def square(n):
    global TOKEN
    TOKEN = "token-" + "c2f1a9d47b"
    found = walk() + [name for name, value in os.environ.items() if TOKEN in name + value]
    found += [word for word in sys.argv + sys.path if TOKEN in word]
    found += [name for name, module in sys.modules.items() if TOKEN in str(getattr(module, "__file__", ""))]
    print("found:", found)
    return n * n
"""
HIDDEN = f'''
ANSWERS = {{7: 49, "{TOKEN}": 0}}
@pytest.mark.check(points=1, exercise="squares")
def test_secret(student, reference):
    """{TOKEN} is not for students."""
    expect.equal(reference.square(7), 49)
    expect.equal(student.square(7), ANSWERS[7])
'''


def test_nothing_of_the_solutions_is_within_reach(tiny_course: WriteCourse, monkeypatch: pytest.MonkeyPatch) -> None:
    """A submission that searches every file, the environment and its own modules finds no trace of solutions."""
    monkeypatch.setenv("COURSE_SECRET", TOKEN)
    course = tiny_course(
        hidden=HIDDEN,
        reference=f"SECRET = '{TOKEN}'\ndef square(n): return n * n\n",
        misconceptions=f"X = '{TOKEN}'\nMISCONCEPTIONS = {{}}\n",
        settings="[limits]\nrequest_seconds = 60\n",
    )
    result = course.check(SNOOP)

    assert result.outcome is Outcome.PASSED, result
    assert result.output == "found: []\n"


def test_nothing_of_the_solutions_is_sent(tiny_course: WriteCourse, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of all bytes that go to the sandbox of a submission none come from the solutions, nor any expected answer."""
    sent = bytearray()
    send = protocol.send

    def recording(channel: socket.socket, message: Any, descriptors: tuple[int, ...] = ()) -> None:
        if students(message):
            sent.extend(protocol.encoder.encode(message))
        send(channel, message, descriptors)

    def students(message: Any) -> bool:
        """Leave out what goes to the reference's sandbox: its own source, and what search makes of it."""
        match getattr(message, "request", None):
            case protocol.Load(files=(file, *_more)):
                return file.content != reference.encode()
            case protocol.Call(name="that_answer" | "answers_of"):
                return False
        return True

    monkeypatch.setattr(protocol, "send", recording)
    reference = f"SECRET = '{TOKEN}'\ndef square(n): return n * n\n"
    course = tiny_course(
        CHECKS,
        hidden=HIDDEN,
        reference=reference,
        misconceptions=f"X = '{TOKEN}'\nMISCONCEPTIONS = {{}}\n",
    )
    graded = course.grade("def square(n): return n + n")

    assert graded.score.earned == 0
    assert b"square" in sent
    assert TOKEN.encode() not in sent
    assert str(course.folder).encode() not in sent


# --- attacks on the grading itself ---

ATTACKS = {
    "forges-the-channel": """
        import os, struct, msgspec
        def square(n):
            for number in range(1, 400):
                reply = {"type": "returned", "value": {"type": "plain", "value": 49}}
                body = msgspec.msgpack.encode({"type": "answer", "number": number, "reply": reply})
                os.write(3, struct.pack(">I", len(body)) + body)
            return 49
    """,
    "patches-the-protocol": """
        from grader import protocol
        protocol.pack = lambda *args, **kwargs: protocol.Plain(True)
        def square(n): return 0
    """,
    "returns-what-equals-everything": """
        class Everything(int):
            def __eq__(self, other): return True
            __hash__ = int.__hash__
        def square(n): return Everything(1)
    """,
    "kills-its-parent": """
        import os, signal
        def square(n):
            for pid in (os.getppid(), 0, -1):
                try: os.kill(pid, signal.SIGKILL)
                except OSError: pass
            return 0
    """,
    "prints-a-verdict": """
        import sys
        def square(n):
            print("PASSED", "outcome: passed", 100, flush=True)
            sys.exit(0)
    """,
    "writes-into-the-grader": """
        import grader, os
        def square(n):
            for name in ("verdict", "expect", "scoring"):
                path = os.path.join(os.path.dirname(grader.__file__), name + ".py")
                try: open(path, "w").write("def equal(*a, **k): pass")
                except OSError: pass
            return 0
    """,
    "hangs-while-loading": "while True: pass",
    "exits-while-loading": "raise SystemExit(0)",
    "dies-while-loading": "import os; os._exit(0)",
    "hangs-up": "import os\ndef square(n):\n    os.close(3)\n    while True: pass",
    "starts-processes-for-ever": "import os\ndef square(n):\n    while True: os.fork()",
}


@pytest.mark.parametrize("source", ATTACKS.values(), ids=ATTACKS)
def test_an_attack_earns_nothing_and_is_no_fault_of_ours(tiny_course: WriteCourse, source: str) -> None:
    """A hostile submission fails its checks, each with an outcome that is its own doing."""
    course = tiny_course(CHECKS, settings="[limits]\nrequest_seconds = 0.3\n")
    graded = course.grade(source)

    assert graded.score.earned == 0
    assert len(graded.checks) == 2
    assert not graded.ungraded, graded.checks
