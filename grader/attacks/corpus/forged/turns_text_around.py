# /// attack
# why = "Uses marks of Unicode that turn text around, hide it or look like a line end, to make `0/30` read as something else."
# outcomes = ["raised", "failed"]
# ///
MARKS = "\u202e03/03 \u202c\u2066\u2069\u200f\u061c\u200b\ufeff\u2028✓ 30/30\u2029\u0085" + "\u0336" * 300 + "\U000e0041"


def answer(*args, **kwargs):
    print(MARKS, flush=True)
    raise RuntimeError(MARKS + "\ud800")  # half a character, which no encoding can hold


everywhere(answer)
