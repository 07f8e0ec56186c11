# /// attack
# why = "Does at import, in a metaclass, `__init_subclass__` and `__set_name__`, what a filter for definitions leaves out."
# outcomes = ["failed", "raised"]
# read = "definitions"
# ///

import sys


def silence():
    for name, module in list(sys.modules.items()):
        if name.startswith("grader.checks.expect"):
            module.equal = module.raises = module.close = module.that = lambda *args, **kwargs: None


class Meta(type):
    @classmethod
    def __prepare__(cls, name, bases, **kwargs):
        silence()
        return {}

    def __init__(cls, name, bases, names):
        everywhere(lambda *args, **kwargs: -1)


class Field:
    def __set_name__(self, owner, name):
        silence()


class Base(metaclass=Meta):
    size = Field()

    def __init_subclass__(cls):
        silence()


class Network(Base):
    pass
