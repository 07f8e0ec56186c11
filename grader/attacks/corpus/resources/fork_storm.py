# /// attack
# why = "Forks two hundred processes that stay for a while, and then answers rightly."
# outcomes = ["passed", "crashed", "out_of_memory", "raised", "timed_out"]
# may_earn = "all"
# base = "reference"
# ///

import contextlib
import os
import time

with contextlib.suppress(OSError):
    for _ in range(200):
        if os.fork() == 0:
            time.sleep(3)
            os._exit(0)
