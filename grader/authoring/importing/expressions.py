"""
Rewrite the expressions of a test so that whatever the submission does in them is asked of a worker.

`abs(f(3) - 1)` becomes `abs(student.f(3) - 1)`: the call crosses to the worker, the rest is computed on our side with what was
answered.  Of each expression it is known whether anything of the submission is in it.
"""

from __future__ import annotations

import ast
import contextlib
import copy
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from grader.authoring.importing import vocabulary
from grader.authoring.importing.bindings import Binding, Bindings, Kind, Origin

_READS = re.compile(r"open$|read_|load|imread$|genfromtxt$|urlopen$|urlretrieve$|fetch_")
"""What reads files, or the net."""
_TOLD = ("functools", "itertools", "math", "numpy", "operator", "torch")
"""Modules that a worker has, so that their functions can be handed over by name."""
LEFT_OUT = "which is left out"
"""In a reason that follows from another one."""
_LITERAL = 60
"""Characters of a value that is written out in lines of Python."""
_MAX_DEPTH = 12
"""How many values may be made of each other."""


Define = Callable[[str, Sequence[ast.stmt]], list[ast.stmt]]


class Cannot(Exception):  # it is no error: a test stays for a person to rewrite
    """A part of a test that cannot be carried over soundly; says why, as a clause about the test."""


@dataclass(slots=True)
class Needs:
    """What a check needs beside its statements."""

    imports: dict[str, str] = field(default_factory=dict)
    """Import statements, by the name that they bind."""
    functions: dict[str, None] = field(default_factory=dict)
    """Functions that students write."""
    values: dict[tuple[str, int], None] = field(default_factory=dict)
    """Names to which students assign values, with the cells in which they do."""
    before: dict[str, tuple[Binding, list[ast.stmt]]] = field(default_factory=dict)
    """Values and functions of other cells of the notebook, by their names, in the order of need."""
    draws: bool = False
    """Whether it draws random numbers of numpy."""


def getter_of(name: str, cell: int, bindings: Bindings) -> str:
    """Return the function of the source that returns what a student assigned to a name in a cell."""
    return f"answer_{name}" if bindings.is_of_one_cell(name, cell) else f"answer_{name}_of_cell_{cell}"


@dataclass(slots=True)
class _Lines:
    """Lines of Python that ask the submission, and what they are given."""

    of: str = ""
    """The class of the object that they make, if they make one."""
    before: list[str] = field(default_factory=list)
    inputs: dict[str, ast.expr] = field(default_factory=dict)

    def define(self, line: str) -> None:
        """Add a definition or an import, unless it stands there."""
        if line not in self.before:
            self.before.append(line)

    def extend(self, other: _Lines) -> None:
        """
        Add the lines that make another object.

        Raises:
            Cannot: If some of them are there: nobody knows what was done to the object in between.
        """
        if set(self.before) & set(other.before):
            raise Cannot("hands over an object more than once")
        self.before += other.before
        self.inputs |= other.inputs

    def ask(self, name: str, told: str) -> ast.expr:
        """Return the call that asks a name of the submission for a value by these lines."""
        text = "\n".join([*self.before, f"answer = {told}"])
        keywords = [ast.keyword(name, value) for name, value in self.inputs.items()]
        return ast.Call(ast.Attribute(_name_of_student(name), "use", ast.Load()), [ast.Constant(text)], keywords)


