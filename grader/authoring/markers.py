"""
The markers of a source: which lines are a solution, and what stands for them in the stub.

Two families are known, each with the meaning that it has where it comes from:

    ### BEGIN SOLUTION … ### END SOLUTION       nbgrader: the stub has `# YOUR CODE HERE` and raises NotImplementedError
    # BEGIN SOLUTION … # END SOLUTION           otter: the stub has the prompt that follows, or raises NotImplementedError
    # BEGIN SOLUTION NO PROMPT …                likewise, but without a prompt the stub has nothing
    ''' # BEGIN PROMPT … ''' # END PROMPT       the prompt, lines in a string that the solution does not run
    # BEGIN PROMPT … # END PROMPT               the prompt, lines that both have
    total = 3  # SOLUTION                       one statement: the stub has `total = ...`, or raises NotImplementedError
    total = 3  # SOLUTION NO PROMPT             one statement, of which the stub has nothing

A marker is a comment as Python reads it, so that no text in quotes is one.
"""

from __future__ import annotations

import ast
import enum
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from grader.course import python_file
from grader.errors import AssignmentError

_BEGIN = re.compile(r"(?:###|#)\s?BEGIN SOLUTION(?P<bare> NO PROMPT)?")
_END = re.compile(r"(?:###|#)\s?END SOLUTION")
_PROMPT = re.compile(r"#\s?(?P<what>BEGIN|END) PROMPT")
_LINE = re.compile(r"(?:.*\s)?#\s?SOLUTION(?P<bare> NO PROMPT)?")
_TESTS = re.compile(r"#+\s*(?:(?:BEGIN|END) (?:HIDDEN TESTS?|TESTS?|TEST CONFIG|MARK SCHEME)|(?:HASHED )?AUTOTEST)\b.*")
_ALMOST = re.compile(
    r"#+\s*(?:(?:begin|end)[\s_-]*(?:solution|prompt)\b.*|(?:begin|end)[\s_-]+(?:solutions|prompts).*"
    r"|solution[\s_-]+no[\s_-]*prompts?)",
    re.IGNORECASE,
)
_OPENS_STRING = re.compile(r"""[rR]?(?:\"{3}|'{3})[ \t]*#\s?BEGIN PROMPT[ \t]*\n""")
_LAYOUT = (tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.COMMENT)


class _Kind(enum.Enum):
    BEGIN = "# BEGIN SOLUTION"
    END = "# END SOLUTION"
    BEGIN_PROMPT = "# BEGIN PROMPT"
    END_PROMPT = "# END PROMPT"
    PROMPT = '""" # BEGIN PROMPT'
    """A whole prompt, in a string."""
    LINE = "# SOLUTION"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Marker:
    """A marker, as it stands in a source."""

    kind: _Kind
    line: int
    """The first line that belongs to it; of a statement on several lines the first one of these."""
    last: int
    text: str
    is_bare: bool = False
    """Whether it says NO PROMPT."""

    @property
    def is_of_nbgrader(self) -> bool:
        """Whether it is one of that family."""
        return self.text.startswith("###")


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """A part of a source that students do not get."""

    first: int
    """The line of its first marker, from 1."""
    last: int
    """The line of its last marker, or that of the prompt after it."""
    answer: range
    """The lines between the markers."""
    instead: tuple[str, ...]
    """The lines of the stub that stand for it."""
    raises: bool
    """Whether these are the ones that raise NotImplementedError."""


