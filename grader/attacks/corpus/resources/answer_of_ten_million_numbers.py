# /// attack
# why = "Returns a list of ten million numbers."
# outcomes = ["failed", "raised", "out_of_memory", "timed_out"]
# ///


def answer(*args, **kwargs):
    return [-1] * 10_000_000


everywhere(answer)
