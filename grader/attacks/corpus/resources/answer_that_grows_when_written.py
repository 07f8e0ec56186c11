# /// attack
# why = "Returns a few lists that share each other, small in memory and of 10^16 numbers when they are written out."
# outcomes = ["failed", "raised", "crashed", "out_of_memory", "timed_out"]
# ///


def answer(*args, **kwargs):
    grown = [-1] * 100
    for _ in range(7):
        grown = [grown] * 100
    return grown


everywhere(answer)
