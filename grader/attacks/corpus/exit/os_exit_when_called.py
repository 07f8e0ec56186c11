# /// attack
# why = "Ends the process with success while the first question is asked, as if all checks had passed."
# outcomes = ["crashed"]
# ///
import os


def answer(*args, **kwargs):
    os._exit(0)


everywhere(answer)
