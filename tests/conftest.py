"""What several test modules start from: the two sides of a grading, and a course small enough to read in a test."""

from __future__ import annotations

import itertools
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from grader import submission as submissions
from grader.course import assignment as assignments
from grader.grading.grade import grade
from grader.model import Assignment, CheckResult, GradedSubmission, Submission, Suite
from grader.sandbox.base import Sandbox
from grader.sandbox.bubblewrap import Bubblewrap
from grader.sandbox.local import Local

PACKAGES = ("torch", "torchvision", "numpy")
_numbers = itertools.count()


@dataclass(frozen=True, kw_only=True)
class TinyCourse:
    """A course with one assignment of one exercise, `squares`, in `squares.py`."""

    folder: Path
    slug: str
    sandbox: Sandbox
    ours: Sandbox

    @property
    def assignment(self) -> Assignment:
        """Load the assignment as it is on disk now."""
        return assignments.load(self.folder, self.slug)

    def submission(self, source: str, name: str = "ada") -> Submission:
        """Hand in *source*."""
        path = self.folder / "sent" / f"{name}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(textwrap.dedent(source))
        return submissions.read(path, self.assignment)

    def grade(self, source: str, *, seed: str = "1", suite: Suite = Suite.ALL) -> GradedSubmission:
        """Grade *source* in the sandboxes of this test run."""
        sides = {"sandbox": self.sandbox, "ours": self.ours}
        return grade(self.assignment, self.submission(source), seed=seed, suite=suite, **sides)

    def check(self, source: str, *, seed: str = "1") -> CheckResult:
        """Grade *source* and return the result of the only check."""
        (result,) = self.grade(source, seed=seed).checks
        return result


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    """Where student code runs; open for the whole test run, as for a class."""
    with Bubblewrap(PACKAGES) as opened:
        yield opened


@pytest.fixture(scope="session")
def ours() -> Iterator[Sandbox]:
    """Where reference solutions run."""
    with Local(PACKAGES) as opened:
        yield opened


@pytest.fixture
def tiny_course(tmp_path: Path, sandbox: Sandbox, ours: Sandbox) -> Callable[..., TinyCourse]:
    """Write a course from source text; every one has a slug of its own, since pytest imports a file once."""

    def write(
        checks: str = "",
        *,
        hidden: str | None = None,
        reference: str | None = "def square(n): return n * n\n",
        misconceptions: str | None = None,
        settings: str = "",
    ) -> TinyCourse:
        slug = f"tiny{next(_numbers)}"
        toml = 'title = "Squares"\nsummary = "Square numbers."\nfile = "squares.py"\npackages = ["torch", "numpy"]\n'
        exercise = '[[exercises]]\nname = "squares"\ntitle = "Squares"\nprovides = ["square"]\n'
        imports = "import pytest\nfrom hypothesis import given, strategies as st\nfrom grader.checks import expect\n"
        files = {
            f"assignments/{slug}/assignment.toml": toml + exercise + settings,
            f"assignments/{slug}/checks/test_{slug}.py": checks and imports + textwrap.dedent(checks),
            f"solutions/{slug}/checks/test_{slug}_hidden.py": hidden and imports + textwrap.dedent(hidden),
            f"solutions/{slug}/squares.py": reference,
            f"solutions/{slug}/misconceptions.py": misconceptions and textwrap.dedent(misconceptions),
        }
        for name, content in files.items():
            if content:
                path = tmp_path / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(textwrap.dedent(content))
        return TinyCourse(folder=tmp_path, slug=slug, sandbox=sandbox, ours=ours)

    return write
