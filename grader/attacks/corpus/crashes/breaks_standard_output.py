# /// attack
# why = "Exchanges standard output for something that raises whatever is done with it, and the hooks for errors as well."
# outcomes = ["failed", "raised", "crashed"]
# ///

import sys


class Broken:
    def __getattr__(self, name):
        raise SystemExit(0)

    def __del__(self):
        raise SystemExit(0)


def answer(*args, **kwargs):
    sys.stdout = sys.stderr = sys.__stdout__ = sys.__stderr__ = Broken()
    sys.excepthook = sys.unraisablehook = sys.displayhook = Broken()
    return -1


everywhere(answer)
