"""What a submission sees of its process is what an ordinary program would, and what it prints is its own."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator

import pytest

from grader import protocol
from grader.errors import Crashed
from grader.protocol import Limits
from grader.sandbox import Bubblewrap, Sandbox

Ran = Callable[..., tuple[protocol.Reply, str]]


def runs(sandbox: Sandbox, source: str, preload: tuple[str, ...] = ()) -> tuple[protocol.Reply, str]:
    """Load *source* as `mine.py`, call its `f` if it has one, and return the last reply and all output."""
    worker = sandbox.worker(Limits(), preload)
    reply = worker.ask(protocol.Load((protocol.File("mine.py", textwrap.dedent(source).encode()),), "mine.py", ()))
    if isinstance(reply, protocol.Loaded) and any(one.name == "f" for one in reply.definitions):
        reply = worker.ask(protocol.Call("f", (), {}))
    return reply, worker.end().output


@pytest.fixture
def run(sandbox: Sandbox) -> Ran:
    """Run a source in a sandbox with the usual packages."""
    return lambda source, *preload: runs(sandbox, source, preload)


@pytest.fixture(scope="module")
def bare(needs_bubblewrap: None) -> Iterator[Sandbox]:
    """A sandbox that offers torch alone."""
    with Bubblewrap(("torch",)) as opened:
        yield opened


@pytest.mark.parametrize(
    "change",
    [
        'sys.stdout.reconfigure(encoding="utf-8", line_buffering=True)',
        "sys.stdout = io.TextIOWrapper(sys.stdout.buffer, encoding='utf-8')",
        "sys.stdout = io.TextIOWrapper(sys.stdout.detach(), encoding='utf-8')",
        "sys.stdout = codecs.getwriter('utf-8')(sys.stdout.buffer)",
        "sys.stdout = open(sys.stdout.fileno(), 'w', encoding='utf-8', buffering=1)",
        "sys.stdout = os.fdopen(os.dup(1), 'w', encoding='utf-8')",
        "sys.stdout = sys.stderr",
        "sys.stderr.reconfigure(encoding='utf-8'); sys.stdin.reconfigure(encoding='utf-8'); faulthandler.enable()",
    ],
)
def test_streams_can_be_changed(run: Ran, change: str) -> None:
    """Whatever a program does with its streams, what it prints then is its output."""
    source = f"import codecs, faulthandler, io, os, sys\n{change}\nprint('größer')\ndef f(): print('later')"

    assert run(source)[1] == "größer\nlater\n"


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("sys.stdin.read()", ""),
        ("sys.stdin.buffer.read().decode()", ""),
        ("list(sys.stdin)", []),
        ("(sys.stdin.isatty(), sys.stdout.isatty(), sys.stderr.isatty())", (False, False, False)),
        ("(sys.stdin.fileno(), sys.stdout.fileno(), sys.stderr.fileno())", (0, 1, 2)),
        ("(sys.stdin.name, sys.stdout.name, sys.stderr.name)", ("<stdin>", "<stdout>", "<stderr>")),
        (
            "(sys.stdin is sys.__stdin__, sys.stdout is sys.__stdout__, sys.stderr is sys.__stderr__)",
            (True, True, True),
        ),
        ("(sys.stdin.seekable(), sys.stdout.seekable())", (False, False)),
        ("tuple(shutil.get_terminal_size())", (80, 24)),
        ("list(fileinput.input())", []),
        ("sys.argv", ["mine.py"]),
        ("sys.orig_argv", ["python", "mine.py"]),
        ("vars(argparse.ArgumentParser().parse_args())", {}),
        ("sys.path[0]", "/tmp/submission"),
        ("(__name__, __file__)", ("mine", "/tmp/submission/mine.py")),
        ("sys.modules['__main__'].f is f", True),
        ("getpass.getuser()", "student"),
        ("os.environ['PWD'] == os.getcwd() == os.path.expanduser('~')", True),
        ("(callable(exit), callable(quit), callable(help))", (True, True, True)),
        ("'IPython' in sys.modules or 'google.colab' in sys.modules", False),
    ],
)
def test_a_program_finds_what_it_expects(run: Ran, expression: str, expected: object) -> None:
    """Streams, arguments, paths and built-in names are those of a program that is started by itself, with pipes for streams."""
    modules = "argparse, fileinput, getpass, os, shutil, sys"
    reply, _output = run(f"import {modules}\ndef f(): return {expression}")

    assert isinstance(reply, protocol.Returned), reply
    assert protocol.unpack(reply.value) == expected


@pytest.mark.parametrize(
    ("expression", "error"),
    [
        ("input()", "EOFError"),
        ("os.get_terminal_size()", "OSError"),
        ("open('/proc/self/cmdline')", "FileNotFoundError"),
    ],
)
def test_what_has_no_answer_says_so(run: Ran, expression: str, error: str) -> None:
    """There is nobody to ask, no terminal, and nothing to read of how the worker was started."""
    reply, _output = run(f"import os\ndef f(): return {expression}")

    assert isinstance(reply, protocol.Raised)
    assert reply.type_names[0] == error


def test_output_stays_in_order_without_a_flush(run: Ran) -> None:
    """Standard output and error, and what is written past Python, stand as they were written."""
    source = """
        import contextlib, io, sys
        def f():
            print("one")
            print("two", file=sys.stderr)
            sys.stdout.buffer.raw.write(b"three\\n")
            with contextlib.redirect_stdout(io.StringIO()):
                print("nowhere")
            print("four", end="")
        """

    assert run(source)[1] == "one\ntwo\nthree\nfour"


def test_output_is_there_after_a_crash(sandbox: Sandbox) -> None:
    """What was printed before a crash is what explains it."""
    worker = sandbox.worker(Limits())
    source = b"import os\ndef f():\n    print('here')\n    os._exit(3)"
    worker.ask(protocol.Load((protocol.File("mine.py", source),), "mine.py", ()))

    with pytest.raises(Crashed, match="exit code 3"):
        worker.ask(protocol.Call("f", (), {}))
    assert worker.end().output == "here\n"


def test_nothing_of_ours_is_on_the_path(run: Ran) -> None:
    """The folder that the worker was imported from is no place where a submission finds modules."""
    source = "import os, sys\ndef f(): return [p for p in sys.path if os.path.isdir(p + '/grader/worker/execution')]"
    reply, _output = run(source)

    assert isinstance(reply, protocol.Returned)
    found = protocol.unpack(reply.value)
    assert found in ([], [path for path in found if "-packages" in path])  # type: ignore[union-attr]


def test_logs_and_files_are_written_where_it_runs(run: Ran) -> None:
    """Loggers write to standard error, and into files of the scratch folder."""
    source = """
        import logging
        logging.basicConfig(level=logging.INFO, format="%(message)s")
        logging.getLogger().addHandler(logging.FileHandler("train.log"))
        def f():
            logging.info("loss 0.1")
            return open("train.log").read()
        """
    reply, output = run(source)

    assert reply == protocol.Returned(protocol.Plain("loss 0.1\n"))
    assert output == "loss 0.1\n"


def test_warnings_point_at_the_line_that_caused_them(sandbox: Sandbox) -> None:
    """Neither what stands in for a GPU, nor who made the call, is where a warning says that it comes from."""
    source = """
        import warnings, torch
        class Net(torch.nn.Module):
            def __init__(self):
                super().__init__()
                self.scale = torch.tensor(torch.ones(2))
                warnings.warn("my own", stacklevel=3)
        """
    worker = sandbox.worker(Limits(), ("torch",))
    worker.ask(protocol.Load((protocol.File("mine.py", textwrap.dedent(source).encode()),), "mine.py", ()))
    assert worker.ask(protocol.Build(1, "Net", (), {}, seed=0, device="cpu", initial_values=True)) == protocol.Built()
    output = worker.end().output

    assert "/mine.py:6: UserWarning: To copy construct" in output
    assert "/mine.py:7: UserWarning: my own" in output
    assert "grader" not in output


def test_a_trace_holds_the_submission_alone(run: Ran) -> None:
    """Wherever it works by now, the lines of a trace are its own."""
    reply, _output = run("import os\ndef f():\n    os.chdir('/')\n    return os.listdir(None, 1)")

    assert isinstance(reply, protocol.Raised)
    assert reply.trace == ("mine.py, line 4, in f: return os.listdir(None, 1)",)


def test_torch_says_nothing_when_it_is_imported_late(bare: Sandbox) -> None:
    """What torch finds missing in a sandbox is not in the student's output."""
    reply, output = runs(
        bare, "def f():\n    import torch\n    return float(torch.ones(2, 2).matmul(torch.ones(2)).sum())"
    )

    assert (reply, output) == (protocol.Returned(protocol.Plain(4.0)), "")


