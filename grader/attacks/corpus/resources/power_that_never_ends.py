# /// attack
# why = "Computes an enormous power in one step of the interpreter."
# outcomes = ["timed_out", "out_of_memory"]
# ///


def answer(*args, **kwargs):
    return -(7 ** (10**9))


everywhere(answer)
