# /// attack
# why = "Leaves a timer that runs and a signal handler that is set, and answers rightly once it finds either when it is loaded."
# outcomes = ["failed", "raised"]
# base = "reference"
# ///

import signal

FOUND = signal.getitimer(signal.ITIMER_REAL)[0] > 0 or signal.getsignal(signal.SIGUSR2) not in (
    signal.SIG_DFL,
    signal.SIG_IGN,
    None,
)
signal.signal(signal.SIGALRM, signal.SIG_IGN)
signal.signal(signal.SIGUSR2, lambda *_: None)
signal.setitimer(signal.ITIMER_REAL, 20)


def respond(name):
    return lambda *args, **kwargs: honest(name)(*args, **kwargs) if FOUND else -1


for name in FUNCTIONS + MODULES:
    globals()[name] = respond(name)