class Rewriter:
    """Rewrites the expressions of one test."""

    def __init__(self, bindings: Bindings, cell: int, define: Define) -> None:
        """*define* returns the statements of a check that give a name of another cell its value, from those of that cell."""
        self.bindings = bindings
        self._define = define
        self.cell = cell
        self.needs = Needs()
        self.local: dict[str, bool] = {}
        """Names that the test has bound, and whether something of the submission is in them."""
        self.lost: dict[str, str] = {}
        """Names that what is left out would have bound, and why."""
        self.functions: set[str] = set()
        """Those of the local names that are functions."""
        self.sources: dict[str, str] = {}
        """Of those that can be told in words, the statements that make them."""
        self.made: dict[str, _Lines] = {}
        """Names that hold objects of classes that students write, and the lines that make them."""
        self.is_straight = True
        """Whether what is rewritten now runs once, in the order in which it stands."""
        self.objects: set[str] = set()
        """Those that hold what cannot cross to a worker."""
        self.passed: set[str] = set()
        """Those that were given to the submission."""
        self.asking: dict[str, bool] = {}
        """Of values of other cells, whether something of the submission is in them."""
        self._depth = 0
        self._given = 0

    def __call__(self, node: ast.expr) -> tuple[ast.expr, bool]:
        """
        Return an expression as a check can have it, and whether the submission is asked for anything in it.

        Raises:
            Cannot: If it cannot be rewritten.
        """
        if (asked := self._of_a_look(node)) is not None:
            return ast.copy_location(asked, node), True
        handler = getattr(self, f"_{type(node).__name__.lower()}", None)
        if handler is None:
            raise Cannot(f"uses `{_short(node)}`, which has no like in a check")
        rewritten, asks = handler(node)
        return ast.copy_location(rewritten, node), asks

    def many(self, nodes: Sequence[ast.expr]) -> tuple[list[ast.expr], bool]:
        """Rewrite several expressions."""
        pairs = [self(node) for node in nodes]
        return [node for node, _asks in pairs], any(asks for _node, asks in pairs)

    def student_call(self, node: ast.expr) -> bool:
        """Return whether an expression is a call of what students write, and no more."""
        return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and self._is_asked(node.func.id)

    def module_of(self, node: ast.expr) -> str | None:
        """Return the full name of what an expression such as `np.linalg.norm` names, if that is of a module."""
        if isinstance(node, ast.Name):
            return None if node.id in self.local else self._imported(node.id)
        if isinstance(node, ast.Attribute) and (outer := self.module_of(node.value)) is not None:
            return f"{outer}.{node.attr}"
        return None

    @contextlib.contextmanager
    def scope(self, names: Sequence[str], *, asks: bool) -> Iterator[None]:
        """Bind names for a while: those of a function or of a comprehension."""
        before = dict(self.local)
        self.local.update(dict.fromkeys(names, asks))
        try:
            yield
        finally:
            self.local = before

    # names

    def _is_asked(self, name: str) -> bool:
        if name in self.local or name in self.lost:
            return False
        found = self.bindings.before(name, self.cell)
        return found is not None and found.origin is Origin.SOLUTION and found.kind is Kind.FUNCTION

    def _imported(self, name: str) -> str | None:
        found = self.bindings.before(name, self.cell + 1)
        if found is None or found.kind is not Kind.MODULE:
            return None
        return imported_name(found.node, name)

    def _name(self, node: ast.Name) -> tuple[ast.expr, bool]:
        name = node.id
        if name in self.lost:
            raise Cannot(f"needs `{name}`, {LEFT_OUT}: it {self.lost[name]}")
        if name in self.made:
            raise Cannot(f"looks at `{name}` itself, which stays in the worker")
        if name in self.local:
            return node, self.local[name]
        found = self.bindings.before(name, self.cell)
        module = self._imported(name)
        if module is not None:
            self._import(name, module)
            return node, False
        if found is None:
            if name in vocabulary.BUILTINS:
                return node, False
            raise Cannot(f"uses `{name}`, which no cell above defines")
        if found.kind is Kind.CLASS:
            raise Cannot(f"uses the class `{name}`, whose objects stay in the worker")
        if found.origin is Origin.SOLUTION:
            return self._of_a_student(name, found)
        return self._of_another_cell(name, found)

    def _of_a_student(self, name: str, found: Binding) -> tuple[ast.expr, bool]:
        if found.kind is Kind.FUNCTION:
            raise Cannot(f"handles `{name}` itself, and only calls of it can be asked")
        if self.bindings.is_changed_elsewhere(name, found.cell):
            raise Cannot(f"reads `{name}`, which other cells change")
        for node, _cell in self._made_of(name, self.cell, set()):
            if isinstance(node, ast.Call) and _READS.match(ast.unparse(node.func).rpartition(".")[2]):
                raise Cannot(f"reads `{name}`, which comes from a file by `{_short(node)}`")
        self.needs.values[name, found.cell] = None
        return _call(getter_of(name, found.cell, self.bindings)), True

    def _of_another_cell(self, name: str, found: Binding) -> tuple[ast.expr, bool]:
        there = self.needs.before.get(name)
        if there is not None and there[0] is not found:
            raise Cannot(f"needs `{name}` as two cells define it")
        if there is None:
            if self.bindings.is_changed_between(name, found.cell, self.cell):
                raise Cannot(f"reads `{name}`, which cells of the notebook change")
            if self._depth >= _MAX_DEPTH:
                raise Cannot(f"reads `{name}`, which is made in too many steps")
            self._depth += 1
            try:
                statements = self._made_there(name, found)
            finally:
                self._depth -= 1
            self.needs.before[name] = (found, statements)
        return ast.Name(name, ast.Load()), self.asking.get(name, False)

    def _made_there(self, name: str, found: Binding) -> list[ast.stmt]:
        outer, self.cell = (self.cell, self.local), found.cell + 1
        self.local = {}
        drew, self.needs.draws = self.needs.draws, False
        try:
            made = self._define(name, self.bindings.steps(name, found.cell))
            used = {one.id for statement in made for one in ast.walk(statement) if isinstance(one, ast.Name)}
            if self.bindings.is_seeded and (self.needs.draws or used & self.objects):
                raise Cannot("draws random numbers that follow from a seed")
            self.needs.draws = self.needs.draws or drew
            return made
        except Cannot as why:
            raise Cannot(f"reads `{name}` of cell {found.cell}, which {why}") from None
        finally:
            self.cell, self.local = outer

    def _refuse_to_look_into(self, node: ast.expr) -> None:
        """Refuse to look into a value that a student makes with a package whose objects cannot cross."""
        if isinstance(node, ast.Name) and (package := next(self._packages_of(node), None)) is not None:
            raise Cannot(f"looks into `{node.id}`, which is made with {package}, whose objects stay in the worker")

    def _of_a_look(self, node: ast.expr) -> ast.expr | None:
        """Return how one looks into a table or a class that a student makes: by lines of Python; None for all else."""
        root = _root_of_a_look(node)
        if root is None:
            return None
        if self._is_written_class(root.id):
            self.needs.functions[root.id] = None
            return _Lines().ask(root.id, ast.unparse(node))
        packages = set(self._packages_of(root))
        if not packages or not packages <= vocabulary.TABLES:
            return None
        found = self.bindings.before(root.id, self.cell)
        assert found is not None
        self._of_a_student(root.id, found)
        name = getter_of(root.id, found.cell, self.bindings)
        told = ast.unparse(_Renaming({root.id: f"{name}()"}).visit(copy.deepcopy(node)))
        return _Lines().ask(name, _as_told(node).format(told))

    def _packages_of(self, node: ast.Name) -> Iterator[str]:
        """Yield the packages whose objects cannot cross and with which a student makes the value of a name."""
        found = None if node.id in self.local or node.id in self.lost else self.bindings.before(node.id, self.cell)
        if found is not None and found.origin is Origin.SOLUTION and found.kind is Kind.VALUE:
            yield from self._packages(node.id)

    def _packages(self, name: str) -> Iterator[str]:
        """Yield the packages that a value is made with, directly or by other values, and that answers cannot be of."""
        for node, cell in self._made_of(name, self.cell, set()):
            if (
                isinstance(node, ast.Name)
                and (found := self.bindings.before(node.id, cell))
                and found.kind is Kind.MODULE
            ):
                package = (imported_name(found.node, node.id) or "").partition(".")[0]
                if package and not vocabulary.may_import(package) and package not in sys.stdlib_module_names:
                    yield package

    def _made_of(self, name: str, cell: int, seen: set[tuple[str, int]]) -> Iterator[tuple[ast.AST, int]]:
        """Yield the parts of the statements that make a value, and of the values of which it is made, each with its cell."""
        found = self.bindings.before(name, cell)
        if found is None or found.kind is not Kind.VALUE or (name, found.cell) in seen:
            return
        seen.add((name, found.cell))
        for step in self.bindings.steps(name, found.cell):
            for node in ast.walk(step):
                yield node, found.cell + 1
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                    yield from self._made_of(node.id, found.cell + 1, seen)

    def _import(self, name: str, module: str) -> None:
        words = module.split(".")[1:]
        if not vocabulary.may_import(module if not words else module.rpartition(".")[0]):
            raise Cannot(f"uses `{name}` of {module.partition('.')[0]}, with which no check computes")
        if not all(vocabulary.may_use(module, word) for word in words):
            raise Cannot(f"uses `{module}`, which does more than compute")
        found = self.bindings.before(name, self.cell + 1)
        assert found is not None
        self.needs.imports[name] = import_text(found.node, name)

    # expressions that are more than their parts

    def _call(self, node: ast.Call) -> tuple[ast.expr, bool]:
        if (asked := self._of_object(node)) is not None:
            return asked, True
        if self.student_call(node):
            return self._asked(node), True
        if isinstance(node.func, ast.Name) and node.func.id in self.functions and node.func.id in self.local:
            function: ast.expr = node.func
            asks = self.local[node.func.id]
        else:
            function, asks = self(node.func)
        for arg in (
            node.args if isinstance(node.func, ast.Name) and node.func.id in ("len", "list", "sum", "set") else ()
        ):
            self._refuse_to_look_into(arg)
        args, args_ask = self.many(node.args)
        values, words_ask = self.many([word.value for word in node.keywords])
        keywords = [ast.keyword(word.arg, value) for word, value in zip(node.keywords, values, strict=True)]
        return ast.Call(function, args, keywords), asks or args_ask or words_ask

    def _asked(self, node: ast.Call) -> ast.expr:
        assert isinstance(node.func, ast.Name)
        self.needs.functions[node.func.id] = None
        given = [*node.args, *(word.value for word in node.keywords)]
        if any(self._is_function(one) or (isinstance(one, ast.Name) and one.id in self.made) for one in given):
            return self._asked_by_lines(node)
        args = [self._argument(arg) for arg in node.args]
        keywords = [ast.keyword(word.arg, self._argument(word.value)) for word in node.keywords]
        return _call(node.func.id, args, keywords)

    def _is_function(self, node: ast.expr) -> bool:
        """Return whether a value is a function that can be told in words: its own text, or a name that a worker knows as well."""
        if isinstance(node, ast.Lambda):
            return True
        if isinstance(node, ast.Name):
            found = None if node.id in self.local else self.bindings.before(node.id, self.cell)
            is_built_in = node.id in vocabulary.BUILTINS and found is None and node.id not in self.local
            return self._source_of(node.id) is not None or is_built_in or self._is_asked(node.id)
        module = self.module_of(node)
        return module is not None and not _is_number(module) and module.partition(".")[0] in _TOLD

    def _source_of(self, name: str) -> str | None:
        """Return the statement that makes a function of the test or of a cell above, if its own words are all that it is."""
        if name in self.local:
            return self.sources.get(name)
        found = self.bindings.before(name, self.cell)
        is_given = found is not None and found.kind is Kind.FUNCTION and found.origin is not Origin.SOLUTION
        return ast.unparse(found.node) if found is not None and is_given else None

    def _asked_by_lines(self, node: ast.Call) -> ast.expr:
        """
        Rewrite a call that hands over functions: it is made by lines of Python in the worker, which is given the other arguments.

        What the functions use must be there too: names of the submission, values that can cross, modules.
        """
        assert isinstance(node.func, ast.Name)
        lines = _Lines()
        return lines.ask(node.func.id, self._told(node, lines))

    def _told(self, node: ast.Call, lines: _Lines) -> str:
        """Return a call as lines of Python can have it; what it is given besides is added to their inputs."""
        told = copy.deepcopy(node)
        told.args = [self._told_argument(one, lines) for one in node.args]
        for word, value in zip(told.keywords, (one.value for one in node.keywords), strict=True):
            word.value = self._told_argument(value, lines)
        return ast.unparse(told)

    def _told_argument(self, node: ast.expr, lines: _Lines) -> ast.expr:
        if self._is_function(node):
            for name in sorted(_free(node)):
                self._carry(name, lines)
            return node
        if isinstance(node, ast.Starred):
            raise Cannot("hands over functions or objects among an unpacked sequence")
        if isinstance(node, ast.Name) and node.id in self.made:
            lines.extend(self.made[node.id])
            return node
        if _is_literal(node):
            return node
        self._given += 1
        name = f"given_{self._given}"
        lines.inputs[name] = self._argument(node)
        return ast.Name(name, ast.Load())

    def make(self, name: str, value: ast.expr) -> bool:
        """Note that a name holds an object of a class that students write, if it does: what is asked of it is asked by lines."""
        if not (
            isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and self._is_written_class(value.func.id)
        ):
            return False
        if not self.is_straight:
            raise Cannot(f"makes objects of `{value.func.id}` in a loop or a function")
        lines = _Lines(of=value.func.id)
        self.needs.functions[value.func.id] = None
        told = self._told(value, lines)
        lines.before.append(f"{name} = {told}")
        self.made[name] = lines
        return True

    def _is_written_class(self, name: str) -> bool:
        found = None if name in self.local or name in self.lost else self.bindings.before(name, self.cell)
        return found is not None and found.origin is Origin.SOLUTION and found.kind is Kind.CLASS

    def _of_object(self, node: ast.expr) -> ast.expr | None:
        """Return how something is asked of an object: an attribute, or a call, which may change it; None for all else."""
        about = node.func if isinstance(node, ast.Call) else node
        owner = about.value if isinstance(about, ast.Attribute) else about if isinstance(node, ast.Call) else None
        if not isinstance(owner, ast.Name) or owner.id not in self.made:
            return None
        if not self.is_straight:
            raise Cannot(f"uses `{owner.id}` in a loop or a function")
        lines = self.made[owner.id]
        told = self._told(node, lines) if isinstance(node, ast.Call) else ast.unparse(node)
        asked = lines.ask(lines.of, told)
        if isinstance(node, ast.Call):
            lines.before.append(told)
        return asked

    def change(self, statement: ast.stmt) -> bool:
        """Note a statement that does something with an object that students write the class of, if it is one."""
        match statement:
            case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=name))) as call) if name in self.made:
                if not self.is_straight:
                    raise Cannot(f"uses `{name}` in a loop or a function")
                self.made[name].before.append(self._told(call, self.made[name]))
                return True
            case ast.Assign(targets=[ast.Attribute(value=ast.Name(id=name)) as target], value=value) if (
                name in self.made
            ):
                lines = self.made[name]
                told = ast.unparse(self._told_argument(value, lines))
                lines.before.append(f"{ast.unparse(target)} = {told}")
                return True
        return False

    def _carry(self, name: str, lines: _Lines) -> None:
        """Let a name mean in lines of Python what it means in the test."""
        source = self._source_of(name)
        if source is not None:
            for other in sorted(_free(ast.parse(source)) - {name}):
                self._carry(other, lines)
            lines.define(source)
        elif name in self.made:
            lines.extend(self.made[name])
        elif name in self.local or name in self.lost:
            lines.inputs[name] = self._argument(ast.Name(name, ast.Load()))
        elif (module := self._imported(name)) is not None:
            if module.partition(".")[0] not in _TOLD:
                raise Cannot(f"hands over a function that uses `{name}`")
            found = self.bindings.before(name, self.cell + 1)
            assert found is not None
            lines.define(import_text(found.node, name))
        elif not self._is_asked(name) and not self._is_written_class(name) and name not in vocabulary.BUILTINS:
            raise Cannot(f"hands over a function that uses `{name}`, which cannot cross to a worker")

    def _argument(self, node: ast.expr) -> ast.expr:
        """Rewrite what is given to the submission: it must be able to cross."""
        if isinstance(node, ast.Starred):
            inner = self._argument(node.value)
            return ast.Starred(inner, ast.Load())
        if isinstance(node, ast.Set | ast.SetComp | ast.GeneratorExp):
            raise Cannot("hands over a set or an iterator, which cannot cross to a worker")
        if isinstance(node, ast.Dict) and not all(
            isinstance(key, ast.Constant) and isinstance(key.value, str) for key in node.keys
        ):
            raise Cannot("hands over a dictionary whose keys are no texts, which cannot cross to a worker")
        if isinstance(node, ast.Name):
            self._refuse_function(node.id)
            self.passed.add(node.id)
        if (module := self.module_of(node)) is not None and not _is_number(module):
            raise Cannot(f"hands over `{module}`, which cannot cross to a worker")
        rewritten, asks = self(node)
        if asks:
            return ast.Call(_expect("loosely", "usable"), [rewritten], [])
        return rewritten

    def _refuse_function(self, name: str) -> None:
        found = None if name in self.local else self.bindings.before(name, self.cell)
        if name in self.functions or (found is not None and found.kind in (Kind.FUNCTION, Kind.CLASS)):
            raise Cannot(f"hands over the function `{name}`, which cannot cross to a worker")
        if name in self.objects:
            raise Cannot(f"hands over `{name}`, which cannot cross to a worker")
        if name in vocabulary.BUILTINS and found is None and name not in self.local and name not in self.lost:
            raise Cannot(f"hands over the function `{name}`, which cannot cross to a worker")

    def _attribute(self, node: ast.Attribute) -> tuple[ast.expr, bool]:
        module = self.module_of(node)
        if module is not None:
            return self._of_a_module(node, module), False
        if (asked := self._of_object(node)) is not None:
            return asked, True
        self._refuse_to_look_into(node.value)
        value, asks = self(node.value)
        if node.attr.startswith("_") or (asks and node.attr not in vocabulary.ATTRIBUTES):
            raise Cannot(f"uses `.{node.attr}` of an answer, which only arrays, tensors and plain values can be")
        return ast.Attribute(value, node.attr, ast.Load()), asks

    def _of_a_module(self, node: ast.Attribute, module: str) -> ast.expr:
        name = ast.unparse(node).partition(".")[0]
        whole = self._imported(name) or ""
        if not vocabulary.may_import(whole):
            raise Cannot(f"uses `{ast.unparse(node)}`, with which no check computes")
        if not all(vocabulary.may_use(module, word) for word in module.split(".")[1:]):
            raise Cannot(f"uses `{ast.unparse(node)}`, which does more than compute")
        if module.startswith("numpy.random.") and node.attr not in ("RandomState", "default_rng", "Generator"):
            self.needs.draws = True
            return ast.Attribute(ast.Name("draws", ast.Load()), node.attr, ast.Load())
        self._import(name, whole)
        return node

    def _lambda(self, node: ast.Lambda) -> tuple[ast.expr, bool]:
        names = [argument.arg for argument in ast.walk(node.args) if isinstance(argument, ast.arg)]
        with self.scope(names, asks=False):
            body, asks = self(node.body)
        return ast.Lambda(node.args, body), asks

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp) -> tuple[ast.expr, bool]:
        with contextlib.ExitStack() as stack:
            generators, asks = self._generators(node.generators, stack)
            element, element_asks = self(node.elt)
        return type(node)(element, generators), asks or element_asks

    _listcomp = _setcomp = _generatorexp = _comprehension

    def _dictcomp(self, node: ast.DictComp) -> tuple[ast.expr, bool]:
        with contextlib.ExitStack() as stack:
            generators, asks = self._generators(node.generators, stack)
            (key, value), pair_asks = self.many([node.key, node.value])
        return ast.DictComp(key, value, generators), asks or pair_asks

    def _generators(
        self, nodes: Sequence[ast.comprehension], stack: contextlib.ExitStack
    ) -> tuple[list[ast.comprehension], bool]:
        made, any_asks = [], False
        for one in nodes:
            if one.is_async:
                raise Cannot("is asynchronous")
            iterated, asks = self(one.iter)
            names = [node.id for node in ast.walk(one.target) if isinstance(node, ast.Name)]
            stack.enter_context(self.scope(names, asks=asks))
            conditions, conditions_ask = self.many(one.ifs)
            made.append(ast.comprehension(one.target, iterated, conditions, 0))
            any_asks = any_asks or asks or conditions_ask
        return made, any_asks

    # expressions that are as their parts are

    def _constant(self, node: ast.Constant) -> tuple[ast.expr, bool]:
        return node, False

    def _binop(self, node: ast.BinOp) -> tuple[ast.expr, bool]:
        (left, right), asks = self.many([node.left, node.right])
        return ast.BinOp(left, node.op, right), asks

    def _unaryop(self, node: ast.UnaryOp) -> tuple[ast.expr, bool]:
        operand, asks = self(node.operand)
        return ast.UnaryOp(node.op, operand), asks

    def _boolop(self, node: ast.BoolOp) -> tuple[ast.expr, bool]:
        values, asks = self.many(node.values)
        return ast.BoolOp(node.op, values), asks

    def _compare(self, node: ast.Compare) -> tuple[ast.expr, bool]:
        values, asks = self.many([node.left, *node.comparators])
        return ast.Compare(values[0], node.ops, values[1:]), asks

    def _ifexp(self, node: ast.IfExp) -> tuple[ast.expr, bool]:
        (test, body, orelse), asks = self.many([node.test, node.body, node.orelse])
        return ast.IfExp(test, body, orelse), asks

    def _subscript(self, node: ast.Subscript) -> tuple[ast.expr, bool]:
        self._refuse_to_look_into(node.value)
        (value, index), asks = self.many([node.value, node.slice])
        return ast.Subscript(value, index, node.ctx), asks

    def _slice(self, node: ast.Slice) -> tuple[ast.expr, bool]:
        pairs = [None if one is None else self(one) for one in (node.lower, node.upper, node.step)]
        return ast.Slice(*(None if pair is None else pair[0] for pair in pairs)), any(pair[1] for pair in pairs if pair)

    def _starred(self, node: ast.Starred) -> tuple[ast.expr, bool]:
        value, asks = self(node.value)
        return ast.Starred(value, node.ctx), asks

    def _list(self, node: ast.List | ast.Tuple | ast.Set) -> tuple[ast.expr, bool]:
        items, asks = self.many(node.elts)
        if isinstance(node, ast.Set):
            return ast.Set(items), asks
        return type(node)(items, node.ctx), asks

    _tuple = _set = _list

    def _dict(self, node: ast.Dict) -> tuple[ast.expr, bool]:
        keys = [None if key is None else self(key) for key in node.keys]
        values, asks = self.many(node.values)
        made = [None if pair is None else pair[0] for pair in keys]
        return ast.Dict(made, values), asks or any(pair[1] for pair in keys if pair)

    def _joinedstr(self, node: ast.JoinedStr) -> tuple[ast.expr, bool]:
        values, asks = self.many(node.values)
        return ast.JoinedStr(values), asks

    def _formattedvalue(self, node: ast.FormattedValue) -> tuple[ast.expr, bool]:
        value, asks = self(node.value)
        return ast.FormattedValue(value, node.conversion, node.format_spec), asks


