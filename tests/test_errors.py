"""The exception tree and what its members say."""

import inspect
import re

import pytest

from grader import errors
from grader.errors import (
    CheckFailed,
    Crashed,
    ForbiddenOperation,
    MissingDefinition,
    OutOfMemory,
    StudentRaised,
    TimedOut,
    TooManyProcesses,
)

_DRAWN = re.compile(r"^([ │├└─]*)([A-Z]\w+)", re.MULTILINE)


def drawn_tree():
    """Read each drawn class and the class it hangs from; None for a root."""
    tree, path = {}, []
    for indent, name in _DRAWN.findall(errors.__doc__.partition("\n\n")[2].rpartition("\n\n")[0]):
        depth = (len(indent) - 4) // 4
        path[depth:] = [name]
        tree[name] = path[depth - 1] if depth else None
    return tree


def real_tree():
    classes = [
        kind for _name, kind in inspect.getmembers(errors, inspect.isclass) if kind.__module__ == errors.__name__
    ]
    return {kind.__name__: kind.__base__.__name__ if kind.__base__ in classes else None for kind in classes}


def test_every_error_is_in_the_drawn_tree():
    """The tree at the top of the module names every class, under its base, and no other."""
    assert drawn_tree() == real_tree()


def test_tree_has_two_roots():
    """All but lost workers are GraderErrors; a lost worker is no Exception, so that Hypothesis does not shrink it."""
    assert [name for name, base in real_tree().items() if base is None] == ["GraderError", "WorkerLost"]
    assert not issubclass(errors.WorkerLost, Exception)


def test_missing_definition_suggests_the_near_name():
    """The text names what is missing and what may have been meant."""
    error = MissingDefinition("NaiveConvNet", "NaiveConvnet")

    assert (error.name, error.near) == ("NaiveConvNet", "NaiveConvnet")
    assert str(error) == (
        "your submission does not define `NaiveConvNet`; it defines `NaiveConvnet`: is that it, under another name?"
    )


def test_missing_definition_without_a_near_name():
    """Where nothing looks like it, nothing is suggested."""
    assert str(MissingDefinition("add", None)) == "your submission does not define `add`"


@pytest.mark.parametrize(("text", "said"), [("no", "ValueError: no"), ("", "ValueError")], ids=["with-text", "bare"])
def test_student_raised_reads_as_python_writes_it(text, said):
    """The text is the exception's type and, if it says something, what it says."""
    error = StudentRaised(("ValueError", "Exception"), text, ("a.py, line 1",))

    assert str(error) == said
    assert (error.type_names, error.text, error.trace) == (("ValueError", "Exception"), text, ("a.py, line 1",))
    assert not error.while_loading


def test_forbidden_operation_names_the_operator():
    """The text names the operator and what to do instead."""
    error = ForbiddenOperation("aten::convolution")

    assert error.operator == "aten::convolution"
    assert str(error) == "`aten::convolution` may not be used in this exercise: write it yourself"


def test_check_failed_keeps_its_facts_apart():
    """Message, both answers and hint are attributes; the message is the text."""
    error = CheckFailed("wrong", expected="1", received="2", hint="think")

    assert (str(error), error.expected, error.received, error.hint) == ("wrong", "1", "2", "think")


@pytest.mark.parametrize(
    ("scope", "what"),
    [("request", "one call"), ("check", "this check as a whole")],
    ids=["one-request", "whole-check"],
)
def test_timed_out_says_what_took_too_long(scope, what):
    """The text names the limit in seconds and what passed it."""
    error = TimedOut(2.5, scope)

    assert str(error) == f"your code was stopped: {what} took longer than 2.5 s"
    assert (error.limit_seconds, error.scope) == (2.5, scope)


def test_out_of_memory_says_the_limit():
    """The text names the limit in MiB."""
    assert str(OutOfMemory(2 * 1024**3)) == "your code needed more memory than the limit of 2,048 MiB"
    assert str(OutOfMemory(None)) == "your code needed more memory than there is on the GPU"


def test_too_many_processes_says_how_many():
    """The text names the limit; it is a kind of crash."""
    error = TooManyProcesses(64)
    assert str(error) == "your code was stopped: it started more than 64 processes and threads"
    assert isinstance(error, Crashed)
