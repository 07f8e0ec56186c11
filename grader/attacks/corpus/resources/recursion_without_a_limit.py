# /// attack
# why = "Takes away the limit on recursion and then calls itself without an end."
# outcomes = ["crashed", "out_of_memory", "raised", "timed_out"]
# ///

import sys


def answer(*args, **kwargs):
    sys.setrecursionlimit(2**31 - 1)
    return answer(*args, **kwargs)


everywhere(answer)