def solutions_of(text: str, path: Path) -> tuple[Solution, ...]:
    """
    Return the parts of a source that are marked as solutions, in order; none where there is no marker.

    Raises:
        AssignmentError: If a marker is nested, not closed, stray, misspelt or one of tests; the text names file and line.
    """
    lines = text.split("\n")
    found: list[Solution] = []
    opened: _Marker | None = None
    for marker in _markers(text, path):
        if opened is None:
            if marker.kind in (_Kind.END, _Kind.END_PROMPT):
                begin = "BEGIN PROMPT" if marker.kind is _Kind.END_PROMPT else "BEGIN SOLUTION"
                raise _wrong(
                    path, marker, f"closes nothing; write `# {begin}` above what it should close, or delete it"
                )
            if marker.kind in (_Kind.BEGIN, _Kind.BEGIN_PROMPT):
                opened = marker
            elif marker.kind is _Kind.LINE:
                found.append(_statement(marker, lines, path))
            else:
                prompt = lines[marker.line : marker.last - 1]
                found[-1:] = [_with_prompt(found[-1:], marker, marker.last, prompt, lines, path)]
            continue
        closes = _Kind.END if opened.kind is _Kind.BEGIN else _Kind.END_PROMPT
        if marker.kind is not closes:
            meant = f"close the one of line {opened.line} first, with `{_closing(opened)}`"
            raise _wrong(path, marker, f"stands within `{opened.text}`; {meant}")
        if marker.is_of_nbgrader is not opened.is_of_nbgrader:
            raise _wrong(
                path,
                marker,
                f"closes `{opened.text}` of line {opened.line}; write `{_closing(opened)}`, of the same family",
            )
        if opened.kind is _Kind.BEGIN:
            found.append(_block(opened, marker, lines, path))
        else:
            prompt = lines[opened.line : marker.line - 1]
            found[-1:] = [_with_prompt(found[-1:], opened, marker.last, prompt, lines, path)]
        opened = None
    if opened is not None:
        raise _wrong(path, opened, f"is not closed; write `{_closing(opened)}` below what it should hold")
    return tuple(found)


def stub_of(text: str, path: Path) -> str:
    """
    Return what students start from: a source without its solutions.

    Raises:
        AssignmentError: As `solutions_of` does, or if there is no marker, or what is left is no Python or raises when imported.
    """
    solutions = solutions_of(text, path)
    if not solutions:
        raise AssignmentError(
            f"{path}: no line is marked as a solution, so the stub would be the solution; put `# BEGIN SOLUTION` above and "
            "`# END SOLUTION` below what students write"
        )
    python_file.require_python(text, path)
    lines = _Lines(text.split("\n"))
    for solution in solutions:
        lines.replace(solution)
    stub = lines.finish()
    try:
        tree = ast.parse(stub)
    except SyntaxError as error:
        line = lines.origin(error.lineno or 1)
        raise AssignmentError(
            f"{path}:{line}: without its solutions this is no Python: {error.msg}; mark a whole block, or give it a prompt "
            "with what must stay"
        ) from None
    _refuse_raising(tree, solutions, lines, path)
    return stub


class _Lines:
    """The lines of a stub as they come together, and where each of them is from."""

    def __init__(self, source: list[str]) -> None:
        self._source = source
        self._taken = 0
        self._lines: list[tuple[str, int]] = []
        self.raising: list[tuple[int, Solution]] = []
        """The lines that raise NotImplementedError, with what they stand for."""

    def replace(self, solution: Solution) -> None:
        """Take the source up to a solution, and what stands for it."""
        between = self._source[self._taken : solution.first - 1]
        if solution.raises and not any(line.strip() for line in between) and self._ends_in(solution.instead):
            self._taken = solution.last  # two solutions in a row are one to who starts from the stub
            return
        self._take(solution.first - 1)
        self._taken = solution.last
        if not solution.instead:
            self._close_gap()
        self._lines += [(line, solution.first) for line in solution.instead]
        if solution.raises:
            self.raising.append((len(self._lines), solution))

    def finish(self) -> str:
        """Take the rest, and return the text."""
        self._take(len(self._source))
        while self._lines and not self._lines[-1][0].strip():
            self._lines.pop()
        return "\n".join(line for line, _origin in self._lines) + "\n"

    def origin(self, line: int) -> int:
        """Return the line of the source that a line of the stub is from."""
        return self._lines[min(line, len(self._lines)) - 1][1] if self._lines else 1

    def _take(self, until: int) -> None:
        self._lines += [(self._source[number], number + 1) for number in range(self._taken, until)]
        self._taken = max(self._taken, until)

    def _ends_in(self, instead: tuple[str, ...]) -> bool:
        """Whether what comes last is what stands for a solution too, and the same."""
        return tuple(line for line, _origin in self._lines[-len(instead) :]) == instead

    def _close_gap(self) -> None:
        """Leave as many blank lines as there were on one side of what is gone, not as on both; none at the top of a cell."""
        before = 0
        while before < len(self._lines) and not self._lines[-1 - before][0].strip():
            before += 1
        at_top = before == len(self._lines) or self._lines[-1 - before][0].startswith("# %%")
        while self._taken < len(self._source) and not self._source[self._taken].strip() and (before or at_top):
            self._taken += 1
            before -= 1


