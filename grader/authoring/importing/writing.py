"""
Write an imported notebook down as an assignment: one source, a handout, assignment.toml and checks.
"""

from __future__ import annotations

import ast
import builtins
import importlib.util
import json
import math
import re
import sys
import textwrap
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from fractions import Fraction

from grader.authoring.importing import prose
from grader.authoring.importing.bindings import Bindings, Code, Kind, Origin, bound_by
from grader.authoring.importing.draft import Draft, Part, Probe, Question, Role
from grader.authoring.importing.expressions import getter_of
from grader.authoring.importing.guarding import guarded
from grader.authoring.importing.notebook import parsed
from grader.authoring.importing.tests_to_checks import Check, check_of, draws_from

_LARGEST_FACTOR = 60
"""Points that are no whole numbers are multiplied by at most this; beyond it they are rounded."""
_WIDTH = 110
_NOT_IMPORTED = (
    "otter",
    "nose",
    "pytest",
    "unittest",
    "IPython",
    "ipywidgets",
    "client",
    "gofer",
    "jassign",
    "ipytest",
)
"""Packages that a notebook has for its tests, or for Jupyter."""
_USUAL_PACKAGES = ("torch", "numpy")


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """An exercise, and what became of its tests."""

    question: Question
    checks: tuple[Check, ...]
    provides: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """The files of an imported assignment, by their paths in a course, and what they hold."""

    files: Mapping[str, str]
    exercises: tuple[Carried, ...]
    factor: int
    """By what points were multiplied."""
    notes: tuple[str, ...]


def written(draft: Draft, slug: str, origin: str) -> Written:
    """
    Return the files of an assignment.

    Args:
        origin: The name of the notebook.
    """
    return _Writing(draft, slug, origin).written()


