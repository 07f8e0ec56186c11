# /// attack
# why = "Keeps all processors of the machine busy with 32 children, each free to run anywhere, while it answers rightly."
# outcomes = ["passed", "crashed", "timed_out", "out_of_memory"]
# may_earn = "all"
# base = "reference"
# ///
# out of memory where a supervisor counts it: what children share with their parent is then counted for each of them

import contextlib
import os
import time

with contextlib.suppress(OSError):
    for number in range(32):
        if os.fork() == 0:
            with contextlib.suppress(OSError):
                os.setsid()  # a group of its own gets a share of its own
                os.sched_setaffinity(0, {number % (os.cpu_count() or 1)})
            ends = time.monotonic() + 3
            while time.monotonic() < ends:
                pass
            os._exit(0)
