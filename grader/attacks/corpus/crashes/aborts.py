# /// attack
# why = "Aborts its process while it has a handler for that, which prints as if it were the harness."
# outcomes = ["crashed"]
# ///

import faulthandler
import os

faulthandler.enable()


def answer(*args, **kwargs):
    os.abort()


everywhere(answer)
