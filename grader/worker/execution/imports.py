"""
What a submission finds when it imports.  UNTRUSTED SIDE.

A package that this worker may not read is absent.  One that only shows something (progress, widgets, tables of layers) is
never absent: it shows nothing instead, as it would on a machine where nobody looks.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.machinery
import os
import sys
import types
from collections.abc import Iterator, Sequence

from grader import protocol
from grader.worker.execution import shows_nothing


class Imports:
    """Finds modules before Python's own finders do."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """
        Find a module as usual, or its stand-in.

        Under Landlock a package is found and then refused, and a PermissionError about paths of the grader would tell a
        student nothing.

        Raises:
            ModuleNotFoundError: If it is there, but cannot be read.
        """
        if name == _TENSORBOARD and not _is_readable(importlib.machinery.PathFinder.find_spec("tensorboard")):
            return shows_nothing.spec(name)
        if isinstance(getattr(sys.modules.get(name.rpartition(".")[0]), "__spec__", None), shows_nothing.Spec):
            return shows_nothing.spec(name)
        if path is not None:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name)
        if spec is None or not _is_readable(spec):
            if name in protocol.ONLY_SHOWS:
                return shows_nothing.spec(name)
            if spec is not None:
                raise ModuleNotFoundError(f"No module named '{name}'", name=name)
        elif name == "torch" and spec.loader is not None:
            _prepare_quietly(spec.loader)
        return spec


_TENSORBOARD = "torch.utils.tensorboard"
"""A part of torch that needs another package."""


def load_torch() -> None:
    """Import torch and let it look at the machine, which it does when it first computes, and complains where it may not."""
    import torch
    import torch.utils._python_dispatch
    from safetensors import torch as _  # noqa: F401

    torch.set_num_threads(1)
    torch.backends.nnpack.set_flags(False)  # it would look for memory and processors that workers cannot see
    torch.conv2d(torch.zeros(1, 1, 3, 3), torch.zeros(1, 1, 3, 3))


def _is_readable(spec: importlib.machinery.ModuleSpec | None) -> bool:
    if spec is None:
        return False
    if spec.origin is None or not os.path.isabs(spec.origin):
        return True
    try:
        open(spec.origin, "rb").close()
    except OSError:
        return False
    return True


def _prepare_quietly(loader: object) -> None:
    """Let what torch writes while it looks at a machine that is hidden from it go nowhere."""
    execute = loader.exec_module  # type: ignore[attr-defined]

    def exec_quietly(module: types.ModuleType) -> None:
        with _silent_stderr():
            execute(module)
            with contextlib.suppress(Exception):  # what it needs to compute fails where it is computed
                load_torch()

    loader.exec_module = exec_quietly  # type: ignore[attr-defined]


@contextlib.contextmanager
def _silent_stderr() -> Iterator[None]:
    """Turn the descriptor aside to which libraries write past Python."""
    retained = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(retained, 2)
        os.close(nowhere)
        os.close(retained)
