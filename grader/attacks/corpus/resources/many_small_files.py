# /// attack
# why = "Makes 20,000 empty files, which cost no space but memory of the kernel, and is wrong if it gets half of them."
# outcomes = ["passed", "crashed", "out_of_memory", "timed_out"]
# may_earn = "all"
# base = "reference"
# seconds = 10
# ///

import contextlib
import tempfile

MADE = 0
with contextlib.suppress(OSError), tempfile.TemporaryDirectory() as folder, contextlib.suppress(OSError):
    for number in range(20_000):
        open(f"{folder}/{number}", "w").close()
        MADE += 1


def respond(name):
    return lambda *args, **kwargs: honest(name)(*args, **kwargs) if MADE < 10_000 else -1


for name in FUNCTIONS + MODULES:
    globals()[name] = respond(name)
