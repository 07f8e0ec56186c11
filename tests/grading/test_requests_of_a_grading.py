"""What is sent to workers in a whole grading: nothing in it follows from a key that decides held-out data."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from made_keys import with_root_of
from specimens import specimen

from grader import keys, protocol
from grader import submission as submissions
from grader.authoring.audit.gradings import short_task
from grader.course import assignment as assignments
from grader.grading.grade import grade_submission
from grader.grading.reference_cache import CachedAnswers
from grader.grading.request import GradingRequest, Sides
from grader.keys import GradingKeys, Purpose
from grader.protocol import Build, Limits, Observe, Predict, Request, Run, Train
from grader.proxy.student import USUAL_KEY
from grader.sandbox import Answering, Bubblewrap, Local, OnProgress, Sandbox, WorkerEnd, ignore_progress

COURSE = Path(__file__).parents[2]
SLUGS = assignments.slugs(COURSE)
ONE_OF_TWO = {"alexnet_vgg16": specimen("alexnet_vgg16", "slide_sequential_and_view").folder}
"""What is graded in place of the reference, which has two networks that are asked alike."""
HELD_OUT_REQUESTS = {"cifar10_training": 2, "mnist_mlp": 5, "naive_convnet": 1}
"""In how many requests held-out images are sent: one for each check that measures learning."""


class Recording:
    """
    A sandbox whose workers keep what they are asked.

    The reference is what is graded: the same questions have the same answers, which are not computed again.
    """

    def __init__(self, sandbox: Sandbox, answers: Path) -> None:
        self._sandbox = sandbox
        self._workers = CachedAnswers(sandbox, answers)
        self.requests: list[Request] = []

    def __getattr__(self, name: str) -> object:
        return getattr(self._sandbox, name)

    def worker(self, limits: Limits, preload: tuple[str, ...] = ()) -> RecordingWorker:
        """Start a worker as usual."""
        return RecordingWorker(self._workers.worker(limits, preload), self.requests)


class RecordingWorker:
    """A worker that keeps what it is asked."""

    def __init__(self, worker: Answering, requests: list[Request]) -> None:
        self._worker = worker
        self._requests = requests

    def ask(self, request: Request, on_progress: OnProgress = ignore_progress) -> protocol.Reply:
        """Ask as usual."""
        self._requests.append(request)
        return self._worker.ask(request, on_progress)

    def end(self) -> WorkerEnd:
        """End as usual."""
        return self._worker.end()


def requests_of(slug: str, secret: str, *, answers: Path) -> list[Request]:
    """Grade what gets all points with all checks and return what its workers were asked."""
    assignment = assignments.load(COURSE, slug)
    assert assignment.solution is not None
    right = submissions.read(ONE_OF_TWO.get(slug, assignment.solution / assignment.file), assignment)
    with Bubblewrap(assignment.packages) as sandbox, Local(assignment.packages) as local:
        sides = Sides(submission=Recording(sandbox, answers), reference=CachedAnswers(local, answers))
        request = GradingRequest(assignment=assignment, seed=secret, task=short_task(assignment))
        graded = grade_submission(request, right, sides)
    assert graded.score.earned == graded.score.possible
    return sides.submission.requests


Recorded = Callable[[str, str], list[Request]]


@pytest.fixture(scope="module")
def recorded(needs_bubblewrap: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Recorded]:
    """Grade under a secret `questions/held-out`: held-out keys follow from its second word, all others from the first."""
    of = GradingKeys.of

    def mixed(secret: str) -> GradingKeys:
        questions, _, held_out = secret.partition("/")
        return with_root_of(of(questions), of(held_out), Purpose.HELD_OUT)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keys.GradingKeys, "of", mixed)
        yield functools.cache(functools.partial(requests_of, answers=tmp_path_factory.mktemp("answers")))


def numbers(requests: list[Request]) -> set[int]:
    """Return every number that is sent for a key, but that of what no check cares about."""
    sent: list[int | None] = []
    for request in requests:
        match request:
            case Build() | Train() | Observe():
                sent.append(request.seed)
            case Run():
                sent.append(request.weights_seed)
    return {number for number in sent if number is not None} - {USUAL_KEY.number}


@pytest.mark.slow
@pytest.mark.parametrize("slug", SLUGS)
def test_held_out_keys_change_nothing_but_held_out_images(slug: str, recorded: Recorded) -> None:
    """With other held-out keys the same is asked in the same order, but for the images to be predicted."""
    one, other = recorded(slug, "questions/held out"), recorded(slug, "questions/held out otherwise")

    assert len(one) == len(other) > 10
    different = [(left, right) for left, right in zip(one, other, strict=True) if left != right]
    assert len(different) == HELD_OUT_REQUESTS.get(slug, 0)
    for left, right in different:
        assert isinstance(left, Predict)
        assert isinstance(right, Predict)
        assert (left.handle, left.batch_size) == (right.handle, right.batch_size)
        mine, other = (protocol.unpack_tensor(request.images.blob) for request in (left, right))
        assert mine.shape == other.shape
        assert (mine != other).flatten(1).any(1).all()


@pytest.mark.slow
@pytest.mark.parametrize("slug", SLUGS)
def test_other_secrets_share_no_key(slug: str, recorded: Recorded) -> None:
    """With equal held-out keys and other ones else, no number that is sent occurs twice."""
    one, other = (numbers(recorded(slug, f"{words}/held out")) for words in ("questions", "other questions"))

    assert not one & other
    assert bool(one) == bool(other) == bool(assignments.load(COURSE, slug).modules)


@pytest.mark.slow
@pytest.mark.parametrize("slug", SLUGS)
def test_no_request_holds_a_held_out_label_or_a_key(slug: str, recorded: Recorded) -> None:
    """The bytes of no root, key or held-out label occur in what is sent."""
    requests = recorded(slug, "questions/held out")
    encoded = [msgspec.msgpack.encode(protocol.Ask(number, request)) for number, request in enumerate(requests)]
    secret = keys.GradingKeys.of("questions/held out")
    known = [root.value for _purpose, root in secret._roots]
    for check in ("reads_unseen_digits", "reads_unseen_images", "learns"):
        own = secret.of_check(check)
        known += [key.value for key in (own.torch, own.weights, own.images, own.data.training, own.data.held_out)]

    for message in encoded:
        assert not any(value in message for value in known)
