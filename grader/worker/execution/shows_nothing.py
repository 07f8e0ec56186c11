"""
Modules in place of packages that only show something, where an assignment does not offer them.  UNTRUSTED SIDE.

Whatever a submission imports from one exists, takes any arguments and does nothing; wrapped around something, it goes through
it as it is.  `display` prints what it is given.
"""

from __future__ import annotations

import importlib.machinery
import types
from collections.abc import Iterator
from typing import Any


class Anything:
    """Shows nothing: may be called, entered, gone through, counted up and asked for any attribute."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._args = args
        self.value: Any = 0
        self.n = 0
        self.__dict__.update(kwargs)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Anything()

    def __setattr__(self, name: str, value: Any) -> None:
        self.__dict__[name] = value

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if len(args) == 1 and not kwargs and isinstance(args[0], types.FunctionType):
            return args[0]  # as a decorator
        return Anything(*args, **kwargs)

    def __iter__(self) -> Iterator[Any]:
        around: Any = self._args[0] if self._args else self.__dict__.get("iterable", self.__dict__.get("sequence"))
        return iter(around if hasattr(around, "__iter__") else ())

    def __len__(self) -> int:
        return len(self._args[0]) if self._args and hasattr(self._args[0], "__len__") else 0

    def __bool__(self) -> bool:
        return True

    def __getitem__(self, key: Any) -> Any:
        return Anything()

    def __setitem__(self, key: Any, value: Any) -> None:
        pass

    def __enter__(self) -> Anything:
        return self

    def __exit__(self, *error: object) -> None:
        pass


class TerminalInteractiveShell(Anything):
    """What `get_ipython()` gives: a shell in a terminal, in which no magic does anything."""

    def __init__(self) -> None:
        super().__init__(config={})


_SHELL = TerminalInteractiveShell()


def _display(*values: object, **_how: object) -> None:
    for value in values:
        if not isinstance(value, Anything):
            print(repr(value))


def _range(*bounds: int, **how: object) -> Anything:
    return Anything(range(*bounds), **how)


def _write(text: object = "", *_args: object, **_how: object) -> None:
    print(text)


_DEFINED: dict[str, Any] = {
    "display": _display,
    "get_ipython": lambda: _SHELL,
    "print": print,
    "trange": _range,
    "tnrange": _range,
    "version_info": (9, 0, 0, ""),  # matplotlib asks IPython for it
}


class Spec(importlib.machinery.ModuleSpec):
    """Tells a stand-in from the real module."""


class _Module(types.ModuleType):
    """A module in which every name is defined: a class where it is written like one, or is `tqdm`, from which people inherit."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if name in _DEFINED:
            return _DEFINED[name]
        if name[:1].isupper() or name.startswith("tqdm"):
            made: Any = type(name, (Anything,), {"write": staticmethod(_write)})
        else:
            made = Anything()
        setattr(self, name, made)
        return made


class _Loader:
    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        return _Module(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        module.__dict__["__version__"] = "0"


def spec(name: str) -> Spec:
    """Return what Python needs to import the stand-in for the module *name*."""
    return Spec(name, _Loader(), is_package=True)  # type: ignore[arg-type]
