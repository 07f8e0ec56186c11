"""From a path to what was sent: which file is meant, what comes along, and that a zip is read as the folder that it was."""

import contextlib
import itertools
import os
import shutil
import stat
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.course import assignment as assignments
from grader.errors import SubmissionError
from grader.model import Extent
from grader.submission import archive, choosing, messages, notebook
from grader.submission import discovery as sent
from grader.submission import read as submission_of

ADD = b"def add(a, b):\n    return a + b\n"
BOOK = b'{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}'
TOML = """\
title = "Addition"
summary = "Add."
file = "addition.py"
packages = []

[[exercises]]
name = "sums"
title = "Sums"
provides = ["add"]

[policy]
max_submission_bytes = 5000
"""
_numbers = itertools.count()


@pytest.fixture(scope="module")
def assignment(tmp_path_factory):
    """An assignment that asks for `addition.py` and takes 5,000 bytes."""
    course = tmp_path_factory.mktemp("course")
    folder = course / "assignments" / "addition"
    folder.mkdir(parents=True)
    (folder / "assignment.toml").write_text(TOML)
    return assignments.load(course, "addition")


def folder_of(place, files):
    """Write files into a new folder called `ada`."""
    folder = place / str(next(_numbers)) / "ada"
    folder.mkdir(parents=True)
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def zip_of(place, files):
    """Pack files into a new zip called `ada.zip`."""
    path = place / str(next(_numbers)) / "ada.zip"
    path.parent.mkdir(parents=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in files.items():
            target.writestr(name, content)
    return path


def handed_in(path, assignment):
    """What is judged of a path: found here, and chosen from what another process is given."""
    asked = messages.Request(found=sent.read(path, assignment), assignment=assignment, stub=b"", extent=Extent.WHOLE)
    found = sent.unpacked(messages.decode_request(messages.encode_request(asked)).found, assignment)
    return choosing.handed_in(found, assignment, b"")


@pytest.fixture(params=[folder_of, zip_of], ids=["folder", "zip"])
def holding(request, tmp_path):
    """Files as they are sent: in a folder, or in a zip."""
    return lambda files: request.param(tmp_path, files)


def refusal(path, assignment):
    """Return the text with which a path is refused, without the path that it starts with."""
    with pytest.raises(SubmissionError) as refused:
        handed_in(path, assignment)
    assert str(refused.value).startswith(f"{path}")
    return str(refused.value).removeprefix(f"{path}: ")


# --- a folder or a zip ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("files", "main", "taken"),
    [
        pytest.param(
            {"addition.py": ADD, "help.py": b"", "parts/more.py": b"", "data.csv": b"", "old.ipynb": BOOK},
            "addition.py",
            ["addition.py", "help.py", "parts/more.py"],
            id="the-file-itself",
        ),
        pytest.param(
            {"addition.ipynb": BOOK, "scratch.ipynb": BOOK, "help.py": b""},
            "addition.ipynb",
            ["addition.ipynb", "help.py"],
            id="its-notebook",
        ),
        pytest.param({"hw.ipynb": BOOK, "a.py": b"", "b.py": b""}, "hw.ipynb", ["hw.ipynb", "a.py", "b.py"], id="book"),
        pytest.param({"hw.py": ADD, "parts/b.py": b""}, "hw.py", ["addition.py", "parts/b.py"], id="the-only-script"),
        pytest.param({"hw.py": ADD, "addition.py/b.py": b""}, "hw.py", ["addition.py"], id="folder-in-its-place"),
        pytest.param(
            {
                "addition.py": ADD,
                "__MACOSX/._addition.py": b"\0",
                "._addition.py": b"\0",
                ".venv/x.py": b"",
                "__pycache__/y.py": b"",
                ".ipynb_checkpoints/addition-checkpoint.ipynb": BOOK,
            },
            "addition.py",
            ["addition.py"],
            id="without-ignored-files",
        ),
        pytest.param({"hw.py": ADD, "._hw.py": b"\0", ".x.ipynb": b""}, "hw.py", ["addition.py"], id="hidden-others"),
    ],
)
def test_file_that_is_meant_and_what_comes_along(holding, assignment, files, main, taken):
    """In a folder and in a zip, the same file is meant and the same files come along."""
    found = handed_in(holding(files), assignment)

    assert (found.name, found.main, [file.path for file in found.files]) == ("ada", main, taken)
    assert found.files[0].content == files[main]


@pytest.mark.parametrize(
    ("files", "held"),
    [
        pytest.param({}, "nothing", id="empty"),
        pytest.param({".git/x.py": b""}, "nothing", id="ignored-files"),
        pytest.param({"readme.md": b"", "src/a.py": b""}, "readme.md, src", id="other-code-in-a-folder"),
        pytest.param({"b.py": b"", "a.py": b""}, "a.py, b.py", id="two-scripts"),
        pytest.param({f"{letter}.txt": b"" for letter in "gfedcba"}, "a.txt, b.txt, c.txt, d.txt, e.txt", id="many"),
    ],
)
def test_without_the_file_it_is_refused(holding, assignment, files, held):
    """The text names the file that was looked for and what was found."""
    path = holding(files)
    kind = "folder" if path.is_dir() else "archive"

    assert refusal(path, assignment) == f"no addition.py in this {kind} (it holds {held})"


