"""
README and docs tell the truth: their commands are run, and what they print is what they show.

A block is marked by a comment before it, `<!-- run -->` or `<!-- run: exit 1 -->`.  `python tests/test_readme.py` writes the
blocks anew.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from typer.main import get_command

from grader import attacks
from grader.cli.app import app

COURSE = Path(__file__).parents[1]
README = COURSE / "README.md"
SECURITY = COURSE / "docs" / "security.md"
PAGES = (README, *sorted((COURSE / "docs").glob("*.md")))
_BLOCK = re.compile(r"<!-- run(?:: exit (\d))? -->\n```console\n\$ (.*)\n((?s:.*?))```")


def run(command: str, folder: Path = COURSE) -> tuple[int, str]:
    """Run a `grader` command as a reader would, in a terminal of 100 columns without colour."""
    words = shlex.split(command)
    assert words[0] == "grader"
    environment = {**os.environ, "COLUMNS": "100", "NO_COLOR": "1", "TERM": "dumb"}
    done = subprocess.run(
        [sys.executable, "-m", "grader", *words[1:]], cwd=folder, env=environment, capture_output=True, text=True
    )
    printed = re.sub(r"as (root|an ordinary\s+user);", "as root;", done.stdout)  # what the README was written with
    printed = re.sub(r"held by (cgroup v\d|its\s+supervisor)\.", "held by cgroup v1.", printed)
    return done.returncode, "\n".join(line.rstrip() for line in printed.splitlines()) + "\n"


BLOCKS = list(dict.fromkeys(block for page in PAGES for block in _BLOCK.findall(page.read_text())))


@pytest.mark.slow
@pytest.mark.parametrize(("code", "command", "shown"), BLOCKS, ids=[block[1][:40] for block in BLOCKS])
def test_command_prints_what_the_readme_shows(code: str, command: str, shown: str) -> None:
    """A marked command exits as marked and prints exactly what stands below it."""
    assert run(command) == (int(code or 0), shown)


def test_readme_counts_the_attacks_that_there_are() -> None:
    """The table of the audit has a row for every family of the corpus, with as many attacks as there are."""
    corpus = attacks.load(attacks.corpus_folder())
    counted = Counter(attack.family for attack in corpus)
    text = SECURITY.read_text()
    rows = dict(re.findall(r"^(\w+) +(\d+) +0 +0 ", text[text.index("$ grader audit") :], re.MULTILINE))

    assert {family: int(count) for family, count in rows.items()} == {**counted, "all": len(corpus)}
    assert f"0 of {len(corpus)} attacks earned points they should not, 0 broke the grader" in text


@pytest.mark.parametrize("name", sorted(get_command(app).commands))  # type: ignore[attr-defined]
def test_readme_names_every_command(name: str) -> None:
    """Each command of the command line is in the README."""
    assert f"grader {name}" in README.read_text()


def test_readme_names_only_options_that_exist() -> None:
    """Each --option in README and docs is an option of the program or some command, of make's other tools, or of pytest."""
    program = get_command(app)
    groups = [program, *program.commands.values()]  # type: ignore[attr-defined]
    commands = [*groups, *(below for group in groups for below in getattr(group, "commands", {}).values())]
    known = {
        name
        for command in commands
        for parameter in command.params
        for name in (*parameter.opts, *parameter.secondary_opts)
    }
    of_other_tools = re.compile(r"^```(sh|yaml)\n.*?^```", re.MULTILINE | re.DOTALL)
    text = "\n".join(of_other_tools.sub("", page.read_text()) for page in PAGES)
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", text))

    assert named <= known | {"--submission", "--strict"}


LINK = re.compile(r"\]\(([^)#\s]+)\)")


@pytest.mark.parametrize("page", [*PAGES, *COURSE.glob("[AC]*.md")], ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    """Every link to a file of the project names one that is there."""
    links = [link for link in LINK.findall(page.read_text()) if "://" not in link]

    assert not [link for link in links if not (page.parent / link).exists()]


def test_readme_is_short() -> None:
    """It says what this is, shows a run, and where to read on."""
    assert len(README.read_text().splitlines()) <= 150


def main() -> None:
    """Write what the commands print into README and docs."""

    def fill(match: re.Match[str]) -> str:
        code, output = run(match[2])
        assert code == int(match[1] or 0), (match[2], code, output)
        head = match[0].split("```console")[0]
        return f"{head}```console\n$ {match[2]}\n{output}```"

    for page in PAGES:
        page.write_text(_BLOCK.sub(fill, page.read_text()))


if __name__ == "__main__":
    main()
