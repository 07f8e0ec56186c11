"""
Make the pictures of docs/tour.md: real gradings of specimens, as a terminal and as Chromium show them.

    make pictures

The students' names are made up, and the questions are the same each time; fonts are those of the machine.
"""

from __future__ import annotations

import argparse
import io
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import chromium
from commands import started
from PIL import Image  # matplotlib brings it
from rich.console import Console
from rich.text import Text
from specimens import specimen

COURSE = Path(__file__).parents[1]
PICTURES = COURSE / "docs" / "pictures"
SLUG = "conv_arithmetic"
CLASS = {
    "amira": "right_numpy",
    "bruno": "rounds_up",
    "chiara": "one_bias",
    "dmitri": "exits",
    "farid": "rounds_up",
    "greta": "first_of_the_pair",
}
"""The specimen that each student hands in."""
UNREADABLE = "ivo.docx"
SHOWN = "bruno"
"""Whose terminal and whose feedback are shown."""
SEED = "1"
COLUMNS = 92
WIDTH, SCALE = 960, 1.5
"""Of a page, in CSS pixels, so that its table needs one row of fields; several of the picture's for each, for sharp letters."""
COLOURS = 64
"""So few that a picture is small, and enough for letters with soft edges."""
MARGIN = 8
SVG = """<svg viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{ font-family: "DejaVu Sans Mono", Menlo, Consolas, monospace; }}
.{unique_id}-matrix {{ font-size: {char_height}px; line-height: {line_height}px; }}
.{unique_id}-title {{ font-family: sans-serif; font-size: 18px; font-weight: bold; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal"><rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" /></clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""
"""Like that of rich, which loads its font from somewhere else."""


def make(folder: Path) -> None:
    """Write all pictures into *folder*."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch, chromium.opened() as browser:
        here = Path(scratch)
        _hand_in(here / "handed-in")
        command = f"check {SLUG} output_size"
        printed = _grader(*command.split(), cwd=here / "handed-in" / SHOWN, code=1)
        (folder / "check.svg").write_text(_terminal(command, printed), encoding="utf-8")

        submissions = sorted(path.relative_to(here) for path in (here / "handed-in").iterdir())
        words = ("--seed", SEED, "--out", "results", "--format", "html=class.html")
        _grader("grade", SLUG, *submissions, *words, cwd=here, code=2)  # one cannot be read
        _grader("report", f"results/{SHOWN}.results.json", "--format", "html=feedback.html", cwd=here, code=0)
        feedback = _page(browser, here / "feedback.html")
        _photograph(feedback, feedback.locator("#check-1"), folder / "feedback.png")
        whole = _page(browser, here / "class.html")
        _photograph(whole, whole.locator("section", has=whole.locator("#mistakes")), folder / "class.png")
        whole.locator("#state").select_option("something to fix")
        students = whole.locator("section", has=whole.locator("#students"))
        _photograph(whole, students, folder / "students.png", top=students)


def _hand_in(folder: Path) -> None:
    for student, name in CLASS.items():
        shutil.copytree(
            specimen(SLUG, name).folder, folder / student, ignore=shutil.ignore_patterns("expected.toml", "__pycache__")
        )
    (folder / UNREADABLE).write_bytes(b"not Python")


def _grader(*words: object, cwd: Path, code: int) -> str:
    """Run a command as in a terminal with colours, and return what it prints."""
    shown = {"COLUMNS": str(COLUMNS), "NO_COLOR": "", "FORCE_COLOR": "1", "GRADER_COURSE": str(COURSE)}
    run = started(*words, cwd=cwd, PYTHONPATH=str(COURSE), **shown)
    assert run.returncode == code, (words, run.returncode, run.stdout, run.stderr)
    return run.stdout


def _terminal(command: str, printed: str) -> str:
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True)
    console.print(Text.assemble(("$ ", "dim"), (f"grader {command}", "bold")), Text.from_ansi(printed), sep="\n")
    return console.export_svg(title="grader check", code_format=SVG, unique_id="check")


def _page(browser: Any, path: Path) -> Any:
    page = browser.new_page(viewport={"width": WIDTH, "height": 900}, device_scale_factor=SCALE, color_scheme="light")
    page.set_default_timeout(5000)
    page.goto(path.as_uri())
    return page


def _photograph(page: Any, last: Any, path: Path, top: Any = None) -> None:
    """Write what a page shows from its beginning, or the *top*, down to the end of *last*."""
    box = last.bounding_box()
    begin = 0 if top is None else max(top.bounding_box()["y"] - MARGIN, 0)
    clip = {"x": 0, "y": begin, "width": WIDTH, "height": box["y"] + box["height"] + MARGIN - begin}
    page.screenshot(path=path, full_page=True, clip=clip)
    with Image.open(path) as picture:
        few = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    few.save(path, optimize=True)


def main() -> None:
    """Make them where the words of the command line say."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=PICTURES)
    folder = parser.parse_args().folder
    missing = chromium.missing()
    if missing:
        sys.exit(missing)
    make(folder)


if __name__ == "__main__":
    main()