def test_code_beyond_all_bounds_is_not_read(holding, assignment, monkeypatch):
    """What is called like the file that is asked for is looked at first; the rest only within limits."""
    monkeypatch.setattr(sent, "_MAX_LOOKED_AT", 3)
    found = handed_in(holding({**{f"a/{number}.py": b"x = 1" for number in range(5)}, "addition.py": ADD}), assignment)

    assert found.main == "addition.py"
    assert [file.path for file in found.files] == ["addition.py", "a/0.py", "a/1.py"]
    assert [unread.why for unread in found.unread] == [
        f"a/{number}.py: not read, since there is too much beside it" for number in (2, 3, 4)
    ]


def test_archive_in_it_is_named_and_not_looked_into(holding, assignment):
    """A zip beside the code stays behind, with a sentence; data sets that are packed by other tools need none."""
    path = holding({"addition.py": ADD, "parts/rest.zip": b"PK", "old.RAR": b"", "data/mnist.gz": b""})
    found = handed_in(path, assignment)

    assert (found.archives, [file.path for file in found.files]) == (("old.RAR", "parts/rest.zip"), ["addition.py"])
    assert submission_of(path, assignment).omitted == (
        "old.RAR, parts/rest.zip: not looked into; hand in the files themselves if they are needed",
    )


def test_nothing_but_an_archive_is_refused(holding, assignment):
    """Where the code may be in an archive within, the text says to unpack it."""
    message = refusal(holding({"ada.zip": b"PK"}), assignment)

    assert message.endswith(" (it holds ada.zip); unpack ada.zip and hand in what it holds")


def test_weights_are_named(holding, assignment):
    """Checkpoints and arrays stay behind, wherever they are."""
    files = {"addition.py": ADD, "best.pt": b"", "models/last.PTH": b"", ".git/x.pt": b"", "notes.txt": b""}

    assert handed_in(holding(files), assignment).weights == ("best.pt", "models/last.PTH")


def test_several_archives_may_be_a_class(holding, assignment):
    """The text says how a class is graded."""
    path = holding({"ada.zip": b"PK", "eve.zip": b"PK"})
    named = f"name its submissions: {path}/*" if path.is_dir() else "unpack it and name its submissions: DIR/*"

    assert refusal(path, assignment).endswith(f" (it holds ada.zip, eve.zip); to grade a class, {named}")


def read_or_none(path, assignment):
    """The submission, or None where it is refused: several files may be meant."""
    with contextlib.suppress(SubmissionError):
        return submission_of(path, assignment)


names = st.lists(st.sampled_from(["a", "b", "addition", "x y", "ü"]), min_size=1, max_size=3).map("/".join)
suffixes = st.sampled_from([".py", ".py", ".ipynb", ".pt", ".zip", ".md"])
trees = st.dictionaries(st.tuples(names, suffixes).map("".join), st.sampled_from([ADD, b"", BOOK]), max_size=6)


@given(files=trees, wrapped=st.booleans())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_zip_is_read_as_its_folder(assignment, tmp_path, files, wrapped):
    """Whatever is in a folder, packing it changes nothing, the hash included; nor does packing it as a folder."""
    files = {"addition.py": ADD, **files}
    packed = {f"ada/{name}": content for name, content in files.items()} if wrapped else files
    one, other = folder_of(tmp_path, files), zip_of(tmp_path, packed)

    assert read_or_none(one, assignment) == read_or_none(other, assignment)
    shutil.rmtree(one.parent)
    shutil.rmtree(other.parent)


# --- a zip ------------------------------------------------------------------------------------------------------------


def test_refusal_names_the_archive_and_the_file_in_it(assignment, tmp_path):
    """What is wrong with a file in a zip is said with the names of both."""
    path = zip_of(tmp_path, {"ada/addition.py": ADD + b"#" * 5000})

    assert refusal(path, assignment) == "'ada/addition.py' is more than 5,000 bytes; take data and outputs out of it"


def test_notebook_in_a_zip_may_be_as_large_as_any(assignment, tmp_path, monkeypatch):
    """Outputs make a notebook large, and do not count; the limit is that of notebooks."""
    monkeypatch.setattr(notebook, "MAX_BYTES", 20_000)
    path = zip_of(tmp_path, {"hw.ipynb": BOOK + b" " * 10_000})
    assert len(handed_in(path, assignment).files[0].content) == len(BOOK) + 10_000

    path = zip_of(tmp_path, {"hw.ipynb": BOOK + b" " * 20_000})
    assert refusal(path, assignment) == "'hw.ipynb' is more than 20,000 bytes; take data and outputs out of it"


