"""
What a mistake makes of a reference solution: one change in the source of a function, or in what goes into it or comes out of it.

Mutants are text; they run in a worker of ours (`mutants_in_worker.py`), never in the harness.
"""

from __future__ import annotations

import ast
import copy
import functools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import combinations, permutations

from grader.diagnosis.syntax import Value, divided_apart, values_of

_NEIGHBOURS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE,),
    ast.LtE: (ast.Lt,),
    ast.Gt: (ast.GtE,),
    ast.GtE: (ast.Gt,),
    ast.Eq: (),
    ast.NotEq: (),
}
_OPPOSITES: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.GtE,
    ast.LtE: ast.Gt,
    ast.Gt: ast.LtE,
    ast.GtE: ast.Lt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
}
_MAX = 3_000
"""Mutants of one function, at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """A reference with one change."""

    name: str
    """Of the mistake."""
    says: str
    """What its answers are, after "your answers are those of a function"."""
    question: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Change:
    name: str
    says: str
    question: str
    node: ast.expr | ast.stmt | None
    """What stands in the place of the old one; None where that is left out."""


@functools.lru_cache(maxsize=64)  # a class is asked about the same functions
def mutants_of(source: str, name: str) -> tuple[Mutant, ...]:
    """
    Return the mutants of a function of a reference, those with the plainest changes first.

    What it calls in the same file is changed too, and what it keeps in names is changed where it is used as well.
    """
    tree = ast.parse(source)
    function = _defined(tree).get(name)
    if function is None:
        return ()
    made: dict[str, Mutant] = {}
    around = _wrapped(source, function) if isinstance(function, ast.FunctionDef) else ()
    for mutant in (*around, *_changed(tree, name), *_changed(_inlined(tree), name)):
        made.setdefault(mutant.source, mutant)
        if len(made) == _MAX:
            break
    return tuple(made.values())


def defaults_of(source: str, name: str) -> tuple[object, ...]:
    """Return for each parameter of a function of a reference what it is by default; None where that is no plain value."""
    function = _defined(ast.parse(source))[name]
    if isinstance(function, ast.ClassDef):
        return ()
    found: list[object] = [None] * (len(function.args.args) - len(function.args.defaults))
    for value in function.args.defaults:
        try:
            found.append(ast.literal_eval(value))
        except ValueError:
            found.append(None)
    return tuple(found)


# --- changes in the source ----------------------------------------------------------------------------------------------


def _changed(tree: ast.Module, name: str) -> Iterator[Mutant]:
    for definition in _reached(tree, name):
        if isinstance(definition, ast.ClassDef):  # it stays before the classes that are made of it
            for method in (node for node in definition.body if isinstance(node, ast.FunctionDef)):
                for change, _changed_method in _in_function(method, told=not method.name.startswith("_")):
                    yield _mutant(change, f"{ast.unparse(ast.fix_missing_locations(tree))}\n")
        else:
            others = ast.unparse(ast.Module(body=[one for one in tree.body if one is not definition], type_ignores=[]))
            for change, function in _in_function(definition, told=not definition.name.startswith("_")):
                yield _mutant(change, f"{others}\n\n\n{ast.unparse(ast.fix_missing_locations(function))}\n")


def _mutant(change: _Change, source: str) -> Mutant:
    return Mutant(name=change.name, says=change.says, question=change.question, source=source)


def _in_function(function: ast.FunctionDef, *, told: bool) -> Iterator[tuple[_Change, ast.FunctionDef]]:
    """Change a function in each way in turn, and back; where names are not *told*, a handout does not know them."""
    parameters = [argument.arg for argument in function.args.args if argument.arg != "self"]
    values = values_of(function)
    body = ast.Module(body=function.body, type_ignores=[])
    for parent in list(ast.walk(body)):
        for put, node in _parts(function if parent is body else parent):
            for change in _changes_of(node, parameters, values, told=told):
                put(change.node)
                yield change, function
                put(node)


def _parts(parent: ast.AST) -> Iterator[tuple[Callable[[ast.AST | None], None], ast.AST]]:
    """Yield each part of a piece of source with what puts another in its place, or none."""
    for field, value in ast.iter_fields(parent):
        if isinstance(value, ast.arguments):
            continue
        if isinstance(value, ast.AST):
            yield partial(setattr, parent, field), value
        elif isinstance(value, list):
            for place, one in enumerate(list(value)):
                if isinstance(one, ast.AST):
                    yield partial(_put, parent, field, list(value), place), one


def _put(parent: ast.AST, field: str, parts: list[ast.AST], place: int, new: ast.AST | None) -> None:
    put = [*parts[:place], *(() if new is None else (new,)), *parts[place + 1 :]]
    setattr(parent, field, put or [ast.Pass()])


def _reached(tree: ast.Module, name: str) -> list[ast.FunctionDef | ast.ClassDef]:
    """Return a function, or a class, and what it uses of the same file."""
    definitions = _defined(tree)
    found = [name]
    for one in found:
        used = {node.id for node in ast.walk(definitions[one]) if isinstance(node, ast.Name)}
        found += [other for other in definitions if other in used and other not in found]
    return [definitions[one] for one in found]


def _defined(tree: ast.Module) -> dict[str, ast.FunctionDef | ast.ClassDef]:
    return {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}


def _changes_of(node: ast.AST, parameters: list[str], values: Sequence[Value], *, told: bool) -> Iterator[_Change]:
    """Yield what may stand in the place of a piece of source; where names are not *told*, a handout does not know them."""
    for change in _changes_with_names(node, parameters, values):
        yield change if told else replace(change, says=change.says.partition(", in what it does with")[0])


def _changes_with_names(node: ast.AST, parameters: list[str], values: Sequence[Value]) -> Iterator[_Change]:
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        yield from _of_other_values(node, values)
    match node:
        case ast.If() | ast.Raise():
            yield from _of_refusals(node)
        case ast.Compare():
            yield from _of_comparisons(node, parameters)
        case ast.BinOp():
            yield from _of_arithmetic(node, parameters)
        case ast.Constant(value=int() as value) if not isinstance(value, bool):
            yield from _of_numbers(node, value, parameters)
        case ast.Name(ctx=ast.Load()) if node.id in parameters:
            yield from _of_names(node)
        case ast.Call() | ast.Tuple():
            yield from _of_sequences(node)
        case ast.IfExp():
            for retained in (node.body, node.orelse):
                yield _Change(
                    name="a_case_is_forgotten",
                    says=f"that treats two cases alike{_with(node, parameters)}",
                    question="Which cases does the handout tell apart, and on what does it depend?",
                    node=copy.deepcopy(retained),
                )


def _with(node: ast.AST, parameters: list[str]) -> str:
    """Say which parameters a piece of source is about."""
    used = {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
    told = [f"`{one}`" for one in parameters if one in used]
    return f", in what it does with {' and '.join(told)}" if told else ""


def _of_refusals(node: ast.If | ast.Raise) -> Iterator[_Change]:
    if isinstance(node, ast.If) and any(isinstance(one, ast.Raise) for one in node.body):
        yield _Change(
            name="nothing_is_refused",
            says="that refuses nothing here",
            question="For which arguments is there no right answer, and what should happen then?",
            node=None,
        )
    if isinstance(node, ast.Raise):
        error = ast.Raise(exc=ast.Name(id="AssertionError", ctx=ast.Load()))
        yield _Change(
            name="raises_another_error",
            says="that refuses the right arguments with another exception",
            question="Which exception does the handout ask for? An `assert` raises one of its own.",
            node=error,
        )
        for value in (None, 0, -1):
            yield _Change(
                name="returns_where_it_should_raise",
                says="that returns something where it should raise",
                question="How can who calls it tell such a value from a right answer?",
                node=ast.Return(value=ast.Constant(value=value)),
            )


def _of_comparisons(node: ast.Compare, parameters: list[str]) -> Iterator[_Change]:
    (operator, *_more) = node.ops
    for other in _NEIGHBOURS.get(type(operator), ()):
        yield _Change(
            name="decides_otherwise_at_the_border",
            says=f"that decides otherwise exactly at a border{_with(node, parameters)}",
            question="What should happen where both sides of your comparison are equal?",
            node=ast.Compare(left=node.left, ops=[other()], comparators=node.comparators),
        )
    if type(operator) in _OPPOSITES:
        yield _Change(
            name="compares_the_other_way",
            says=f"that decides the other way{_with(node, parameters)}",
            question="Read your condition aloud: when is it true?",
            node=ast.Compare(left=node.left, ops=[_OPPOSITES[type(operator)]()], comparators=node.comparators),
        )
    for shift in (-1, 1):
        right = ast.BinOp(left=node.comparators[0], op=ast.Add(), right=ast.Constant(value=shift))
        yield _Change(
            name="decides_otherwise_at_the_border",
            says=f"that decides otherwise near a border{_with(node, parameters)}",
            question="Which is the first case on each side of your comparison?",
            node=ast.Compare(left=node.left, ops=node.ops, comparators=[right]),
        )


def _call(function: str, *arguments: ast.expr) -> ast.Call:
    return ast.Call(func=ast.Name(id=function, ctx=ast.Load()), args=list(arguments), keywords=[])


def _of_arithmetic(node: ast.BinOp, parameters: list[str]) -> Iterator[_Change]:
    left, right, about = node.left, node.right, _with(node, parameters)
    is_sum = isinstance(node.op, ast.Add | ast.Sub)
    for retained in (left, right):
        what = "term" if is_sum else "factor"
        lost = right if retained is left else left
        yield _Change(
            name=f"a_{what}_is_missing",
            says=f"that leaves out a {what}{_with(lost, parameters) or about}",
            question="Compute a small example by hand, step by step. Which step has your function not?",
            node=copy.deepcopy(retained),
        )
    for retained in (left, right):
        twice = ast.BinOp(left=ast.Constant(value=2), op=ast.Mult(), right=copy.deepcopy(retained))
        pair = (twice, right) if retained is left else (left, twice)
        yield _Change(
            name="something_counts_twice",
            says=f"that counts something twice{about}",
            question="Compute a small example by hand, step by step. What do you count more often than it is there?",
            node=ast.BinOp(left=pair[0], op=node.op, right=pair[1]),
        )
    for parameter in parameters if is_sum else ():
        for retained in (left, right):
            for operation in (ast.Mult(), ast.FloorDiv()):
                scaled = ast.BinOp(
                    left=copy.deepcopy(retained), op=operation, right=ast.Name(id=parameter, ctx=ast.Load())
                )
                yield _Change(
                    name="something_is_scaled",
                    says=f"that multiplies or divides a term by `{parameter}`",
                    question=f"Which parts of the answer grow or shrink with `{parameter}`, and which do not?",
                    node=ast.BinOp(
                        left=scaled if retained is left else left,
                        op=node.op,
                        right=scaled if retained is right else right,
                    ),
                )
    if isinstance(node.op, ast.FloorDiv | ast.Div):
        quotient = ast.BinOp(left=left, op=ast.Div(), right=right)
        above = ast.UnaryOp(
            op=ast.USub(),
            operand=ast.BinOp(left=ast.UnaryOp(op=ast.USub(), operand=left), op=ast.FloorDiv(), right=right),
        )
        question = "What becomes of a remainder? Try numbers that do not divide."
        yield _Change(name="rounds_up", says=f"that rounds up{about}", question=question, node=above)
        for rounded in _to_nearest(quotient):
            yield _Change(
                name="rounds_to_nearest", says=f"that rounds to the nearest{about}", question=question, node=rounded
            )
        for apart in divided_apart(node) if isinstance(node.op, ast.FloorDiv) else ():
            yield _Change(
                name="each_term_is_rounded",
                says=f"that divides and rounds parts of a sum for themselves{_with(right, parameters)}",
                question="How often do you round, and at which step? Try numbers of which several leave a remainder.",
                node=apart,
            )
        yield _Change(
            name="cuts_towards_zero",
            says=f"that cuts towards zero{about}",
            question=question,
            node=_call("int", quotient),
        )
        yield _Change(
            name="divides_without_rounding",
            says=f"that keeps the fraction{about}",
            question="Of which type is the answer? Which operators of Python return a float?",
            node=quotient,
        )
    for other in (ast.Add, ast.Sub, ast.Mult, ast.FloorDiv):
        if not isinstance(node.op, other):
            yield _Change(
                name="another_operation",
                says=f"that computes with another operation{about}",
                question="Compute a small example by hand, step by step, beside your function.",
                node=ast.BinOp(left=left, op=other(), right=right),
            )
    if isinstance(node.op, ast.Sub | ast.FloorDiv | ast.Div):
        yield _Change(
            name="the_wrong_way_round",
            says=f"that takes two things the wrong way round{about}",
            question="Which of the two is subtracted from, or divided by, the other?",
            node=ast.BinOp(left=right, op=node.op, right=left),
        )


def _to_nearest(quotient: ast.expr) -> Iterator[ast.expr]:
    """Yield ways to round, which differ at one half: to the even number, to the odd one where one is added before, and up."""
    one, half = ast.Constant(value=1), ast.Constant(value=0.5)
    yield _call("round", quotient)
    later = _call("round", ast.BinOp(left=quotient, op=ast.Add(), right=one))
    yield ast.BinOp(left=later, op=ast.Sub(), right=one)
    yield _call("int", ast.BinOp(left=quotient, op=ast.Add(), right=half))


def _of_numbers(node: ast.Constant, value: int, parameters: list[str]) -> Iterator[_Change]:
    for other in (value - 1, value + 1, -value):
        if other != value:
            yield _Change(
                name="off_by_one" if abs(other - value) == 1 else "another_number",
                says="that counts one more or one less somewhere",
                question="Count the smallest case by hand. Which one do you count that is not there, or forget?",
                node=ast.Constant(value=other),
            )
    for parameter in parameters:
        yield _Change(
            name="another_value_in_its_place",
            says=f"that takes `{parameter}` where a number belongs that does not depend on it",
            question="Compute a small example by hand. Which numbers change with it, and which do not?",
            node=ast.Name(id=parameter, ctx=ast.Load()),
        )


def _of_other_values(node: ast.Name, values: Sequence[Value]) -> Iterator[_Change]:
    own = next((one for one in values if one.name == node.id), None)
    if own is None:
        return
    for other in values:
        if other.name != node.id and (own.told is not None or other.told is None):
            yield _Change(
                name="another_value_in_its_place",
                says=f"that takes {other.told or 'one value'} where {own.told or 'another'} belongs",
                question="Go through your function with arguments that all differ. Where does each of them arrive?",
                node=copy.deepcopy(other.node),
            )


def _of_names(node: ast.Name) -> Iterator[_Change]:
    for value in (0, 1):
        yield _Change(
            name="an_argument_is_ignored",
            says=f"that ignores `{node.id}` in one place",
            question=f"What should change with `{node.id}`? Where is it used?",
            node=ast.Constant(value=value),
        )
    for shift in (-1, 1):
        yield _Change(
            name="off_by_one",
            says=f"that takes one more or one less than `{node.id}`",
            question="Count the smallest case by hand. Which one do you count that is not there, or forget?",
            node=ast.BinOp(left=copy.deepcopy(node), op=ast.Add(), right=ast.Constant(value=shift)),
        )


def _of_sequences(node: ast.Call | ast.Tuple) -> Iterator[_Change]:
    parts = node.args if isinstance(node, ast.Call) else node.elts
    for one, other in combinations(range(len(parts)), 2):
        swapped = list(parts)
        swapped[one], swapped[other] = swapped[other], swapped[one]
        yield _Change(
            name="two_things_exchanged",
            says="that exchanges two things",
            question="Go through your function with arguments that all differ. Where does each of them arrive?",
            node=_like(node, swapped),
        )
    if isinstance(node, ast.Call) and len(parts) > 1:
        yield _Change(
            name="an_argument_is_not_passed_on",
            says="that does not pass on all that it gets",
            question="Which of your arguments reaches the step that needs it?",
            node=_like(node, parts[:-1]),
        )


def _like(node: ast.Call | ast.Tuple, parts: list[ast.expr]) -> ast.expr:
    if isinstance(node, ast.Call):
        return ast.Call(func=node.func, args=parts, keywords=node.keywords)
    return ast.Tuple(elts=parts, ctx=ast.Load())


class _Inlining(ast.NodeTransformer):
    """Put what is kept in a name where the name is used."""

    def __init__(self, values: dict[str, ast.expr]) -> None:
        self._values = values

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """Replace a use."""
        return (
            copy.deepcopy(self._values[node.id]) if isinstance(node.ctx, ast.Load) and node.id in self._values else node
        )


def _inlined(tree: ast.Module) -> ast.Module:
    """Return a tree in which names that are given a value once, in the body of a function, stand for it."""
    tree = copy.deepcopy(tree)
    for function in (node for node in tree.body if isinstance(node, ast.FunctionDef)):
        assigned = [
            node for node in ast.walk(function) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
        ]
        once = {node.id for node in assigned if sum(other.id == node.id for other in assigned) == 1}
        body: list[ast.stmt] = []
        values: dict[str, ast.expr] = {}
        for statement in function.body:
            changed = _Inlining(values).visit(statement)
            match changed:
                case ast.Assign(targets=[ast.Name(id=target)], value=value) if target in once:
                    values[target] = value
                case _:
                    body.append(changed)
        function.body = body
    return tree


# --- changes of what goes in and what comes out -------------------------------------------------------------------------


_AROUND = """
import inspect as _inspect

