"""Where the code cells of a notebook stand in its file."""

from __future__ import annotations

import json
import time

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.submission.lines_on_disk import lines_on_disk

FUNCTION = "def add(a, b):\n\n    return a + b\n"


def made(*cells, **more) -> dict:
    """A notebook of these cells."""
    return {"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5, **more}


def code(source, **more) -> dict:
    """A code cell."""
    return {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": source, **more}


@given(
    st.lists(
        st.tuples(st.sampled_from(["code", "markdown", "raw"]), st.text(st.sampled_from('a"\\\n😀\t'), max_size=9))
    )
)
def test_saved_as_jupyter_does_each_line_is_found(written) -> None:
    """Whatever cells hold: the lines of the file, read as JSON, are the lines of the cell."""
    make = {
        "code": nbformat.v4.new_code_cell,
        "markdown": nbformat.v4.new_markdown_cell,
        "raw": nbformat.v4.new_raw_cell,
    }
    saved = nbformat.writes(nbformat.v4.new_notebook(cells=[make[kind](source) for kind, source in written]))
    found = lines_on_disk(saved.encode())
    sources = [source for kind, source in written if kind == "code"]

    assert list(found) == list(range(1, len(sources) + 1))
    lines = saved.split("\n")
    for on_disk, source in zip(found.values(), sources, strict=True):
        for number, line in enumerate(source.splitlines(keepends=True)):
            there = lines[on_disk.line - 1 + number * on_disk.apart].strip().removesuffix(",")
            assert json.loads(there) == line


@pytest.mark.parametrize(
    ("source", "indent", "apart"),
    [
        pytest.param(FUNCTION, 1, 0, id="one-text"),
        pytest.param(FUNCTION.splitlines(keepends=True), None, 0, id="one-line"),
        pytest.param([FUNCTION, "x = 1"], 1, 0, id="lines-together"),
        pytest.param(["def add(", "a, b):\n", "    pass"], 1, 0, id="line-in-parts"),
        pytest.param(["x = 1\r", "y = 2"], 1, 0, id="old-line-ends"),
        pytest.param(FUNCTION.splitlines(keepends=True), 1, 1, id="line-by-line"),
        pytest.param(["x = 1\r\n", "y = 2\r\n"], 1, 1, id="windows"),
        pytest.param(["x = 1"], 1, 1, id="single-line"),
        pytest.param([], 1, 0, id="nothing"),
    ],
)
def test_a_cell_on_fewer_lines_begins_somewhere(source, indent, apart) -> None:
    """Where lines cannot be told apart, all of them are where the cell begins."""
    saved = json.dumps(made(code("x"), code(source)), indent=indent)
    on_disk = lines_on_disk(saved.encode())[2]
    beginning = json.dumps(source[0] if source and isinstance(source, list) else source)

    assert on_disk.apart == apart
    assert beginning in saved.split("\n")[on_disk.line - 1]


def test_what_only_looks_like_a_source_is_passed_over() -> None:
    """A text that quotes one, an output or metadata with such a key, and a cell that has none."""
    quoting = ['"source": "x = 2"\n', '\\"source\\": [\\"x = 2\\"]']
    book = made(
        {"cell_type": "markdown", "metadata": {"source": "x = 1"}, "source": quoting},
        {"cell_type": "code"},
        code("x = 1", outputs=[{"data": {"application/json": {"source": ["x = 3"], "input": '"source": "x = 2"'}}}]),
        code("x = 2"),
    )
    saved = json.dumps(book, indent=1)
    found = lines_on_disk(b"\xef\xbb\xbf" + saved.encode())

    assert list(found) == [2, 3]
    assert [saved.split("\n")[found[number].line - 1].strip() for number in (2, 3)] == [
        '"source": "x = 1"',
        '"source": "x = 2"',
    ]
    assert found[3].line == saved.split("\n").index('   "source": "x = 2"', found[2].line) + 1


def test_old_notebooks_are_found_as_well() -> None:
    """Format 3 has worksheets, and calls the source of code its input."""
    cells = [{"cell_type": "heading", "source": ["Add"]}, {"cell_type": "code", "input": ["x = 1\n", "y = 2"]}]
    saved = json.dumps({"worksheets": [{"cells": cells}], "nbformat": 3}, indent=1)
    (on_disk,) = lines_on_disk(saved.encode()).values()

    assert saved.split("\n")[on_disk.line - 1].strip() == '"x = 1\\n",'
    assert on_disk.apart == 1


def test_what_is_not_found_is_not_there() -> None:
    """A key that is spelt in escapes, or a source of other things than text, ends what is known."""
    for odd in ('{"cell_type": "code", "s\\u006furce": "x = 1"}', '{"cell_type": "code", "source": ["x", 1]}'):
        saved = '{"nbformat": 4, "cells": [{"cell_type": "code", "source": "y"}, ' + odd + "]}"
        assert list(lines_on_disk(saved.encode())) == [1]


def test_outputs_of_any_size_take_no_time() -> None:
    """A long text is passed over, and of millions of short ones only the first are looked at."""
    long = made(code("x", outputs=[{"source": ["a\n"] * 1_000_000}]), code("y"))
    many = made(code("x", outputs=[{"source": "a"}] * 1_000_000), code("y"))
    started = time.process_time()

    assert list(lines_on_disk(json.dumps(long).encode())) == [1, 2]
    assert list(lines_on_disk(json.dumps(many).encode())) == []
    assert time.process_time() - started < 10
