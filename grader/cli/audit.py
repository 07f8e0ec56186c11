"""`grader audit`: the attacks that ship with the grader, on this machine and on an instructor's own assignment."""

from __future__ import annotations

import shlex
from typing import Annotated

import typer
from rich.text import Text

from grader.cli.console import err, out, progress_of_a_class
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
from grader.sandbox import Local

_ATTACKS = "Hand in every attack of the corpus that ships with the grader."
_WITHOUT = "Also grade every attack with harness, answers and submission in one process (needs bubblewrap)."
_WIDTH_OF_A_FILE = 220

AttacksOption = Annotated[bool, typer.Option("--attacks", help=_ATTACKS)]
EachOption = Annotated[bool, typer.Option("--each", help="Show every attack, not only the families.")]
WithoutOption = Annotated[bool, typer.Option("--without/--no-without", help=_WITHOUT)]


def audit(
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
    from grader.attacks import audit as auditing
    from grader.attacks import table as audit_table
    from grader.sandbox import kind_that_holds

    if not attacks:
        raise UsageError("audit: say what to audit; there is --attacks")
    loaded = assignments.load(course_of(course), assignment)
    backend = kind_that_holds(sandbox.value, loaded.packages, recheck=True)
    used = lengthened(secret(seed))  # some attacks try short ones
    with progress_of_a_class() as progress:
        bar = progress.add_task("attacking", total=None)

        def show_progress(what: str, done: int, total: int) -> None:
            progress.update(bar, description=what, completed=done, total=total)
            progress.refresh()

        found = auditing.audit(
            loaded,
            corpus.load(corpus.corpus_folder()),
            seed=used,
            submission_sandbox=lambda: backend(loaded.packages),
            reference_sandbox=lambda: Local(loaded.packages),
            unprotected=without,
            on_attack=show_progress,
        )
    if each:
        out.print(audit_table.each(found), width=None if out.is_terminal else _WIDTH_OF_A_FILE)
    else:
        out.print(audit_table.by_family(found))
    err.print(Text(f"the questions followed from --seed {shlex.quote(used)}", style="dim"), soft_wrap=True)
    raise typer.Exit(0 if found.holds else 1)
