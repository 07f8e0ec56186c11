"""
`grader.check()`: the public checks on what a running notebook defines now, shown below its cell.

The code comes from IPython's history, cell by cell as it was executed, so nothing need be saved.  It is graded as
`grader check` grades a file: read as a notebook, run by a sandboxed worker, never called in the kernel itself.
"""

from __future__ import annotations

import atexit
import contextlib
import io
import linecache
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType
from typing import Any

import nbformat
from IPython.core.getipython import get_ipython
from IPython.core.interactiveshell import InteractiveShell
from IPython.display import display
from rich.console import Console

from grader import submission as submissions
from grader.course import assignment as assignments
from grader.errors import AssignmentError, GraderError, UsageError
from grader.grading import Check, GradingRequest, Listener, Sides
from grader.model import Assignment, GradedSubmission, Suite, TrainingProgress
from grader.proxy import preload_of
from grader.reports import html, terminal
from grader.reports.audience import for_own_machine
from grader.reports.escape import clean
from grader.sandbox import Local
from grader.submission import UNREADABLE, first_line, notebook, parse, split

_NAME = "notebook"
_SEED = "0"
"""That of `grader check`: the same questions until the student asks for others there."""
_PLAIN_WIDTH = 100
_COLOURS = re.compile(r"\x1b\[[\d;]*m")
_CELL = ("<module>", "<cell line:")
"""How the code of a cell is called; by IPython 8, and the last of 7, with its first line."""


def check(assignment: str | None, exercise: str | None, course: str | Path | None) -> None:
    """
    Check what this notebook defines and show the result; returns nothing, and shows errors of ours as sentences.

    Args:
        assignment: Its name; None for the one whose names the notebook defines most.
        exercise: One of its exercises, by its name or by what it provides; None for all.
        course: Folder that holds `assignments/`, or was handed out; None for the nearest one, from here upward.
    """
    shown = _Display()
    try:
        book = _notebook(executed_cells(_shell()))
        root = _course(course)
        loaded = _chosen(root, book) if assignment is None else assignments.load(root, assignment)
        exercises = () if exercise is None else (_exercise(loaded, exercise),)
        request = GradingRequest(assignment=loaded, seed=_SEED, suite=Suite.PUBLIC, exercises=exercises)
        graded = for_own_machine(_grade(request, book, shown))
    except UsageError as error:
        shown.replace(html.problem(str(error)), clean(str(error)))
    except GraderError as error:
        _close_sandboxes()
        shown.replace(html.problem(str(error)), clean(str(error)))
    except KeyboardInterrupt:
        _close_sandboxes()
        shown.replace(html.problem("stopped"), "stopped")
        raise
    else:
        if graded.ungraded:
            _close_sandboxes()  # one of them may be what failed; the next check gets fresh ones
        shown.replace(html.one(graded), _plain(graded))


def executed_cells(shell: InteractiveShell) -> tuple[str, ...]:
    """
    Return what has run in the kernel, in order, as it was typed; cell *n* of the result is `In [n]`.

    A cell that raised is kept up to the statement that did: what stands below it never ran, and a mistake that has
    been fixed since must not make the whole notebook unreadable.  The running cell is kept up to where it calls us.
    A cell with a syntax error is empty.  An IPython before 9.1 does not tell which cells raised: they count as run.
    """
    history = shell.history_manager
    if history is None:
        return ()
    failures: dict[int, dict[str, Any]] = getattr(history, "exceptions", {})  # IPython keeps them since 9.1
    cells = list(zip(history.input_hist_raw[1:], history.input_hist_parsed[1:], strict=False))
    ran = [
        _what_ran(raw, python, _failed_line(failures.get(number, {}), number))
        for number, (raw, python) in enumerate(cells, start=1)
    ]
    running = _running_line(shell, cells[-1][1]) if cells else None
    if running is not None:
        ran[-1] = _what_ran(*cells[-1], running)
    return tuple(ran)


def _what_ran(raw: str, python: str, ended_at: int | None) -> str:
    """
    Return as much of a cell as has run.

    Args:
        raw: As it was typed.
        python: What IPython made of it: the same lines, but for blank ones at the top and magics of several lines.
        ended_at: Line of *python* that was not finished, if there is one.
    """
    try:
        tree = parse(python)
    except UNREADABLE:
        return ""
    spans = [(first_line(node), node.end_lineno or node.lineno) for node in tree.body]
    first = next((first for first, last in spans if ended_at is not None and last >= ended_at), None)
    if first is None:
        return raw
    typed, lines = raw.strip("\n").split("\n"), python.strip("\n").split("\n")
    blank = raw[: len(raw) - len(raw.lstrip("\n"))]
    return blank + "\n".join((typed if len(typed) == len(lines) else lines)[: first - 1])


def _failed_line(failure: dict[str, Any], number: int) -> int | None:
    """Return the line of the cell itself (not of a function that it called) at which it raised, or None."""
    at = re.compile(rf"Cell In\[{number}\], line (\d+)\n")
    frames = (at.match(_COLOURS.sub("", frame)) for frame in failure.get("traceback", ()))
    return next((int(frame[1]) for frame in frames if frame), None)


def _running_line(shell: InteractiveShell, python: str) -> int | None:
    """Return the line at which the cell of this source is running, or None where another one runs, or none."""
    frame: FrameType | None = sys._getframe()
    while frame is not None:
        if frame.f_globals is shell.user_global_ns and frame.f_code.co_name.startswith(_CELL):
            source = "".join(linecache.getlines(frame.f_code.co_filename))
            return frame.f_lineno if source.rstrip("\n") == python.rstrip("\n") else None
        frame = frame.f_back
    return None


