"""What of a test becomes what in a check, and what is left to a person, with the reason."""

from __future__ import annotations

import ast
from fractions import Fraction

import pytest

from grader.authoring.importing.bindings import Bindings, Code, Origin
from grader.authoring.importing.draft import Probe
from grader.authoring.importing.tests_to_checks import Check, check_of

GIVEN = """\
import math
import unittest
import numpy as np
import pytest
import pandas as pd
import sklearn
from numpy.testing import assert_allclose, assert_array_equal
from nose.tools import assert_raises, assert_equal
base = np.array([1.0, 2.0])
table = pd.DataFrame({"a": [1]})
def twice(x):
    return 2 * x
for looped in range(3):
    pass
grown = [1]
"""
SOLUTION = """\
def f(x):
    return x
def g(x, y=1):
    return x + y
class Net:
    pass
grown.append(2)
total = 3
frame = pd.DataFrame({"a": [1]})
means = frame.mean()
stored = len(pd.read_csv("a.csv"))
changed = 1
model = sklearn.fit([1])
sorted_table = pd.DataFrame({"a": [2, 1]})
read = pd.read_csv("a.csv")
"""
LATER = "changed.append(2)\nsorted_table.sort_values('a', inplace=True)\n"


def carried(source: str, *, shown: str | None = None, before: str = "", printed: bool = False) -> Check:
    """Return the check that is made of a test below the cells above."""
    codes = (
        Code(number=1, origin=Origin.GIVEN, source=GIVEN),
        Code(number=2, origin=Origin.SOLUTION, source=SOLUTION),
        Code(number=3, origin=Origin.TEST, source=source),
        Code(number=4, origin=Origin.GIVEN, source=LATER),
    )
    test = Probe(
        cell=3, name="", source=source, points=Fraction(1), is_hidden=False, shown=shown, before=before, printed=printed
    )
    return check_of(test, Bindings(codes))


