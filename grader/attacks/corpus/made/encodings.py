"""Files whose bytes are not the text that they seem to be; what of them can be read is the stub."""

import re
from pathlib import Path

from grader.attacks import made

ALIKE = str.maketrans("aceiopxyGV", "асеіорхуԌѴ")
"""Latin letters, and Cyrillic ones that look the same; every name that an assignment asks for has one."""


def sent(folder: Path, content: bytes, name: str = "eve.py") -> Path:
    """Hand in one file."""
    path = folder / name
    path.write_bytes(content)
    return path


def renamed(stub: str) -> str:
    """Return a stub whose functions and classes look as asked for, and are called something else."""
    return re.sub(r"(?m)^((?:def|class) )(\w+)", lambda match: match[1] + match[2].translate(ALIKE), stub)


@made(family="encodings", why="Is UTF-16, of which every second byte is zero.", outcomes=("raised",))
def utf_16(folder: Path, stub: str, file: str) -> Path:
    return sent(folder, stub.encode("utf-16"))


@made(
    family="encodings", why="Starts with a byte order mark, as Notepad writes it; this is fine.", outcomes=("raised",)
)
def byte_order_mark(folder: Path, stub: str, file: str) -> Path:
    return sent(folder, stub.encode("utf-8-sig"))


@made(family="encodings", why="Ends for C, at a null byte, before it ends for Python.", outcomes=("raised",))
def null_bytes(folder: Path, stub: str, file: str) -> Path:
    return sent(folder, stub.encode() + b"\0\nimport os; os._exit(0)\n\0")


@made(family="encodings", why="Is Latin-1 and does not say so.", outcomes=("raised",))
def latin_1_unsaid(folder: Path, stub: str, file: str) -> Path:
    return sent(folder, stub.encode() + b"\nNAME = 'caf\xe9'\n")


@made(
    family="encodings",
    why="Declares an encoding that is none of text, on which Python itself falls over.",
    outcomes=("raised",),
)
def rot13_declared(folder: Path, stub: str, file: str) -> Path:
    return sent(folder, b"# coding: rot13\n" + stub.encode())


@made(family="encodings", why="Declares an encoding that nobody knows.", outcomes=("raised",))
def unknown_encoding(folder: Path, stub: str, file: str) -> Path:
    return sent(folder, b"# coding: klingon\n" + stub.encode())


@made(
    family="encodings",
    why="Hides statements in a comment, which becomes several lines in the encoding that it declares.",
    outcomes=("raised",),
)
def statements_in_utf_7(folder: Path, stub: str, file: str) -> Path:
    hidden = "# +AAo-import os+AAo-os._exit(0)+AAo-"
    return sent(
        folder, b"# coding: utf-7\n" + stub.replace("+", "+-").encode("ascii", "ignore") + hidden.encode() + b"\n"
    )


@made(family="encodings", why="Holds halves of letters, which can be read but never be written.", outcomes=("raised",))
def lone_surrogates(folder: Path, stub: str, file: str) -> Path:
    return sent(folder, stub.encode() + b"\nNAME = '\xed\xa0\x80'\n")


@made(family="encodings", why="Has a name that is shown backwards, as that of another file.", outcomes=("refused",))
def name_from_right_to_left(folder: Path, stub: str, file: str) -> Path:
    return sent(folder, stub.encode(), "eve\u202eyp.txt\u202c.py")


@made(
    family="encodings",
    why="Shows a reader a comment where Python sees statements, by letters that change the direction of writing.",
    outcomes=("raised",),
)
def statements_from_right_to_left(folder: Path, stub: str, file: str) -> Path:
    hidden = "LEVEL = 'user\u202e \u2066# only for staff\u2069 \u2066'; import os; os._exit(0)\n"
    return sent(folder, (stub + "\n" + hidden).encode())


@made(
    family="encodings",
    why="Separates lines by form feeds and other letters that only some tools count as ends.",
    outcomes=("raised",),
)
def form_feeds(folder: Path, stub: str, file: str) -> Path:
    odd = "\f\nX = 1\f\nY = '\x0b\x1c\x1d\x1e\x85\u2028\u2029'\n"
    return sent(folder, (odd + stub.replace("\n\n", "\n\f\n")).encode())


@made(family="encodings", why="Ends its lines as the first Macintosh did.", outcomes=("raised",))
def only_carriage_returns(folder: Path, stub: str, file: str) -> Path:
    return sent(folder, stub.replace("\n", "\r").encode())


@made(
    family="encodings",
    why="Mixes three ways to end a line, so that tools disagree on line numbers.",
    outcomes=("raised",),
)
def mixed_line_ends(folder: Path, stub: str, file: str) -> Path:
    lines = stub.split("\n")
    ends = ("\n", "\r\n", "\r")
    return sent(folder, "".join(line + ends[number % 3] for number, line in enumerate(lines)).encode())


@made(
    family="encodings",
    why="Has a line of nearly a megabyte, which every message about it would show.",
    outcomes=("raised",),
)
def one_long_line(folder: Path, stub: str, file: str) -> Path:
    return sent(folder, (stub + "\nX = 0" + " + 0" * 3 + " #" + "x" * 900_000 + "\n").encode())


@made(family="encodings", why="Nests parentheses until a parser runs out of stack.", outcomes=("raised",))
def nested_parentheses(folder: Path, stub: str, file: str) -> Path:
    return sent(folder, (stub + "\nX = " + "(" * 50_000 + ")" * 50_000 + "\n").encode())


@made(
    family="encodings",
    why="Chains operators until a walk through the syntax tree runs out of stack.",
    outcomes=("raised",),
)
def nested_operators(folder: Path, stub: str, file: str) -> Path:
    return sent(folder, (stub + "\nX = " + "-" * 50_000 + "1\nY = 0" + " + 0" * 50_000 + "\n").encode())


@made(family="encodings", why="Is 5 MB of source.", outcomes=("refused",))
def five_megabytes(folder: Path, stub: str, file: str) -> Path:
    return sent(folder, stub.encode() + b"# x\n" * 1_250_000)


@made(
    family="encodings",
    why="Names its functions by letters that look like the right ones, to be found by people and not by programs.",
    outcomes=("missing",),
)
def letters_that_look_alike(folder: Path, stub: str, file: str) -> Path:
    return sent(folder, renamed(stub).encode())
