"""Which Python the code cells of a notebook hold, whatever wrote it, and on which lines."""

import json
import time

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.submission import notebook
from grader.submission.notebook import NotANotebook, Notebook

FUNCTION = "def add(a, b):\n    return a + b"


def book(*sources, kind="code"):
    """A notebook of format 4 with these cells."""
    make = {"code": nbformat.v4.new_code_cell, "markdown": nbformat.v4.new_markdown_cell}[kind]
    return nbformat.writes(nbformat.v4.new_notebook(cells=[make(source) for source in sources])).encode()


def read(content):
    """Read a notebook for an assignment whose file is main.py."""
    return notebook.read(content, "main.py")


def sources(content):
    """The Python of each cell."""
    return [cell.source for cell in read(content).cells]


def meaning(source):
    """What the lines of a cell do, without those that do nothing."""
    return [line for line in source.splitlines() if line.strip() not in ("", "pass")]


def test_python_is_read_as_written():
    """A cell that is Python stays as it is, comments and odd lines included."""
    source = 'x = 1  # why\n\n\ny = """\n%time\n!ls\n"""\nz = (10\n% 3)\n'
    read_back = read(book(source, FUNCTION))

    assert [(cell.number, cell.source) for cell in read_back.cells] == [(1, source), (2, FUNCTION)]
    assert (read_back.lost, read_back.omitted, read_back.files) == ((), (), ())


@pytest.mark.parametrize(
    "line",
    ["!pip install torch", "%matplotlib inline", "?len", "len?", "len??", "%time add(1, 2)", "%%time"],
)
def test_what_only_ipython_understands_does_nothing(line):
    """Shell lines, magics and questions leave the rest of the cell on its lines."""
    (source,) = sources(book(f"{line}\n{FUNCTION}\n"))

    assert source.splitlines()[1:3] == FUNCTION.splitlines()
    assert meaning(source) == FUNCTION.splitlines()


@pytest.mark.parametrize(
    ("source", "line", "kept"),
    [
        pytest.param("\n \n!ls\nx = 1", 4, "x = 1", id="blank-lines-first"),
        pytest.param("!pip install \\\n  torch \\\n  numpy\nx = 1", 4, "x = 1", id="continued-shell-line"),
        pytest.param("files = !ls \\\n  -l\nx = 1", 3, "x = 1", id="assigned-shell-output"),
        pytest.param("%load_ext a\n%load_ext b\nx = 1\n!ls\ny = 2", 5, "y = 2", id="several"),
        pytest.param("%%capture out\n\n%%time\nx = 1", 4, "x = 1", id="two-cell-magics"),
        pytest.param("    x = 1\n    y = 2", 2, "y = 2", id="indented-cell"),
        pytest.param(">>> x = 1\n>>> y = 2", 2, "y = 2", id="prompts"),
        pytest.param("if colab:\n    !pip install torch\nx = 1", 3, "x = 1", id="below-a-condition"),
        pytest.param("len?\r\nx = 1\r\n", 2, "x = 1", id="windows-line-ends"),
    ],
)
def test_every_line_stays_where_it_was(source, line, kept):
    """Whatever IPython turns into Python, the lines after it keep their numbers."""
    (python,) = sources(book(source))

    assert python.splitlines()[line - 1] == kept
    compile(python, "cell", "exec")


@pytest.mark.parametrize("magic", ["%%time", "%%timeit", "%%capture", "%%capture --no-stderr", "%%prun -l 5"])
def test_cells_that_are_timed_are_python(magic):
    """A cell magic that runs its cell as Python keeps what it defines."""
    (source,) = sources(book(f"{magic}\n{FUNCTION}"))

    assert source == f"\n{FUNCTION}"


def test_cell_in_another_language_is_left_out():
    """Any other cell magic takes its cell out, and is named."""
    read_back = read(book("%%bash\nrm -rf x\n", FUNCTION))

    assert read_back.omitted == ("cell 1: left out, it is not Python (%%bash)",)
    assert [cell.number for cell in read_back.cells] == [2]


def test_written_module_comes_along():
    """A cell that writes a module beside the notebook becomes that file; the last one counts, or adds to it."""
    cells = ("%%writefile old.py\nx = 1", "%%writefile old.py\nx = 2", "%%writefile -a old.py\ny = 3", "import old")
    read_back = read(book(*cells))

    assert [(file.path, file.content) for file in read_back.files] == [("old.py", b"x = 2\ny = 3\n")]
    assert [cell.number for cell in read_back.cells] == [4]


def test_cell_that_writes_the_asked_for_file_is_a_cell():
    """Who writes the assignment's own file from the notebook is graded by what stands in it."""
    assert sources(book(f"%%writefile main.py\n{FUNCTION}")) == [f"\n{FUNCTION}"]


