# /// attack
# why = "Raises an exception whose text, notes and causes would fill any report."
# outcomes = ["raised", "failed", "out_of_memory"]
# ///
def answer(*args, **kwargs):
    error = None
    for _ in range(100):
        later = RuntimeError("30 of 30 points " * 16_000)
        later.__cause__ = error
        later.add_note("30 of 30 points " * 16_000)
        error = later
    raise error


everywhere(answer)
