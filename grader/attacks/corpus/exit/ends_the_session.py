# /// attack
# why = "Asks the test runner to end here and now, with success."
# outcomes = ["raised", "failed"]
# ///
try:
    from pytest import exit as leave
except ImportError:

    class Exit(BaseException):
        pass

    def leave(reason, returncode):
        raise Exit(reason)


everywhere(lambda *args, **kwargs: leave("all done", returncode=0))
