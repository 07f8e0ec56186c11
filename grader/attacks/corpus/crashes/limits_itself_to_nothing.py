# /// attack
# why = "Sets every limit of its process to nothing: no memory, no files, no processes, no second of the processor."
# outcomes = ["crashed", "failed", "raised", "out_of_memory", "timed_out"]
# ///

import contextlib
import resource

KINDS = [value for name, value in vars(resource).items() if name.startswith("RLIMIT_")]


def answer(*args, **kwargs):
    for kind in KINDS:
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(kind, (0, 0))
    return -1


everywhere(answer)
