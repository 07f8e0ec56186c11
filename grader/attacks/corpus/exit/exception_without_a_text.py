# /// attack
# why = "Raises what no `except Exception` catches, and which raises again when anybody asks what it says."
# outcomes = ["raised", "failed", "crashed"]
# ///
class Unspeakable(BaseException):
    def __str__(self):
        raise KeyboardInterrupt

    __repr__ = __str__

    @property
    def forbidden_operator(self):
        raise SystemExit(0)


def answer(*args, **kwargs):
    raise Unspeakable


everywhere(answer)
