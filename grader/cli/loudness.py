"""How much a command tells beside its result: `--quiet`, `--verbose`, and what the latter says."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Sequence
from typing import Annotated

import typer

from grader.cli import panels
from grader.errors import UsageError
from grader.model import GradedSubmission, Outcome, Submission
from grader.reports.escape import one_line

_QUIET = "No progress bar, and nothing that only informs; results, warnings and errors stay."
_VERBOSE = (
    "Also say, on standard error, where student code ran, which file counted and why, and which checks took longest."
)
_SLOWEST = 5

QuietOption = Annotated[bool, typer.Option("--quiet", help=_QUIET, rich_help_panel=panels.WRITTEN)]
VerboseOption = Annotated[bool, typer.Option("--verbose", help=_VERBOSE, rich_help_panel=panels.WRITTEN)]


class Loudness(enum.Enum):
    """How much is told."""

    QUIET = enum.auto()
    """Results, warnings and errors."""
    USUAL = enum.auto()
    VERBOSE = enum.auto()


def loudness(quiet: bool, verbose: bool) -> Loudness:
    """
    Return how much is told.

    Raises:
        UsageError: If less and more is asked for.
    """
    if quiet and verbose:
        raise UsageError("--quiet --verbose: one says less than usual and the other more; leave one of them out")
    return Loudness.QUIET if quiet else Loudness.VERBOSE if verbose else Loudness.USUAL


def details_of(graded: GradedSubmission, submission: Submission, notes: Sequence[str]) -> Iterator[str]:
    """
    Yield what `--verbose` says of a grading, line by line.

    Args:
        notes: On the whole submission, where no report shows them.
    """
    name, where = one_line(graded.submission), graded.environment
    processors = "1 processor" if where.threads == 1 else f"{where.threads} processors"
    yield f"{name}: ran in {where.sandbox}, on {where.device} with {processors}, memory held by {where.memory}"
    helpers = [one_line(file.path) for file in submission.files[1:]]
    imports = f", which can import {', '.join(helpers)}" if helpers else ""
    yield f"{name}: graded {one_line(graded.graded_file)}{imports}"
    yield from (f"{name}: {one_line(note)}" for note in notes)
    ran = [check for check in graded.checks if check.outcome is not Outcome.PENDING]
    by_time = sorted(ran, key=lambda check: check.wall_seconds, reverse=True)[:_SLOWEST]
    slowest = ", ".join(f"{check.name} {check.wall_seconds:.2f}" for check in by_time)
    total = sum(check.wall_seconds for check in ran)
    yield f"{name}: {len(ran)} checks took {total:.2f} s; longest, in seconds: {slowest}"
    largest = max(ran, key=lambda check: check.peak_bytes, default=None)
    if largest is not None and largest.peak_bytes:
        yield f"{name}: most memory, with Python and packages: {largest.name} {largest.peak_bytes / 1024**2:.0f} MiB"
