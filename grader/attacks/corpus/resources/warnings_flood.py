# /// attack
# why = "Warns a million times, each time with another text, and answers rightly."
# outcomes = ["passed", "timed_out"]
# may_earn = "all"
# base = "reference"
# ///

import time
import warnings

warnings.simplefilter("always")
ends = time.monotonic() + 0.5
for number in range(1_000_000):
    warnings.warn(f"warning {number}: " + "!" * 200)
    if time.monotonic() > ends:
        break
