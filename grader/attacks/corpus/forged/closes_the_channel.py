# /// attack
# why = "Closes the connection through which it is asked, and goes on living."
# outcomes = ["crashed"]
# ///
import contextlib
import os
import time


def answer(*args, **kwargs):
    with contextlib.suppress(OSError):
        os.close(3)
    time.sleep(0.2)
    return -1


everywhere(answer)
