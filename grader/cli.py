"""
The command line: parse, call one function per command, render, choose the exit code.  Only this module prints or exits.

Exit codes: 0 done · 1 `check` found something to fix · 2 the command or a file of the course is wrong · 3 something is
`ungraded`.  A low score is not an error.
"""

from __future__ import annotations

import enum
import os
import secrets
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console, RenderableType
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from grader import assignment as assignments
from grader import fault_bundle
from grader import submission as submissions
from grader.data import EMBEDDED
from grader.errors import GraderError, SubmissionError, UsageError
from grader.gradescope.settings import Settings, Shown
from grader.model import Assignment, Audience, Extent, GradedSubmission, Submission, Suite, TrainingProgress
from grader.reports import github, junit, markdown, results_json, table_csv, terminal
from grader.reports.audience import for_audience
from grader.reports.escape import clean, github_fenced
from grader.sandbox.base import Sandbox
from grader.sandbox.local import Local
from grader.student_code import preload_of
from grader.training_task import Task, task_of

if TYPE_CHECKING:
    from grader.plugin import Check
    from grader.sandbox.conformance import Held

app = typer.Typer(
    name="grader",
    help="Check and grade PyTorch assignments.  Student code runs in a sandboxed worker; the harness asks it questions "
    "and does all the judging.\n\nExit codes: 0 done; 1 `check` found something to fix; 2 the command or a file of the "
    "course is wrong; 3 something is ungraded.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
data_app = typer.Typer(help="Data sets that networks are trained on.", no_args_is_help=True)
app.add_typer(data_app, name="data")
image_app = typer.Typer(
    help="Docker images: that of workers, and the whole grader with a course.", no_args_is_help=True
)
app.add_typer(image_app, name="image")
gradescope_app = typer.Typer(
    help="Grade on Gradescope: make the zip to upload, and what runs there.", no_args_is_help=True
)
app.add_typer(gradescope_app, name="gradescope")
_out = Console(soft_wrap=False)
_err = Console(
    file=sys.stderr
)  # this very one: pytest's complaints are kept from sys.stderr while the bar is shown on it
_COLUMNS = (
    BarColumn(bar_width=24),
    MofNCompleteColumn(),
    TimeElapsedColumn(),
    TextColumn("{task.description}", markup=False),
)


class SandboxName(enum.StrEnum):
    """A place for student code to run."""

    AUTO = "auto"
    BUBBLEWRAP = "bubblewrap"
    LOCAL = "local"
    DOCKER = "docker"


class Device(enum.StrEnum):
    """Where modules run."""

    AUTO = "auto"
    CPU = "cpu"
    CUDA = "cuda"


class DataSet(enum.StrEnum):
    """A real data set."""

    CIFAR10 = "cifar10"
    MNIST = "mnist"
    FASHION_MNIST = "fashion_mnist"


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


_COURSE = "The course: a folder with `assignments/`. Default: found upward from here."
_SLUG = "Name of the assignment; see `grader list`."
_OWN_PATH = "Your file, notebook, folder or .zip. Default: the assignment's file, here or in the course."
_PATHS = "A .py file, a notebook, a folder or a .zip; several are graded side by side."
_WATCH = "Check again whenever the file is saved; stop with Ctrl-C."
_EXECUTE = "Run the whole notebook or script, training and plots included, instead of taking its definitions."
_SANDBOX = "Where student code runs; auto takes the strongest that holds here."
_SEED = "Seed of the grading: the same seed asks the same questions. Default: drawn, and recorded."
_CHECK_SEED = "Seed of the questions; another one asks other questions."
_DEVICE = "Where modules run; auto takes CUDA if it is there."
_DATA = "Data set that networks are trained on; default: the assignment's, which needs no download."
_DATA_ROOT = "Where real data lie: a folder of `grader data fetch`, one in torchvision's layout, or an .npz."
_CORES = "Processors that each submission may compute on."
_ATTACKS = "Hand in every attack of the corpus that ships with the grader."
_WITHOUT = "Also grade every attack with harness, answers and submission in one process (needs bubblewrap)."
_OUT = "Write NAME.results.json into this folder."
_FORMAT = (
    "What to print: text for people; results.json (an array of them for several submissions); JUnit XML; a CSV table; Markdown "
    "for a job summary; workflow commands for annotations on GitHub."
)
_ROOT = "Where the data go. Default: a folder of your own cache, where `--data` looks as well."
_SLOTS = "How many submissions of a class share a GPU at a time, each with that share of its memory. Default: 1."
_GPU = "PyTorch that also computes on a GPU (some gigabytes), or for processors alone."
_WHOLE = "Build the whole grader with the course in it, for a machine that has nothing but Docker."
_TAG = "Name of the image. Default: the one that the grader looks for."
_BASE = "Image to start from, with Debian's or Docker's Python 3.11. Default: python:3.11-slim-bookworm."
_WHEELS = (
    "Folder with every package that is installed, if there is no network. Default: `docker/wheels`, if it is there."
)
_DOCTOR = "Which sandbox to attack; auto attacks all that need nothing but this machine."
_ZIP = "The zip to write; one that is there is replaced."
_ZIP_WHEELS = "Folder of .whl files to install from, where the image has no package index: `pip download` fills it."
_HIDDEN = "When a student sees the hidden checks; while they are not shown, Gradescope shows no total either."
_MINUTES = "The timeout that the assignment has on Gradescope, in minutes; what runs longer is stopped there."
_LAYOUT = "Folder that is laid out as Gradescope's /autograder is."
_UNSAFE = "Grade even where the sandbox does not keep its promises: only for code that you trust."

CourseOption = Annotated[Path | None, typer.Option("--course", metavar="DIR", envvar="GRADER_COURSE", help=_COURSE)]
SlugArgument = Annotated[str, typer.Argument(metavar="ASSIGNMENT", help=_SLUG)]
OwnPathArgument = Annotated[Path | None, typer.Argument(metavar="[PATH]", help=_OWN_PATH)]
PathsArgument = Annotated[list[Path], typer.Argument(metavar="SUBMISSION...", help=_PATHS)]
WatchOption = Annotated[bool, typer.Option("--watch", help=_WATCH)]
ExecuteOption = Annotated[bool, typer.Option("--execute", help=_EXECUTE)]
SandboxOption = Annotated[SandboxName, typer.Option("--sandbox", help=_SANDBOX)]
SeedOption = Annotated[int | None, typer.Option("--seed", min=0, max=2**32 - 1, metavar="S", help=_SEED)]
CheckSeedOption = Annotated[int, typer.Option("--seed", min=0, max=2**32 - 1, metavar="S", help=_CHECK_SEED)]
DeviceOption = Annotated[Device, typer.Option("--device", help=_DEVICE)]
DataOption = Annotated[str | None, typer.Option("--data", metavar="NAME", help=_DATA)]
DataRootOption = Annotated[Path | None, typer.Option("--data-root", metavar="DIR", help=_DATA_ROOT)]
CoresOption = Annotated[int, typer.Option("--cores", min=1, metavar="N", help=_CORES)]
DoctorOption = Annotated[SandboxName, typer.Option("--sandbox", help=_DOCTOR)]
AttacksOption = Annotated[bool, typer.Option("--attacks", help=_ATTACKS)]
EachOption = Annotated[bool, typer.Option("--each", help="Show every attack, not only the families.")]
WithoutOption = Annotated[bool, typer.Option("--without/--no-without", help=_WITHOUT)]
OutOption = Annotated[Path | None, typer.Option("--out", metavar="DIR", help=_OUT)]
FormatOption = Annotated[Format, typer.Option("--format", help=_FORMAT)]
DataSetArgument = Annotated[DataSet, typer.Argument(metavar="NAME", help="cifar10, mnist or fashion_mnist.")]
RootOption = Annotated[Path | None, typer.Option("--root", metavar="DIR", help=_ROOT)]
SlotsOption = Annotated[int | None, typer.Option("--gpu-slots", metavar="N", min=1, max=64, help=_SLOTS)]
GpuOption = Annotated[bool, typer.Option("--gpu/--cpu", help=_GPU)]
WholeOption = Annotated[bool, typer.Option("--whole", help=_WHOLE)]
TagOption = Annotated[str | None, typer.Option("--tag", metavar="NAME", help=_TAG)]
BaseOption = Annotated[str | None, typer.Option("--base", metavar="IMAGE", help=_BASE)]
WheelsOption = Annotated[Path | None, typer.Option("--wheels", metavar="DIR", help=_WHEELS)]
ZipOption = Annotated[Path, typer.Option("--out", metavar="ZIP", help=_ZIP)]
ZipWheelsOption = Annotated[Path | None, typer.Option("--wheels", metavar="DIR", help=_ZIP_WHEELS)]
HiddenOption = Annotated[Shown, typer.Option("--hidden", help=_HIDDEN)]
MinutesOption = Annotated[int, typer.Option("--minutes", min=1, metavar="N", help=_MINUTES)]
LayoutOption = Annotated[Path, typer.Option("--root", metavar="DIR", help=_LAYOUT)]
UnsafeOption = Annotated[bool, typer.Option("--allow-unsafe-sandbox", help=_UNSAFE)]


@app.command("list")
def list_command(course: CourseOption = None) -> None:
    """List the assignments of the course."""
    root = _course(course)
    table = Table("assignment", "file", "what it is about", box=None, pad_edge=False)
    for slug in assignments.slugs(root):
        assignment = assignments.load(root, slug)
        table.add_row(slug, assignment.file, f"{assignment.title}. {assignment.summary}")
    _out.print(table)


@app.command()
def check(
    assignment: SlugArgument,
    path: OwnPathArgument = None,
    watch: WatchOption = False,
    execute: ExecuteOption = False,
    seed: CheckSeedOption = 0,
    data: DataOption = None,
    data_root: DataRootOption = None,
    cores: CoresOption = 1,
    course: CourseOption = None,
) -> None:
    """
    Check your own work with the public checks.

    Shows for each failed check the smallest example that fails, what was expected and a hint.  Exit code 1 if there is
    something to fix.
    """
    loaded = assignments.load(_course(course), assignment)
    target = path or _default_path(loaded)
    read = _reader(execute)
    task = _task(loaded, seed, data, data_root)
    with Local(loaded.packages, _refuse_more(cores)) as sandbox, Local(loaded.packages) as ours:
        graded = _check_once(loaded, target, read, seed, sandbox, ours, task)
        if watch:
            from watchfiles import watch as changes

            _out.print(Text(f"\nwatching {target}; Ctrl-C stops", style="dim"))
            # the folder, since many editors replace the file, and a watch on the old one sees nothing more
            folder = target if target.is_dir() else target.resolve().parent
            for _changed in changes(folder, watch_filter=_is_source, recursive=target.is_dir(), raise_interrupt=True):
                _out.rule(style="dim")
                try:
                    graded = _check_once(loaded, target, read, seed, sandbox, ours, task)
                except SubmissionError as error:  # half-way through being saved; the next change may mend it
                    _out.print(Text(clean(str(error)), style="red"))
    raise typer.Exit(_exit_code(graded, low_score=1))


@app.command()
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
    loaded = assignments.load(_course(course), assignment)
    staged, refused = _stage(paths, _reader(execute), loaded)
    _refuse_twins(staged)
    if out is not None:
        _folder(out)
    seed = secrets.randbelow(2**32) if seed is None else seed
    where = _device(device, sandbox, loaded)
    settings = _Settings(
        assignment=loaded,
        seed=seed,
        task=_task(loaded, seed, data, data_root),
        device=where,
        gpu_slots=_slots(gpu_slots, where),
        cores=_refuse_more(cores),
        sandbox=sandbox.value,
        allow_unsafe=allow_unsafe_sandbox,
    )
    gradings = [_grade_one(settings, staged[0])] if len(staged) == 1 else _grade_many(settings, staged)
    by_name = {submission.name: submission for submission in staged}
    if format in _ENCODERS:
        sys.stdout.buffer.write(_ENCODERS[format](gradings))
        sys.stdout.buffer.flush()
    else:
        _show(terminal.one(gradings[0], loaded) if len(staged) == 1 else terminal.many(gradings))
    if out is not None:
        for graded in gradings:
            _write(out, f"{graded.submission}.results.json", results_json.encode(graded))
        _err.print(Text(f"written to {out}: {len(gradings)} of *.results.json", style="dim"))
    for graded in gradings:
        if graded.ungraded:
            bundle = fault_bundle.write(graded, by_name[graded.submission], loaded, out or Path.cwd())
            _err.print(
                Text(f"{clean(graded.submission)} is ungraded; what is known of it lies in {bundle}"), soft_wrap=True
            )
    for refusal in refused:
        _err.print(Text(f"not graded: {clean(str(refusal))}", style="red"), soft_wrap=True)
    raise typer.Exit(max([*(_exit_code(graded, low_score=0) for graded in gradings), *(2 for _ in refused)]))


@app.command("audit")
def audit_command(
    assignment: SlugArgument,
    attacks: AttacksOption = False,
    each: EachOption = False,
    without: WithoutOption = True,
    seed: SeedOption = None,
    sandbox: SandboxOption = SandboxName.AUTO,
    course: CourseOption = None,
) -> None:
    """
    Attack the grader with a corpus of hostile submissions, on this machine and on your own assignment.

    Shows how many earned points that they should not and how many broke the grader; beside it, what the same attacks earn
    where student code shares a process with the answers.  Exit code 1 if one got through.
    """
    from grader import attacks as corpus
    from grader import audit_table
    from grader.audit import audit
    from grader.sandbox.choose import kind_that_holds

    if not attacks:
        raise UsageError("audit: say what to audit; there is --attacks")
    loaded = assignments.load(_course(course), assignment)
    backend = kind_that_holds(sandbox.value, loaded.packages)
    with _progress_of_a_class() as progress:
        bar = progress.add_task("attacking", total=None)

        def show(what: str, done: int, total: int) -> None:
            progress.update(bar, description=what, completed=done, total=total)
            progress.refresh()

        found = audit(
            loaded,
            corpus.load(corpus.corpus()),
            seed=secrets.randbelow(2**32) if seed is None else seed,
            sandbox=lambda: backend(loaded.packages),
            ours=lambda: Local(loaded.packages),
            unprotected=without,
            on_attack=show,
        )
    _out.print(audit_table.each(found) if each else audit_table.by_family(found))
    raise typer.Exit(0 if found.holds else 1)


@app.command()
def doctor(sandbox_name: DoctorOption = SandboxName.AUTO) -> None:
    """Try every attack of the conformance suite against the sandboxes of this machine and show what held."""
    from grader.sandbox import conformance
    from grader.sandbox.choose import BACKENDS, by_name

    asked = BACKENDS if sandbox_name is SandboxName.AUTO else {sandbox_name.value: by_name()[sandbox_name.value]}
    found: dict[str, dict[str, conformance.Held]] = {}
    memory: dict[str, str] = {}
    for name, backend in asked.items():
        with _err.status(f"attacking {name}"), backend(("torch",)) as sandbox:
            found[name] = {probe.promise: probe for probe in conformance.run(sandbox)}
            memory[name] = sandbox.memory_held_by
    table = Table("promise", *found, box=None, pad_edge=False)
    for promise in dict.fromkeys(promise for probes in found.values() for promise in probes):
        table.add_row(promise, *(_holds(probes.get(promise)) for probes in found.values()))
    _out.print(table)
    for name, probes in found.items():
        for probe in probes.values():
            if not probe.held:
                _out.print(Text(f"{name}: {probe.explain()}", style="red"))
    best = next((name for name, probes in found.items() if all(probe.held for probe in probes.values())), None)
    if best is None:
        _out.print("\nNo sandbox here may hold a submission: `grader grade` will refuse.")
    else:
        user = "root" if os.geteuid() == 0 else "an ordinary user"
        _out.print(
            f"\n`--sandbox {sandbox_name.value}` takes {best} here, as {user}; the memory of all processes of a worker together "
            f"is held by {memory[best]}."
        )


@image_app.command("build")
def build_command(
    gpu: GpuOption = False,
    whole: WholeOption = False,
    tag: TagOption = None,
    base: BaseOption = None,
    wheels: WheelsOption = None,
    course: CourseOption = None,
) -> None:
    """
    Build the image that `--sandbox docker` needs.

    It holds Python, PyTorch and the worker, and nothing that knows an answer.
    """
    from grader import image
    from grader.sandbox import engine

    recipe = image.Recipe(
        tag=tag or (image.GRADER_IMAGE if whole else engine.WORKER_IMAGE),
        torch="gpu" if gpu else "cpu",
        base=base,
        wheels=wheels,
        course=_course(course) if whole else None,
    )
    client = engine.connect()
    with _err.status(f"building {recipe.tag}") as status:
        image.build(client, recipe, lambda step: status.update(Text(step[:100])) if step else None)
    _out.print(f"built {recipe.tag}")


@data_app.command("fetch")
def fetch_command(name: DataSetArgument, root: RootOption = None) -> None:
    """
    Download a data set, to train on it with --data NAME; what was interrupted goes on where it stopped.
    """
    from grader.fetch import default_root, fetch

    folder = root or default_root()
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=_err, transient=True, disable=not _err.is_terminal) as progress:
        bars: dict[str, TaskID] = {}

        def show(file: str, done: int, total: int) -> None:
            if file not in bars:
                bars[file] = progress.add_task(file)
            progress.update(bars[file], completed=done, total=total or None)

        fetch(name.value, folder, show)
    _out.print(Text(f"{name.value} lies in {folder}"), soft_wrap=True)