@pytest.mark.parametrize(
    "source",
    [
        "from tqdm import tqdm, trange\ndef f(): return [*tqdm([1, 2], desc='a'), *trange(2, leave=False)]",
        "import tqdm\ndef f(): return [*tqdm.tqdm(iter([1, 2]), total=2), *tqdm.trange(2)]",
        "from tqdm.auto import tqdm\ndef f():\n    with tqdm([1, 2, 0, 1]) as bar:\n        return [n for n in bar]",
        "from tqdm.notebook import tqdm\nclass T(tqdm): pass\ndef f(): return [*T(iterable=(1, 2, 0, 1))]",
        "from rich.progress import track\nfrom rich import print\ndef f(): return [*track([1, 2, 0, 1], 'x')]",
        "from rich.progress import Progress\ndef f():\n    with Progress() as p:\n        return [*p.track([1, 2, 0, 1])]",
        "from IPython.display import *\nimport IPython.core.display as d\ndef f(): d.clear_output(); return [1, 2, 0, 1]",
        "from IPython import get_ipython\nget_ipython().run_line_magic('matplotlib', 'inline')\ndef f(): return [1, 2, 0, 1]",
        "import ipywidgets as w\ndef f():\n    b = w.IntProgress(max=4)\n    b.value += 1\n    return [b.value, 2, 0, b.max - 3]",
        "from torch.utils.tensorboard import SummaryWriter as S\ndef f(): S('runs').add_scalar('a', 1); return [1, 2, 0, 1]",
        "import wandb\nwandb.init(project='a')\ndef f(): wandb.log({'a': 1}); return [1, 2, 0, 1]",
    ],
)
def test_what_only_shows_something_is_never_missing(bare: Sandbox, source: str) -> None:
    """Progress bars, widgets and loggers of packages that are not offered do nothing, and nothing fails."""
    reply, output = runs(bare, source)

    assert isinstance(reply, protocol.Returned), reply
    assert (protocol.unpack(reply.value), output) == ([1, 2, 0, 1], "")


