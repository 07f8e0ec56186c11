"""Statements of a solution are taken out of its text as they are written."""

from __future__ import annotations

import ast

from grader.handout import answers

STRANGE = "x = '''\n\té'''; y = 2\rz = 3\r\nif x:\n    é = 'ü'; w = 4\n\x0cq = (1,\n     2)\n"


def test_a_statement_is_taken_out_as_python_does() -> None:
    """Whatever ends lines, and however many bytes a letter has."""
    statements = [node for node in ast.walk(ast.parse(STRANGE)) if isinstance(node, ast.stmt)]

    found = [answers._segment(STRANGE, node) for node in statements]

    assert found == [ast.get_source_segment(STRANGE, node) for node in statements]
    assert "é = 'ü'" in found
    assert "q = (1,\n     2)" in found
