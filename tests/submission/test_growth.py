"""Files made to be slow to read take time in proportion to their size, as far as it is our own doing."""

import json
import time
from collections.abc import Callable

import pytest

from grader.submission import notebook
from grader.submission.definitions import Demand
from grader.submission.graded_file import of_notebook, of_script

DEMAND = Demand(names=frozenset({"add"}), available=frozenset({"os"}), forbidden=("sklearn",))
FACTOR = 4
"""How many times as large the larger of two files is."""
MOST = 10.0
"""How many times as long it may take: what grows with the square takes 16 times as long, what is in proportion 4 times."""


def names(count: int) -> list[str]:
    """As many names."""
    return [f"a{number}" for number in range(count)]


SCRIPTS: dict[str, Callable[[int], str]] = {
    "imports from the future": lambda n: "from __future__ import annotations\n" * 15 * n + "x = 1\n" * 15 * n,
    "names of a long module": lambda n: f"from {'m' * 1_000 * n} import " + ",".join(["a"] * 250 * n),
    "a statement that binds many names": lambda n: (
        "def other(): return " + ",".join(names(30 * n)) + "\n" + "=".join(names(30 * n)) + "=1"
    ),
}
CELLS: dict[str, Callable[[int], list[str]]] = {
    "cell magics": lambda n: ["%%time\n" * 1_500 * n],
    "a file that is appended to": lambda n: ["%%writefile -a x.py\nx = '" + "a" * 5_000 + "'"] * 40 * n,
    "indented assignments of magics": lambda n: ["if 1:\n" + " " * 1_000 * n + "a[b == c] = !ls"],
    "definitions in the wrong order": lambda n: [
        "\n".join(f"def g{number}(a=h{number}()): 0" for number in range(5 * n))
        + "\n" * 150 * n
        + "\n".join(f"def h{number}(): 0" for number in range(5 * n))
    ],
}
SMALL = 15


def seconds(read: Callable[[], object]) -> float:
    """How much processor time it takes, at best."""
    took = []
    for _ in range(3):
        before = time.process_time()
        read()
        took.append(time.process_time() - before)
    return min(took)


def is_in_proportion(reading: Callable[[int], Callable[[], object]]) -> bool:
    """Whether a file of some size takes about as many times as long as a smaller one."""
    small, large = (seconds(reading(size)) for size in (SMALL, FACTOR * SMALL))
    return large < MOST * max(small, 0.005)  # a millisecond or two are whatever else the machine does


@pytest.mark.parametrize("name", SCRIPTS)
def test_scripts(name: str) -> None:
    """Of a script."""

    def reading(size: int) -> Callable[[], object]:
        source = SCRIPTS[name](size)
        return lambda: of_script(source, DEMAND)

    assert is_in_proportion(reading)


@pytest.mark.parametrize("name", CELLS)
def test_notebooks(name: str) -> None:
    """Of a notebook; what comes of it is in proportion, too."""

    def reading(size: int) -> Callable[[], object]:
        content = json.dumps(
            {"cells": [{"cell_type": "code", "source": source} for source in CELLS[name](size)]}
        ).encode()

        def read() -> None:
            assert len(of_notebook(notebook.read(content, "addition.py"), DEMAND).source) < 3 * len(content)

        return read

    assert is_in_proportion(reading)


def test_cells_without_anything() -> None:
    """They are counted before anything is made of them."""
    content = json.dumps({"cells": [{"cell_type": "code", "source": ""}] * 200_000}).encode()

    def read() -> None:
        with pytest.raises(
            notebook.NotANotebook, match=r"^a notebook of 200,000 cells; 10,000 are the most that are read$"
        ):
            notebook.read(content, "addition.py")

    assert seconds(read) < 3 * seconds(lambda: json.loads(content))


def test_code_beyond_what_is_taken_is_not_parsed() -> None:
    """It is refused for its size, which is told at once."""
    cells = [{"cell_type": "code", "source": "f(\n"}] * 3 + [{"cell_type": "code", "source": "%x\n"}]
    content = json.dumps({"cells": cells}).encode()

    assert [cell.number for cell in notebook.read(content, "addition.py", 6).cells] == [3, 4]
    assert notebook.read(content, "addition.py", 6).code_bytes == 12
