"""The file that is graded, and what is said of what is not in it, in the student's own cells and lines."""

import sys
import time

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.submission import notebook
from grader.submission.definitions import Demand
from grader.submission.graded_file import MAX_STATEMENTS, GradedFile, of_notebook, of_script, of_whole_notebook
from grader.submission.notebook import Cell, NotANotebook, Notebook

PACKAGES = frozenset({"torch", "torchvision", "numpy", "matplotlib"}) | sys.stdlib_module_names

PUBLISHED = (
    "%matplotlib inline\nimport torch\nimport torch.nn as nn\nimport torch.optim as optim\nimport torchvision\n"
    "from torchvision import datasets, models, transforms\nfrom torch.utils.data import DataLoader\n"
    "import matplotlib.pyplot as plt\nimport numpy as np\nimport wandb",
    "!pip install -q torchsummary \\\n    wandb\nfrom torchsummary import summary",
    'device = torch.device("cuda:0" if torch.cuda.is_available() else "cpu")\nprint(device)\ntorch.manual_seed(0)\n'
    "BATCH = 64; NUM_CLASSES = 10",
    "transform = transforms.Compose([\n    transforms.Resize((227, 227)),\n    transforms.ToTensor(),\n])\n"
    'train_set = datasets.STL10("./data", split="train", download=True, transform=transform)\n'
    "train_loader = DataLoader(train_set, batch_size=BATCH, shuffle=True)\nclasses = train_set.classes",
    "def imshow(image):\n    plt.imshow(np.transpose(image.numpy(), (1, 2, 0)))\n"
    "images, labels = next(iter(train_loader))\nimshow(torchvision.utils.make_grid(images[:4]))",
    'class AlexNet(nn.Module):\n    """As in the paper."""\n\n    def __init__(self, num_classes=NUM_CLASSES):\n'
    "        super().__init__()\n        # five convolutions\n        self.features = nn.Sequential(\n"
    "            nn.Conv2d(3, 96, 11, 4), nn.ReLU(), nn.MaxPool2d(3, 2),\n"
    "            nn.Conv2d(96, 256, 5, padding=2), nn.ReLU(), nn.MaxPool2d(3, 2),\n"
    "            nn.Conv2d(256, 384, 3, padding=1), nn.ReLU(), nn.Conv2d(384, 384, 3, padding=1), nn.ReLU(),\n"
    "            nn.Conv2d(384, 256, 3, padding=1), nn.ReLU(), nn.MaxPool2d(3, 2))\n"
    "        self.head = nn.Sequential(nn.Dropout(), nn.Linear(9216, 64), nn.ReLU(), nn.Linear(64, num_classes))\n\n"
    "    def forward(self, x):\n        return self.head(self.features(x).flatten(1))\n\n"
    "net = AlexNet().to(device)\nsummary(net, (3, 227, 227))",
    'cfg = {"D": [64, 64, "M", 128, 128, "M"]}\n\ndef make_layers(cfg):\n    layers, channels = [], 3\n'
    '    for width in cfg:\n        if width == "M":\n            layers.append(nn.MaxPool2d(2, 2))\n        else:\n'
    "            layers += [nn.Conv2d(channels, width, 3, padding=1), nn.ReLU(inplace=True)]\n"
    "            channels = width\n    return nn.Sequential(*layers)\n\nclass VGG16(nn.Module):\n"
    '    def __init__(self, num_classes=10):\n        super().__init__()\n        self.features = make_layers(cfg["D"])\n'
    "        self.fc = nn.Linear(128, num_classes)\n\n    def forward(self, x):\n"
    "        return self.fc(self.features(x.to(device)).mean((2, 3)))",
    "criterion = nn.CrossEntropyLoss()\noptimizer = optim.Adam(net.parameters())\nlosses = []\n"
    "for epoch in range(10):\n    for images, labels in train_loader:\n        optimizer.zero_grad()\n"
    "        loss = criterion(net(images.to(device)), labels.to(device))\n        loss.backward()\n"
    "        optimizer.step()\n        losses.append(loss.item())\nplt.plot(losses)\nplt.show()",
    "correct = 0\nwith torch.no_grad():\n    for x, y in train_loader:\n"
    "        correct += (net(x).argmax(1) == y).sum()\nprint(correct)",
)
"""A notebook as it is published: STL10, AlexNet and VGG16 in a class each, training and evaluation."""


