"""
Threads that a submission starts, held to what holds for the one that answers.  UNTRUSTED SIDE.

Modes of torch belong to the thread that entered them: what is refused in one would be at hand in the next.
"""

from __future__ import annotations

import _thread
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

_STARTERS = ("start_new_thread", "start_new", "_start_new_thread", "start_joinable_thread", "_start_joinable_thread")
"""Under which names Python 3.11 to 3.14 keep what starts a thread, in `_thread` and in `threading`."""


def run_within(context: Callable[[], AbstractContextManager[None]]) -> None:
    """Let the function of every thread that is started from now on run within *context*."""

    def starting(start: Callable[..., Any]) -> Callable[..., Any]:
        def start_within(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
            def within(*its_args: Any, **its_kwargs: Any) -> Any:
                with context():
                    return function(*its_args, **its_kwargs)

            return start(within, *args, **kwargs)

        return start_within

    for module in (_thread, threading):
        for name in _STARTERS:
            if hasattr(module, name):
                setattr(module, name, starting(getattr(module, name)))
