"""What a worker may see of this machine: Python, the permitted packages and what those need, and no answer."""

from __future__ import annotations

from pathlib import Path

from grader import protocol
from grader.protocol import Limits
from grader.sandbox import Sandbox, visible

GRADER = Path(visible.__file__).parents[1]


def packages(permitted: tuple[str, ...]) -> set[str]:
    """Return the names of what is visible in site-packages."""
    paths = [Path(entry.path) for entry in visible.visible_files(permitted)]
    return {path.name for path in paths if path.parent.name in ("site-packages", "dist-packages")}


def test_a_permitted_package_brings_what_it_needs() -> None:
    """The dependencies of a permitted package are visible, those of extras and of other packages are not."""
    seen = packages(("torch",))

    assert {"torch", "numpy", "sympy", "networkx", "msgspec", "safetensors"} <= seen
    assert not seen & {"sklearn", "hypothesis", "pytest", "_pytest", "matplotlib", "torchvision"}


def test_names_of_packages_are_forgiving() -> None:
    """A package may be written in any of the ways that pip accepts."""
    assert "typing_extensions.py" in packages(("Typing_Extensions",))


def test_an_absent_package_is_absent() -> None:
    """A permitted package that is not installed makes nothing visible and is no error."""
    assert visible.visible_files(("no_such_package",)) == visible.visible_files(())


def test_of_the_grader_a_worker_sees_its_own_side() -> None:
    """The worker, the protocol and the errors are visible; the harness and the course are not."""
    ours = {entry.path for entry in visible.visible_files(("torch",)) if entry.path.startswith(str(GRADER))}

    assert ours == {str(GRADER / name) for name in ("__init__.py", "errors.py", "protocol", "worker")}
    assert not [entry.path for entry in visible.visible_files(()) if str(GRADER).startswith(entry.path + "/")]


def test_parts_cover_a_folder_without_what_is_hidden(tmp_path: Path) -> None:
    """Without subtraction, a folder is its entries, as deep as something in it is hidden."""
    for name in ("a/b/secret/x", "a/b/open", "a/c", "d/e"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    entry = visible.Visible(path=str(tmp_path), hidden=(str(tmp_path / "a/b/secret"), "/elsewhere"))

    assert [Path(part).relative_to(tmp_path).as_posix() for part in entry.parts()] == ["a/b/open", "a/c", "d"]
    assert list(visible.Visible(path="/usr", hidden=("/elsewhere",)).parts()) == ["/usr"]


LOOK = """
import importlib
def importable(names):
    found = []
    for name in names:
        try: importlib.import_module(name)
        except (ImportError, OSError): continue
        found.append(name)
    return found
def readable(paths):
    found = []
    for path in paths:
        try: open(path).close()
        except OSError: continue
        found.append(path)
    return found
"""


def test_a_worker_imports_what_is_permitted_and_nothing_else(kind: type[Sandbox]) -> None:
    """In a real worker permitted packages can be imported; answers and our own harness are out of reach."""
    of_a_worker = ("__init__.py", "errors.py", "protocol", "worker")
    harness = [str(path) for path in GRADER.glob("**/*.py") if path.relative_to(GRADER).parts[0] not in of_a_worker]
    with kind(("numpy",)) as sandbox:
        worker = sandbox.worker(Limits())
        worker.ask(protocol.Load((protocol.File("look.py", LOOK.encode()),), "look.py", ()))

        def ask(name: str, values: list[str]) -> object:
            reply = worker.ask(protocol.Call(name, (protocol.pack(values, protocol.opaque),), {}))
            assert isinstance(reply, protocol.Returned), reply
            return protocol.unpack(reply.value)

        wanted = ["numpy", "json", "msgspec", "sklearn", "torch", "pytest", "hypothesis", "grader.checks.oracles"]
        assert ask("importable", wanted) == ["numpy", "json", "msgspec"]
        assert ask("readable", harness) == []
        worker.end()