def cells(*sources):
    """A notebook with these code cells."""
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    return notebook.read(nbformat.writes(made).encode(), "main.py")


def demand(*names):
    """Ask for names."""
    return Demand(names=frozenset(names), available=PACKAGES)


def line_of(graded, text):
    """Where a line of the graded file stands in the notebook: its cell and the line there."""
    line = graded.source.split("\n").index(text) + 1
    (place,) = [place for place in graded.source_map if place.line <= line < place.line + place.lines]
    return place.cell, place.cell_line + line - place.line


# --- notebooks --------------------------------------------------------------------------------------------------------


def test_published_notebook_is_graded_by_its_classes():
    """Both networks work, nothing trains or downloads, and it takes milliseconds."""
    book = cells(*PUBLISHED)
    started = time.process_time()
    graded = of_notebook(book, demand("AlexNet", "VGG16"))
    seconds = time.process_time() - started
    names = {"__name__": "graded"}
    exec(graded.source, names)

    images = names["torch"].zeros(1, 3, 227, 227)
    assert [names[network]()(images).shape for network in ("AlexNet", "VGG16")] == [(1, 10)] * 2
    assert names.keys().isdisjoint({"train_set", "train_loader", "net", "losses_plot", "optimizer", "wandb"})
    assert "# five convolutions" in graded.source
    assert seconds < 0.5


def test_published_notebook_says_what_was_left_out():
    """One sentence per reason, with the first line that it is about and the other cells."""
    assert of_notebook(cells(*PUBLISHED), demand("AlexNet", "VGG16")).omitted == (
        "cell 1, line 10: left out, `wandb` is not among the packages of this assignment: `import wandb`",
        "cell 2, line 3: left out, `torchsummary` is not among the packages of this assignment: "
        "`from torchsummary import summary`",
        "cell 4, line 5: left out, it reads or downloads data: "
        '`train_set = datasets.STL10("./data", split="train", download …` and 3 more',
        "cell 5, line 4: left out, it draws or displays: `imshow(torchvision.utils.make_grid(images[:4]))` and 1 more; "
        "cell 6 likewise",
        "cell 8, line 2: left out, it trains: `optimizer = optim.Adam(net.parameters())` and 4 more",
        "cells 3, 9: left out, no definition needs it",
    )


def test_lines_know_their_cells():
    """Every line of the graded file is found in its cell, where other statements of the cell are left out or moved."""
    graded = of_notebook(
        cells("print(1)\n\nclass B(A):\n    x = 1", "x = 2; boom()\n\n\nclass A:\n    y = 2\n    z = 3"), demand("B")
    )

    assert line_of(graded, "    x = 1") == (1, 4)
    assert line_of(graded, "    z = 3") == (2, 6)
    assert graded.source.index("class A") < graded.source.index("class B")


def test_future_imports_come_first():
    """An import from the future may stand in any cell of a notebook, but must open the graded file."""
    book = cells("x = 1", "from __future__ import annotations\ndef f(x: Later):\n    return x")
    for graded in (of_notebook(book, demand("f")), of_whole_notebook(book)):
        assert graded.source.startswith("from __future__ import annotations\n")
        compile(graded.source, "graded", "exec")
        assert line_of(graded, "    return x") == (2, 3)


def test_whole_notebook_runs_in_order():
    """Read whole, a notebook does what it does; only what is no Python is missing."""
    graded = of_whole_notebook(
        cells("x = 1\n%time 3\nprint(x)", "%%bash\nls", "x +=", "global x\nx += 1; y = [x]\nassert y")
    )
    names = {}
    exec(graded.source, names)

    assert names["y"] == [2]
    assert graded.omitted == (
        "cell 2: left out, it is not Python (%%bash)",
        "cell 3, line 1: invalid syntax; the cell is left out",
    )
    assert line_of(graded, "print(x)") == (1, 3)
    assert graded.absent == ()


