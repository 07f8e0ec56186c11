# /// attack
# why = "Gives a class whose metaclass lies to isinstance, issubclass and to whoever asks for its name."
# outcomes = ["failed", "raised", "crashed"]
# ///
class Lying(type):
    def __instancecheck__(cls, instance):
        return True

    def __subclasscheck__(cls, other):
        return True

    def __eq__(cls, other):
        return True

    def __hash__(cls):
        return hash(int)

    @property
    def __name__(cls):
        return "int"

    @property
    def __mro__(cls):
        return (int, object)


class Answer(metaclass=Lying):
    def __init__(self, *args, **kwargs):
        pass


everywhere(Answer)
