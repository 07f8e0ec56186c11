# /// attack
# why = "Returns a generator without an end, and a number whose value takes for ever."
# outcomes = ["failed", "raised", "timed_out"]
# ///

import itertools

TURN = itertools.count()


class Slow:
    def __index__(self):
        while True:
            pass


def answer(*args, **kwargs):
    return itertools.count(-1) if next(TURN) % 2 else Slow()


everywhere(answer)
