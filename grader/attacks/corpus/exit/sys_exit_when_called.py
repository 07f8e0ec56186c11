# /// attack
# why = "Ends the interpreter with success by sys.exit, at the first question."
# outcomes = ["raised", "failed"]
# ///
import sys


def answer(*args, **kwargs):
    sys.exit(0)


everywhere(answer)
