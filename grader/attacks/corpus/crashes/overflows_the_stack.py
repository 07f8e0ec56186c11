# /// attack
# why = "Overflows the stack of C, where Python does not count: a thousand small steps of C for each of its own."
# outcomes = ["crashed", "raised", "out_of_memory", "timed_out"]
# ///

import functools
import sys


def answer(*args, **kwargs):
    sys.setrecursionlimit(2**31 - 1)
    called = len
    for _ in range(300_000):
        called = functools.partial(functools.partial.__call__, called)
    return called()


everywhere(answer)
