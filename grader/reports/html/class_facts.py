"""What is counted of a class: scores, how many passed each check, and which mistakes explain what did not pass."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import mean, median

from grader.model import CheckResult, GradedSubmission, Outcome, Visibility
from grader.reports import details

_BINS = 10
Key = tuple[str, str]
"""An assignment, and a check or a mistake of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """Submissions whose scores are near each other."""

    label: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """How many passed a check."""

    key: Key
    title: str
    exercise: str
    is_hidden: bool
    passed: int
    tried: int
    """Of those in which it ran and was not left out."""

    @property
    def failed(self) -> int:
        """How many did not pass."""
        return self.tried - self.passed

    @property
    def percent(self) -> float:
        """Passed, of those that were tried."""
        return 100 * self.passed / self.tried if self.tried else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """A mistake, and who made it."""

    key: Key
    hint: str
    """The first one that was given for it."""
    who: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is counted of a class."""

    titles: tuple[str, ...]
    """Of its assignments."""
    bins: tuple[Bin, ...]
    """Scores as shares of what is possible; the last are those that have all points."""
    mean: float | None
    """In percent; None where nothing is graded."""
    median: float | None
    rates: tuple[Rate, ...]
    """Those that fewest passed first."""
    explanations: tuple[Explanation, ...]
    """Those that explain most first."""
    pending: int = 0
    """Submissions of which some points wait for staff."""


def facts(gradings: Sequence[GradedSubmission]) -> Facts:
    """Count a class; what is ungraded counts in no score."""
    shares = [percent(graded) for graded in gradings if not graded.ungraded and graded.score.settled]
    return Facts(
        titles=tuple(dict.fromkeys(graded.title for graded in gradings)),
        bins=tuple(_bins(shares)),
        mean=mean(shares) if shares else None,
        median=median(shares) if shares else None,
        rates=tuple(sorted(_rates(gradings), key=lambda rate: rate.percent if rate.tried else 101)),
        pending=sum(bool(details.pending(graded)) for graded in gradings),
        explanations=tuple(sorted(_explanations(gradings), key=lambda one: -len(one.who))),
    )


def percent(graded: GradedSubmission) -> float:
    """Return the score in percent of the points that are settled."""
    return 100 * details.share(graded)


def _bins(shares: Iterable[float]) -> Iterator[Bin]:
    width = 100 // _BINS
    counts = Counter(int(share) // width for share in shares)
    for number in range(_BINS):
        yield Bin(label=f"{number * width}–{(number + 1) * width - 1}", count=counts[number])
    yield Bin(label="100", count=counts[_BINS])


def _rates(gradings: Iterable[GradedSubmission]) -> Iterator[Rate]:
    results: dict[Key, list[CheckResult]] = {}
    for graded in gradings:
        for check in graded.checks:
            if check.outcome is Outcome.PENDING:  # people look at it, and it passes nobody
                continue
            results.setdefault((graded.assignment, check.name), []).append(check)
    titles = {
        (graded.assignment, total.exercise): total.title for graded in gradings for total in graded.score.exercises
    }
    for key, checks in results.items():
        tried = [check for check in checks if check.outcome not in (Outcome.SKIPPED, Outcome.UNGRADED)]
        yield Rate(
            key=key,
            title=checks[0].title,
            exercise=titles.get((key[0], checks[0].exercise), checks[0].exercise),
            is_hidden=checks[0].visibility is Visibility.HIDDEN,
            passed=sum(check.outcome is Outcome.PASSED for check in tried),
            tried=len(tried),
        )


def _explanations(gradings: Iterable[GradedSubmission]) -> Iterator[Explanation]:
    who: dict[Key, dict[str, None]] = {}
    hints: dict[Key, str] = {}
    for graded in gradings:
        for check in graded.to_fix:
            said = check.feedback
            if said is not None and said.misconception is not None:
                key = (graded.assignment, said.misconception)
                who.setdefault(key, {})[graded.submission] = None
                hints.setdefault(key, said.hint or "")
    for key, names in who.items():
        yield Explanation(key=key, hint=hints[key], who=tuple(names))
