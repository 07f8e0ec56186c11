# /// attack
# why = "Lets a regular expression try 2^60 ways, in C, where no signal handler runs."
# outcomes = ["timed_out"]
# ///

import re


def answer(*args, **kwargs):
    re.match(r"(a+)+$", "a" * 60 + "b")
    return -1


everywhere(answer)