@gradescope_app.command("bundle")
def gradescope_bundle(
    assignment: SlugArgument,
    out: ZipOption = Path("autograder.zip"),
    hidden: HiddenOption = Shown.AFTER_PUBLISHED,
    minutes: MinutesOption = 10,
    wheels: ZipWheelsOption = None,
    allow_unsafe_sandbox: UnsafeOption = False,
    course: CourseOption = None,
) -> None:
    """
    Make the zip to upload as the autograder of one assignment, and say what to choose on Gradescope.
    """
    from grader.gradescope import bundle

    loaded = assignments.load(_course(course), assignment)
    chosen = Settings(assignment=assignment, hidden=hidden, minutes=minutes, allow_unsafe_sandbox=allow_unsafe_sandbox)
    made = bundle.write(loaded, chosen, out, wheels)
    for line in (
        f"{made.path}: {made.size_bytes:,} bytes, to upload as the autograder of {loaded.title}",
        f"on Gradescope choose: {made.points} points, a container of {made.container}, a timeout of {made.minutes} minutes",
    ):
        _out.print(Text(line), soft_wrap=True)
    for warning in made.warnings:
        _err.print(Text(f"warning: {warning}", style="yellow"), soft_wrap=True)


@gradescope_app.command("run")
def gradescope_run(root: LayoutOption = Path("/autograder")) -> None:
    """
    Grade the one submission of a container of Gradescope and write its results.json; the zip starts this.

    Exit code 3 if there is no score, through no fault of the student.
    """
    from grader.gradescope.run import run

    ran = run(root)
    _out.print(Text(clean(ran.log)), soft_wrap=True)
    raise typer.Exit(ran.exit_code)


