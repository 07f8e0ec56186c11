# /// attack
# why = "Does at import, in a decorator, what a filter for definitions leaves out: silences all comparisons."
# outcomes = ["failed", "raised"]
# read = "definitions"
# ///

import sys


def now(function):
    function()
    return function


@now
def silence():
    for name, module in list(sys.modules.items()):
        if name.startswith("grader.checks.expect"):
            module.equal = module.raises = module.close = module.that = lambda *args, **kwargs: None


@now
def answer_wrongly():
    everywhere(lambda *args, **kwargs: -1)
