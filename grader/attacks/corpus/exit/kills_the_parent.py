# /// attack
# why = "Kills or stops the process that started it: the grader, where that is its parent."
# outcomes = ["failed", "raised"]
# ///
import contextlib
import os
import signal


def answer(*args, **kwargs):
    parent = os.getppid()
    if parent > 1:  # 0 is outside of the namespace, 1 is nobody's grader
        for number in (signal.SIGSTOP, signal.SIGKILL):
            with contextlib.suppress(OSError):
                os.kill(parent, number)
    return -1


everywhere(answer)