def _holds(probe: Held | None) -> Text:
    if probe is None:
        return Text("not tried", style="dim")
    return Text("holds", style="green") if probe.held else Text("BROKEN", style="bold red")


def main() -> None:
    """Run the command line; errors become one sentence and an exit code."""
    os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", os.devnull)  # it would write into the current folder
    try:
        sys.exit(app(standalone_mode=False))
    except typer.TyperException as error:  # typer itself would print a box of five lines
        if not error.format_message():  # no arguments: the help has been printed
            sys.exit(2)
        _fail(UsageError(error.format_message()), 2)
    except UsageError as error:
        _fail(error, 2)
    except GraderError as error:
        _fail(error, 3)
    except KeyboardInterrupt:
        _err.print()
        sys.exit(130)


def _fail(error: GraderError, code: int) -> None:
    _err.print(Text(f"grader: {clean(str(error))}"), soft_wrap=True)
    sys.exit(code)


def _course(given: Path | None) -> Path:
    return assignments.find_course((given or Path.cwd()).resolve()) if given is None else _named_course(given)


def _named_course(given: Path) -> Path:
    if not (given / assignments.ASSIGNMENTS).is_dir():
        raise UsageError(f"--course {given}: there is no `assignments/` folder in it")
    return given.resolve()


def _default_path(assignment: Assignment) -> Path:
    here = Path.cwd() / assignment.file
    return here if here.is_file() else assignment.folder / assignment.file


