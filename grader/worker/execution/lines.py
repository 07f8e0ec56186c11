"""Run lines of Python of the harness with a submission's names.  UNTRUSTED SIDE."""

from __future__ import annotations

import importlib
import re
import types
from typing import Any

from grader import protocol

_FILE = "<a check>"
"""What tracebacks call the lines; no file of the submission has this name."""


def answer_of(module: types.ModuleType, request: protocol.Use) -> Any:
    """
    Return what the lines leave in `answer`; raises what they raise.

    They see the names of the submission, over these what is offered, which a submission may call otherwise, and their inputs.
    """
    code = compile(request.lines, _FILE, "exec")
    words = set(re.findall(r"\w+", request.lines))
    names = {
        **vars(module),
        **{name: importlib.import_module(found) for name, found in protocol.OFFERED.items() if name in words},
        **{name: protocol.unpack(value) for name, value in request.inputs.items()},
    }
    exec(code, names)
    return names["answer"]
