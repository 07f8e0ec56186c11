"""The proxy that checks use, with real workers behind it: values, models, and who is to blame when something breaks."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import pytest
import torch
from made_keys import torch_key
from students import StudentOf
from torch import nn

from grader.errors import (
    AssignmentError,
    CheckFailed,
    Crashed,
    ForbiddenOperation,
    HarnessFault,
    MissingDefinition,
    OutOfMemory,
    StudentRaised,
    TimedOut,
)
from grader.model import Absent, Extent, SourceFile, SourceSpan
from grader.protocol import Limits
from grader.proxy.code import Code
from grader.proxy.evidence import Parameter, Question, RaisedInstead, Returned
from grader.proxy.packing import render_call
from grader.proxy.remote_model import Model
from grader.proxy.session import Session
from grader.proxy.student import USUAL_KEY, Student, session_of
from grader.sandbox import Sandbox

NETS = """
import torch
from torch import nn
class Net(nn.Module):
    def __init__(self, classes=3, *, bias=True):
        super().__init__()
        self.conv = nn.Conv2d(1, 2, 3)
        self.fc = nn.Linear(2 * 36, classes, bias=bias)
    def forward(self, x): return self.fc(torch.relu(self.conv(x)).flatten(1))
class Shy(nn.Module):
    def __init__(self): raise ValueError("not today")
"""


def test_a_function_is_called(student_of: StudentOf) -> None:
    """Arguments go over by position and keyword, and the value comes back."""
    student = student_of("def f(a, *rest, b=0): return (a, rest, b)")

    assert student.f(1, [2.5, "x"], None, b=(True,)) == (1, ([2.5, "x"], None), (True,))


def test_tensors_go_both_ways(student_of: StudentOf) -> None:
    """A tensor may be an argument and an answer; the check's own tensor is not modified."""
    mine = torch.ones(2, 3, dtype=torch.float64)
    received = student_of("import torch\ndef f(x): return x.mul_(2)").f(mine)

    assert isinstance(received, torch.Tensor)
    assert received.dtype == torch.float64
    assert received.tolist() == [[2, 2, 2]] * 2
    assert mine.tolist() == [[1, 1, 1]] * 2


def test_a_value_that_cannot_go_over_is_the_checks_mistake(student_of: StudentOf) -> None:
    """An argument that is neither plain nor a tensor is a fault of ours, not of the student."""
    student = student_of("def f(x): return x")

    with pytest.raises(HarnessFault, match="a check asked with a set, which cannot cross to a worker"):
        student.f({1})
    with pytest.raises(HarnessFault, match="a check asked with a str that cannot cross to a worker: 'xxx"):
        student.f("x" * 5000)


@pytest.mark.parametrize(
    ("defined", "asked", "text"),
    [
        pytest.param("def square(n): ...", "cube", "your submission does not define `cube`", id="nothing-like-it"),
        pytest.param(
            "def outputSize(n): ...",
            "output_size",
            "your submission does not define `output_size`; it defines `outputSize`: is that it, under another name?",
            id="other-case",
        ),
        pytest.param(
            "def output_sise(n): ...",
            "output_size",
            "your submission does not define `output_size`; it defines `output_sise`: is that it, under another name?",
            id="misspelt",
        ),
        pytest.param(
            "square = 5", "square", "`square` is neither a class nor a function in your submission", id="not-callable"
        ),
        pytest.param(
            "VGG16 = [64, 'M']\ndef VGGNet(): ...",
            "VGG16",
            "`VGG16` is neither a class nor a function in your submission; it defines `VGGNet`: is that it, under another name?",
            id="list-of-this-name",
        ),
        pytest.param(
            "def vgg_block(): ...\ndef Vgg16Model(): ...",
            "VGG16",
            "your submission does not define `VGG16`; it defines `Vgg16Model`: is that it, under another name?",
            id="longer-name",
        ),
    ],
)
def test_a_missing_definition_is_named(student_of: StudentOf, defined: str, asked: str, text: str) -> None:
    """A name that is not there is missing, with a suggestion where one is close."""
    student = student_of(defined)

    with pytest.raises(MissingDefinition) as caught:
        getattr(student, asked)(1)
    assert str(caught.value) == text
    assert caught.value.name == asked


