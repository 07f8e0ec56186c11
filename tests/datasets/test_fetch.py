"""Downloading data sets from a real server on this machine, which cuts connections and sends wrong things."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import io
import pickle
import socket
import tarfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torchvision

from grader.datasets import fetch as fetching
from grader.datasets import stored_data
from grader.datasets.fetch import default_root, fetch
from grader.errors import UsageError


@dataclass
class Site:
    """A server, what it holds, and how it behaves."""

    address: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    """By path, without the first slash."""
    knows_ranges: bool = True
    tells_length: bool = True
    cuts: list[int] = field(default_factory=list)
    """After how many bytes the next answers end."""
    status: int | None = None
    """What it says instead of sending a file."""
    silent_seconds: float = 0.0
    """How long it waits in the middle of an answer."""
    requests: list[tuple[str, str | None]] = field(default_factory=list)
    """Path and range of each request."""


def handler_of(site: Site) -> type[BaseHTTPRequestHandler]:
    """Return a handler that answers for *site*."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path, wanted = self.path[1:], self.headers["Range"]
            site.requests.append((path, wanted))
            content = site.files.get(path)
            if content is None or site.status is not None:
                self.send_error(site.status or 404)
                return
            start = int(wanted.removeprefix("bytes=").removesuffix("-")) if wanted and site.knows_ranges else 0
            if start and start >= len(content):
                self.send_error(416)
                return
            self.send_response(206 if start else 200)
            if start:
                self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
            if site.tells_length:
                self.send_header("Content-Length", str(len(content) - start))
            self.end_headers()
            end = start + (site.cuts.pop(0) if site.cuts else len(content))
            with contextlib.suppress(ConnectionError):  # the other side may have had enough
                self.wfile.write(content[start : min(end, start + 100)])
                self.wfile.flush()
                time.sleep(site.silent_seconds)
                self.wfile.write(content[start + 100 : end])

        def log_message(self, format: str, *args: Any) -> None:
            pass

    return Handler


