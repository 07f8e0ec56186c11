# /// attack
# why = "Stops its process in the middle of a question, for whoever waits without a limit."
# outcomes = ["failed", "raised", "timed_out"]
# ///
import os
import signal


def answer(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGSTOP)  # process 1 of a namespace does not stop
    return -1


everywhere(answer)