@dataclass(frozen=True, slots=True, kw_only=True)
class _Settings:
    """What `grade` was asked for."""

    assignment: Assignment
    seed: int
    task: Task | None
    device: str
    gpu_slots: int | None
    """How many gradings share a GPU; None where modules run on the processor."""
    cores: int
    sandbox: str
    allow_unsafe: bool

    def choose(self) -> Sandbox:
        """Return a sandbox that may hold a submission."""
        from grader.sandbox.choose import choose

        return choose(self.sandbox, self.assignment.packages, threads=self.cores, allow_unsafe=self.allow_unsafe)


def _reader(execute: bool) -> submissions.Reader:
    """Return how submissions are read: to be graded by their definitions, or to be run whole."""
    return submissions.reader(Extent.WHOLE if execute else Extent.DEFINITIONS)


def _check_once(
    assignment: Assignment,
    path: Path,
    read: submissions.Reader,
    seed: int,
    sandbox: Sandbox,
    ours: Sandbox,
    task: Task | None,
) -> GradedSubmission:
    submission = read(path, assignment)
    graded = _run(assignment, submission, Suite.PUBLIC, sandbox, ours, seed, "cpu", task)
    _show(terminal.one(for_audience(graded, Audience.STUDENT), assignment))
    return graded


def _grade_one(settings: _Settings, submission: Submission) -> GradedSubmission:
    packages = settings.assignment.packages
    with settings.choose() as sandbox, Local(packages) as ours:
        return _run(
            settings.assignment,
            submission,
            Suite.ALL,
            sandbox,
            ours,
            settings.seed,
            settings.device,
            settings.task,
        )


