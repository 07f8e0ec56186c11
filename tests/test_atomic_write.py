"""A file is written whole or not at all."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from grader.atomic_write import open_atomically, write_atomically


def test_a_file_is_there_when_it_is_whole(tmp_path: Path) -> None:
    """Until the last byte the name leads to what was there before; afterwards to the new content, and to nothing else."""
    path = tmp_path / "results.json"
    path.write_bytes(b"before")
    with open_atomically(path) as file:
        file.write(b"af")
        file.flush()
        assert path.read_bytes() == b"before"
        file.write(b"ter")

    assert path.read_bytes() == b"after"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("error", [OSError("the disk is full"), KeyboardInterrupt()], ids=["error", "ctrl-c"])
def test_nothing_is_left_of_an_attempt_that_failed(tmp_path: Path, error: BaseException) -> None:
    """What was there stays, and no half file lies beside it; whatever ended the attempt is passed on."""
    path = tmp_path / "results.json"
    path.write_bytes(b"before")

    def attempt() -> None:
        with open_atomically(path) as file:
            file.write(b"af")
            raise error

    with pytest.raises(type(error)) as passed_on:
        attempt()
    assert passed_on.value is error
    assert path.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [path]


def test_a_name_that_cannot_be_given_is_an_error(tmp_path: Path) -> None:
    """Where a folder has the name, or there is none to write in, it is an OSError that says so, and no file stays."""
    (tmp_path / "taken").mkdir()
    with pytest.raises(IsADirectoryError):
        write_atomically(tmp_path / "taken", b"x")
    with pytest.raises(FileNotFoundError):
        write_atomically(tmp_path / "nowhere" / "file", b"x")

    assert list(tmp_path.iterdir()) == [tmp_path / "taken"]


def test_a_file_may_be_read_by_whom_any_file_may(tmp_path: Path) -> None:
    """Its mode is that of a file which is written as usual."""
    write_atomically(tmp_path / "a", b"x")
    (tmp_path / "b").write_bytes(b"x")

    assert stat.S_IMODE(os.stat(tmp_path / "a").st_mode) == stat.S_IMODE(os.stat(tmp_path / "b").st_mode)


def test_the_longest_name_can_be_written(tmp_path: Path) -> None:
    """The name that a file has while it grows is no longer than its own may be."""
    path = tmp_path / ("a" * 255)
    write_atomically(path, b"x")

    assert path.read_bytes() == b"x"


def test_a_device_stays_one(tmp_path: Path) -> None:
    """What is no file is not replaced by one: who names /dev/null has lost nothing but what would be written."""
    os.mkfifo(tmp_path / "pipe")
    for path in (Path(os.devnull), tmp_path / "pipe"):
        with pytest.raises(OSError, match="Is a device or a pipe"):
            write_atomically(path, b"content")

    assert Path(os.devnull).is_char_device()
    assert (tmp_path / "pipe").is_fifo()
