"""
From a cell of tests to a check: statement by statement, and what cannot be carried over soundly stays as a comment.

Nothing is run.  What a check does not ask, it does not decide: a statement that is left out takes along whatever needs it.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Sequence
from dataclasses import dataclass

from grader.authoring.importing import vocabulary
from grader.authoring.importing.bindings import Bindings
from grader.authoring.importing.claims import Claims, assertion_name
from grader.authoring.importing.draft import Probe
from grader.authoring.importing.expressions import LEFT_OUT, Cannot, Needs, Rewriter
from grader.authoring.importing.notebook import parsed, without_magics

_RESERVED = ("student", "expect", "draws", "pytest", "reference", "keys")
_RUNNERS = ("unittest.main", "unittest.TextTestRunner", "doctest.testmod")


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """A statement of a test that was not carried over."""

    text: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A test as a check."""

    test: Probe
    statements: tuple[ast.stmt, ...]
    """Those of the check; none where nothing could be carried over."""
    left: tuple[Left, ...]
    needs: Needs

    @property
    def is_whole(self) -> bool:
        """Whether all of the test was carried over."""
        return bool(self.statements) and not self.left

    @property
    def reasons(self) -> tuple[str, ...]:
        """Return why something was left out, each reason once, and none that follows from another one."""
        why = dict.fromkeys(one.why for one in self.left)
        return tuple(one for one in why if LEFT_OUT not in one) or tuple(why)


def check_of(test: Probe, bindings: Bindings) -> Check:
    """Return a test as a check, as far as it can be one."""
    source, _magics = without_magics(test.source)
    tree, before = parsed(source), parsed(without_magics(test.before)[0])
    if tree is None or before is None:
        return Check(test=test, statements=(), left=(Left(text=test.source, why="is no Python"),), needs=Needs())
    return _Translation(test, bindings).check(before.body, tree.body)


