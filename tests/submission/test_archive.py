"""From the bytes of a zip to its files: what is read, what is refused and in which words, and what it may cost."""

import io
import stat
import struct
import tracemalloc
import zipfile
import zlib
from dataclasses import dataclass

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from grader.errors import SubmissionError
from grader.submission import archive

ADD = b"def add(a, b):\n    return a + b\n"
AGAIN = "pack the files again as an ordinary zip"
UTF8 = 1 << 11
PLACE = 1000
MOST = 10_000_000


@dataclass(frozen=True, kw_only=True)
class File:
    """One file of a zip, and what the zip says of it; None is the truth."""

    name: bytes
    content: bytes = ADD
    method: int = 8
    flags: int = UTF8
    mode: int = 0
    crc: int | None = None
    size: int | None = None
    packed_size: int | None = None
    offset: int | None = None
    local_name: bytes | None = None
    extra: bytes = b""


def zipped(*files, claims=None, count=None, size=None, start=None, disk=0, before_end=b"", comment=b""):
    """Write a zip by hand, with the lies that are asked for."""
    body, listed = b"", b""
    for file in files:
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        packed = packer.compress(file.content) + packer.flush() if file.method == 8 else file.content
        crc = zlib.crc32(file.content) if file.crc is None else file.crc
        packed_size = len(packed) if file.packed_size is None else file.packed_size
        unpacked_size = len(file.content) if file.size is None else file.size
        told = struct.pack("<4H3L", file.flags, file.method, 0, 33, crc, packed_size, unpacked_size)
        local_name = file.name if file.local_name is None else file.local_name
        offset = len(body) if file.offset is None else file.offset
        lengths = struct.pack("<5H", len(file.name), len(file.extra), 0, 0, 0)
        listed += b"PK\1\2" + struct.pack("<2H", 20, 20) + told + lengths
        listed += struct.pack("<2L", file.mode << 16, offset) + file.name + file.extra
        body += b"PK\3\4" + struct.pack("<H", 20) + told + struct.pack("<2H", len(local_name), 0) + local_name + packed
    here = len(files) if claims is None else claims
    counts = struct.pack("<4H", disk, 0, here, here if count is None else count)
    where = struct.pack("<2L", len(listed) if size is None else size, len(body) if start is None else start)
    return body + listed + before_end + b"PK\5\6" + counts + where + struct.pack("<H", len(comment)) + comment


def contents(content, most=MOST):
    """Read every file of a zip."""
    opened = archive.read(content, "ada.zip")
    return {entry.path: archive.content_of(opened, entry, most) for entry in opened.files}


def refusal(content, most=MOST):
    """Return the text with which a zip is refused, without the name that it starts with."""
    with pytest.raises(SubmissionError) as refused:
        contents(content, most)
    text = str(refused.value)
    assert text.startswith("ada.zip: ")
    assert text.isprintable()
    return text.removeprefix("ada.zip: ")


