"""
docs/gradebook.md tells the truth: its commands are run one after the other on a class, and print what it shows.

`python tests/test_gradebook_page.py` writes what they print.
"""

from __future__ import annotations

import csv
import os
import re
import shlex
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

COURSE = Path(__file__).parents[1]
PAGE = COURSE / "docs" / "gradebook.md"
_BLOCK = re.compile(r"<!-- class(?:: exit (\d))? -->\n```console\n\$ (.*)\n((?s:.*?))```")
_TIMED = re.compile(r"seed: |\d+ of \d+ graded")
"""Lines that another run prints otherwise, or not at all."""
_SETTINGS = re.compile(r"```toml\n(.*?)```", re.DOTALL)
_EXPORT = """\
Student,ID,SIS Login ID,Section,Convolution arithmetic (43)
    Points Possible,,,,30.00
"Lovelace, Ada",1001,ada,A,
"Turing, Alan",1002,alan,A,
"Li, Na",1003,na,A,
"Hopper, Grace",1004,grace,A,
"""
_CLASS = {
    "lovelaceada_1001_701_conv_arithmetic.py": "rounds_up",
    "turingalan_LATE_1002_702_conv_arithmetic.py": "right_numpy",
    "lina_1003_703_conv_arithmetic.py": "one_bias",
}


def made(folder: Path) -> Path:
    """Make the class of the page in *folder*, beside this course."""
    for name in ("assignments", "solutions"):
        (folder / name).symlink_to(COURSE / name)
    settings = _SETTINGS.search(PAGE.read_text())
    assert settings is not None
    (folder / "course.toml").write_text(settings[1])
    (folder / "export.csv").write_text(_EXPORT)
    with zipfile.ZipFile(folder / "submissions.zip", "w") as written:
        for name, specimen in _CLASS.items():
            file = COURSE / "solutions" / "conv_arithmetic" / "specimens" / specimen / "conv_arithmetic.py"
            written.write(file, name)
    return folder


def run(command: str, folder: Path) -> tuple[int, str]:
    """Run a command of the page; what it prints is without the seed, which is drawn."""
    environment = {
        **os.environ,
        "COLUMNS": "110",
        "NO_COLOR": "1",
        "TERM": "dumb",
        "TZ": "UTC",
        "GRADER_STAFF": "grace",
    }
    done = subprocess.run(
        [sys.executable, "-m", "grader", *shlex.split(command)[1:]],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
        check=False,
    )
    lines = (line.rstrip() for line in done.stdout.replace(f"{folder}/", "").splitlines())
    return done.returncode, "".join(f"{line}\n" for line in lines if not _TIMED.match(line))


def all_blocks(folder: Path) -> Iterator[tuple[str, int, str, int, str]]:
    """Yield of each block its command, and exit code and text: as they are shown, and as they are."""
    for code, command, shown in _BLOCK.findall(PAGE.read_text()):
        yield command, int(code or 0), shown, *run(command, folder)


@pytest.mark.slow
def test_the_commands_of_the_page_print_what_it_shows(tmp_path: Path) -> None:
    """In their order: each works on what those before it have left."""
    for command, code, shown, is_code, printed in all_blocks(made(tmp_path)):
        assert (command, is_code, printed) == (command, code, shown)
    assert len(list((tmp_path / "pages").glob("*.html"))) == len(_CLASS) + 1
    filled = csv.reader((tmp_path / "filled.csv").read_text().splitlines())
    assert [row[4] for row in filled][2:] == ["16", "27", "24", ""]


def main() -> None:
    """Write what the commands print into the page."""
    with tempfile.TemporaryDirectory() as folder:
        made(Path(folder))

        def fill(match: re.Match[str]) -> str:
            code, printed = run(match[2], Path(folder))
            head = "<!-- class -->" if code == 0 else f"<!-- class: exit {code} -->"
            return f"{head}\n```console\n$ {match[2]}\n{printed}```"

        PAGE.write_text(_BLOCK.sub(fill, PAGE.read_text()))


if __name__ == "__main__":
    main()
