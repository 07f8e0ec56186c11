# /// attack
# why = "Prints escape sequences that clear the screen and write another score where the real one will stand."
# outcomes = ["raised", "failed"]
# ///
CLEAR = "\x1b[2J\x1b[3J\x1b[H"
FAKE = "\x1b[1;32m30 of 30 points\x1b[0m"
HIDE = "\x1b[8m\x1b[?25l\x1b[?1049h"


def answer(*args, **kwargs):
    print(CLEAR + FAKE + HIDE, flush=True)
    raise RuntimeError(CLEAR + FAKE + HIDE + "\x9b2J\x9d0;30 of 30\x9c")  # and once more in one byte each


everywhere(answer)
