# /// attack
# why = "Raises an exception that was caused by another one, 100,000 times over."
# outcomes = ["raised", "failed", "crashed", "timed_out"]
# ///


def answer(*args, **kwargs):
    chain = LookupError("the first")
    for number in range(100_000):
        later = LookupError(number)
        later.__cause__ = later.__context__ = chain
        chain = later
    raise chain


everywhere(answer)
