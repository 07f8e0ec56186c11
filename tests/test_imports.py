"""Who may import whom: the contracts of pyproject.toml hold, and the worker's side is as small as it says."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import grader

GRADER = Path(grader.__file__).parent
COURSE = Path(__file__).parents[1]
CORPUS = GRADER / "attacks" / "corpus"  # hostile by intention
MODULES = sorted(path for path in GRADER.rglob("*.py") if not path.is_relative_to(CORPUS))
WORKER = sorted((GRADER / "worker").rglob("*.py"))
PROTOCOL = sorted((GRADER / "protocol").glob("*.py"))
BOTH_SIDES = [GRADER / "__init__.py", GRADER / "errors.py", *PROTOCOL]


def names(paths: list[Path]) -> list[str]:
    """Return how modules are called in a test run."""
    return [path.relative_to(GRADER).as_posix() for path in paths]


def imports(path: Path) -> Iterator[str]:
    """Yield every module that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_the_contracts_hold() -> None:
    """Imports point downward, and every other contract of import-linter is kept."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    ran = subprocess.run(command, cwd=COURSE, capture_output=True, text=True)

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "0 broken" in ran.stdout


@pytest.mark.parametrize("path", [*WORKER, *BOTH_SIDES], ids=names([*WORKER, *BOTH_SIDES]))
def test_the_worker_needs_only_its_own_side(path: Path) -> None:
    """What runs beside student code imports its own package, the protocol, torch and the standard library."""
    ours = ("grader.worker", "grader.protocol", "grader.errors")
    others = {"torch", "safetensors", "msgspec"}
    for name in imports(path):
        root = name.partition(".")[0]
        if root == "grader":
            assert name.startswith(ours), name
        else:
            assert root in sys.stdlib_module_names | others, name


def test_what_a_worker_sees_is_what_it_needs() -> None:
    """The files that a sandbox shows of the grader are those that this test looks at."""
    from grader.sandbox import visible

    folders = {GRADER / "worker": WORKER, GRADER / "protocol": PROTOCOL}
    seen = [path for name in visible._GRADER for path in folders.get(GRADER / name, [GRADER / name])]

    assert sorted(seen) == sorted([*WORKER, *BOTH_SIDES])


@pytest.mark.parametrize("path", MODULES, ids=names(MODULES))
def test_nothing_is_unpickled_or_evaluated(path: Path) -> None:
    """No module of ours unpickles, evaluates text, or runs a shell; only the worker executes a submission."""
    assert not {name.partition(".")[0] for name in imports(path)} & {
        "pickle",
        "dill",
        "marshal",
        "shelve",
        "cloudpickle",
    }
    calls = [node for node in ast.walk(ast.parse(path.read_bytes())) if isinstance(node, ast.Call)]
    called = {ast.unparse(call.func) for call in calls}
    allowed = {
        GRADER / "worker" / "execution" / "answer.py": {"exec", "compile"},
        GRADER / "worker" / "execution" / "lines.py": {"exec", "compile"},  # what a check asks by
        GRADER / "diagnosis" / "mutants_in_worker.py": {"exec", "compile"},  # changed references, in a worker of ours
        GRADER / "cli" / "interruption.py": {"exec"},  # of an empty text, whose effect is on the interpreter
        # these find what ast.parse lets through; what they make is never run
        GRADER / "submission" / "statements.py": {"compile"},
        GRADER / "course" / "python_file.py": {"compile"},
    }.get(path, set())
    texts = [ast.unparse(call) for call in calls if ast.unparse(call.func) == "exec"]
    assert path.name != "interruption.py" or texts == ["exec('')"]
    assert not called & {"eval", "exec", "compile", "torch.load", "os.system", "os.popen", "__import__"} - allowed
    assert not [call for call in calls for word in call.keywords if word.arg == "shell"]


def test_the_grader_knows_no_assignment() -> None:
    """No module of the grader names an assignment of this course."""
    slugs = [path.parent.name for path in (COURSE / "assignments").glob("*/assignment.toml")]
    assert slugs
    for path in MODULES:
        text = path.read_text()
        assert not [slug for slug in slugs if any(name in text for name in _names_of(slug))], path


def _names_of(slug: str) -> tuple[str, ...]:
    """Return how code would name an assignment: one that is called by a plain word, as a text or in a path."""
    return (slug,) if "_" in slug else (f'"{slug}"', f"/{slug}", f"{slug}/", f"{slug}.py")


PUBLIC = ("grader.checks", "grader.datasets")
"""All of the grader that a file of a course may import."""


def course_files(course: Path) -> list[Path]:
    """Return the Python files that a course's author writes; specimens are students'."""
    found = (path for side in ("assignments", "solutions") for path in (course / side).rglob("*.py"))
    return sorted(path for path in found if "specimens" not in path.relative_to(course).parts)


def beyond_public(course: Path) -> list[str]:
    """Return what files of a course import of the grader beside what is public, as `file: module`."""
    return [
        f"{path.relative_to(course)}: {name}"
        for path in course_files(course)
        for name in imports(path)
        if name.partition(".")[0] == "grader" and not f"{name}.".startswith(tuple(f"{module}." for module in PUBLIC))
    ]


def test_a_course_imports_checks_and_datasets_alone() -> None:
    """Its authors need nothing of the grader but these two packages."""
    assert len(course_files(COURSE)) > 20
    assert beyond_public(COURSE) == []


def test_a_course_that_imports_more_is_found(tmp_path: Path) -> None:
    """Another module of the grader is named with the file, however it is imported; specimens import what they like."""
    files = {
        "solutions/sums/calibrate.py": "from grader.keys import Keys\nfrom grader import checks, model\nimport grader.checks",
        "assignments/sums/checks/test_sum.py": "def test_sum():\n    import grader\n    from grader.checks_of_mine import x",
        "solutions/sums/specimens/hostile/sums.py": "import grader.worker",
    }
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text(content)

    assert beyond_public(tmp_path) == [
        "assignments/sums/checks/test_sum.py: grader",
        "assignments/sums/checks/test_sum.py: grader.checks_of_mine.x",
        "solutions/sums/calibrate.py: grader.keys.Keys",
        "solutions/sums/calibrate.py: grader.model",
    ]


PRINTS_OR_EXITS = {
    *("print", "pprint", "console.print", "out.print", "err.print", "typer.echo", "typer.secho"),
    *("sys.stdout.write", "sys.stderr.write", "sys.stdout.buffer.write"),
    *("exit", "quit", "sys.exit", "os._exit", "typer.Exit", "breakpoint"),
}
ALLOWED = {
    "grading/batch.py": {"os._exit"},  # ends the fork of the harness that graded one submission
    "submission/__main__.py": {"os._exit"},  # ends the process that read one submission
    "submission/confinement.py": {"os._exit"},  # likewise, where nobody is left to answer
    "sandbox/docker/pool.py": {"print", "sys.exit"},  # a program of its own, beside the harness
    "sandbox/conformance/hostile.py": {"print", "os._exit"},  # hostile by intention
}


def test_only_the_command_line_prints() -> None:
    """No module outside cli/ prints or exits the harness."""
    for path in MODULES:
        side = path.relative_to(GRADER).parts[0]
        if side in ("cli", "worker"):  # the worker is a program of its own
            continue
        called = {
            ast.unparse(node.func) for node in ast.walk(ast.parse(path.read_bytes())) if isinstance(node, ast.Call)
        }
        assert not called & PRINTS_OR_EXITS - ALLOWED.get(path.relative_to(GRADER).as_posix(), set()), path