def serve(site: Site) -> Iterator[Site]:
    """Let *site* answer while the generator is open."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler_of(site))
    site.address = f"http://127.0.0.1:{server.server_port}/"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield site
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """Start a server that behaves well as long as nobody says otherwise."""
    monkeypatch.setenv("no_proxy", "*")
    yield from serve(Site())


@pytest.fixture
def mirror() -> Iterator[Site]:
    """Start a second server."""
    yield from serve(Site())


@pytest.fixture
def mnist(site: Site, monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """Put a small MNIST on the server and point torchvision to it; returns the packed files."""
    for part, count in (("train", 40), ("t10k", 20)):
        images = np.random.default_rng(count).integers(0, 256, (count, 28, 28), dtype=np.uint8)
        labels = (np.arange(count) % 10).astype(np.uint8)
        for name, values in ((f"{part}-images-idx3-ubyte", images), (f"{part}-labels-idx1-ubyte", labels)):
            sizes = b"".join(size.to_bytes(4, "big") for size in values.shape)
            site.files[f"{name}.gz"] = gzip.compress(bytes([0, 0, 8, values.ndim]) + sizes + values.tobytes())
    dataset = torchvision.datasets.MNIST
    sums = [(name, hashlib.md5(content).hexdigest()) for name, content in site.files.items()]
    monkeypatch.setattr(dataset, "resources", sums)
    monkeypatch.setattr(dataset, "mirrors", [site.address])
    return dict(site.files)


@pytest.fixture
def cifar(site: Site, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """Put a small CIFAR-10 on the server and point torchvision to it; returns the archive."""
    images = np.random.default_rng(0).integers(0, 256, (6, 10, 3072), dtype=np.uint8)
    names = [f"data_batch_{number}" for number in range(1, 6)] + ["test_batch", "batches.meta"]
    contents = [{"data": some, "labels": list(range(10))} for some in images] + [{"label_names": list("abcdefghij")}]
    packed, sums = io.BytesIO(), []
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name, content in zip(names, map(pickle.dumps, contents), strict=True):
            member = tarfile.TarInfo(f"cifar-10-batches-py/{name}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
            sums.append([name, hashlib.md5(content).hexdigest()])
    dataset = torchvision.datasets.CIFAR10
    monkeypatch.setattr(dataset, "url", f"{site.address}cifar-10-python.tar.gz")
    monkeypatch.setattr(dataset, "tgz_md5", hashlib.md5(packed.getvalue()).hexdigest())
    monkeypatch.setattr(dataset, "train_list", sums[:5])
    monkeypatch.setattr(dataset, "test_list", sums[5:6])
    monkeypatch.setattr(dataset, "meta", {"filename": "batches.meta", "key": "label_names", "md5": sums[6][1]})
    site.files["cifar-10-python.tar.gz"] = packed.getvalue()
    return packed.getvalue()


ARCHIVE, FIRST = "cifar-10-python.tar.gz", "train-images-idx3-ubyte.gz"


def ranges(site: Site, file: str = ARCHIVE) -> list[str | None]:
    """Return which ranges of a file were asked for."""
    return [wanted for path, wanted in site.requests if path == file]


# --- what goes well ---------------------------------------------------------------------------------------------------


def test_cifar10_is_downloaded_and_unpacked(tmp_path: Path, site: Site, cifar: bytes) -> None:
    """The archive is downloaded with one request, unpacked, and can be read; nothing else is left behind, or touched."""
    (tmp_path / "new" / "folder").mkdir(parents=True)
    (tmp_path / "new" / "folder" / "cifar-10-python.tar").write_bytes(b"somebody's own")
    fetch("cifar10", tmp_path / "new" / "folder")
    stored = stored_data.read("cifar10", tmp_path / "new" / "folder")

    assert site.requests == [(ARCHIVE, None)]
    assert stored.test is not None
    assert (len(stored.train.labels), len(stored.test.labels)) == (50, 10)
    assert sorted(path.name for path in (tmp_path / "new" / "folder").iterdir()) == [
        "cifar-10-batches-py",
        "cifar-10-python.tar",
        ARCHIVE,
    ]


def test_mnist_is_downloaded_and_unpacked(tmp_path: Path, site: Site, mnist: dict[str, bytes]) -> None:
    """All four files are downloaded and unpacked, and can be read."""
    fetch("mnist", tmp_path)

    assert [path for path, _range in site.requests] == list(mnist)
    assert len(stored_data.read("mnist", tmp_path).train.labels) == 40


def test_fashion_mnist_has_a_folder_of_its_own(
    tmp_path: Path, site: Site, mnist: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two data sets whose files have the same names lie side by side."""
    monkeypatch.setattr(torchvision.datasets.FashionMNIST, "resources", torchvision.datasets.MNIST.resources)
    monkeypatch.setattr(torchvision.datasets.FashionMNIST, "mirrors", [site.address])
    for name in ("mnist", "fashion_mnist"):
        fetch(name, tmp_path)
        assert len(stored_data.read(name, tmp_path).train.labels) == 40

    assert sorted(path.name for path in tmp_path.iterdir()) == ["FashionMNIST", "MNIST"]


def test_what_is_there_is_not_fetched_again(tmp_path: Path, site: Site, mnist: dict[str, bytes], cifar: bytes) -> None:
    """A second time nothing is asked for, even if the packed files are gone."""
    for name in ("mnist", "cifar10"):
        fetch(name, tmp_path)
    for packed in tmp_path.rglob("*.gz"):
        packed.unlink()
    site.requests.clear()
    for name in ("mnist", "cifar10"):
        fetch(name, tmp_path)

    assert site.requests == []


def test_only_what_is_missing_is_fetched(tmp_path: Path, site: Site, mnist: dict[str, bytes]) -> None:
    """Of several files, one that somebody put there by hand is kept if it is right, and replaced if it is not."""
    folder = tmp_path / "MNIST" / "raw"
    folder.mkdir(parents=True)
    (folder / FIRST).write_bytes(mnist[FIRST])
    (folder / "t10k-labels-idx1-ubyte.gz").write_bytes(b"something else")
    told: dict[str, tuple[int, int]] = {}
    fetch("mnist", tmp_path, lambda file, done, total: told.update({file: (done, total)}))

    assert [path for path, _range in site.requests] == [name for name in mnist if name != FIRST]
    assert told == {name: (len(content), len(content)) for name, content in mnist.items()}
    assert len(stored_data.read("mnist", tmp_path).train.labels) == 40


