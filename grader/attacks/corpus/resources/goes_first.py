# /// attack
# why = "Asks to go before all others (niceness, real time, idle disks), and is wrong if it is let."
# outcomes = ["passed", "timed_out"]
# may_earn = "all"
# base = "reference"
# ///

import contextlib
import os

GOT = []
with contextlib.suppress(OSError):
    before = os.nice(0)
    GOT.append(os.nice(-5) < before)
for policy in (os.SCHED_FIFO, os.SCHED_RR):
    with contextlib.suppress(OSError):
        os.sched_setscheduler(0, policy, os.sched_param(1))
        GOT.append(True)
        os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))


def respond(name):
    return lambda *args, **kwargs: -1 if any(GOT) else honest(name)(*args, **kwargs)


for name in FUNCTIONS + MODULES:
    globals()[name] = respond(name)