def lines(check: Check) -> list[str]:
    """Return the statements of a check as text."""
    return [line for statement in check.statements for line in ast.unparse(statement).split("\n")]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("assert f(3) == 4", "expect.loosely.equal(student.f(3), 4)"),
        ("assert 4 == f(3)", "expect.loosely.equal(student.f(3), 4)"),
        ("assert f('a') == 'b', 'why'", "expect.equal(student.f('a'), 'b')"),
        ("assert f(1) is None", "expect.loosely.true(student.f(1) is None, 'this does not hold: f(1) is None')"),
        ("assert f(1) > 2, 'too small'", "expect.loosely.true(student.f(1) > 2, 'too small')"),
        ("assert np.allclose(f(1), 2)", "expect.loosely.close(student.f(1), 2, rtol=1e-05, atol=1e-08)"),
        ("assert np.isclose(2, f(1), atol=0.1)", "expect.loosely.close(student.f(1), 2, rtol=1e-05, atol=0.1)"),
        ("assert math.isclose(f(1), 2)", "expect.loosely.close(student.f(1), 2, rtol=1e-09, atol=0.0)"),
        ("assert abs(f(1) - 2) < 0.5", "expect.loosely.close(student.f(1), 2, rtol=0.0, atol=0.5)"),
        ("assert f(1) == pytest.approx(2)", "expect.loosely.close(student.f(1), 2, rtol=1e-06, atol=1e-12)"),
        (
            "assert means['a'] == 1",
            "expect.loosely.equal(student.answer_means.use(\"answer = np.asarray(answer_means()['a'])\"), 1)",
        ),
        ("assert len(means) == 1", "expect.loosely.equal(student.answer_means.use('answer = len(answer_means())'), 1)"),
        (
            "assert frame.shape == (1, 1)",
            "expect.loosely.equal(student.answer_frame.use('answer = answer_frame().shape'), (1, 1))",
        ),
        (
            "assert list(frame.head(2)['a'].unique()) == [1]",
            "expect.loosely.equal(list(student.answer_frame.use(\"answer = list(answer_frame().head(2)['a'].unique())\")), [1])",
        ),
        (
            "assert 'run' in dir(Net)",
            "expect.loosely.true('run' in student.Net.use('answer = dir(Net)'), \"this does not hold: 'run' in dir(Net)\")",
        ),
        ("assert_allclose(f(1), 2, atol=1)", "expect.loosely.close(student.f(1), 2, rtol=1e-07, atol=1)"),
        ("assert_array_equal(f(1), [2])", "expect.loosely.close(student.f(1), [2], rtol=0.0, atol=0.0)"),
        ("np.testing.assert_almost_equal(f(1), 2, 3)", "expect.loosely.close(student.f(1), 2, rtol=0.0, atol=0.0015)"),
        ("assert_equal(f(1), 2)", "expect.loosely.equal(student.f(1), 2)"),
        ("unittest.TestCase().assertEqual(f(1), 2)", "expect.loosely.equal(student.f(1), 2)"),
        ("t.assertAlmostEqual(f(1), 2)", "expect.loosely.close(student.f(1), 2, rtol=0.0, atol=5e-08)"),
        ("t.assertIn(1, f(1))", "expect.loosely.true(1 in student.f(1), 'this does not hold: 1 in f(1)')"),
        ("assert_raises(ValueError, f, 1)", "expect.raises(ValueError, student.f, 1)"),
        ("with pytest.raises(KeyError):\n    f(1)", "expect.raises(KeyError, student.f, 1)"),
        (
            "try:\n    f(1)\nexcept ValueError:\n    pass\nelse:\n    raise AssertionError",
            "expect.raises(ValueError, student.f, 1)",
        ),
        ("try:\n    f(1)\n    assert False\nexcept ValueError:\n    pass", "expect.raises(ValueError, student.f, 1)"),
        ("assert f(g(1)) == 2", "expect.loosely.equal(student.f(expect.loosely.usable(student.g(1))), 2)"),
        ("assert total == 3", "expect.loosely.equal(student.answer_total(), 3)"),
        ("def test(f):\n    assert f(1) == 2\ntest(f)", "expect.loosely.equal(student.f(1), 2)"),
        (
            "class Tests(unittest.TestCase):\n    def test_one(self):\n        self.assertEqual(f(1), 2)\n"
            "unittest.main(argv=[''], exit=False)",
            "expect.loosely.equal(student.f(1), 2)",
        ),
    ],
)
def test_an_assertion_becomes_an_expectation(source: str, expected: str) -> None:
    """Each form of an assertion has its like, with the tolerance that it has where it comes from."""
    check = carried(source)

    assert check.is_whole, check.left
    assert lines(check) == [expected]


def test_both_parts_of_an_and_are_required() -> None:
    """Each is an expectation of its own, so that a student reads which one failed."""
    assert lines(carried("assert f(1) == 2 and f(2) == 3")) == [
        "expect.loosely.equal(student.f(1), 2)",
        "expect.loosely.equal(student.f(2), 3)",
    ]


@pytest.mark.parametrize(
    ("source", "shown", "expected"),
    [
        ("f(3)", "4", "expect.loosely.equal(student.f(3), 4)"),
        ("f(3) == 4", "True", "expect.loosely.equal(student.f(3), 4)"),
        ("f(3) > 4", "np.False_", "expect.loosely.true(not student.f(3) > 4, 'this does not hold: not f(3) > 4')"),
        ("f(3)", "np.float64(2.5)", "expect.loosely.close(student.f(3), 2.5, rtol=1e-06, atol=1e-08)"),
        ("f(3)", "array([1, 2])", "expect.loosely.equal(student.f(3), [1, 2])"),
        ("f(3)", "'a'", "expect.equal(student.f(3), 'a')"),
    ],
)
def test_an_expression_with_an_output_is_compared_with_it(source: str, shown: str, expected: str) -> None:
    """Otter's tests are expressions, and what they gave in the notebook is what is right."""
    assert lines(carried(source, shown=shown)) == [expected]


