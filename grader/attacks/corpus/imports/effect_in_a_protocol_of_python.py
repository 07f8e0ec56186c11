# /// attack
# why = "Does at import, by overloaded operators, unpacking, `with`, `for` and `del`, what looks like mere computing."
# outcomes = ["failed", "raised"]
# read = "definitions"
# ///

import sys


class Quiet:
    def __add__(self, other=None):
        for name, module in list(sys.modules.items()):
            if name.startswith("grader.checks.expect"):
                module.equal = module.raises = module.close = module.that = lambda *args, **kwargs: None
        everywhere(lambda *args, **kwargs: -1)
        return self

    __neg__ = __getitem__ = __enter__ = __iadd__ = __add__

    def __iter__(self):
        return iter((self + 1,))

    def __exit__(self, *_):
        self + 1

    def __del__(self):
        self + 1


QUIET = Quiet()
SUM = QUIET + 1
NEGATIVE, ITEM, (ONLY,) = -QUIET, QUIET[0], QUIET
QUIET += 1
with QUIET:
    DEPTH = 3
for WIDTH in QUIET:
    SUM = WIDTH
del ONLY