def written(files, compression=zipfile.ZIP_DEFLATED):
    """Let the standard library write a zip."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as target:
        for name, content in files.items():
            target.writestr(name, content)
    return buffer.getvalue()


# --- what is read -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED], ids=["stored", "deflated"])
def test_files_come_out_as_they_went_in(method):
    """Names and contents are those that were packed, also empty ones."""
    files = {"a.py": ADD, "parts/b.py": b"", "parts/ü.ipynb": b"{}" * 1000}

    assert contents(written(files, method)) == files


def test_files_come_in_the_order_of_a_walk():
    """In each folder the files come first, by name, however they were packed."""
    packed = written(dict.fromkeys(("b/c/x.py", "z.py", "b/y.py", "a!/x.py", "a.py", "a/x.py"), b""))

    assert list(contents(packed)) == ["a.py", "z.py", "a/x.py", "a!/x.py", "b/y.py", "b/c/x.py"]


@pytest.mark.parametrize(
    ("names", "paths"),
    [
        pytest.param(["ada/a.py", "ada/parts/b.py"], ["a.py", "parts/b.py"], id="one-folder"),
        pytest.param(["ada/ada/a.py"], ["a.py"], id="a-folder-in-a-folder"),
        pytest.param(["ada/a.py", "readme.md"], ["readme.md", "ada/a.py"], id="a-file-beside-it"),
        pytest.param(["ada/a.py", "adam/b.py"], ["ada/a.py", "adam/b.py"], id="two-folders-that-start-alike"),
        pytest.param(["ada/", "ada/a.py", "__MACOSX/ada/._a.py"], ["a.py"], id="as-finder-packs-it"),
        pytest.param(["./a.py", ".//parts/./b.py"], ["a.py", "parts/b.py"], id="dots-for-this-folder"),
    ],
)
def test_folder_that_holds_everything_is_looked_through(names, paths):
    """What most systems pack is a folder; where it is the only one, its name is none of the path."""
    assert list(contents(written(dict.fromkeys(names, b"")))) == paths


def test_what_systems_add_is_not_seen():
    """What systems and tools leave behind is no file of the student's, not even a link, or a name that cannot be printed."""
    ignored = ["__MACOSX/._a.py", ".DS_Store", "ada/.git/x.py", "ada/__pycache__/a.pyc", ".ipynb_checkpoints/a.py"]
    files = [File(name=name.encode(), mode=stat.S_IFLNK | 0o777) for name in (*ignored, "ada/Icon\r", "Thumbs.db")]

    assert contents(zipped(*files, File(name=b"ada/a.py"))) == {"a.py": ADD}


@pytest.mark.parametrize(
    ("raw", "name"),
    [(b"\xc3\xbc.py", "ü.py"), (b"\x81.py", "ü.py"), ("é.py".encode(), "é.py")],
    ids=["utf-8-without-saying-so", "code-page-437", "accent-of-its-own"],
)
def test_name_in_an_older_encoding_is_read(raw, name):
    """Finder does not say that its names are UTF-8, and old tools on Windows write code page 437, as the standard says."""
    assert list(contents(zipped(File(name=raw, flags=0)))) == [name]


def test_order_in_the_archive_comment_and_trailing_bytes_do_not_matter():
    """Files may be listed in another order than they lie in, and a comment or a few bytes may follow."""
    one, other = File(name=b"b.py"), File(name=b"a.py")
    packed = zipped(one, other, comment=b"of Ada") + b"\r\n"

    assert list(contents(packed)) == ["a.py", "b.py"]


def test_archive_written_into_a_pipe_is_read():
    """Sizes that stand behind a file, because nobody could go back to write them before it, are read from the list."""

    class Pipe(io.RawIOBase):
        content = b""

        def writable(self):
            return True

        def write(self, some):
            Pipe.content += bytes(some)
            return len(some)

    with zipfile.ZipFile(Pipe(), "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("a.py", ADD)

    assert contents(Pipe.content) == {"a.py": ADD}


def test_empty_archive_has_no_files():
    """An archive without files, or of folders only, is a folder without files."""
    assert contents(zipped()) == {}
    assert contents(zipped(File(name=b"ada/", content=b"", mode=stat.S_IFDIR | 0o755))) == {}


# --- what is no zip ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(b"Rar!\x1a\x07\x01\0", f"this is a rar archive that is called .zip; {AGAIN}", id="rar"),
        pytest.param(b"7z\xbc\xaf\x27\x1c\0\4", f"this is a 7z archive that is called .zip; {AGAIN}", id="7z"),
        pytest.param(b"\x1f\x8b\x08\0", f"this is a gzip archive that is called .zip; {AGAIN}", id="gzip"),
        pytest.param(b"BZh91AY", f"this is a bzip2 archive that is called .zip; {AGAIN}", id="bzip2"),
        pytest.param(b"\xfd7zXZ\0\0", f"this is an xz archive that is called .zip; {AGAIN}", id="xz"),
        pytest.param(b"a" * 257 + b"ustar\0", f"this is a tar archive that is called .zip; {AGAIN}", id="tar"),
        pytest.param(b"%PDF-1.7", f"this is a PDF that is called .zip; {AGAIN}", id="pdf"),
        pytest.param(
            b"\xef\xbb\xbf\r\n<!DOCTYPE html><html>",
            "this is a web page that is called .zip; download the archive again",
            id="web-page",
        ),
        pytest.param(b"", "the file is empty; hand the archive in again", id="no-bytes"),
        pytest.param(ADD, f"this is no zip; {AGAIN}", id="python"),
    ],
)
def test_other_file_called_zip_says_what_it_is(content, message):
    """What is often sent under the name of a zip is told by its first bytes."""
    assert refusal(content) == message