@pytest.mark.parametrize("path", ["../up.py", "/etc/passwd", "data.csv", "a/b.py", "", "x.py.txt"])
def test_other_files_are_not_written(path):
    """Only a plain Python module beside the notebook is taken; anything else is left out, and said."""
    read_back = read(book(f"%%writefile {path}\nx = 1"))

    assert read_back.files == ()
    assert read_back.omitted == ("cell 1: left out, it writes a file that is no Python module beside this one",)


def test_written_module_that_is_no_python_is_lost():
    """A broken module costs its cell only."""
    read_back = read(book("%%writefile old.py\nx = (", FUNCTION))

    assert [(cell.number, cell.why) for cell in read_back.lost] == [(1, ": old.py, which it writes, is not Python")]
    assert read_back.files == ()


@pytest.mark.parametrize(
    ("source", "why"),
    [
        pytest.param("x = 1\ndef f(:\n    pass", ", line 2: invalid syntax", id="syntax-error"),
        pytest.param("%time\n\nnn.Linear(# TODO, # TODO)", ", line 3: '(' was never closed", id="stub-line"),
        pytest.param("print 1", ", line 1: Missing parentheses in call to 'print'. Did you mean print(...)?", id="2"),
        pytest.param("x = 1\nreturn x", ", line 2: 'return' outside function", id="return"),
        pytest.param("x = " + "-" * 100_000 + "1", ": it cannot be read", id="too-deep"),
        pytest.param("x = '\0'", ": source code string cannot contain null bytes", id="null-byte"),
        pytest.param("x = '\ud800'", ": it cannot be read", id="half-a-letter"),
    ],
)
def test_cell_that_cannot_be_read_costs_itself_only(source, why):
    """The cell is lost with its line and the reason; the other cells stay."""
    content = json.loads(book("x = 1", "y = 2", FUNCTION))
    content["cells"][1]["source"] = source
    read_back = read(json.dumps(content).encode())

    assert [(cell.number, cell.why, cell.text) for cell in read_back.lost] == [(2, why, source)]
    assert [cell.number for cell in read_back.cells] == [1, 3]


def test_only_code_cells_are_numbered():
    """Markdown and raw cells are not counted; empty code cells are, as the student counts them."""
    content = json.loads(book("# Title", kind="markdown"))
    content["cells"] += [{"cell_type": "raw", "metadata": {}, "source": "raw"}, {"cell_type": "odd"}, 3]
    content["cells"] += json.loads(book("", "x = 1"))["cells"]

    assert [(cell.number, cell.source) for cell in read(json.dumps(content).encode()).cells] == [(1, ""), (2, "x = 1")]


def test_bare_notebook_is_enough():
    """Nothing but cells with a type and a source is asked for; the source may be lines."""
    bare = {"cells": [{"cell_type": "code", "source": ["x = 1\n", "y = 2"]}, {"cell_type": "code"}]}

    assert sources(json.dumps(bare).encode()) == ["x = 1\ny = 2", ""]


def test_notebook_of_colab_is_understood():
    """Colab's own metadata, forms and outputs are no matter."""
    cell = {
        "cell_type": "code",
        "execution_count": 3,
        "source": ["#@title Run { display-mode: 'form' }\n", "n = 3 #@param"],
        "metadata": {"id": "aB3", "colab": {"base_uri": "https://localhost:8080/"}, "outputId": "x"},
        "outputs": [{"output_type": "display_data", "data": {"image/png": ["a", "b"]}}, {"odd": 1}, 7],
    }
    colab = {"nbformat": 4, "nbformat_minor": 0, "metadata": {"accelerator": "GPU", "colab": {}}, "cells": [cell]}

    assert sources(json.dumps(colab).encode()) == ["#@title Run { display-mode: 'form' }\nn = 3 #@param"]


@pytest.mark.parametrize("source", [FUNCTION, FUNCTION.splitlines(keepends=True)], ids=["text", "lines"])
def test_notebook_of_format_3_is_understood(source):
    """An old notebook, whose cells lie in worksheets, is converted."""
    cell = {"cell_type": "code", "input": source, "language": "python", "outputs": []}
    old = {"metadata": {"name": ""}, "nbformat": 3, "nbformat_minor": 0, "worksheets": [{"cells": [cell]}]}

    assert sources(json.dumps(old).encode()) == [FUNCTION]


SHEETS = [{"cells": [{"cell_type": "code", "input": "x = 1"}]}]