def test_cell_that_is_too_deep_for_us_is_lost():
    """What could be read before, with a shorter stack, and not now, costs its cell only."""
    deep = Cell(number=2, source="x = " + "-" * 100_000 + "1")
    book = Notebook(cells=(Cell(number=1, source="N = 1"), deep), lost=(), files=(), omitted=())
    graded = of_notebook(book, demand("x"))

    assert (graded.source, graded.omitted) == ("N = 1\n\n", ("cell 2: it cannot be read; the cell is left out",))


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("x = 1", id="one-name"),
        pytest.param("def f(): return f()", id="one-definition"),
        pytest.param("x = x + 1", id="each-needs-the-last"),
    ],
)
def test_longest_notebook_takes_seconds(line):
    """As many statements as are read take seconds; one more is refused in words, and leaves a script as it is."""
    source = "x = input()\n" + f"{line}\n" * (MAX_STATEMENTS - 1)
    started = time.process_time()
    of_notebook(cells(source), demand("f", "x"))
    of_script(source, demand("f", "x"))
    seconds = time.process_time() - started

    assert seconds < 30
    with pytest.raises(NotANotebook, match=r"^a notebook of more than 10,000 statements; that is more than is read$"):
        of_notebook(cells(source + "y = 1"), demand("f"))
    assert of_script(source + "y = 1\n", demand("f")).source == source + "y = 1\n"


def test_notes_are_capped():
    """A hundred cells that cannot be read get thirty sentences and how many more there would be; a hundred alike get one."""
    notes = of_notebook(cells(*["def f(:"] * 100), demand()).omitted

    assert len(notes) == 31
    assert notes[0].startswith("cell 1, line 1: ")
    (asking,) = of_notebook(cells(*["name = input()"] * 100), demand()).omitted
    assert asking.endswith("`name = input()`; cells 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13 and 87 more likewise")
    assert notes[-1] == "and 70 more places where something is left out"
    (idle,) = of_notebook(cells(*["print(1)"] * 100), demand()).omitted
    assert idle == "cells 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 and 88 more: left out, no definition needs it"


def test_long_statements_are_cut():
    """A note shows the beginning of a statement, without what cannot be printed."""
    (note,) = of_notebook(cells(f"print('\x1b[1m{'1' * 500}')"), demand()).omitted

    assert len(note) < 150
    assert note.isprintable()


# --- where a name went ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sources", "why"),
    [
        pytest.param(
            ["x = 1", "\ndef main():\n    class Net:\n        pass\nmain()"],
            "it is defined inside `main()` (cell 2, line 3), where nobody else can reach it: move it to the top level",
            id="in-a-function",
        ),
        pytest.param(
            ["class Solution:\n    def Net(self):\n        pass"],
            "it is defined inside class `Solution` (cell 1, line 2), where nobody else can reach it: "
            "move it to the top level",
            id="in-a-class",
        ),
        pytest.param(
            ["if __name__ == '__main__':\n    class Net:\n        pass"],
            "it is defined inside `if __name__ == …` (cell 1, line 2), where nobody else can reach it: "
            "move it to the top level",
            id="under-the-guard",
        ),
        pytest.param(
            ["x = (", "class Net:\n    x = nn.Linear(# TODO, # TODO)"],
            "cell 2, which names it, cannot be read (line 2: '(' was never closed)",
            id="in-a-lost-cell",
        ),
        pytest.param(["x = 1", "x = ("], "cell 2 cannot be read (line 1: '(' was never closed)", id="somewhere"),
        pytest.param(
            ["import wandb", "class Net(wandb.Model):\n    pass"],
            "cell 2, line 1, which defines it, is left out: it needs `wandb`, which is left out",
            id="left-out",
        ),
    ],
)
def test_name_that_is_missing_is_explained(sources, why):
    """A student who misses an asked-for name learns where it stands and what keeps it out."""
    absent = {absent.name: absent.why for absent in of_notebook(cells(*sources), demand("Net")).absent}

    assert absent["Net"] == why


def test_value_that_is_missing_is_explained():
    """A name that was left out is known, so that a NameError can be explained; one that is there is not listed."""
    graded = of_notebook(cells("data = open('x')\nn = 3\nn = open('y')", "def f():\n    return data, n"), demand("f"))
    (absent,) = graded.absent

    assert absent.name == "data"
    assert absent.why == "cell 1, line 1, which defines it, is left out: it uses files, processes or the network"


