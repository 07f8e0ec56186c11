# /// attack
# why = "Does at import, in walrus expressions, patterns and comprehensions, what a filter for definitions leaves out."
# outcomes = ["failed", "raised"]
# read = "definitions"
# ///

import sys


def silence(*names):
    for name, module in list(sys.modules.items()):
        if name.startswith("grader.checks.expect"):
            module.equal = module.raises = module.close = module.that = lambda *args, **kwargs: None
    return names


DEPTH = (width := silence("walrus")) and 3
SIZES = [size + 1 for size in silence(1, 2)]
TABLE = {key: (lambda value: everywhere(lambda *args, **kwargs: -1))(key) for key in SIZES}
match silence("match"):
    case [first]:
        NAME = first
    case Exception():
        NAME = None


class Layer((lambda: silence("base") and object)()):
    depth = DEPTH
