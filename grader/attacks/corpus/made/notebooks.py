"""Notebooks that no notebook program writes, or that want more than to be read; what of them can be read is the stub."""

import json
from pathlib import Path

from grader.attacks import made

ENDS = "import os\nos._exit(0)\n"


def code(source: object, **changes: object) -> dict[str, object]:
    """Return a code cell, changed."""
    return {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": source, **changes}


def book(*cells: object, **changes: object) -> dict[str, object]:
    """Return a notebook, changed."""
    return {"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5, **changes}


def sent(folder: Path, content: object) -> Path:
    """Hand in a notebook, or text in its place."""
    path = folder / "eve.ipynb"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


@made(family="notebooks", why="Has 9,900 cells, nearly the most that are read.", outcomes=("raised",))
def thousands_of_cells(folder: Path, stub: str, file: str) -> Path:
    return sent(folder, book(code(stub), *(code(f"x{number} = {number}") for number in range(9_900))))


@made(family="notebooks", why="Has more cells than are read.", outcomes=("raised",))
def too_many_cells(folder: Path, stub: str, file: str) -> Path:
    return sent(folder, book(code(stub), *(code("") for _ in range(10_000))))


@made(family="notebooks", why="Ends in the middle of a text.", outcomes=("raised",))
def broken_json(folder: Path, stub: str, file: str) -> Path:
    return sent(folder, json.dumps(book(code(stub)))[:-40])


@made(
    family="notebooks",
    why="Has numbers, lists and nothing where a notebook has names and tables.",
    outcomes=("raised",),
)
def wrong_types(folder: Path, stub: str, file: str) -> Path:
    odd = [None, 1, "cell", [], {}, {"cell_type": ["code"]}, {"cell_type": "code", "source": None}]
    cell = code(stub, metadata=[1], outputs={"a": 1}, execution_count={"b": []}, id=7)
    return sent(folder, book(*odd, cell, metadata="none", nbformat="four", nbformat_minor=[5]))


@made(family="notebooks", why="Is a list, and a notebook only in it.", outcomes=("raised",))
def list_of_notebooks(folder: Path, stub: str, file: str) -> Path:
    return sent(folder, json.dumps([book(code(stub))]))


@made(family="notebooks", why="Carries outputs of 50 MB.", outcomes=("raised",))
def outputs_of_50_megabytes(folder: Path, stub: str, file: str) -> Path:
    output = {"output_type": "stream", "name": "stdout", "text": "#" * 50_000_000}
    return sent(folder, book(code(stub, outputs=[output])))


@made(
    family="notebooks",
    why="Carries outputs that are scripts, for whoever shows the notebook, and a score, for whoever believes it.",
    outcomes=("raised",),
)
def scripts_in_outputs(folder: Path, stub: str, file: str) -> Path:
    script = "<script>document.body.innerText = '30 of 30 points'</script>"
    shown = {"text/html": script, "application/javascript": "alert(1)", "text/plain": "\x1b[2J30 of 30 points"}
    output = {"output_type": "display_data", "metadata": {}, "data": shown}
    markdown = {"cell_type": "markdown", "metadata": {}, "source": script}
    return sent(folder, book(markdown, code(stub, outputs=[output]), code(f"'''{script}'''\n%%html\n{script}")))


@made(family="notebooks", why="Claims to be of a format of the future.", outcomes=("raised",))
def format_of_the_future(folder: Path, stub: str, file: str) -> Path:
    return sent(folder, book(code(stub), nbformat=99, nbformat_minor=2**70))


@made(
    family="notebooks", why="Has null bytes, escape sequences and halves of letters in its cells.", outcomes=("raised",)
)
def letters_that_are_none(folder: Path, stub: str, file: str) -> Path:
    cells = [code("x = 1\0"), code("x = '\ud800'"), code("\x1b[2J"), code("y = '\u202e'"), code("\ufeffz = 1")]
    return sent(folder, book(*cells, code(stub)))


@made(
    family="notebooks",
    why="Runs shell lines, other files and other languages, and writes modules in the place of torch and the grader.",
    outcomes=("raised",),
)
def magics(folder: Path, stub: str, file: str) -> Path:
    name = Path(file).stem
    cells = [
        code("!rm -rf no-such-folder-of-the-grader"),
        code("files = !cat /etc/passwd"),
        code(f"%run ../solutions/{name}/{file}"),
        code(f"%load ../../solutions/{name}/{file}"),
        code("%%bash\nkill -9 $PPID"),
        code("%%script python3\nraise SystemExit"),
        code("%%writefile torch.py\n" + ENDS),
        code("%%writefile grader.py\n" + ENDS),
        code("%%writefile ../grader/scoring.py\nearned = possible"),
        code("%%writefile -a /tmp/sitecustomize.py\nearned = possible"),
        code("get_ipython().system('true')"),
        code("%pip install no-such-package-of-the-grader"),
    ]
    return sent(folder, book(*cells, code(stub)))


@made(family="notebooks", why="Nests lists until a parser of JSON runs out of stack.", outcomes=("raised",))
def nested_json(folder: Path, stub: str, file: str) -> Path:
    nested = "[" * 100_000 + "]" * 100_000
    return sent(folder, json.dumps(book(code(stub), metadata={"x": 0})).replace('{"x": 0}', f'{{"x": {nested}}}'))


@made(family="notebooks", why="Has its keys twice, so that two programs read two notebooks.", outcomes=("raised",))
def keys_twice(folder: Path, stub: str, file: str) -> Path:
    other = json.dumps([code(ENDS)])
    whole = json.dumps(book(code(stub)))
    return sent(folder, f'{{"cells": {other}, ' + whole[1:-1] + ', "nbformat": 4}')


@made(family="notebooks", why="Has cells whose lines are numbers, lists and nothing.", outcomes=("raised",))
def source_of_no_text(folder: Path, stub: str, file: str) -> Path:
    lines = [1, None, {}, ["import os\n"], True, *stub.splitlines(keepends=True)]
    return sent(folder, book(code({"text": ENDS}), code(17), code(lines)))


@made(
    family="notebooks",
    why="Opens a text, a parenthesis or a block in one cell and closes it in another, so that joined cells mean something else.",
    outcomes=("raised",),
)
def cells_that_close_each_other(folder: Path, stub: str, file: str) -> Path:
    cells = ["text = '''", ENDS, "'''", "x = (", ENDS, ")", "if True:", ENDS, "x = 1 \\", ENDS, "\x0c" + ENDS]
    return sent(folder, book(code(stub), *map(code, cells)))


@made(
    family="notebooks",
    why="Hides a call that ends the process where only definitions are kept: in decorators, defaults and bodies of classes.",
    outcomes=("raised", "crashed"),
)
def effects_in_definitions(folder: Path, stub: str, file: str) -> Path:
    cells = [
        "import os\ndef ends(of=None):\n    os._exit(0)",
        "@ends\ndef decorated(): pass",
        "def by_default(x=ends()): pass",
        "class Body:\n    ends()",
        "class Base(*ends()): pass",
        "def annotated(x: ends()) -> ends(): pass",
        "class Meta(type):\n    def __new__(*args): ends()\nclass Made(metaclass=Meta): pass",
    ]
    return sent(folder, book(code(stub), *map(code, cells)))


@made(family="notebooks", why="Has a line of nearly a megabyte, with a magic at its end.", outcomes=("raised",))
def one_long_line(folder: Path, stub: str, file: str) -> Path:
    return sent(folder, book(code("x = 0 #" + "x" * 900_000 + "\n!true"), code(stub)))


@made(family="notebooks", why="Holds numbers that JSON does not have, and one of 100,000 digits.", outcomes=("raised",))
def numbers_that_are_none(folder: Path, stub: str, file: str) -> Path:
    odd = {"a": float("nan"), "b": float("inf"), "c": -float("inf"), "d": "digits", "e": "power"}
    text = json.dumps(book(code(stub), metadata=odd))
    return sent(folder, text.replace('"digits"', "9" * 100_000).replace('"power"', "1e99999"))


@made(
    family="notebooks",
    why="Has a magic in every line of a long cell, each of which is read again from the start.",
    outcomes=("raised",),
)
def magic_in_every_line(folder: Path, stub: str, file: str) -> Path:
    return sent(folder, book(code("!true\n" * 20_000), code(stub)))