class _Translation:
    """The translation of one test."""

    def __init__(self, test: Probe, bindings: Bindings) -> None:
        self._test = test
        self._bindings = bindings
        self._rewrite = Rewriter(bindings, test.cell, self._define)
        self._claims = Claims(self._rewrite)
        self._left: list[Left] = []
        self._requires = False
        self._made: list[ast.stmt] = []
        self._returns_asked = False

    def check(self, before: Sequence[ast.stmt], body: Sequence[ast.stmt]) -> Check:
        for statement in before:
            self._lenient(statement, is_before=True)
        prelude = [one for one in map(ast.fix_missing_locations, self._made) if not _requires(one)]
        self._made, self._left, self._requires = [], [], False
        body = _inlined(body)
        body = [one for number, one in enumerate(body) if not (number == 0 and _is_text(one))]
        output = body[-1] if body and self._compares_output(body[-1]) else None
        for statement in body:
            if statement is output:
                self._output(statement)
            else:
                self._lenient(statement)
        if not self._requires:
            why = "requires nothing"
            left = tuple(self._left) or (Left(text=self._test.source, why=why),)
            return Check(test=self._test, statements=(), left=left, needs=self._rewrite.needs)
        statements = [*_needed(prelude, self._made), *self._made]
        earlier = [one for _found, made in self._rewrite.needs.before.values() for one in made]
        statements = [ast.fix_missing_locations(one) for one in (*_needed(earlier, statements), *statements)]
        if unbound := _unbound(statements, self._rewrite.needs):
            why = f"needs `{min(unbound)}` in a way that was not understood"
            unclear = Left(text=self._test.source, why=why)
            return Check(test=self._test, statements=(), left=(unclear,), needs=self._rewrite.needs)
        return Check(test=self._test, statements=tuple(statements), left=tuple(self._left), needs=self._rewrite.needs)

    def _compares_output(self, last: ast.stmt) -> bool:
        return self._test.shown is not None and isinstance(last, ast.Expr) and not _is_print(last)

    def _output(self, statement: ast.stmt) -> None:
        assert isinstance(statement, ast.Expr)
        assert self._test.shown is not None
        try:
            if self._test.printed:
                raise Cannot("compares with what is printed")
            self._made = [*self._made, *self._claims.of_output(statement.value, self._test.shown)]
            self._requires = True
        except Cannot as why:
            self._left.append(Left(text=ast.unparse(statement), why=str(why)))

    def _lenient(self, statement: ast.stmt, *, is_before: bool = False) -> None:
        """Carry a statement over, or leave it out with the names that it binds."""
        required, passed = self._requires, set(self._rewrite.passed)
        try:
            self._made = [*self._made, *self._statement(statement)]
        except Cannot as why:
            self._requires, self._rewrite.passed = required, passed
            for name in (*_binds(statement), *_roots(statement)):
                self._rewrite.local.pop(name, None)
                self._rewrite.lost[name] = str(why)
            if not is_before:
                self._left.append(Left(text=ast.unparse(statement), why=str(why)))

    # statements

    def _block(self, body: Sequence[ast.stmt]) -> list[ast.stmt]:
        straight, self._rewrite.is_straight = self._rewrite.is_straight, False
        try:
            return self._statements(body) or [ast.Pass()]
        finally:
            self._rewrite.is_straight = straight

    def _statements(self, body: Sequence[ast.stmt]) -> list[ast.stmt]:
        return [one for statement in body if not _is_text(statement) for one in self._statement(statement)]

    def _statement(self, node: ast.stmt) -> list[ast.stmt]:
        if self._rewrite.change(node):
            return []
        match node:
            case ast.Assert():
                self._requires = True
                return self._claims.of_condition(node.test, node.msg)
            case ast.Expr():
                return self._expression(node)
            case ast.Assign() | ast.AnnAssign() | ast.AugAssign():
                return self._assignment(node)
            case ast.For() if not node.orelse:
                return self._loop(node)
            case ast.If():
                condition, _asks = self._rewrite(node.test)
                body = self._block(node.body)
                return [ast.If(condition, body, self._block(node.orelse) if node.orelse else [])]
            case ast.Try() | ast.With():
                return self._expecting(node)
            case ast.FunctionDef():
                return self._function(node)
            case ast.ClassDef():
                return self._test_case(node)
            case ast.Import() | ast.ImportFrom() | ast.Pass():
                return []  # what is used is imported
            case ast.Return():
                value = None if node.value is None else self._rewrite(node.value)
                self._returns_asked = self._returns_asked or bool(value and value[1])
                return [ast.Return(None if value is None else value[0])]
            case ast.Delete():
                raise Cannot(f"deletes `{ast.unparse(node.targets[0])}`")
            case ast.Raise():
                raise Cannot("raises by itself")
        raise Cannot(f"uses `{type(node).__name__.lower()}`, which has no like in a check")

    def _expression(self, node: ast.Expr) -> list[ast.stmt]:
        value = node.value
        if _is_text(node) or _is_print(node):
            return []
        if isinstance(value, ast.Call):
            if self._rewrite.module_of(value.func) in _RUNNERS or _is_runner(value):
                return []
            if (seeded := self._seed(value)) is not None:
                return seeded
            name = assertion_name(self._rewrite, value.func)
            if name in ("assertRaises", "assert_raises", "raises") and len(value.args) >= 2:
                self._requires = True
                call = ast.Call(value.args[1], value.args[2:], value.keywords)
                return self._claims.raises(value.args[0], call)
            if name is not None:
                self._requires = True
                return self._claims.of_assertion(name, value)
        rewritten, asks = self._rewrite(value)
        if not asks and not isinstance(value, ast.Call):
            return []
        return [ast.Expr(rewritten)]

    def _seed(self, node: ast.Call) -> list[ast.stmt] | None:
        module = self._rewrite.module_of(node.func)
        if module is None or not module.endswith((".seed", ".manual_seed")):
            return None
        if module != "numpy.random.seed" or len(node.args) != 1 or node.keywords:
            raise Cannot(f"seeds with `{ast.unparse(node.func)}`, which a worker would not see")
        seed, _asks = self._rewrite(node.args[0])
        self._rewrite.needs.draws = True
        return [ast.Assign([ast.Name("draws", ast.Store())], _random_state(seed))]

    def _assignment(self, node: ast.Assign | ast.AnnAssign | ast.AugAssign) -> list[ast.stmt]:
        if node.value is None:
            return []
        targets: list[ast.expr] = node.targets if isinstance(node, ast.Assign) else [node.target]
        if len(targets) == 1 and isinstance(targets[0], ast.Name):
            self._rewrite.made.pop(targets[0].id, None)
            if self._rewrite.make(targets[0].id, node.value):
                self._rewrite.local[targets[0].id] = True
                return []
        value, asks = self._rewrite(node.value)
        names = [
            one.id
            for target in targets
            for one in ast.walk(target)
            if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)
        ]
        if isinstance(node, ast.AugAssign):
            rooted, rooted_asks = self._rewrite(_loaded(node.target))
            asks = asks or rooted_asks
            names = names or [one.id for one in ast.walk(rooted) if isinstance(one, ast.Name)][:1]
        for target in targets:
            self._refuse_target(target)
        for name in names:
            self._rewrite.local[name] = asks or (
                isinstance(node, ast.AugAssign) and self._rewrite.local.get(name, False)
            )
            self._rewrite.lost.pop(name, None)
            self._rewrite.functions.discard(name)
            self._rewrite.objects.discard(name)
            self._rewrite.sources.pop(name, None)
            if isinstance(node.value, ast.Lambda):
                self._rewrite.functions.add(name)
                self._rewrite.sources[name] = ast.unparse(node)
            elif _is_object(self._rewrite, node.value):
                self._rewrite.objects.add(name)
        if isinstance(node, ast.AugAssign):
            return [ast.AugAssign(node.target, node.op, value)]
        return [ast.Assign(targets, value)]

    def _refuse_target(self, target: ast.expr) -> None:
        for node in ast.walk(target):
            if isinstance(node, ast.Name) and node.id in _RESERVED:
                raise Cannot(f"assigns to `{node.id}`, which means something else in a check")
            if isinstance(node, ast.Attribute):
                raise Cannot(f"assigns to `{ast.unparse(node)}`")
            if isinstance(node, ast.Subscript):
                self._rewrite(_loaded(node))

    def _loop(self, node: ast.For) -> list[ast.stmt]:
        iterated, asks = self._rewrite(node.iter)
        self._refuse_target(node.target)
        for one in ast.walk(node.target):
            if isinstance(one, ast.Name):
                self._rewrite.local[one.id] = asks
                self._rewrite.lost.pop(one.id, None)
        return [ast.For(node.target, iterated, self._block(node.body), [])]

    def _expecting(self, node: ast.Try | ast.With) -> list[ast.stmt]:
        """Carry over what requires that a call raises."""
        if isinstance(node, ast.With):
            context = node.items[0].context_expr if len(node.items) == 1 else None
            if not isinstance(context, ast.Call) or assertion_name(self._rewrite, context.func) not in (
                "assertRaises",
                "assert_raises",
                "raises",
            ):
                raise Cannot("runs in a context of its own")
            call = _only_call(node.body)
            if call is None or len(context.args) != 1:
                raise Cannot("expects an exception of more than one call of the submission")
            self._requires = True
            return self._claims.raises(context.args[0], call)
        if len(node.handlers) != 1 or node.handlers[0].type is None or node.finalbody:
            raise Cannot("catches exceptions")
        *body, last = [*node.body, *node.orelse]
        call = _only_call(body)
        handled = all(isinstance(one, ast.Pass) or _is_print(one) for one in node.handlers[0].body)
        if call is None or not handled or not _fails(last):
            raise Cannot("catches exceptions")
        self._requires = True
        return self._claims.raises(node.handlers[0].type, call)

    def _function(self, node: ast.FunctionDef) -> list[ast.stmt]:
        """Carry a function of the test over: one that computes or that requires something."""
        source = ast.unparse(node)
        node = copy.deepcopy(node)  # other tests may need it as it is
        if node.decorator_list or node.name in _RESERVED:
            raise Cannot(f"decorates `{node.name}`, or calls it so")
        names = [argument.arg for argument in ast.walk(node.args) if isinstance(argument, ast.arg)]
        for default in (*node.args.defaults, *(one for one in node.args.kw_defaults if one is not None)):
            self._rewrite(default)
        self._rewrite.local[node.name] = False
        self._rewrite.functions.add(node.name)
        self._returns_asked = False
        with self._rewrite.scope([*names, node.name], asks=False):
            body = self._block(node.body)
        self._rewrite.local[node.name] = self._returns_asked
        if not any(_requires(one) for one in body):
            self._rewrite.sources[node.name] = source
        self._rewrite.lost.pop(node.name, None)
        for argument in ast.walk(node.args):
            if isinstance(argument, ast.arg):
                argument.annotation = None
        node.body, node.returns = body, None
        return [node]

    def _test_case(self, node: ast.ClassDef) -> list[ast.stmt]:
        """Carry the methods of a test case over, one after the other."""
        if not any(
            self._rewrite.module_of(base) in ("unittest.TestCase", "unittest.case.TestCase") for base in node.bases
        ):
            raise Cannot(f"defines the class `{node.name}`")
        made: list[ast.stmt] = []
        for method in node.body:
            if _is_text(method) or isinstance(method, ast.Pass):
                continue
            if not isinstance(method, ast.FunctionDef) or not method.name.startswith("test"):
                raise Cannot(f"prepares its tests in `{node.name}`")
            made += self._statements(method.body)
        return made

    def _define(self, name: str, steps: Sequence[ast.stmt]) -> list[ast.stmt]:
        """Return the statements that give a name of another cell its value."""
        required = self._requires
        made: list[ast.stmt] = []
        try:
            for step in steps:
                if not isinstance(step, ast.FunctionDef | ast.Assign | ast.AnnAssign | ast.AugAssign | ast.Expr):
                    raise Cannot(f"sets it in a statement of the kind `{type(step).__name__.lower()}`")
                made += self._statement(step)
        finally:
            self._requires = required
        self._rewrite.asking[name] = self._rewrite.local.get(name, False)
        return made


