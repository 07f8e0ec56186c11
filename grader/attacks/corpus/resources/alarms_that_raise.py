# /// attack
# why = "Lets a timer raise an exception ten times a second, wherever its process is then, also between two questions."
# outcomes = ["failed", "raised", "crashed", "timed_out"]
# ///

import signal


def interrupt(*_):
    raise KeyboardInterrupt


signal.signal(signal.SIGALRM, interrupt)
signal.setitimer(signal.ITIMER_REAL, 0.1, 0.1)
everywhere(lambda *args, **kwargs: -1)
