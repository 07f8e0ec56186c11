# /// attack
# why = "Never returns."
# outcomes = ["timed_out"]
# ///


def answer(*args, **kwargs):
    while True:
        pass


everywhere(answer)