class _Writing:
    def __init__(self, draft: Draft, slug: str, origin: str) -> None:
        self._draft, self._slug, self._origin = draft, slug, origin
        self._title = draft.title or slug.replace("_", " ").strip().capitalize()
        tests = [test for question in draft.questions for test in question.tests]
        self._bindings = Bindings(sorted(self._codes(tests), key=lambda code: code.number))
        self._notes = list(draft.notes)
        self._factor, self._is_rounded = _factor([*(test.points for test in tests), *_points_by_hand(draft)])
        self._taken: list[str] = []

    def written(self) -> Written:
        exercises = tuple(self._carried(question) for question in self._draft.questions)
        getters = tuple(
            dict.fromkeys(
                value for one in exercises for check in one.checks if check.statements for value in check.needs.values
            )
        )
        solution, assignment = f"solutions/{self._slug}", f"assignments/{self._slug}"
        files = {
            f"{solution}/{self._slug}.py": self._source(getters),
            f"{assignment}/README.md": self._readme(),
            f"{assignment}/assignment.toml": self._toml(exercises),
        }
        for is_hidden, folder in ((False, assignment), (True, solution)):
            text = self._checks(exercises, is_hidden=is_hidden)
            if text:
                suffix = "_hidden" if is_hidden else ""
                kind = "test" if "\ndef test_" in text else "todo"  # pytest would miss checks in a file that has none
                files[f"{folder}/checks/{kind}_{self._slug}{suffix}.py"] = text
        answers = self._model_answers()
        if answers:
            files[f"{solution}/model_answers.md"] = answers
        self._note_points()
        if absent := self._absent():
            self._notes.append(f"not installed here, and imported by the notebook: {', '.join(absent)}")
        return Written(files=files, exercises=exercises, factor=self._factor, notes=tuple(self._notes))

    def _codes(self, tests: Sequence[Probe]) -> Iterator[Code]:
        for part in self._draft.parts:
            if part.role is not Role.PROSE:
                origin = Origin.SOLUTION if part.role is Role.SOLUTION else Origin.GIVEN
                yield Code(number=part.cell, origin=origin, source=part.plain)
        for test in tests:
            yield Code(number=test.cell, origin=Origin.TEST, source=test.source)

    def _carried(self, question: Question) -> Carried:
        checks = tuple(check_of(test, self._bindings) for test in question.tests)
        asked: dict[str, None] = {}
        for check in checks:
            if check.statements:
                asked |= check.needs.functions
                asked |= dict.fromkeys(getter_of(*value, self._bindings) for value in check.needs.values)
        own = [
            name
            for name, binding in self._bindings.of_solutions(Kind.FUNCTION).items()
            if binding.cell in question.cells and not question.by_hand
        ]
        return Carried(question=question, checks=checks, provides=tuple(dict.fromkeys([*own, *asked])))

    # the source

    def _source(self, getters: Sequence[tuple[str, int]]) -> str:
        parts = guarded(self._draft.parts, [name for name, _cell in getters])
        cells = [f'"""Reference solution of {_in_quotes(self._title)}."""  # SOLUTION NO PROMPT']
        imports = self._imports(_names_that_are_run(parts))
        if imports:
            cells.append("# %%\n" + "\n".join(imports))
        for part in parts:
            if part.role is Role.PROSE:
                lines = (f"# {line}".rstrip() for line in part.text.split("\n"))
                cells.append("# %% [markdown]\n" + "\n".join(lines))
                continue
            text = _without_imports(part) if part.role is Role.GIVEN else part.text
            mine = [self._getter(*value) for value in getters if value[1] == part.cell]
            if text.strip():
                cells.append("# %%\n" + "\n\n\n".join([text.strip("\n"), *mine]))
        return "\n\n".join(cells) + "\n"

    def _getter(self, name: str, cell: int) -> str:
        """Return the function by which checks ask for a value; of one that is bound anew later, what it is in that cell."""
        function = getter_of(name, cell, self._bindings)
        if function == f"answer_{name}":
            return f'def {function}():\n    """Return `{name}`, which the checks ask for."""\n    return {name}'
        saved = f"{name}_of_cell_{cell}"
        text = (
            f'def {function}():\n    """Return `{name}` as it is here, which the checks ask for."""\n    return {saved}'
        )
        return f"{saved} = {name}\n\n\n{text}"

    def _imports(self, needed: Set[str]) -> list[str]:
        """Return the imports of given cells; of those that only examples need, that examples alone run them."""
        found: dict[str, bool] = {}
        bound: set[str] = set()
        nodes = [node for part in self._draft.parts if part.role is Role.GIVEN for node in _import_nodes(part.plain)]
        for node in nodes:
            bound.update(alias.asname or alias.name.partition(".")[0] for alias in node.names)
        for node in nodes:
            if _root(node) in _NOT_IMPORTED or _is_of_tests(node):
                continue
            names = {alias.asname or alias.name.partition(".")[0] for alias in node.names}
            is_needed = (
                bool(needed - bound) if names == {"*"} else bool(names & {*needed}) or _root(node) == "__future__"
            )
            found[ast.unparse(node)] = is_needed
        run = [text for text, is_needed in found.items() if is_needed]
        shown = [f"    {text}" for text, is_needed in found.items() if not is_needed]
        run.sort(key=lambda text: not text.startswith("from __future__"))
        return [*run, *([""] if run and shown else []), *(['if __name__ == "__main__":', *shown] if shown else [])]

    # the handout

    def _readme(self) -> str:
        texts = [part.text for part in self._draft.parts if part.role is Role.PROSE]
        if not texts or not prose.title_in(texts[0]):
            texts = [f"# {self._title}", *texts]
        return "\n\n".join(text.strip("\n") for text in texts) + "\n"

    def _model_answers(self) -> str:
        texts = [
            f"## {one.item}\n\n{one.model_answer}"
            for question in self._draft.questions
            for one in question.by_hand
            if one.model_answer
        ]
        return "\n\n".join([f"# Model answers of {self._title}", *texts]) + "\n" if texts else ""

    # assignment.toml

    def _toml(self, exercises: Sequence[Carried]) -> str:
        head = [
            f"title = {_quoted(self._title)}",
            f"summary = {_quoted(f'Imported from {self._origin}.')} # TODO: say in a sentence what students do",
            f'file = "{self._slug}.py"',
            f"packages = [{', '.join(_quoted(name) for name in self._packages())}]",
            "",
        ]
        tables = [self._table(one) for one in exercises]
        return "\n".join([*head, *(line for table in tables for line in table)]).rstrip("\n") + "\n"

    def _absent(self) -> list[str]:
        """Return the packages that the notebook imports and that are not installed here."""
        return [name for name in self._packages() if importlib.util.find_spec(name) is None]

    def _packages(self) -> list[str]:
        used: dict[str, None] = {}
        for part in self._draft.parts:
            if part.role is not Role.PROSE:
                for node in ast.walk(parsed(part.plain) or ast.Module([], [])):
                    if isinstance(node, ast.Import | ast.ImportFrom):
                        used |= dict.fromkeys(_roots(node))
        return [
            *_USUAL_PACKAGES,
            *(name for name in used if name not in {*_USUAL_PACKAGES, *_NOT_IMPORTED, *sys.stdlib_module_names}),
        ]

    def _table(self, one: Carried) -> list[str]:
        question = one.question
        lines: list[str] = []
        if one.provides or one.checks or not question.by_hand:
            lines = ["[[exercises]]", f'name = "{question.name}"', f"title = {_quoted(question.title)}"]
            lines += [f"provides = [{', '.join(_quoted(name) for name in one.provides)}]", ""]
        if question.by_hand:
            name = f"{question.name}_by_hand" if lines else question.name
            table = [
                "[[exercises]]",
                f'name = "{name}"',
                f"title = {_quoted(question.title)}",
                'graded = "by hand"',
                "",
            ]
            for item in question.by_hand:
                table += [
                    "[[exercises.rubric]]",
                    f"item = {_quoted(item.item)}",
                    f"points = {self._points(item.points)}",
                    "",
                ]
            lines += table
        return lines

    # checks

    def _checks(self, exercises: Sequence[Carried], *, is_hidden: bool) -> str:
        chosen = [(one, check) for one in exercises for check in one.checks if check.test.is_hidden is is_hidden]
        if not chosen:
            return ""
        bodies = [self._check(one, check) for one, check in chosen]
        imports = dict.fromkeys(
            text for _one, check in chosen if check.statements for text in check.needs.imports.values()
        )
        if any(check.needs.draws for _one, check in chosen if check.statements):
            imports["import numpy as np"] = None
        kind = "Hidden" if is_hidden else "Public"
        ours = [
            "import pytest",
            *sorted(imports, key=lambda text: (text.startswith("from"), text)),
            "",
            "from grader.checks import expect",
        ]
        return (
            "\n\n\n".join(
                [
                    "\n".join(
                        [
                            f'"""{kind} checks of {_in_quotes(self._title)}, from {_in_quotes(self._origin)}."""',
                            "",
                            *ours,
                        ]
                    ),
                    *bodies,
                ]
            )
            + "\n"
        )

    def _check(self, one: Carried, check: Check) -> str:
        test = check.test
        number = sum(1 for other in one.checks[: one.checks.index(check)])
        name = prose.name_of(test.name or f"{one.question.name}_{number + 1}", self._taken, "check")
        name = (
            prose.name_of(f"{name}_hidden", self._taken, "check")
            if test.is_hidden and not name.endswith("hidden")
            else name
        )
        self._taken.append(name)
        head = [
            f'@pytest.mark.check(points={self._points(test.points)}, exercise="{one.question.name}")',
            f"def test_{name}(student):",
            f"    {_docstring(test.sentence or f'{one.question.title}: cell {test.cell} of the notebook.')}",
        ]
        if not check.statements:
            return "\n".join(_commented_check(head, check))
        statements = list(check.statements)
        if check.needs.draws and "draws = " not in ast.unparse(statements[0]):
            statements.insert(0, draws_from(0))
        lines = [line for statement in statements for line in _folded(statement)]
        if _looks_at_answers(statements):
            lines = ["with expect.loosely.answers():", *(f"    {line}" if line else "" for line in lines)]
        for item in check.left:
            lines += [f"# TODO: {item.why}", *(f"# {line}".rstrip() for line in item.text.split("\n"))]
        return "\n".join([*head, *(f"    {line}" if line else "" for line in lines)])

    def _points(self, points: Fraction) -> int:
        return max(1, round(points * self._factor))

    def _note_points(self) -> None:
        if self._factor > 1:
            rounded = " and rounded" if self._is_rounded else ""
            self._notes.append(f"points are multiplied by {self._factor}{rounded}, since a check gives whole points")
        nothing = sum(1 for question in self._draft.questions for test in question.tests if not test.points)
        if nothing:
            self._notes.append(f"{nothing} tests were worth nothing; each is worth 1 point now")


