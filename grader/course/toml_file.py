"""
Decode TOML into a struct, and say of a wrong file which key of it is wrong, what it holds and what would be right.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar, get_args

import msgspec

from grader.errors import AssignmentError

_Table = TypeVar("_Table", bound=msgspec.Struct)


def read(path: Path, kind: type[_Table]) -> _Table:
    """
    Read a file as a struct that forbids unknown keys.

    Raises:
        AssignmentError: If it cannot be read, is no TOML or is not of this *kind*; the text names file, key and value.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise AssignmentError(f"{path}: cannot be read: {error.strerror}") from None
    return decode(content, kind, path)


def decode(content: str | bytes, kind: type[_Table], path: Path) -> _Table:
    """Decode what stands in the file *path*; raises AssignmentError as `read` does."""
    try:
        tree = msgspec.toml.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise AssignmentError(f"{path}: not TOML: {error}") from None
    return table(tree, kind, path)


def table(tree: object, kind: type[_Table], path: Path, key: str = "") -> _Table:
    """Convert what stands under *key* in the file *path*, decoded already; raises AssignmentError as `read` does."""
    try:
        return msgspec.convert(tree, kind)
    except msgspec.ValidationError as error:
        match = re.fullmatch(r"(?P<text>.*?)(?: - at `\$\.?(?P<below>.*)`)?", str(error), re.DOTALL)
        assert match is not None
        below = match["below"] or ""
        explanation = _explain(match["text"], _join(key, below), _at(tree, below), _keys(kind, below))
        raise AssignmentError(f"{path}: {explanation}") from None


_KINDS = {
    "array": "a list",
    "bool": "true or false",
    "float": "a number",
    "int": "a whole number",
    "object": "a table",
    "str": "a text",
}
"""msgspec's names of types, for people."""
_BOUNDS = {">=": "at least", ">": "above", "<=": "at most", "<": "below"}


def _explain(text: str, key: str, value: Any, keys: tuple[str, ...]) -> str:
    """Turn msgspec's words about the *value* under *key*, which may have *keys* of its own, into words for people."""
    if unknown := re.fullmatch(r"Object contains unknown field `(.*)`", text, re.DOTALL):
        near = difflib.get_close_matches(unknown[1], keys, n=1)
        suggestion = f"; did you mean {near[0]}?" if near else ""
        return f"{_join(key, unknown[1])}: there is no such key{suggestion}"
    if missing := re.fullmatch(r"Object missing required field `(.*)`", text):
        return f"{_join(key, missing[1])}: this key is missing"
    if types := re.fullmatch(r"Expected `(\w+)(?: \| null)?`, got `(\w+)`", text):
        return f"{key} must be {_KINDS.get(types[1], types[1])}, got {_KINDS.get(types[2], types[2])}: {value!r}"
    if bound := re.fullmatch(r"Expected `\w+` ([<>]=?) (.+)", text):
        return f"{key} must be {_BOUNDS[bound[1]]} {_number(bound[2])}, got {value:,}"
    if length := re.fullmatch(r"Expected `\w+` of length >= (\d+)", text):
        return f"{key} must hold at least {length[1]}, got {value!r}"
    return f"{key}: {text}"


def _number(text: str) -> str:
    return f"{float(text):,}".removesuffix(".0")


def _join(key: str, name: str) -> str:
    return f"{key}.{name}" if key and name else key or name


def _at(tree: Any, key: str) -> Any:
    """Return what stands under *key*, such as `exercises[0].name`."""
    for part in re.findall(r"[^.\[\]]+", key):
        tree = tree[int(part)] if isinstance(tree, list) else tree[part]
    return tree


def _keys(kind: type[msgspec.Struct], key: str) -> tuple[str, ...]:
    """Return the keys that the table under *key* may have; none if it is no table."""
    for name in re.findall(r"[^.\[\]]+", re.sub(r"\[\d+\]", "", key)):
        (annotation,) = (field.type for field in msgspec.structs.fields(kind) if field.encode_name == name)
        tables = tuple(_tables(annotation))
        if not tables:
            return ()
        kind = tables[0]
    return kind.__struct_fields__


def _tables(annotation: Any) -> Iterator[type[msgspec.Struct]]:
    if isinstance(annotation, type) and issubclass(annotation, msgspec.Struct):
        yield annotation
    for part in get_args(annotation):
        yield from _tables(part)
