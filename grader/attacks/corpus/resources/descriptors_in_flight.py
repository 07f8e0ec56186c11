# /// attack
# why = "Sends open files into sockets and closes them, so that far more are open than it may have, and is wrong if 5,000 are."
# outcomes = ["passed", "crashed", "out_of_memory", "timed_out"]
# may_earn = "all"
# base = "reference"
# ///

import contextlib
import os
import socket


def take():
    """Return how many open files lie in sockets; they are closed with these."""
    flying, pairs = 0, []
    with contextlib.suppress(OSError):
        for _ in range(20):
            pairs.append(socket.socketpair())
            for _ in range(4):
                files = [os.open(os.devnull, os.O_RDONLY) for _ in range(100)]
                try:
                    socket.send_fds(pairs[-1][0], [b"x"], files)
                    flying += len(files)
                finally:
                    for file in files:
                        os.close(file)
    for first, second in pairs:
        first.close()
        second.close()
    return flying


TAKEN = take()


def respond(name):
    return lambda *args, **kwargs: honest(name)(*args, **kwargs) if TAKEN < 5000 else -1


for name in FUNCTIONS + MODULES:
    globals()[name] = respond(name)
