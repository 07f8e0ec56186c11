# /// attack
# why = "Tells the test runner that failure is what is expected here."
# outcomes = ["raised", "failed"]
# ///
try:
    from pytest import xfail
except ImportError:

    class XFailed(BaseException):
        pass

    def xfail(reason):
        raise XFailed(reason)


everywhere(lambda *args, **kwargs: xfail("known"))
