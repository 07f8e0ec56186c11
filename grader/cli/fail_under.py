"""`--fail-under N[%]`: how many points, or which share of them, every submission must have, and the exit codes of a class."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated

import typer

from grader.cli import panels
from grader.cli.console import say
from grader.cli.exit_codes import ExitCode
from grader.errors import UsageError
from grader.listed import listed
from grader.model import GradedSubmission, Refused, Score
from grader.reports.details import waiting
from grader.reports.escape import one_line

_FAIL_UNDER = (
    "Exit code 1 if a graded submission has fewer points than N, or a smaller share of them than N%. Only points that checks "
    "give count: those that are pending, graded by hand, are left out. What is ungraded has no points to compare: exit code 3."
)
_MAX_NAMED = 3

FailUnderOption = Annotated[
    str | None, typer.Option("--fail-under", metavar="N[%]", help=_FAIL_UNDER, rich_help_panel=panels.WRITTEN)
]


@dataclass(frozen=True, slots=True)
class Points:
    """At least so many points."""

    least: Fraction

    def is_reached(self, score: Score) -> bool:
        """Return whether a score has them."""
        return score.earned >= self.least


@dataclass(frozen=True, slots=True)
class Share:
    """At least this share of the points that checks give, from 0 to 1."""

    least: Fraction

    def is_reached(self, score: Score) -> bool:
        """Return whether a score has it."""
        return score.earned >= self.least * score.settled


@dataclass(frozen=True, slots=True, kw_only=True)
class FailUnder:
    """What `--fail-under` asks for."""

    written: str
    """As it was typed."""
    least: Points | Share

    def missed_by(self, gradings: Iterable[GradedSubmission]) -> tuple[GradedSubmission, ...]:
        """Return the gradings that have a score, and too small a one."""
        return tuple(one for one in gradings if not one.ungraded and not self.least.is_reached(one.score))

    def about(self, missed: Sequence[GradedSubmission]) -> str:
        """Say which gradings missed it."""
        named = [
            f"{one_line(one.submission)} ({one.score.earned} of {one.score.settled}{waiting(one.score)})"
            for one in missed
        ]
        return f"--fail-under {self.written}: too few points: {listed(named, _MAX_NAMED)}"


def fail_under(word: str | None) -> FailUnder | None:
    """
    Read what `--fail-under` says; None where it says nothing.

    Raises:
        UsageError: If it is no number of points, nor a share from 0% to 100%.
    """
    if word is None:
        return None
    found = re.fullmatch(r"([0-9]{1,9}(?:\.[0-9]{1,9})?)(%?)", word)
    if found is None:
        why = "it cannot be negative" if re.fullmatch(r"-[0-9.]+%?", word) else "this is neither"
        raise UsageError(
            f"--fail-under {one_line(word)}: {why}; give a number of points, as 20, or a share of them, as 62.5%"
        )
    number, percent = Fraction(found[1]), found[2]
    if not percent:
        return FailUnder(written=word, least=Points(number))
    if number > 100:
        raise UsageError(
            f"--fail-under {word}: nobody can have more than 100% of the points; without % it is a number of them"
        )
    return FailUnder(written=word, least=Share(number / 100))


def exit_codes(
    gradings: Sequence[GradedSubmission], refused: Sequence[Refused], least: FailUnder | None
) -> Iterator[ExitCode]:
    """Yield an exit code for all that is to be said of a class, and say whose points are too few."""
    if refused:
        yield ExitCode.WRONG
    if any(graded.ungraded for graded in gradings):
        yield ExitCode.UNGRADED
    missed = () if least is None else least.missed_by(gradings)
    if least is not None and missed:
        say(least.about(missed), style="red")
        yield ExitCode.LACKING