@pytest.mark.parametrize("name", ["_private", "__len__", "_hypothesis_internal"])
def test_private_names_are_no_questions(student_of: StudentOf, name: str) -> None:
    """Python and Hypothesis look for private names themselves; no worker is asked."""
    with pytest.raises(AttributeError, match=name):
        getattr(student_of(""), name)


def test_an_exception_is_handed_on(student_of: StudentOf) -> None:
    """What student code raises arrives with its types, text and lines."""
    with pytest.raises(StudentRaised, match=r"^KeyError: 'x'$") as caught:
        student_of("def f(): return {}['x']").f()
    assert caught.value.type_names[:2] == ("KeyError", "LookupError")
    assert caught.value.trace == ("work.py, line 1, in f: def f(): return {}['x']",)
    assert not caught.value.while_loading


def test_an_exception_without_text_is_its_type(student_of: StudentOf) -> None:
    """An exception that says nothing is described by its class alone."""
    with pytest.raises(StudentRaised, match=r"^ValueError$"):
        student_of("def f(): raise ValueError").f()


def test_a_file_that_does_not_load_is_told_apart(student_of: StudentOf) -> None:
    """An exception of the import itself is marked as such."""
    with pytest.raises(StudentRaised, match="ZeroDivisionError") as caught:
        student_of("x = 1 / 0\ndef f(): ...").f()
    assert caught.value.while_loading


@pytest.mark.parametrize(
    ("body", "what"),
    [
        pytest.param("raise MemoryError", "the limit of 256 MiB", id="python"),
        pytest.param("return bytearray(2**31)", "the limit of 256 MiB", id="too-large-bytes"),
        pytest.param("return torch.zeros(2**31).sum()", "the limit of 256 MiB", id="too-large-tensor"),
        pytest.param("raise torch.OutOfMemoryError", "there is on the GPU", id="accelerator"),
        pytest.param(
            "raise RuntimeError('DefaultCPUAllocator: not enough memory: you tried to ...')",
            "the limit of 256 MiB",
            id="allocator",
        ),
    ],
)
def test_running_out_of_memory_is_an_outcome_of_its_own(student_of: StudentOf, body: str, what: str) -> None:
    """However memory runs out, it is OutOfMemory with the limit in the text."""
    student = student_of(f"import torch\ndef f(): {body}", limits=Limits(memory_bytes=2**28))

    with pytest.raises(OutOfMemory, match=f"your code needed more memory than {what}"):
        student.f()


def test_a_forbidden_operator_is_named(student_of: StudentOf) -> None:
    """Using a forbidden operator is told apart from other exceptions."""
    student = student_of("import torch\ndef f(x): return torch.conv2d(x, x)", forbidden_operators=("convolution",))

    with pytest.raises(ForbiddenOperation, match="`convolution` may not be used in this exercise: write it yourself"):
        student.f(torch.ones(1, 1, 2, 2))


@pytest.mark.parametrize(
    "start",
    [
        "threading.Thread(target=run)",
        "concurrent.futures.ThreadPoolExecutor(1).submit(run)",
        "_thread.start_new_thread(run, ())",
    ],
)
def test_a_forbidden_operator_is_forbidden_in_every_thread(student_of: StudentOf, start: str) -> None:
    """A thread of one's own refuses it as well, also where what starts it was at hand before."""
    source = (
        "import _thread, concurrent.futures, queue, threading, torch\n"
        "def f(x):\n"
        "    said = queue.Queue()\n"
        "    def run():\n"
        "        try: said.put(torch.conv2d(x, x))\n"
        "        except RuntimeError as error: said.put(str(error))\n"
        f"    started = {start}\n"
        "    getattr(started, 'start', int)()\n"
        "    return said.get()\n"
    )
    student = student_of(source, forbidden_operators=("convolution",))

    assert student.f(torch.ones(1, 1, 2, 2)) == "convolution may not be used in this exercise: write it yourself"
    assert isinstance(student_of(source).f(torch.ones(1, 1, 2, 2)), torch.Tensor)


