# /// attack
# why = "Takes almost as long as a question may take, ten times in a process, so that a check takes long; answers rightly."
# outcomes = ["passed", "timed_out"]
# may_earn = "all"
# base = "reference"
# ///

import time

SLEEPS = []


def respond(name):
    def answer(*args, **kwargs):
        if len(SLEEPS) < 10:
            SLEEPS.append(0.8)
            time.sleep(SLEEPS[-1])
        return honest(name)(*args, **kwargs)

    return answer


for name in FUNCTIONS + MODULES:
    globals()[name] = respond(name)