def test_names_are_capped():
    """However many names are left out, a few hundred are explained, those that are asked for first."""
    many = "\n".join(f"x{n} = open('x')" for n in range(1000))
    absent = of_notebook(cells(many + "\nzz = open('z')"), demand("zz")).absent

    assert (len(absent), absent[0].name) == (300, "zz")


# --- scripts ----------------------------------------------------------------------------------------------------------

NET = "import torch\nfrom torch import nn\nclass Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"


@pytest.mark.parametrize(
    "rest",
    [
        pytest.param("", id="nothing-else"),
        pytest.param("print('hello')\ntorch.manual_seed(1)\nassert 1 + 1 == 2", id="trivial"),
        pytest.param("import warnings\nwarnings.filterwarnings('ignore')", id="warnings"),
        pytest.param(
            "if __name__ == '__main__':\n    net = Net()\n    torch.optim.SGD(net.parameters()).step()", id="guard"
        ),
        pytest.param("TABLE = [n * n for n in range(10)]\nwhile TABLE:\n    TABLE.pop()", id="table"),
        pytest.param("def main():\n    torch.save(Net(), 'x')", id="main-not-called"),
        pytest.param("def report():\n    print(1)\nreport()", id="harmless-call"),
        pytest.param("try:\n    import wandb\nexcept ImportError:\n    wandb = None", id="optional-import"),
        pytest.param("class Tool:\n    pass\ntool = Tool()\ntorch.set_num_threads(1)", id="own-object"),
    ],
)
def test_script_that_only_defines_runs_unchanged(rest):
    """Where nothing really happens at import, not a character is changed."""
    source = NET + rest

    assert of_script(source, demand("Net")) == GradedFile(source=source, wanted=frozenset({"nn", "Net"}))


@pytest.mark.parametrize(
    "rest",
    [
        pytest.param("net = Net()", id="builds-a-network"),
        pytest.param("def main():\n    torch.save(1, 'x')\nmain()", id="calls-main"),
        pytest.param("name = input()", id="asks"),
        pytest.param("import matplotlib.pyplot as plt\nplt.plot([1])\nplt.show()", id="plots"),
        pytest.param("for _ in range(3):\n    torch.ones(1).backward()", id="trains"),
        pytest.param("import seaborn", id="missing-package"),
        pytest.param("import grader\ngrader.check()", id="checks-itself"),
        pytest.param("import sys\nsys.exit(0)", id="exits"),
    ],
)
def test_script_that_does_something_is_taken_by_its_definitions(rest):
    """What happens at import is blanked, and every other line stays where it was."""
    graded = of_script(NET + rest, demand("Net"))
    (first, *others) = NET.splitlines()

    assert graded.source.splitlines()[1 : len(others) + 1] == others
    lazily = "from __future__ import annotations"
    assert graded.source.splitlines()[0] in ("", first, lazily, f"{lazily}; {first}")
    assert rest.splitlines()[-1] not in graded.source.splitlines()
    assert graded.source_map == ()


def test_script_says_what_was_left_out_by_lines():
    """One sentence per run of lines; what is kept in between parts two runs."""
    source = "import torch\nx = input()\ny = input()\nN = 3\ndef f():\n    return N\nprint(f())\ntorch.save(N, 'x')\n"

    assert of_script(source, demand("f")).omitted == (
        "line 2: left out, it waits or asks for input: `x = input()` and 1 more",
        "line 8: left out, it uses files, processes or the network: `torch.save(N, 'x')` and 1 more",
    )
    assert of_script(source, demand("f")).source.splitlines() == ["", "", "", "N = 3", "def f():", "    return N"]


def test_several_statements_of_a_line_are_parted():
    """What is left out of a line leaves the rest of it, in lines of several statements and in long strings."""
    source = 'x = input(); N = 1; t = """a\nb"""; y = input(); M = 2  # two\ndef f():\n    return N, M, t\n'
    graded = of_script(source, demand("f"))
    names = {}
    exec(graded.source, names)

    assert names["f"]() == (1, 2, "a\nb")
    assert graded.source.splitlines().index("def f():") == 2


