"""What of a notebook or script is graded: definitions and what they need, in an order in which they run."""

import ast
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.submission.definitions import Demand, choose, in_order_of_need, unavailable
from grader.submission.statements import join, split

AVAILABLE = frozenset({"torch", "torchvision", "numpy", "matplotlib"}) | sys.stdlib_module_names


def chosen(*cells, asked=()):
    """Choose from cells what is graded for *asked* names, in the order in which it runs."""
    statements = [statement for number, cell in enumerate(cells, 1) for statement in split(cell, number)]
    selection = choose(statements, Demand(names=frozenset(asked), available=AVAILABLE))
    return in_order_of_need(selection.selected), selection.omitted


def kept(*cells, asked=()):
    """The statements that are graded, in order."""
    return [statement.text for statement in chosen(*cells, asked=asked)[0]]


def run(*cells, asked=()):
    """What the graded statements define when they run."""
    names = {"__name__": "graded"}
    exec("\n".join(kept(*cells, asked=asked)), names)
    return names


def reasons(*cells, asked=()):
    """Why statements are left out, by their first line."""
    return {left.statement.text.partition("\n")[0]: left.why for left in chosen(*cells, asked=asked)[1]}


# --- what is kept -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("needed = 3", id="constant"),
        pytest.param("needed = {'D': [64, 'M'], 'lr': -1e-3}", id="configuration"),
        pytest.param("first, (needed, *rest) = 1, (2, 3)", id="unpacking"),
        pytest.param("base = 2\nneeded = base ** 3 + 1", id="arithmetic"),
        pytest.param("needed: int = 3", id="annotated"),
        pytest.param("needed = 1\nneeded += 2", id="increased"),
        pytest.param("needed = {}\nneeded['D'] = [1]", id="item-assigned"),
        pytest.param("needed = []\nneeded.append(1)\nneeded.extend([2])", id="appended"),
        pytest.param("needed = []\nfor i in range(3):\n    needed.append(i * i)", id="harmless-loop"),
        pytest.param("needed = [n for n in range(9) if n % 2]", id="comprehension"),
        pytest.param("import math\nneeded = math.sqrt(2)", id="math"),
        pytest.param("import numpy as np\nneeded = np.array([1, 2], dtype=np.float32)", id="numpy"),
        pytest.param("from functools import partial\nneeded = partial(int, base=2)", id="partial"),
        pytest.param("from collections import namedtuple\nneeded = namedtuple('P', 'x y')", id="namedtuple"),
        pytest.param(
            "import torch\nneeded = torch.device('cuda' if torch.cuda.is_available() else 'cpu')", id="device"
        ),
        pytest.param("from torch import nn\nneeded = nn.ReLU(inplace=True)", id="activation"),
        pytest.param(
            "from torchvision import transforms as T\nneeded = T.Compose([T.Resize((227, 227)), T.ToTensor()])",
            id="transforms",
        ),
        pytest.param(
            "import torch\nif torch.cuda.is_available():\n    needed = 'cuda'\n"
            "    print(torch.cuda.get_device_name(0))\nelse:\n    needed = 'cpu'",
            id="if-else",
        ),
        pytest.param("try:\n    import no_such\n    needed = 1\nexcept ImportError:\n    needed = 2", id="try-import"),
        pytest.param("import os\nneeded = os.path.join('a', 'b')", id="path"),
        pytest.param("needed = lambda n: n + 1", id="lambda"),
        pytest.param("needed = other = len('abc')", id="two-names"),
    ],
)
def test_values_that_only_compute_are_kept_for_any_definition(value):
    """A function that nobody asked for still finds its constants, and they are what they were."""
    expected = {"__name__": "graded"}
    exec(value, expected)
    names = run(value, "def helper():\n    return needed")

    assert repr(names["helper"]())[:25] == repr(expected["needed"])[:25]  # an address may follow


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("needed = train_everything()", id="unknown-function"),
        pytest.param("import torch\nneeded = torch.randn(5).cuda()", id="gpu"),
        pytest.param("import torch\nneeded = torch.cuda.get_device_name(0)", id="name-of-the-gpu"),
        pytest.param("import os\nneeded = os.environ['DATA']", id="environment"),
        pytest.param("import torch\nneeded = torch.zeros(2, device='cuda')", id="on-the-gpu"),
        pytest.param("needed = 0\nwhile needed < 3:\n    needed += 1", id="while"),
        pytest.param("class A:\n    pass\nneeded = A()", id="own-class"),
        pytest.param("needed = open('data.txt')", id="file"),
    ],
)
def test_values_that_may_do_something_are_not_kept_for_a_helper(value):
    """What could fail or take long where the submission is graded is not risked for a function that nobody asked for."""
    assert value.splitlines()[-1] not in "\n".join(kept(value, "def helper():\n    return needed"))


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("def make(n):\n    return [n] * 3\nneeded = make(2)", id="own-function"),
        pytest.param("class Box:\n    def __init__(self):\n        self.n = 3\nneeded = Box().n", id="own-class"),
        pytest.param("needed = 27\nwhile needed % 2:\n    needed -= 1", id="while"),
        pytest.param("import random\nneeded = [1, 2]\nrandom.shuffle(needed)", id="in-place"),
        pytest.param("import contextlib\nwith contextlib.nullcontext(4) as needed:\n    pass", id="with"),
        pytest.param("match 3:\n    case needed:\n        pass", id="match"),
    ],
)
def test_values_that_an_asked_for_name_needs_are_kept(value):
    """For what the assignment asks for, everything is kept that is not known to do something."""
    assert run(value, "def asked():\n    return needed", asked=["asked"])["asked"]()


