"""
Find what a student wrote for exercises that are graded by hand: people read it, and nothing is made of it.

An answer stands in a file that the exercise names (`answer`), or in the notebook that is graded: what its cells of text say below
a heading that is the exercise's title, up to the next heading of that rank, and every cell of text that has the exercise's name
as a tag.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from grader.model import Answer, Exercise, SourceFile
from grader.submission.notebook import source_of

MAX_CHARACTERS = 20_000
"""Of an answer: some pages."""
MAX_ANSWERS = 50
_CUT = "\n… the rest is left out: an answer has at most 20,000 characters"
_FENCES = ("```", "~~~")
_DEEPEST = 6


def is_of(path: str, exercise: Exercise) -> bool:
    """Return whether a file may hold the answer to an exercise: by its path, in any folder, in large letters or small ones."""
    lying = f"/{path}".casefold()
    return any(lying.endswith(f"/{name}".casefold()) for name in exercise.answer)


def answers_in(
    main: str, cells: Sequence[dict[str, object]], texts: Sequence[SourceFile], exercises: Iterable[Exercise]
) -> tuple[Answer, ...]:
    """
    Return the answers to exercises that are graded by hand, in the order of these.

    Args:
        main: The student's own name of the graded file.
        cells: Of the graded file, if it is a notebook.
        texts: Files beside it.
    """
    found: list[Answer] = []
    for exercise in exercises:
        if not exercise.is_graded_by_hand:
            continue
        for file in texts:
            text = file.content.decode("utf-8-sig", errors="replace").replace("\r\n", "\n").strip()
            if is_of(file.path, exercise) and text:
                found.append(Answer(exercise=exercise.name, path=file.path, text=_bounded(text)))
        written = "\n".join(_said(cells, exercise)).strip()
        if written:
            found.append(Answer(exercise=exercise.name, path=main, text=_bounded(written)))
    return tuple(found[:MAX_ANSWERS])


def unanswered(given: Iterable[Answer], exercises: Iterable[Exercise]) -> tuple[str, ...]:
    """Return the exercises of which an answer is expected in a file, and none is given."""
    answered = {answer.exercise for answer in given}
    return tuple(one.name for one in exercises if one.answer and one.name not in answered)


def holds_answer(path: str, exercises: Iterable[Exercise]) -> bool:
    """Return whether a file may hold the answer to one of these exercises."""
    return any(is_of(path, exercise) for exercise in exercises)


def _bounded(text: str) -> str:
    return text if len(text) <= MAX_CHARACTERS else text[: MAX_CHARACTERS - len(_CUT)] + _CUT


def _said(cells: Iterable[dict[str, object]], exercise: Exercise) -> Iterator[str]:
    """Yield the lines that answer an exercise."""
    rank = 0  # of the heading that they stand below; 0 for none
    for cell in cells:
        if cell.get("cell_type") not in ("markdown", "raw"):
            continue
        is_tagged, is_code = exercise.name in _tags(cell), False
        for line in source_of(cell).split("\n"):
            is_code ^= line.lstrip().startswith(_FENCES)
            here = 0 if is_code else _rank(line)
            if here and here <= (rank or _DEEPEST) and not is_tagged:
                rank = here if _words(line) == " ".join(exercise.title.casefold().split()) else 0
            elif rank or is_tagged:
                yield line
        yield ""


def _tags(cell: dict[str, object]) -> Sequence[object]:
    metadata = cell.get("metadata")
    tags = metadata.get("tags") if isinstance(metadata, dict) else None
    return tags if isinstance(tags, list) else ()


def _rank(line: str) -> int:
    """Return how many `#` a heading has; 0 of a line that is none."""
    text = line.strip()
    rank = len(text) - len(text.lstrip("#"))
    return rank if rank <= _DEEPEST and text[rank : rank + 1].isspace() else 0


def _words(line: str) -> str:
    return " ".join(line.strip().strip("#").casefold().split())
