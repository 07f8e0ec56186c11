"""
Ask known mistakes and mutants of a reference what a submission was asked, and return what they answer, or who answers as it did.

Runs as code of ours in a worker of its own, where it is a submission like any other: it imports nothing of ours.
"""

import functools
import hashlib
import importlib
import math
import re
import signal
import warnings
from collections.abc import Callable
from typing import Any

Ask = Callable[..., Any]
_OFFERED = {"math": "math", "np": "numpy", "torch": "torch"}
"""As for submissions: names that lines may use without an import."""
_SECONDS = 0.5
"""Of the processor, for all questions to one mutant: some never end."""
_SECONDS_AT_ALL = 5.0
"""For one that waits."""
_LOADING_SECONDS = 20.0
"""For a source to be run, which may import torch on a busy machine."""


class _TooLong(BaseException):
    pass


def _stop(*_args: object) -> None:
    raise _TooLong


def that_answer(
    sources: list[list[str]], functions: list[tuple[int, str, str]], questions: list[tuple[Any, ...]]
) -> list[int]:
    """
    Return the numbers of the functions that give every answer.

    Args:
        sources: Of modules, each in pieces.
        functions: (number of the source, name of the function, the name that it stands for in lines).
        questions: (call, whether it raised, the answer or the names of the exception's types); a call is (positional arguments,
            keyword arguments, lines of Python that ask, or none).
    """

    def gives_all(ask: Ask) -> bool:
        return all(_answers(ask, *question) for question in questions)

    return [number for number, gives in enumerate(_of_each(sources, functions, gives_all)) if gives]


def answers_of(
    sources: list[list[str]], functions: list[tuple[int, str, str]], calls: list[tuple[Any, ...]]
) -> list[Any]:
    """
    Return what each function answers to all calls; None where one of them never ends, or there is no such function.

    Each answer is (whether it raised, the answer or the names of the exception's types).

    Args:
        calls: (positional arguments, keyword arguments, lines of Python that ask, or none).
    """
    return _of_each(sources, functions, lambda ask: [_answer(ask, call) for call in calls])


def digests_of(
    sources: list[list[str]], functions: list[tuple[int, str, str]], calls: list[tuple[Any, ...]]
) -> list[Any]:
    """
    Return a hash of what each function answers to all calls, tensors to six digits; None as `answers_of` does.

    Args:
        calls: (positional arguments, keyword arguments, lines of Python that ask, or none).
    """

    def digest(ask: Ask) -> str:
        answers = hashlib.sha256()
        for call in calls:
            answers.update(_written(_answer(ask, call)).encode())
        return answers.hexdigest()

    return _of_each(sources, functions, digest)


def _of_each(
    sources: list[list[str]], functions: list[tuple[int, str, str]], find: Callable[["Ask"], Any]
) -> list[Any]:
    """Return what *find* makes of each function, which it is given to ask; None where it takes too long, or the source raises."""
    signal.signal(signal.SIGALRM, _stop)
    signal.signal(signal.SIGPROF, _stop)
    warnings.simplefilter("ignore")  # of mutants, some are odd
    modules: dict[int, dict[str, Any] | None] = {}
    found: list[Any] = []
    for number, name, stands_for in functions:
        if number not in modules:
            modules[number] = _within(0, _LOADING_SECONDS, functools.partial(_run, "".join(sources[number])))
        module = modules[number] or {}
        ask = functools.partial(_result, module, module.get(name), stands_for)
        found.append(_within(_SECONDS, _SECONDS_AT_ALL, functools.partial(find, ask)) if name in module else None)
    return found


def _run(source: str) -> dict[str, Any]:
    module: dict[str, Any] = {"__name__": "mutant"}
    exec(compile(source, "<mutant>", "exec"), module)
    return module


def _within(seconds: float, at_all: float, make: Callable[[], Any]) -> Any:
    """Return what is made; None where that raises, or takes so many seconds of the processor (0: any number) or at all."""
    try:
        signal.setitimer(signal.ITIMER_PROF, seconds)
        signal.setitimer(signal.ITIMER_REAL, at_all)
        return make()
    except (_TooLong, Exception, SystemExit):
        return None
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)


def _result(
    module: dict[str, Any], function: Any, name: str, args: tuple[Any, ...], kwargs: dict[str, Any], lines: str
) -> Any:
    """Return what a function answers to a call; lines call it by the name that it stands for."""
    if not lines:
        return function(*args, **kwargs)
    code = compile(lines, "<a check>", "exec")
    words = set(re.findall(r"\w+", lines))
    offered = {one: importlib.import_module(found) for one, found in _OFFERED.items() if one in words}
    names = {**module, name: function, **offered, **kwargs}
    exec(code, names)
    return names["answer"]


def _answer(ask: Ask, call: tuple[Any, ...]) -> tuple[bool, Any]:
    try:
        return False, ask(*call)
    except Exception as error:
        return True, [kind.__name__ for kind in type(error).__mro__]


def _written(answer: Any) -> str:
    """Write an answer so that equal ones are written alike: of a tensor all numbers, whatever order they were added up in."""
    if isinstance(answer, (tuple, list)):
        return f"{type(answer).__name__}({', '.join(map(_written, answer))})"
    if hasattr(answer, "shape") and hasattr(answer, "tolist"):
        numbers = ", ".join(f"{number + 0.0:.6g}" for number in answer.reshape(-1).tolist())
        return f"{answer.dtype} {tuple(answer.shape)}: {numbers}"
    return repr(answer)


def _answers(ask: Ask, call: tuple[Any, ...], raised: bool, expected: Any) -> bool:
    try:
        answer = ask(*call)
    except Exception as error:
        names = [kind.__name__ for kind in type(error).__mro__]
        return raised and ("ValueError" in names) == ("ValueError" in expected)
    return not raised and _same(answer, expected)


def _same(one: Any, other: Any) -> bool:
    one, other = (each.item() if getattr(each, "shape", None) == () else each for each in (one, other))
    if isinstance(one, (tuple, list)) and isinstance(other, (tuple, list)):
        return len(one) == len(other) and all(map(_same, one, other))
    if hasattr(one, "shape") or hasattr(other, "shape"):
        return _same_array(one, other)
    if isinstance(one, float) and type(other) in (float, int):  # who counts on paper writes 1 for 1.0
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12)
    return type(one) is type(other) and one == other


def _same_array(one: Any, other: Any) -> bool:
    import torch

    try:
        numbers = [isinstance(each, (float, list, tuple)) for each in (one, other)]
        one, other = (
            torch.as_tensor(each, dtype=torch.float64 if is_plain else None)
            for each, is_plain in zip((one, other), numbers, strict=True)
        )
    except (TypeError, ValueError, RuntimeError):
        return False
    if one.shape != other.shape or one.dtype != other.dtype:
        return False
    if one.dtype != torch.float64:
        return torch.allclose(one, other, rtol=1e-4, atol=1e-6)
    # what differs from the right answer in its ninth digit must not be that of a change which gives the right answer
    scale = one.abs().max().item() if one.numel() else 0.0
    return torch.allclose(one, other, rtol=0.0, atol=max(1e-9 * scale, 1e-12), equal_nan=True)
