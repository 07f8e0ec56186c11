"""
The tutorial for authors can be followed: step by step, in an empty folder, and what its commands print is what it shows.

A step is marked by a comment before its block: `<!-- run in NAME -->`, `<!-- write in NAME: PATH -->` or
`<!-- append in NAME: PATH -->`, where NAME is a folder that is empty at the first step.  `python tests/test_tutorial.py` writes
what the commands print anew.
"""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import pytest
from test_readme import COURSE, run

PAGE = COURSE / "docs" / "authors.md"
_STEP = re.compile(
    r"<!-- (?P<what>run|write|append) in (?P<name>\w+)(?:: (?P<path>\S+))? -->\n"
    r"```\w+\n(?:\$ (?P<command>.*)\n)?(?P<content>(?s:.*?))```\n"
)


def followed(page: str, parent: Path) -> str:
    """Follow every step of a page in folders of *parent*; returns the page with what its commands print."""

    def follow(step: re.Match[str]) -> str:
        folder = parent / step["name"]
        folder.mkdir(exist_ok=True)
        if step["what"] == "run":
            code, printed = run(step["command"], folder)
            assert code == 0, printed
            return f"<!-- run in {step['name']} -->\n```console\n$ {step['command']}\n{printed}```\n"
        path = folder / step["path"]
        assert path.exists() == (step["what"] == "append"), path
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write("\n\n" * (path.suffix == ".py" and step["what"] == "append") + step["content"])
        return step[0]

    return _STEP.sub(follow, page)


@pytest.mark.slow
def test_the_tutorial_can_be_followed(tmp_path: Path) -> None:
    """Every command ends well and prints exactly what stands below it."""
    page = PAGE.read_text()

    assert len(_STEP.findall(page)) > 10
    assert followed(page, tmp_path) == page


def main() -> None:
    """Write what the commands print into the tutorial."""
    with tempfile.TemporaryDirectory() as folder:
        PAGE.write_text(followed(PAGE.read_text(), Path(folder)))


if __name__ == "__main__":
    main()