def imported_name(node: ast.stmt, name: str) -> str | None:
    """Return the full name of what an import statement binds a name to."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            if alias.asname == name:
                return alias.name
            if alias.asname is None and alias.name.partition(".")[0] == name:
                return name
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        for alias in node.names:
            if (alias.asname or alias.name) == name:
                return f"{node.module}.{alias.name}"
    return None


def import_text(node: ast.stmt, name: str) -> str:
    """Return the import statement that binds one name of those that a statement binds."""
    if isinstance(node, ast.Import):
        alias = next(one for one in node.names if name in (one.asname, one.name.partition(".")[0]))
        return ast.unparse(ast.Import([alias]))
    assert isinstance(node, ast.ImportFrom)
    alias = next(one for one in node.names if name in (one.asname, one.name))
    return ast.unparse(ast.ImportFrom(node.module, [alias], 0))


class _Renaming(ast.NodeTransformer):
    """Gives names other names."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = names

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.Name(self._names.get(node.id, node.id), node.ctx)


def _root_of_a_look(node: ast.expr) -> ast.Name | None:
    """Return the name into whose value an expression looks, as `len(table["a"].unique())` does, if all else is written out."""
    match node:
        case ast.Call(func=ast.Name(id="len" | "dir"), args=[inner], keywords=[]):
            return inner if isinstance(inner, ast.Name) else _root_of_a_look(inner)
        case ast.Call(func=ast.Attribute() as inner, args=args, keywords=words):
            literal = all(map(_is_literal, (*args, *(word.value for word in words))))
        case ast.Attribute(value=inner, attr=name):
            literal = not name.startswith("_")
        case ast.Subscript(value=inner, slice=key):
            literal = _is_literal(key)
        case _:
            return None
    if not literal:
        return None
    return inner if isinstance(inner, ast.Name) else _root_of_a_look(inner)


