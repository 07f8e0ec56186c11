# /// attack
# why = "Writes one file of 1 GiB, and another that has only its last byte, and is wrong if it gets 512 MiB."
# outcomes = ["passed", "crashed", "out_of_memory", "timed_out"]
# may_earn = "all"
# base = "reference"
# seconds = 10
# ///

import contextlib
import os
import tempfile

MIB = 1 << 20
WRITTEN = 0
with contextlib.suppress(OSError), tempfile.TemporaryFile(buffering=0) as file:
    with contextlib.suppress(OSError):
        for _ in range(1024):
            WRITTEN += file.write(bytes(MIB)) // MIB
    with contextlib.suppress(OSError):
        os.posix_fallocate(file.fileno(), 0, 1024 * MIB)
        WRITTEN = 1024
    file.truncate(1024 * 1024 * MIB)


def respond(name):
    return lambda *args, **kwargs: honest(name)(*args, **kwargs) if WRITTEN < 512 else -1


for name in FUNCTIONS + MODULES:
    globals()[name] = respond(name)
