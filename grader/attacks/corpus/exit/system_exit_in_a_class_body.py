# /// attack
# why = "Hides the exit in a class body, which runs even where a submission is taken by its definitions."
# outcomes = ["raised"]
# read = "definitions"
# ///
class Settings:
    raise SystemExit(0)
