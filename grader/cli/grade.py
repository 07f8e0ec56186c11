"""`grader grade`: one submission or a class, with all checks."""

from __future__ import annotations

import enum
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from grader import submission as submissions
from grader.atomic_write import write_atomically
from grader.cli.console import err, progress_of_a_class, show
from grader.cli.one_submission import exit_code, grade_one
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
from grader.course import assignment as assignments
from grader.errors import SubmissionError, UsageError
from grader.grading import GradingRequest
from grader.keys import is_searchable
from grader.model import Assignment, GradedSubmission, Submission
from grader.reports import fault_bundle, github, junit, markdown, results_json, table_csv, terminal
from grader.reports.escape import clean
from grader.sandbox import Local, current_quota

_SEARCHABLE = (
    "--seed {seed} is short: a submission could find it by trying, and with it every question. For trying things out and for "
    "repeating; without --seed a long one is drawn."
)


class Device(enum.StrEnum):
    """Where modules run."""

    AUTO = "auto"
    CPU = "cpu"
    CUDA = "cuda"


class Format(enum.StrEnum):
    """How a result is written to the terminal."""

    TERMINAL = "terminal"
    JSON = "json"
    JUNIT = "junit"
    CSV = "csv"
    MARKDOWN = "markdown"
    GITHUB = "github"


def _json(gradings: list[GradedSubmission]) -> bytes:
    return results_json.join(tuple(map(results_json.encode, gradings)))


_ENCODERS: dict[Format, Callable[[list[GradedSubmission]], bytes]] = {
    Format.JSON: _json,
    Format.JUNIT: junit.encode,
    Format.CSV: table_csv.encode,
    Format.MARKDOWN: markdown.encode,
    Format.GITHUB: github.encode,
}

_PATHS = "A .py file, a notebook, a folder or a .zip; several are graded side by side."
_DEVICE = "Where modules run; auto takes CUDA if it is there."
_SLOTS = "How many submissions of a class share a GPU at a time, each with that share of its memory. Default: 1."
_OUT = "Write NAME.results.json into this folder."
_FORMAT = (
    "What to print: text for people; results.json (an array of them for several submissions); JUnit XML; a CSV table; Markdown "
    "for a job summary; workflow commands for annotations on GitHub."
)

PathsArgument = Annotated[list[Path], typer.Argument(metavar="SUBMISSION...", help=_PATHS)]
DeviceOption = Annotated[Device, typer.Option("--device", help=_DEVICE)]
SlotsOption = Annotated[int | None, typer.Option("--gpu-slots", metavar="N", min=1, max=64, help=_SLOTS)]
OutOption = Annotated[Path | None, typer.Option("--out", metavar="DIR", help=_OUT)]
FormatOption = Annotated[Format, typer.Option("--format", help=_FORMAT)]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Where:
    """Where submissions run."""

    sandbox: str
    cores: int
    gpu_slots: int | None
    """How many gradings share a GPU; None where modules run on the processor."""
    allow_unsafe: bool


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
    format: FormatOption = Format.TERMINAL,
    allow_unsafe_sandbox: UnsafeOption = False,
    course: CourseOption = None,
) -> None:
    """
    Grade submissions with all checks, public and hidden.

    One submission prints its full feedback, several a score table.  A low score is no error: the exit code is 0, or 3
    if something could not be graded through no fault of the student; then NAME.fault.zip holds what is known of it.
    Of several, one that cannot be read is named at the end (exit code 2), and the others are graded.
    """
    loaded = assignments.load(course_of(course), assignment)
    staged, refused = _stage(paths, reader(execute), loaded)
    _refuse_twins(staged)
    chosen = _device(device, sandbox, loaded)
    request = GradingRequest(assignment=loaded, seed=secret(seed), device=chosen, task=task(loaded, data, data_root))
    where = _Where(
        sandbox=sandbox.value,
        cores=cores_there(cores),
        gpu_slots=_slots(gpu_slots, chosen),
        allow_unsafe=allow_unsafe_sandbox,
    )
    if out is not None:
        _folder(out)
    if is_searchable(request.seed):
        err.print(Text(_SEARCHABLE.format(seed=request.seed), style="yellow"), soft_wrap=True)
    gradings = []
    for graded in _one(request, where, staged[0]) if len(staged) == 1 else _many(request, where, staged):
        if out is not None:  # as soon as it is there: who has to stop keeps what is done
            _write(out, f"{graded.submission}.results.json", results_json.encode(graded))
        gradings.append(graded)
    gradings.sort(key=lambda graded: graded.submission)
    _print(gradings, loaded, format)
    if out is not None:
        err.print(Text(f"written to {out}: {len(gradings)} of *.results.json", style="dim"))
    _bundle_faults(gradings, staged, loaded, out or Path.cwd())
    for refusal in refused:
        err.print(Text(f"not graded: {clean(str(refusal))}", style="red"), soft_wrap=True)
    raise typer.Exit(max([*(exit_code(graded, low_score=0) for graded in gradings), *(2 for _ in refused)]))


