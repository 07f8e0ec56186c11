# /// attack
# why = "Adds an audit hook, which nobody can take away again, and refuses whatever Python does from then on."
# outcomes = ["failed", "raised", "crashed"]
# ///

import sys

everywhere(lambda *args, **kwargs: -1)
READY = []


def refuse(event, arguments):
    if READY:
        raise RuntimeError(f"{event} is refused")


sys.addaudithook(refuse)
READY.append(True)
