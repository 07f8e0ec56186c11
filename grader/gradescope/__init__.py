"""
One assignment for Gradescope: the zip that an instructor uploads, and what runs in its container.

    bundle.py      the zip, made where the course lies
    container.py   which of Gradescope's containers an assignment needs
    settings.py    what the one tells the other, as a file in the zip
    run.py         one submission as it lies in the container to one results.json
    metadata.py    what Gradescope says about a submission
    results.py     Gradescope's results.json
    files/         setup.sh and run_autograder, which Gradescope starts

The zip and the run are imported when they are first used: both need torch and pytest.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from grader.gradescope.settings import Settings, Shown

if TYPE_CHECKING:
    from grader.gradescope.bundle import write as write_bundle
    from grader.gradescope.run import run as run_autograder

__all__ = ["Settings", "Shown", "run_autograder", "write_bundle"]

_FUNCTIONS = {"write_bundle": ("bundle", "write"), "run_autograder": ("run", "run")}


def __getattr__(name: str) -> object:
    if name in _FUNCTIONS:
        module, function = _FUNCTIONS[name]
        return getattr(importlib.import_module(f"{__name__}.{module}"), function)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
