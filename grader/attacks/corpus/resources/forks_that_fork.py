# /// attack
# why = "Forks processes that fork processes, up to 2^8 of them, and then answers rightly."
# outcomes = ["passed", "crashed", "out_of_memory", "raised", "timed_out"]
# may_earn = "all"
# base = "reference"
# ///

import contextlib
import os
import time

START = os.getpid()
with contextlib.suppress(OSError):
    for _ in range(8):
        os.fork()
if os.getpid() != START:
    time.sleep(2)
    os._exit(0)
