"""
What a worker needs to know of a submission to run it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from grader.model import Absent, Assignment, Extent, SourceFile, SourceSpan, Submission

MODULE_PACKAGES = ("torch",)
"""What requests about modules use."""
_OPTIMIZER_PACKAGES = ("torch._dynamo",)
"""What torch's optimizers import when they are first used: it takes as long as torch itself, which no worker should spend."""
_OF_OPTIMIZERS = re.compile(rb"optim|\.step\b")
"""What code says that uses one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """Source files, and what a worker needs to know to run them."""

    files: tuple[SourceFile, ...]
    main: str
    """Path of the file that is imported."""
    preload: tuple[str, ...] = ()
    """Packages that the fork server imports first, because the files import them."""
    forbidden_operators: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    """Names that give an nn.Module when they are called."""
    provides: tuple[str, ...] = ()
    """Names that the assignment asks for."""
    offers: tuple[str, ...] = ()
    """Packages that the assignment offers."""
    forbidden_imports: tuple[str, ...] = ()
    """Modules of these packages that may not be used."""
    given_as: str = ""
    """The student's own name of the main file; empty for `main`."""
    source_map: tuple[SourceSpan, ...] = ()
    """Where the main file's lines stand in a notebook."""
    absent: tuple[Absent, ...] = ()
    """Names that are in the submission and cannot be reached."""
    extent: Extent = Extent.DEFINITIONS

    @property
    def source(self) -> str:
        """Return the text of the main file."""
        content = next((file.content for file in self.files if file.path == self.main), b"")
        return content.decode(errors="replace")

    def why_absent(self, name: str) -> str | None:
        """Return where a name went that the main file does not define, or None."""
        return next((absent.why for absent in self.absent if absent.name == name), None)


def code_of(assignment: Assignment, submission: Submission) -> Code:
    """Return a submission as a worker takes it."""
    return Code(
        files=submission.files,
        main=assignment.file,
        preload=preload_of(assignment, submission),
        forbidden_operators=assignment.policy.forbidden_operators,
        forbidden_imports=assignment.policy.forbidden_imports,
        modules=assignment.modules,
        offers=assignment.packages,
        provides=tuple(name for exercise in assignment.exercises for name in exercise.provides),
        given_as=submission.given_as,
        source_map=submission.source_map,
        absent=submission.absent,
        extent=submission.extent,
    )


def preload_of(assignment: Assignment, submission: Submission) -> tuple[str, ...]:
    """Return the permitted packages that the submission imports; importing them is ours, and happens once."""
    roots = {name.partition(".")[0] for name in submission.imports}
    packages = tuple(package for package in assignment.packages if package in roots)
    # where the stub takes an optimizer, a check gives one to whatever is handed in
    stub = assignment.folder / assignment.file
    content = stub.read_bytes() if stub.is_file() else b""
    if not assignment.modules and not _OF_OPTIMIZERS.search(content):
        return packages
    return (*packages, *module_packages(submission.files, content))


def module_packages(files: Iterable[SourceFile], stub: bytes = b"") -> tuple[str, ...]:
    """Return what requests about the modules of some files use, or of what is written into a stub."""
    has_optimizer = any(_OF_OPTIMIZERS.search(text) for text in (stub, *(file.content for file in files)))
    return MODULE_PACKAGES + _OPTIMIZER_PACKAGES if has_optimizer else MODULE_PACKAGES
