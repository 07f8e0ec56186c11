# /// attack
# why = "Calls itself without an end."
# outcomes = ["raised", "failed"]
# ///


def answer(*args, **kwargs):
    return answer(*args, **kwargs)


everywhere(answer)