def test_needs_are_followed_through_helpers():
    """What a helper of an asked-for function needs, the function needs."""
    cells = ("def tripled(n):\n    return [n] * 3", "table = tripled(5)", "def helper():\n    return table[1]")
    names = run(*cells, "def asked():\n    return helper()", asked=["asked"])

    assert names["asked"]() == 5


@pytest.mark.parametrize(
    "binding",
    [
        "asked = lambda n: n + 1",
        "import functools\nasked = functools.partial(sum, [1])",
        "asked = other",
        "asked = A.f",
    ],
)
def test_asked_for_names_need_not_be_definitions(binding):
    """A lambda, a partial, another name or a method will do."""
    names = run("def other(n):\n    return n + 1\nclass A:\n    f = staticmethod(other)", binding, asked=["asked"])

    assert names["asked"](2) == 3


def test_methods_may_be_patched_in():
    """A method that a later cell gives to a class belongs to the class."""
    cells = ("class A:\n    pass", "def forward(self):\n    return 7", "A.forward = forward")
    also = ('setattr(A, "backward", lambda self: 8)',)
    names = run(*cells, *also, asked=["A"])

    assert (names["A"]().forward(), names["A"]().backward()) == (7, 8)


def test_unused_imports_and_texts_are_dropped_in_silence():
    """Nobody misses an import that nothing uses; of one statement with several names the used ones stay."""
    left = reasons('"""About."""\nimport math, json\nfrom os import path, sep', "def f():\n    return math.pi, sep")

    assert set(left.values()) == {""}
    assert kept("import math, json\nfrom os import path, sep", "def f():\n    return math.pi, sep") == [
        "import math",
        "from os import sep",
        "def f():\n    return math.pi, sep",
    ]


def test_star_imports_are_kept():
    """Nobody knows what a star brings, so it stays, and a name that nothing else defines may come from it."""
    assert len(kept("from math import *", "class A:\n    half = pi / 2")) == 2


def test_path_for_imports_is_kept():
    """Modules of the submission may lie where it says."""
    assert kept("import sys\nsys.path.append('parts')\nprint(1)") == ["import sys", "sys.path.append('parts')"]


# --- what is left out -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("for epoch in range(9):\n    loss.backward()", "it trains"),
        ("optimizer = torch.optim.Adam(net.parameters())", "it trains"),
        ("history = train(net)", "it trains"),
        ("data = torchvision.datasets.STL10('.', download=True)", "it reads or downloads data"),
        ("data = STL10('.')", "it reads or downloads data"),
        ("loader = DataLoader(data)", "it reads or downloads data"),
        ("data = fetch(download=True)", "it reads or downloads data"),
        ("plt.plot([1])", "it draws or displays"),
        ("for image in images:\n    plt.imshow(image)", "it draws or displays"),
        ("display(net)", "it draws or displays"),
        ("os.makedirs('/content/out')", "it uses files, processes or the network"),
        ("with open('x') as file:\n    text = file.read()", "it uses files, processes or the network"),
        ("torch.save(net.state_dict(), 'x.pt')", "it uses files, processes or the network"),
        ("name = input('name?')", "it waits or asks for input"),
        ("x = await something()", "it waits or asks for input"),
        ("sys.exit(0)", "it ends the program"),
        ("raise SystemExit", "it ends the program"),
        ("if __name__ == '__main__':\n    main()", "it runs only where the file is started by itself"),
        ("import wandb", "`wandb` is not among the packages of this assignment"),
        ("from google.colab import drive", "`google` is not among the packages of this assignment"),
        ("print(1)", "no definition needs it"),
        ("assert True", "no definition needs it"),
        ("torch.manual_seed(0)", "no definition needs it"),
        ("model = Net().to('cpu')", "no definition needs it"),
        ("torch.backends.cudnn.benchmark = True", "no definition needs it"),
        ("del x", "no definition needs it"),
    ],
)
def test_what_does_something_is_left_out_with_its_reason(statement, why):
    """Training, data, plots, files and the rest stay out, whatever uses their results; calls of own functions count."""
    cells = (
        "import torch, torchvision, os, sys\nimport matplotlib.pyplot as plt\nfrom torchvision.datasets import STL10\n"
        "from torch.utils.data import DataLoader\nclass Net(torch.nn.Module):\n    pass",
        "def step(net):\n    torch.optim.SGD(net).step()\ndef train(net):\n    return step(net)",
        statement,
        "def asked():\n    return Net, torch",
    )

    assert reasons(*cells, asked=["asked"])[statement.partition("\n")[0]] == why


