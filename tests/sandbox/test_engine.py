"""Where the engine of containers fails, one sentence says what is wrong and what to do; and what images are made of."""

from __future__ import annotations

import io
import json
import os
import re
import socket
import subprocess
import sys
import tarfile
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from grader.cli.app import app
from grader.errors import EngineError, UsageError
from grader.sandbox.docker import docker_files, engine, image, worker_source
from grader.worker.confinement import seccomp

ROOT = Path(__file__).parents[2]


def test_no_engine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nobody listens where DOCKER_HOST leads."""
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/nobody.sock")
    with pytest.raises(EngineError) as raised:
        engine.connect()
    assert str(raised.value) == (
        f"no Docker engine answers at unix://{tmp_path}/nobody.sock: install and start Docker, or set DOCKER_HOST; "
        "without one, `--sandbox bubblewrap` needs no engine"
    )


def test_what_listens_is_no_engine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A socket on which nobody speaks HTTP is not waited for."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(f"{tmp_path}/silent.sock")
        listener.listen()
        monkeypatch.setattr(engine, "_TIMEOUT_SECONDS", 0.2)
        monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/silent.sock")
        with pytest.raises(EngineError, match="no Docker engine answers at "):
            engine.connect()


def test_no_permission(tmp_path: Path) -> None:
    """An ordinary user who may not open the socket learns that it is about permission, not about Docker."""
    script = (
        "import os, sys\nfrom grader.sandbox.docker import engine\nfrom grader.errors import EngineError\n"
        "if os.geteuid() == 0: os.setgroups([]); os.setresgid(65534, 65534, 65534); os.setresuid(65534, 65534, 65534)\n"
        "try:\n    engine.connect()\nexcept EngineError as error:\n    print(error)\n"
    )
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(f"{tmp_path}/closed.sock")
        os.chmod(f"{tmp_path}/closed.sock", 0)
        for folder in (tmp_path, *tmp_path.parents):
            if folder != Path("/") and os.stat(folder).st_uid == os.geteuid() and folder != Path("/tmp"):
                os.chmod(folder, 0o755)
        where = f"unix://{tmp_path}/closed.sock"
        code = (
            f"import docker, grader.sandbox.docker.engine\n{script}"  # what it imports must be read before it is nobody
        )
        ran = subprocess.run(
            [sys.executable, "-c", code], env={**os.environ, "DOCKER_HOST": where}, capture_output=True, text=True
        )
    assert ran.stdout == (
        f"no permission to use the Docker engine at {where}: "
        "run as a member of the group `docker`, or set DOCKER_HOST to an engine of your own\n"
    ), ran.stderr


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        pytest.param(
            'could not select device driver "" with capabilities: [[gpu]]',
            'the Docker engine cannot give a container a GPU (could not select device driver "" with capabilities: '
            "[[gpu]]): install the NVIDIA container toolkit on its machine, or grade with `--device cpu`",
            id="no-nvidia-runtime",
        ),
        pytest.param(
            "write /var/lib/docker/tmp: no space left on device",
            "the disk of the Docker engine is full (write /var/lib/docker/tmp: no space left on device): make room, "
            "for example with `docker system prune`",
            id="disk-full",
        ),
        pytest.param("pids limit not supported", "the Docker engine refuses: pids limit not supported", id="other"),
    ],
)
def test_why_an_engine_refuses(said: str, sentence: str) -> None:
    """What the engine says is kept, with what to do about it."""
    assert engine.refusal(SimpleNamespace(explanation=said)) == sentence


def test_the_command_line_says_it_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """`grade` and `image build` end with exit code 2 and the sentence."""
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/nobody.sock")
    stub = ROOT / "assignments" / "conv_arithmetic" / "conv_arithmetic.py"
    for words in (
        ["grade", "conv_arithmetic", str(stub), "--sandbox", "docker"],
        ["image", "build"],
        ["doctor", "--sandbox", "docker"],
    ):
        ran = CliRunner().invoke(app, words)
        assert ran.exit_code == 2 or isinstance(ran.exception, EngineError), words
        assert "no Docker engine answers at " in (ran.output + str(ran.exception))


# --- what an image is made of ---


def archived(recipe: image.Recipe) -> Mapping[str, bytes]:
    """Return the files that the engine gets to build from."""
    archive = io.BytesIO()
    image._write(archive, recipe)
    archive.seek(0)
    with tarfile.open(fileobj=archive) as tar:
        found = {}
        for entry in tar:
            assert (entry.mtime, entry.uid) == (
                0,
                0,
            )  # the same files are the same archive: the engine keeps what it built
            content = tar.extractfile(entry)
            found[entry.name] = content.read() if content else b""
    return found


def recipe(course: Path | None = None, wheels: Path | None = None) -> image.Recipe:
    """Describe an image."""
    return image.Recipe(tag="any", torch="cpu", base=None, wheels=wheels, course=course)


def test_the_image_of_workers_gets_no_answer() -> None:
    """The engine is not even sent what knows one."""
    files = archived(recipe())

    assert {"docker/Dockerfile", "docker/requirements/worker.txt", "grader/worker/execution/answer.py"} <= files.keys()
    ours = [name for name in files if not name.startswith("docker/")]
    assert not [name for name in ours if re.search(r"oracles|expect|verdict|misconceptions|solutions|checks", name)]


def test_the_whole_grader_gets_the_course_without_specimens() -> None:
    """A course in an image is graded with; stored submissions are not needed for that."""
    files = archived(recipe(course=ROOT))

    assert {"grader/cli/app.py", "solutions/conv_arithmetic/conv_arithmetic.py"} <= files.keys()
    assert {"assignments/conv_arithmetic/assignment.toml"} <= files.keys()
    ours = [name for name in files if not name.startswith("grader/")]
    assert not [name for name in ours if "specimens" in name]
    assert not [name for name in files if "__pycache__" in name]


def test_where_a_course_lies_says_nothing_about_its_files(tmp_path: Path) -> None:
    """A folder above the course may be called like one that is left out below it."""
    for name in ("assignments/sums/sums.py", "assignments/sums/.hidden", "solutions/sums/specimens/right/sums.py"):
        path = tmp_path / "specimens" / "wheels" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x = 1\n")
    files = archived(recipe(course=tmp_path / "specimens" / "wheels"))

    assert "assignments/sums/sums.py" in files
    assert not [
        name
        for name in files
        if not name.startswith("grader/") and ("hidden" in name.rpartition("/")[2] or "specimens" in name)
    ]


def test_what_a_report_says_is_no_part_of_an_image() -> None:
    """A change of the values and texts of a result leaves the fingerprint of an image as it is."""
    parts = {path.partition("/")[2].partition("/")[0] for path in worker_source.files()}

    assert parts == {"__init__.py", "errors.py", "lazy_face.py", "protocol", "sandbox", "worker"}


def test_the_fingerprint_follows_from_those_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another content, another path or another file is another fingerprint; nothing else is."""
    files = worker_source.files()
    (path, content), *others = files.items()
    before = worker_source.fingerprint()
    for changed in ({**files, path: content + b"\n"}, {"other": content, **dict(others)}, dict(others)):
        monkeypatch.setattr(worker_source, "files", lambda changed=changed: changed)
        assert worker_source.fingerprint() != before
    monkeypatch.setattr(worker_source, "files", lambda: dict(files))
    assert worker_source.fingerprint() == before