FORGE = """
import os, struct, msgspec
def answer(number, reply):
    body = msgspec.msgpack.encode({"type": "answer", "number": number, "reply": reply})
    os.write(3, struct.pack(">I", len(body)) + body)
"""


@pytest.mark.parametrize(
    ("reply", "text"),
    [
        pytest.param({"type": "built"}, "it answered another question", id="another-kind"),
        pytest.param(
            {"type": "returned", "value": {"type": "tensorvalue", "blob": b"x"}},
            "a tensor from the worker cannot be read",
            id="broken-tensor",
        ),
        pytest.param(
            {"type": "raised", "type_names": [], "text": "", "trace": []}, "not a message", id="exception-of-no-type"
        ),
    ],
)
def test_replies_of_the_wrong_kind_are_a_crash(student_of: StudentOf, reply: object, text: str) -> None:
    """A well-formed reply that answers another question, or is not what it claims, is never an answer."""
    student = student_of(FORGE + f"def f(): answer(2, {reply!r})")

    with pytest.raises(Crashed, match=f"your code disturbed the process that ran it: {text}"):
        student.f()


def test_questions_are_recorded_with_their_answers(student_of: StudentOf) -> None:
    """Every call of the check and its answer is kept, in order, until the next check begins."""
    student = student_of("def f(n):\n    if n < 0: raise ValueError\n    return n * n")
    student.f(3)
    with pytest.raises(StudentRaised):
        student.f(n=-1)

    raised = RaisedInstead(type_names=("ValueError", "Exception", "BaseException"))
    assert session_of(student).questions == (
        Question(name="f", args=(3,), kwargs={}, answer=Returned(value=9)),
        Question(name="f", args=(), kwargs={"n": -1}, answer=raised),
    )
    assert session_of(student).last_call == "f(n=-1)"
    session_of(student).begin()
    assert (session_of(student).questions, session_of(student).modules, session_of(student).last_call) == ((), (), "")


def test_a_check_starts_with_a_fresh_worker(student_of: StudentOf) -> None:
    """Nothing that one check leaves in a submission's globals or files is there in the next."""
    student = student_of(
        "import os\nseen = []\ndef f():\n    seen.append(1)\n    open('left', 'a').write('x')\n"
        "    return len(seen), len(open('left').read())"
    )
    assert [student.f(), student.f()] == [(1, 1), (2, 2)]
    session_of(student).begin()

    assert student.f() == (1, 1)


def test_a_check_may_have_its_own_time(student_of: StudentOf) -> None:
    """Seconds given for a check replace both limits, for that check alone."""
    student = student_of(
        "import time\ndef f(seconds): time.sleep(seconds)", limits=Limits(request_seconds=5, check_seconds=5)
    )
    session_of(student).begin(0.2)
    with pytest.raises(TimedOut, match=r"took longer than 0\.2 s"):
        student.f(3)
    session_of(student).begin()

    assert student.f(0.3) is None


def test_output_is_returned_at_the_end(student_of: StudentOf) -> None:
    """What a check made student code print is handed over once, with a note on what was dropped."""
    student = student_of("def f(n): print('x' * n)", limits=Limits(output_bytes=10))
    student.f(3)
    assert session_of(student).end() == "xxx\n"
    assert session_of(student).end() == ""
    student.f(1000)
    assert session_of(student).end() == "x" * 10 + "\n[… 991 more bytes are not kept]"


