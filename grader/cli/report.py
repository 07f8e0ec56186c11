"""`grader report`: results that were written, in another format or for another reader."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from grader.cli.console import say
from grader.cli.exit_codes import that_counts
from grader.cli.fail_under import FailUnderOption, exit_codes, fail_under
from grader.cli.formats import AudienceOption, FormatsOption, sinks_of_what_is_there, write
from grader.reports import stored_results

_RESULTS = "results.json files, and folders of *.results.json, as `grader grade --out` writes them."

ResultsArgument = Annotated[list[Path], typer.Argument(metavar="RESULTS...", help=_RESULTS)]


def report(
    results: ResultsArgument,
    formats: FormatsOption = None,
    audience: AudienceOption = None,
    fail_below: FailUnderOption = None,
) -> None:
    """
    Write results again, in any format and for any reader, without grading and without the course.

    One result prints its full feedback, several a score table; where only files are asked for, their names are
    printed alone.  With --fail-under the exit code is the one that `grade` would have.
    """
    every, least = sinks_of_what_is_there(formats), fail_under(fail_below)
    gradings, refused = stored_results.read(results)
    gradings.sort(key=lambda graded: (graded.assignment, graded.submission))
    write(every, gradings, refused, audience)
    for one in every:
        if one.path is not None:
            say(f"written: {one.path}", style="dim")
    for missing in refused:
        say(f"not graded: {missing.why}", style="red")
    if least is not None:
        raise typer.Exit(that_counts(exit_codes(gradings, refused, least)))
