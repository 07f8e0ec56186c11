# /// attack
# why = "Does at import, in annotations and in aliases of types, what a filter for definitions leaves out elsewhere."
# outcomes = ["failed", "raised"]
# read = "definitions"
# ///

import sys
import typing


def silence():
    for name, module in list(sys.modules.items()):
        if name.startswith("grader.checks.expect"):
            module.equal = module.raises = module.close = module.that = lambda *args, **kwargs: None


class Layer:
    size: silence()
    other: everywhere(lambda *args, **kwargs: -1)


def build(size: silence() = None) -> typing.Annotated[int, silence()]:
    return size


Alias: typing.TypeAlias = int | (silence() or str)
