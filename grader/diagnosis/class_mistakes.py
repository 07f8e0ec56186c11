"""
What is wrong with how a class of the submission is written, told from torch's own exception and the lines of the class.

Only torch's exception makes a claim; the lines, which are read as text and never run, say where the method went.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass

from grader.diagnosis.mistake import Mistake
from grader.errors import StudentRaised

_LACKS_FORWARD = re.compile(r'Module \[(\w{1,200})\] is missing the required "forward" function')
_RETURNS = re.compile(r"forward must return one tensor of scores, but it returned (None|\d+ things)")
_BEFORE_INIT = re.compile(r"before Module\.__init__\(\) call")
_OF_EVERY_MODULE = re.compile(r"\bModule\.(\w{1,200})\(\) (?:takes|got|missing)")
"""What Python says where a method of nn.Module is called as if it were a layer."""
_OF_OUR_NETWORK = re.compile(r"'_Network' object has no attribute '(\w{1,200})'")
"""What torch says where a layer is asked for that the network of a lesson has not."""
_CLASS = re.compile(r"([ \t]*)class[ \t]+(\w+)\b")
_DEF = re.compile(r"([ \t]*)(?:async[ \t]+)?def[ \t]+(\w+)[ \t]*\(")
_LIKE_FORWARD = 0.7


@dataclass(frozen=True, slots=True, kw_only=True)
class _Function:
    """A function in the lines of a class."""

    name: str
    within: str | None
    """The method that it is nested in; None for a method."""


def explain(error: StudentRaised, source: str) -> Mistake | None:
    """
    Return what explains that torch refuses a class, or None.

    Args:
        source: The file that defines it.
    """
    lacking = _LACKS_FORWARD.search(error.text) if "NotImplementedError" in error.type_names else None
    if lacking is not None:
        return _without_forward(lacking[1], source)
    returned = _RETURNS.search(error.text)
    if returned is not None:
        return Mistake(
            name="returns_nothing" if returned[1] == "None" else "returns_several_things",
            hint="which line of `forward` hands the scores back, and what stands in it beside them?",
        )
    if "AttributeError" in error.type_names and _BEFORE_INIT.search(error.text):
        return Mistake(
            name="no_super_init",
            hint="`super().__init__()` is the first line of `__init__`: without it nn.Module cannot hold layers",
        )
    layer = _OF_OUR_NETWORK.search(error.text) if "AttributeError" in error.type_names else None
    if layer is not None and "class _Network" not in source:
        return Mistake(
            name="asks_for_layers_of_its_own_network",
            hint=f"the network that is handed over has no `{layer[1]}`: `model` may be another one than yours, so what can be "
            "asked of every network?",
        )
    method = _OF_EVERY_MODULE.search(error.text) if "TypeError" in error.type_names else None
    if method is not None and re.search(rf"\bself\.{method[1]}\s*=[^=]", source):
        return Mistake(
            name="layer_named_as_a_method",
            hint=f"every nn.Module has a method `{method[1]}`, and a layer of that name does not take its place: "
            f"what does `self.{method[1]}(…)` call?",
        )
    return None


def _without_forward(name: str, source: str) -> Mistake:
    functions = _functions_of(name, source)
    nested = next((one for one in functions if one.name == "forward" and one.within is not None), None)
    if nested is not None:
        return Mistake(
            name="forward_is_nested",
            message=f"`forward` is defined inside `{nested.within}`: indent it as a method",
            hint=f"it belongs to the class, on the same indentation as `def {nested.within}`",
        )
    methods = [one.name for one in functions if one.within is None and one.name != "forward"]
    near = max(methods, key=_likeness, default=None)
    if near is not None and _likeness(near) >= _LIKE_FORWARD:
        return Mistake(
            name="forward_is_misspelt",
            message=f"`{name}` has no method `forward`, but one that is called `{near}`",
            hint="nn.Module calls `forward`, by exactly this name",
        )
    return Mistake(
        name="no_forward",
        message=f"`{name}` has no method `forward`",
        hint="`def forward(self, x)` says what the network computes; nn.Module calls it by exactly this name",
    )


def _likeness(name: str) -> float:
    return difflib.SequenceMatcher(None, name.lower().strip("_"), "forward").ratio()


def _functions_of(name: str, source: str) -> list[_Function]:
    """Return the functions in the lines of a class, methods and those that are nested in one."""
    found: list[_Function] = []
    enclosing: int | None = None
    method: tuple[int, str] | None = None
    for line in source.expandtabs().splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        indent = len(line) - len(line.lstrip())
        if enclosing is not None and indent <= enclosing:
            enclosing = method = None
        opened = _CLASS.match(line)
        if enclosing is None and opened is not None and opened[2] == name:
            enclosing, method, found = indent, None, []  # of several, the last one counts
            continue
        defined = _DEF.match(line) if enclosing is not None else None
        if defined is None:
            continue
        if method is None or indent <= method[0]:
            method = indent, defined[2]
            found.append(_Function(name=defined[2], within=None))
        else:
            found.append(_Function(name=defined[2], within=method[1]))
    return found