def test_archive_that_is_no_zip_is_refused_in_its_own_words(assignment, tmp_path):
    """What the archive module refuses comes with the path."""
    path = tmp_path / "ada.ZIP"
    path.write_bytes(b"Rar!\x1a\x07\0")

    assert refusal(path, assignment).startswith("this is a rar archive that is called .zip; ")


def test_enormous_zip_is_not_read(assignment, tmp_path):
    """A zip of 200 GB is refused by its size alone."""
    path = tmp_path / "ada.zip"
    with path.open("wb") as file:
        file.truncate(200 * 10**9)

    assert refusal(path, assignment) == (
        f"200,000,000,000 bytes is more than the {archive.MAX_BYTES:,} that a zip may have; leave out data, weights and packages"
    )


@pytest.mark.parametrize("suffix", [".tar", ".tgz", ".gz", ".bz2", ".xz", ".zst", ".rar", ".7z", ".7Z"])
def test_other_archives_are_asked_for_as_a_zip(assignment, tmp_path, suffix):
    """The text says what to do."""
    path = tmp_path / f"ada{suffix}"
    path.write_bytes(b"x")

    assert refusal(path, assignment) == f"a {suffix.lower()} archive is not read; pack the same files as a .zip"


def test_zip_that_is_no_file_of_its_own_is_refused(assignment, tmp_path):
    """A link to a zip was not handed in, and a pipe is never read."""
    (tmp_path / "link.zip").symlink_to(zip_of(tmp_path, {"addition.py": ADD}))
    os.mkfifo(tmp_path / "pipe.zip")

    assert refusal(tmp_path / "link.zip", assignment) == "a link; hand in the file itself"
    assert refusal(tmp_path / "pipe.zip", assignment) == "not an ordinary file"


def test_nothing_of_a_zip_is_written(assignment, tmp_path, monkeypatch):
    """A zip is read in memory: no file is made, and none is opened but the zip."""
    path = zip_of(tmp_path, {"addition.py": ADD, "help.py": b""})
    opened = []
    real = Path.open

    def watched(self, *how, **more):
        if self.is_relative_to(tmp_path):
            opened.append((self, *how))
        return real(self, *how, **more)

    monkeypatch.setattr(Path, "open", watched)
    before = sorted(tmp_path.rglob("*"))
    handed_in(path, assignment)

    assert opened == [(path, "rb")]
    assert sorted(tmp_path.rglob("*")) == before


# --- names ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["caf\udce9.py", "caf\udce9.ipynb", "a\u202eyp.py", "a\n.zip", "caf\udce9"])
def test_name_that_cannot_be_printed_is_refused(assignment, tmp_path, name):
    """Of a file or a folder: the name stands in tables and reports, where it would break them or look like another one."""
    path = tmp_path / name
    path.mkdir() if "." not in name else path.write_bytes(ADD)
    with pytest.raises(SubmissionError) as refused:
        handed_in(path, assignment)

    assert str(refused.value) == f"{tmp_path}: a file name that cannot be read: {name!r}; rename the file"


@pytest.mark.parametrize("name", ["caf\udce9/help.py", "a\u202eyp.py"])
def test_name_in_a_folder_that_cannot_be_printed_is_refused(assignment, tmp_path, name):
    """Also where only the folder around a helper has such a name."""
    path = folder_of(tmp_path, {"addition.py": ADD, name: b""})

    assert refusal(path, assignment) == f"a file name that cannot be read: {name!r}; rename the file"


def test_only_notebook_with_such_a_name_is_refused(assignment, tmp_path):
    """The file that is meant needs a name that can be printed."""
    path = folder_of(tmp_path, {"caf\udce9.ipynb": BOOK})

    assert refusal(path, assignment) == "a file name that cannot be read: 'caf\\udce9.ipynb'; rename the file"


def test_other_names_are_shown_escaped(assignment, tmp_path):
    """What stays behind may have any name; what is said of it can be printed."""
    path = folder_of(tmp_path, {"addition.py": ADD, "caf\udce9.pt": b"", "a\n.zip": b""})
    found = handed_in(path, assignment)

    assert (found.weights, found.archives) == (("'caf\\udce9.pt'",), ("'a\\n.zip'",))
    held = refusal(folder_of(tmp_path, {"caf\udce9.txt": b""}), assignment)
    assert held == "no addition.py in this folder (it holds 'caf\\udce9.txt')"


def test_links_that_lead_in_a_circle_are_refused(assignment, tmp_path):
    """A link to itself is a link like others."""
    (tmp_path / "ada.py").symlink_to("ada.py")

    assert refusal(tmp_path / "ada.py", assignment) == "a link; hand in the file itself"


def test_mode_of_a_packed_file_does_not_matter(assignment, tmp_path):
    """A zip made on Unix says who may read a file; it is read here in any case."""
    path = tmp_path / "ada.zip"
    with zipfile.ZipFile(path, "w") as target:
        entry = zipfile.ZipInfo("addition.py")
        entry.external_attr = (stat.S_IFREG | 0o000) << 16
        target.writestr(entry, ADD)

    assert handed_in(path, assignment).files[0].content == ADD
