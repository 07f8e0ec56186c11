# /// attack
# why = "Returns numpy values that hold objects, dates, structures or other types that nobody expects."
# outcomes = ["failed", "raised"]
# ///
import contextlib
import itertools


class Agreeable:
    def __eq__(self, other):
        return True

    def item(self):
        return 5

    __hash__ = None


answers = itertools.repeat(-1)
with contextlib.suppress(ImportError):
    import numpy

    values = [
        numpy.array([Agreeable()], dtype=object),
        numpy.array(Agreeable(), dtype=object),
        numpy.datetime64("NaT"),
        numpy.timedelta64(-5, "D"),
        numpy.zeros(1, dtype=[("a", "i4"), ("b", "f8")])[0],
        numpy.ma.masked_array([-1], mask=[True]),
        numpy.longdouble(-1),
        numpy.bool_(False),
        Agreeable(),
    ]
    Agreeable.__module__ = "numpy"
    answers = itertools.cycle(values)
everywhere(lambda *args, **kwargs: next(answers))