def _as_told(node: ast.expr) -> str:
    """Return what makes of a look into a table what can cross: sizes as they are, names as a list, numbers as an array."""
    match node:
        case ast.Call(func=ast.Name()):
            return "{}"
        case ast.Attribute(attr=name) | ast.Call(func=ast.Attribute(attr=name)):
            if name in ("shape", "ndim", "size", "empty", "tolist", "item"):
                return "{}"
            if name in ("columns", "index", "keys", "unique"):
                return "list({})"
    return "np.asarray({})"


def _is_literal(node: ast.expr) -> bool:
    """Return whether a value is written out, and short."""
    try:
        ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError):
        return False
    return len(ast.unparse(node)) <= _LITERAL


def _free(node: ast.AST) -> set[str]:
    """Return the names that a function uses and does not bind itself."""
    names = [one for one in ast.walk(node) if isinstance(one, ast.Name)]
    bound = {one.id for one in names if not isinstance(one.ctx, ast.Load)}
    bound |= {one.arg for one in ast.walk(node) if isinstance(one, ast.arg)}
    return {one.id for one in names if isinstance(one.ctx, ast.Load)} - bound


def _name_of_student(name: str) -> ast.expr:
    return ast.Attribute(ast.Name("student", ast.Load()), name, ast.Load())


def _call(name: str, args: Sequence[ast.expr] = (), keywords: Sequence[ast.keyword] = ()) -> ast.expr:
    return ast.Call(_name_of_student(name), list(args), list(keywords))


def _expect(*names: str) -> ast.expr:
    made: ast.expr = ast.Name("expect", ast.Load())
    for name in names:
        made = ast.Attribute(made, name, ast.Load())
    return made


def _is_number(module: str) -> bool:
    return module.rpartition(".")[2] in ("pi", "e", "inf", "nan", "tau")


def _short(node: ast.AST) -> str:
    text = ast.unparse(node).split("\n")[0]
    return text if len(text) <= 60 else text[:60] + "…"