def _shell() -> InteractiveShell:
    shell = get_ipython()
    if shell is None:
        raise UsageError("grader.check() is for notebooks; in a terminal, run `grader check ASSIGNMENT`")
    return shell


def _course(given: str | Path | None) -> Path:
    if given is not None:
        root = Path(given).resolve()
        if not assignments.is_course(root):
            raise UsageError(
                f"course={str(given)!r}: there is no `{assignments.ASSIGNMENTS}/` folder with an assignment in it, "
                "and it is no handout"
            )
        return root
    here = Path.cwd().resolve()
    try:
        return assignments.find_course(here)
    except AssignmentError:
        raise UsageError(
            f"{here}: no course here or above (a folder with `{assignments.ASSIGNMENTS}/`), and no handout; "
            'name it: grader.check(course="FOLDER")'
        ) from None


def _notebook(cells: tuple[str, ...]) -> bytes:
    numbered = enumerate(cells, start=1)
    made = [nbformat.v4.new_code_cell(cell, id=f"in-{number}") for number, cell in numbered]
    return str(nbformat.writes(nbformat.v4.new_notebook(cells=made))).encode()


def _chosen(course: Path, book: bytes) -> Assignment:
    """
    Return the assignment of which the cells define most names.

    Raises:
        UsageError: If they define none, or as many of two assignments.
    """
    cells = notebook.read(book, main="").cells
    defined = {name for cell in cells for statement in split(cell.source, cell.number) for name in statement.binds}
    found: dict[str, int] = {}
    for slug in assignments.slugs(course):
        wanted = {name for exercise in assignments.load(course, slug).exercises for name in exercise.provides}
        found[slug] = len(wanted & defined)
    highest = max(found.values(), default=0)
    best = [slug for slug, count in found.items() if count == highest]
    if not highest:
        raise UsageError(
            "the cells that you have run define nothing that an assignment asks for: run the cells with your "
            f"definitions first, or name the assignment, {_names_to_say(list(found))}"
        )
    if len(best) > 1:
        raise UsageError(f"your cells fit {' and '.join(best)} alike: name the assignment, {_names_to_say(best)}")
    return assignments.load(course, best[0])


def _names_to_say(slugs: list[str]) -> str:
    return " or ".join(f'grader.check("{slug}")' for slug in slugs)


def _exercise(assignment: Assignment, word: str) -> str:
    name = assignments.exercise_of(assignment, word)
    if name is None:
        raise UsageError(assignments.no_exercise(assignment, word))
    return name


def _grade(request: GradingRequest, book: bytes, shown: _Display) -> GradedSubmission:
    """Grade with a progress bar; the worker imports torch while this process imports pytest."""
    assignment = request.assignment
    submission = submissions.from_notebook(_NAME, book, assignment)
    shown.replace(html.progress(assignment, "starting", 0, 0), f"{assignment.title}: starting")
    os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", os.devnull)  # it would write into the current folder
    sides = _sandboxes(assignment.packages)
    sides.submission.warm(preload_of(assignment, submission))
    from grader.grading import grade_submission

    now = (0, 0)

    def show(check: Check, number: int, total: int) -> None:
        nonlocal now
        now = number, total
        text = f"{assignment.title}: check {number + 1} of {total}"
        shown.replace(html.progress(assignment, check.title, number, total), text)

    def show_training(training: TrainingProgress) -> None:
        shown.replace(html.progress(assignment, f"training: {training}", *now), f"{assignment.title}: {training}")

    with _torch_as_imported():
        sandboxes = Sides(submission=sides.submission, reference=sides.reference)
        graded = grade_submission(request, submission, sandboxes, Listener(on_check=show, on_training=show_training))
    return replace(graded, graded_file="")  # cells, saved or not


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sandboxes:
    """Both sides of a grading, open."""

    submission: Local
    reference: Local


def _sandboxes(packages: tuple[str, ...]) -> _Sandboxes:
    """Return where submissions and where the reference solution run; they stay open, so that the next check starts at once."""
    if packages not in _open:
        opened = _open[packages] = _Sandboxes(submission=Local(packages), reference=Local(packages))
        opened.submission.open()
        opened.reference.open()
    return _open[packages]


def _close_sandboxes() -> None:
    while _open:
        _packages, opened = _open.popitem()
        opened.submission.close()
        opened.reference.close()


_open: dict[tuple[str, ...], _Sandboxes] = {}
"""By packages; a kernel has as many as assignments were checked in it, most often one."""
atexit.register(_close_sandboxes)


@contextlib.contextmanager
def _torch_as_imported() -> Iterator[None]:
    """Undo for a while what the notebook told torch to do by default: the checks compute in this process."""
    if "torch" not in sys.modules:
        yield
        return
    import torch

    with contextlib.ExitStack() as stack:
        stack.callback(torch.set_default_dtype, torch.get_default_dtype())
        torch.set_default_dtype(torch.float32)
        if torch.get_default_device().type != "cpu":  # else the mode would only slow every operator down
            stack.enter_context(torch.device("cpu"))
        stack.enter_context(torch.enable_grad())
        stack.enter_context(torch.random.fork_rng(devices=()))
        yield


def _plain(graded: GradedSubmission) -> str:
    """Return the terminal's report without colours, for front ends that show no HTML."""
    written = io.StringIO()
    Console(file=written, width=_PLAIN_WIDTH, force_jupyter=False, color_system=None).print(terminal.one(graded))
    return written.getvalue()


@dataclass(slots=True)
class _Display:
    """One place below the cell, whose content is replaced."""

    _handle: Any = None

    def replace(self, fragment: str, plain: str) -> None:
        """Show *fragment*, or *plain* where there is no HTML."""
        content = {"text/html": fragment, "text/plain": plain}
        if self._handle is None:
            self._handle = display(content, raw=True, display_id=True)
        else:
            self._handle.update(content, raw=True)
