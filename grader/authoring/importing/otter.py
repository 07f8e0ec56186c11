"""
A source notebook of otter-grader, or of jassign before it.

    raw cells `# BEGIN QUESTION`, `# BEGIN SOLUTION`, `# BEGIN PROMPT`, `# BEGIN TESTS` and their ends     otter
    a question in a block of Markdown that begins with `BEGIN QUESTION`, cells that begin with `# TEST`    jassign

What is configured is YAML of few keys: a line `key: value`, or a list below a key.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from grader.authoring.importing import prose
from grader.authoring.importing.draft import ByHand, Draft, Part, Probe, Question, Role, Todo
from grader.authoring.importing.marking import has_solution, marked, marked_whole, plain, unmarked_prose
from grader.authoring.importing.notebook import Cell, is_to_be_seen, parsed, without_magics

_BOUNDARY = re.compile(r"#?\s*(?P<what>(?:BEGIN|END) (?:QUESTION|SOLUTION|PROMPT|TESTS)|ASSIGNMENT CONFIG)\s*", re.I)
_BLOCK = re.compile(
    r"^```[ \t]*\w*\n[ \t]*(?:#[ \t]*)?BEGIN QUESTION\b(?P<config>.*?)^```[ \t]*$"
    r"|<!--\s*(?:#[ \t]*)?BEGIN QUESTION\b(?P<comment>.*?)-->",
    re.M | re.S | re.I,
)
_FENCED = re.compile(r"```otter[ \t]*\n(?P<inner>.*?)\n```", re.S)
"""A boundary where there are no raw cells."""
_TEST_CELL = re.compile(r"#+\s*(?P<hidden>HIDDEN)?\s*TEST\s*#*\s*", re.I)
_CONFIG = re.compile(
    r"^\s*(\"{3}|'{3})[ \t]*#[ \t]*BEGIN TEST CONFIG[ \t]*\n(?P<config>.*?)\1[ \t]*;?[ \t]*#[ \t]*END TEST CONFIG[ \t]*$",
    re.M | re.S,
)
_HIDDEN = re.compile(r"^\s*#\s*HIDDEN\s*$", re.M)
_IGNORED_LINE = re.compile(r"^.*#[ \t]*IGNORE[ \t]*$", re.M)
_IGNORED_BLOCK = re.compile(r"^[ \t]*#[ \t]*BEGIN IGNORE\b.*?^[ \t]*#[ \t]*END IGNORE[ \t]*$", re.M | re.S)
_SEED = re.compile(r"#[ \t]*SEED[ \t]*$", re.M)
_PROMPT_END = re.compile(r"(\"{3}|'{3})[ \t]*;[ \t]*(#[ \t]*END PROMPT)")
_WHOLE = re.compile(r"^\s*##\s*solution\s*##\s*$", re.I | re.M)
_MARKED = re.compile(r"#+\s?(?:BEGIN )?SOLUTION\b")
_ANSWER = "*Write your answer here.*"
_OF_OTTER = re.compile(
    r"^\s*(?:import otter|from otter\b.*|grader\s*=\s*otter\..*|grader\.(?:check|check_all|export)\(.*\))\s*$", re.M
)


def is_otter(cells: Sequence[Cell]) -> bool:
    """Return whether a notebook has questions as otter or jassign begin them."""
    return any(
        _boundary(cell) == "BEGIN QUESTION"
        or _FENCED.match(cell.source.strip())
        or (cell.kind == "markdown" and _BLOCK.search(cell.source))
        for cell in cells
    )


def draft_of(cells: Sequence[Cell]) -> Draft:
    """Return what a source notebook of otter or jassign holds."""
    return _Reading(cells).draft()


def _boundary(cell: Cell) -> str:
    """Return which boundary a cell is; empty if it is none."""
    found = _BOUNDARY.fullmatch(cell.first_line) if cell.kind in ("raw", "markdown", "code") else None
    if found is None or (cell.kind == "code" and len(cell.source.strip().split("\n")) > 1):
        return ""  # a marker in code is a part of that cell
    return found["what"].upper()


def settings(text: str) -> Mapping[str, str | list[str]]:
    """Read `key: value` lines, and lists below a key; anything deeper is passed over."""
    found: dict[str, str | list[str]] = {}
    key = ""
    for line in text.split("\n"):
        line = re.sub(r"(?:^|\s)#.*$", "", line.rstrip()).rstrip()
        if (item := re.fullmatch(r"\s*-\s*(.*)", line)) and key:
            items = found.get(key)
            found[key] = [*(items if isinstance(items, list) else []), item[1].strip("'\"")]
        elif entry := re.fullmatch(r"([A-Za-z_]\w*)\s*:\s*(.*)", line):
            key = entry[1]
            found[key] = entry[2].strip().strip("'\"")
    return found


def _is_true(value: object) -> bool:
    return isinstance(value, str) and value.lower() in ("true", "yes", "on")


def _fraction(value: object) -> Fraction | None:
    try:
        return max(Fraction(str(value)), Fraction(0))
    except (ValueError, ZeroDivisionError):
        return None


@dataclass(slots=True)
class _Asked:
    """A question that is being read."""

    question: Question
    config: Mapping[str, str | list[str]]
    model_answer: list[str] = field(default_factory=list)

    @property
    def is_manual(self) -> bool:
        return _is_true(self.config.get("manual"))


@dataclass(slots=True)
class _Reading:
    cells: Sequence[Cell]
    parts: list[Part] = field(default_factory=list)
    asked: list[_Asked] = field(default_factory=list)
    todos: list[Todo] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    within: str = ""
    """`SOLUTION`, `PROMPT` or `TESTS`: in which block of a question cells are."""
    is_open: bool = False
    """Whether cells belong to the last question."""
    is_jassign: bool = False
    heading: str = ""

    def draft(self) -> Draft:
        for cell in self.cells:
            self._read(cell)
        for one in self.asked:
            self._finish(one)
        return Draft(
            kind="otter",
            title=prose.title_of(cell.source for cell in self.cells if cell.kind == "markdown"),
            parts=self.parts,
            questions=[one.question for one in self.asked],
            todos=self.todos,
            notes=self.notes,
        )

    def _read(self, cell: Cell) -> None:
        if cell.kind == "markdown" and (fenced := _FENCED.fullmatch(cell.source.strip())):
            cell = cell.with_source(fenced["inner"])
        boundary = _boundary(cell)
        if boundary:
            self._boundary(cell, boundary)
        elif cell.kind == "markdown" and (block := _BLOCK.search(cell.source)):
            self.is_jassign = True
            text = (cell.source[: block.start()] + cell.source[block.end() :]).strip("\n")
            self._begin(cell, block["config"] or block["comment"] or "", text)
            self.parts.append(Part(cell=cell.number, role=Role.PROSE, text=unmarked_prose(text)))
        elif cell.kind == "markdown":
            self._prose(cell)
        elif cell.kind == "code":
            self._code(cell)

    def _boundary(self, cell: Cell, boundary: str) -> None:
        verb, _space, what = boundary.partition(" ")
        if boundary == "BEGIN QUESTION":
            self._begin(cell, cell.source.partition("\n")[2], "")
        elif boundary == "END QUESTION":
            self.is_open, self.within = False, ""
        elif verb in ("BEGIN", "END"):
            self.within = what if verb == "BEGIN" else ""

    def _begin(self, cell: Cell, config: str, text: str) -> None:
        read = settings(config.replace("# ", "") if config.lstrip().startswith("# name") else config)
        name = read.get("name")
        title = prose.title_in(text)
        taken = [one.question.name for one in self.asked]
        named = prose.name_of(name if isinstance(name, str) else "", taken, f"question_{len(taken) + 1}")
        self.asked.append(_Asked(Question(name=named, title=title), read))
        self.is_open, self.within = True, ""

    def _prose(self, cell: Cell) -> None:
        is_answer = self.within == "SOLUTION" or (
            self.is_jassign and self.is_open and self.asked[-1].is_manual and re.match(r"\s*\**SOLUTION\b", cell.source)
        )
        if is_answer and self.asked:
            self.asked[-1].model_answer.append(cell.source)
            self.parts.append(Part(cell=cell.number, role=Role.PROSE, text=_ANSWER))
            return
        if self.within == "PROMPT" and self.parts and self.parts[-1].text == _ANSWER:
            self.parts.pop()
        title = prose.title_in(cell.source)
        if self.is_open and self.asked and not self.asked[-1].question.title:
            self.asked[-1].question.title = title
        self.heading = title or self.heading
        self.parts.append(Part(cell=cell.number, role=Role.PROSE, text=unmarked_prose(cell.source)))

    def _code(self, cell: Cell) -> None:
        source, magics = without_magics(cell.source)
        for line in filter(is_to_be_seen, magics):
            self.todos.append(
                Todo(cell=cell.number, what=line, why="a solution is plain Python: see what that line did")
            )
        source = _OF_OTTER.sub("", source).strip("\n")
        if not source.strip():
            return
        cell = cell.with_source(source)
        found = _TEST_CELL.fullmatch(cell.first_line)
        if self.within == "TESTS" or (found is not None and self.asked and self.is_jassign):
            self._test(cell, is_hidden=found is not None and found["hidden"] is not None)
        elif (self.within == "SOLUTION" or _MARKED.search(source)) and self.within != "PROMPT":
            self._solution(cell)
        elif parsed(source) is None:
            self.todos.append(Todo(cell=cell.number, what="given code", why="is no Python and was left out"))
        else:
            self.parts.append(Part(cell=cell.number, role=Role.GIVEN, text=source, plain=source))

    def _solution(self, cell: Cell) -> None:
        source = _IGNORED_BLOCK.sub("", cell.source)
        source = _IGNORED_LINE.sub("", source)
        is_whole = bool(_WHOLE.search(source))
        source = _PROMPT_END.sub(r"\1  \2", _SEED.sub("# SOLUTION NO PROMPT", _WHOLE.sub("", source))).strip("\n")
        if not source.strip():
            return
        if is_whole and not _MARKED.search(source):
            text = marked_whole(source)
        elif has_solution(source):
            text = marked(source)
        else:
            text = source if parsed(source) is not None else None
        if text is None:
            self.todos.append(Todo(cell=cell.number, what="a solution", why="is no Python and was left out"))
            return
        is_manual = bool(self.asked) and self.is_open and self.asked[-1].is_manual
        role = Role.SOLUTION if has_solution(text) else Role.GIVEN
        self.parts.append(Part(cell=cell.number, role=role, text=text, plain=plain(source)))
        if self.is_open and self.asked:
            self.asked[-1].question.cells.append(cell.number)
            if is_manual:
                self.asked[-1].model_answer.append(plain(source))

    def _test(self, cell: Cell, *, is_hidden: bool) -> None:
        source, config = cell.source, {}
        if (found := _CONFIG.search(source)) is not None:
            config = dict(settings(found["config"]))
            source = source[: found.start()] + source[found.end() :]
        is_hidden = is_hidden or _is_true(config.get("hidden")) or _HIDDEN.search(source) is not None
        source = _HIDDEN.sub("", source)
        if _TEST_CELL.fullmatch(cell.first_line):
            source = source.partition("\n")[2]
        sentence = config.get("failure_message") or ""
        points = _fraction(config["points"]) if "points" in config else None
        test = Probe(
            cell=cell.number,
            name="",
            source=source.strip("\n"),
            points=Fraction(-1) if points is None else points,
            is_hidden=is_hidden,
            sentence=sentence if isinstance(sentence, str) else "",
            shown=cell.shown,
            printed=cell.prints,
        )
        self.asked[-1].question.tests.append(test)

    def _finish(self, one: _Asked) -> None:
        question = one.question
        question.title = question.title or question.name
        stated = one.config.get("points")
        total = _fraction(stated) if isinstance(stated, str) and stated else None
        if one.is_manual:
            answer = "\n\n".join(one.model_answer)
            question.by_hand.append(
                ByHand(item=question.title, points=Fraction(1) if total is None else total, model_answer=answer)
            )
        if not question.tests:
            return
        listed = [_fraction(item) for item in stated] if isinstance(stated, list) else []
        if isinstance(stated, str) and (each := re.search(r"each\s*:\s*([\d.]+)", stated)):
            listed = [_fraction(each[1])] * len(question.tests)
        stated_points = [test.points for test in question.tests if test.points >= 0]
        unstated = len(question.tests) - len(stated_points)
        rest = (
            Fraction(0)
            if total is None and any(stated_points)
            else (Fraction(1) if total is None else total) - sum(stated_points)
        )
        share = max(rest, Fraction(0)) / unstated if unstated else Fraction(0)
        question.tests = [_with_points(test, number, listed, share) for number, test in enumerate(question.tests)]


def _with_points(test: Probe, number: int, listed: Sequence[Fraction | None], share: Fraction) -> Probe:
    if number < len(listed) and listed[number] is not None:
        return replace(test, points=listed[number] or Fraction(0))
    return replace(test, points=share if test.points < 0 else test.points)