def _inlined(body: Sequence[ast.stmt]) -> list[ast.stmt]:
    """Return statements in which functions `test_…` are replaced by what they do, where they do it with names of the notebook."""
    tests = {
        node.name: node
        for node in body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test") and not node.decorator_list
    }
    for node in body:
        for call in ast.walk(node):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in tests:
                given = [ast.unparse(arg) for arg in call.args]
                is_whole = isinstance(node, ast.Expr) and node.value is call and not call.keywords
                if not is_whole or given != [one.arg for one in tests[call.func.id].args.args]:
                    del tests[call.func.id]
    made: list[ast.stmt] = []
    for node in body:
        called = ast.unparse(node.value.func) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) else ""
        if isinstance(node, ast.FunctionDef) and node.name in tests:
            made += node.body
        elif called not in tests:
            made.append(node)
    return made


def _needed(statements: Sequence[ast.stmt], users: Sequence[ast.stmt]) -> list[ast.stmt]:
    """Return those of some statements that others need, in order; each once."""
    wanted = {node.id for one in users for node in ast.walk(one) if isinstance(node, ast.Name)}
    chosen: list[ast.stmt] = []
    for statement in reversed(statements):
        if wanted & set(_binds(statement)) or (wanted & set(_roots(statement))):
            chosen.insert(0, statement)
            wanted |= {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}
    return chosen