def test_a_package_that_is_not_offered_is_explained(student_of: StudentOf) -> None:
    """A submission that imports what the assignment does not offer is told what it does."""
    student = student_of("import sklearn", offers=("torch", "numpy"))

    offered = r"ModuleNotFoundError: No module named 'sklearn' \(this assignment offers torch, numpy and the standard library\)"
    for _ in range(2):  # Hypothesis asks again, and must meet the same answer
        with pytest.raises(StudentRaised, match=offered):
            student.f()


def test_traces_speak_of_cells(sandbox: Sandbox) -> None:
    """Lines of a notebook's graded file are named by cell and line; those of other files stay what they are."""
    source = b"def f():\n    return g()\n\ndef g():\n    import other\n    return other.h()\n"
    other = SourceFile(path="other.py", content=b"def h():\n    return 1 / 0\n")
    places = (SourceSpan(line=1, lines=2, cell=7, cell_line=3), SourceSpan(line=4, lines=3, cell=2, cell_line=1))
    code = Code(
        files=(SourceFile(path="m.py", content=source), other), main="m.py", given_as="ada.ipynb", source_map=places
    )
    student = Student(Session(sandbox, code, Limits()))

    with pytest.raises(StudentRaised) as caught:
        student.f()
    assert caught.value.trace == (
        "cell 7, line 4, in f: return g()",
        "cell 2, line 3, in g: return other.h()",
        "other.py, line 2, in h: return 1 / 0",
    )
    assert caught.value.frames == (("m.py", 2), ("m.py", 6), ("other.py", 2))
    session_of(student).end()


@pytest.mark.parametrize(
    ("source", "text"),
    [
        pytest.param("def f(): 1 / 0", "ada.py, line 1, in f: def f(): 1 / 0", id="trace"),
        pytest.param("return 1", "(ada.py, line 1)", id="syntax-error"),
    ],
)
def test_errors_in_a_renamed_file_name_the_students_file(student_of: StudentOf, source: str, text: str) -> None:
    """A trace and a syntax error name the file as it was handed in, not as the assignment calls it."""
    with pytest.raises(StudentRaised) as caught:
        student_of(source, given_as="ada.py").f()

    assert text in (*caught.value.trace, caught.value.text[-len(text) :])
    assert caught.value.frames == (("work.py", 1),)


FINISHED = "import {}\n\nnet = {}.models.alexnet(weights=1, nonsense=2)\n"


@pytest.mark.parametrize("names", [("torchvision", "torchvision"), ("torchvision as tv", "tv")], ids=["plain", "alias"])
def test_a_finished_network_that_cannot_be_had_is_no_answer(student_of: StudentOf, names: tuple[str, str]) -> None:
    """Where a line raises that reaches into a forbidden module, it is said that this is no answer."""
    forbidden = ("torchvision.models", "timm")
    student = student_of(FINISHED.format(*names), preload=("torch", "torchvision"), forbidden_imports=forbidden)

    with pytest.raises(
        StudentRaised,
        match=r"\(a finished network of torchvision is not an answer: `torchvision.models` may not be used, write it yourself\)$",
    ):
        student.AlexNet()


def test_models_of_ones_own_are_not_forbidden(student_of: StudentOf) -> None:
    """An attribute that is called like a forbidden module is none."""
    source = "class Zoo: models = ()\nzoo = Zoo()\ndef f(): return zoo.models.first()"
    student = student_of(source, forbidden_imports=("torchvision.models",))

    with pytest.raises(StudentRaised, match=r"^AttributeError: 'tuple' object has no attribute 'first'$"):
        student.f()


def test_names_that_were_left_out_are_explained(student_of: StudentOf) -> None:
    """A missing definition and a NameError say where the name went, if it is known."""
    absent = (Absent(name="Net", why="it is in main()"), Absent(name="data", why="cell 3 was left out"))
    student = student_of("def f(): return data\ndef g(): return date\ndef Nett(): ...", absent=absent)

    with pytest.raises(
        MissingDefinition, match=r"^your submission does not define `Net`: it is in main\(\)$"
    ) as missing:
        student.Net()
    assert (missing.value.why, missing.value.near) == ("it is in main()", "Nett")
    with pytest.raises(StudentRaised, match=r"name 'data' is not defined \(cell 3 was left out\)$"):
        student.f()
    with pytest.raises(StudentRaised, match=r"name 'date' is not defined$"):
        student.g()