@pytest.mark.parametrize(
    ("version", "more", "expected"),
    [
        ({"nbformat": 4}, {"worksheets": []}, [FUNCTION]),
        ({"nbformat": 4}, {"worksheets": SHEETS}, [FUNCTION]),
        ({"nbformat": 4}, {"worksheets": 3}, [FUNCTION]),
        ({}, {"worksheets": []}, [FUNCTION]),
        ({"nbformat": "4"}, {"worksheets": []}, [FUNCTION]),
        ({"nbformat": 3}, {"worksheets": SHEETS}, ["x = 1"]),
        ({"nbformat": 4}, {"worksheets": SHEETS, "cells": None}, ["x = 1"]),
    ],
    ids=["empty", "both", "number", "no-format", "format-in-a-text", "old", "old-by-its-cells"],
)
def test_a_format_decides_where_the_cells_are(version, more, expected):
    """A key of another format that stands beside them does not empty a notebook."""
    content = {"cells": [{"cell_type": "code", "source": FUNCTION}], **version, **more}
    assert sources(json.dumps(content).encode()) == expected


@pytest.mark.parametrize("digits", ["9" * 5_000, "-" + "9" * 5_000, "9" * 5_000 + ".5"])
def test_a_number_of_thousands_of_digits_is_a_number(digits):
    """JSON limits no number; where one stands in the metadata, the cells count all the same."""
    content = book(FUNCTION).replace(b'"metadata"', f'"large": {digits}, "metadata"'.encode(), 1)

    assert sources(content) == [FUNCTION]
    assert notebook.is_one(content)


def test_byte_order_mark_is_fine():
    """A notebook that an editor saved with a byte order mark is read."""
    assert sources(b"\xef\xbb\xbf" + book(FUNCTION)) == [FUNCTION]


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
        b'{"worksheets": [1]}',
    ],
    ids=[
        "empty",
        "cut",
        "list",
        "number",
        "null",
        "no-format",
        "no-cells",
        "not-utf-8",
        "python",
        "cells-is-3",
        "sheets",
    ],
)
def test_other_bytes_are_no_notebook(content):
    """Whatever else it is, the text says that it is no notebook."""
    with pytest.raises(NotANotebook, match=r"^this is not a notebook: "):
        read(content)


def test_deeply_nested_bytes_are_no_notebook():
    """A hundred thousand brackets do not end the harness."""
    with pytest.raises(NotANotebook, match=r"^this is not a notebook: "):
        read(b'{"cells": ' + b"[" * 100_000 + b"]" * 100_000 + b"}")


def test_enormous_notebook_says_what_to_do():
    """Above the limit, the text names it and advises to clear the outputs."""
    with pytest.raises(NotANotebook, match=r"^a notebook of more than 50,000,000 bytes; clear its outputs$"):
        read(b" " * (notebook.MAX_BYTES + 1))


def test_too_many_cells_are_refused():
    """Above the limit, the text names both numbers."""
    cells = [{"cell_type": "code", "source": ""}] * (notebook.MAX_CELLS + 1)
    with pytest.raises(NotANotebook, match=r"^a notebook of 10,001 cells; 10,000 are the most that are read$"):
        read(json.dumps({"cells": cells}).encode())


def test_thousands_of_magics_are_read_in_bounds():
    """A cell of ten thousand magics would be read ten thousand times; the transformer stops long before."""
    started = time.process_time()
    read_back = read(book("%time x\n" * 10_000))

    assert [cell.why.partition(": ")[2] for cell in read_back.lost] == ["invalid syntax"]
    assert time.process_time() - started < 20


@pytest.mark.filterwarnings("error")
def test_missing_cell_ids_are_no_matter(capfd):
    """Many notebooks have cells without an id; nobody is warned of it, on paper or on the screen."""
    content = json.loads(book(FUNCTION))
    del content["cells"][0]["id"]

    assert sources(json.dumps(content).encode()) == [FUNCTION]
    assert capfd.readouterr() == ("", "")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
LINES = st.lists(
    st.sampled_from(
        [
            "%%time",
            "%%writefile a.py",
            "%time x",
            "!ls \\",
            "x?",
            "    y = 1",
            "def f(",
            "'''",
            "x = !ls",
            ">>> z",
            "a = 1",
        ]
    )
    | st.text(max_size=12),
    max_size=6,
).map("\n".join)


@st.composite
def damaged_notebooks(draw):
    """A notebook, of which some part is something else."""
    content = {
        "cells": [{"cell_type": "code", "source": draw(LINES), "metadata": {}, "outputs": []} for _ in range(2)],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    where = draw(st.sampled_from([content, content["cells"][0], content["cells"]]))
    if isinstance(where, list):
        where[draw(st.integers(0, 1))] = draw(JSON)
    else:
        where[draw(st.sampled_from([*where, "worksheets", "input", "attachments"]))] = draw(JSON)
    return json.dumps(content).encode()


@settings(max_examples=150, deadline=None)
@given(damaged_notebooks())
def test_damaged_notebook_is_read_or_refused(content):
    """Whatever is wrong with a notebook, it gives cells that are Python, or a NotANotebook."""
    try:
        read_back = read(content)
    except NotANotebook:
        return

    assert isinstance(read_back, Notebook)
    for cell in read_back.cells:
        compile(cell.source, "cell", "exec")
