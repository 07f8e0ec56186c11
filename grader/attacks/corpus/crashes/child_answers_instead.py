# /// attack
# why = "Forks, ends itself, and lets the child answer in its place on the same connection."
# outcomes = ["crashed", "failed", "raised", "timed_out"]
# ///

import os


def answer(*args, **kwargs):
    if os.fork() == 0:
        return -1  # the child answers as well, on the same connection
    os._exit(0)


everywhere(answer)
