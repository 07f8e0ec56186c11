# /// attack
# why = "Lets a timer interrupt every system call of its process ten thousand times a second, and answers rightly."
# outcomes = ["passed", "crashed", "timed_out"]
# may_earn = "all"
# base = "reference"
# ///

import signal

signal.signal(signal.SIGALRM, lambda *_: None)
signal.siginterrupt(signal.SIGALRM, True)
signal.setitimer(signal.ITIMER_REAL, 1e-4, 1e-4)
