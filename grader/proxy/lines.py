"""
Lines of Python that a check asks by: what they must be, and how a student reads them.
"""

from __future__ import annotations

import ast
import functools
import textwrap
from collections.abc import Mapping

from grader.errors import AssignmentError
from grader.proxy.packing import render

ANSWER = "answer"
"""The name in which lines leave what they ask for."""


@functools.lru_cache(maxsize=1024)  # Hypothesis asks by the same lines again and again
def asked_lines(lines: str) -> str:
    """
    Return lines without the indentation that they have in common, and without empty ones around them.

    Raises:
        AssignmentError: If they are no Python, or leave no `answer`.
    """
    lines = textwrap.dedent(lines).strip("\n").rstrip()
    try:
        tree = ast.parse(lines)
    except SyntaxError as error:
        raise AssignmentError(
            f"a check asks by lines that are no Python ({error.msg}, line {error.lineno}): {lines}"
        ) from None
    stored = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    if ANSWER not in stored:
        raise AssignmentError(f"a check asks by lines that leave nothing in the name `{ANSWER}`: {lines}")
    return lines


def render_lines(lines: str, inputs: Mapping[str, object]) -> str:
    """Return the lines as a student reads them, after their inputs; in one line, unless a statement needs several."""
    given = [f"{name} = {render(value)}" for name, value in inputs.items()]
    between, body = _on_one_line(lines)
    return between.join([*given, body])


@functools.lru_cache(maxsize=1024)
def _on_one_line(lines: str) -> tuple[str, str]:
    """Return what stands between statements, and the lines so: on one line where no statement has a block of its own."""
    body = ast.parse(lines).body
    if any(hasattr(statement, "body") or isinstance(statement, ast.Match) for statement in body):
        return "\n", lines
    return "; ", "; ".join(" ".join(ast.unparse(statement).split()) for statement in body)
