"""Zips that no student's computer makes: each holds the stub, and something that harms who unpacks it without looking."""

import io
import stat
import struct
import tarfile
import zipfile
import zlib
from pathlib import Path

from grader.attacks import made

MEGABYTE = bytes(1_000_000)
"""Zeros: a thousandth of them is left when they are packed."""


def packed(*files: tuple[str | zipfile.ZipInfo, str | bytes]) -> bytes:
    """Return a zip of names and contents, in this order, twice where a name stands twice."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in files:
            target.writestr(name, content)
    return buffer.getvalue()


def sent(folder: Path, content: bytes) -> Path:
    """Hand in a zip."""
    path = folder / "eve.zip"
    path.write_bytes(content)
    return path


def of_kind(name: str, kind: int) -> zipfile.ZipInfo:
    """Return an entry that says that it is a link, a device or another kind of file."""
    entry = zipfile.ZipInfo(name)
    entry.create_system = 3  # Unix
    entry.external_attr = (kind | 0o777) << 16
    return entry


@made(family="archives", why="Writes over a module of the grader when it is unpacked.", outcomes=("refused",))
def zip_slip(folder: Path, stub: str, file: str) -> Path:
    return sent(folder, packed((file, stub), ("../" * 8 + "tmp/grader/scoring.py", "earned = possible")))


@made(family="archives", why="Unpacks a file to the root of the machine.", outcomes=("refused",))
def absolute_path(folder: Path, stub: str, file: str) -> Path:
    return sent(folder, packed((file, stub), ("/tmp/sitecustomize.py", "earned = possible")))


@made(
    family="archives", why="Unpacks a file to another drive, where the grader runs on Windows.", outcomes=("refused",)
)
def drive_letter(folder: Path, stub: str, file: str) -> Path:
    return sent(folder, packed((file, stub), ("C:/Windows/Temp/sitecustomize.py", "earned = possible")))


@made(
    family="archives", why="Leads out of the folder by backslashes, which only some systems see.", outcomes=("refused",)
)
def backslashes(folder: Path, stub: str, file: str) -> Path:
    return sent(folder, packed((file, stub), ("..\\..\\sitecustomize.py", "earned = possible")))


@made(
    family="archives", why="Is one file to a check of names and another one when it is written.", outcomes=("refused",)
)
def null_byte_in_a_name(folder: Path, stub: str, file: str) -> Path:
    whole = packed((file, stub), ("notes.py#.txt", "earned = possible"))
    return sent(folder, whole.replace(b"notes.py#.txt", b"notes.py\0.txt"))


@made(
    family="archives", why="Hands in a link to the reference solution under the asked-for name.", outcomes=("refused",)
)
def link_to_the_solution(folder: Path, stub: str, file: str) -> Path:
    target = f"../solutions/{Path(file).stem}/{file}"
    return sent(folder, packed((of_kind(file, stat.S_IFLNK), target)))


@made(family="archives", why="Hands in a device that is read for ever.", outcomes=("refused",))
def device(folder: Path, stub: str, file: str) -> Path:
    return sent(folder, packed((file, stub), (of_kind("zero.py", stat.S_IFCHR), b"")))


@made(family="archives", why="Unpacks 200 kB to 200 MB.", outcomes=("refused",))
def bomb(folder: Path, stub: str, file: str) -> Path:
    path = folder / "eve.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target, target.open(file, "w") as entry:
        for _ in range(200):
            entry.write(MEGABYTE)
    return path


@made(family="archives", why="Claims that a file of 50 MB is as small as the stub.", outcomes=("refused",))
def lies_about_its_size(folder: Path, stub: str, file: str) -> Path:
    content = stub.encode() + MEGABYTE * 50
    whole = packed((file, content))
    return sent(folder, whole.replace(struct.pack("<L", len(content)), struct.pack("<L", len(stub.encode()))))


@made(
    family="archives",
    why="Lists the same packed megabyte a hundred times, as files that overlap.",
    outcomes=("refused",),
)
def overlapping_files(folder: Path, stub: str, file: str) -> Path:
    names = [file, *(f"part{number}.py" for number in range(100))]
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    kernel = packer.compress(MEGABYTE) + packer.flush()
    told = struct.pack("<4H3L", 0, 8, 0, 33, zlib.crc32(MEGABYTE), len(kernel), len(MEGABYTE))
    headers = [
        b"PK\3\4" + struct.pack("<H", 20) + told + struct.pack("<2H", len(name), 0) + name.encode() for name in names
    ]
    starts = [sum(map(len, headers[:index])) for index in range(len(names))]
    listed = b"".join(
        b"PK\1\2"
        + struct.pack("<2H", 20, 20)
        + told
        + struct.pack("<5H2L", len(name), 0, 0, 0, 0, 0, start)
        + name.encode()
        for name, start in zip(names, starts, strict=True)
    )
    body = b"".join(headers) + kernel
    end = struct.pack("<4H2LH", 0, 0, len(names), len(names), len(listed), len(body), 0)
    return sent(folder, body + listed + b"PK\5\6" + end)


@made(family="archives", why="Lists 100,000 files.", outcomes=("refused",))
def many_files(folder: Path, stub: str, file: str) -> Path:
    first = packed((file, stub))
    body = first[: first.index(b"PK\1\2")]
    record = b"PK\1\2" + struct.pack("<6H3L5H2L", 20, 20, 0, 0, 0, 33, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0) + b"a.py"
    listed = record * 100_000
    end = struct.pack("<4H2LH", 0, 0, 0xFFFF, 0xFFFF, len(listed), len(body), 0)
    return sent(folder, body + listed + b"PK\5\6" + end)


@made(family="archives", why="Holds two files of one name, of which a check sees the other one.", outcomes=("refused",))
def same_name_twice(folder: Path, stub: str, file: str) -> Path:
    other = "#" + file[1:]
    whole = packed((file, stub), (other, stub + "\nearned = possible\n"))
    return sent(folder, whole.replace(other.encode(), file.encode()))


@made(family="archives", why="Holds two files of which one replaces the other on some systems.", outcomes=("refused",))
def same_name_in_another_case(folder: Path, stub: str, file: str) -> Path:
    return sent(folder, packed((file, stub), (file.upper().replace(".PY", ".py"), stub)))


@made(family="archives", why="Holds a file where another one needs a folder.", outcomes=("refused",))
def file_and_folder(folder: Path, stub: str, file: str) -> Path:
    return sent(folder, packed((file, stub), ("parts", "x"), ("parts/more.py", "x = 1")))


@made(family="archives", why="Asks for a password, at which a grader waits or falls over.", outcomes=("refused",))
def encrypted(folder: Path, stub: str, file: str) -> Path:
    content = bytearray(packed((file, stub)))
    for signature, flags in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        content[content.index(signature) + flags] |= 1
    return sent(folder, bytes(content))


@made(family="archives", why="Is packed by LZMA, which unpacks without a limit.", outcomes=("refused",))
def unusual_compression(folder: Path, stub: str, file: str) -> Path:
    path = folder / "eve.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as target:
        target.writestr(file, stub)
    return path


@made(family="archives", why="Holds an archive that holds an archive, ten times over.", outcomes=("refused",))
def archives_in_archives(folder: Path, stub: str, file: str) -> Path:
    content = packed((file, stub))
    for depth in range(10):
        content = packed((f"{depth}.zip", content))
    return sent(folder, content)


@made(family="archives", why="Claims sizes of 64 bits.", outcomes=("refused",))
def sizes_of_64_bits(folder: Path, stub: str, file: str) -> Path:
    whole = packed((file, stub))
    at = whole.index(b"PK\5\6")
    record = b"PK\6\6" + struct.pack("<Q2H2L4Q", 44, 45, 45, 0, 0, 2**63, 2**63, 2**63, 0)
    locator = b"PK\6\7" + struct.pack("<LQL", 0, at, 1)
    end = struct.pack("<4H2LH", 0, 0, 1, 1, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return sent(folder, whole[:at] + record + locator + b"PK\5\6" + end)


@made(family="archives", why="Ends in the middle, as if an upload had broken off.", outcomes=("refused",))
def truncated(folder: Path, stub: str, file: str) -> Path:
    content = packed((file, stub))
    return sent(folder, content[: len(content) // 2])


@made(family="archives", why="Holds nothing that means anything, between the marks of a zip.", outcomes=("refused",))
def garbage(folder: Path, stub: str, file: str) -> Path:
    noise = bytes(number * number % 251 for number in range(100_000))
    end = struct.pack("<4H2LH", 0, 0, 100, 100, len(noise), 4, 0)
    return sent(folder, b"PK\3\4" + noise + b"PK\5\6" + end)


@made(family="archives", why="Is a tar with a link in it, under the name of a zip.", outcomes=("refused",))
def tar_called_zip(folder: Path, stub: str, file: str) -> Path:
    path = folder / "eve.zip"
    with tarfile.open(path, "w") as target:
        entry = tarfile.TarInfo(file)
        entry.type, entry.linkname = tarfile.SYMTYPE, "/etc/passwd"
        target.addfile(entry)
    return path


@made(
    family="archives",
    why="Hides a module that ends the process among the files that systems add and people overlook.",
    outcomes=("raised",),
)
def module_among_the_clutter(folder: Path, stub: str, file: str) -> Path:
    ends = "import os\nos._exit(0)\n"
    hidden = [("__MACOSX/torch.py", ends), (".torch.py", ends), ("__pycache__/torch.py", ends), ("torch.pyc", b"\0")]
    return sent(folder, packed((file, stub), *hidden))