# --- what is broken ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("left", [1, 0.3, 0.9, -1], ids=["nearly-all", "most", "a-little", "the-last-byte"])
def test_archive_that_is_cut_off_is_refused(left):
    """An upload that broke off is told from other damage, and gets its own advice."""
    whole = zipped(File(name=b"a.py"), File(name=b"b.py"))
    cut = whole[: {1: 40, 0.3: len(whole) * 7 // 10, 0.9: len(whole) // 10, -1: -1}[left]]

    assert refusal(cut) == "the archive is cut off before its end; hand it in again"


A = File(name=b"a.py")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(zipped(A, claims=2), "its list of contents is cut short", id="claims-more-files"),
        pytest.param(zipped(A, A, size=60), "its list of contents is not where it says", id="claims-less"),
        pytest.param(zipped(A, start=0), "its list of contents is not where it says", id="claims-another-start"),
        pytest.param(b"MZ" + zipped(A), "its list of contents is not where it says", id="something-before-it"),
        pytest.param(
            zipped(A).replace(b"PK\1\2", b"PK\1\3"), "its list of contents cannot be read", id="unknown-record"
        ),
        pytest.param(
            zipped(A, before_end=b"#" * 9, size=59), "its list of contents is longer than it says", id="more-behind-it"
        ),
        pytest.param(
            zipped(File(name=b"a.py", offset=5)), "'a.py' is not where its list of contents says", id="elsewhere"
        ),
        pytest.param(
            zipped(File(name=b"a.py", offset=10**9)), "'a.py' is not where its list of contents says", id="outside"
        ),
        pytest.param(
            zipped(File(name=b"a.py", local_name=b"b.py")),
            "'a.py' is not where its list of contents says",
            id="two-names",
        ),
        pytest.param(zipped(File(name=b"a.py", packed_size=10**6)), "'a.py' is cut short", id="claims-more-bytes"),
    ],
)
def test_list_of_contents_that_lies_is_refused(content, message):
    """What the list says must fit the archive; otherwise it is damaged, and the text says where."""
    assert refusal(content) == f"the archive is damaged: {message}; {AGAIN}"


def test_list_whose_names_reach_beyond_it_is_refused():
    """A name that is said to be longer than the list is not read."""
    content = bytearray(zipped(A))
    at = content.index(b"PK\1\2") + 28
    content[at : at + 2] = struct.pack("<H", 999)

    assert refusal(bytes(content)) == f"the archive is damaged: its list of contents cannot be read; {AGAIN}"


@pytest.mark.parametrize(
    "file",
    [
        File(name=b"a.py", crc=1),
        File(name=b"a.py", size=len(ADD) + 1),
        File(name=b"a.py", size=3),
        File(name=b"a.py", method=0, size=3),
        File(name=b"a.py", packed_size=10),
        File(name=b"a.py", packed_size=0),
    ],
    ids=["checksum", "claims-more", "claims-less", "stored-claims-less", "half-of-it", "none-of-it"],
)
def test_file_that_is_not_what_the_list_says_is_refused(file):
    """Size and checksum must be those of the list; a file that is not whole is not graded."""
    assert refusal(zipped(file)) == f"'a.py' is damaged; {AGAIN}"


def test_file_that_cannot_be_unpacked_is_refused():
    """Bytes that are nothing packed are no reason to fall over."""
    raw = File(name=b"a.py", content=b"\xff" * 40, method=0)
    content = zipped(raw).replace(struct.pack("<2H", UTF8, 0), struct.pack("<2H", UTF8, 8))

    assert refusal(content) == f"'a.py' is damaged; {AGAIN}"


def test_split_archive_is_refused():
    """One part of several cannot be read alone."""
    assert refusal(zipped(A, disk=1)) == "one part of a split archive; pack the files as one zip"
    assert refusal(zipped(A, A, count=1)) == "one part of a split archive; pack the files as one zip"


