# /// attack
# why = "Forks, so that two processes answer the same question on the same connection."
# outcomes = ["crashed", "failed", "raised", "timed_out"]
# ///

import os


def answer(*args, **kwargs):
    os.fork()
    return -1


everywhere(answer)
