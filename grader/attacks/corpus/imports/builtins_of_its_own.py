# /// attack
# why = "Exchanges the built-in functions of the whole process: everything is an instance, every length is 0, all types are one."
# outcomes = ["failed", "raised", "crashed"]
# ///

import builtins

globals()["__builtins__"] = dict(vars(builtins))


def answer(*args, **kwargs):
    builtins.isinstance = builtins.issubclass = builtins.any = builtins.all = lambda *args: True
    builtins.len = builtins.abs = builtins.sum = lambda *args: 0
    builtins.AssertionError = builtins.ValueError = builtins.TypeError = ArithmeticError
    builtins.zip = lambda *args, **kwargs: ()
    return -1


everywhere(answer)
