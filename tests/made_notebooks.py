"""Notebooks of nbgrader and otter as tests make them up."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat


def prose(text: str, **nbgrader: object) -> Any:
    """Return a Markdown cell; keywords are nbgrader's metadata."""
    return nbformat.v4.new_markdown_cell(text, metadata=_metadata(nbgrader))


def code(text: str, *, shows: str | None = None, prints: str | None = None, **nbgrader: object) -> Any:
    """Return a code cell, with what it has shown and printed; keywords are nbgrader's metadata."""
    outputs = [] if shows is None else [nbformat.v4.new_output("execute_result", {"text/plain": shows})]
    outputs += [] if prints is None else [nbformat.v4.new_output("stream", name="stdout", text=prints)]
    return nbformat.v4.new_code_cell(text, metadata=_metadata(nbgrader), outputs=outputs)


def raw(text: str) -> Any:
    """Return a raw cell."""
    return nbformat.v4.new_raw_cell(text)


def solution(text: str, grade_id: str = "cell-1") -> Any:
    """Return a cell of nbgrader in which students write."""
    return code(text, solution=True, grade=False, grade_id=grade_id)


def grades(text: str, points: float = 1, grade_id: str = "cell-2") -> Any:
    """Return a cell of nbgrader that tests."""
    return code(text, solution=False, grade=True, locked=True, points=points, grade_id=grade_id)


def question(name: str, text: str, answer: str, *cells: Any, config: str = "") -> list[Any]:
    """Return the cells of a question of otter."""
    begin = raw(f"# BEGIN QUESTION\nname: {name}\n{config}")
    solved = [raw("# BEGIN SOLUTION"), code(answer), raw("# END SOLUTION")]
    tested = [raw("# BEGIN TESTS"), *cells, raw("# END TESTS")] if cells else []
    return [begin, prose(text), *solved, *tested, raw("# END QUESTION")]


def write_notebook(path: Path, *cells: Any, language: str = "python") -> Path:
    """Write a notebook; returns its path."""
    kernel = {"name": language, "language": language, "display_name": language}
    book = nbformat.v4.new_notebook(cells=list(cells), metadata={"kernelspec": kernel})
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(nbformat.writes(book))
    return path


def _metadata(nbgrader: dict[str, object]) -> dict[str, object]:
    return {"nbgrader": {"schema_version": 3, **nbgrader}} if nbgrader else {}
