"""A course small enough to read in a test; the fixture `tiny_course` writes one."""

from __future__ import annotations

import itertools
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from files import write_files

from grader import submission as submissions
from grader.course import assignment as assignments
from grader.grading.grade import grade_submission
from grader.grading.request import GradingRequest, Sides
from grader.model import Assignment, CheckResult, GradedSubmission, Submission, Suite
from grader.sandbox import Sandbox

RIGHT = "def square(n): return n * n\n"
"""A submission that is right, which is the reference as well."""
SEVEN = '''
@pytest.mark.check(points=1, exercise="squares")
def test_seven(student):
    """The square of seven is right."""
    expect.equal(student.square(7), 49, hint="the hint of the check")
'''
"""A check with a hint of its own."""
CHOICE = (
    'choose_one = "power"\n[[exercises]]\nname = "cubes"\ntitle = "Cubes"\nprovides = ["cube"]\nchoose_one = "power"\n'
)
"""Settings with which `square` or `cube` is enough."""
_TOML = """\
title = "Squares"
summary = "Square numbers."
file = "squares.py"
packages = ["torch", "numpy"]
[[exercises]]
name = "squares"
title = "Squares"
provides = ["square"]
"""
_IMPORTS = "import pytest\nfrom hypothesis import given, strategies as st\nfrom grader.checks import expect\n"
_numbers = itertools.count()


@dataclass(frozen=True, kw_only=True)
class TinyCourse:
    """A course with one assignment of one exercise, `squares`, in `squares.py`."""

    folder: Path
    slug: str
    sandbox: Sandbox
    reference_sandbox: Sandbox

    @property
    def assignment(self) -> Assignment:
        """Load the assignment as it is on disk now."""
        return assignments.load(self.folder, self.slug)

    @property
    def sides(self) -> Sides:
        """Return where code runs."""
        return Sides(submission=self.sandbox, reference=self.reference_sandbox)

    def request(self, *, seed: str = "1", suite: Suite = Suite.ALL) -> GradingRequest:
        """Return what to grade with."""
        return GradingRequest(assignment=self.assignment, seed=seed, suite=suite)

    def submission(self, source: str, name: str = "ada") -> Submission:
        """Hand in *source*."""
        path = self.folder / "sent" / f"{name}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(textwrap.dedent(source))
        return submissions.read(path, self.assignment)

    def grade(self, source: str, *, seed: str = "1", suite: Suite = Suite.ALL) -> GradedSubmission:
        """Grade *source* in the sandboxes of this test run."""
        return grade_submission(self.request(seed=seed, suite=suite), self.submission(source), self.sides)

    def check(self, source: str, *, seed: str = "1") -> CheckResult:
        """Grade *source* and return the result of the only check."""
        (result,) = self.grade(source, seed=seed).checks
        return result


class WriteCourse(Protocol):
    """Writes a course from the source of its checks; what is empty or None is not there."""

    def __call__(
        self,
        checks: str = "",
        *,
        hidden: str | None = None,
        reference: str | None = RIGHT,
        misconceptions: str | None = None,
        settings: str = "",
    ) -> TinyCourse:
        """Settings are appended to assignment.toml."""


def writer(folder: Path, sandbox: Sandbox, reference_sandbox: Sandbox) -> WriteCourse:
    """Return what writes courses into *folder*; each has a slug of its own, since pytest imports a file once."""

    def write(
        checks: str = "",
        *,
        hidden: str | None = None,
        reference: str | None = RIGHT,
        misconceptions: str | None = None,
        settings: str = "",
    ) -> TinyCourse:
        slug = f"tiny{next(_numbers)}"
        files = {
            f"assignments/{slug}/assignment.toml": _TOML + settings,
            f"assignments/{slug}/checks/test_{slug}.py": checks and _IMPORTS + textwrap.dedent(checks),
            f"solutions/{slug}/checks/test_{slug}_hidden.py": hidden and _IMPORTS + textwrap.dedent(hidden),
            f"solutions/{slug}/squares.py": reference and textwrap.dedent(reference),
            f"solutions/{slug}/misconceptions.py": misconceptions and textwrap.dedent(misconceptions),
        }
        write_files(folder, {name: content for name, content in files.items() if content})
        return TinyCourse(folder=folder, slug=slug, sandbox=sandbox, reference_sandbox=reference_sandbox)

    return write