def test_whole_submissions_may_load_as_long_as_a_check(student_of: StudentOf) -> None:
    """What runs whole may train while it loads: the limit of a request does not hold for it."""
    source = "import time; time.sleep(0.6)\ndef f(): return 3"
    limits = Limits(request_seconds=0.3, check_seconds=20)
    whole = student_of(source, limits=limits, extent=Extent.WHOLE)
    usual = student_of(source, limits=limits)

    assert whole.f() == 3
    with pytest.raises(TimedOut):
        usual.f()


# --- models ---


def model_of(student: Student, *args: object, **kwargs: object) -> Model:
    """Build the submission's Net."""
    model = student.Net(*args, **kwargs)
    assert isinstance(model, Model)
    return model


def test_a_model_is_described(student_of: StudentOf) -> None:
    """Constructor arguments arrive, and the parameter table comes back with counts."""
    model = model_of(student_of(NETS), 5, bias=False)

    assert model.parameters == (
        Parameter(name="conv.weight", shape=(2, 1, 3, 3), dtype="float32", trainable=True),
        Parameter(name="conv.bias", shape=(2,), dtype="float32", trainable=True),
        Parameter(name="fc.weight", shape=(5, 72), dtype="float32", trainable=True),
    )
    assert [parameter.count for parameter in model.parameters] == [18, 2, 360]
    assert Parameter(name="scale", shape=(), dtype="float32", trainable=True).count == 1
    assert repr(model) == "Net(5, bias=False)"


def test_a_model_is_run(student_of: StudentOf) -> None:
    """Output, shape, stages and gradients are those of the module under its own weights."""
    student = student_of(NETS)
    images = torch.randn(4, 1, 8, 8)
    model = model_of(student)
    run = model.run(images, gradients="all", upstream=torch.full((4, 3), 2.0))
    torch.manual_seed(USUAL_KEY.number)
    conv, fc = nn.Conv2d(1, 2, 3), nn.Linear(72, 3)
    leaf = images.clone().requires_grad_()
    output = fc(torch.relu(conv(leaf)).flatten(1))
    (2 * output).sum().backward()

    assert torch.allclose(run.output, output, atol=1e-5)
    assert run.input_gradient is not None
    assert leaf.grad is not None
    assert torch.allclose(run.input_gradient, leaf.grad, atol=1e-5)
    assert fc.bias.grad is not None
    assert run.gradient_norms["fc.bias"] == pytest.approx(fc.bias.grad.norm().item(), rel=1e-5)
    assert model.output_shape((2, 1, 8, 8)) == (2, 3)
    assert model.stages((2, 1, 8, 8))[-1].shape == (2, 3)
    assert not images.requires_grad


def test_models_are_built_under_a_seed(student_of: StudentOf) -> None:
    """Every model starts from a fixed torch seed, or from that of the key that is given."""
    student = student_of(NETS)
    images = torch.ones(1, 1, 8, 8)
    usual, again = (model_of(student).run(images).output for _ in range(2))
    other = student.Net.build(torch_key(1), args=(3,), kwargs={"bias": True}).run(images).output

    assert torch.equal(usual, again)
    assert not torch.equal(usual, other)
    assert session_of(student).modules == ("Net", "Net", "Net")