def _binds(statement: ast.AST) -> list[str]:
    found = [
        node.id
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store | ast.Del)
    ]
    return [*found, *(node.name for node in ast.walk(statement) if isinstance(node, ast.FunctionDef | ast.ClassDef))]


def _roots(statement: ast.stmt) -> list[str]:
    """Return the names whose values a statement changes in place."""
    targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
    if (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Call)
        and isinstance(statement.value.func, ast.Attribute)
    ):
        targets = [statement.value.func.value]
    found = []
    for target in targets:
        while isinstance(target, ast.Subscript | ast.Attribute):
            target = target.value
        if isinstance(target, ast.Name):
            found.append(target.id)
    return found


def _random_state(seed: ast.expr) -> ast.expr:
    module = ast.Attribute(ast.Name("np", ast.Load()), "random", ast.Load())
    return ast.Call(ast.Attribute(module, "RandomState", ast.Load()), [seed], [])


def draws_from(seed: int) -> ast.stmt:
    """Return the statement that makes what a check draws random numbers of numpy from."""
    made = ast.Assign([ast.Name("draws", ast.Store())], _random_state(ast.Constant(seed)))
    return ast.fix_missing_locations(made)


def _loaded(node: ast.expr) -> ast.expr:
    made: ast.expr = ast.parse(ast.unparse(node), mode="eval").body
    return made


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_print(node: ast.stmt) -> bool:
    call = node.value if isinstance(node, ast.Expr) else None
    return isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in ("print", "display")


