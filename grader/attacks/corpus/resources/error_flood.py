# /// attack
# why = "Writes 1 GB to the error stream in pieces, past Python, from a child that goes on while it answers rightly."
# outcomes = ["passed", "timed_out"]
# may_earn = "all"
# base = "reference"
# ///

import contextlib
import os

with contextlib.suppress(OSError):
    if os.fork() == 0:
        for _ in range(16_000):
            os.write(2, b"\x1b[2J\x00\xff" * 10_000)
        os._exit(0)
