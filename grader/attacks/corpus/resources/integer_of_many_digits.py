# /// attack
# why = "Returns integers that are too large: to be written, for a float, for 64 bits."
# outcomes = ["failed", "raised"]
# ///

import itertools

SIZES = itertools.cycle((1000, 4299, 100_000, 400))


def answer(*args, **kwargs):
    return -(10 ** next(SIZES))


everywhere(answer)
