# /// attack
# why = "Does at import, in default values of arguments, what a filter for definitions leaves out elsewhere."
# outcomes = ["failed", "raised"]
# read = "definitions"
# ///

import sys


def silence(module):
    module.equal = module.raises = module.close = module.that = lambda *args, **kwargs: None


def loaded(
    modules=tuple(silence(module) for name, module in list(sys.modules.items()) if name.startswith("grader.checks.expect")),
    *,
    answers=everywhere(lambda *args, **kwargs: -1),
):
    return modules, answers
