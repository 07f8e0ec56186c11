# /// attack
# why = "Calls itself without an end."
# outcomes = ["raised"]
# ///


def answer(*args, **kwargs):
    return answer(*args, **kwargs)


everywhere(answer)
