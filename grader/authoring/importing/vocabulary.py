"""
What an expression of a test may use, so that it can be part of a check: plain computing, on our side, with what was answered.
"""

from __future__ import annotations

import importlib.util
import sys


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


BUILTINS = _words(
    """
    abs all any ArithmeticError AssertionError AttributeError bool bytes complex dict divmod Ellipsis enumerate
    Exception False filter float format frozenset IndexError int isinstance KeyError len list LookupError map max min
    NameError None NotImplemented OverflowError pow range repr reversed round RuntimeError set slice sorted
    StopIteration str sum True tuple type TypeError ValueError ZeroDivisionError zip
    """
)
EXCEPTIONS = _words(
    """
    ArithmeticError AssertionError AttributeError Exception IndexError KeyError LookupError NameError
    NotImplementedError OverflowError RuntimeError StopIteration TypeError ValueError ZeroDivisionError
    """
)
ATTRIBUTES = _words(
    """
    abs all any append argmax argmin argsort astype capitalize clip conj copy count cumprod cumsum detach diagonal
    difference dim dot double dtype endswith eq extend find flatten float format ge get gt imag index insert int
    intersection is_floating_point isalpha isdigit islower isnumeric issubset isupper item items itemsize join keys kind
    le long lower lstrip lt max mean min mul name nbytes ndim ne nonzero norm numel numpy partition pop pow prod ravel
    real remove repeat replace reshape reverse round rstrip shape size sort split splitlines sqrt squeeze startswith std
    strip sum swapcase T title tolist trace transpose union unsqueeze upper values var view
    """
)
"""Of plain values, sequences, arrays and tensors: all that can be answered."""
_MODULES = _words(
    """
    cmath collections copy decimal fractions functools itertools math numpy operator re scipy statistics string torch
    """
)
TABLES = _words("pandas polars xarray")
"""Packages into whose objects a test may look: numpy makes arrays of what is found there."""
_FORBIDDEN = _words(
    """
    compile cpp_extension ctypeslib datasets DataSource distributed distutils dump dumps f2py fromfile fromregex
    genfromtxt hub io jit load loadtxt memmap multiprocessing ops package save savetxt savez savez_compressed seed
    serialization show_config test testing tofile utils weave
    """
)
"""Of these modules: what reads, writes or runs something, or changes what others compute."""
TESTING = ("numpy.testing", "nose.tools", "torch.testing", "unittest", "pytest")
"""Where assertions come from."""


def may_import(module: str) -> bool:
    """Return whether a check may use a module, and whether it is here."""
    root = module.partition(".")[0]
    if root not in _MODULES or any(word in _FORBIDDEN for word in module.split(".")[1:]):
        return False
    return root in sys.stdlib_module_names or importlib.util.find_spec(root) is not None


def may_use(module: str, attribute: str) -> bool:
    """Return whether a check may use something of a module that it may import."""
    return attribute not in _FORBIDDEN and not attribute.startswith("_") and module.partition(".")[0] in _MODULES