def _commented_check(head: Sequence[str], check: Check) -> Iterator[str]:
    """Yield a check of which nothing was carried over, as a comment."""
    why = "; ".join(check.reasons)
    yield f"# TODO: cell {check.test.cell}: write this check: the test {why}"
    yield from (f"# {line}".rstrip() for line in head)
    yield from (f"#     {line}".rstrip() for line in check.test.source.split("\n"))


def _points_by_hand(draft: Draft) -> list[Fraction]:
    return [item.points for question in draft.questions for item in question.by_hand]


def _factor(points: Sequence[Fraction]) -> tuple[int, bool]:
    """Return by what points are multiplied so that they are whole, and whether they must be rounded all the same."""
    needed = math.lcm(*(one.denominator for one in points)) if points else 1
    return (needed, False) if needed <= _LARGEST_FACTOR else (10, True)


def _names_that_are_run(parts: Sequence[Part]) -> set[str]:
    """Return the names that an import of the source needs and that no cell of it defines."""
    loaded: set[str] = set()
    bound = set(dir(builtins))
    for part in parts:
        tree = parsed(part.text) if part.role is not Role.PROSE else None
        for statement in tree.body if tree is not None else ():
            if isinstance(statement, ast.Import | ast.ImportFrom) and part.role is Role.GIVEN:
                continue
            bound.update(bound_by(statement))
            if ast.unparse(statement).startswith("if __name__"):
                continue
            for node in ast.walk(statement):
                if isinstance(node, ast.Name):
                    (loaded if isinstance(node.ctx, ast.Load) else bound).add(node.id)
                elif isinstance(node, ast.arg):
                    bound.add(node.arg)
    return loaded - bound


