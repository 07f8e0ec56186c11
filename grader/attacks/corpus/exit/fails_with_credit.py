# /// attack
# why = "Raises the grader's own verdict, the one that gives all but nothing of the points away."
# outcomes = ["raised", "failed"]
# ///
try:
    from grader.errors import CheckFailed
except ImportError:

    class CheckFailed(Exception):
        def __init__(self, message, credit):
            self.credit = credit


def answer(*args, **kwargs):
    raise CheckFailed("nearly right", credit=0.999)


everywhere(answer)
