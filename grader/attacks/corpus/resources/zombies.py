# /// attack
# why = "Ends two hundred children and never asks how, so that each keeps its number; then it answers rightly."
# outcomes = ["passed", "crashed", "raised", "timed_out"]
# may_earn = "all"
# base = "reference"
# ///

import contextlib
import os

with contextlib.suppress(OSError):
    for _ in range(200):
        if os.fork() == 0:
            os._exit(0)
