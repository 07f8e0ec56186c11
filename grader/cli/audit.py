"""`grader audit`: the proof that an assignment's checks are good, and the attacks that ship with the grader."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import RenderableType
from rich.text import Text

from grader.cli.console import err, is_log_read, out, progress_of_a_class, say
from grader.cli.exit_codes import ExitCode
from grader.cli.loudness import Loudness
from grader.cli.options import (
    CourseOption,
    SandboxName,
    SandboxOption,
    SeedOption,
    SlugArgument,
    course_of,
    secret,
)
from grader.course import assignment as assignments
from grader.errors import UsageError
from grader.keys import lengthened
from grader.model import Assignment
from grader.sandbox import Local

if TYPE_CHECKING:  # it loads pytest, which takes a second
    from grader.authoring.audit import Where

_ATTACKS = "Hand in every attack of the corpus that ships with the grader, instead."
_SPECIMENS = "Grade the specimens alone, and show what each declares and gets."
_SHORT = "Look whether the last audit still holds, and grade a few of its mutants and specimens again: for CI."
_FLOOR = "Least share of the mutants that must lose points."
_JOBS = "How many submissions are graded at a time. Default: one per processor."
_SEEDS = "With so many seeds the reference is graded, twice each."
_EACH = "With --attacks: show every attack, not only the families."
_WITHOUT = (
    "With --attacks: also grade every attack with harness, answers and submission in one process (needs bubblewrap)."
)
_WIDTH_OF_A_FILE = 220

AttacksOption = Annotated[bool, typer.Option("--attacks", help=_ATTACKS)]
SpecimensOption = Annotated[bool, typer.Option("--specimens", help=_SPECIMENS)]
ShortOption = Annotated[bool, typer.Option("--short", help=_SHORT)]
FloorOption = Annotated[float, typer.Option("--floor", min=0, max=1, metavar="SHARE", help=_FLOOR)]
JobsOption = Annotated[int | None, typer.Option("--jobs", min=1, max=256, metavar="N", help=_JOBS)]
SeedsOption = Annotated[int, typer.Option("--seeds", min=0, metavar="N", help=_SEEDS)]
EachOption = Annotated[bool, typer.Option("--each", help=_EACH)]
WithoutOption = Annotated[bool, typer.Option("--without/--no-without", help=_WITHOUT)]


def audit(
    assignment: SlugArgument,
    specimens: SpecimensOption = False,
    short: ShortOption = False,
    floor: FloorOption = 0.95,
    jobs: JobsOption = None,
    seeds: SeedsOption = 2,
    attacks: AttacksOption = False,
    each: EachOption = False,
    without: WithoutOption = True,
    seed: SeedOption = None,
    sandbox: SandboxOption = SandboxName.AUTO,
    course: CourseOption = None,
) -> None:
    """
    Prove that the checks of an assignment are good.

    Makes hundreds of mutants of the reference, of which each must lose points; grades the specimens, the known mistakes, the stub
    and the reference; writes what it found into solutions/ASSIGNMENT/audit.json.  Exit code 1 if the proof fails.

    With --attacks: hands in a corpus of hostile submissions, and shows how many earned points that they should not and how many
    broke the grader; beside it, what the same attacks earn where student code shares a process with the answers.
    """
    if sum((attacks, specimens, short)) > 1:
        raise UsageError("audit: --attacks, --specimens and --short are audits of their own: give one of them, or none")
    loaded = assignments.load(course_of(course), assignment)
    if attacks:
        holds = _attack(loaded, sandbox, seed, each=each, without=without)
    elif seed is not None:
        raise UsageError("audit: --seed goes with --attacks; another audit has its own, so that it can be repeated")
    elif specimens:
        holds = _specimens(loaded, sandbox, jobs)
    elif short:
        holds = _short(loaded, sandbox, jobs, floor)
    else:
        holds = _prove(loaded, sandbox, jobs, floor, seeds)
    raise typer.Exit(ExitCode.DONE if holds else ExitCode.LACKING)


def _prove(assignment: Assignment, sandbox: SandboxName, jobs: int | None, floor: float, seeds: int) -> bool:
    from grader.authoring import audit as auditing

    path = auditing.path_of(assignment)
    with _where(assignment, sandbox, jobs) as where:
        record = auditing.prove(assignment, where, seeds=seeds)
    auditing.write(assignment, record)
    _show(auditing.of_audit(record, floor))
    say(f"written to {path}", style="dim")
    return not auditing.troubles(record, floor)


def _specimens(assignment: Assignment, sandbox: SandboxName, jobs: int | None) -> bool:
    from grader.authoring import audit as auditing
    from grader.authoring import specimens_of

    every = specimens_of(assignment)
    with _where(assignment, sandbox, jobs) as where:
        held = auditing.hold(assignment, every, where)
    _show(auditing.of_specimens(held))
    return all(one.holds for one in held)


def _short(assignment: Assignment, sandbox: SandboxName, jobs: int | None, floor: float) -> bool:
    from grader.authoring import audit as auditing

    with _where(assignment, sandbox, jobs) as where:
        found = auditing.prove_in_short(assignment, where, floor=floor)
    _show(auditing.of_short(found))
    return found.holds


@contextmanager
def _where(assignment: Assignment, sandbox: SandboxName, jobs: int | None) -> Iterator[Where]:
    """Find out which sandbox holds, and show a bar meanwhile."""
    from grader.authoring.audit import Where
    from grader.sandbox import kind_that_holds

    backend = kind_that_holds(sandbox.value, assignment.packages)
    with _bar() as on_graded:
        yield Where(
            submission_sandbox=lambda: backend(assignment.packages),
            reference_sandbox=lambda: Local(assignment.packages),
            jobs=jobs,
            on_graded=on_graded,
        )


@contextmanager
def _bar() -> Iterator[Callable[[str, int, int], None]]:
    """Yield what is told how far something is; a log gets a line for each thing that is done, where nobody sees a bar."""
    is_log = is_log_read(Loudness.USUAL)
    said = ""
    with progress_of_a_class() as progress:
        bar = progress.add_task("starting", total=None)

        def show(what: str, done: int, total: int) -> None:
            nonlocal said
            progress.update(bar, description=what, completed=done, total=total)
            progress.refresh()
            if is_log and what != said:
                say(f"{what}: {total}", style="dim")
                said = what

        yield show


def _show(report: RenderableType) -> None:
    out.print(report, width=None if out.is_terminal else _WIDTH_OF_A_FILE)


def _attack(assignment: Assignment, sandbox: SandboxName, seed: str | None, *, each: bool, without: bool) -> bool:
    from grader import attacks as corpus
    from grader.attacks import audit as auditing
    from grader.attacks import table as audit_table
    from grader.sandbox import kind_that_holds

    backend = kind_that_holds(sandbox.value, assignment.packages, recheck=True)
    used = lengthened(secret(seed))  # some attacks try short ones
    with _bar() as show:
        found = auditing.audit(
            assignment,
            corpus.load(corpus.corpus_folder()),
            seed=used,
            submission_sandbox=lambda: backend(assignment.packages),
            reference_sandbox=lambda: Local(assignment.packages),
            unprotected=without,
            on_attack=show,
        )
    if each:
        _show(audit_table.each(found))
    else:
        out.print(audit_table.by_family(found))
    err.print(Text(f"the questions followed from --seed {shlex.quote(used)}", style="dim"), soft_wrap=True)
    return found.holds
