# /// attack
# why = "Closes every file and socket that it finds open, and puts files of its own in their places."
# outcomes = ["crashed", "failed", "raised"]
# ///

import os


def answer(*args, **kwargs):
    os.closerange(0, 1024)
    while os.open(os.devnull, os.O_RDWR) < 16:
        pass
    return -1


everywhere(answer)