def _grade_many(settings: _Settings, staged: list[Submission]) -> list[GradedSubmission]:
    from grader.batch import grade_all
    from grader.sandbox.choose import kind_that_holds

    packages = settings.assignment.packages
    gradings: list[GradedSubmission] = []
    # found out, before anything is graded, which sandbox holds
    backend = kind_that_holds(settings.sandbox, packages, allow_unsafe=settings.allow_unsafe)
    with _progress_of_a_class() as progress:
        bar = progress.add_task("grading", total=len(staged))
        progress.refresh()
        for graded in grade_all(
            settings.assignment,
            staged,
            seed=settings.seed,
            sandbox=lambda: backend(packages, settings.cores, 1 / (settings.gpu_slots or 1)),
            ours=lambda: Local(packages),
            device=settings.device,
            jobs=settings.gpu_slots,
            cores=settings.cores,
            task=settings.task,
        ):
            gradings.append(graded)
            progress.advance(bar)
            progress.refresh()
    return sorted(gradings, key=lambda graded: graded.submission)


def _progress_of_a_class() -> Progress:
    """Return a bar without a refreshing thread: a batch forks, and must not while another thread holds a lock."""
    return Progress(*_COLUMNS, console=_err, transient=True, auto_refresh=False, disable=not _err.is_terminal)


