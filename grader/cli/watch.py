"""`check --watch`: check again whenever the file is saved, from the start if that happens while it is checked."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import NoReturn, Self, TypeVar

from rich.text import Text

from grader.cli.console import out
from grader.cli.loudness import Loudness
from grader.errors import SubmissionError
from grader.model import GradedSubmission, Outcome, Submission
from grader.reports.escape import clean

_Done = TypeVar("_Done")
_ON_ITS_WAY_SECONDS = 5.0
"""How long an interruption may take from one thread to another."""


class Saves:
    """Notices that a file, or one in a folder, was saved, and can end what is done with it."""

    def __init__(self, target: Path) -> None:
        """Describe what is watched; nothing is yet."""
        # the folder, since many editors replace the file, and a watch on the old one sees nothing more
        self._folder = target if target.is_dir() else target.resolve().parent
        self._is_below = target.is_dir()
        self._saved, self._stop = threading.Event(), threading.Event()
        self._lock = threading.Lock()
        self._is_ended_by_saves = False
        self.has_ended = False
        """Whether a save has ended what was done last."""
        self._main = threading.get_ident()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _traceback: TracebackType | None
    ) -> None:
        self._stop.set()

    def forget(self) -> None:
        """Take what was saved so far as seen."""
        self._saved.clear()

    def wait(self) -> None:
        """Return when something is saved that was not seen."""
        self._saved.wait()

    def unless_saved(self, do: Callable[[], _Done]) -> _Done | None:
        """Do something, but end it and return None as soon as something is saved."""
        with self._lock:
            self.has_ended, self._is_ended_by_saves = False, not self._saved.is_set()
            if not self._is_ended_by_saves:
                return None
        try:
            done = do()
            if not self._is_over():
                return done
            time.sleep(_ON_ITS_WAY_SECONDS)  # the interruption comes, and must not find another one to end
        except KeyboardInterrupt:
            if not self._is_over():
                raise
        return None

    def _is_over(self) -> bool:
        """Let no save end anything from now on; return whether one has."""
        with self._lock:
            self._is_ended_by_saves = False
            return self.has_ended

    def _watch(self) -> None:
        from watchfiles import watch

        for _changed in watch(
            self._folder,
            watch_filter=_is_source,
            recursive=self._is_below,
            stop_event=self._stop,
            raise_interrupt=False,
        ):
            self._saved.set()
            with self._lock:
                if self._is_ended_by_saves and not self.has_ended:
                    self.has_ended = True
                    # not SIGINT, which is ignored in the background of a shell; to the thread that may be waiting
                    signal.pthread_kill(self._main, signal.SIGTERM)


def check_on_every_save(
    target: Path,
    read: Callable[[], Submission],
    grade: Callable[[Submission], GradedSubmission],
    renew: Callable[[], None],
    loudness: Loudness,
) -> NoReturn:
    """
    Check a file, and again whenever it is saved, until Ctrl-C.

    Args:
        grade: Grades what was read, and shows the report; may be interrupted.
        renew: Makes what is graded in as new, after an interruption.

    Raises:
        SubmissionError: If the file cannot be read at first.
    """
    before: GradedSubmission | None = None
    is_first = True
    with Saves(target) as saves:
        while True:
            saves.forget()
            try:
                submission = read()
            except SubmissionError as error:  # half-way through being saved; the next change may fix it
                if is_first:
                    raise
                out.print(Text(clean(str(error)), style="red"))
            else:
                graded = saves.unless_saved(lambda submission=submission: grade(submission))  # type: ignore[misc]
                if graded is None:
                    if saves.has_ended:
                        renew()
                    _start_anew("saved meanwhile: checked from the start")
                    continue
                _say(_what_changed(before, graded), target, loudness)
                before = graded
            is_first = False
            saves.wait()
            _start_anew("")


def _start_anew(why: str) -> None:
    """Clear the terminal, or draw a line where there is none."""
    if out.is_terminal:
        out.clear()
    else:
        out.rule(Text(why), style="dim")


def _say(changed: str, target: Path, loudness: Loudness) -> None:
    if loudness is Loudness.QUIET:
        return
    now = time.strftime("%H:%M:%S")
    out.print(Text(f"\n{now}  {changed}watching {clean(str(target))}; Ctrl-C stops", style="dim"))


def _what_changed(before: GradedSubmission | None, now: GradedSubmission) -> str:
    """Say how many checks pass that did not before, and the other way round."""
    if before is None:
        return ""
    passed, passes = _passed(before), _passed(now)
    counts = (("+", len(passes - passed)), ("-", len(passed - passes)))
    said = ", ".join(f"{sign}{count} pass" for sign, count in counts if count)
    return f"{said or 'as before'}; "


def _passed(graded: GradedSubmission) -> set[str]:
    return {check.name for check in graded.checks if check.outcome is Outcome.PASSED}


def _is_source(_change: object, path: str) -> bool:
    return path.lower().endswith((".py", ".ipynb", ".zip"))
