"""`grader check`: a student's own work and the public checks, once or whenever the file is saved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from grader import submission as submissions
from grader.cli.again import check_again
from grader.cli.asked_for import asked_for
from grader.cli.browser import Page, page_to_open
from grader.cli.console import say, show, staff_only
from grader.cli.exit_codes import ExitCode, that_counts
from grader.cli.formats import Format, FormatsOption, Sink, sinks, write
from grader.cli.loudness import Loudness, QuietOption, VerboseOption, details_of, loudness
from grader.cli.one_submission import grade_one, ignore_known, start
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
from grader.cli.watch import check_on_every_save
from grader.grading import GradingRequest, linked
from grader.keys import checked_secret
from grader.model import Audience, CheckResult, GradedSubmission, Submission, Suite
from grader.reports import terminal
from grader.reports.audience import check_on_own_machine, for_own_machine
from grader.sandbox import Local, Sandbox

_WORDS = (
    "Assignment, exercises and your file, notebook, folder or .zip. Each may be left out: the assignment in a folder that was "
    "handed out, exercises for all of them, the file for what defines what is asked for, here or in the course."
)
_WATCH = "Check again whenever the file is saved; stop with Ctrl-C."
_HTML = "Show the feedback in the browser too, and say where that page lies: a temporary file, or that of --format html=PATH."
_AS_IT_IS = Audience.STAFF
"""What is written holds no secret any more, and nothing more is taken out."""
_USUAL_SEED = "0"
_SEED = "What the questions follow from; another text asks other questions."

WordsArgument = Annotated[list[str] | None, typer.Argument(metavar="[ASSIGNMENT] [EXERCISE] [PATH]", help=_WORDS)]
WatchOption = Annotated[bool, typer.Option("--watch", help=_WATCH)]
HtmlOption = Annotated[bool, typer.Option("--html", help=_HTML)]
SeedOption = Annotated[str, typer.Option("--seed", metavar="TEXT", help=_SEED)]


def check(
    words: WordsArgument = None,
    watch: WatchOption = False,
    execute: ExecuteOption = False,
    seed: SeedOption = _USUAL_SEED,
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
    here = course_of(course)
    asked = asked_for(words or [], here)
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
    options = {
        "--execute": execute,
        "--seed": seed if seed != _USUAL_SEED and staff_only() else None,  # no log has a seed
        "--data": data,
        "--data-root": data_root,
        "--course": course,
    }
    with Local(loaded.packages, cores_there(cores)) as sandbox, Local(loaded.packages) as reference:
        start(sandbox, loaded)
        page = Page(next(one.path for one in every if one.path and _is_page(one))) if html else None
        checking = _Checking(
            request=request,
            path=target,
            reader=read,
            sandbox=sandbox,
            reference=reference,
            every=every,
            loudness=told,
            page=page,
            again="" if watch else check_again(words or (), asked, here, options),
        )
        if watch:
            check_on_every_save(target, checking.read, checking.grade, checking.renew, told)
        graded = checking.grade(checking.read())
    raise typer.Exit(that_counts(_exit_codes(graded)))


def _with_page(every: tuple[Sink, ...]) -> tuple[Sink, ...]:
    """Return sinks among which is a file for a browser."""
    if any(_is_page(one) for one in every):
        return every
    return (*every, Sink(format=Format.HTML, path=page_to_open()))


def _is_page(sink: Sink) -> bool:
    """Return whether a browser can open what is written."""
    return sink.format is Format.HTML and sink.path is not None and not sink.is_folder


def _exit_codes(graded: GradedSubmission) -> Iterator[ExitCode]:
    if graded.ungraded:
        yield ExitCode.UNGRADED
    if graded.to_fix:
        yield ExitCode.LACKING


@dataclass(frozen=True, slots=True, kw_only=True)
class _Checking:
    """How one file is checked, as often as one wants."""

    request: GradingRequest
    path: Path
    reader: submissions.Reader
    sandbox: Sandbox
    reference: Sandbox
    every: Sequence[Sink]
    loudness: Loudness
    page: Page | None
    """What is shown in a browser, once."""
    again: str
    """The command that does the same; empty where it is done on every save."""

    def read(self) -> Submission:
        """
        Read the file.

        Raises:
            SubmissionError: If it cannot be read.
        """
        return self.reader(self.path, self.request.assignment)

    def grade(self, submission: Submission) -> GradedSubmission:
        """Grade what was read, and show and write the result."""
        report = terminal.AsItComes(self.request.asked, self.again)
        is_shown = any(one.is_for_people for one in self.every)

        def show_so_far(results: Sequence[CheckResult]) -> None:
            if not staff_only():  # nobody waits for a log, whose every piece would need a fence of its own
                return
            so_far = map(check_on_own_machine, linked(results, self.request.assignment, submission))
            known = report.so_far(submission.name, submission.given_as, tuple(so_far))
            if known is not None:
                show(known)

        on_known = show_so_far if is_shown else ignore_known
        whole = grade_one(self.request, submission, self.sandbox, self.reference, on_known, self.loudness)
        graded = for_own_machine(whole)
        if is_shown:
            show(report.rest(graded))
        folders = folders_of(self.request.assignment.slug, {submission.name: self.path})
        write([one for one in self.every if not one.is_for_people], [graded], [], _AS_IT_IS, folders)
        if self.loudness is Loudness.VERBOSE:
            for line in details_of(graded, submission, ()):
                say(line, style="dim")
        if self.page is not None:
            self.page.open()
        return graded

    def renew(self) -> None:
        """Start the sandboxes anew, after a grading that was interrupted in the middle of a question."""
        self.sandbox.renew()
        self.reference.renew()
