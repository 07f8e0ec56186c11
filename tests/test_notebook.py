"""What of a notebook is kept, and what is left out and said."""

import json

import nbformat
import pytest

from grader import notebook
from grader.notebook import NotANotebook, definitions

FUNCTION = "def add(a, b):\n    return a + b"


def book(*sources, kind="code"):
    """A notebook of format 4 with these cells."""
    make = {"code": nbformat.v4.new_code_cell, "markdown": nbformat.v4.new_markdown_cell}[kind]
    return nbformat.writes(nbformat.v4.new_notebook(cells=[make(source) for source in sources])).encode()


def run(source):
    """What the source defines."""
    names = {}
    exec(source, names)
    return names


def test_definitions_are_kept_as_written():
    """Imports, functions, classes and constants stay, word by word, comments included."""
    source = "import math\nfrom math import pi\n\nN = -2 * 3\nPAIR: tuple = (1, [2])\ntwice = lambda x: 2 * x\n"
    kept = "class A:\n    # why\n    x = 1\n"
    extracted = definitions(book(source, kept, FUNCTION))

    assert "# why" in extracted.source
    names = run(extracted.source)
    assert (names["N"], names["PAIR"], names["twice"](4), names["A"].x) == (-6, (1, [2]), 8, 1)
    assert names["add"](1, 2) == 3
    assert extracted.left_out == ()


def test_decorators_stay_with_what_they_decorate():
    """A decorated function keeps its decorators."""
    source = "import functools\n@functools.cache\n@functools.wraps(len)\ndef f(x):\n    return x"

    assert run(definitions(book(source)).source)["f"].__name__ == "len"


@pytest.mark.parametrize(
    "statement",
    [
        "train()",
        "x = train()",
        "for i in range(3): print(i)",
        "if True: x = 1",
        "assert x",
        "del x",
        "x += 1",
        "x = [f()]",
    ],
)
def test_what_could_do_something_is_left_out(statement):
    """Everything else is left out, with cell, line and its first words."""
    extracted = definitions(book("N = 1", f"# a comment\n{statement}\n{FUNCTION}"))

    (note,) = extracted.left_out
    assert note.startswith("cell 2, line 2: left out, ")
    assert note.endswith(f": {statement}")
    assert statement not in extracted.source
    assert set(run(extracted.source)) >= {"N", "add"}


def test_two_statements_of_one_line_are_told_apart():
    """What stands on the line of a definition does not slip in with it."""
    extracted = definitions(book("import math; math.no_such_name()\nN = 1; boom()"))

    names = run(extracted.source)
    assert (names["N"], "math" in names) == (1, True)
    assert len(extracted.left_out) == 2


def test_long_statements_are_cut_in_notes():
    """A note shows the beginning of what was left out."""
    (note,) = definitions(book(f"print({'1' * 500})")).left_out

    assert len(note) < 200


@pytest.mark.parametrize("line", ["!pip install torch", "%matplotlib inline", "?len"], ids=["shell", "magic", "help"])
def test_shell_lines_and_magics_are_not_python(line):
    """They are dropped, and the rest of the cell is kept."""
    extracted = definitions(book(f"{line}\n{FUNCTION}\n"))

    assert run(extracted.source)["add"](1, 2) == 3
    assert extracted.left_out == ()


def test_shell_line_below_a_condition_does_not_cost_the_cell():
    """A cell that installs something on Colab only still defines what it defines."""
    extracted = definitions(book(f"if colab:\n    !pip install torch\n{FUNCTION}\n"))

    assert run(extracted.source)["add"](1, 2) == 3


def test_percent_sign_at_the_start_of_a_line_is_an_operator():
    """A line that continues an expression with % is no magic."""
    extracted = definitions(book('def f(n):\n    return ("%d pixels"\n            % n)\n'))

    assert run(extracted.source)["f"](3) == "3 pixels"


def test_cell_in_another_language_is_left_out():
    """A cell magic takes its whole cell out, and is named."""
    extracted = definitions(book("%%bash\nrm -rf x\n", FUNCTION))

    assert extracted.left_out == ("cell 1: left out, it is not Python (%%bash)",)
    assert "rm" not in extracted.source


def test_syntax_error_costs_its_cell_only():
    """The cell is named with the line and the reason; the other cells stay."""
    extracted = definitions(book("N = 1", "x = 1\ndef f(:\n    pass", FUNCTION))

    (note,) = extracted.left_out
    assert note == "cell 2, line 2: invalid syntax; the cell is left out"
    assert set(run(extracted.source)) >= {"N", "add"}


@pytest.mark.parametrize("source", ["x = " + "-" * 100_000 + "1", "x = '\0'"], ids=["too-deep", "null-byte"])
def test_cell_that_cannot_be_read_costs_itself_only(source):
    """Whatever a cell holds, the others are read."""
    extracted = definitions(book(source, FUNCTION))

    assert extracted.left_out[0].startswith("cell 1")
    assert extracted.left_out[0].endswith("the cell is left out")
    assert run(extracted.source)["add"](1, 2) == 3


def test_texts_are_neither_kept_nor_missed():
    """Markdown cells are not counted, and a string on its own is not worth a note."""
    content = json.loads(book("# Title", kind="markdown"))
    content["cells"] += json.loads(book('"""About this cell."""\nprint(1)'))["cells"]
    (note,) = definitions(json.dumps(content).encode()).left_out

    assert note.startswith("cell 1, line 2:")


def test_notebook_of_format_3_is_understood():
    """An old notebook, whose cells lie in worksheets, is converted."""
    old = {
        "metadata": {"name": ""},
        "nbformat": 3,
        "nbformat_minor": 0,
        "worksheets": [
            {
                "metadata": {},
                "cells": [
                    {
                        "cell_type": "code",
                        "collapsed": False,
                        "input": FUNCTION,
                        "language": "python",
                        "metadata": {},
                        "outputs": [],
                    }
                ],
            }
        ],
    }

    assert run(definitions(json.dumps(old).encode()).source)["add"](1, 2) == 3


def test_byte_order_mark_is_fine():
    """A notebook that an editor saved with a byte order mark is read."""
    assert "def add" in definitions(b"\xef\xbb\xbf" + book(FUNCTION)).source


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"3",
        b"null",
        b"{}",
        b'{"nbformat": 4}',
        b"\xff\xfe",
        b"print(1)",
        b'{"cells": 3, "nbformat": 4}',
    ],
    ids=["empty", "cut-off", "list", "number", "null", "no-format", "no-cells", "not-utf-8", "python", "cells-is-3"],
)
def test_other_bytes_are_no_notebook(content):
    """Whatever else it is, the text says that it is no notebook."""
    with pytest.raises(NotANotebook, match=r"^this is not a notebook: "):
        definitions(content)


def test_deeply_nested_bytes_are_no_notebook():
    """A hundred thousand brackets do not end the harness."""
    with pytest.raises(NotANotebook, match=r"^this is not a notebook: "):
        definitions(b'{"cells": ' + b"[" * 100_000 + b"]" * 100_000 + b"}")


def test_enormous_notebook_says_what_to_do():
    """Above the limit, the text names it and advises to clear the outputs."""
    with pytest.raises(NotANotebook, match=r"^a notebook of more than 50,000,000 bytes; clear its outputs$"):
        definitions(b" " * (notebook.MAX_BYTES + 1))


@pytest.mark.filterwarnings("error")
def test_missing_cell_ids_are_no_matter():
    """Many notebooks have cells without an id; nobody is warned of it."""
    content = json.loads(book(FUNCTION))
    del content["cells"][0]["id"]

    assert "def add" in definitions(json.dumps(content).encode()).source
