# /// attack
# why = "Never returns, and neither a signal nor an exception from outside gets it out of its loop."
# outcomes = ["timed_out"]
# ///

import contextlib
import signal

for number in signal.valid_signals():
    with contextlib.suppress(OSError, ValueError):
        signal.signal(number, lambda *_: None)


def answer(*args, **kwargs):
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    while True:
        with contextlib.suppress(BaseException):
            while True:
                pass


everywhere(answer)