@pytest.mark.parametrize(
    ("ask", "text"),
    [
        pytest.param(
            lambda student: student.Net.build(7),
            r"^Net\.build: random numbers follow from a TorchKey, got 7; a check finds its own in the fixture `keys`$",
            id="build",
        ),
        pytest.param(
            lambda student: student.add.observe(1, 2, key=7), r"^add\.observe: .* a TorchKey, got 7;", id="observe"
        ),
        pytest.param(
            lambda student: model_of(student).run(torch.ones(1, 1, 8, 8), weights=7),
            r"^Net\(.*\)\.run: .* a WeightsKey, got 7;",
            id="run",
        ),
        pytest.param(
            lambda student: model_of(student).run(torch.ones(1, 1, 8, 8), weights=torch_key(7)),
            r"^Net\(.*\)\.run: .* a WeightsKey, got TorchKey;",
            id="key-of-another-kind",
        ),
        pytest.param(
            lambda student: model_of(student).train_on(
                torch.ones(1, 1, 8, 8), torch.zeros(1).long(), epochs=1, batch_size=1, learning_rate=0.1, key=7
            ),
            r"^Net\(.*\)\.train_on: .* a TorchKey, got 7;",
            id="train-on",
        ),
    ],
)
def test_a_number_is_no_key(student_of: StudentOf, ask: Callable[[Student], object], text: str) -> None:
    """What decides random numbers is a key of the right kind: from a number that a check makes up, others may follow."""
    with pytest.raises(AssignmentError, match=text):
        ask(student_of(NETS + "\n\ndef add(a, b): return a + b\n"))


def test_a_constructor_that_raises_is_reported(student_of: StudentOf) -> None:
    """An exception while building is the student's, and the call is the counterexample."""
    student = student_of(NETS)

    with pytest.raises(StudentRaised, match="ValueError: not today"):
        student.Shy()
    assert session_of(student).last_call == "Shy()"


def test_a_gradient_that_was_asked_for_must_come(student_of: StudentOf) -> None:
    """A tensor that counts its elements anew each time keeps the worker from asking for the gradient: theirs, not ours."""
    uncounted = (
        "import itertools\ncount = itertools.count()\n"
        "class Uncounted(torch.Tensor):\n    def numel(self): return next(count)\n"
    )
    source = NETS.replace(".flatten(1))", ".flatten(1)).as_subclass(Uncounted)") + uncounted
    assert "as_subclass" in source
    student = student_of(source)
    images = torch.ones(2, 1, 8, 8)

    with pytest.raises(Crashed, match="your code disturbed the process that ran it: it left a gradient out"):
        model_of(student).run(images, gradients="input", upstream=torch.ones(2, 3))


def test_a_model_is_trained_and_asked(student_of: StudentOf) -> None:
    """Training is in place, and predictions come for any number of images, in order."""
    images = torch.randn(300, 1, 8, 8, generator=torch.Generator().manual_seed(0))
    labels = (images.mean((1, 2, 3)) > 0).long()
    student = student_of(NETS)
    model = model_of(student, 2)
    losses = model.train_on(images, labels, epochs=8, batch_size=30, learning_rate=1e-2, key=torch_key(1))
    predictions = model.predict(images)

    assert session_of(student).last_call == "training Net(2) on 300 images for 8 epochs"
    assert len(losses) == 8
    assert losses[-1] < 0.5 * losses[0]
    assert predictions.shape == (300, 2)
    assert torch.allclose(predictions[:2], model.run(images[:2]).output, atol=1e-5)
    assert session_of(student).last_call == "Net(2)(images of shape (2, 1, 8, 8))"


def test_pixels_to_train_on_are_prepared_as_those_to_predict_with(student_of: StudentOf) -> None:
    """Less a mean and divided by a deviation: a model learns from pixels as from the numbers that they become."""
    pixels = torch.randint(0, 256, (20, 1, 8, 8), generator=torch.Generator().manual_seed(0), dtype=torch.uint8)
    labels = torch.arange(20) % 2
    student = student_of(NETS)

    def learnt(images: torch.Tensor, **prepared: float) -> tuple[float, ...]:
        model = model_of(student, 2)
        return model.train_on(images, labels, epochs=2, batch_size=5, learning_rate=0.1, key=torch_key(1), **prepared)

    assert learnt(pixels, mean=0.5, deviation=0.25) == learnt((pixels.float() / 255 - 0.5) / 0.25)
    assert learnt(pixels, mean=0.5, deviation=0.25) != learnt(pixels)


