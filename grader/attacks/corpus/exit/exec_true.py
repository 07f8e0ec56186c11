# /// attack
# why = "Replaces the process by a program that does nothing and succeeds."
# outcomes = ["crashed"]
# ///
import contextlib
import os
import sys


def answer(*args, **kwargs):
    for program in (["/bin/true"], ["/usr/bin/true"], [sys.executable, "-c", ""]):
        with contextlib.suppress(OSError):
            os.execv(program[0], program)
    return -1


everywhere(answer)