def _is_runner(node: ast.Call) -> bool:
    return (
        isinstance(node.func, ast.Attribute) and node.func.attr in ("run", "main") and "unittest" in ast.unparse(node)
    )


def _is_object(rewriter: Rewriter, node: ast.expr) -> bool:
    """Return whether a value is none that can cross: a generator of random numbers, a test case."""
    module = rewriter.module_of(node.func) if isinstance(node, ast.Call) else rewriter.module_of(node)
    last = (module or "").rpartition(".")[2]
    if last in ("array", "asarray") and any(
        isinstance(one, ast.Constant) and isinstance(one.value, str) for one in ast.walk(node)
    ):
        return "dtype" not in ast.unparse(node)  # an array of texts
    return last in (
        "RandomState",
        "default_rng",
        "Generator",
        "TestCase",
        "Random",
        "Counter",
        "Fraction",
        "Decimal",
        "deque",
    )


def _only_call(body: Sequence[ast.stmt]) -> ast.expr | None:
    """Return the call that is all of some statements, whatever is done with its value."""
    if len(body) != 1 or not isinstance(body[0], ast.Expr | ast.Assign):
        return None
    return body[0].value


def _fails(node: ast.stmt) -> bool:
    """Return whether a statement says that a test has failed."""
    if isinstance(node, ast.Raise):
        return True
    if isinstance(node, ast.Assert):
        return isinstance(node.test, ast.Constant) and not node.test.value
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call)
        and ast.unparse(node.value.func).endswith("fail")
    )


def _requires(statement: ast.stmt) -> bool:
    """Return whether a statement of a check is an expectation, or holds one."""
    calls = [
        node.value for node in ast.walk(statement) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
    ]
    return any(ast.unparse(call.func).startswith("expect.") for call in calls)


def _unbound(statements: Sequence[ast.stmt], needs: Needs) -> set[str]:
    """Return the names that a check would use without having them: then something was not seen here."""
    loaded: set[str] = set()
    bound = {*_RESERVED, *needs.imports, *vocabulary.BUILTINS, *vocabulary.EXCEPTIONS, "np"}
    for statement in statements:
        for node in ast.walk(statement):
            if isinstance(node, ast.Name):
                (loaded if isinstance(node.ctx, ast.Load) else bound).add(node.id)
            elif isinstance(node, ast.arg):
                bound.add(node.arg)
            elif isinstance(node, ast.FunctionDef):
                bound.add(node.name)
    return loaded - bound
