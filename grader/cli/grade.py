"""`grader grade`: one submission or a class, with all checks."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader import submission as submissions
from grader.atomic_write import write_atomically
from grader.classroom import take_in
from grader.classroom.policies import CoursePolicy, load
from grader.cli import panels
from grader.cli.class_table import say_taken, show_class
from grader.cli.console import say, staff_only
from grader.cli.exit_codes import ExitCode, that_counts
from grader.cli.fail_under import FailUnderOption, exit_codes, fail_under
from grader.cli.formats import AudienceOption, FormatsOption, sinks, write
from grader.cli.how_far import told_how_far
from grader.cli.loudness import Loudness, QuietOption, VerboseOption, details_of, loudness
from grader.cli.options import (
    CoresOption,
    CourseOption,
    DataOption,
    DataRootOption,
    ExecuteOption,
    SandboxName,
    SandboxOption,
    SeedOption,
    SlugArgument,
    UnsafeOption,
    cores_there,
    course_of,
    reader,
    secret,
    task,
)
from grader.cli.receipts import ReceiptOption, SignOption, to_write
from grader.cli.recording import (
    FailedOption,
    GradebookOption,
    OnlyOption,
    StudentsOption,
    ToGrade,
    UngradedOption,
    again,
    of_students,
    opened,
    say_changes,
    to_grade,
)
from grader.cli.repository import folders_of
from grader.cli.side_by_side import Device, Where, device_for, grade_side_by_side
from grader.cli.staging import read_all, stage
from grader.cli.who_is_who import RosterOption, enrolled_in, names_of, say_who, who_is_who
from grader.course import assignment as assignments
from grader.errors import UsageError
from grader.grading import GradingRequest
from grader.keys import is_searchable
from grader.model import Assignment, Audience, GradedSubmission, Submission, Suite
from grader.reports import fault_bundle, file_name, results_json

if TYPE_CHECKING:
    from grader.classroom.gradebook import Gradebook

_SEARCHABLE = (
    "--seed {seed} is short: a submission could find it by trying, and with it every question. For trying things out and for "
    "repeating; without --seed a long one is drawn."
)


_PATHS = (
    "A .py file, a notebook, a folder or a .zip; or a class: a folder of these, or what Canvas, Moodle, Gradescope, nbgrader or "
    "GitHub Classroom give to download, zipped or not. Several are graded side by side."
)
_DRY_RUN = "Say who has handed in what and what could not be graded, and grade nothing."
_DEVICE = "Where modules run; auto takes CUDA if it is there."
_SLOTS = "How many submissions of a class share a GPU at a time, each with that share of its memory. Default: 1."
_JOBS = "How many submissions of a class are graded at a time. Default: as many as there are processors."
_OUT = "Write NAME.results.json into this folder."
_PUBLIC = "Grade with the public checks alone, as `check` does; needed where the course has no solutions/."
_RECHECK = "Attack the sandbox first, also where it kept its promises on this machine within the last day."
PathsArgument = Annotated[list[Path], typer.Argument(metavar="SUBMISSION...", help=_PATHS)]
DeviceOption = Annotated[Device, typer.Option("--device", help=_DEVICE, rich_help_panel=panels.RUNS)]
SlotsOption = Annotated[
    int | None, typer.Option("--gpu-slots", metavar="N", min=1, max=64, help=_SLOTS, rich_help_panel=panels.RUNS)
]
JobsOption = Annotated[
    int | None, typer.Option("--jobs", metavar="N", min=1, max=1024, help=_JOBS, rich_help_panel=panels.CLASS)
]
OutOption = Annotated[Path | None, typer.Option("--out", metavar="DIR", help=_OUT, rich_help_panel=panels.WRITTEN)]
RecheckOption = Annotated[bool, typer.Option("--recheck", help=_RECHECK, rich_help_panel=panels.RUNS)]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help=_DRY_RUN, rich_help_panel=panels.CLASS)]
PublicOption = Annotated[bool, typer.Option("--public", help=_PUBLIC)]


def grade(
    assignment: SlugArgument,
    paths: PathsArgument,
    seed: SeedOption = None,
    device: DeviceOption = Device.AUTO,
    sandbox: SandboxOption = SandboxName.AUTO,
    execute: ExecuteOption = False,
    data: DataOption = None,
    data_root: DataRootOption = None,
    cores: CoresOption = 1,
    gpu_slots: SlotsOption = None,
    out: OutOption = None,
    formats: FormatsOption = None,
    audience: AudienceOption = None,
    fail_below: FailUnderOption = None,
    public: PublicOption = False,
    roster: RosterOption = None,
    recheck: RecheckOption = False,
    dry_run: DryRunOption = False,
    gradebook: GradebookOption = None,
    students: StudentsOption = None,
    only: OnlyOption = None,
    failed: FailedOption = False,
    ungraded: UngradedOption = False,
    jobs: JobsOption = None,
    receipt: ReceiptOption = None,
    sign: SignOption = None,
    allow_unsafe_sandbox: UnsafeOption = False,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
    course: CourseOption = None,
) -> None:
    """
    Grade submissions with all checks, public and hidden.

    One submission prints its full feedback, several a score table.  A low score is no error unless --fail-under says so (exit
    code 1): the exit code is 0, or 3 if something could not be graded through no fault of the student; then NAME.fault.zip
    holds what is known of it.
    Of a folder or a download of a class it is told who handed in what; --dry-run shows that, and grades nothing.
    --roster says who they are in the course; a submission of nobody in it is graded, and the exit code is 2.
    Of several, one that cannot be read has a row that says why (exit code 2), and the others are graded.  Ctrl-C lets what
    runs come to its end, and keeps what --out and --gradebook have (exit code 130).
    """
    sinks(formats)  # what is wrong with them is said before anything is read
    to_receipt = to_write(receipt, sign)
    least, told = fail_under(fail_below), loudness(quiet, verbose)
    loaded = assignments.load(course_of(course), assignment)
    policy = load(loaded.course) if gradebook is not None or dry_run else CoursePolicy()
    enrolled = enrolled_in(roster or policy.roster)
    suite = suite_of(loaded, public=public)
    anew = again(only, failed, ungraded, gradebook)
    submissions.get_ready()
    recorded_in = opened(None if dry_run else gradebook, policy.title, loaded.course)
    with recorded_in as book, told_how_far(len(paths), out, book) as progress:
        drawn = progress.seed = _seed(seed, book, loaded)
        with tempfile.TemporaryDirectory(prefix="grader-class-") as folder:
            taken = take_in(paths, reader(execute), loaded, Path(folder))
            every = sinks(formats, len(taken.works) or len(paths))
            say_taken(taken, told, in_table=dry_run)
            if dry_run:
                raise typer.Exit(show_class(taken, read_all(paths, reader(execute), loaded, taken), enrolled, told))
            staged = stage(paths, reader(execute), loaded, taken)
        who = who_is_who(enrolled, taken, staged)
        say_who(who, told)
        works = taken.works if who is None else who.works
        staged = of_students(staged, works, enrolled, students)
        if to_receipt is not None:
            to_receipt.require_one(len(staged.submissions) + len(staged.refused))
        chosen = device_for(device, sandbox, loaded)
        request = GradingRequest(
            assignment=loaded, seed=drawn, suite=suite, device=chosen, task=task(loaded, data, data_root)
        )
        where = Where(
            sandbox=sandbox.value,
            cores=cores_there(cores),
            gpu_slots=_slots(gpu_slots, chosen),
            allow_unsafe=allow_unsafe_sandbox,
            recheck=recheck,
            jobs=jobs,
        )
        work = to_grade(book, request, staged, works, anew)
        if out is not None:
            folder_for_results(out)
            for refused in staged.refused:
                _write(out, file_name.of(refused.name, ".results.json"), results_json.encode_refused(refused))
        if is_searchable(drawn):
            say(about_short_seed(drawn), style="yellow")
        if told is not Loudness.QUIET:
            for sentence in filter(None, (staged.renamed, *work.said)):
                say(sentence, style="yellow")
        progress.count = len(work.submissions)
        names = {} if enrolled is None else names_of(enrolled, works)
        _grade_and_write(request, where, work, out, told, names, progress.gradings)
    graded_now = {one.submission for one in progress.gradings}
    gradings = sorted((*work.there, *progress.gradings), key=lambda graded: graded.submission)
    if to_receipt is not None:
        to_receipt.write(request, staged.submissions[0], gradings[0])
    write(every, gradings, staged.refused, audience, folders_of(loaded.slug, staged.paths), names)
    if told is Loudness.VERBOSE:
        _say_details(gradings, staged.submissions)
    if told is not Loudness.QUIET:
        say_changes(work, loaded.slug, names)
        if audience is not Audience.STUDENT and staff_only() and any(one.is_for_people for one in every):
            say(f"seed: {drawn}", style="dim")
        if out is not None:
            say(f"written to {out}: results.json of {len(gradings) + len(staged.refused)} submissions", style="dim")
    _bundle_faults(
        [one for one in gradings if one.submission in graded_now], staged.submissions, loaded, out or Path.cwd()
    )
    for refused in staged.refused:
        say(f"not graded: {refused.why}", style="red")
    nobodys = [ExitCode.WRONG] if taken.nobodys or (who is not None and who.is_unclear) else []
    raise typer.Exit(that_counts([*nobodys, *exit_codes(gradings, staged.refused, least)]))


def _seed(given: str | None, book: Gradebook | None, assignment: Assignment) -> str:
    """Return the secret of the class: the one that is given, else that of the gradebook, else a new one."""
    if given is not None or book is None:
        return secret(given)
    return book.seed_of(assignment.slug, secret(None))


def _say_details(gradings: Sequence[GradedSubmission], staged: Sequence[Submission]) -> None:
    by_name = {submission.name: submission for submission in staged}
    for graded in gradings:
        notes = graded.notes if len(gradings) > 1 else ()  # the report on one has them
        for line in details_of(graded, by_name[graded.submission], notes):
            say(line, style="dim")


def about_short_seed(seed: str) -> str:
    """Return what is said of a seed that a submission could find."""
    return _SEARCHABLE.format(seed=seed)


def suite_of(assignment: Assignment, *, public: bool) -> Suite:
    """
    Return which checks are run.

    Raises:
        UsageError: If there are no hidden ones, and nobody said that the public ones are enough.
    """
    if assignment.solution is None and not public:
        raise UsageError(
            f"{assignment.slug} has no solutions/{assignment.slug} in this course, and so no hidden checks and no reference: "
            "--public grades with the public checks alone, --course DIR takes a course that has them"
        )
    return Suite.PUBLIC if public else Suite.ALL


def _grade_and_write(
    request: GradingRequest,
    where: Where,
    work: ToGrade,
    out: Path | None,
    told: Loudness,
    names: Mapping[str, str],
    gradings: list[GradedSubmission],
) -> None:
    """Grade what is to be graded, and write and record each result as soon as it is there: who has to stop keeps what is done."""
    for one in work.there:
        if out is not None:
            _write(out, file_name.of(one.submission, ".results.json"), results_json.encode(one))
    for one in grade_side_by_side(request, where, work.submissions, told, work.checks, names):
        whole = work.finish(one)
        if out is not None:
            _write(out, file_name.of(whole.submission, ".results.json"), results_json.encode(whole))
        gradings.append(whole)


def _bundle_faults(
    gradings: Sequence[GradedSubmission], staged: Sequence[Submission], assignment: Assignment, folder: Path
) -> None:
    """Write what is known of each grading that something of ours left without a score."""
    by_name = {submission.name: submission for submission in staged}
    for graded in gradings:
        if graded.ungraded:
            bundle = fault_bundle.write(graded, by_name[graded.submission], assignment, folder)
            say(f"{graded.submission} is ungraded; what is known of it lies in {bundle}")


def _slots(gpu_slots: int | None, device: str) -> int | None:
    """Return how many gradings share a GPU; None where they share none."""
    if gpu_slots is not None and device != "cuda":
        raise UsageError(f"--gpu-slots {gpu_slots}: modules run on the processor here; see --device")
    return (gpu_slots or 1) if device == "cuda" else None


def folder_for_results(folder: Path) -> None:
    """
    Make the folder for results before anything is graded, so that no grading is lost.

    Raises:
        UsageError: If it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"--out {folder}: cannot write there: {error.strerror}") from None


def _write(folder: Path, name: str, content: bytes) -> None:
    """Write a whole file or none."""
    try:
        write_atomically(folder / name, content)
    except OSError as error:
        raise UsageError(f"--out {folder}: cannot write there: {error.strerror}") from None