ZIP64 = f"a zip in the format for archives above 4 GB, zip64; {AGAIN}"


@pytest.mark.parametrize(
    "content",
    [
        zipped(A, size=0xFFFFFFFF),
        zipped(A, start=0xFFFFFFFF),
        zipped(A, before_end=b"PK\6\7" + bytes(16)),
        zipped(A, before_end=b"PK\6\6" + b"\xff" * 52 + b"PK\6\7" + b"\xff" * 16),
        zipped(File(name=b"a.py", size=0xFFFFFFFF, extra=struct.pack("<2H2Q", 1, 16, 2**63, 2**63))),
        zipped(File(name=b"a.py", packed_size=0xFFFFFFFF)),
        zipped(File(name=b"a.py", offset=0xFFFFFFFF)),
    ],
    ids=["list-size", "list-start", "locator", "whole-record", "file-size", "packed-size", "file-start"],
)
def test_numbers_that_stand_elsewhere_are_not_looked_for(content):
    """Nothing that a student hands in needs numbers of 64 bits, so that none of them can lie."""
    assert refusal(content) == ZIP64


# --- what is hostile --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    ["../a.py", "ada/../../a.py", "/etc/a.py", "//host/a.py", "C:/a.py", "c:a.py", "..", ".git/../../a.py"],
)
def test_name_that_leads_out_of_the_archive_is_refused(name):
    """Nothing is unpacked, so nothing could be overwritten; but who packs this means no good, or needs another tool."""
    assert refusal(zipped(A, File(name=name.encode()))) == f"{name!r} leads out of the archive; {AGAIN}"


def test_backslash_is_refused():
    """A folder to one system is a part of the name to another."""
    assert refusal(zipped(File(name=b"ada\\a.py"))) == f"a file name with a backslash: 'ada\\\\a.py'; {AGAIN}"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (b"a.py\0.txt", r"'a.py\x00.txt'"),
        (b"a\n.py", r"'a\n.py'"),
        (b"\x1b[31ma.py", r"'\x1b[31ma.py'"),
        ("a\u202eyp.b".encode(), r"'a\u202eyp.b'"),
    ],
    ids=["null-byte", "line-end", "escape-sequence", "right-to-left"],
)
def test_name_that_cannot_be_printed_is_refused(name, shown):
    """A name that would do something to a terminal, or look like another, is shown without doing it."""
    message = f"a file name that cannot be read: {shown}; rename the file and pack it again"

    assert refusal(zipped(File(name=name))) == message


def test_name_that_is_not_utf8_though_it_says_so_is_refused():
    """The name is shown by its bytes."""
    message = r"a file name that is not UTF-8: 'caf\\xe9.py'; rename the file and pack it again"

    assert refusal(zipped(File(name=b"caf\xe9.py"))) == message


@pytest.mark.parametrize(
    ("name", "letters"),
    [(b"a" * 300 + b".py", "303"), (b"a/" * 499 + b"b.py", "1,002"), (b"\xff" * 65000, "260,000")],
    ids=["no-file-system-takes-it", "deep", "not-even-text"],
)
def test_long_name_is_refused_and_not_shown_whole(name, letters):
    """The text says how long it is, and shows both ends."""
    message = refusal(zipped(File(name=name)))

    assert message.startswith(f"a file name of {letters} letters: '")
    assert message.endswith("; give it a shorter one and pack it again")
    assert len(message) < 200


@pytest.mark.parametrize("name", [b"", b"."], ids=["empty", "a-dot"])
def test_file_without_a_name_is_refused(name):
    """A name must name something."""
    assert refusal(zipped(File(name=name))) == f"a file without a name: {name.decode()!r}; {AGAIN}"


def test_link_is_refused():
    """A link would lead to something that was not handed in."""
    link = File(name=b"ada/a.py", content=b"/etc/passwd", mode=stat.S_IFLNK | 0o777)

    assert refusal(zipped(link)) == "'ada/a.py' is a link; pack the file itself"