def test_half_unpacked_files_are_unpacked_again(
    tmp_path: Path, site: Site, mnist: dict[str, bytes], cifar: bytes
) -> None:
    """What was interrupted while it was unpacked is unpacked again, without a download."""
    for name in ("mnist", "cifar10"):
        fetch(name, tmp_path)
    for file in (
        tmp_path / "MNIST" / "raw" / "train-images-idx3-ubyte",
        tmp_path / "cifar-10-batches-py" / "test_batch",
    ):
        file.write_bytes(file.read_bytes()[:1000])
    site.requests.clear()
    for name in ("mnist", "cifar10"):
        fetch(name, tmp_path)
        stored_data.read(name, tmp_path)

    assert site.requests == []


def test_progress_is_told(tmp_path: Path, site: Site, cifar: bytes) -> None:
    """Bytes so far grow to all of them; a server that does not say how many leaves 0."""
    told: list[tuple[str, int, int]] = []
    fetch("cifar10", tmp_path / "a", lambda *progress: told.append(progress))
    site.tells_length = False
    unknown: list[tuple[str, int, int]] = []
    fetch("cifar10", tmp_path / "b", lambda *progress: unknown.append(progress))

    assert {(file, total) for file, _done, total in told} == {(ARCHIVE, len(cifar))}
    done = [done for _file, done, _total in told]
    assert done == sorted(set(done))
    assert (done[0], done[-1]) == (0, len(cifar))
    assert len(done) > 3
    assert unknown[-1] == (ARCHIVE, len(cifar), 0)
    assert {total for _file, _done, total in unknown} == {0}


# --- interrupted ------------------------------------------------------------------------------------------------------


def test_a_cut_connection_goes_on_where_it_ended(tmp_path: Path, site: Site, cifar: bytes) -> None:
    """The same call asks for the rest, and for nothing else; progress goes on as well."""
    site.cuts = [50_000, 30_000]
    told: list[int] = []
    fetch("cifar10", tmp_path, lambda _file, done, total: told.append(done) or None)

    assert ranges(site) == [None, "bytes=50000-", "bytes=80000-"]
    assert told == sorted(told)
    assert len(stored_data.read("cifar10", tmp_path).train.labels) == 50


def test_a_server_that_always_cuts(tmp_path: Path, site: Site, cifar: bytes) -> None:
    """After a few cuts the error says what is kept; the next call goes on from there."""
    site.cuts = [1000] * 5
    with pytest.raises(UsageError) as caught:
        fetch("cifar10", tmp_path)
    assert str(caught.value) == (
        f"{ARCHIVE} cannot be fetched ({site.address}{ARCHIVE}: the connection ended after 5,000 of {len(cifar):,} bytes): "
        f"5,000 bytes are kept, and the same command goes on from there, or put the file into {tmp_path} by hand and give the "
        "same command"
    )
    fetch("cifar10", tmp_path)

    assert ranges(site) == [None, *(f"bytes={1000 * number}-" for number in range(1, 6))]
    assert len(stored_data.read("cifar10", tmp_path).train.labels) == 50


def test_a_server_that_cuts_before_the_first_byte(tmp_path: Path, site: Site, cifar: bytes) -> None:
    """Where nothing comes, it is not asked again and again."""
    site.cuts = [0] * 5
    with pytest.raises(
        UsageError, match=r"the connection ended after 0 of .* bytes.*: try again later, or put the file"
    ):
        fetch("cifar10", tmp_path)

    assert ranges(site) == [None]


def test_ctrl_c_keeps_what_has_arrived(tmp_path: Path, site: Site, cifar: bytes) -> None:
    """A download that somebody stops goes on where it stopped."""

    def stop(_file: str, done: int, _total: int) -> None:
        if done > 70_000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch("cifar10", tmp_path, stop)
    kept = (tmp_path / f"{ARCHIVE}.partial").stat().st_size
    fetch("cifar10", tmp_path)

    assert 0 < kept < len(cifar)
    assert ranges(site) == [None, f"bytes={kept}-"]


def test_a_server_without_ranges_sends_everything_again(tmp_path: Path, site: Site, cifar: bytes) -> None:
    """Where the rest cannot be had alone, all of it replaces the part."""
    site.knows_ranges = False
    site.cuts = [50_000]
    fetch("cifar10", tmp_path)

    assert ranges(site) == [None, "bytes=50000-"]
    assert (tmp_path / ARCHIVE).read_bytes() == cifar


