# /// attack
# why = "Raises a ValueError at every call, since some checks ask for one."
# outcomes = ["raised", "failed"]
# ///


def refuse(*args, **kwargs):
    raise ValueError("these arguments do not fit")


everywhere(refuse)
