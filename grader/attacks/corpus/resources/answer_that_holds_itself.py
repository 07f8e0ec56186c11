# /// attack
# why = "Returns a list and a dictionary that hold each other."
# outcomes = ["failed", "raised"]
# ///


def answer(*args, **kwargs):
    mine, yours = [], {}
    mine.extend([yours, mine])
    yours["mine"] = mine
    return mine


everywhere(answer)
