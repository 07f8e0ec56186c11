"""
Measure how many wrong specimens are explained, and how long they take beside right ones.

    .venv/bin/python tests/bench/bench_diagnosis.py                      all assignments
    .venv/bin/python tests/bench/bench_diagnosis.py conv_arithmetic      one of them

A specimen is explained where a lost check gets the name of a mistake, and explained wrongly where that is not the name that the
specimen declares for this check.  Where every lost check raised, crashed, was stopped or found nothing to ask, its outcome says
what is wrong.  Those that try to cheat, and stubs, make no mistake that could be named.
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from rich.console import Console
from rich.table import Table
from specimens import COURSE, SLUGS, SPECIMENS

from grader import submission as submissions
from grader.authoring import Expected
from grader.authoring.audit.gradings import short_task
from grader.course import assignment as assignments
from grader.grading.batch import ClassRequest, grade_all
from grader.grading.request import GradingRequest
from grader.model import GradedSubmission, Outcome
from grader.sandbox import Bubblewrap, Local

_MAKES_NO_MISTAKE = ("hostile", "stub")


@dataclass(frozen=True)
class Explained:
    """What became of one specimen."""

    lost: int
    is_said_by_outcome: bool
    names: int
    wrong: int
    seconds: float


def main(slugs: list[str]) -> None:
    """Grade the specimens of some assignments and print one line for each."""
    columns = ("", "wrong", "explained", "outcome says it", "unexplained", "explained wrongly", "s, wrong", "s, right")
    table = Table(*columns, box=None)
    for slug in slugs:
        found = list(_graded(slug))
        wrong = [one for one in found if one.lost]
        explained = [one for one in wrong if one.names]
        said = [one for one in wrong if one.is_said_by_outcome and not one.names]
        times = (
            statistics.median(one.seconds for one in some) for some in (wrong, [one for one in found if not one.lost])
        )
        table.add_row(
            slug,
            str(len(wrong)),
            f"{len(explained)} ({len(explained) / len(wrong):.0%})",
            str(len(said)),
            str(len(wrong) - len(explained) - len(said)),
            str(sum(one.wrong > 0 for one in wrong)),
            *(f"{seconds:.1f}" for seconds in times),
        )
    Console(width=120).print(table)


def _graded(slug: str) -> Iterator[Explained]:
    assignment = assignments.load(COURSE, slug)
    declared = {
        one.folder.name: one.expected
        for one in SPECIMENS
        if one.slug == slug and not one.folder.name.startswith(_MAKES_NO_MISTAKE)
    }
    request = ClassRequest(
        grading=GradingRequest(assignment=assignment, seed="1", task=short_task(assignment)),
        submission_sandbox=lambda: Bubblewrap(assignment.packages),
        reference_sandbox=lambda: Local(assignment.packages),
    )
    folder = COURSE / "solutions" / slug / "specimens"
    for graded in grade_all(request, [submissions.read(folder / name, assignment) for name in declared]):
        yield _explained(graded, declared[graded.submission])


def _explained(graded: GradedSubmission, expected: Expected) -> Explained:
    lost = [check for check in graded.checks if check.outcome not in (Outcome.PASSED, Outcome.SKIPPED)]
    names = {
        check.name: check.feedback.misconception for check in lost if check.feedback and check.feedback.misconception
    }
    return Explained(
        lost=len(lost),
        is_said_by_outcome=all(check.outcome is not Outcome.FAILED for check in lost),
        names=len(names),
        wrong=sum(name in names and names[name] != other for name, other in expected.misconceptions.items()),
        seconds=sum(check.wall_seconds for check in graded.checks),
    )


if __name__ == "__main__":
    main(sys.argv[1:] or list(SLUGS))