def _print(gradings: list[GradedSubmission], assignment: Assignment, format: Format) -> None:
    """Write the results to standard output."""
    if format in _ENCODERS:
        sys.stdout.buffer.write(_ENCODERS[format](gradings))
        sys.stdout.buffer.flush()
    else:
        show(terminal.one(gradings[0], assignment) if len(gradings) == 1 else terminal.many(gradings))


def _bundle_faults(
    gradings: list[GradedSubmission], staged: list[Submission], assignment: Assignment, folder: Path
) -> None:
    """Write what is known of each grading that something of ours left without a score."""
    by_name = {submission.name: submission for submission in staged}
    for graded in gradings:
        if graded.ungraded:
            bundle = fault_bundle.write(graded, by_name[graded.submission], assignment, folder)
            text = f"{clean(graded.submission)} is ungraded; what is known of it lies in {bundle}"
            err.print(Text(text), soft_wrap=True)


def _stage(
    paths: list[Path], read: submissions.Reader, assignment: Assignment
) -> tuple[list[Submission], list[SubmissionError]]:
    """
    Read submissions, as many at a time as processors; one that cannot be read must not keep the others from being graded.

    Raises:
        SubmissionError: If none can be read.
    """

    def read_one(path: Path) -> Submission | SubmissionError:
        try:
            return read(path, assignment)
        except SubmissionError as error:
            return error

    # each is read in a process of its own, so that threads are enough to keep all processors busy
    with ThreadPoolExecutor(max_workers=current_quota().threads) as pool:
        try:
            found = list(pool.map(read_one, paths))
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    staged = [one for one in found if isinstance(one, Submission)]
    refused = [one for one in found if isinstance(one, SubmissionError)]
    if not staged:
        raise refused[0]
    return staged, refused


def _refuse_twins(staged: list[Submission]) -> None:
    names = [submission.name for submission in staged]
    twins = sorted({name for name in names if names.count(name) > 1})
    if twins:
        raise UsageError(f"two submissions are called {twins[0]}: their results would overwrite each other")


def _device(device: Device, sandbox: SandboxName, assignment: Assignment) -> str:
    """Return where modules run: on a GPU if there is one; whether an engine has one only it knows."""
    present = Path("/dev/nvidiactl").exists() and Path("/dev/nvidia0").exists()
    if device is Device.CUDA and not present and sandbox is not SandboxName.DOCKER:
        raise UsageError("--device cuda: there is no CUDA device on this machine")
    if device is Device.AUTO and not present and assignment.needs is not None and assignment.needs.gpu:
        raise UsageError(
            f"{assignment.slug} needs a GPU (`[needs]` in its assignment.toml), and there is none here: "
            "`--device cuda --sandbox docker` takes that of an engine, `--device cpu` grades without one, if it is in time"
        )
    if device is not Device.AUTO:
        return device.value
    return "cuda" if present else "cpu"


def _slots(gpu_slots: int | None, device: str) -> int | None:
    """Return how many gradings share a GPU; None where they share none."""
    if gpu_slots is not None and device != "cuda":
        raise UsageError(f"--gpu-slots {gpu_slots}: modules run on the processor here; see --device")
    return (gpu_slots or 1) if device == "cuda" else None


def _one(request: GradingRequest, where: _Where, submission: Submission) -> Iterator[GradedSubmission]:
    from grader.sandbox import choose

    packages = request.assignment.packages
    with (
        choose(where.sandbox, packages, threads=where.cores, allow_unsafe=where.allow_unsafe) as sandbox,
        Local(packages) as reference,
    ):
        yield grade_one(request, submission, sandbox, reference)


def _many(request: GradingRequest, where: _Where, staged: list[Submission]) -> Iterator[GradedSubmission]:
    from grader.grading import ClassRequest, grade_all
    from grader.sandbox import kind_that_holds

    packages = request.assignment.packages
    # found out, before anything is graded, which sandbox holds
    backend = kind_that_holds(where.sandbox, packages, allow_unsafe=where.allow_unsafe)
    of_class = ClassRequest(
        grading=request,
        submission_sandbox=lambda: backend(packages, where.cores, 1 / (where.gpu_slots or 1)),
        reference_sandbox=lambda: Local(packages),
        cores=where.cores,
        slots=where.gpu_slots,
    )
    with progress_of_a_class() as progress:
        bar = progress.add_task("grading", total=len(staged))
        progress.refresh()
        for graded in grade_all(of_class, staged):
            yield graded
            progress.advance(bar)
            progress.refresh()


def _folder(folder: Path) -> None:
    """Make the folder for results before anything is graded, so that no grading is lost."""
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
