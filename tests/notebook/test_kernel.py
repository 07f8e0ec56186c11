"""`grader.check()` in a real kernel: what it takes from the notebook, what it shows, and what it leaves as it was."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import nbclient
import nbformat
import pytest
from tiny_courses import WriteCourse

import grader
from grader.errors import SandboxFault
from grader.notebook import kernel as jupyter

COURSE = Path(__file__).parents[2]
CHECKS = '''
@pytest.mark.check(points=2, exercise="squares")
def test_three(student):
    """The square of 3 is right."""
    expect.equal(student.square(3), 9)

@pytest.mark.check(points=1, exercise="squares")
@given(n=st.integers(0, 9))
def test_any(student, n):
    """Any square is right."""
    expect.equal(student.square(n), n * n)
'''
RIGHT = "def square(n):\n    return n * n"
WRONG = "def square(n):\n    return n + n"
HOSTILE = "def square(n):\n    raise ValueError('<script>alert(1)</script>\\x1b[31m')"


@dataclass(frozen=True, kw_only=True)
class Ran:
    """What one executed cell showed."""

    outputs: tuple[Any, ...]
    """As they stand below the cell at the end."""
    updates: tuple[Any, ...]
    """Contents that replaced a display, in order."""

    @property
    def html(self) -> str:
        """The one output, which must be a display."""
        (output,) = self.outputs
        assert output["output_type"] == "display_data", output
        return str(output["data"]["text/html"])

    @property
    def text(self) -> str:
        """The same without HTML."""
        (output,) = self.outputs
        return str(output["data"]["text/plain"])

    @property
    def printed(self) -> str:
        """What the cell wrote to its streams."""
        return "".join(output.get("text", "") for output in self.outputs)


class Kernel(nbclient.NotebookClient):  # type: ignore[misc]  # nbclient's traits are not typed
    """A running kernel, asked cell by cell."""

    def process_message(self, msg: dict[str, Any], cell: Any, cell_index: int) -> Any:
        """Keep what replaces a display; nbclient itself only keeps the last."""
        if msg["msg_type"] == "update_display_data":
            self.updates.append(msg["content"]["data"])
        return super().process_message(msg, cell, cell_index)

    def run(self, source: str) -> Ran:
        """Execute a cell."""
        self.updates: list[Any] = []
        cell = nbformat.v4.new_code_cell(source)
        self.nb.cells.append(cell)
        self.execute_cell(cell, len(self.nb.cells) - 1)
        return Ran(outputs=tuple(cell.outputs), updates=tuple(self.updates))


class Words(HTMLParser):
    """The words and the tags of a fragment."""

    def __init__(self, fragment: str) -> None:
        super().__init__()
        self._in_style = False
        self.tags: set[str] = set()
        self._texts: list[str] = []
        self.feed(fragment)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self._in_style = tag == "style"

    def handle_endtag(self, tag: str) -> None:
        self._in_style = False

    def handle_data(self, data: str) -> None:
        if not self._in_style:
            self._texts.append(data)

    @property
    def words(self) -> str:
        """All texts with single spaces."""
        return " ".join(" ".join(self._texts).split())


def words(fragment: str) -> str:
    """Return what is read of a fragment."""
    return Words(fragment).words


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kernel]:
    """A kernel in an empty folder."""
    book = nbformat.v4.new_notebook()
    folder = tmp_path_factory.mktemp("student")
    client = Kernel(book, timeout=60, allow_errors=True, resources={"metadata": {"path": str(folder)}})
    with client.setup_kernel():
        yield client


@pytest.fixture
def fresh(kernel: Kernel) -> Kernel:
    """The kernel with an empty history and an empty namespace."""
    kernel.run(
        "import os\nos.chdir(os.environ.setdefault('START', os.getcwd()))\nget_ipython().reset(new_session=True)"
    )
    return kernel


def executed(kernel: Kernel) -> list[str]:
    """Return what `executed_cells` takes from the kernel, without the cell that asks."""
    asked = kernel.run(
        "import json\nfrom grader.notebook import kernel\nprint(json.dumps(kernel.executed_cells(get_ipython())))"
    )
    *cells, asking = json.loads(asked.printed)
    assert asking == "import json\nfrom grader.notebook import kernel"
    return cells


# --- what is taken from the notebook ----------------------------------------------------------------------------------


def test_cells_come_in_the_order_of_execution(fresh: Kernel) -> None:
    """A cell that ran twice is there twice."""
    sources = ["x = 1", "y = 2", "x = 1"]
    for source in sources:
        fresh.run(source)

    assert executed(fresh) == sources


@pytest.mark.parametrize(
    ("source", "ran"),
    [
        ("N = 1\n@nowhere\ndef f(): pass\nM = 2", "N = 1"),
        ("def f(x):\n    return 1 / x\n\nf(0)\ndef g(): pass", "def f(x):\n    return 1 / x\n"),
        ("class A(nowhere.Module):\n    pass", ""),
        ("import no_such_module_anywhere", ""),
        ("def f(:\n    pass", ""),
        ("\n\n!true\nN = 1\nnowhere()", "\n\n!true\nN = 1"),
        ("%%time\nN = 1", "%%time\nN = 1"),
        ("x = '''\x0c'''\nraise ValueError('Cell In[1], line 1')", "x = '''\x0c'''"),
    ],
    ids=[
        "decorator",
        "call",
        "base-class",
        "import",
        "syntax",
        "after-a-shell-line",
        "cell-magic",
        "misleading-message",
    ],
)
def test_what_did_not_run_is_not_taken(fresh: Kernel, source: str, ran: str) -> None:
    """A cell counts up to the statement that raised, in the lines in which it was typed."""
    fresh.run(source)

    assert executed(fresh) == [ran]


def test_magic_of_two_lines_does_not_shift_what_ran(fresh: Kernel) -> None:
    """IPython makes one line of it, and counts lines from there."""
    fresh.run("%matplotlib \\\n  inline\nN = 1\nnowhere()\nM = 2")

    (cell,) = executed(fresh)
    assert cell.endswith("\nN = 1")


def test_what_stands_above_the_call_counts(fresh: Kernel, tiny_course: WriteCourse) -> None:
    """A definition in the running cell is there once it has run, and not before."""
    call = f"import grader\ngrader.check(course={str(tiny_course(CHECKS).folder)!r})"
    ran = fresh.run(f"{RIGHT}\n{call}\n{WRONG}")

    assert "3 of 3 points" in words(ran.html)


def test_outside_a_notebook_a_sentence_says_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    """In plain Python the command is named."""
    assert grader.check() is None  # type: ignore[func-returns-value]

    assert "grader.check() is for notebooks; in a terminal, run `grader check ASSIGNMENT`" in words(
        capsys.readouterr().out
    )


# --- what is shown ----------------------------------------------------------------------------------------------------


def test_check_follows_the_student_from_wrong_to_right(fresh: Kernel, tiny_course: WriteCourse) -> None:
    """Each call checks what is defined then; a mistake of an earlier cell is forgotten once it is fixed."""
    call = f"import grader\ngrader.check(course={str(tiny_course(CHECKS).folder)!r})"
    fresh.run("class Unfinished(nowhere.Base):\n    pass")
    fresh.run(WRONG)
    first = fresh.run(call)
    fresh.run(RIGHT)
    second = fresh.run(call)
    fresh.run(HOSTILE)
    third = fresh.run(call)

    assert "0 of 3 points" in words(first.html)
    assert "received 6" in words(first.html)
    assert "3 of 3 points" in words(second.html)
    assert "0 of 3 points" in words(third.html)


def test_progress_moves_and_is_replaced(fresh: Kernel, tiny_course: WriteCourse) -> None:
    """There is one display: each check moves its bar, and the result takes its place."""
    fresh.run(RIGHT)
    ran = fresh.run(f"import grader\ngrader.check(course={str(tiny_course(CHECKS).folder)!r})")

    first, second, last = (update["text/html"] for update in ran.updates)
    assert 'aria-valuenow="0"' in first
    assert "check 1 of 2 The square of 3 is right." in words(first)
    assert 'aria-valuenow="1"' in second
    assert "check 2 of 2 Any square is right." in words(second)
    assert ran.html == last
    assert "progressbar" not in last


def test_plain_text_is_the_report_of_the_terminal(fresh: Kernel, tiny_course: WriteCourse) -> None:
    """Without HTML a front end still shows the whole result, without colours."""
    fresh.run(WRONG)
    ran = fresh.run(f"import grader\ngrader.check(course={str(tiny_course(CHECKS).folder)!r})")

    assert "✗ 0/2 The square of 3 is right." in ran.text
    assert "expected 9" in ran.text
    assert "\x1b" not in ran.text


def test_hostile_text_is_escaped(fresh: Kernel, tiny_course: WriteCourse) -> None:
    """What an exception says is read and not obeyed, in HTML and in plain text."""
    fresh.run(HOSTILE)
    ran = fresh.run(f"import grader\ngrader.check(course={str(tiny_course(CHECKS).folder)!r})")

    page = Words(ran.html)
    assert "ValueError: <script>alert(1)</script>\\x1b[31m" in page.words
    assert "script" not in page.tags
    assert "\x1b" not in ran.html + ran.text


def test_what_a_check_does_not_disclose_is_not_shown(fresh: Kernel, tiny_course: WriteCourse) -> None:
    """A student sees in a notebook what `grader check` shows them, no more."""
    checks = '''
    @pytest.mark.check(points=1, exercise="squares", disclosure="sentence")
    def test_three(student):
        """The square of 3 is right."""
        expect.equal(student.square(3), 9)
    '''
    fresh.run(WRONG)
    ran = fresh.run(f"import grader\ngrader.check(course={str(tiny_course(checks).folder)!r})")

    assert "0 of 1 points" in words(ran.html)
    assert "expected" not in words(ran.html) + ran.text


def test_student_code_does_not_run_in_the_kernel(fresh: Kernel, tiny_course: WriteCourse) -> None:
    """A submission that ends its process costs a check, not the kernel."""
    fresh.run("kept = 1\ndef square(n):\n    import os\n    os._exit(3)")
    ran = fresh.run(f"import grader\ngrader.check(course={str(tiny_course(CHECKS).folder)!r})")

    assert "exit code 3" in words(ran.html)
    assert fresh.run("print(kept)").printed == "1\n"


def test_settings_of_the_notebook_do_not_reach_the_checks(fresh: Kernel, tiny_course: WriteCourse) -> None:
    """torch's defaults, gradients and random numbers are the notebook's own: the checks neither see nor change them."""
    checks = '''
    @pytest.mark.check(points=1, exercise="squares")
    def test_defaults(student):
        """The defaults are torch's."""
        import torch
        ones = torch.ones(1)
        torch.rand(3)
        expect.equal([str(ones.dtype), str(ones.device), torch.is_grad_enabled()], ["torch.float32", "cpu", True])
    '''
    settings = (
        "import torch\ntorch.set_default_dtype(torch.float64)\n"
        "torch.set_default_device('meta')\ntorch.set_grad_enabled(False)\ntorch.manual_seed(7)"
    )
    fresh.run(f"{RIGHT}\n{settings}")
    ran = fresh.run(f"import grader\ngrader.check(course={str(tiny_course(checks).folder)!r})")
    now = fresh.run(
        "print(torch.ones(1).dtype, torch.get_default_device(), torch.is_grad_enabled(), torch.rand(1, device='cpu').item())"
    )
    untouched = fresh.run("torch.manual_seed(7)\nprint(torch.rand(1, device='cpu').item())")
    fresh.run("torch.set_default_dtype(torch.float32)\ntorch.set_default_device(None)\ntorch.set_grad_enabled(True)")

    assert "1 of 1 points" in words(ran.html)
    assert now.printed == f"torch.float64 meta False {untouched.printed}"


def test_warnings_about_student_text_are_not_shown(fresh: Kernel, tiny_course: WriteCourse) -> None:
    """Reading a string with an odd escape again prints nothing below the check, and nothing else does."""
    fresh.run(f"{RIGHT}\nPATTERN = '\\d'")
    ran = fresh.run(f"import grader\ngrader.check(course={str(tiny_course(CHECKS).folder)!r})")

    assert "3 of 3 points" in words(ran.html)  # and `html` is the only output


def test_nothing_is_written_into_the_folder(fresh: Kernel, tiny_course: WriteCourse) -> None:
    """Neither Hypothesis, which keeps tables of letters on disk, nor pytest leaves a folder where the notebook is."""
    checks = '''
    @pytest.mark.check(points=1, exercise="squares")
    @given(text=st.text())
    def test_text(student, text):
        """Any text is left alone."""
        expect.equal(student.square(text), text)
    '''
    fresh.run("def square(text):\n    return text")
    ran = fresh.run(f"import grader\ngrader.check(course={str(tiny_course(checks).folder)!r})")

    assert "1 of 1 points" in words(ran.html)
    assert fresh.run("import os\nprint(os.listdir())").printed == "[]\n"


# --- which assignment -------------------------------------------------------------------------------------------------


def add_assignment(folder: Path, slug: str, *provides: str) -> None:
    """Write an assignment without checks that asks for these names."""
    path = folder / "assignments" / slug / "assignment.toml"
    path.parent.mkdir(parents=True)
    exercise = f'[[exercises]]\nname = "all"\ntitle = "All"\nprovides = {json.dumps(provides)}\n'
    path.write_text(f'title = "{slug.title()}"\nsummary = "Add."\nfile = "{slug}.py"\n{exercise}')


def test_assignment_is_the_one_whose_names_are_defined(fresh: Kernel, tiny_course: WriteCourse) -> None:
    """The course is found upward from the notebook's folder, and the assignment by what the cells define."""
    course = tiny_course(CHECKS)
    add_assignment(course.folder, "cubes", "cube", "root")
    fresh.run(f"import os\nos.chdir({str(course.assignment.folder)!r})\ncube = lambda n: n ** 3")
    fresh.run(f"{RIGHT}\ndel cube")
    tie = fresh.run("import grader\ngrader.check()")
    named = fresh.run(f"grader.check({course.slug!r})")
    fresh.run("def root(n): return n ** 0.5")
    cubes = fresh.run("grader.check()")

    say = f'grader.check("cubes") or grader.check("{course.slug}")'
    assert words(tie.html).endswith(f"your cells fit cubes and {course.slug} alike: name the assignment, {say}")
    assert "Squares notebook 3 of 3 points" in words(named.html)
    assert words(cubes.html).endswith("there are no checks here")  # those of the other one


def test_one_exercise_is_checked_alone(fresh: Kernel, tiny_course: WriteCourse) -> None:
    """The others are not asked about, nor shown."""
    cubes = '''
