"""
Download real data sets, so that an interrupted download goes on where it stopped.

What to download, from where, its checksums and how it is unpacked are torchvision's; only the way from there to here is ours.
A file grows as FILE.partial and gets its name when its checksum is right.
"""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from grader.datasets import stored_data
from grader.errors import UsageError

OnProgress = Callable[[str, int, int], None]
"""Told the name of a file, how many bytes of it are there, and how many it has in all, 0 if the server does not say."""
TIMEOUT_SECONDS = 30.0
"""How long a server may be silent."""
_ATTEMPTS = 5
"""How often a server that cuts connections is asked to go on."""
_CHUNK_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    """A file to download."""

    path: Path
    md5: str
    urls: tuple[str, ...]
    """Where it lies: each is tried in turn."""

    @property
    def partial(self) -> Path:
        """Return where it grows."""
        return self.path.with_name(self.path.name + ".partial")


class _FailedError(Exception):
    """A server did not give what it was asked for; the text says why."""


def default_root() -> Path:
    """Return where data sets lie if no folder is named: below the user's cache."""
    return platformdirs.user_cache_path("convnet-grader", appauthor=False) / "data"


def ignore_progress(file: str, done: int, total: int) -> None:
    """Do nothing."""


def fetch(name: str, root: Path, on_progress: OnProgress = ignore_progress) -> None:
    """
    Download a data set into *root* in torchvision's layout, unless it is there already.

    Args:
        name: `cifar10`, `mnist` or `fashion_mnist`.
        on_progress: Told how far each file has come, from this thread.

    Raises:
        UsageError: If the name is unknown, no server gives a file, or the folder cannot be written.  What has arrived is kept.
    """
    if name not in stored_data.KNOWN:
        raise UsageError(f"there are no data called `{name}` to fetch: choose one of {', '.join(stored_data.KNOWN)}")
    if _is_there(name, root):
        return
    files = _files(name, root)
    try:
        for file in files:
            _ensure(file, on_progress)
        _unpack(name, root, files)
    except OSError as error:  # of the disk: those of the network are told apart where they happen
        raise UsageError(
            f"{error.filename or root} cannot be used ({error.strerror or error}): make room, or choose another folder with "
            "--root; what has arrived is kept, and the same command goes on from there"
        ) from error
    stored_data.of_torchvision(name, root)


def _is_there(name: str, root: Path) -> bool:
    try:
        stored_data.of_torchvision(name, root)
    except UsageError:
        return False
    return True


def _files(name: str, root: Path) -> list[_File]:
    dataset = stored_data.dataset_class(name)
    if name == "cifar10":
        return [_File(path=root / dataset.filename, md5=dataset.tgz_md5, urls=(dataset.url,))]
    folder = root / stored_data.KNOWN[name].folder
    return [
        _File(path=folder / file, md5=md5, urls=tuple(mirror + file for mirror in dataset.mirrors))
        for file, md5 in dataset.resources
    ]


def _unpack(name: str, root: Path, files: list[_File]) -> None:
    """Have torchvision unpack what is there."""
    for file in files:
        if file.path.suffixes == [".gz"]:
            # torchvision asks only whether the unpacked file is there: it may be half of it
            file.path.with_suffix("").unlink(missing_ok=True)
    with contextlib.suppress(*stored_data.NOT_AS_IT_SHOULD_BE):  # then reading it says what is wrong
        stored_data.dataset_class(name)(root, download=True)


def _ensure(file: _File, on_progress: OnProgress) -> None:
    """Have *file* at its place with the right checksum; raises UsageError if no server gives it."""
    file.path.parent.mkdir(parents=True, exist_ok=True)
    if file.path.is_file() and _md5(file.path) == file.md5:
        size = file.path.stat().st_size
        on_progress(file.path.name, size, size)
        return
    reasons = []
    for url in file.urls:
        try:
            _download(url, file, on_progress)
            return
        except _FailedError as error:
            reasons.append(f"{url}: {error}")
    arrived = _size(file.partial)
    rest = f"{arrived:,} bytes are kept, and the same command goes on from there" if arrived else "try again later"
    raise UsageError(
        f"{file.path.name} cannot be fetched ({'; '.join(reasons)}): {rest}, or put the file into {file.path.parent} by hand "
        "and give the same command"
    )


def _download(url: str, file: _File, on_progress: OnProgress) -> None:
    """Download *file*, or the rest of it, from one address; raises _FailedError."""
    for attempt in range(_ATTEMPTS):
        before = _size(file.partial)
        if not before or _md5(file.partial) != file.md5:
            try:
                _receive(url, file, on_progress)
            except _FailedError:
                if _size(file.partial) > before and attempt < _ATTEMPTS - 1:
                    continue
                raise
        found = _md5(file.partial)
        if found == file.md5:
            file.partial.replace(file.path)
            return
        file.partial.unlink()
        if not before:
            break  # and if there was something before, that may be what is wrong: once more, from the start
    raise _FailedError(f"what arrived is another file, with the MD5 sum {found} instead of {file.md5}")


def _receive(url: str, file: _File, on_progress: OnProgress) -> None:
    """Append to the partial file what a server has of the rest; raises _FailedError if something is still missing."""
    have = _size(file.partial)
    headers = {"User-Agent": "convnet-grader", **({"Range": f"bytes={have}-"} if have else {})}
    with _answer(urllib.request.Request(url, headers=headers)) as response:
        if response is None:  # nothing lies beyond what we have
            return
        have = have if response.status == http.HTTPStatus.PARTIAL_CONTENT else 0
        total = have + response.length if response.length is not None else 0
        with file.partial.open("ab" if have else "wb") as out:
            on_progress(file.path.name, have, total)
            while chunk := _read(response):
                out.write(chunk)
                have += len(chunk)
                on_progress(file.path.name, have, total)
    if have < total:
        raise _FailedError(f"the connection ended after {have:,} of {total:,} bytes")


@contextlib.contextmanager
def _answer(request: urllib.request.Request) -> Iterator[http.client.HTTPResponse | None]:
    """Ask a server; None if it says that there is nothing at this range.  Raises _FailedError."""
    try:
        response = urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS)
    except urllib.error.HTTPError as error:
        error.close()
        if error.code != http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE or not request.has_header("Range"):
            raise _FailedError(f"the server says {error.code} {error.reason}") from error
        yield None
        return
    except (OSError, http.client.HTTPException) as error:
        raise _FailedError(_reason(error)) from error
    with response:
        yield response


def _read(response: http.client.HTTPResponse) -> bytes:
    try:
        return response.read1(_CHUNK_BYTES)
    except (OSError, http.client.HTTPException) as error:
        raise _FailedError(_reason(error)) from error


def _reason(error: BaseException) -> str:
    """Return why a server cannot be reached, in few words."""
    cause = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(cause, TimeoutError):
        return f"no answer within {TIMEOUT_SECONDS:g} s"
    return (isinstance(cause, OSError) and cause.strerror) or str(cause) or type(cause).__name__


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def _md5(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
