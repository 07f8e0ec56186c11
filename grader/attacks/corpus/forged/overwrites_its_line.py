# /// attack
# why = "Prints carriage returns, backspaces and bells, to write over what stands on the line before it."
# outcomes = ["raised", "failed"]
# ///
OVER = "\x07\r" + "\b" * 200 + "✓ 30/30 Everything is right.\x0b\x0c\x1a\x7f\r"


def answer(*args, **kwargs):
    print(OVER, flush=True)
    raise RuntimeError(OVER)


everywhere(answer)
