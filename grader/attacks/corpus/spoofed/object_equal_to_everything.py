# /// attack
# why = "Returns an object that equals everything, and is an instance of every class that anybody asks for."
# outcomes = ["failed", "raised"]
# ///
class Anything:
    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return False

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __call__(self, *args, **kwargs):
        return self

    def __repr__(self):
        return "5"

    __hash__ = None


everywhere(lambda *args, **kwargs: Anything())
