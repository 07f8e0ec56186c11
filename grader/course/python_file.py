"""
Import a Python file of a course by its path: tables of networks, known mistakes, makers of attacks.
"""

from __future__ import annotations

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

from grader.errors import AssignmentError


def load(path: Path, *names: str) -> ModuleType:
    """
    Return a file as a module of its own, which `sys.modules` does not hold.

    Args:
        names: What it must define.

    Raises:
        AssignmentError: If it raises anything, or does not define one of *names*; the text names file and error.
    """
    spec = spec_from_file_location(f"{path.stem}_of_{path.parent.name}", path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
        for name in names:
            getattr(module, name)
    except AssignmentError as error:  # a table in it says itself what is wrong
        raise AssignmentError(f"{path}: {error}") from None
    except Exception as error:
        raise AssignmentError(f"{path}: cannot be loaded: {type(error).__name__}: {error}") from error
    return module