@pytest.mark.parametrize("module", ["tqdm.notebook", "tqdm.auto", "tqdm"])
def test_real_progress_is_text(module: str, needs_bubblewrap: None) -> None:
    """Where tqdm is offered, its notebook's bars work without the widgets that they are made of."""
    with Bubblewrap(("tqdm",)) as offered:
        reply, _output = runs(
            offered, f"from {module} import tqdm\ndef f(): return [n for n in tqdm([1, 2], desc='a')]"
        )

    assert isinstance(reply, protocol.Returned), reply
    assert protocol.unpack(reply.value) == [1, 2]


def test_plots_go_with_what_shows_nothing(needs_bubblewrap: None) -> None:
    """matplotlib looks for IPython, and asks what it finds; a plot is made, saved and shown to nobody, without a warning."""
    source = """
        import matplotlib.pyplot as plt
        from IPython.display import display
        from IPython import get_ipython
        def f():
            figure, axes = plt.subplots()
            axes.plot([1, 2])
            plt.savefig("loss.png")
            plt.show()
            plt.pause(0.001)
        """
    with Bubblewrap(("matplotlib",)) as offered:
        reply, output = runs(offered, source)

    assert (reply, output) == (protocol.Returned(protocol.Plain(None)), "")


def test_a_package_that_computes_stays_missing(bare: Sandbox) -> None:
    """Only what shows something has a stand-in."""
    reply, _output = runs(bare, "import pandas")

    assert isinstance(reply, protocol.Raised)
    assert reply.text == "No module named 'pandas'"