def _import_nodes(source: str) -> list[ast.Import | ast.ImportFrom]:
    tree = parsed(source)
    return [node for node in (tree.body if tree else ()) if isinstance(node, ast.Import | ast.ImportFrom)]


def _roots(node: ast.Import | ast.ImportFrom) -> list[str]:
    if isinstance(node, ast.ImportFrom):
        return [node.module.partition(".")[0]] if node.module and not node.level else []
    return [alias.name.partition(".")[0] for alias in node.names]


def _root(node: ast.Import | ast.ImportFrom) -> str:
    return next(iter(_roots(node)), "")


def _is_of_tests(node: ast.Import | ast.ImportFrom) -> bool:
    return isinstance(node, ast.ImportFrom) and (node.module or "").endswith(".testing")


def _without_imports(part: Part) -> str:
    """Return given code without the imports that stand at the top of the source now."""
    lines = part.text.split("\n")
    for node in _import_nodes(part.text):
        if ";" not in "".join(lines[node.lineno - 1 : node.end_lineno]):
            for number in range(node.lineno - 1, node.end_lineno or node.lineno):
                lines[number] = "\0"
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line for line in lines if line != "\0"))


def _folded(statement: ast.stmt) -> list[str]:
    """Return the lines of a statement; long calls with an argument on each line."""
    text = ast.unparse(statement)
    if (
        all(len(line) <= _WIDTH for line in text.split("\n"))
        or not isinstance(statement, ast.Expr)
        or not isinstance(statement.value, ast.Call)
    ):
        return text.split("\n")
    call = statement.value
    words = [ast.unparse(arg) for arg in call.args] + [
        f"{word.arg}={ast.unparse(word.value)}" for word in call.keywords if word.arg
    ]
    if len(words) != len(call.args) + len(call.keywords) or any("\n" in word for word in words):
        return text.split("\n")
    return [f"{ast.unparse(call.func)}(", *(f"    {word}," for word in words), ")"]


def _looks_at_answers(statements: Sequence[ast.stmt]) -> bool:
    """Return whether anything but `expect` works on an answer: then it may be of a kind with which that cannot be done."""
    for statement in statements:
        call = statement.value if isinstance(statement, ast.Expr) else None
        if not isinstance(call, ast.Call) or not ast.unparse(call.func).startswith("expect."):
            return True
        first = call.args[0] if call.args else None
        is_asked = isinstance(first, ast.Call) and ast.unparse(first.func).startswith("student.")
        rest = [*call.args[1:], *(first.args if isinstance(first, ast.Call) else ())]
        if not is_asked and ast.unparse(call.func) != "expect.raises":
            return True
        if any("student." in ast.unparse(one) for one in rest) and ast.unparse(call.func) != "expect.raises":
            return True
    return False


def _docstring(sentence: str) -> str:
    text = _in_quotes(" ".join(sentence.split()))
    if len(text) <= _WIDTH:
        return f'"""{text}"""'
    return '"""\n' + "\n".join(f"    {line}" for line in textwrap.wrap(text, _WIDTH - 4)) + '\n    """'


def _in_quotes(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"""', "'''").rstrip('"')


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