def test_needs_of_what_is_left_out_are_nobodys():
    """What only the `__main__` guard uses is not kept, even where the guard binds an asked-for name."""
    cells = ("def make():\n    return 3", "slow = make()", "if __name__ == '__main__':\n    asked = slow")

    assert kept(*cells, "def helper():\n    return slow", asked=["asked"]) == [
        cells[0],
        "def helper():\n    return slow",
    ]


def test_class_of_a_missing_package_goes_alone():
    """A class whose base cannot be imported is left out, and what needs it at once; the rest stays."""
    cells = (
        "import pytorch_lightning as pl\nfrom torch import nn",
        "class Lit(pl.LightningModule):\n    pass",
        "class Tuned(Lit):\n    pass",
        "def fit(model=Tuned):\n    pass",
        "class Net(nn.Module):\n    def fit(self):\n        return Lit",
    )

    assert reasons(*cells, asked=["Net"]) == {
        "import pytorch_lightning as pl": "`pytorch_lightning` is not among the packages of this assignment",
        "class Lit(pl.LightningModule):": "it needs `pl`, which is left out",
        "class Tuned(Lit):": "it needs `Lit`, which is left out",
        "def fit(model=Tuned):": "it needs `Tuned`, which is left out",
    }
    assert kept(*cells, asked=["Net"]) == ["from torch import nn", cells[-1]]


def test_definition_that_cannot_run_names_what_it_lacks():
    """A base class that nothing defines costs its class only."""
    cells = ("class Net(Module):\n    pass", "def add(a, b):\n    return a + b")

    assert reasons(*cells, asked=["Net"]) == {"class Net(Module):": "it needs `Module`, which is not defined here"}
    assert run(*cells, asked=["Net"])["add"](1, 2) == 3


def test_value_that_lacks_a_part_is_left_out():
    """A dictionary that is filled by what is left out is not indexed."""
    cells = ("labels = {}", "for i, c in enumerate(open('classes.txt')):\n    labels[i] = c", "first = labels[0]")

    assert "first = labels[0]" not in kept(*cells, "def helper():\n    return first")


def test_imports_of_a_statement_are_told_apart():
    """An import is unavailable by its top-level package; relative ones are the submission's own."""
    found = [
        unavailable(statement, AVAILABLE) for statement in split("import os.path, wandb.sdk\nfrom . import x\ny = 1")
    ]

    assert found == [None, "wandb", None, None]


# --- order and repetition ---------------------------------------------------------------------------------------------


def test_cells_out_of_order_run_in_the_order_of_need():
    """A base class, a decorator, a default, a class body and an import may stand in later cells."""
    cells = (
        "@twice\ndef asked(n=START):\n    return n * math.e\nclass B(A):\n    size = config['D']",
        "class A:\n    pass",
        "def twice(f):\n    return functools.wraps(f)(lambda n=1: 2 * f(n))",
        "config = {}",
        "config['D'] = START + 1",
        "START = 3",
        "import functools, math",
    )
    names = run(*cells, asked=["asked", "B"])

    assert (names["B"].size, names["asked"](1)) == (4, 2 * 2.718281828459045)


def test_order_is_kept_where_nothing_asks_for_another():
    """Statements that run as they stand are not moved, functions that call later ones included."""
    cells = ("def f():\n    return g()", "X = 1", "def g():\n    return X", "Y = X")

    assert kept(*cells, asked=["f"]) == list(cells[:3]) + ([cells[3]] if cells[3] in kept(*cells) else [])


