# /// attack
# why = "Returns arrays of NumPy that hold objects, texts, dates, records, or nothing at all."
# outcomes = ["failed", "raised"]
# seconds = 5
# ///

import itertools

TURN = itertools.count()


def answer(*args, **kwargs):
    try:
        import numpy
    except ImportError:
        return -1
    kinds = (
        numpy.array([answer, object()], dtype=object),
        numpy.array(object(), dtype=object),
        numpy.array(["-1"]),
        numpy.array("2020-01-01", dtype="datetime64[D]"),
        numpy.zeros(3, dtype=[("a", "i4"), ("b", "f8")]),
        numpy.float128(-1) if hasattr(numpy, "float128") else numpy.float16(-1),
        numpy.void(b"\xff"),
        numpy.ma.masked_array([-1], mask=[True]),
    )
    return kinds[next(TURN) % len(kinds)]


everywhere(answer)
