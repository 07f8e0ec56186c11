"""
Ctrl-C, and the signal by which a job is cancelled, end a command wherever they find it.

Python raises KeyboardInterrupt wherever the main thread happens to be.  Where that is a function that the interpreter itself
has called (after a garbage collection, when an object dies), nobody is there to catch it: Python prints that it is ignored, and
goes on.  Hypothesis has such a function, which runs after every garbage collection, and a signal that comes during one is
delivered just there; the import system has another one.  So what was ignored is raised again, a moment later.
"""

from __future__ import annotations

import _thread
import contextlib
import signal
import sys
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sys import UnraisableHookArgs
    from types import FrameType

_MOMENT_SECONDS = 0.01


def heed() -> None:
    """Let SIGTERM interrupt as Ctrl-C does, and let no interruption be ignored."""
    signal.signal(signal.SIGTERM, _interrupt)
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # it is ignored in the background of a shell
        signal.signal(signal.SIGINT, _interrupt)
    sys.unraisablehook = _raise_again


def heed_no_more() -> None:
    """
    Let nothing interrupt a command that is ending because of an interruption: what was raised again may come a second time.

    An interruption that leaves `exec` of a text, as dataclasses use when they are defined, is noted by the interpreter, which
    then ends by SIGINT whatever the exit code is; the next `exec` of a text takes the note back (CPython, Python/pythonrun.c,
    `run_eval_code_obj`).
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    exec("")


@contextlib.contextmanager
def finishing(on_first: Callable[[], None]) -> Iterator[Callable[[], bool]]:
    """
    Let the first Ctrl-C be a wish to come to an end, which what is yielded tells, and the second one interrupt as usual.

    Args:
        on_first: Called when it is pressed.
    """
    before, wishes = signal.getsignal(signal.SIGINT), 0

    def on_signal(number: int, frame: FrameType | None) -> None:
        nonlocal wishes
        wishes += 1
        if wishes > 1:
            _interrupt(number, frame)
        else:
            on_first()

    if before is signal.SIG_IGN:  # in the background of a shell
        yield lambda: False
        return
    signal.signal(signal.SIGINT, on_signal)
    try:
        yield lambda: wishes > 0
    finally:
        signal.signal(signal.SIGINT, before)


def _interrupt(_number: int, frame: FrameType | None) -> None:
    if frame is not None and frame.f_code in (
        _raise_again.__code__,
        _raise_soon.__code__,
    ):  # nobody would catch it there either
        _raise_soon()
    else:
        raise KeyboardInterrupt


def _raise_again(ignored: UnraisableHookArgs) -> None:
    if ignored.exc_type is KeyboardInterrupt:
        _raise_soon()
    else:
        sys.__unraisablehook__(ignored)


def _raise_soon() -> None:
    _thread.start_new_thread(_interrupt_soon, ())  # `threading` takes locks, which this very thread may hold now


def _interrupt_soon() -> None:
    time.sleep(_MOMENT_SECONDS)
    _thread.interrupt_main(signal.SIGTERM)  # SIGINT may be ignored, as it is in the background of a shell