def test_the_dockerfile_copies_those_files() -> None:
    """The image of workers is the same whether the grader sends the files or Docker takes them from a checkout."""
    text = (docker_files.docker_folder() / "Dockerfile").read_text().replace("\\\n", " ")
    stage = text[text.index("AS worker") : text.index("AS grader")]
    copied = [word for line in re.findall(r"^COPY (?!--)(.*)$", stage, re.M) for word in line.split()[:-1]]
    files = {str(path.relative_to(ROOT)) for word in copied for path in _sources(ROOT / word)}

    assert files == set(worker_source.files())


def _sources(path: Path) -> list[Path]:
    return [path] if path.is_file() else list(path.rglob("*.py"))


def test_a_folder_without_wheels(tmp_path: Path) -> None:
    """An empty folder would let the build look for a network that is not there."""
    with pytest.raises(UsageError) as raised:
        archived(recipe(wheels=tmp_path))
    assert (
        str(raised.value)
        == f"--wheels {tmp_path}: there is no .whl file in it; `make wheels` fetches them into docker/wheels"
    )


def test_every_package_is_pinned_with_hashes() -> None:
    """What an image installs is what was looked at, to the byte; worker and harness agree on versions."""
    pins: dict[str, dict[str, str]] = {}
    for path in sorted((docker_files.docker_folder() / "requirements").glob("*.txt")):
        blocks = re.findall(
            r"^([a-z][\w.-]*)(?:\[.*\])?==(\S+)((?: \\\n    --hash=sha256:[0-9a-f]{64})+)$", path.read_text(), re.M
        )
        lines = [line for line in path.read_text().splitlines() if re.match(r"[a-z]", line)]
        assert len(blocks) == len(lines), path
        pins[path.stem] = {name: version for name, version, _hashes in blocks}

    assert pins.keys() == {"grader", "torch-cpu", "torch-gpu", "worker"}
    assert pins["torch-cpu"].keys() == {"torch", "torchvision"} <= pins["torch-gpu"].keys()
    assert pins["worker"].items() <= pins["grader"].items()
    assert "scikit-learn" not in pins["worker"]  # it brings the labels of its digits


def test_the_filter_of_a_container_refuses_what_the_workers_does() -> None:
    """But for what makes namespaces, which the worker's own filter takes away later."""
    profile = json.loads((docker_files.docker_folder() / "seccomp.json").read_text())
    (namespaces, ordinary) = (set(rule["names"]) for rule in profile["syscalls"])
    needed_outside = {
        "flock",
        "inotify_init",
        "inotify_init1",
        "inotify_add_watch",
        "sched_setaffinity",
        "sync",
        "syncfs",
    }
    shared = {name for name in seccomp._REFUSED if name.startswith(("shm", "sem", "msg"))}

    assert profile["defaultAction"] == "SCMP_ACT_ERRNO"
    assert namespaces == {
        "clone",
        "clone3",
        "unshare",
        "mount",
        "umount2",
        "mount_setattr",
        "pivot_root",
        "sethostname",
    }
    assert not ordinary & (seccomp._REFUSED.keys() - needed_outside - shared)
