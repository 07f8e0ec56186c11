# /// attack
# why = "Asks for processors that it was not given, and is wrong if it gets more than it had."
# outcomes = ["passed", "timed_out"]
# may_earn = "all"
# base = "reference"
# ///
"""Where it may run everywhere from the beginning, there is nothing to leave."""

import contextlib
import os

BEFORE = os.sched_getaffinity(0)
with contextlib.suppress(OSError):
    os.sched_setaffinity(0, range(os.cpu_count() or 1))
MORE = os.sched_getaffinity(0) - BEFORE


def respond(name):
    return lambda *args, **kwargs: -1 if MORE else honest(name)(*args, **kwargs)


for name in FUNCTIONS + MODULES:
    globals()[name] = respond(name)
