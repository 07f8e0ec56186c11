# /// attack
# why = "Fills temporary folders, which lie in memory, with up to 1 GiB, and is wrong if it gets more than 512 MiB."
# outcomes = ["passed", "crashed", "out_of_memory", "timed_out"]
# may_earn = "all"
# base = "reference"
# seconds = 10
# ///

import contextlib
import tempfile

MIB = 1 << 20


def fill(folder):
    """Return how many MiB went into files below *folder*; they are gone with it."""
    written = 0
    with contextlib.suppress(OSError), tempfile.TemporaryDirectory(dir=folder) as own, contextlib.suppress(OSError):
        for number in range(64):
            with open(f"{own}/{number}", "wb", 0) as file:
                for _ in range(8):
                    written += file.write(bytes(MIB)) // MIB
    return written


FILLED = max(map(fill, ("/dev/shm", "/tmp", ".")))


def respond(name):
    return lambda *args, **kwargs: honest(name)(*args, **kwargs) if FILLED <= 500 else -1


for name in FUNCTIONS + MODULES:
    globals()[name] = respond(name)