@pytest.mark.parametrize("part", [b"", b"x" * 1000, b"x" * 10**6, "all"], ids=["empty", "other", "too-long", "all"])
def test_a_part_of_something_else(tmp_path: Path, site: Site, cifar: bytes, part: bytes | str) -> None:
    """A part that turns out to be wrong is thrown away, and everything fetched; one that is complete needs no request."""
    (tmp_path / f"{ARCHIVE}.partial").write_bytes(cifar if isinstance(part, str) else part)
    fetch("cifar10", tmp_path)

    expected = {b"": [None], b"x" * 1000: ["bytes=1000-", None], b"x" * 10**6: ["bytes=1000000-", None], "all": []}
    assert ranges(site) == expected[part]
    assert not (tmp_path / f"{ARCHIVE}.partial").exists()
    assert len(stored_data.read("cifar10", tmp_path).train.labels) == 50


# --- what goes wrong --------------------------------------------------------------------------------------------------


def test_unknown_names_are_refused(tmp_path: Path) -> None:
    """The error names the data that can be fetched."""
    with pytest.raises(
        UsageError, match="no data called `gratings` to fetch: choose one of cifar10, mnist, fashion_mnist"
    ):
        fetch("gratings", tmp_path)


def test_a_file_that_is_gone(tmp_path: Path, site: Site, cifar: bytes) -> None:
    """The error says which address has no such file, and where to put it by hand."""
    site.files.clear()
    with pytest.raises(UsageError) as caught:
        fetch("cifar10", tmp_path)

    assert str(caught.value) == (
        f"{ARCHIVE} cannot be fetched ({site.address}{ARCHIVE}: the server says 404 Not Found): try again later, or put the "
        f"file into {tmp_path} by hand and give the same command"
    )


@pytest.mark.parametrize("status", [403, 416, 503])
def test_a_server_that_refuses(tmp_path: Path, site: Site, cifar: bytes, status: int) -> None:
    """Whatever a server says instead of sending the file is part of the error."""
    site.status = status
    with pytest.raises(UsageError, match=f"the server says {status} "):
        fetch("cifar10", tmp_path)


def test_wrong_bytes(tmp_path: Path, site: Site, cifar: bytes) -> None:
    """A file with another checksum is not kept, and the error gives both sums."""
    site.files[ARCHIVE] = b"another file"
    right, wrong = (hashlib.md5(content).hexdigest() for content in (cifar, b"another file"))
    with pytest.raises(UsageError, match=f"what arrived is another file, with the MD5 sum {wrong} instead of {right}"):
        fetch("cifar10", tmp_path)

    assert list(tmp_path.iterdir()) == []
    assert ranges(site) == [None]


