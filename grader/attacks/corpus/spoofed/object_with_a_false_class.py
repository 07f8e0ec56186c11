# /// attack
# why = "Returns an object whose `__class__` says that it is an integer, a tuple or a network."
# outcomes = ["failed", "raised"]
# ///
import itertools


class Impostor:
    claims = itertools.cycle([int, tuple, list, dict, str, float])

    @property
    def __class__(self):
        return next(self.claims)

    def __eq__(self, other):
        return True

    def __len__(self):
        return 3

    def __iter__(self):
        return iter((-1, -1, -1))

    __hash__ = None


everywhere(lambda *args, **kwargs: Impostor())
