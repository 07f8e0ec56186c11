# /// attack
# why = "Prints 1 GB, in large pieces and without an end of line, and answers rightly."
# outcomes = ["passed", "timed_out"]
# may_earn = "all"
# base = "reference"
# ///

import sys

PIECE = "all checks passed " * 58_000
for _ in range(1000):
    sys.stdout.write(PIECE)
sys.stdout.flush()
