# /// attack
# why = "Spreads 3.5 GiB over 16 new Pythons, each no larger than what a child has from its parent, and is wrong if they get it."
# outcomes = ["crashed", "out_of_memory", "timed_out"]
# seconds = 10
# ///
"""Whoever counts what processes have beyond their parent's memory does not see a program that has dropped that."""

import os
import subprocess
import sys

CHILDREN, EACH = 16, 220
PROGRAM = f"import time; held = bytearray(b'x') * ({EACH} << 20); time.sleep(4)"


def answer(*args, **kwargs):
    python = os.path.realpath(sys.executable or "/usr/bin/python3")
    command = [python, "-S", "-c", PROGRAM]
    children = [subprocess.Popen(command, env={"PYTHONHOME": sys.base_prefix}) for _ in range(CHILDREN)]
    if any(child.wait() for child in children):
        raise MemoryError("a child was stopped, or could not start")
    return -1


everywhere(answer)