def _refuse_raising(tree: ast.Module, solutions: tuple[Solution, ...], lines: _Lines, path: Path) -> None:
    """Require that every NotImplementedError of ours is in a function: elsewhere the stub could not be imported."""
    functions = [
        range(node.lineno, (node.end_lineno or node.lineno) + 1)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    for line, solution in lines.raising:
        if not any(line in function for function in functions):
            raise AssignmentError(
                f"{path}:{solution.first}: this solution is in no function, so the stub would raise NotImplementedError as "
                "soon as it is imported; add NO PROMPT to its marker, or give it a prompt"
            )


def _markers(text: str, path: Path) -> Iterator[_Marker]:
    """Yield the markers of a source, in order."""
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (tokenize.TokenError, SyntaxError):
        python_file.require_python(text, path)  # which says it better, and where
        raise
    statement = 0
    """Where the statement begins that is being read; 0 between statements."""
    prompt: tokenize.TokenInfo | None = None
    for number, token in enumerate(tokens):
        if token.type == tokenize.STRING and statement == 0 and _OPENS_STRING.match(token.string):
            prompt = token
        if token.type == tokenize.NEWLINE:
            if prompt is not None:
                raise AssignmentError(
                    f"{path}:{prompt.start[0]}: `# BEGIN PROMPT` in this string is not closed; write `# END PROMPT` behind "
                    "the quotes that end it"
                )
            statement = 0
        elif token.type not in _LAYOUT and statement == 0:
            statement = token.start[0]
        elif token.type == tokenize.COMMENT:
            marker = _marker(token, tokens[number + 1], statement, prompt, path)
            if marker is not None:
                prompt = None
                yield marker


def _marker(
    token: tokenize.TokenInfo, after: tokenize.TokenInfo, statement: int, prompt: tokenize.TokenInfo | None, path: Path
) -> _Marker | None:
    """Return the marker that a comment is, or None."""
    comment, line = token.string.strip(), token.start[0]
    is_alone = not token.line[: token.start[1]].strip()
    if _TESTS.fullmatch(comment):
        raise AssignmentError(
            f"{path}:{line}: `{comment}` marks tests, and there are none in a source; write checks, in `checks/` of the "
            "assignment or, hidden, of its solution"
        )
    if (found := _PROMPT.fullmatch(comment)) is not None:
        if prompt is not None and found["what"] == "END":
            return _Marker(kind=_Kind.PROMPT, line=prompt.start[0], last=line, text=_Kind.PROMPT.value)
        kind = _Kind.BEGIN_PROMPT if found["what"] == "BEGIN" else _Kind.END_PROMPT
        return _alone(_Marker(kind=kind, line=line, last=line, text=comment), path, is_alone=is_alone)
    if (found := _BEGIN.fullmatch(comment)) is not None:
        marker = _Marker(kind=_Kind.BEGIN, line=line, last=line, text=comment, is_bare=found["bare"] is not None)
        return _alone(marker, path, is_alone=is_alone)
    if _END.fullmatch(comment):
        return _alone(_Marker(kind=_Kind.END, line=line, last=line, text=comment), path, is_alone=is_alone)
    if (found := _LINE.fullmatch(comment)) is not None:
        text = comment[comment.rindex("#") :]
        if is_alone or after.type != tokenize.NEWLINE:
            raise AssignmentError(
                f"{path}:{line}: `{text}` is not at the end of a statement; put it there, or `# BEGIN SOLUTION` above and "
                "`# END SOLUTION` below what is meant"
            )
        return _Marker(kind=_Kind.LINE, line=statement, last=line, text=text, is_bare=found["bare"] is not None)
    if _ALMOST.fullmatch(comment):
        known = "`# BEGIN SOLUTION`, `# BEGIN SOLUTION NO PROMPT`, `# END SOLUTION`, `# BEGIN PROMPT`, `# END PROMPT`"
        raise AssignmentError(
            f"{path}:{line}: `{comment}` is no marker, but nearly one; there are: {known}, `# SOLUTION`, "
            "`# SOLUTION NO PROMPT`, and `### BEGIN SOLUTION`, `### END SOLUTION`"
        )
    return None


def _alone(marker: _Marker, path: Path, *, is_alone: bool) -> _Marker:
    if not is_alone:
        raise _wrong(path, marker, "stands behind code; give it a line of its own")
    return marker


def _wrong(path: Path, marker: _Marker, why: str) -> AssignmentError:
    return AssignmentError(f"{path}:{marker.line}: `{marker.text}` {why}")


def _closing(opened: _Marker) -> str:
    if opened.kind is _Kind.BEGIN_PROMPT:
        return "# END PROMPT"
    return "### END SOLUTION" if opened.is_of_nbgrader else "# END SOLUTION"


def _block(opened: _Marker, closed: _Marker, lines: list[str], path: Path) -> Solution:
    answer = range(opened.line + 1, closed.line)
    if not any(lines[number - 1].strip() for number in answer):
        raise _wrong(path, opened, "holds nothing; write the solution between the two markers")
    first = next(lines[number - 1] for number in answer if lines[number - 1].strip())
    indent = first[: len(first) - len(first.lstrip())]
    return Solution(
        first=opened.line,
        last=closed.line,
        answer=answer,
        instead=() if opened.is_bare else _not_implemented(indent, of_nbgrader=opened.is_of_nbgrader),
        raises=not opened.is_bare,
    )


def _not_implemented(indent: str, *, of_nbgrader: bool) -> tuple[str, ...]:
    if of_nbgrader:
        return (f"{indent}# YOUR CODE HERE", f"{indent}raise NotImplementedError()")
    return (f"{indent}raise NotImplementedError",)


def _statement(marker: _Marker, lines: list[str], path: Path) -> Solution:
    """Return one marked statement as a solution."""
    answer = range(marker.line, marker.last + 1)
    text = "\n".join(lines[number - 1] for number in answer)
    indent = text[: len(text) - len(text.lstrip())]
    solution = Solution(first=marker.line, last=marker.last, answer=answer, instead=(), raises=False)
    if marker.is_bare:
        return solution
    try:
        tree = ast.parse(f"if True:\n{text}" if indent else f"\n{text}")
    except (SyntaxError, ValueError):
        raise _wrong(
            path,
            marker,
            "is behind what is no statement by itself; put `# BEGIN SOLUTION` and `# END SOLUTION` around all of it",
        ) from None
    node = tree.body[0].body[0] if isinstance(tree.body[0], ast.If) and indent else tree.body[0]
    if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
        *before, last_line = text.split("\n")[: node.value.lineno - 1]
        before.append(last_line.encode()[: node.value.col_offset].decode())
        return replace(solution, instead=tuple(("\n".join(before).rstrip(" (\n") + " ...").split("\n")))
    return replace(solution, instead=_not_implemented(indent, of_nbgrader=False), raises=True)


def _with_prompt(
    before: list[Solution], marker: _Marker, last: int, prompt: list[str], lines: list[str], path: Path
) -> Solution:
    """Return the solution that a prompt stands for, with the prompt."""
    if not before or any(line.strip() for line in lines[before[0].last : marker.line - 1]):
        raise _wrong(
            path, marker, "follows no solution; a prompt goes directly below the `# END SOLUTION` that it stands for"
        )
    (solution,) = before
    if not solution.raises and solution.instead:
        raise _wrong(path, marker, f"is a second prompt for the solution of line {solution.first}; write one")
    return replace(solution, last=last, instead=tuple(prompt), raises=False)