@pytest.mark.parametrize(
    "kind",
    [stat.S_IFCHR, stat.S_IFBLK, stat.S_IFIFO, stat.S_IFSOCK, stat.S_IFDIR],
    ids=["device", "block-device", "pipe", "socket", "folder-without-a-slash"],
)
def test_what_is_no_file_is_refused(kind):
    """Devices, pipes and sockets are no files of a student's."""
    assert refusal(zipped(File(name=b"a.py", mode=kind | 0o644))) == (
        "'a.py' is not an ordinary file; pack the archive without it"
    )


@pytest.mark.parametrize(
    ("names", "message"),
    [
        pytest.param(["a.py", "a.py"], "'a.py' is in the archive twice; pack the files again, each once", id="twice"),
        pytest.param(
            ["a.py", "./a.py"], "'a.py' is in the archive twice; pack the files again, each once", id="by-another-name"
        ),
        pytest.param(
            ["ada/Help.py", "ada/a.py", "ada/help.py"],
            "'ada/Help.py' and 'ada/help.py' are one name to many systems; rename one and pack them again",
            id="case",
        ),
        pytest.param(
            ["\u00fc.py", "u\u0308.py"],
            "'\u00fc.py' and 'u\u0308.py' are one name to many systems; rename one and pack them again",
            id="accent",
        ),
        pytest.param(["a", "a!", "a/b.py"], f"'a' is a file and a folder at once; {AGAIN}", id="file-and-folder"),
        pytest.param(["A/b/c.py", "a"], f"'a' is a file and a folder at once; {AGAIN}", id="in-another-case"),
    ],
)
def test_files_of_which_one_would_replace_another_are_refused(names, message):
    """Which of them counts would depend on who unpacks it."""
    assert refusal(zipped(*(File(name=name.encode()) for name in names))) == message


def test_files_that_share_bytes_are_refused():
    """An archive whose files overlap can hold a thousand times what it seems to."""
    inner = zipped(File(name=b"b.py"))[:-72]
    outer = File(name=b"a.py", content=inner, method=0)
    file_in_a_file = zipped(outer, File(name=b"b.py", offset=34))
    one_for_two = zipped(A, File(name=b"b.py", offset=0))

    for content in (file_in_a_file, one_for_two):
        assert refusal(content) == f"'b.py' shares bytes with another file in the archive; {AGAIN}"


def test_encrypted_file_is_refused():
    """Nobody can read it without the password."""
    assert refusal(zipped(File(name=b"a.py", flags=1))) == "'a.py' needs a password; pack the files without one"


@pytest.mark.parametrize("method", [1, 9, 12, 14, 93, 95, 98, 99, 0xFFFF])
def test_unusual_compression_is_refused(method):
    """Only what every system can read is read; bzip2 and LZMA, moreover, cannot be held to a limit while they unpack."""
    message = f"'a.py' is compressed by method {method}; {AGAIN}"

    assert refusal(zipped(File(name=b"a.py", method=method))) == message


# --- what it may cost -------------------------------------------------------------------------------------------------