@pytest.mark.check(points=2, exercise="cubes")
def test_cube(student):
    """The cube of two is right."""
    expect.equal(student.cube(2), 8)
'''
    course = tiny_course(
        CHECKS + cubes, settings='[[exercises]]\nname = "cubes"\ntitle = "Cubes"\nprovides = ["cube"]\n'
    )
    fresh.run(f"import os, grader\nos.chdir({str(course.folder)!r})\n{RIGHT}\ncube = lambda n: 8")
    ran = fresh.run("grader.check(exercise='cube')")
    unknown = fresh.run("grader.check(exercise='cubs')")

    assert "2 of 2 points" in words(ran.html)
    assert "Squares of numbers" not in words(ran.html)
    assert words(unknown.html).endswith(f"`cubs`: no exercise of {course.slug}; did you mean cubes?")


def test_what_is_graded_by_hand_waits(fresh: Kernel, tiny_course: WriteCourse) -> None:
    """It is shown as pending, and no file is missed: cells that ran lie beside none."""
    essay = (
        '[[exercises]]\nname = "essay"\ntitle = "Explain it"\ngraded = "by hand"\nanswer = ["design.md"]\n'
        '[[exercises.rubric]]\nitem = "names the square"\npoints = 4\n'
    )
    course = tiny_course(CHECKS, settings=essay)
    fresh.run(f"import os, grader\nos.chdir({str(course.folder)!r})\n{RIGHT}")
    ran = fresh.run("grader.check()")

    assert "3 of 7 points, 4 pending" in words(ran.html)
    assert "names the square" in words(ran.html)
    assert "no answer" not in words(ran.html)
    assert ran.text.endswith("3 of 7 points, 4 pending\n")


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        ("grader.check(course=COURSE)", "the cells that you have run define nothing that an assignment asks for: "),
        ("grader.check('nope', course=COURSE)", "no assignment `nope` in "),
        (
            "grader.check(course='/nowhere')",
            "course='/nowhere': there is no `assignments/` folder with an assignment in it, ",
        ),
        ("grader.check()", "no course here or above (a folder with `assignments/`), and no handout; name it: "),
    ],
    ids=["nothing-defined", "no-such-assignment", "no-such-course", "no-course-here"],
)
def test_what_cannot_be_checked_is_one_sentence(
    fresh: Kernel, tiny_course: WriteCourse, call: str, sentence: str
) -> None:
    """A call that we cannot serve shows what to do, and no traceback."""
    ran = fresh.run(f"import grader\nCOURSE = {str(tiny_course(CHECKS).folder)!r}\n{call}")

    assert sentence in words(ran.html)
    assert sentence in ran.text


# --- faults and interruptions -----------------------------------------------------------------------------------------


def test_killed_sandbox_costs_one_check(fresh: Kernel, tiny_course: WriteCourse) -> None:
    """Sandboxes stay open between checks; one that has died is said to be our fault, and the next call has another."""
    call = f"import grader\ngrader.check(course={str(tiny_course(CHECKS).folder)!r})"
    fresh.run(RIGHT)
    fresh.run(call)
    fresh.run(
        "from grader.notebook import kernel as jupyter\n"
        "for sides in jupyter._open.values():\n    sides.submission._process.kill(); sides.submission._process.wait()"
    )
    broken = fresh.run(call)
    fixed = fresh.run(call)

    assert "the sandbox `local` has ended" in words(broken.html)
    assert "3 of 3 points" in words(fixed.html)


def test_interrupt_is_passed_on(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Stopping the cell stops "run all" too; the bar does not stay as if something were running."""

    def interrupted() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(jupyter, "_shell", interrupted)
    with pytest.raises(KeyboardInterrupt):
        grader.check()

    assert "stopped" in capsys.readouterr().out


def test_fault_of_ours_is_said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """What the student cannot fix is shown as a sentence as well."""

    def broken() -> None:
        raise SandboxFault("no sandbox today")

    monkeypatch.setattr(jupyter, "_shell", broken)
    grader.check()

    assert "no sandbox today" in capsys.readouterr().out


# --- the package ------------------------------------------------------------------------------------------------------


def test_importing_the_package_imports_nothing_of_the_harness() -> None:
    """A worker imports `grader` as well: the name `check` is there, and what it needs is not loaded."""
    code = (
        "import sys, grader; print([n for n in sys.modules if n.startswith(('grader.', 'IPython', 'torch', 'jinja2'))])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=COURSE)

    assert ran.stdout == "[]\n"
    assert callable(grader.check)


def test_submission_may_import_check(tiny_course: WriteCourse) -> None:
    """A notebook that is handed in with its last cell loads; in a worker the call leads nowhere."""
    course = tiny_course(CHECKS)
    source = f"from grader import check\nimport grader\n{RIGHT}\n"
    calling = "import grader\ndef square(n):\n    grader.check()\n    return n * n\n"

    assert [result.earned for result in course.grade(source).checks] == [2, 1]
    (feedback, _other) = (result.feedback for result in course.grade(calling).checks)
    assert "No module named 'grader.notebook'" in feedback.message
