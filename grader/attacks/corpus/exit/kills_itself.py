# /// attack
# why = "Sends itself the signals that end a process, which some graders take for an abort of their own."
# outcomes = ["failed", "raised", "crashed"]
# ///
import os
import signal


def answer(*args, **kwargs):
    for number in (signal.SIGTERM, signal.SIGQUIT, signal.SIGABRT, signal.SIGSEGV, signal.SIGKILL):
        os.kill(os.getpid(), number)  # process 1 of a namespace gets none of them
    return -1


everywhere(answer)
