"""`grader check`: a student's own work and the public checks, once or whenever the file is saved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from grader import submission as submissions
from grader.cli.asked_for import asked_for
from grader.cli.browser import open_page, page_to_open
from grader.cli.console import out, say, show
from grader.cli.exit_codes import ExitCode, that_counts
from grader.cli.formats import Format, FormatsOption, Sink, sinks, write
from grader.cli.loudness import Loudness, QuietOption, VerboseOption, details_of, loudness
from grader.cli.one_submission import grade_one, start
from grader.cli.options import (
    CoresOption,
    CourseOption,
    DataOption,
    DataRootOption,
    ExecuteOption,
    cores_there,
    course_of,
    reader,
    task,
)
from grader.cli.pack import default_path
from grader.cli.repository import folders_of
from grader.errors import SubmissionError
from grader.grading import GradingRequest, linked
from grader.keys import checked_secret
from grader.model import Audience, CheckResult, GradedSubmission, Submission, Suite
from grader.reports import terminal
from grader.reports.audience import check_on_own_machine, for_own_machine
from grader.reports.escape import clean
from grader.reports.repository import Folders
from grader.sandbox import Local, Sandbox

_WORDS = (
    "Assignment, exercises and your file, notebook, folder or .zip. Each may be left out: the assignment in a folder that was "
    "handed out, exercises for all of them, the file for what defines what is asked for, here or in the course."
)
_WATCH = "Check again whenever the file is saved; stop with Ctrl-C."
_HTML = "Show the feedback in the browser too, and say where that page lies: a temporary file, or that of --format html=PATH."
_AS_IT_IS = Audience.STAFF
"""What is written holds no secret any more, and nothing more is taken out."""
_SEED = "What the questions follow from; another text asks other questions."

WordsArgument = Annotated[list[str] | None, typer.Argument(metavar="[ASSIGNMENT] [EXERCISE] [PATH]", help=_WORDS)]
WatchOption = Annotated[bool, typer.Option("--watch", help=_WATCH)]
HtmlOption = Annotated[bool, typer.Option("--html", help=_HTML)]
SeedOption = Annotated[str, typer.Option("--seed", metavar="TEXT", help=_SEED)]


def check(
    words: WordsArgument = None,
    watch: WatchOption = False,
    execute: ExecuteOption = False,
    seed: SeedOption = "0",
    data: DataOption = None,
    data_root: DataRootOption = None,
    cores: CoresOption = 1,
    formats: FormatsOption = None,
    html: HtmlOption = False,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
    course: CourseOption = None,
) -> None:
    """
    Check your own work with the public checks.

    Shows for each failed check the smallest example that fails, what was expected and a hint.  Exit code 1 if there is
    something to fix.
    """
    every, told = sinks(formats), loudness(quiet, verbose)
    asked = asked_for(words or [], course_of(course))
    loaded = asked.assignment
    submissions.get_ready()
    target = asked.path or default_path(loaded)
    read = reader(execute)
    trained_on = task(loaded, data, data_root)
    request = GradingRequest(
        assignment=loaded,
        seed=checked_secret(seed),
        suite=Suite.PUBLIC,
        exercises=asked.exercises,
        task=trained_on,
    )
    if html:
        every = _with_page(every)
    with Local(loaded.packages, cores_there(cores)) as sandbox, Local(loaded.packages) as reference:
        start(sandbox, loaded)
        graded = _check_once(request, target, read, sandbox, reference, every, told)
        if html:
            open_page(next(one.path for one in every if one.path is not None and one.format is Format.HTML))
        if watch:
            from watchfiles import watch as changes

            if told is not Loudness.QUIET:
                out.print(Text(f"\nwatching {target}; Ctrl-C stops", style="dim"))
            # the folder, since many editors replace the file, and a watch on the old one sees nothing more
            folder = target if target.is_dir() else target.resolve().parent
            for _changed in changes(folder, watch_filter=_is_source, recursive=target.is_dir(), raise_interrupt=True):
                out.rule(style="dim")
                try:
                    graded = _check_once(request, target, read, sandbox, reference, every, told)
                except SubmissionError as error:  # half-way through being saved; the next change may fix it
                    out.print(Text(clean(str(error)), style="red"))
    raise typer.Exit(that_counts(_exit_codes(graded)))


def _with_page(every: tuple[Sink, ...]) -> tuple[Sink, ...]:
    """Return sinks among which is a file for a browser."""
    if any(one.format is Format.HTML and one.path is not None for one in every):
        return every
    return (*every, Sink(format=Format.HTML, path=page_to_open()))


def _exit_codes(graded: GradedSubmission) -> Iterator[ExitCode]:
    if graded.ungraded:
        yield ExitCode.UNGRADED
    if graded.to_fix:
        yield ExitCode.LACKING


def _check_once(
    request: GradingRequest,
    path: Path,
    read: submissions.Reader,
    sandbox: Sandbox,
    reference: Sandbox,
    every: Sequence[Sink],
    told: Loudness,
) -> GradedSubmission:
    submission = read(path, request.assignment)
    folders = folders_of(request.assignment.slug, {submission.name: path})
    graded = _graded_and_shown(request, submission, sandbox, reference, every, told, folders)
    if told is Loudness.VERBOSE:
        for line in details_of(graded, submission, ()):
            say(line, style="dim")
    return graded


def _graded_and_shown(
    request: GradingRequest,
    submission: Submission,
    sandbox: Sandbox,
    reference: Sandbox,
    every: Sequence[Sink],
    told: Loudness,
    folders: Folders,
) -> GradedSubmission:
    if not any(one.is_for_people for one in every):
        graded = for_own_machine(grade_one(request, submission, sandbox, reference, loudness=told))
        write(every, [graded], [], _AS_IT_IS, folders)
        return graded
    report = terminal.AsItComes(request.asked)

    def show_so_far(results: Sequence[CheckResult], following: str) -> None:
        so_far = linked(results, request.assignment, submission)
        known = report.so_far(
            submission.name, submission.given_as, [check_on_own_machine(result) for result in so_far], following
        )
        if known is not None:
            show(known)

    graded = for_own_machine(grade_one(request, submission, sandbox, reference, show_so_far, told))
    show(report.rest(graded))
    write([one for one in every if not one.is_for_people], [graded], [], _AS_IT_IS, folders)
    return graded


def _is_source(_change: object, path: str) -> bool:
    return path.lower().endswith((".py", ".ipynb", ".zip"))
