"""
A source notebook of nbgrader: what a cell is stands in its metadata.

    solution           students write it, between `### BEGIN SOLUTION` and `### END SOLUTION`, or all of it
    grade              a test, some of it hidden; with `solution`, what students write is judged by a person
    task               a text that sets a task, which a person judges; its scheme of marks is in it
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from grader.authoring.importing import prose
from grader.authoring.importing.bindings import Bindings, Code, Kind, Origin
from grader.authoring.importing.draft import ByHand, Draft, Part, Probe, Question, Role, Todo
from grader.authoring.importing.marking import marked, marked_whole, plain, unmarked_prose
from grader.authoring.importing.notebook import Cell, is_to_be_seen, parsed, without_magics

_MARKER = re.compile(r"^([ \t]*)#*[ \t]*(BEGIN|END) SOLUTION\b.*$", re.M)
_HIDDEN = re.compile(r"^[^\n]*BEGIN HIDDEN TESTS?[^\n]*\n(?P<hidden>.*?)^[^\n]*END HIDDEN TESTS?[^\n]*$", re.M | re.S)
_SCHEME = re.compile(r"^[^\n]*BEGIN MARK SCHEME[^\n]*\n(?P<scheme>.*?)^[^\n]*END MARK SCHEME[^\n]*$", re.M | re.S)
_AUTOTEST = re.compile(r"^[ \t]*#+[ \t]*(?:HASHED )?AUTOTEST\b.*$", re.M)
_ANSWER = "*Write your answer here.*"
_DOCSTRING = re.compile(r"\s*[rR]?(\"{3}|'{3}|\"|')(?P<text>.*?)\1", re.S)


def is_nbgrader(cells: Sequence[Cell]) -> bool:
    """Return whether a notebook has cells that nbgrader grades or in which students write."""
    return any(_says(cell, word) for cell in cells for word in ("solution", "grade", "task"))


def draft_of(cells: Sequence[Cell]) -> Draft:
    """Return what a source notebook of nbgrader holds."""
    return _Reading(cells).draft()


def _metadata(cell: Cell) -> Mapping[str, Any]:
    found = cell.metadata.get("nbgrader", {})
    return found if isinstance(found, dict) else {}


def _says(cell: Cell, word: str) -> bool:
    return _metadata(cell).get(word) is True


def _points(cell: Cell) -> Fraction:
    value = _metadata(cell).get("points", 0)
    try:
        return max(Fraction(str(value)), Fraction(0))
    except (ValueError, ZeroDivisionError):
        return Fraction(0)


@dataclass(slots=True)
class _Reading:
    cells: Sequence[Cell]
    parts: list[Part] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    todos: list[Todo] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    title: str = ""
    """Of what comes next, as the last Markdown says it."""
    tests: list[tuple[Cell, str]] = field(default_factory=list)
    """Cells of tests, with the title that they stand below."""

    def draft(self) -> Draft:
        for cell in self.cells:
            self._read(cell)
        self._assign_tests()
        return Draft(
            kind="nbgrader",
            title=prose.title_of(cell.source for cell in self.cells if cell.kind == "markdown"),
            parts=self.parts,
            questions=[one for one in self.questions if one.cells or one.tests or one.by_hand],
            todos=self.todos,
            notes=self.notes,
        )

    def _read(self, cell: Cell) -> None:
        if cell.kind == "code":
            source, magics = without_magics(cell.source)
            cell = cell.with_source(source)
            for line in filter(is_to_be_seen, magics):
                self.todos.append(
                    Todo(cell=cell.number, what=line, why="a solution is plain Python: see what that line did")
                )
        if _says(cell, "task"):
            self._task(cell)
        elif _says(cell, "grade") and _says(cell, "solution"):
            self._by_hand(cell)
        elif _says(cell, "grade"):
            self.tests.append((cell, self.title))
        elif _says(cell, "solution") and cell.kind == "code":
            self._solution(cell)
        elif cell.kind == "markdown":
            self.title = prose.title_in(cell.source) or self.title
            self.parts.append(Part(cell=cell.number, role=Role.PROSE, text=unmarked_prose(cell.source)))
        elif cell.kind == "code":
            self._given(cell)

    def _given(self, cell: Cell) -> None:
        if re.search(r"BEGIN SOLUTION", cell.source):
            self._solution(cell)
        elif parsed(cell.source) is None:
            self.todos.append(Todo(cell=cell.number, what="given code", why="is no Python and was left out"))
        elif cell.source.strip():
            self.parts.append(Part(cell=cell.number, role=Role.GIVEN, text=cell.source, plain=cell.source))

    def _solution(self, cell: Cell) -> None:
        source = _MARKER.sub(lambda found: f"{found[1]}### {found[2]} SOLUTION", cell.source)
        if not source.strip():
            return
        text = marked(source) if "### BEGIN SOLUTION" in source else marked_whole(source)
        if text is None:
            self.todos.append(
                Todo(cell=cell.number, what="a solution", why="is no Python, or nothing but comments, and was left out")
            )
            return
        self.parts.append(Part(cell=cell.number, role=Role.SOLUTION, text=text, plain=plain(source)))
        self._question(cell).cells.append(cell.number)

    def _question(self, cell: Cell) -> Question:
        grade_id = str(_metadata(cell).get("grade_id") or "")
        named = grade_id if not grade_id.startswith("cell-") else ""
        if not named and cell.kind == "code" and (tree := parsed(plain(cell.source))) is not None:
            named = next((str(node.name) for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)), "")
        taken = [one.name for one in self.questions]
        name = prose.name_of(named or self.title, taken, f"cell_{cell.number}")
        question = Question(name=name, title=self.title or named or f"Cell {cell.number}")
        self.questions.append(question)
        return question

    def _by_hand(self, cell: Cell) -> None:
        question = self._question(cell)
        what = "the text" if cell.kind == "markdown" else "the code"
        item = f"{what} of cell {cell.number}: {question.title}"
        question.by_hand.append(
            ByHand(item=item, points=_points(cell), model_answer=_SCHEME.sub("", cell.source).strip())
        )
        if cell.kind == "markdown":
            self.parts.append(Part(cell=cell.number, role=Role.PROSE, text=_ANSWER))
            return
        text = marked_whole(plain(cell.source))
        if text is not None:
            self.parts.append(Part(cell=cell.number, role=Role.SOLUTION, text=text, plain=plain(cell.source)))
            question.cells.append(cell.number)

    def _task(self, cell: Cell) -> None:
        scheme = "\n".join(found["scheme"].strip() for found in _SCHEME.finditer(cell.source))
        text = _SCHEME.sub("", cell.source).strip("\n")
        self.title = prose.title_in(text) or self.title
        self.parts.append(Part(cell=cell.number, role=Role.PROSE, text=unmarked_prose(text)))
        question = self._question(cell)
        item = f"the task of cell {cell.number}: {question.title}"
        question.by_hand.append(ByHand(item=item, points=_points(cell), model_answer=scheme))

    # tests

    def _assign_tests(self) -> None:
        solutions = [part for part in self.parts if part.role is Role.SOLUTION]
        defined = {part.cell: _defined(part) for part in solutions}
        for cell, title in self.tests:
            question = self._question_of(cell, defined, title)
            question.tests += self._tests(cell)

    def _question_of(self, cell: Cell, defined: Mapping[int, frozenset[str]], title: str) -> Question:
        """Return the question of the last solution above of which a test uses a name, or of the last one above."""
        words = set(re.findall(r"\w+", cell.source))
        above = [one for one in self.questions if one.cells and one.cells[0] < cell.number]
        for question in reversed(above):
            if any(words & defined.get(number, frozenset()) for number in question.cells):
                return question
        if above:
            return above[-1]
        question = Question(
            name=prose.name_of(title, [one.name for one in self.questions], f"cell_{cell.number}"),
            title=title or f"Cell {cell.number}",
        )
        self.questions.append(question)
        return question

    def _tests(self, cell: Cell) -> list[Probe]:
        if cell.kind != "code":
            return []
        for found in _AUTOTEST.finditer(cell.source):
            self.todos.append(
                Todo(
                    cell=cell.number,
                    what=found[0].strip(),
                    why="nbgrader computes what is right from the solution; write a check",
                )
            )
        public = _HIDDEN.sub("", cell.source).strip("\n")
        hidden = "\n".join(found["hidden"] for found in _HIDDEN.finditer(cell.source)).strip("\n")
        points = _points(cell)
        parts = [(public, False)] if _tests_something(public) else []
        parts += [(hidden, True)] if _tests_something(hidden) else []
        if not parts and not _AUTOTEST.search(cell.source):
            parts = [(public or hidden, not public)]
        if len(parts) == 2:
            self.notes.append(f"cell {cell.number} is tested in public and hidden: half of its points each")
        sentence = _DOCSTRING.match(public)
        grade_id = str(_metadata(cell).get("grade_id") or "")
        return [
            Probe(
                cell=cell.number,
                name=grade_id if not grade_id.startswith("cell-") else "",
                source=source,
                points=points / len(parts),
                is_hidden=is_hidden,
                sentence=" ".join(sentence["text"].split()) if sentence else "",
                before=public if is_hidden else "",
            )
            for source, is_hidden in parts
        ]


def _tests_something(source: str) -> bool:
    tree = parsed(without_magics(source)[0])
    if tree is None:
        return bool(source.strip())
    return bool(
        re.search(
            r"\bassert|\braise\b|\bok_\(|\beq_\(|unittest",
            "\n".join(re.sub(r"#.*", "", line) for line in source.split("\n")),
        )
    )


def _defined(part: Part) -> frozenset[str]:
    bindings = Bindings([Code(number=part.cell, origin=Origin.SOLUTION, source=part.plain)])
    return frozenset(name for kind in (Kind.FUNCTION, Kind.CLASS, Kind.VALUE) for name in bindings.of_solutions(kind))
