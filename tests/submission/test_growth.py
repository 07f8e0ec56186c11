"""Files made to be slow to read take no longer than others of their size, as far as it is our own doing."""

import json
import time

import pytest

from grader.submission import notebook
from grader.submission.definitions import Demand
from grader.submission.graded_file import of_notebook, of_script

DEMAND = Demand(names=frozenset({"add"}), available=frozenset({"os"}), forbidden=("sklearn",))
LONGEST_SECONDS = 2.0
"""Of processor time; each took several times as long, or gigabytes, and takes a fraction of it."""
NAMES = [f"a{number}" for number in range(6_000)]
SCRIPTS = {
    "imports from the future": "from __future__ import annotations\n" * 3_000 + "x = 1\n" * 3_000,
    "names of a long module": f"from {'m' * 200_000} import " + ",".join(["a"] * 50_000),
    "a statement that binds many names": "def other(): return " + ",".join(NAMES) + "\n" + "=".join(NAMES) + "=1",
}
CELLS = {
    "cell magics": ["%%time\n" * 300_000],
    "a file that is appended to": ["%%writefile -a x.py\nx = '" + "a" * 5_000 + "'"] * 8_000,
    "indented assignments of magics": ["if 1:\n" + " " * 200_000 + "a[b == c] = !ls"],
    "definitions in the wrong order": [
        "\n".join(f"def g{number}(a=h{number}()): 0" for number in range(1_000))
        + "\n" * 30_000
        + "\n".join(f"def h{number}(): 0" for number in range(1_000))
    ],
}


@pytest.mark.parametrize("name", SCRIPTS)
def test_scripts(name):
    """Of a script."""
    before = time.process_time()
    of_script(SCRIPTS[name], DEMAND)

    assert time.process_time() - before < LONGEST_SECONDS


@pytest.mark.parametrize("name", CELLS)
def test_notebooks(name):
    """Of a notebook."""
    content = json.dumps({"cells": [{"cell_type": "code", "source": source} for source in CELLS[name]]}).encode()
    before = time.process_time()
    graded = of_notebook(notebook.read(content, "addition.py"), DEMAND)

    assert time.process_time() - before < LONGEST_SECONDS
    assert len(graded.source) < 10_000_000


def test_cells_without_anything():
    """They are counted before anything is made of them."""
    content = json.dumps({"cells": [{"cell_type": "code", "source": ""}] * 200_000}).encode()
    before = time.process_time()
    with pytest.raises(
        notebook.NotANotebook, match=r"^a notebook of 200,000 cells; 10,000 are the most that are read$"
    ):
        notebook.read(content, "addition.py")

    assert time.process_time() - before < LONGEST_SECONDS


def test_code_beyond_what_is_taken_is_not_parsed():
    """It is refused for its size, which is told at once."""
    cells = [{"cell_type": "code", "source": "f(\n"}] * 3 + [{"cell_type": "code", "source": "%x\n"}]
    content = json.dumps({"cells": cells}).encode()

    assert [cell.number for cell in notebook.read(content, "addition.py", 6).cells] == [3, 4]
    assert notebook.read(content, "addition.py", 6).code_bytes == 12
