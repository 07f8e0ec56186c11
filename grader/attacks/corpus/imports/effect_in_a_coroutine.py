# /// attack
# why = "Does at import, by a coroutine driven by hand and a generator, what a filter for definitions leaves out."
# outcomes = ["failed", "raised"]
# read = "definitions"
# ///

import sys


async def silence():
    for name, module in list(sys.modules.items()):
        if name.startswith("grader.checks.expect"):
            module.equal = module.raises = module.close = module.that = lambda *args, **kwargs: None
    everywhere(lambda *args, **kwargs: -1)


def drive(coroutine):
    try:
        coroutine.send(None)
    except StopIteration:
        return 3


def steps():
    try:
        yield 1
    finally:
        drive(silence())


class Layer:
    depth = drive(silence())
    width = next(steps())
