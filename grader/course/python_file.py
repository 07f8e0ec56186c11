"""
Python files of a course that authors write: imported by their paths, and what is said of one that Python cannot read or run.
"""

from __future__ import annotations

import traceback
import warnings
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import CodeType, ModuleType

from grader.errors import AssignmentError

_SHOWN = 100
"""So many characters of a line are shown."""


class _FromSource(SourceFileLoader):
    """Compiles a file each time: a folder of an author gets no `__pycache__`, and an edit within a second counts."""

    def get_code(self, fullname: str) -> CodeType:
        """Compile the file as it is now."""
        path = self.get_filename(fullname)
        code: CodeType = self.source_to_code(self.get_data(path), path)
        return code


def load(path: Path, *names: str) -> ModuleType:
    """
    Return a file as a module of its own, which `sys.modules` does not hold.

    Args:
        names: What it must define.

    Raises:
        AssignmentError: If it raises anything, or does not define one of *names*; the text is that of `told`.
    """
    name = f"{path.stem}_of_{path.parent.name}"
    spec = spec_from_file_location(name, path, loader=_FromSource(name, str(path)))
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
        for name in names:
            getattr(module, name)
    except Exception as error:
        raise AssignmentError(told(error, path)) from error
    return module


def require_python(source: str | bytes, path: Path) -> None:
    """
    Require that Python can read the source of a file, without running it.

    Raises:
        AssignmentError: If it cannot; the text is that of `told`.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of an invalid escape, say: a linter's business
            compile(source, str(path), "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        if isinstance(error, SyntaxError) and error.lineno and error.text is None and isinstance(source, str):
            error.text = source.split("\n")[
                error.lineno - 1
            ]  # the compiler looks it up in the file, which may not be there
        raise AssignmentError(told(error, path)) from None


def told(error: BaseException, path: Path) -> str:
    """
    Return what an error in a file means, in one sentence: file, line, what is written there, and what Python says.

    Args:
        path: The file that was read or imported; of an error in another one that it imports, the line that does so is told, or
            that other file where Python could not even read it.
    """
    if isinstance(error, SyntaxError) and error.filename is not None and Path(error.filename).is_file():
        return _told_of_syntax(error, error.filename)
    if isinstance(error, SyntaxError) and error.filename == str(path):  # the text of a file that is not written yet
        return _told_of_syntax(error, str(path))
    line, text = _last_line_of(error, path)
    where = f"{path}:{line}" if line else str(path)
    if isinstance(error, AssignmentError):  # a table in it says itself what is wrong
        return f"{where}: {error}"
    raises = f"`{text}` raises " if text else ""
    return f"{where}: cannot be loaded: {raises}{type(error).__name__}: {error}"


def _told_of_syntax(error: SyntaxError, file: str) -> str:
    text = _shortened(error.text or "")
    where = f"{file}:{error.lineno}" if error.lineno else file
    return f"{where}: cannot be loaded: {f'`{text}`' if text else 'this'} is no Python: {error.msg}"


def _last_line_of(error: BaseException, path: Path) -> tuple[int, str]:
    """Return number and text of the line in a file that an error came by last; 0 where it came by none."""
    own = path.resolve()
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if frame.lineno and Path(frame.filename).resolve() == own:
            return frame.lineno, _shortened(frame.line or "")
    return 0, ""


def _shortened(line: str) -> str:
    text = " ".join(line.split())
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