@pytest.mark.parametrize(
    ("args", "kwargs", "text"),
    [
        pytest.param((), {}, "f()", id="none"),
        pytest.param((1, "a"), {"b": None}, "f(1, 'a', b=None)", id="plain"),
        pytest.param((torch.zeros(5, 3),), {}, "f(<tensor (5, 3)>)", id="tensor"),
        pytest.param((torch.tensor([0.1, 2.0]),), {}, "f(torch.tensor([0.1, 2.0]))", id="small tensor"),
        pytest.param(
            ([torch.tensor([[0.1]], dtype=torch.float64)],),
            {},
            "f([torch.tensor([[0.1]], dtype=torch.float64)])",
            id="list",
        ),
        pytest.param(
            (torch.tensor([2, 3]),), {"x": {"a": (1,)}}, "f(torch.tensor([2, 3]), x={'a': (1,)})", id="integers"
        ),
        pytest.param((np.zeros(2), np.zeros(20)), {}, "f(np.array([0.0, 0.0]), <tensor (20,)>)", id="arrays"),
        pytest.param(((1, 2), [3.0]), {}, "f((1, 2), [3.0])", id="sequences"),
    ],
)
def test_calls_are_written_as_python(args: tuple[object, ...], kwargs: dict[str, object], text: str) -> None:
    """A counterexample is a line that could be typed, with large tensors by shape."""
    assert render_call("f", args, kwargs) == text


def test_a_submission_has_so_much_time_in_all(student_of: StudentOf) -> None:
    """When its workers have been busy for the submission's limit, every further question times out at once, and says why."""
    student = student_of(
        "import time\ndef f(n):\n    time.sleep(n)\n    return n\n", limits=Limits(submission_seconds=0.3)
    )
    assert student.f(0.4) == 0.4
    session_of(student).begin()
    started = time.monotonic()

    with pytest.raises(TimedOut, match=r"your code was stopped: all checks together took longer than 0\.3 s"):
        student.f(60)
    assert time.monotonic() - started < 5


CHANGES_SHAPE = """
import torch
from torch import nn
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 3)
        self.calls = 0
    def forward(self, x):
        self.calls += 1
        return self.fc(x.flatten(1))[:, : 3 if self.calls == 1 else 2]
"""


def test_an_output_that_changes_its_shape_fails(student_of: StudentOf) -> None:
    """The same images get an output of the same shape every time, or the check that asks fails with both."""
    model = student_of(CHANGES_SHAPE).Net()
    images = torch.zeros(2, 1, 2, 2)
    assert tuple(model.run(images).output.shape) == (2, 3)

    with pytest.raises(
        CheckFailed, match="images of the same shape get an output of another shape than before"
    ) as caught:
        model.run(images)
    assert (caught.value.received, caught.value.expected) == ("shape (2, 2)", "shape (2, 3)")


def test_a_worker_that_is_lost_while_a_choice_is_looked_at_is_replaced(student_of: StudentOf) -> None:
    """A constructor that ends the process counts as written, and the next question is asked of a fresh worker."""
    student = student_of(
        "import os\nfrom torch import nn\nclass Net(nn.Module):\n    def __init__(self): os._exit(0)\ndef f(): return 5\n"
    )

    assert student.Net.is_written()
    assert student.f() == 5


def test_a_session_knows_the_last_name_that_was_asked_for(student_of: StudentOf) -> None:
    """Whatever is asked of it and whatever comes of it, until the next check begins."""
    student = student_of("def f(): return 1\ndef g(): return 1 / 0")
    session = session_of(student)
    names = []
    student.f()
    names.append(session.last_name)
    for ask in (student.g, student.h):
        with pytest.raises((StudentRaised, MissingDefinition)):
            ask()
        names.append(session.last_name)
    session.note_module("Net")
    names.append(session.last_name)
    session.begin()

    assert [*names, session.last_name] == ["f", "g", "h", "Net", ""]