def test_what_a_test_computes_is_computed_on_our_side() -> None:
    """Only calls of the submission cross; what they are asked with and what is done with an answer stays in the check."""
    source = "a = np.ones(3)\nfor n in range(2):\n    q = f(a)\n    assert_allclose(q @ a, n)"

    check = carried(source)

    assert lines(check) == [
        "a = np.ones(3)",
        "for n in range(2):",
        "    q = student.f(a)",
        "    expect.loosely.close(q @ a, n, rtol=1e-07, atol=0.0)",
    ]
    assert check.needs.imports == {"np": "import numpy as np"}


def test_values_and_functions_of_given_cells_come_along() -> None:
    """A check has what it needs of the notebook, and nothing that it does not need."""
    assert lines(carried("assert f(base) == twice(1)")) == [
        "base = np.array([1.0, 2.0])",
        "def twice(x):",
        "    return 2 * x",
        "expect.loosely.equal(student.f(base), twice(1))",
    ]


def test_a_hidden_part_has_what_ran_before_it() -> None:
    """Statements of the public part that the hidden one needs come first; its assertions do not."""
    check = carried("assert f(x) == 1", before="x = 5\ny = 6\nassert f(y) == 2")

    assert lines(check) == ["x = 5", "expect.loosely.equal(student.f(x), 1)"]


