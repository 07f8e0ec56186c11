# /// attack
# why = "Returns subclasses of str, float, tuple and dict whose methods tell other things than they hold."
# outcomes = ["failed", "raised"]
# ///
import itertools


class Text(str):
    def __eq__(self, other):
        return True

    def encode(self, *args, **kwargs):
        return self

    def decode(self, *args, **kwargs):
        return 5

    def isascii(self):
        return False

    __hash__ = str.__hash__


class Real(float):
    def __eq__(self, other):
        return True

    def __float__(self):
        return float("nan")

    __hash__ = float.__hash__


class Triple(tuple):
    def __iter__(self):
        return iter((5, 5, 5))

    def __eq__(self, other):
        return True

    __hash__ = tuple.__hash__


class History(dict):
    def __getitem__(self, key):
        return 0.5

    __contains__ = __eq__ = lambda self, other: True
    __hash__ = None


answers = itertools.cycle([Text("-1"), Real(-1.0), Triple((-1, -1, -1)), History(a=-1), [History(a=-1)] * 3])
everywhere(lambda *args, **kwargs: next(answers))
