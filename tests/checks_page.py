"""
Write docs/checks.md: all that a check can use, with a line that really uses it.

    make reference

Names, arguments and first sentences come from the code; each example is the shortest statement of a check of this course that
uses the name, or of a test where no check does.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from specimens import COURSE

from grader.atomic_write import write_atomically
from grader.checks import expect
from grader.grading import fixtures
from grader.proxy import Model, RemoteName, SharedEvidence

PAGE = COURSE / "docs" / "checks.md"
_TEXT = """\
# What a check can use

For authors of assignments; [`authors.md`](authors.md) says what a check is. Written by `make reference` from the code and from
the checks of this course: every example is a line of one of them, or of a test.

"""
_MODULES = (
    ("expect", "grader.checks.expect.values", "Answers of functions."),
    (
        "expect",
        "grader.checks.findings",
        "What a check found out besides its verdict, and pictures beside what is asked.",
    ),
    ("expect.network", "grader.checks.expect.network", "What holds for every good network, whatever its layers."),
    ("expect.known", "grader.checks.expect.known", "That a network is one of those in `networks.py`."),
    ("expect.loop", "grader.checks.expect.loop", "What a right training loop or evaluation does."),
    ("expect.history", "grader.checks.expect.history", "That the history of a training is true."),
    ("expect.learning", "grader.checks.expect.learning", "That a network learns from its own training."),
    ("expect.loosely", "grader.checks.expect.loosely", "What tests in notebooks require."),
    ("oracles", "grader.checks.oracles", "Right answers, worked out independently."),
    ("strategies", "grader.checks.strategies", "What Hypothesis draws."),
    ("pictures", "grader.checks.pictures", "Pictures of a question, drawn with characters."),
    ("table", "grader.checks.architectures.table", "Tables of layers, for `networks.py`."),
    ("influence", "grader.checks.architectures.influence", "Images that tell networks apart."),
    ("rehearsal", "grader.checks.training.rehearsal", "Lessons on which training loops are rehearsed."),
    ("curves", "grader.checks.training.curves", "Curves of a training on the page."),
    ("reading", "grader.checks.training.reading", "What a network read, on the page."),
    ("noise", "grader.datasets.noise", "Random tensors, from a key of the check."),
)
"""How checks call a module, its name, and what is in it."""
_PROXIES = (
    ("student.NAME", RemoteName, "A name of the submission."),
    ("model", Model, "What `student.NAME(…)` gives where NAME is a network."),
    ("shared", SharedEvidence, "What several checks need, asked for once."),
)
_FIXTURES = ("student", "reference", "networks", "task", "keys", "shared")
_IMPORTED_FROM = ("oracles", "strategies", "pictures", "table", "influence", "rehearsal", "curves", "reading", "noise")
"""Modules whose functions checks may import by name."""
_FILES = (
    *("assignments/*/checks/*.py", "solutions/*/checks/*.py", "assignments/*/networks.py"),
    *("tests/checks/**/*.py", "tests/proxy/test_lines.py"),
)
"""Where a line is looked for, in this order."""
_LONGEST = 150


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """A statement that uses a name."""

    name: str
    text: str


def page() -> str:
    """Return the page."""
    uses = list(_uses())
    blocks = ["## Fixtures\n", *_fixtures()]
    for called, kind, what in _PROXIES:
        methods = [(name, one) for name, one in vars(kind).items() if not name.startswith("_") and callable(one)]
        blocks += [f"\n## `{called}`\n\n{what}\n", *_entries(called, methods, uses)]
    for called, name, what in _MODULES:
        module = importlib.import_module(name)
        functions = [pair for pair in _functions(module) if called != "expect" or pair[0] in expect.__all__]
        blocks += [
            f"\n## `{called}`: {what[0].lower()}{what[1:].rstrip('.')}\n\nIn `{name}`.\n",
            *_entries(called, functions, uses),
        ]
    return _TEXT + "\n".join(blocks) + "\n"


def _fixtures() -> Iterator[str]:
    for name in _FIXTURES:
        found = getattr(fixtures, name)
        yield f"- `{name}`: {_first_sentence(getattr(found, '__wrapped__', found))}"


def _functions(module: ModuleType) -> list[tuple[str, Any]]:
    """Return the public functions and classes of a module that it defines itself, in the order of its source."""
    return [
        (name, one)
        for name, one in vars(module).items()
        if not name.startswith("_")
        and (inspect.isfunction(one) or inspect.isclass(one))
        and one.__module__ == module.__name__
        and not (inspect.isclass(one) and issubclass(one, Exception))
    ]


def _entries(called: str, functions: Sequence[tuple[str, Any]], uses: Sequence[Use]) -> Iterator[str]:
    for name, one in functions:
        yield f"\n**`{called}.{name}{_arguments(one)}`**  \n{_first_sentence(one)}"
        dotted = re.compile(rf"\b{_pattern(called)}\.{name}\(")
        bare = re.compile(rf"(?<![.\w]){name}\(" if called in _IMPORTED_FROM else "$^")
        fitting = [use.text for use in uses if use.name == name and (dotted.search(use.text) or bare.search(use.text))]
        if example := min(fitting, key=lambda text: (dotted.search(text) is None, len(text), text), default=""):
            yield f"\n```python\n{example}\n```"


def _pattern(called: str) -> str:
    return re.escape(called).replace("NAME", r"\w+")


def _arguments(one: Callable[..., object]) -> str:
    """Return the arguments of a function without their types, which its docstring says in words."""
    if inspect.isclass(one):
        return ""
    parameters = [
        parameter.replace(annotation=inspect.Parameter.empty)
        for parameter in inspect.signature(one).parameters.values()
        if parameter.name not in ("self", "_self")
    ]
    return str(inspect.Signature(parameters))


def _first_sentence(one: object) -> str:
    text = (inspect.getdoc(one) or "").partition("\n\n")[0]
    return " ".join(text.split())


def _uses() -> Iterator[Use]:
    """Yield short statements of checks of this course, then of the tests of checks, by the name that they call last."""
    found: dict[str, list[Use]] = {}
    for pattern in (
        "assignments/*/checks/*.py",
        "solutions/*/checks/*.py",
        "assignments/*/networks.py",
        "tests/checks/**/*.py",
        "tests/proxy/test_l*.py",
    ):
        here = [use for path in sorted(COURSE.glob(pattern)) for use in _of_file(path)]
        for use in here:
            found.setdefault(use.name, [])
        new = {use.name for use in here if not found[use.name]}
        for use in here:
            if use.name in new:
                found[use.name].append(use)
    yield from (use for every in found.values() for use in every)


def _of_file(path: Path) -> Iterator[Use]:
    for node in ast.walk(ast.parse(path.read_bytes())):
        if not isinstance(node, ast.Expr | ast.Assign | ast.Return) or node.value is None:
            continue
        text = ast.unparse(node).removeprefix("return ")
        if len(text) > _LONGEST or "\n" in text:
            continue
        for call in ast.walk(node):
            if isinstance(call, ast.Call):
                name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
                yield Use(name=name, text=text)


if __name__ == "__main__":
    write_atomically(PAGE, page().encode())