_inner = {name}


def {name}(*args, **kwargs):
    _bound = _inspect.signature(_inner).bind(*args, **kwargs)
    _bound.apply_defaults()
    given = _bound.arguments
{before}
    result = _inner(**given)
{after}
    return result
"""


def _wrapped(source: str, function: ast.FunctionDef) -> Iterator[Mutant]:
    """Yield a function that gets other arguments than it is given, or whose answer is changed."""

    def around(name: str, says: str, question: str, *, before: str = "pass", after: str = "pass") -> Mutant:
        lines = {"before": before, "after": after}
        indented = {key: "\n".join(f"    {line}" for line in text.splitlines()) for key, text in lines.items()}
        text = source + _AROUND.format(name=function.name, **indented)
        return Mutant(name=name, says=says, question=question, source=text)

    parameters = [argument.arg for argument in function.args.args]
    with_default = parameters[len(parameters) - len(function.args.defaults) :]
    for parameter, value in zip(with_default, function.args.defaults, strict=True):
        yield around(
            "an_argument_is_ignored",
            f"that ignores `{parameter}`",
            f"What should change with `{parameter}`? Where is it used?",
            before=f"given[{parameter!r}] = {ast.unparse(value)}",
        )
        for pair in (f"({{}}, {ast.unparse(value)})", f"({ast.unparse(value)}, {{}})"):
            part = pair.format(f"_part(given[{parameter!r}], {0 if pair.startswith('({') else -1})")
            yield around(
                "an_argument_counts_in_one_direction",
                f"that uses `{parameter}` in one direction alone",
                f"In which directions does `{parameter}` count? Where is it used?",
                before=f"_part = lambda one, place: one[place] if isinstance(one, (tuple, list)) else one\n"
                f"given[{parameter!r}] = {part}",
            )
        defaults: tuple[int | None, ...] = (0, 1, 2, None, True, False)
        for default in defaults:
            yield around(
                "another_default",
                f"in which `{parameter}` has another value where it is not given",
                f"What does the handout say of `{parameter}` where nobody gives it?",
                before=f"if {parameter!r} not in kwargs and len(args) <= {parameters.index(parameter)}: "
                f"given[{parameter!r}] = {default!r}",
            )
    arrive = "Go through your function with arguments that all differ. Where does each of them arrive?"
    for one, other in combinations(parameters, 2):
        yield around(
            "two_arguments_exchanged",
            f"that takes `{one}` for `{other}`",
            arrive,
            before=f"given[{one!r}], given[{other!r}] = given[{other!r}], given[{one!r}]",
        )
        for target, taken in ((one, other), (other, one)):
            yield around(
                "another_value_in_its_place",
                f"that takes `{taken}` where `{target}` belongs",
                arrive,
                before=f"given[{target!r}] = given[{taken!r}]",
            )
    for one, other in combinations(parameters, 2):
        order = [{one: other, other: one}.get(parameter, parameter) for parameter in parameters]
        yield around(
            "parameters_in_another_order",
            f"whose parameters `{one}` and `{other}` stand in each other's place",
            "It matters where a call gives no names. In which order does the handout list the parameters?",
            before=f"given = dict(zip({order!r}, args)) | kwargs",
        )
    for parameter in parameters:
        yield from _of_pairs(around, parameter)
        yield around(
            "off_by_one",
            f"that takes one more than `{parameter}`",
            "Count the smallest case by hand. Which one do you count that is not there, or forget?",
            before=f"given[{parameter!r}] += 1",
        )
    yield from _of_largest_and_smallest(around, (*combinations(parameters, 1), *combinations(with_default, 2)))
    yield from _of_answers(around, parameters)


def _of_pairs(around: Callable[..., Mutant], parameter: str) -> Iterator[Mutant]:
    question = f"What do the parts of `{parameter}` mean, in which order, and which of them do you use?"
    value = f"given[{parameter!r}]"
    is_sequence = f"if isinstance({value}, (tuple, list)) and len({value}) > 1: "
    for name, says, made in (
        (
            "takes_the_first_for_all",
            f"that takes the first part of `{parameter}` for all of them",
            f"({value}[0],) * len({value})",
        ),
        (
            "takes_the_last_for_all",
            f"that takes the last part of `{parameter}` for all of them",
            f"({value}[-1],) * len({value})",
        ),
        (
            "takes_a_pair_the_wrong_way_round",
            f"that takes the parts of `{parameter}` in the opposite order",
            f"tuple({value})[::-1]",
        ),
        (
            "takes_the_parts_in_another_order",
            f"that takes the parts of `{parameter}` in another order",
            f"(*tuple({value})[1:], {value}[0])",
        ),
        (
            "takes_the_parts_in_another_order",
            f"that takes the parts of `{parameter}` in another order",
            f"({value}[-1], *tuple({value})[:-1])",
        ),
    ):
        yield around(name, says, question, before=f"{is_sequence}{value} = {made}")
    yield around(
        "a_pair_is_not_taken",
        f"that cannot take a pair as `{parameter}`",
        f"May `{parameter}` be a pair, by the handout? Which line of yours computes with it as with one number?",
        before=f"if isinstance({value}, (tuple, list)): raise TypeError",
    )


def _of_largest_and_smallest(around: Callable[..., Mutant], sets: Sequence[tuple[str, ...]]) -> Iterator[Mutant]:
    """Yield what takes one part for all, of every parameter in one of the *sets*."""
    for concerned in sets:
        told = " and ".join(f"`{one}`" for one in concerned)
        for name, which in (("takes_the_largest_for_all", "max"), ("takes_the_smallest_for_all", "min")):
            size = "largest" if which == "max" else "smallest"
            yield around(
                name,
                f"that takes the {size} part of {told} for all of them",
                f"What do the parts of {told} mean, and may one of them stand for another?",
                before=f"for _one in {concerned!r}:\n"
                f"    if isinstance(given[_one], (tuple, list)): given[_one] = ({which}(given[_one]),) * len(given[_one])",
            )


def _of_answers(around: Callable[..., Mutant], parameters: list[str]) -> Iterator[Mutant]:
    is_number = "isinstance(result, (int, float)) and not isinstance(result, bool)"
    yield around(
        "returns_a_float",
        "that returns a float",
        "Of which type is the answer? Which operations of Python return a float?",
        after=f"if {is_number}: result = float(result)",
    )
    yield around(
        "returns_a_list",
        "that returns a list",
        "Which type does the handout ask for?",
        after="if isinstance(result, tuple): result = list(result)",
    )
    for retained in (1, -1):
        yield around(
            "returns_a_nested_answer",
            "that returns some parts of its answer in a pair of their own",
            "How many parts has the answer in the handout, and is any of them a pair itself?",
            after="if isinstance(result, tuple) and len(result) > 2: "
            + ("result = (result[0], result[1:])" if retained == 1 else "result = (result[:-1], result[-1])"),
        )
    for shift in (-1, 1):
        yield around(
            "off_by_one",
            "that counts one more or one less",
            "Count the smallest case by hand. Which one do you count that is not there, or forget?",
            after=f"if {is_number}: result += {shift}",
        )
    for count in (2, 3):
        for order in permutations(range(count)):
            if list(order) != list(range(count)):
                yield around(
                    "answers_in_another_order",
                    "that returns the parts of its answer in another order",
                    "In which order does the handout write the answer?",
                    after=f"if isinstance(result, tuple) and len(result) == {count}: result = tuple(result[i] for i in {order})",
                )
    for refused in ("result == 0", "result < 0", "result <= 1"):
        yield around(
            "refuses_too_much",
            "that refuses arguments which have an answer",
            "For which arguments does the handout ask for an exception, and for which alone?",
            after=f"if {is_number} and {refused}: raise ValueError",
        )
