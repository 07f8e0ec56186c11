# /// attack
# why = "Returns a kind of integer that equals whatever it is compared with."
# outcomes = ["failed", "raised"]
# ///
class Agreeable(int):
    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return False

    def __hash__(self):
        return 0

    __lt__ = __le__ = __gt__ = __ge__ = __eq__
    __sub__ = __rsub__ = __abs__ = lambda self, *others: Agreeable(0)


everywhere(lambda *args, **kwargs: Agreeable(-1))
