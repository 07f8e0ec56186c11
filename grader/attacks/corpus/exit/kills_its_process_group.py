# /// attack
# why = "Kills its process group, of which the grader is a member where nobody has parted them."
# outcomes = ["failed", "raised", "crashed", "out_of_memory"]
# ///
import os
import signal


def answer(*args, **kwargs):
    os.killpg(0, signal.SIGKILL)
    return -1


everywhere(answer)
