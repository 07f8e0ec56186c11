# /// attack
# why = "Raises what a keyboard raises: a test runner stops there and reports no failure."
# outcomes = ["raised", "failed"]
# ///
def answer(*args, **kwargs):
    raise KeyboardInterrupt


everywhere(answer)