def test_nobody_answers(tmp_path: Path, cifar: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a connection, the error says what could not be reached, and why."""
    with socket.socket() as taken:  # bound, but nobody listens
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/c.tar.gz"
        monkeypatch.setattr(torchvision.datasets.CIFAR10, "url", url)
        with pytest.raises(
            UsageError, match=rf"cannot be fetched \({url}: Connection refused\): try again later, or put"
        ):
            fetch("cifar10", tmp_path)


def test_an_unknown_host(tmp_path: Path, cifar: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that no one knows, as all are to a machine that is offline, is an error like any other."""
    monkeypatch.setattr(torchvision.datasets.CIFAR10, "url", "http://nowhere.invalid/c.tar.gz")
    with pytest.raises(
        UsageError, match=r"cannot be fetched \(http://nowhere.invalid/c.tar.gz: .*\w.*\): try again later"
    ):
        fetch("cifar10", tmp_path)


def test_a_server_that_falls_silent(tmp_path: Path, site: Site, cifar: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits forever; what came before is kept."""
    monkeypatch.setattr(fetching, "TIMEOUT_SECONDS", 0.2)
    monkeypatch.setattr(fetching, "_ATTEMPTS", 1)
    site.silent_seconds = 1
    with pytest.raises(
        UsageError, match=r"no answer within 0.2 s.*100 bytes are kept, and the same command goes on from there"
    ):
        fetch("cifar10", tmp_path)


def test_not_even_http(tmp_path: Path, cifar: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """A port that speaks another language is an error like any other."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def greet() -> None:
            with server.accept()[0] as connection:
                connection.recv(1000)
                connection.sendall(b"220 mail.example ESMTP\r\n")

        thread = threading.Thread(target=greet)
        thread.start()
        monkeypatch.setattr(torchvision.datasets.CIFAR10, "url", f"http://127.0.0.1:{server.getsockname()[1]}/c.tar.gz")
        with pytest.raises(UsageError, match=r"cannot be fetched .*220 mail.example ESMTP"):
            fetch("cifar10", tmp_path)
        thread.join()


def test_the_next_mirror_is_tried(
    tmp_path: Path, site: Site, mirror: Site, mnist: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What one mirror does not have comes from the next; a part from the first is gone on with."""
    monkeypatch.setattr(torchvision.datasets.MNIST, "mirrors", [site.address, mirror.address])
    mirror.files.update(mnist)
    del site.files["t10k-labels-idx1-ubyte.gz"]
    site.cuts = [1000, 0]
    fetch("mnist", tmp_path)

    assert ranges(site, FIRST) == [None, "bytes=1000-"]
    assert mirror.requests == [(FIRST, "bytes=1000-"), ("t10k-labels-idx1-ubyte.gz", None)]
    assert len(stored_data.read("mnist", tmp_path).train.labels) == 40


def test_all_mirrors_are_named(
    tmp_path: Path, site: Site, mirror: Site, mnist: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """If no mirror has a file, the error says so of each; files that were fetched before stay."""
    monkeypatch.setattr(torchvision.datasets.MNIST, "mirrors", [site.address, mirror.address])
    del site.files["t10k-images-idx3-ubyte.gz"]
    said = "the server says 404 Not Found"
    urls = [f"{server.address}t10k-images-idx3-ubyte.gz" for server in (site, mirror)]
    with pytest.raises(UsageError, match=rf"\({urls[0]}: {said}; {urls[1]}: {said}\)"):
        fetch("mnist", tmp_path)

    assert len(list((tmp_path / "MNIST" / "raw").iterdir())) == 2


@pytest.mark.parametrize("below", [".", "data"])
def test_a_folder_that_cannot_be_written(tmp_path: Path, cifar: bytes, below: str) -> None:
    """The error says what cannot be used, and why."""
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(
        UsageError, match=r"taken.* cannot be used \(.+\): make room, or choose another folder with --root"
    ):
        fetch("cifar10", tmp_path / "taken" / below)


def test_a_file_that_cannot_be_written(tmp_path: Path, cifar: bytes) -> None:
    """So it does if the folder is there, but something is in the way."""
    (tmp_path / f"{ARCHIVE}.partial").mkdir()
    with pytest.raises(UsageError, match=f"{ARCHIVE}.partial cannot be used .Is a directory.: make room, or choose"):
        fetch("cifar10", tmp_path)


def test_a_full_disk(tmp_path: Path, cifar: bytes) -> None:
    """The error says that the disk is full."""
    (tmp_path / f"{ARCHIVE}.partial").symlink_to("/dev/full")
    with pytest.raises(UsageError, match=f"{tmp_path} cannot be used .No space left on device.: make room, or"):
        fetch("cifar10", tmp_path)


def test_an_archive_of_something_else(tmp_path: Path, cifar: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """If the archive is right and what is in it is not, the error says where."""
    monkeypatch.setattr(torchvision.datasets.CIFAR10, "test_list", [["test_batch", "0" * 32]])
    with pytest.raises(UsageError, match=f"{tmp_path}/cifar-10-batches-py is damaged or incomplete"):
        fetch("cifar10", tmp_path)


def test_files_of_something_else(
    tmp_path: Path, site: Site, mnist: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """So it does where the files are right by their sums, but hold no images."""
    site.files = {name: gzip.compress(b"something else") for name in mnist}
    sums = [(name, hashlib.md5(content).hexdigest()) for name, content in site.files.items()]
    monkeypatch.setattr(torchvision.datasets.MNIST, "resources", sums)
    with pytest.raises(UsageError, match=f"{tmp_path}/MNIST/raw is damaged or incomplete"):
        fetch("mnist", tmp_path)


# --- the default folder -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cache", "expected"),
    [("/somewhere", "/somewhere"), (None, "/home/ada/.cache"), ("", "/home/ada/.cache"), ("rel", "/home/ada/.cache")],
)
def test_the_default_folder(monkeypatch: pytest.MonkeyPatch, cache: str | None, expected: str) -> None:
    """Data go below the user's cache, where XDG_CACHE_HOME says or in .cache."""
    monkeypatch.setenv("HOME", "/home/ada")
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    if cache is not None:
        monkeypatch.setenv("XDG_CACHE_HOME", cache)

    assert default_root() == Path(expected) / "convnet-grader" / "data"
