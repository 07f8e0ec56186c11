# /// attack
# why = "Returns a number that stands for another integer every time it is asked for."
# outcomes = ["failed", "raised"]
# ///
import itertools


class Fickle:
    values = itertools.count(-1, -1)

    def __index__(self):
        return next(self.values)

    __int__ = __trunc__ = __index__

    def __eq__(self, other):
        return True

    __hash__ = None


everywhere(lambda *args, **kwargs: Fickle())
