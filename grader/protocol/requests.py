"""
Requests: what the harness may ask of a worker.
"""

from __future__ import annotations

from typing import Literal

from grader.protocol.values import Message, Name, Plain, Shape, Value

MAX_REQUEST_BYTES = 1024**3
"""A request holds at most a training split."""
ONLY_SHOWS = (
    "IPython",
    "ipywidgets",
    "tqdm",
    "rich",
    "wandb",
    "tensorboard",
    "tensorboardX",
    "torchinfo",
    "torchsummary",
)
"""Packages that only show something: a worker to which they are not offered has stand-ins that show nothing."""
OFFERED = {"math": "math", "np": "numpy", "torch": "torch"}
"""Names that lines of Python may use without an import, and the modules that they stand for."""
Gradients = Literal["none", "input", "all"]
"""Which gradients a run gives: those of the images, or also the sizes of those of the parameters."""


class File(Message, frozen=True):
    """One source file, relative to the submission."""

    path: str
    content: bytes


class Images(Message, frozen=True):
    """
    Images as they travel: floating-point ones arrive as they are, uint8 pixels as (pixel / 255 - mean) / deviation in float32.
    """

    blob: bytes
    mean: float = 0.0
    deviation: float = 1.0


class Load(Message, frozen=True):
    """Write the files into the private folder and import the main one."""

    files: tuple[File, ...]
    main: str
    forbidden_operators: tuple[str, ...]


class Call(Message, frozen=True):
    """Call a function of the submission."""

    name: str
    args: tuple[Value, ...]
    kwargs: dict[str, Value]


class Use(Message, frozen=True):
    """
    Run lines of Python of the harness with a submission's names, and return what they leave in `answer`.

    Attributes:
        name: The definition that the lines are about, of the submission.
        lines: Their text; the submission's names, *inputs* and what is in `OFFERED` are known to it.
        inputs: Values, by the names that they have in the lines.
    """

    name: Name
    lines: str
    inputs: dict[str, Value]


class Build(Message, frozen=True):
    """
    Construct a module of the submission under a torch seed and keep it as *handle*.

    Without *initial_values* random ones are left out, which takes most of the time of a large module: for a module whose
    weights are overwritten anyway, or do not matter.
    """

    handle: int
    name: str
    args: tuple[Value, ...]
    kwargs: dict[str, Value]
    seed: int
    device: str
    initial_values: bool


class Describe(Message, frozen=True):
    """List a module's parameters, with mean and deviation of their numbers if *moments* are asked for."""

    handle: int
    moments: bool = False


class Reordered(Message, frozen=True):
    """
    Units of a parameter change places: it is seen as (before, count, rest), and its *count* slices are shuffled under a seed.

    The same *count* and *seed* give the same order, so the outputs of one layer and the inputs of the next can change together.
    """

    name: Name
    before: int
    count: int
    seed: int


class Silenced(Message, frozen=True):
    """
    Half of the units of a parameter become zero: of it, seen as (before, count, rest), the half that a seed chooses of *count*.

    The same *count* and *seed* choose the same half, so the outputs of one layer and the inputs of the next can lose the same
    units, or *other* ones.
    """

    name: Name
    before: int
    count: int
    seed: int
    other: bool
    """Whether the half becomes zero that the seed does not choose."""


class Run(Message, frozen=True):
    """
    Run a module forward, and backward if asked.

    A *weights_seed* first overwrites every parameter with noise that depends on that seed and the parameter's shape
    alone; without it the module keeps its weights.
    """

    handle: int
    images: bytes
    weights_seed: int | None
    training: bool
    dropout: bool
    """Whether dropout drops; without it, it passes on what it gets."""
    gradients: Gradients
    upstream: bytes | None
    """Tensor that multiplies the output before it is summed for the gradient; ones if absent."""
    refilled: tuple[Name, ...] = ()
    """Parameters that get other noise than the *weights_seed* gives; whatever depends on them then changes."""
    reordered: tuple[Reordered, ...] = ()
    """What is shuffled once all parameters are filled; what is not filled, as torch does not know of it, for this pass alone."""
    silenced: tuple[Silenced, ...] = ()
    """What becomes zero after that, likewise."""
    torch_seed: int | None = None
    """That of every generator of torch before the pass; what is random in it is then the same each time."""


class Trace(Message, frozen=True):
    """
    Run a module forward on noise and list its operators; dropout passes on what it gets, and is listed.

    With a *weights_seed* every parameter is overwritten first, as for a Run, and a projection of each output is told.
    """

    handle: int
    input_shape: Shape
    training: bool
    weights_seed: int | None = None


class Train(Message, frozen=True):
    """Train a module in place by the grader's own loop: Adam, cross entropy, shuffled batches."""

    handle: int
    images: Images
    labels: bytes
    epochs: int
    batch_size: int
    learning_rate: float
    seed: int


class Predict(Message, frozen=True):
    """Return a module's outputs for images, in evaluation mode."""

    handle: int
    images: Images
    batch_size: int


# --- a function of the submission, observed while it works on parts of the harness -------------------------------------------


class LessonNetwork(Message, frozen=True):
    """
    A small network of the harness in float64: convolution, batch normalisation, ReLU, pooling, dropout, linear layer.

    It is handed over in training or in evaluation mode, with the weights of *state* (safetensors bytes of its state_dict).
    """

    state: bytes
    dropout: float
    training: bool


class BuiltModule(Message, frozen=True):
    """A module that was built before."""

    handle: int


class Batches(Message, frozen=True):
    """A DataLoader over labelled images, shuffled under the request's seed or in order."""

    images: Images
    labels: bytes
    batch_size: int
    shuffled: bool


class Criterion(Message, frozen=True):
    """A cross entropy."""

    label_smoothing: float


class Optimizer(Message, frozen=True):
    """SGD over the parameters of the network among the arguments."""

    learning_rate: float
    momentum: float
    weight_decay: float


class Device(Message, frozen=True):
    """The torch.device on which the request runs."""


Part = Plain | LessonNetwork | BuiltModule | Batches | Criterion | Optimizer | Device


class Observe(Message, frozen=True):
    """
    Call a function of the submission with parts of the harness, and note what it does with them.

    Attributes:
        seed: Of torch, numpy and random, set before the call.
        passes: How often the first loader will be gone through, for the progress that is reported.
        stop_seconds: After this time no more batches are given out: what was learnt until then counts.
    """

    name: str
    args: tuple[Part, ...]
    kwargs: dict[str, Part]
    device: str
    seed: int
    passes: int
    stop_seconds: float


Request = Load | Call | Use | Build | Describe | Run | Trace | Train | Observe | Predict


class Ask(Message, frozen=True):
    """A request and its number; the reply repeats the number."""

    number: int
    request: Request
