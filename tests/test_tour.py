"""The tour of the docs shows pictures that a command makes, and says in words what is on each."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import chromium
import pictures
import pytest
from PIL import Image

TOUR = Path(__file__).parents[1] / "docs" / "tour.md"
SHOWN = re.findall(r"!\[([^\]]*)\]\(([^)]*)\)", TOUR.read_text())
MAX_BYTES = 150_000


def words(svg: Path) -> str:
    """Return what a picture says, without where and how it stands."""
    text = re.sub(r"<style>.*?</style>|<[^>]*>", " ", svg.read_text(), flags=re.DOTALL)
    return " ".join(text.replace("&#160;", " ").split())


def test_the_tour_shows_the_pictures_that_there_are() -> None:
    """Each file once, and no file is left over."""
    assert SHOWN
    assert sorted(path for _text, path in SHOWN) == sorted(
        f"pictures/{one.name}" for one in pictures.PICTURES.iterdir()
    )


@pytest.mark.parametrize(("text", "path"), SHOWN, ids=[path for _text, path in SHOWN])
def test_a_picture_is_told_in_words(text: str, path: str) -> None:
    """Its alternative text is a sentence or more, of numbers and names that are in it, not its file's name."""
    assert len(text.split()) >= 20
    assert text.endswith(".")
    assert Path(path).name not in text


@pytest.mark.parametrize("picture", sorted(pictures.PICTURES.iterdir()), ids=lambda path: path.name)
def test_a_picture_is_small_and_loads_nothing(picture: Path) -> None:
    """A page of the docs is quick, and asks no other site for anything."""
    content = picture.read_bytes()

    assert len(content) < MAX_BYTES
    assert picture.suffix in (".png", ".svg")
    assert b"url(http" not in content.replace(b'"', b"")
    assert b"@font-face" not in content


@pytest.mark.slow
@pytest.mark.browser
def test_the_command_makes_all_pictures(tmp_path: Path) -> None:
    """`make pictures` makes those of the tour; the terminal says what it says there, pages are as wide as those there."""
    missing = chromium.missing()
    if missing:
        pytest.skip(missing)
    run = _pictures(tmp_path / "made", os.environ["PATH"])

    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
    made = {path.name: path for path in (tmp_path / "made").iterdir()}
    assert made.keys() == {path.name for path in pictures.PICTURES.iterdir()}
    assert words(made["check.svg"]) == words(pictures.PICTURES / "check.svg")
    for name, path in made.items():
        assert path.stat().st_size < MAX_BYTES
        if path.suffix == ".png":
            with Image.open(path) as new, Image.open(pictures.PICTURES / name) as shown:
                assert new.width == shown.width == pictures.WIDTH * pictures.SCALE
                assert len(new.getcolors()) > 8


def test_without_chromium_it_says_what_to_install(tmp_path: Path) -> None:
    """In one sentence, before anything is graded or written."""
    pytest.importorskip("playwright")
    run = _pictures(tmp_path / "made", "/nowhere")

    assert run.returncode == 1
    assert run.stderr == "Chromium is not installed; on Debian: sudo apt-get install chromium\n"
    assert not (tmp_path / "made").exists()


def _pictures(folder: Path, path: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, pictures.__file__, str(folder)]
    return subprocess.run(command, env={**os.environ, "PATH": path}, capture_output=True, text=True, timeout=120)
