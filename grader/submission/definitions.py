"""
Choose from the statements of a notebook or script those that are graded: its definitions, and what they need.

A definition may need a value at once (a base class, a default) or when it is called (a constant).  For the names that the
assignment asks for, every value is kept unless it is known to do something; for other definitions only values that provably do
nothing but compute.  What trains, plots or downloads stays out, and whatever needs it in order to run stays out with it.
"""

from __future__ import annotations

import ast
import bisect
import builtins
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grader.submission.side_effects import Effects, is_literal
from grader.submission.source_map import standing_in
from grader.submission.statements import LONGEST_MODULE, Statement, is_decorated, is_main_guard, is_of_the_future, root

_BUILTINS = frozenset(dir(builtins)) - {"display", "get_ipython"}  # of whatever kernel runs this
_MAX_VISITED = 1_000
"""How many functions are followed from one statement; nobody writes so many that call each other."""
UNNEEDED = "no definition needs it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Omitted:
    """A statement that is not graded."""

    statement: Statement
    why: str
    """A clause with the statement as its subject; empty where nobody misses it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What is graded and what is not, each in the order of the submission."""

    selected: tuple[Statement, ...]
    omitted: tuple[Omitted, ...]
    wanted: frozenset[str]
    """Names that what is asked for needs, now or when it is called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """What an assignment asks for, as far as it decides what is graded."""

    names: frozenset[str]
    """Names that a submission must define."""
    available: frozenset[str]
    """Top-level modules that can be imported where it runs, its own files included."""
    forbidden: tuple[str, ...] = ()
    """Modules that what is asked for may not use; elsewhere they are left out."""


def choose(statements: Sequence[Statement], demand: Demand) -> Selection:
    """Choose what is graded."""
    return _Choosing(statements, demand).choice()


def in_order_of_need(selected: Sequence[Statement]) -> tuple[Statement, ...]:
    """Move what a statement needs in order to run before it, where a notebook has it only in a later cell."""
    binders: dict[str, list[int]] = {}
    own = {name: statement for statement in selected if (name := statement.defines) is not None}
    for index, statement in enumerate(selected):
        for name in statement.binds | statement.changes:
            binders.setdefault(name, []).append(index)
    ordered: list[Statement] = []
    bound: set[str] = set()
    begun: set[int] = set()

    def missing(index: int) -> Iterator[int]:
        for name in sorted(_needed_to_run(selected[index], own) - selected[index].binds):
            if name not in bound:
                yield from (other for other in binders.get(name, ()) if other not in begun)

    for first in range(len(selected)):
        if first in begun:
            continue
        begun.add(first)
        waiting = [(first, missing(first))]
        while waiting:
            index, needs = waiting[-1]
            before = next(needs, None)
            if before is None:
                waiting.pop()
                ordered.append(selected[index])
                bound |= selected[index].binds
            elif before not in begun:
                begun.add(before)
                waiting.append((before, missing(before)))
    return tuple(ordered)


def unavailable(statement: Statement, available: frozenset[str]) -> str | None:
    """Return the package that an import needs and that is not available, or None."""
    module = None
    if isinstance(statement.node, ast.Import):
        module = statement.node.names[0].name
    elif isinstance(statement.node, ast.ImportFrom) and not statement.node.level:
        module = statement.node.module
    package = module.partition(".")[0] if module else None
    return package if package is not None and package not in available else None


def forbidden(statement: Statement, modules: tuple[str, ...]) -> str | None:
    """Return the one of *modules* that an import statement is of, or None."""
    node = statement.node
    if isinstance(node, ast.Import):
        imported = [alias.name for alias in node.names]
    elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
        imported = [f"{node.module[:LONGEST_MODULE]}.{alias.name}" for alias in node.names]
    else:
        return None
    return next((module for name in imported if (module := belongs_to(name, modules)) is not None), None)


def belongs_to(name: str, modules: tuple[str, ...]) -> str | None:
    """Return the one of *modules* that *name* is, or is something of, or None."""
    return next((module for module in modules if f"{name}.".startswith(f"{module}.")), None)


def _needed_to_run(statement: Statement, own: dict[str, Statement]) -> set[str]:
    """Return the names that must have values when the statement runs; functions that it reads, it may call."""
    needed = set(statement.now)
    waiting = [name for name in statement.now if name in own]
    visited: set[str] = set()
    while waiting and len(visited) < _MAX_VISITED:
        name = waiting.pop()
        if name not in visited:
            visited.add(name)
            more = own[name].later - needed
            needed |= more
            waiting += [other for other in more if other in own]
    return needed


class _Choosing:
    """One choice in the making; statements go by their index."""

    def __init__(self, statements: Sequence[Statement], demand: Demand) -> None:
        self._statements = statements
        self._effects = Effects(statements)
        self._binders: dict[str, list[int]] = {}
        for index, statement in enumerate(statements):
            for name in statement.binds | self._effects.own_changes(statement):
                self._binders.setdefault(name, []).append(index)
        self._why: dict[int, str] = {}
        for index, statement in enumerate(statements):
            if is_main_guard(statement.node):
                self._why[index] = "it runs only where the file is started by itself"
            elif (package := unavailable(statement, demand.available)) is not None:
                self._why[index] = f"`{package}` is not among the packages of this assignment"
        self._wanted = self._reach(demand.names)
        for index, statement in enumerate(statements):
            if index in self._wanted or _is_star(statement):  # nobody can tell what uses a star
                continue
            if (module := forbidden(statement, demand.forbidden)) is not None:
                self._why[index] = f"`{module}` may not be used in this assignment"
        self._selected: set[int] = set()
        self._runs: dict[int, bool] = {}
        self._given: Counter[str] = Counter()
        """How many selected statements give each name a value."""

    def choice(self) -> Selection:
        self._select_what_is_needed()
        self._drop_what_cannot_run()
        self._drop_what_is_defined_again()
        omitted = [
            Omitted(statement=statement, why=self._reason(index))
            for index, statement in enumerate(self._statements)
            if index not in self._selected
        ]
        selected = tuple(self._statements[index] for index in sorted(self._selected))
        wanted = frozenset(name for index in self._wanted for name in self._statements[index].binds)
        return Selection(selected=selected, omitted=tuple(omitted), wanted=wanted)

    def _reach(self, asked: frozenset[str]) -> frozenset[int]:
        """Return the statements that the asked-for names need, now or when they are called."""
        found: set[int] = set()
        names, seen = list(asked), set(asked)
        while names:
            for index in self._binders.get(names.pop(), ()):
                if index in found or index in self._why:
                    continue
                if self._statements[index].defines is None and self._does_something(index):
                    continue
                found.add(index)
                more = _needs(self._statements[index])
                if self._effects.own_changes(self._statements[index]):
                    more |= self._statements[index].binds  # a part of what it changes, and changed itself later
                seen_before, seen = seen, seen | more
                names += more - seen_before
        return frozenset(found)

    def _does_something(self, index: int) -> bool:
        """Tell whether a statement is known to do something, and remember what."""
        doing = self._effects.of(self._statements[index])
        if doing is not None:
            self._why[index] = doing.value
        return doing is not None

    def _may_run(self, index: int) -> bool:
        if index not in self._runs:  # a statement is asked for once for each name that it binds
            self._runs[index] = self._is_allowed(index)
        return self._runs[index]

    def _is_allowed(self, index: int) -> bool:
        statement = self._statements[index]
        if index in self._why:
            return False
        if index in self._wanted:
            return True
        if self._does_something(index):
            return False
        if statement.defines is not None or isinstance(statement.node, ast.Import | ast.ImportFrom):
            return True
        return self._effects.only_computes(statement)

    def _select_what_is_needed(self) -> None:
        waiting = [
            index for index, statement in enumerate(self._statements) if _always(statement) and self._may_run(index)
        ]
        waiting += [
            index
            for index, statement in enumerate(self._statements)
            if (self._effects.extends_the_path(statement) and self._effects.only_computes(statement))
            or self._effects.makes_a_folder(statement)
        ]
        seen: set[str] = set()
        while waiting:
            index = waiting.pop()
            if index in self._selected:
                continue
            self._selected.add(index)
            more = _needs(self._statements[index]) - seen
            seen |= more
            waiting += [other for name in more for other in self._binders.get(name, ()) if self._may_run(other)]
        for index in self._wanted - self._selected:  # what is asked for need not be a definition
            if self._may_run(index):
                self._selected.add(index)

    def _drop_what_cannot_run(self) -> None:
        """Leave out what needs something that is left out, and then what needs that."""
        stars = any(_is_star(self._statements[index]) for index in self._selected)
        readers: dict[str, list[int]] = {}
        for index in self._selected:
            for name in self._statements[index].now:
                readers.setdefault(name, []).append(index)
        self._given.update(name for index in self._selected for name in self._statements[index].binds)
        waiting = sorted(self._selected, reverse=True)
        while waiting:
            index = waiting.pop()
            if index not in self._selected:
                continue
            unmet = self._unmet(index, stars=stars)
            if unmet is None:
                continue
            known = unmet in self._binders
            self._why[index] = f"it needs `{unmet}`, which is {'left out' if known else 'not defined here'}"
            self._selected.discard(index)
            statement = self._statements[index]
            self._given.subtract(statement.binds)
            waiting += [other for bound in statement.binds | statement.changes for other in readers.get(bound, ())]

    def _unmet(self, index: int, *, stars: bool) -> str | None:
        """Return a name that a statement needs in order to run and that nothing selected gives it."""
        statement = self._statements[index]
        if isinstance(statement.node, ast.Try) and statement.node.handlers:
            return None  # it says itself what happens then
        for name in sorted(statement.now - statement.binds - _BUILTINS):
            if name.startswith("__"):
                continue
            if not self._given[name]:
                if not stars or name in self._binders:
                    return name
            elif statement.defines is None and self._is_stale(name, index):
                return name
        return None

    def _is_stale(self, name: str, index: int) -> bool:
        """Return whether what made *name* what it was, before a statement, is left out: it may lack an element now."""
        binders = self._binders[name]
        before = bisect.bisect_left(binders, index)
        for other in reversed(binders[max(before - _MAX_VISITED, 0) : before]):
            if other not in self._selected:
                return True
            if name not in self._statements[other].changes:
                return False
        return False

    def _drop_what_is_defined_again(self) -> None:
        """Of several definitions of a name the last counts, unless something in between needs an earlier one."""
        definitions: dict[str, list[int]] = {}
        for index in sorted(self._selected):
            name = self._statements[index].defines
            if name is not None:
                definitions.setdefault(name, []).append(index)
        reading: dict[str, list[int]] = {name: [] for name, indices in definitions.items() if len(indices) > 1}
        for index in sorted(self._selected):
            for name in self._statements[index].now & reading.keys():
                reading[name].append(index)
        for name, readers in reading.items():
            *earlier, last = definitions[name]
            final = self._statements[last]
            for index in earlier:
                statement = self._statements[index]
                is_read = bisect.bisect_right(readers, index) < bisect.bisect_right(readers, last)
                if is_read or is_decorated(statement):  # a decorator may have kept it
                    continue
                self._selected.discard(index)
                where = standing_in(final.file, final.cell).removesuffix(", ") or f"line {final.line}"
                again = f"`{name}` is defined again in {where}, and that counts"
                self._why[index] = "" if statement.text == final.text else again

    def _reason(self, index: int) -> str:
        if index in self._why:
            return self._why[index]
        if _says_nothing(self._statements[index]):
            return ""
        return self._why[index] if self._does_something(index) else UNNEEDED


def _needs(statement: Statement) -> set[str]:
    """Return the names that a statement needs sometime; a loop's own variables are no needs."""
    needs = set(statement.now | statement.later)
    return needs - statement.binds if isinstance(statement.node, ast.For | ast.While | ast.If) else needs


def _always(statement: Statement) -> bool:
    """Return whether it is kept even where nothing needs it."""
    if is_of_the_future(statement.node) or statement.defines is not None:
        return True
    return is_literal(statement) or _is_star(statement)


def _is_star(statement: Statement) -> bool:
    return isinstance(statement.node, ast.ImportFrom) and statement.node.names[0].name == "*"


def _says_nothing(statement: Statement) -> bool:
    """Return whether nobody misses it: an import that nothing uses, a text, a pass, `grader.check()`."""
    node = statement.node
    is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    is_check = isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and root(node.value.func) == "grader"
    return is_text or is_check or isinstance(node, ast.Pass | ast.Import | ast.ImportFrom)