def test_script_that_is_no_python_is_left_alone():
    """What cannot be read is for others to complain of."""
    assert of_script("def f(:\n", demand("f")) == GradedFile(source="def f(:\n")


def test_missing_name_of_a_script_is_explained():
    """A class inside of main() is explained in a script too, by its line."""
    (absent,) = of_script("def main():\n    class Net: ...\n", demand("Net")).absent

    assert absent.why.startswith("it is defined inside `main()` (line 2), where")


@pytest.mark.filterwarnings("ignore")
@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(alphabet="abfx=()[]:;,.+\"'#@ \n\\%!?é", max_size=30), max_size=4))
def test_any_text_gives_a_graded_file(sources):
    """Cells and scripts of any text give Python, or are left as they are."""
    for graded in (of_notebook(cells(*sources), demand("a")), of_whole_notebook(cells(*sources))):
        compile(graded.source, "graded", "exec")
        assert all(note.isprintable() for note in graded.omitted)
    for source in sources:
        assert isinstance(of_script(source, demand("a")), GradedFile)


LACKING = """{first}from omegaconf import DictConfig
import torch
from torch import nn

class Net(nn.Module):
    def __init__(self, config: DictConfig | None = None) -> DictConfig:
        super().__init__()
"""


@pytest.mark.parametrize("first", ["", "# mine\n", '"""Mine."""\n', "import os\n", "from __future__ import division\n"])
def test_an_annotation_may_name_what_is_left_out(first):
    """A module that is not there and only annotates costs nothing, in a script, whose lines stay, and in a notebook."""
    source = LACKING.format(first=first)
    for graded in (of_script(source, demand("Net")), of_notebook(cells(source), demand("Net"))):
        assert "class Net" in graded.source
        assert graded.absent[0].name == "DictConfig"
        names = {}
        exec(graded.source.replace("from omegaconf", "from nowhere"), names)
        assert names["Net"].__init__.__annotations__["config"] == "DictConfig | None"
    script = of_script(source, demand("Net")).source
    assert script.split("\n").index("class Net(nn.Module):") == source.split("\n").index("class Net(nn.Module):")


def test_a_script_without_room_on_its_first_line_keeps_its_lines():
    """Where the first line begins a definition, nothing is put before it."""
    graded = of_script("def f():\n    return 1\nimport nowhere\n", demand("f"))

    assert graded.source.startswith("def f():\n")


def test_a_notebook_has_the_names_of_its_kernel():
    """`display` and `get_ipython` are imported where the notebook reads them, and are not left out for a false reason."""
    book = cells("def f():\n    display(1)", "KIND = 'google.colab' in str(get_ipython())\ndef g():\n    return KIND")

    asked = Demand(names=frozenset({"f", "g"}), available=PACKAGES | {"IPython"})
    source = of_notebook(book, asked).source
    assert "from IPython.display import display" in source
    assert source.index("from IPython import get_ipython") < source.index("KIND =")


def test_a_parser_is_kept_with_its_groups():
    """What an answer reads of the command line has its defaults, whatever part of the parser they were given to."""
    source = (
        "import argparse\np = argparse.ArgumentParser()\ng = p.add_argument_group('a')\n"
        "g.add_argument('--n', default=2)\nargs = p.parse_args()\ndef f():\n    return args.n\ninput()\n"
    )
    graded = of_script(source, demand("f"))

    assert "g.add_argument('--n', default=2)\nargs = p.parse_args()" in graded.source
    assert graded.omitted == ("line 8: left out, it waits or asks for input: `input()`",)


def test_a_parser_that_demands_arguments_is_left_out():
    """Nobody gives it any: what needs none of them is graded all the same."""
    source = (
        "import argparse\np = argparse.ArgumentParser()\np.add_argument('x')\na = p.parse_args()\ndef f(): return 1\n"
    )
    graded = of_script(source, demand("f"))

    assert "parse_args" not in graded.source
    assert graded.omitted[0].startswith(
        "line 4: left out, it asks for arguments of the command line, and there are none"
    )
