# /// attack
# why = "Raises its limit and opens 5,000 files, and is wrong if it gets 2,000 of them."
# outcomes = ["passed", "crashed", "timed_out"]
# may_earn = "all"
# base = "reference"
# ///

import contextlib
import os
import resource

with contextlib.suppress(OSError, ValueError):
    resource.setrlimit(resource.RLIMIT_NOFILE, (8192, 8192))
HELD = []
with contextlib.suppress(OSError):
    for _ in range(5000):
        HELD.append(os.open(os.devnull, os.O_RDONLY))
for descriptor in HELD:
    os.close(descriptor)


def respond(name):
    return lambda *args, **kwargs: honest(name)(*args, **kwargs) if len(HELD) < 2000 else -1


for name in FUNCTIONS + MODULES:
    globals()[name] = respond(name)