def test_drawn_numbers_are_the_same_every_time() -> None:
    """numpy's own generator belongs to the process of the harness: a check draws from one of its own."""
    check = carried("np.random.seed(3)\nassert f(np.random.rand()) == 1")

    assert lines(check) == ["draws = np.random.RandomState(3)", "expect.loosely.equal(student.f(draws.rand()), 1)"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            "assert g(lambda x: x ** 2, 3) == 1",
            ["expect.loosely.equal(student.g.use('answer = g(lambda x: x ** 2, 3)'), 1)"],
        ),
        ("assert f(len) == 1", ["expect.loosely.equal(student.f.use('answer = f(len)'), 1)"]),
        ("assert f(g) == 1", ["expect.loosely.equal(student.f.use('answer = f(g)'), 1)"]),
        (
            "assert f(twice) == 1",
            ["expect.loosely.equal(student.f.use('def twice(x):\\n    return 2 * x\\nanswer = f(twice)'), 1)"],
        ),
        (
            "assert f(np.sin) == 1",
            ["expect.loosely.equal(student.f.use('import numpy as np\\nanswer = f(np.sin)'), 1)"],
        ),
        (
            "n = 3\nassert f(x=lambda x: x + n) == 1",
            ["n = 3", "expect.loosely.equal(student.f.use('answer = f(x=lambda x: x + n)', n=n), 1)"],
        ),
        (
            "h = lambda x: 3 * x\nassert g(h, y=2) == 1",
            [
                "h = lambda x: 3 * x",
                "expect.loosely.equal(student.g.use('h = lambda x: 3 * x\\nanswer = g(h, y=2)'), 1)",
            ],
        ),
        (
            "with pytest.raises(ValueError):\n    f(abs)",
            ["expect.raises(ValueError, student.f.use, 'answer = f(abs)')"],
        ),
    ],
)
def test_functions_are_handed_over_by_lines(source: str, expected: list[str]) -> None:
    """A function cannot cross to a worker, but its text can, with what it uses."""
    check = carried(source)

    assert lines(check) == expected
    assert check.is_whole


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            "net = Net(3)\nassert net.size == 3",
            ["expect.loosely.equal(student.Net.use('net = Net(3)\\nanswer = net.size'), 3)"],
        ),
        (
            "net = Net()\nnet.add(1)\nnet.n = 4\nassert net.add(2) == 3\nassert net.n == 5",
            [
                "expect.loosely.equal(student.Net.use('net = Net()\\nnet.add(1)\\nnet.n = 4\\nanswer = net.add(2)'), 3)",
                "expect.loosely.equal(student.Net.use('net = Net()\\nnet.add(1)\\nnet.n = 4\\nnet.add(2)\\nanswer = net.n'), 5)",
            ],
        ),
        (
            "x = np.ones(2)\nnet = Net(x, f)\nassert f(net) == 3",
            [
                "x = np.ones(2)",
                "expect.loosely.equal(student.f.use('net = Net(given_1, f)\\nanswer = f(net)', given_1=x), 3)",
            ],
        ),
    ],
)
def test_objects_are_made_and_asked_by_lines(source: str, expected: list[str]) -> None:
    """An object stays in the worker; each question makes it anew, with all that was done to it before."""
    check = carried(source)

    assert lines(check) == expected
    assert check.is_whole


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("net = Net()\nfor i in range(3):\n    net.add(i)\nassert net.size == 3", "uses `net` in a loop or a function"),
        ("for i in range(3):\n    net = Net()\nassert net.size == 3", "makes objects of `Net` in a loop or a function"),
        ("net = Net()\nassert len(net) == 3", "looks at `net` itself, which stays in the worker"),
        ("net = Net()\nassert f(net, net) == 3", "hands over an object more than once"),
        ("assert f(lambda x: x + len(table)) == 1", "hands over a function that uses `table`, which cannot cross"),
        ("assert f(pd.isna) == 1", "hands over `pandas.isna`, which cannot cross to a worker"),
        ("assert f(*[1], len) == 1", "hands over functions or objects among an unpacked sequence"),
        ("assert f({1, 2}) == 1", "hands over a set or an iterator, which cannot cross to a worker"),
        ("assert f({1: 2}) == 1", "hands over a dictionary whose keys are no texts, which cannot cross to a worker"),
        ("assert Net() == 1", "uses the class `Net`, whose objects stay in the worker"),
        ("assert f.__doc__", "handles `f` itself, and only calls of it can be asked"),
        ("del f\nassert f(1) == 1", "deletes `f`"),
        ("assert changed == 1", "reads `changed`, which other cells change"),
        ("assert nobody == 1", "uses `nobody`, which no cell above defines"),
        (
            "assert f(1).columns == 1",
            "uses `.columns` of an answer, which only arrays, tensors and plain values can be",
        ),
        (
            "assert f(1).__class__ == 1",
            "uses `.__class__` of an answer, which only arrays, tensors and plain values can",
        ),
        ("assert f(table) == 1", "reads `table` of cell 1, which uses `pd.DataFrame`, with which no check computes"),
        ("assert f(np.load('a.npy')) == 1", "uses `np.load`, which does more than compute"),
        ("assert open('a') == f(1)", "uses `open`, which no cell above defines"),
        ("x = [1]\nf(x)\nassert x == [2]", "looks at what a call did to its arguments, of which the worker has copies"),
        ("assert 1 == 1", "asks nothing of the submission"),
        ("f(1)", "requires nothing"),
        ("try:\n    f(1)\nexcept ValueError:\n    pass", "catches exceptions"),
        ("with pytest.raises(ValueError):\n    f(1)\n    f(2)", "expects an exception of more than one call"),
        ("with pytest.raises(SystemExit):\n    f(1)", "expects `SystemExit`, and only one exception of Python"),
        ("with open('a') as file:\n    assert f(1) == 1", "runs in a context of its own"),
        ("while f(1):\n    pass", "uses `while`, which has no like in a check"),
        ("student = 1\nassert f(student) == 1", "assigns to `student`, which means something else in a check"),
        ("f.x = 1\nassert f(1) == 1", "assigns to `f.x`"),
        ("raise ValueError", "raises by itself"),
        ("import random\nrandom.seed(1)\nassert f(1) == 1", "seeds with `random.seed`, which a worker would not see"),
        ("class A:\n    pass\nassert f(1) == 1", "defines the class `A`"),
        ("t.assertRegex(f(1), 'a')", "uses `assertRegex`, for which there is nothing here"),
        ("a = np.array(['x'])\nassert f(a) == 1", "hands over `a`, which cannot cross to a worker"),
        ("assert [g async for g in f(1)] == 1", "is asynchronous"),
        ("n = 3\nnp.testing.assert_almost_equal(f(1), 2, n)", "is exact to a number of decimals that it computes"),
        ("@pytest.fixture\ndef h():\n    return 1\nassert f(h()) == 1", "decorates `h`, or calls it so"),
        ("class A(unittest.TestCase):\n    def setUp(self):\n        pass", "prepares its tests in `A`"),
        ("assert f(looped) == 1", "reads `looped` of cell 1, which sets it in a statement of the kind `for`"),
        ("assert f(grown) == 1", "reads `grown`, which cells of the notebook change"),
        ("import pickle\nassert pickle.dumps(f(1)) == 1", "uses `pickle.dumps`, with which no check computes"),
        (
            "from pandas import merge\nassert merge(f(1), 2) == 1",
            "uses `merge` of pandas, with which no check computes",
        ),
        ("from numpy import load\nassert load('a') == f(1)", "uses `numpy.load`, which does more than compute"),
        (
            "from pytest import raises\nwith raises(ValueError):\n    x = 3",
            "expects an exception of more than one call",
        ),
        ("assert stored == 1", "reads `stored`, which comes from a file by `pd.read_csv('a.csv')`"),
        ("assert f(1) == {1}", "compares with a set, which cannot cross from a worker"),
        ("assert sum(means) == 1", "looks into `means`, which is made with pandas, whose objects stay in the worker"),
        (
            "n = 'a'\nassert means[n] == 1",
            "looks into `means`, which is made with pandas, whose objects stay in the worker",
        ),
        ("assert means._name == 1", "looks into `means`, which is made with pandas, whose objects stay in the worker"),
        ("assert len(model) == 1", "looks into `model`, which is made with sklearn, whose objects stay in the worker"),
        ("assert len(sorted_table) == 1", "reads `sorted_table`, which other cells change"),
        ("assert read.shape == (1, 2)", "reads `read`, which comes from a file by `pd.read_csv('a.csv')`"),
        ("def f(:", "is no Python"),
    ],
)
def test_what_cannot_be_asked_soundly_is_left_to_a_person(source: str, why: str) -> None:
    """It is not carried over, and the reason is told."""
    check = carried(source)

    assert not check.is_whole
    assert any(left.why.startswith(why) for left in check.left), check.left