def test_circles_of_need_end():
    """Two classes that need each other are left as they stand."""
    assert len(kept("class A(B):\n    pass", "class B(A):\n    pass")) == 2


def test_last_definition_counts():
    """Of a name defined twice the first is dropped, even if it could not have run, and it is said where the other stands."""
    cells = ("class A:\n    x = 1 / 0", "def f():\n    pass", "class A:\n    x = 2")

    assert run(*cells, asked=["A"])["A"].x == 2
    assert reasons(*cells, asked=["A"]) == {"class A:": "`A` is defined again in cell 3, and that counts"}


def test_earlier_definition_stays_where_something_needs_it():
    """What extends the earlier class, in between or by the same name, gets it."""
    cells = ("class A:\n    x = 1", "class B(A):\n    pass", "class A(A):\n    y = 2")
    names = run(*cells, asked=["A", "B"])

    assert (names["B"].x, names["A"].x, names["A"].y, hasattr(names["B"], "y")) == (1, 1, 2, False)


def test_same_cell_twice_is_no_matter():
    """A duplicated cell is dropped in silence."""
    assert set(reasons("def f():\n    return 1", "def f():\n    return 1").values()) == {""}


# --- bounds -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "source",
    [
        pytest.param("x = 1\n" + "x += 1\n" * 4000 + "def f():\n    return x", id="one-name"),
        pytest.param("\n".join(f"def f{n}():\n    return f{n + 1}()" for n in range(4000)), id="chain-of-calls"),
        pytest.param("\n".join(f"class A{n}(A{n + 1}):\n    pass" for n in range(4000)), id="chain-of-bases"),
        pytest.param("def f():\n    return f\n" * 4000, id="one-definition"),
        pytest.param("x = " + "1 + " * 500 + "1\ndef f():\n    return x", id="long-sum"),
    ],
)
def test_long_submissions_take_seconds(source):
    """Nothing that a submission may hold takes more than a few seconds, or too deep a recursion."""
    started = time.process_time()
    chosen(source, asked=["f", "f0", "A0"])

    assert time.process_time() - started < 10


NAMES = st.sampled_from(["a", "b", "c", "F", "G", "A", "B", "np"])
STATEMENTS = st.one_of(
    st.builds("{} = {} + 1".format, NAMES, NAMES),
    st.builds("{} += {}".format, NAMES, NAMES),
    st.builds("{}.append({})".format, NAMES, NAMES),
    st.builds("{}[{}] = {}".format, NAMES, NAMES, NAMES),
    st.builds("def {}(x={}):\n    return {}(x)".format, NAMES, NAMES, NAMES),
    st.builds("class {}({}):\n    y = {}\n    def f(self): return {}".format, NAMES, NAMES, NAMES, NAMES),
    st.builds("@{}\nclass {}: pass".format, NAMES, NAMES),
    st.builds("for {} in {}:\n    {} = [i for i in {}]".format, NAMES, NAMES, NAMES, NAMES),
    st.builds("if {}: {} = 1\nelse:\n    def {}(): pass".format, NAMES, NAMES, NAMES),
    st.builds("try:\n    import {}\nexcept ImportError: {} = None".format, NAMES, NAMES),
    st.builds("import {}, math as {}; {} = 1".format, NAMES, NAMES, NAMES),
    st.builds("{}({}, download={})".format, NAMES, NAMES, NAMES),
    st.builds("with {} as {}: pass".format, NAMES, NAMES),
    st.builds("{} = lambda {}: {}".format, NAMES, NAMES, NAMES),
    st.builds("({} := {})".format, NAMES, NAMES),
    st.sampled_from(["pass", "'''text'''", "raise a", "del a", "print(a)", "await a", "from math import *"]),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.lists(STATEMENTS, max_size=4).map("\n".join), max_size=5), st.sets(NAMES, max_size=2))
def test_any_cells_give_python_that_nothing_kept_spoils(cells, asked):
    """Whatever cells hold, each statement is kept once or left out, and what is kept is Python line by line."""
    ordered, omitted = chosen(*cells, asked=asked)
    statements = [statement for number, cell in enumerate(cells, 1) for statement in split(cell, number)]

    assert sorted(map(id, ordered)) == sorted({id(statement) for statement in ordered})
    assert len(ordered) + len(omitted) == len(statements)
    compile("\n".join(statement.text for statement in ordered), "graded", "exec")
    for number in {statement.cell for statement in ordered}:
        same = [statement for statement in ordered if statement.cell == number]
        lines = join(sorted(same, key=lambda statement: statement.line), first=1)
        ast.parse("\n".join(lines))
