"""Answers of our own code are computed once, and are what a worker would have answered."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.errors import StudentRaised, TimedOut
from grader.grading.reference_cache import CachedAnswers
from grader.model import SourceFile
from grader.protocol import Limits
from grader.proxy.code import Code
from grader.proxy.session import Session
from grader.proxy.student import Student, session_of
from grader.sandbox import Answering, Sandbox

COUNTS = b"""
from time import sleep
calls = 0
def count(step):
    global calls
    calls += step
    return calls
def refuse(): raise ValueError("no")
def hang(): sleep(60)
"""


class Counted:
    """Workers of a sandbox, counted."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.count = 0

    def worker(self, limits: Limits, preload: tuple[str, ...] = ()) -> Answering:
        """Fork one more."""
        self.count += 1
        return self.sandbox.worker(limits, preload)


def side(
    workers: Counted, folder: Path, source: bytes = COUNTS, modules: tuple[str, ...] = (), seconds: float = 0.5
) -> Student:
    """Our own code, whose answers are kept."""
    code = Code(files=(SourceFile(path="ours.py", content=source),), main="ours.py", modules=modules)
    return Student(Session(CachedAnswers(workers, folder), code, Limits(request_seconds=seconds)))


def test_the_same_questions_need_one_worker(reference_sandbox: Sandbox, tmp_path: Path) -> None:
    """A second side gets every answer, exceptions included, without a worker."""
    workers = Counted(reference_sandbox)
    for _ in range(3):
        asked = side(workers, tmp_path)
        assert [asked.count(1), asked.count(5), asked.count(1)] == [1, 6, 7]
        with pytest.raises(StudentRaised, match="ValueError: no"):
            asked.refuse()
        session_of(asked).end()

    assert workers.count == 1


def test_a_new_question_meets_the_state_that_the_old_ones_made(reference_sandbox: Sandbox, tmp_path: Path) -> None:
    """Where the questions part, a worker is asked the earlier ones first; kept answers after that keep it in step."""
    workers = Counted(reference_sandbox)
    first = side(workers, tmp_path)
    assert [first.count(1), first.count(10)] == [1, 11]
    other = side(workers, tmp_path)
    assert [other.count(1), other.count(20), other.count(1)] == [1, 21, 22]
    late = side(workers, tmp_path)
    assert [late.count(1), late.count(20), late.count(1), late.count(1)] == [1, 21, 22, 23]

    assert workers.count == 3


def test_a_fresh_worker_forgets(reference_sandbox: Sandbox, tmp_path: Path) -> None:
    """The end of a worker ends its story: the next one begins at the beginning."""
    workers = Counted(reference_sandbox)
    asked = side(workers, tmp_path)
    assert asked.count(3) == 3
    session_of(asked).end()
    assert [asked.count(3), asked.count(3)] == [3, 6]


def test_what_is_asked_about_a_module_is_known_in_whatever_check_it_was_asked(
    reference_sandbox: Sandbox, tmp_path: Path
) -> None:
    """A module built in the third check of one grading answers for the one built in the first of another."""
    source = b"""
from torch import nn
class Line(nn.Module):
    def __init__(self, inputs):
        super().__init__()
        self.layer = nn.Linear(inputs, 2)
    def forward(self, x):
        return self.layer(x)
"""
    workers = Counted(reference_sandbox)
    for sizes in ((3, 4, 5), (5,), (4, 3)):
        asked = side(workers, tmp_path, source, modules=("Line",), seconds=30)
        for inputs in sizes:
            session_of(asked).begin()
            assert asked.Line(inputs).output_shape((1, inputs)) == (1, 2)
        session_of(asked).end()

    assert workers.count == 3


def test_a_cache_that_is_gone_costs_workers_and_no_answer(reference_sandbox: Sandbox, tmp_path: Path) -> None:
    """Where nothing can be stored, on a full disk or in a folder that was cleaned away, each side asks a worker."""
    workers, folder = Counted(reference_sandbox), tmp_path / "cleaned away"
    for _ in range(2):
        asked = side(workers, folder)
        assert [asked.count(1), asked.count(5)] == [1, 6]
        session_of(asked).end()

    assert workers.count == 2


def test_other_code_has_other_answers(reference_sandbox: Sandbox, tmp_path: Path) -> None:
    """What is kept belongs to the source that answered."""
    workers = Counted(reference_sandbox)
    assert side(workers, tmp_path).count(1) == 1
    assert side(workers, tmp_path, b"def count(step): return -step").count(1) == -1


def test_a_lost_worker_is_not_an_answer(reference_sandbox: Sandbox, tmp_path: Path) -> None:
    """A hang is raised each time and nothing is kept of it."""
    workers = Counted(reference_sandbox)
    for _ in range(2):
        with pytest.raises(TimedOut):
            side(workers, tmp_path).hang()

    assert workers.count == 2
    assert not [path for path in tmp_path.iterdir() if path.name.startswith("tmp")]
