# /// attack
# why = "Returns a list in a list in a list, 100,000 deep."
# outcomes = ["failed", "raised", "crashed"]
# ///


def answer(*args, **kwargs):
    nested = []
    for _ in range(100_000):
        nested = [nested]
    return nested


everywhere(answer)