@pytest.mark.parametrize(
    ("source", "shown", "printed", "why"),
    [
        ("f(1)", "<object at 0x7f>", False, "compares with an output that is no value: `<object at 0x7f>`"),
        ("f(1)", "array([1], dtype=uint8)", False, "compares with an array of a stated type"),
        ("f(1)", "1", True, "compares with what is printed"),
    ],
)
def test_an_output_that_is_no_value_is_left(source: str, shown: str, printed: bool, why: str) -> None:
    """A table, an object or printed text cannot be compared with an answer."""
    assert [left.why for left in carried(source, shown=shown, printed=printed).left] == [why]


def test_numbers_that_follow_from_a_seed_are_not_drawn_anew() -> None:
    """What a seeded generator gives depends on all that was drawn before, which a check does not draw."""
    codes = (
        Code(number=1, origin=Origin.GIVEN, source="import numpy as np\nnp.random.seed(1)\nx = np.random.rand(3)"),
        Code(number=2, origin=Origin.SOLUTION, source="def f(x):\n    return x"),
    )
    test = Probe(cell=3, name="", source="assert f(x) == 1", points=Fraction(1), is_hidden=False)

    (left,) = check_of(test, Bindings(codes)).left
    assert left.why == "reads `x` of cell 1, which draws random numbers that follow from a seed"


def test_what_is_left_takes_along_what_needs_it() -> None:
    """The rest of a test stays, and is told to be a part."""
    check = carried("a = open('x')\nassert f(a) == 1\nassert f(2) == 3")

    assert lines(check) == ["expect.loosely.equal(student.f(2), 3)"]
    assert [left.why for left in check.left] == [
        "uses `open`, which no cell above defines",
        "needs `a`, which is left out: it uses `open`, which no cell above defines",
    ]
    assert not check.is_whole
