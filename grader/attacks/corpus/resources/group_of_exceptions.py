# /// attack
# why = "Raises a group of a hundred thousand exceptions, each with a text of its own, with a traceback of many frames."
# outcomes = ["raised", "failed", "timed_out"]
# ///


def fall(depth):
    if depth == 0:
        raise ExceptionGroup("many", [TypeError("x" * 100 + str(number)) for number in range(100_000)])
    fall(depth - 1)


def answer(*args, **kwargs):
    fall(900)


everywhere(answer)
