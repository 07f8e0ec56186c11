# /// attack
# why = "Writes 3 GiB into nameless files in memory (memfd), which are part of no process, and is wrong if it gets them."
# outcomes = ["passed", "crashed", "out_of_memory", "timed_out"]
# may_earn = "all"
# base = "reference"
# seconds = 10
# ///

import contextlib
import os

MIB = 1 << 20


def take():
    """Return how many MiB could be held; they are let go with the descriptors."""
    held, files = 0, []
    with contextlib.suppress(OSError, AttributeError):
        for number in range(192):
            files.append(os.memfd_create(f"convnet-{number}"))
            for _ in range(16):
                held += os.write(files[-1], bytes(MIB)) // MIB
    for file in files:
        os.close(file)
    return held


TAKEN = take()


def respond(name):
    return lambda *args, **kwargs: honest(name)(*args, **kwargs) if TAKEN < 3000 else -1


for name in FUNCTIONS + MODULES:
    globals()[name] = respond(name)
