# /// attack
# why = "Hides the exit in a decorator of its own, which is called when another function is defined."
# outcomes = ["crashed", "raised"]
# read = "definitions"
# ///
import os


def cached(function):
    os._exit(0)


@cached
def helper(value):
    return value
