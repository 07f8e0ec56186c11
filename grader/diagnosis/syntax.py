"""
What the source of a function is made of: the terms of a sum, and the values that a name may be taken for.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """Something that a function computes with and that has a name."""

    name: str
    told: str | None
    """Its name in a hint; None for what a reference has computed, whose names nobody else knows."""
    node: ast.expr


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A term of a sum."""

    operator: ast.operator
    """`+` or `-`, also of the first."""
    node: ast.expr


def values_of(function: ast.FunctionDef) -> tuple[Value, ...]:
    """Return the parameters of a function, defaults that it fills in, and the names that it gives to what it computes."""
    parameters = [argument.arg for argument in function.args.args if argument.arg != "self"]
    local = {
        node.id: None
        for node in ast.walk(function)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and not node.id.startswith("_")
    }
    return (
        *(Value(name=one, told=f"`{one}`", node=_name(one)) for one in parameters),
        *_filled_in(function),
        *(Value(name=one, told=None, node=_name(one)) for one in local if one not in parameters),
    )


def _filled_in(function: ast.FunctionDef) -> Iterator[Value]:
    """Yield what a function writes as `other if parameter is None else parameter`."""
    for node in ast.walk(function):
        match node:
            case ast.IfExp(test=ast.Compare(left=ast.Name(id=name), ops=[ast.Is()]), orelse=ast.Name(id=other)):
                if other == name:
                    yield Value(name=name, told=f"`{name}`", node=node)


def _name(name: str) -> ast.expr:
    return ast.Name(id=name, ctx=ast.Load())


def terms_of(node: ast.expr) -> tuple[Term, ...]:
    """Return the terms of a sum, one alone where it is none; a term in parentheses is one."""
    match node:
        case ast.BinOp(op=ast.Add() | ast.Sub()):
            return (*terms_of(node.left), Term(operator=node.op, node=node.right))
    return (Term(operator=ast.Add(), node=node),)


def sum_of(terms: tuple[Term, ...]) -> ast.expr:
    """Return the sum of terms; what is subtracted first is subtracted from zero."""
    (first, *more) = terms
    is_added = isinstance(first.operator, ast.Add)
    total = first.node if is_added else ast.BinOp(ast.Constant(value=0), first.operator, first.node)
    for term in more:
        total = ast.BinOp(left=total, op=term.operator, right=term.node)
    return total


def divided_apart(node: ast.BinOp) -> Iterator[ast.expr]:
    """Yield a sum's division with all terms divided for themselves, and with one of them divided apart from the others."""
    terms = terms_of(node.left)
    if len(terms) < 2:
        return
    yield sum_of(tuple(Term(operator=one.operator, node=ast.BinOp(one.node, node.op, node.right)) for one in terms))
    for alone in terms if len(terms) > 2 else ():
        rest = sum_of(tuple(one for one in terms if one is not alone))
        together = Term(operator=ast.Add(), node=ast.BinOp(rest, node.op, node.right))
        apart = Term(operator=alone.operator, node=ast.BinOp(alone.node, node.op, node.right))
        yield sum_of((together, apart))
