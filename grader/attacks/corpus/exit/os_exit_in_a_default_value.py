# /// attack
# why = "Hides the exit in a default value, which is computed when the function is defined."
# outcomes = ["crashed", "raised"]
# read = "definitions"
# ///
import os


def helper(code=os._exit(0)):
    return code
