# /// attack
# why = "Does at import, in bodies of classes within classes, what a filter for definitions leaves out elsewhere."
# outcomes = ["failed", "raised"]
# read = "definitions"
# ///

import sys


class Network:
    class Layer:
        for name, module in list(sys.modules.items()):
            if name.startswith("grader.checks.expect"):
                module.equal = module.raises = module.close = module.that = lambda *args, **kwargs: None
        everywhere(lambda *args, **kwargs: -1)
