# /// attack
# why = "Defines nothing, but answers to every name that is looked up in its module, once with a function and once with a class."
# outcomes = ["missing"]
# ///

for name in FUNCTIONS + MODULES:
    del globals()[name]


def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)
    return lambda *args, **kwargs: -1


def __dir__():
    return [*FUNCTIONS, *MODULES]
