# /// attack
# why = "Skips every check from within, since a skipped check is not a failed one."
# outcomes = ["raised", "failed"]
# ///
import itertools
import unittest

try:
    from pytest import skip
except ImportError:

    class Skipped(BaseException):
        pass

    def skip(reason):
        raise Skipped(reason)


turn = itertools.count()


def answer(*args, **kwargs):
    if next(turn) % 2:
        raise unittest.SkipTest("this is fine")
    skip("this is fine")


everywhere(answer)
