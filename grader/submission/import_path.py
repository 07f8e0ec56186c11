"""
Put the scripts of a submission where the graded file finds them, as Python did for the student.

A student ran the graded file in its own folder, from a folder above it (`python -m hw.main`), or with some folder on the path.
Which one shows in what is imported.  A script that is imported under another name than where it lies comes to lie there, too.
"""

from __future__ import annotations

import ast
import keyword
import posixpath
import re
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from grader.submission.file_names import resubmission, sender
from grader.submission.needed_files import modules_of
from grader.submission.statements import LONGEST_MODULE, UNREADABLE, source_lines, tree_of

_FROM = re.compile(r"from(?:[ \t]*(?P<dots>\.(?:[ \t]*\.)*)[ \t]*|[ \t]+\w+)")
_INIT = "__init__.py"
_MAX_SEARCHED = 1_000
"""Modules that are looked for; a submission imports some dozens."""
_DEEPEST = 20
_MAX_REWRITTEN = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A script of a submission, as it is to run."""

    path: str
    """Where it comes to lie; empty if nowhere."""
    found: str
    """Where it was found."""
    content: bytes | None
    """None where it cannot be read."""


class ImportPath:
    """
    The scripts of a submission, and where each comes to lie.

    Args:
        main: Where the graded file was found.
        above: The folder that everything was found in, as far as its name is known.
        scripts: The scripts, where they come to lie if they are not imported under other names.
        not_free: Top-level modules that are something else: of Python, of packages, and *own*.
        own: The module that the graded file becomes.
    """

    def __init__(self, main: str, above: str, scripts: Sequence[Script], not_free: Collection[str], own: str) -> None:
        self._main = main
        self._folders = list(_and_above(posixpath.dirname(main)))
        self._above = [part for part in above.split("/") if part]
        self._not_free = not_free
        self._own = own
        self._at = {script.path: script for script in scripts if script.path}
        self._by_found = {script.found: script for script in scripts}
        self._found = {_lower_ending(script.found): script.found for script in scripts}
        self._by_name: dict[str, list[str]] = {}
        for path in self._found:
            self._by_name.setdefault(posixpath.basename(_module_path(path)), []).append(path)
        self._beside = {
            path: posixpath.basename(_module_path(path))
            for path in self._found
            if posixpath.dirname(path) == self._folders[0]
            and sender(posixpath.basename(path)) == sender(posixpath.basename(main))
        }
        """Scripts in the folder of the graded file, of the same student, with their names."""
        self._stands_for: dict[str, str] = {}
        """Folders that are packages under a name that is known from an import, or made up."""
        self._placed: dict[str, str | None] = {}
        """Where each module lies that was looked for."""
        self._visited: set[str] = set()
        self._ran: dict[str, str] = {}

    @property
    def scripts(self) -> tuple[Script, ...]:
        """Return the scripts: those that are imported where they are imported from, the others where they lay at first."""
        imported = self.imported
        return tuple(
            script for path, script in self._at.items() if path in self._visited or script.found not in imported
        )

    @property
    def imported(self) -> frozenset[str]:
        """Return where the scripts were found that are imported, directly or through others."""
        return frozenset(self._at[path].found for path in self._visited)

    def take(self, source: str) -> str:
        """Place what source of the graded file imports; returns it with absolute imports, which a main module needs."""
        source = self._absolute(source)
        self._follow(modules_of(source, ""))
        return source

    def module_of(self, found: str) -> str:
        """Return the module as which a script can be imported that was found somewhere; it may import what lies beside it."""
        if found not in self._ran:
            script = self._by_found[found]
            name = _lower_ending(script.path or found).removesuffix(".py")
            if not script.path or not _is_name(name) or name in self._not_free:
                name = self._free(posixpath.basename(name))
                self._at[f"{name}.py"] = replace(script, path=f"{name}.py")
            if posixpath.dirname(found) not in self._folders:
                self._folders.append(posixpath.dirname(found))
            self._ran[found] = name
            self._follow([name])
        return self._ran[found]

    def _free(self, name: str) -> str:
        """Return a name like that for a module or a package that nothing has."""
        name = re.sub(r"\W", "_", name)
        name = name if name.isidentifier() else f"_{name}"
        while name in self._not_free or keyword.iskeyword(name) or f"{name}.py" in self._at:
            name += "_"
        return name

    def _follow(self, modules: Iterable[str]) -> None:
        """Place modules, and what they import."""
        waiting = deque(modules)
        while waiting:
            path = self._place(waiting.popleft())  # in order: a package comes before what is in it
            folders = _and_above(posixpath.dirname(path)) if path else ()
            inits = (posixpath.join(folder, _INIT) for folder in folders if folder)
            for visited in (path, *inits) if path else ():
                script = self._at.get(visited)
                if script is None or visited in self._visited:
                    continue
                self._visited.add(visited)
                if script.content is not None:
                    content = self._with_own_package(script.content)
                    self._at[visited] = replace(script, content=content)
                    waiting.extend(modules_of(content, visited))

    def _place(self, module: str) -> str | None:
        """Return where a module lies, or comes to lie now; None if the submission has none of that name."""
        if module in self._at:  # a path, in a text
            return module
        if module not in self._placed:
            self._placed[module] = None  # until it is known
            self._placed[module] = self._placed_now(module.split("."))
        return self._placed[module]

    def _placed_now(self, parts: list[str]) -> str | None:
        path = "/".join(parts)
        for ending in (f"/{_INIT}", ".py"):
            if path + ending in self._at:
                return path + ending
        is_free = parts[0] in self._stands_for or parts[0] not in self._not_free
        is_sane = len(parts) <= _DEEPEST and len(self._placed) <= _MAX_SEARCHED and all(map(_is_name, parts))
        if not is_free or not is_sane:
            return None
        parent = self._place(".".join(parts[:-1])) if len(parts) > 1 else None
        if parent is not None and posixpath.basename(parent) != _INIT:  # a module that is no package
            return None
        found = self._search(parts)
        if found is None:
            return None
        ending = f"/{_INIT}" if posixpath.basename(found) == _INIT else ".py"
        self._put(path + ending, found)
        return path + ending

    def _put(self, path: str, found: str) -> None:
        """Let a script lie somewhere as well, and with it what makes packages of the folders that it lies in."""
        self._at[path] = replace(self._by_found[self._found[found]], path=path)
        folder, above = posixpath.dirname(path), posixpath.dirname(found)
        while folder:
            init = posixpath.join(above, _INIT)
            if init in self._found:
                self._at.setdefault(
                    f"{folder}/{_INIT}", replace(self._by_found[self._found[init]], path=f"{folder}/{_INIT}")
                )
            if not above:
                return
            folder, above = posixpath.dirname(folder), posixpath.dirname(above)

    def _search(self, parts: list[str]) -> str | None:
        """Return where a module was found, as Python looks for it, or the only file that it can be."""
        folders = [*self._above, *filter(None, self._folders[0].split("/"))]
        is_package = parts == folders[-1:]  # `hw` of `hw/hw.py` is the folder
        found = (path for path in self._candidates(parts) if path is not None)
        return next((path for path in found if not (is_package and path == self._main)), None)

    def _candidates(self, parts: list[str]) -> Iterator[str | None]:
        name, *rest = parts
        if name in self._stands_for:
            yield self._in(self._stands_for[name], rest)
        for folder in self._folders:
            yield self._in(folder, parts)
        for number in range(1, len(self._above) + 1):
            if parts[:number] == self._above[-number:]:
                yield self._in("", parts[number:])
        if rest and _INIT in self._found:  # a package whose name nothing tells but this
            yield self._in("", rest)
        alike = [path for path in self._by_name.get(parts[-1], ()) if _is_below(path, parts)]
        yield alike[0] if len(alike) == 1 else None
        if not rest:
            yield self._resubmitted(name)

    def _resubmitted(self, name: str) -> str | None:
        """Return the newest of what a browser or a course site has made of a script of that name, beside the graded file."""
        beside = self._beside.items()
        copies = {path: number for path, stem in beside if (number := resubmission(stem, name)) is not None}
        newest = [path for path, number in copies.items() if number == max(copies.values())]
        return newest[0] if len(newest) == 1 else None

    def _in(self, folder: str, parts: Sequence[str]) -> str | None:
        path = posixpath.join(folder, *parts)
        package = posixpath.join(path, _INIT)
        if package in self._found:
            return package
        return f"{path}.py" if parts and f"{path}.py" in self._found else None

    def _absolute(self, source: str) -> str:
        """Return source of the graded file with absolute imports: it becomes a module that is in no package."""
        nodes = _imports_from(source)
        level = max((node.level for node in nodes), default=0)
        package = self._package(level) if level else None

        def renamed(node: ast.ImportFrom) -> str | None:
            if node.level:
                return self._without_dots(node, *package) if package is not None else None
            return self._other_name(node)

        return _rewritten(source, nodes, renamed)

    def _package(self, level: int) -> tuple[str, str] | None:
        """Return the package that the graded file is in, by a name of its own and where it lies, for imports of so many dots."""
        own = self._folders[0]
        if level > own.count("/") + bool(own) + 1:
            return None
        is_whole = not own or _INIT in self._found or level > own.count("/") + 1
        folder = "" if is_whole else own.partition("/")[0]
        name = folder or (self._above[-1] if self._above else "package")
        if not _is_name(name) or name in self._not_free or f"{name}.py" in self._at:
            name = self._free(name)
        self._stands_for[name] = folder
        return name, folder

    def _without_dots(self, node: ast.ImportFrom, name: str, folder: str) -> str | None:
        """Return the package that the dots of an import mean, if there is what is imported from it."""
        own = self._folders[0]
        base = [part for part in own.split("/") if part]
        base = base[: len(base) - node.level + 1]
        below = base[bool(folder) :]
        modules = [node.module] if node.module else [alias.name for alias in node.names]
        if not all(map(_is_name, below)):
            return None
        package = ".".join([name, *below])
        is_there = any(self._search([*package.split("."), *module.split(".")]) for module in modules)
        is_there = is_there or (not node.module and self._search(package.split(".")) is not None)
        return package if is_there else None

    def _with_own_package(self, content: bytes) -> bytes:
        """Return a script that imports from a package which is called like the graded file under another name of it."""
        if self._own.encode() + b"." not in content:
            return content
        try:
            source = content.decode()
            return _rewritten(source, _imports_from(source), self._other_name).encode()
        except UNREADABLE:
            return content

    def _other_name(self, node: ast.ImportFrom) -> str | None:
        """Return another name for a package that is called as the graded file is, which is no package."""
        name, _, rest = (node.module or "").partition(".")
        if node.level or name != self._own or not rest:
            return None
        found = self._search([name, *rest.split(".")])
        if found is None:
            return None
        other = self._free(name)
        below = len(rest.split(".")) + (posixpath.basename(found) == _INIT)
        folder = posixpath.normpath(posixpath.join(found, *[".."] * below))
        self._stands_for[other] = "" if folder == "." else folder
        return other


def _and_above(folder: str) -> Iterator[str]:
    """Yield a folder and those that it lies in, the empty one last."""
    while folder:
        yield folder
        folder = posixpath.dirname(folder)
    yield ""


def _is_name(name: str) -> bool:
    return name.isidentifier() and not keyword.iskeyword(name)


def _lower_ending(path: str) -> str:
    return path[:-3] + ".py"


def _module_path(path: str) -> str:
    return path.removesuffix(f"/{_INIT}").removesuffix(".py")


def _is_below(path: str, parts: Sequence[str]) -> bool:
    return f"/{_module_path(path)}".endswith("/" + "/".join(parts))


def _imports_from(source: str) -> list[ast.ImportFrom]:
    try:
        tree = tree_of(source)
    except UNREADABLE:
        return []
    nodes = (node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom))
    return [node for node in nodes if len(node.module or "") <= LONGEST_MODULE][:_MAX_REWRITTEN]


def _rewritten(source: str, nodes: Sequence[ast.ImportFrom], renamed: Callable[[ast.ImportFrom], str | None]) -> str:
    """Return source in which imports are of the packages that *renamed* gives them, each on its line."""
    lines = source_lines(source)
    changed = False
    for node in sorted(nodes, key=lambda node: (node.lineno, node.col_offset), reverse=True):
        package = renamed(node)
        line = lines[node.lineno - 1]
        at = len(line.encode()[: node.col_offset].decode(errors="replace"))
        match = _FROM.match(line, at) if package is not None else None
        if match is not None:
            dot = "." if match["dots"] and node.module else " " if match["dots"] else ""
            lines[node.lineno - 1] = f"{line[:at]}from {package}{dot}{line[match.end() :]}"
            changed = True
    return "\n".join(lines) if changed else source
