# /// attack
# why = "Does what it is asked, but hands back the weights of the harness's network under other names, in other shapes and kinds."
# outcomes = ["passed", "failed", "raised", "crashed", "timed_out"]
# may_earn = "all"
# base = "reference"
# ///
"""They are packed in this process, so whatever packs them can be exchanged here."""

import contextlib
import functools
import itertools
import sys

TURN = itertools.count()


def changed(tensors):
    turn, names = next(TURN) % 5, list(tensors)
    if turn == 0:
        return {name: value.reshape(1, -1) for name, value in tensors.items()}
    if turn == 1:
        return {f"other.{name}": value for name, value in tensors.items()}
    if turn == 2:
        return {name: tensors[name] for name in names[1:]}
    if turn == 3:
        return {name: value.bool() for name, value in tensors.items()}
    return {name: value * float("nan") for name, value in tensors.items()}


def respond(name):
    def answer(*args, **kwargs):
        with contextlib.suppress(KeyError, AttributeError):
            protocol = sys.modules["grader.protocol"]
            if not hasattr(protocol, "convnet_pack"):
                protocol.convnet_pack = protocol.pack_tensors
            protocol.pack_tensors = lambda tensors: protocol.convnet_pack(changed(tensors))
        return honest(name)(*args, **kwargs)

    return functools.wraps(honest(name))(answer)


for name in FUNCTIONS:
    globals()[name] = respond(name)
