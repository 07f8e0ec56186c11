"""What a statement would do if it ran, by its source."""

import pytest

from grader.submission.side_effects import Doing, Effects, is_literal
from grader.submission.statements import split

IMPORTS = (
    "import torch, os, sys\nimport torch.nn as nn\nimport numpy as np\nimport matplotlib.pyplot as plt\n"
    "from torchvision import datasets as D, transforms as T\nfrom torch.utils.data import DataLoader as L\n"
)


def last(source):
    """The effects of a source, and its last statement."""
    statements = split(IMPORTS + source)
    return Effects(statements), statements[-1]


@pytest.mark.parametrize(
    ("source", "doing"),
    [
        ("x = D.MNIST('.')", Doing.DATA),
        ("x = L(data)", Doing.DATA),
        ("x = torch.load('w.pt')", Doing.DATA),
        ("plt.figure()", Doing.DRAWS),
        ("image.show()", Doing.DRAWS),
        ("os.system('ls')", Doing.OUTSIDE),
        ("f = open('x')", Doing.OUTSIDE),
        ("class A:\n    f = open('x')", Doing.OUTSIDE),
        ("def f(x=input()): pass", Doing.WAITS),
        ("sys.exit()", Doing.ENDS),
        ("if bad: raise SystemExit(1)", Doing.ENDS),
        ("def f():\n    loss.backward()\nx = [f() for _ in y]", Doing.TRAINS),
        ("class A:\n    def __init__(self): open('x')\nx = A()", Doing.OUTSIDE),
        ("def f(): return g()\ndef g(): return h()\ndef h(): return f(), input()\nf()", Doing.WAITS),
        ("for x in y:\n    plt.plot(x)\n    optimizer.step()", Doing.TRAINS),
        ("x = fetch(download=True)", Doing.DATA),
        ("x = fetch(download=False)", None),
        ("def f(): open('x')", None),
        ("class A:\n    def train(self): open('x')\nx = A()", None),
        ("datasets = {}\ndatasets.update(a=1)", None),
        ("x = nn.Linear(3, 4)", None),
        ("x = re.compile('a')", None),
        ("def open(x): return x\ny = open(3)", None),
        ("log = open('log.txt', 'w')", None),
        ("log = open('/log.txt', 'w')", Doing.OUTSIDE),
        ("log = open('log.txt', mode='r')", Doing.OUTSIDE),
        ("os.makedirs('runs/one', exist_ok=True)", None),
        ("os.makedirs('../one')", Doing.OUTSIDE),
        ("where = 'runs'\nos.mkdir(where)", None),
        ("where = 'runs'\nwhere = '/runs'\nos.mkdir(where)", Doing.OUTSIDE),
        ("from pathlib import Path\nPath('runs').mkdir()", None),
        ("Path().mkdir()", Doing.OUTSIDE),
        ("sys.stdout.write('x')", None),
        ("from tqdm import tqdm\ntqdm.write('x')", None),
        ("from tqdm import tqdm\nfor x in tqdm(y):\n    x.backward()", Doing.TRAINS),
        ("import logging\nlog = logging.getLogger()\nhandler = logging.FileHandler('a.log')", None),
        ("from torch.utils.tensorboard import SummaryWriter\nwriter = SummaryWriter()", None),
        ("try:\n    get_ipython()\nexcept NameError: pass", None),
        ("x = 'google.colab' in str(get_ipython())", None),
        ("get_ipython().run_line_magic('matplotlib', 'inline')", Doing.OUTSIDE),
        ("args = p.parse_args()", None),
        ("args, rest = p.parse_known_args([])", None),
        ("p.add_argument('--data', required=True)\nargs = p.parse_args()", Doing.ARGUMENTS),
        ("p.add_argument('data')\nargs = p.parse_args(args=[])", Doing.ARGUMENTS),
        ("p.add_argument('data')\ndef f(): return p.parse_args([])\nargs = f()", Doing.ARGUMENTS),
        ("p.add_argument('data')\nargs = p.parse_args(['here'])", None),
        ("p.add_argument('data', nargs='?')\nargs = p.parse_args()", None),
        ("p.add_subparsers(required=True)\nargs = p.parse_args()", Doing.ARGUMENTS),
    ],
)
def test_what_is_known_is_found(source, doing):
    """Calls are judged by their full names, through imports and the submission's own functions; what does not run is not."""
    effects, statement = last(source)

    assert effects.of(statement) is doing


@pytest.mark.parametrize(
    ("source", "only"),
    [
        ("x = max(len(y), 3) ** 2", True),
        ("x = T.Compose([T.ToTensor()])", True),
        ("x = nn.ReLU()", True),
        ("x = nn.Linear(9216, 4096)", False),
        ("x = own(3)", False),
        ("def own(n): return n\nx = own(3)", False),
        ("def max(n): return n\nx = max(3)", False),
        ("x = {}\nx['a'] = [n for n in y]", True),
        ("for k, v in x.items():\n    y.append(k.lower())", True),
        ("while x: pass", False),
        ("with x: pass", False),
        ("x = os.environ.get('A')", False),
        ("x = torch.ones(3, device='cuda')", False),
        ("x = torch.cuda.get_device_name()", False),
        ("if torch.cuda.is_available(): x = torch.cuda.get_device_name()", True),
        ("raise ValueError", False),
    ],
)
def test_harmless_is_what_is_known_to_be(source, only):
    """Only what is on the list of pure calls, in statements that end, is taken to do nothing but compute."""
    effects, statement = last(source)

    assert effects.only_computes(statement) is only


@pytest.mark.parametrize(
    ("source", "builds"),
    [
        ("class A(nn.Module): pass\nclass B(A): pass\nx = B()", True),
        ("class A(nn.Module): pass\nprint(A())", True),
        ("class A(nn.Module): pass\ndef f(): return A()", False),
        ("class A: pass\nx = A()", False),
    ],
)
def test_networks_are_known_by_their_bases(source, builds):
    """Making an object of an own nn.Module is noticed, however far up the Module is, where it runs."""
    effects, statement = last(source)

    assert effects.builds_a_network(statement) is builds


@pytest.mark.parametrize(
    ("source", "literal"),
    [
        ("x = -1 + 2 * 3", True),
        ("x: tuple = (1, ['a', {'b': None}])", True),
        ("x = y = 3", True),
        ("x = lambda n: open(n)", True),
        ("x = lambda n=y: n", False),
        ("x = 'a' * 3", False),
        ("x = 1 / 0", False),
        ("x = 10 ** 10", False),
        ("x = -'a'", False),
        ("x = y", False),
        ("x[0] = 1", False),
        ("x: int", False),
        ("x += 1", False),
    ],
)
def test_literals_cannot_fail(source, literal):
    """A literal value needs nothing, does nothing and cannot raise."""
    assert is_literal(split(source)[0]) is literal


def test_a_part_of_a_parser_is_of_the_parser():
    """A group of arguments belongs to its parser, and so does what is added to it."""
    effects, statement = last("p = make()\ng = p.add_argument_group('x')")

    assert effects.own_changes(statement) == {"p"}