def _run(
    assignment: Assignment,
    submission: Submission,
    suite: Suite,
    sandbox: Sandbox,
    ours: Sandbox,
    seed: int,
    device: str,
    task: Task | None,
) -> GradedSubmission:
    """Grade with a progress bar; the worker imports torch while this process imports pytest."""
    sandbox.open(device)
    sandbox.warm(preload_of(assignment, submission))
    from grader.grade import grade

    with Progress(*_COLUMNS, console=_err, transient=True, disable=not _err.is_terminal) as progress:
        bar = progress.add_task("starting", total=None)

        def show(check: Check, number: int, total: int) -> None:
            progress.update(bar, description=check.title, completed=number, total=total)

        def show_training(training: TrainingProgress) -> None:
            progress.update(bar, description=f"training: {training}")

        return grade(
            assignment,
            submission,
            seed=seed,
            suite=suite,
            sandbox=sandbox,
            ours=ours,
            device=device,
            task=task,
            on_check=show,
            on_training=show_training,
        )


def _is_source(_change: object, path: str) -> bool:
    return path.endswith((".py", ".ipynb", ".zip"))


def _show(report: RenderableType) -> None:
    """Print a report that holds student text; on GitHub, where a line of output can be a command, fenced."""
    if os.environ.get("GITHUB_ACTIONS") != "true":
        _out.print(report)
        return
    with _out.capture() as captured:
        _out.print(report)
    _out.file.write(github_fenced(captured.get(), secrets.token_hex(16)))


