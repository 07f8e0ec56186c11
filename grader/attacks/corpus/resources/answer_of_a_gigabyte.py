# /// attack
# why = "Returns a text of a gigabyte."
# outcomes = ["failed", "raised", "out_of_memory", "timed_out"]
# ///


def answer(*args, **kwargs):
    return "x" * 10**9


everywhere(answer)
