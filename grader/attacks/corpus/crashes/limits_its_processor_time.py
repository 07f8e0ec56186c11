# /// attack
# why = "Limits its own processor time and spends it: the kernel then kills it as if the machine had."
# outcomes = ["crashed", "failed", "raised", "timed_out"]
# seconds = 4
# ///

import contextlib
import resource
import time

DONE = []


def answer(*args, **kwargs):
    if not DONE:
        DONE.append(True)
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_CPU, (1, 1))
        while time.process_time() < 2:
            pass
    return -1


everywhere(answer)