def _stage(
    paths: list[Path], read: submissions.Reader, assignment: Assignment
) -> tuple[list[Submission], list[SubmissionError]]:
    """
    Read submissions; of several, one that cannot be read must not keep the others from being graded.

    Raises:
        SubmissionError: If none can be read.
    """
    staged, refused = [], []
    for path in paths:
        try:
            staged.append(read(path, assignment))
        except SubmissionError as error:
            refused.append(error)
    if not staged:
        raise refused[0]
    return staged, refused


def _refuse_twins(staged: list[Submission]) -> None:
    names = [submission.name for submission in staged]
    twins = sorted({name for name in names if names.count(name) > 1})
    if twins:
        raise UsageError(f"two submissions are called {twins[0]}: their results would overwrite each other")


def _task(assignment: Assignment, seed: int, data: str | None, root: Path | None) -> Task | None:
    """Return what networks are trained on; real data are read now, so that what is wrong with them is said at once."""
    if root is not None and data is None:
        raise UsageError(f"--data-root {root}: name the data as well, with --data cifar10, for one")
    if root is not None and data in EMBEDDED:
        raise UsageError(f"--data-root {root}: `{data}` needs none, it is made here")
    task = task_of(assignment, seed, data, root)
    if task is not None and data is not None:
        task.data(seed)
    return task


def _refuse_more(cores: int) -> int:
    there = os.cpu_count() or 1
    if cores > there:
        raise UsageError(f"--cores {cores}: this machine has {there}")
    return cores


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


def _exit_code(graded: GradedSubmission, low_score: int) -> int:
    if graded.ungraded:
        return 3
    return low_score if graded.to_mend else 0


def _folder(folder: Path) -> None:
    """Make the folder for results before anything is graded, so that no grading is lost."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"--out {folder}: cannot write there: {error.strerror}") from None


def _write(folder: Path, name: str, content: bytes) -> Path:
    """Write a whole file or none."""
    partial = folder / f".{name}.partial"
    try:
        partial.write_bytes(content)
        return partial.replace(folder / name)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise UsageError(f"--out {folder}: cannot write there: {error.strerror}") from None


if __name__ == "__main__":
    main()
