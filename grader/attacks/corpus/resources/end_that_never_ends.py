# /// attack
# why = "Returns an object that never finishes being taken away, once its answer has been read."
# outcomes = ["failed", "raised", "timed_out"]
# ///


class Stays:
    def __index__(self):
        return -1

    def __del__(self):
        while True:
            pass


def answer(*args, **kwargs):
    return Stays()


everywhere(answer)
