# /// attack
# why = "Moves to all processors of the machine and keeps them busy with threads that work in C, while it answers rightly."
# outcomes = ["passed", "timed_out"]
# may_earn = "all"
# base = "reference"
# ///

import contextlib
import hashlib
import os
import threading
import time

with contextlib.suppress(OSError):
    os.sched_setaffinity(0, range(os.cpu_count() or 1))
ENDS = time.monotonic() + 3


def work():
    while time.monotonic() < ENDS:
        hashlib.sha256(bytes(1 << 20)).digest()  # lets go of the interpreter meanwhile


with contextlib.suppress(RuntimeError):
    for _ in range(16):
        threading.Thread(target=work, daemon=True).start()
