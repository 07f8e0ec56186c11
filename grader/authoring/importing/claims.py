"""
From the assertions of a test to what a check requires: `assert f(3) == 4` to `expect.loosely.equal(student.f(3), 4)`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

from grader.authoring.importing import vocabulary
from grader.authoring.importing.expressions import Cannot, Rewriter

_SPELLINGS = {
    "assert_equal": "assertEqual",
    "assert_equals": "assertEqual",
    "eq_": "assertEqual",
    "assert_true": "assertTrue",
    "ok_": "assertTrue",
    "assert_": "assertTrue",
    "assert_false": "assertFalse",
    "assert_in": "assertIn",
    "assert_not_in": "assertNotIn",
    "assert_is_none": "assertIsNone",
    "assert_is_not_none": "assertIsNotNone",
    "assert_is_instance": "assertIsInstance",
    "assert_list_equal": "assertEqual",
    "assert_tuple_equal": "assertEqual",
    "assert_dict_equal": "assertEqual",
    "assert_set_equal": "assertEqual",
    "assert_not_equal": "assertNotEqual",
    "assert_greater": "assertGreater",
    "assert_less": "assertLess",
    "assert_greater_equal": "assertGreaterEqual",
    "assert_less_equal": "assertLessEqual",
    "assertEquals": "assertEqual",
    "assertListEqual": "assertEqual",
    "assertTupleEqual": "assertEqual",
    "assertDictEqual": "assertEqual",
    "assertSetEqual": "assertEqual",
    "assertSequenceEqual": "assertEqual",
    "assertMultiLineEqual": "assertEqual",
}
_COMPARED = {
    "assertNotEqual": ast.NotEq,
    "assertIn": ast.In,
    "assertNotIn": ast.NotIn,
    "assertGreater": ast.Gt,
    "assertLess": ast.Lt,
    "assertGreaterEqual": ast.GtE,
    "assertLessEqual": ast.LtE,
}
_CLOSE = {  # argument names of the tolerances, with their defaults
    "numpy.allclose": {"rtol": 1e-5, "atol": 1e-8},
    "numpy.isclose": {"rtol": 1e-5, "atol": 1e-8},
    "torch.allclose": {"rtol": 1e-5, "atol": 1e-8},
    "math.isclose": {"rel_tol": 1e-9, "abs_tol": 0.0},
}
_OF_NUMPY = re.compile(r"\bnp\.(?:(True|False)_|(?:float|int|uint|bool|str)\d*_?\(([^()]*)\))")
_RTOL = {"rtol": "rtol", "atol": "atol", "rel_tol": "rtol", "abs_tol": "atol"}


def assertion_name(rewriter: Rewriter, function: ast.expr) -> str | None:
    """Return which assertion is called, as unittest or numpy calls it; None if it is no assertion that is known."""
    module = rewriter.module_of(function)
    if module is not None:
        name = module.rpartition(".")[2]
        known = module.startswith(tuple(f"{one}." for one in vocabulary.TESTING))
        if known and name == "assert_equal" and module.startswith("numpy."):
            return "assert_array_equal"
        if not known and name.startswith(("assert_", "assert")) and module.startswith("numpy.testing"):
            known = True
        return (
            _SPELLINGS.get(name, name)
            if known and name.startswith(("assert", "ok_", "eq_", "raises", "fail"))
            else None
        )
    if (
        isinstance(function, ast.Attribute)
        and function.attr.startswith("assert")
        and _is_a_test_case(rewriter, function.value)
    ):
        return _SPELLINGS.get(function.attr, function.attr)
    return None


def _is_a_test_case(rewriter: Rewriter, node: ast.expr) -> bool:
    if isinstance(node, ast.Name):
        return node.id in ("self", "tc", "test_case", "testcase", "t", "case") or node.id in rewriter.objects
    return isinstance(node, ast.Call) and rewriter.module_of(node.func) == "unittest.TestCase"


class Claims:
    """Writes what is required, in the words of `grader.checks.expect`."""

    def __init__(self, rewriter: Rewriter) -> None:
        self._rewrite = rewriter

    def of_condition(self, node: ast.expr, message: ast.expr | None = None) -> list[ast.stmt]:
        """
        Return statements that require a condition.

        Raises:
            Cannot: If nothing of the submission is in it, or it cannot be rewritten.
        """
        if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.And):
            return [one for value in node.values for one in self.of_condition(value, message)]
        if isinstance(node, ast.Compare) and len(node.ops) == 1:
            found = self._of_comparison(node, message)
            if found is not None:
                return found
        if isinstance(node, ast.Call) and (module := self._rewrite.module_of(node.func)) is not None:
            if module in _CLOSE and len(node.args) >= 2:
                return self._of_closeness(node, _CLOSE[module])
            if module in ("numpy.array_equal", "torch.equal") and len(node.args) == 2 and not node.keywords:
                return [self._equal(*node.args)]
        return [self._true(node, message)]

    def of_assertion(self, name: str, node: ast.Call) -> list[ast.stmt]:
        """Return statements for a call of an assertion of unittest, nose, numpy or torch; raises Cannot as above."""
        args = node.args
        given = {word.arg: word.value for word in node.keywords if word.arg is not None}
        given.update(dict(zip(("x", "y"), args, strict=False)) if not given.keys() & {"x", "y"} else {})
        two = len(args) >= 2
        if name == "assertEqual" and two:
            return [self._equal(args[0], args[1])]
        if name in ("assertTrue", "assertFalse") and args:
            return self.of_condition(args[0] if name == "assertTrue" else ast.UnaryOp(ast.Not(), args[0]))
        if name in _COMPARED and two:
            return self.of_condition(ast.Compare(args[0], [_COMPARED[name]()], [args[1]]))
        if name in ("assertIsNone", "assertIsNotNone") and args:
            operator: ast.cmpop = ast.Is() if name == "assertIsNone" else ast.IsNot()
            return self.of_condition(ast.Compare(args[0], [operator], [ast.Constant(None)]))
        if name == "assertIsInstance" and two:
            return self.of_condition(ast.Call(ast.Name("isinstance", ast.Load()), args[:2], []))
        if (
            name in ("assertAlmostEqual", "assert_almost_equal", "assert_array_almost_equal", "assert_approx_equal")
            and two
        ):
            return [self._of_decimals(name, args, given)]
        if name in ("assert_array_equal", "assert_allclose", "assert_close") and two:
            defaults = {
                "assert_array_equal": (0.0, 0.0),
                "assert_allclose": (1e-7, 0.0),
                "assert_close": (1.3e-6, 1e-5),
            }[name]
            return [
                self._close(
                    args[0], args[1], self._tolerances(node.args[2:], given, {"rtol": defaults[0], "atol": defaults[1]})
                )
            ]
        if name == "assert_array_less" and two:
            less = ast.Compare(args[0], [ast.Lt()], [args[1]])
            return self.of_condition(ast.Call(ast.Attribute(less, "all", ast.Load()), [], []))
        raise Cannot(f"uses `{name}`, for which there is nothing here")

    def raises(self, kind: ast.expr, call: ast.expr) -> list[ast.stmt]:
        """Return a statement that requires that a call of the submission raises an exception."""
        if not isinstance(kind, ast.Name) or kind.id not in vocabulary.EXCEPTIONS:
            raise Cannot(f"expects `{ast.unparse(kind)}`, and only one exception of Python can be expected")
        if not self._rewrite.student_call(call):
            raise Cannot("expects an exception of more than one call of the submission")
        asked, _asks = self._rewrite(call)
        assert isinstance(asked, ast.Call)
        return [_statement("raises", [kind, asked.func, *asked.args], asked.keywords)]

    def of_output(self, node: ast.expr, shown: str) -> list[ast.stmt]:
        """Return statements that require what an expression has given in the notebook, which is known as text."""
        shown = _OF_NUMPY.sub(r"\1\2", shown.strip())
        if shown == "True":
            return self.of_condition(node)
        if shown == "False":
            return self.of_condition(ast.UnaryOp(ast.Not(), node))
        expected = self._read(shown)
        if _has_floats(expected):  # what is shown is rounded, and any machine computes it a little otherwise
            return [self._close(node, expected, {"rtol": ast.Constant(1e-6), "atol": ast.Constant(1e-8)})]
        return [self._equal(node, expected)]

    def _read(self, shown: str) -> ast.expr:
        try:
            tree = ast.parse(shown.strip(), mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            raise Cannot(f"compares with an output that is no value: `{shown.strip().splitlines()[0][:60]}`") from None
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("array", "tensor"):
                if len(node.args) != 1 or node.keywords:
                    raise Cannot("compares with an array of a stated type")
                items = node.args[0]
                node.__class__, node.__dict__ = items.__class__, dict(items.__dict__)  # type: ignore[assignment]
        try:
            ast.literal_eval(tree)
        except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
            raise Cannot(f"compares with an output that is no value: `{shown.strip().splitlines()[0][:60]}`") from None
        return tree

    def _of_comparison(self, node: ast.Compare, message: ast.expr | None) -> list[ast.stmt] | None:
        left, operator, right = node.left, node.ops[0], node.comparators[0]
        if isinstance(operator, ast.Eq):
            if any(
                isinstance(side, ast.Call) and isinstance(side.func, ast.Name) and side.func.id == "type"
                for side in (left, right)
            ):
                return None
            for one, other in ((left, right), (right, left)):
                if self._is_approx(one):
                    assert isinstance(one, ast.Call)
                    given = {word.arg: word.value for word in one.keywords if word.arg}
                    tolerances = {
                        "rtol": given.get("rel", ast.Constant(1e-6)),
                        "atol": given.get("abs", ast.Constant(1e-12)),
                    }
                    return [self._close(other, one.args[0], tolerances)]
            return [self._equal(left, right)]
        if isinstance(operator, ast.Lt | ast.LtE) and (apart := self._distance(left)) is not None:
            return [self._close(*apart, {"rtol": ast.Constant(0.0), "atol": right})]
        return None

    def _is_approx(self, node: ast.expr) -> bool:
        return (
            isinstance(node, ast.Call) and self._rewrite.module_of(node.func) == "pytest.approx" and len(node.args) == 1
        )

    def _distance(self, node: ast.expr) -> tuple[ast.expr, ast.expr] | None:
        """Return what is subtracted in `abs(a - b)`."""
        if not (isinstance(node, ast.Call) and len(node.args) == 1 and isinstance(node.args[0], ast.BinOp)):
            return None
        is_abs = isinstance(node.func, ast.Name) and node.func.id == "abs"
        is_abs = is_abs or self._rewrite.module_of(node.func) in ("numpy.abs", "math.fabs")
        if is_abs and isinstance(node.args[0].op, ast.Sub):
            return node.args[0].left, node.args[0].right
        return None

    def _of_closeness(self, node: ast.Call, defaults: dict[str, float]) -> list[ast.stmt]:
        given = {word.arg: word.value for word in node.keywords if word.arg is not None}
        return [self._close(node.args[0], node.args[1], self._tolerances(node.args[2:], given, defaults))]

    def _tolerances(
        self, args: Sequence[ast.expr], given: dict[str, ast.expr], defaults: dict[str, float]
    ) -> dict[str, ast.expr]:
        named = dict(zip(defaults, args, strict=False)) | given
        return {_RTOL[name]: named.get(name, ast.Constant(usual)) for name, usual in defaults.items()}

    def _of_decimals(self, name: str, args: Sequence[ast.expr], given: dict[str, ast.expr]) -> ast.stmt:
        usual = {"assert_array_almost_equal": 6}.get(name, 7)
        word = {"assertAlmostEqual": "places"}.get(name, "decimal")
        if name == "assert_approx_equal":
            return self._close(args[0], args[1], {"rtol": ast.Constant(1e-6), "atol": ast.Constant(0.0)})
        if name == "assertAlmostEqual" and "delta" in given:
            return self._close(args[0], args[1], {"rtol": ast.Constant(0.0), "atol": given["delta"]})
        decimals = given.get(word, args[2] if len(args) > 2 else ast.Constant(usual))
        if (
            not isinstance(decimals, ast.Constant)
            or not isinstance(decimals.value, int)
            or not 0 <= decimals.value <= 30
        ):
            raise Cannot("is exact to a number of decimals that it computes")
        factor = 0.5 if name == "assertAlmostEqual" else 1.5
        tolerance = float(f"{factor}e-{decimals.value}")
        return self._close(args[0], args[1], {"rtol": ast.Constant(0.0), "atol": ast.Constant(tolerance)})

    def _equal(self, left: ast.expr, right: ast.expr) -> ast.stmt:
        received, expected = self._sides(left, right)
        if _is_a_set(expected):
            raise Cannot("compares with a set, which cannot cross from a worker")
        if isinstance(expected, ast.Constant) and (expected.value is None or isinstance(expected.value, str)):
            return _statement("equal", [received, expected])
        return _statement("loosely.equal", [received, expected])

    def _close(self, left: ast.expr, right: ast.expr, tolerances: dict[str, ast.expr]) -> ast.stmt:
        received, expected = self._sides(left, right)
        words = [ast.keyword(name, self._rewrite(value)[0]) for name, value in tolerances.items()]
        return _statement("loosely.close", [received, expected], words)

    def _sides(self, left: ast.expr, right: ast.expr) -> tuple[ast.expr, ast.expr]:
        """Return what the submission answered, and with what it is compared."""
        (one, one_asks), (other, other_asks) = self._rewrite(left), self._rewrite(right)
        if not (one_asks or other_asks):
            raise self._asks_nothing(left, right)
        return (one, other) if one_asks else (other, one)

    def _true(self, node: ast.expr, message: ast.expr | None) -> ast.stmt:
        rewritten, asks = self._rewrite(node)
        if not asks:
            raise self._asks_nothing(node)
        sentence = f"this does not hold: {ast.unparse(node)}"
        if isinstance(message, ast.Constant) and isinstance(message.value, str) and message.value.strip():
            sentence = " ".join(message.value.split())
        return _statement("loosely.true", [rewritten, ast.Constant(sentence)])

    def _asks_nothing(self, *nodes: ast.expr) -> Cannot:
        names = {one.id for node in nodes for one in ast.walk(node) if isinstance(one, ast.Name)}
        if names & self._rewrite.passed:
            return Cannot("looks at what a call did to its arguments, of which the worker has copies")
        return Cannot("asks nothing of the submission")


def _is_a_set(node: ast.expr) -> bool:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return node.func.id in ("set", "frozenset")
    return isinstance(node, ast.Set | ast.SetComp)


def _has_floats(node: ast.expr) -> bool:
    return any(isinstance(one, ast.Constant) and isinstance(one.value, float) for one in ast.walk(node))


def _statement(function: str, args: Sequence[ast.expr], keywords: Sequence[ast.keyword] = ()) -> ast.stmt:
    made: ast.expr = ast.Name("expect", ast.Load())
    for name in function.split("."):
        made = ast.Attribute(made, name, ast.Load())
    return ast.Expr(ast.Call(made, list(args), list(keywords)))