def peak_of(action):
    """Return how many bytes an action needed at once, beside those that were there."""
    tracemalloc.start()
    try:
        action()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def bomb(size):
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = b"".join(packer.compress(bytes(PLACE)) for _ in range(size // PLACE)) + packer.flush()
    honest = zipped(File(name=b"a.py", content=packed, method=0, size=size, crc=0))
    return honest.replace(struct.pack("<2H", UTF8, 0), struct.pack("<2H", UTF8, 8))


def test_bomb_is_unpacked_no_further_than_the_limit():
    """A file of 100 MB, packed into 100 kB, is refused after the first 10,000 bytes of it."""
    content = bomb(100_000_000)
    assert len(content) < 200_000

    peak = peak_of(lambda: refusal(content, most=10_000))
    assert peak < 1_000_000
    assert refusal(content, most=10_000) == "'a.py' is more than 10,000 bytes; take data and outputs out of it"


@pytest.mark.parametrize("method", [0, 8], ids=["stored", "deflated"])
def test_limit_is_the_last_size_that_is_read(method):
    """What is just as large as the limit is read, and one byte more is not."""
    content = zipped(File(name=b"a.py", method=method))

    assert contents(content, most=len(ADD)) == {"a.py": ADD}
    assert "is more than 31 bytes" in refusal(content, most=len(ADD) - 1)


def test_many_files_are_refused_before_they_are_listed():
    """100,000 entries, and a count that lies about them, cost no more than looking at the end."""
    record = b"PK\1\2" + struct.pack("<6H3L5H2L", 20, 20, 0, 0, 0, 33, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + b"a"
    listed = record * 100_000
    message = "more than 10,000 entries in this archive; leave out what is not code"
    for count in (0xFFFF, 10_001):
        end = b"PK\5\6" + struct.pack("<4H2LH", 0, 0, count, count, len(listed), 0, 0)
        content = listed + end

        assert peak_of(lambda content=content: refusal(content)) < 100_000
        assert refusal(content) == message
    end = b"PK\5\6" + struct.pack("<4H2LH", 0, 0, 10_000, 10_000, len(listed), 0, 0)
    assert "longer than it says" in refusal(listed + end)


def test_as_many_files_as_may_be_are_read_in_bounds():
    """As many files as are read, with long names, need a few kB each."""
    names = (f"{number:05d}/" + "a/" * 20 + "b" * 240 + ".png" for number in range(archive.MAX_ENTRIES))
    content = zipped_quickly(names)

    assert peak_of(lambda: archive.read(content, "ada.zip")) < 5_000 * archive.MAX_ENTRIES


def zipped_quickly(names):
    """Write a zip of empty files."""
    body, listed = io.BytesIO(), io.BytesIO()
    for name in map(str.encode, names):
        told = struct.pack("<4H3L", UTF8, 0, 0, 33, 0, 0, 0)
        listed.write(b"PK\1\2" + struct.pack("<2H", 20, 20) + told + struct.pack("<5H", len(name), 0, 0, 0, 0))
        listed.write(struct.pack("<2L", 0, body.tell()) + name)
        body.write(b"PK\3\4" + struct.pack("<H", 20) + told + struct.pack("<2H", len(name), 0) + name)
    count = listed.getvalue().count(b"PK\1\2")
    where = struct.pack("<2LH", listed.tell(), body.tell(), 0)
    return body.getvalue() + listed.getvalue() + b"PK\5\6" + struct.pack("<4H", 0, 0, count, count) + where


# --- whatever the bytes -----------------------------------------------------------------------------------------------


def read_or_refused(content):
    """Read every file, or be refused; anything else is a mistake."""
    try:
        return contents(content, most=100_000)
    except SubmissionError as error:
        text = str(error)
    assert text.isprintable()
    assert len(text) < 1000
    return None


names = st.lists(st.text(st.sampled_from("abü-"), min_size=1, max_size=3), min_size=1, max_size=3).map("/".join)
trees = st.dictionaries(names, st.binary(max_size=200), max_size=5)


@given(st.binary(max_size=300))
@example(b"PK\5\6")
@example(b"PK\5\6" + bytes(18))
def test_any_bytes_are_read_or_refused(content):
    """Nothing but a SubmissionError comes of bytes that mean nothing."""
    read_or_refused(content)
    read_or_refused(b"PK\3\4" + content + b"PK\5\6" + bytes(18))


@given(
    trees,
    st.lists(st.tuples(st.integers(0, 2000), st.one_of(st.binary(max_size=4), st.sampled_from([b"\xff" * 4])))),
    st.integers(0, 2000),
)
def test_damaged_archives_are_read_or_refused(files, changes, length):
    """Wherever the bytes of a right zip are changed or cut off, nothing else happens."""
    content = bytearray(written(files))
    for at, change in changes:
        at %= len(content)
        content[at : at + len(change)] = change
    read_or_refused(bytes(content))
    read_or_refused(bytes(content[: length % len(content)]))


@given(trees, st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED]))
def test_archives_of_the_standard_library_are_read_alike(files, compression):
    """What the standard library reads out of an archive that is not refused, is read here, but for outer folders."""
    content = written(files, compression)
    opened = read_or_refused(content)
    if opened is None:
        return
    with zipfile.ZipFile(io.BytesIO(content)) as standard:
        packed = {entry.filename: standard.read(entry) for entry in standard.infolist()}
    for path, received in opened.items():
        assert received in [content for name, content in packed.items() if name.endswith(path)]
    assert len(opened) == len(packed)
