"""A sandbox that has kept its promises is not attacked again for a day, unless anything that decides it has changed."""

import os
import time
from pathlib import Path

import pytest

from grader.errors import UnsafeSandbox
from grader.sandbox import choose, conformance
from grader.sandbox.conformance import Held, remembered

PROMISE = "cannot read our files"


@pytest.fixture
def attacks(monkeypatch, tmp_path):
    """The sandboxes that are attacked, each by its name; they hold.  Nothing is remembered yet."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    attacked = []
    monkeypatch.setattr(conformance, "broken", lambda sandbox: attacked.append(sandbox.name) or ())
    return attacked


def kept(tmp_path):
    """The one file in which it is kept."""
    (path,) = (path for path in tmp_path.rglob("*") if path.is_file())
    return path


def test_a_sandbox_is_attacked_once(attacks, tmp_path):
    """The second command believes the first, and asks for it to be kept where nobody else may write."""
    choose("local", ())
    choose("local", ())

    assert attacks == ["local"]
    assert kept(tmp_path).stat().st_mode & 0o777 == 0o600
    assert kept(tmp_path).parent.stat().st_mode & 0o777 == 0o700


def test_an_attack_can_be_asked_for(attacks):
    """`--recheck` believes nothing."""
    choose("local", ())
    choose("local", (), recheck=True)

    assert attacks == ["local", "local"]


def test_what_is_broken_is_not_remembered(attacks, monkeypatch):
    """Neither as broken, which may be mended, nor as held."""
    monkeypatch.setattr(conformance, "broken", lambda _sandbox: (Held(promise=PROMISE, held=False),))
    for _ in range(2):
        with pytest.raises(UnsafeSandbox, match=f"`local` does not keep: {PROMISE}"):
            choose("local", ())


def write_in_it(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1] + b"?")


def make_it_longer(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"?")


def let_others_write(path: Path) -> None:
    path.chmod(0o620)


def let_others_read(path: Path) -> None:
    path.chmod(0o640)


def make_it_old(path: Path) -> None:
    os.utime(path, (time.time() - 86_401,) * 2)


def make_it_come_from_the_future(path: Path) -> None:
    os.utime(path, (time.time() + 1000,) * 2)


def make_it_a_link(path: Path) -> None:
    path.rename(path.with_name("elsewhere"))
    path.symlink_to("elsewhere")


def make_it_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir(mode=0o600)


def give_it_away(path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give a file to somebody else")
    os.chown(path, 65534, 65534)


@pytest.mark.parametrize(
    "change",
    [
        write_in_it,
        make_it_longer,
        let_others_write,
        let_others_read,
        make_it_old,
        make_it_come_from_the_future,
        make_it_a_link,
        make_it_a_folder,
        give_it_away,
    ],
)
def test_a_file_that_is_not_as_we_left_it_is_not_believed(attacks, tmp_path, change):
    """Then the sandbox is attacked again."""
    choose("local", ())
    change(kept(tmp_path))
    choose("local", ())

    assert attacks == ["local", "local"]


def test_nothing_is_lost_where_it_cannot_be_kept(attacks, tmp_path):
    """A home that cannot be written to costs only time."""
    (tmp_path / "convnet-grader").write_text("a file where a folder should be")
    choose("local", ())
    choose("local", ())

    assert attacks == ["local", "local"]


@pytest.mark.parametrize("name", remembered._KERNEL)
def test_another_kernel_is_attacked(attacks, monkeypatch, name):
    """What the kernel says of itself, its namespaces, groups and modules decides what holds."""
    monkeypatch.setattr(remembered, "_read", lambda path: path.encode())
    choose("local", ())
    monkeypatch.setattr(remembered, "_read", lambda path: b"changed" if path == name else path.encode())
    choose("local", ())

    assert attacks == ["local", "local"]


def test_other_namespaces_and_privileges_are_attacked(attacks, monkeypatch):
    """In a container, or with a capability less, another sandbox would be had."""
    choose("local", ())
    monkeypatch.setattr(remembered, "_link", lambda path: b"pid:[1]")
    choose("local", ())
    monkeypatch.setattr(
        remembered, "_read", lambda path: b"CapEff:\t0\nName:\tx" if path == "/proc/self/status" else b"1 cgroup2"
    )
    choose("local", ())
    monkeypatch.setattr(
        remembered, "_read", lambda path: b"CapEff:\t1\nName:\tx" if path == "/proc/self/status" else b"1 cgroup2"
    )
    choose("local", ())
    monkeypatch.setattr(
        remembered, "_read", lambda path: b"CapEff:\t1\nName:\ty" if path == "/proc/self/status" else b"1 cgroup2"
    )
    choose("local", ())

    assert attacks == ["local"] * 4  # another name of the process is nothing


def test_another_source_program_or_environment_is_attacked(attacks, monkeypatch, tmp_path):
    """Our own code, what is shown to a worker, its packages and threads, and the program that makes the sandbox."""
    choose("local", ())
    choose("local", ("numpy",))
    choose("local", (), threads=2)
    changed = tmp_path / "errors.py"
    changed.write_text("# another source")
    sources = [changed if path.name == "errors.py" else path for path in remembered._sources()]
    assert changed in sources
    monkeypatch.setattr(remembered, "_sources", lambda: sources)
    choose("local", ())
    changed.write_text("# yet another source")
    choose("local", ())

    assert attacks == ["local"] * 5


@pytest.mark.usefixtures("needs_bubblewrap")
def test_another_bwrap_is_attacked(attacks, monkeypatch, tmp_path):
    """A program of the same name in front of it is another one; so is the same one, written again."""
    choose("bubblewrap", ())
    found = tmp_path / "bin" / "bwrap"
    found.parent.mkdir()
    found.write_text("#!/bin/sh\n")
    found.chmod(0o755)
    monkeypatch.setenv("PATH", f"{found.parent}:{os.environ['PATH']}")
    choose("bubblewrap", ())
    found.write_text("#!/bin/sh -e\n")
    choose("bubblewrap", ())
    choose("bubblewrap", ())

    assert attacks == ["bubblewrap"] * 3
