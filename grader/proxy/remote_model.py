"""
The proxy of a module that lives in a worker: `model = student.NaiveConvNet()`, `model.run(images)`.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from grader import protocol
from grader.errors import CheckFailed, Crashed
from grader.keys import TorchKey, WeightsKey
from grader.proxy.evidence import ForwardPass, Parameter, Run, Stage
from grader.proxy.packing import gradient, scores
from grader.proxy.session import Session, number_of

if TYPE_CHECKING:
    import torch

_PREDICT_BATCH = 250


class Model:
    """A module that lives in the worker; images are (N, C, H, W) float32 CPU tensors."""

    def __init__(self, session: Session, handle: int, call: str) -> None:
        self.handle = handle
        """The number by which the worker knows it."""
        self._session = session
        self._called = call

    def __repr__(self) -> str:
        return self._called

    @functools.cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """Return the parameter table, in registration order."""
        return _parameters(self._described.parameters)

    @functools.cached_property
    def unregistered(self) -> tuple[Parameter, ...]:
        """Return weights that torch does not know of, as far as they lie in lists and attributes."""
        return _parameters(self._described.unregistered)

    def moments(self) -> tuple[Parameter, ...]:
        """Return the parameter table with the mean and deviation of the numbers that are in each now."""
        return _parameters(
            self._session.ask(protocol.Describe(self.handle, moments=True), protocol.Described).parameters
        )

    def registered(self) -> dict[str, tuple[int, ...] | None]:
        """Return the names and shapes of the parameters that there are now; no shape where a lazy layer awaits its images."""
        described = self._session.ask(protocol.Describe(self.handle), protocol.Described)
        shapes: dict[str, tuple[int, ...] | None] = dict.fromkeys(described.awaited)
        return shapes | {one.name: one.shape for one in _parameters(described.parameters)}

    @functools.cached_property
    def _described(self) -> protocol.Described:
        return self._session.ask(protocol.Describe(self.handle), protocol.Described)

    def run(
        self,
        images: torch.Tensor,
        *,
        weights: WeightsKey | None = None,
        training: bool = False,
        dropout: bool = True,
        gradients: protocol.Gradients = "none",
        upstream: torch.Tensor | None = None,
        refilled: tuple[str, ...] = (),
        reordered: tuple[protocol.Reordered, ...] = (),
        silenced: tuple[protocol.Silenced, ...] = (),
        key: TorchKey | None = None,
    ) -> Run:
        """
        Run forward, and backward from `(output * upstream).sum()` if *gradients* are asked for.

        Args:
            images: (N, C, H, W) float32; not modified.
            weights: Overwrite all weights by shape-hash fill under this key first; None keeps what is there.
            training: Whether the module is in training mode.
            dropout: Whether dropout drops in training mode.
            gradients: "input" for that of the images, "all" also for the sizes of those of the parameters.
            upstream: As many numbers as the output, or else there are no gradients; ones if None.
            refilled: Names of parameters that get other noise than *weights* gives them.
            reordered: What is shuffled once all weights are overwritten.
            silenced: What becomes zero then.
            key: Of what torch draws at random in the pass; None leaves its generators as they are.
        """
        mode = " in training mode" if training else ""
        self._session.last_call = f"{self._called}(images of shape {tuple(images.shape)}){mode}"
        self._session.note_images(tuple(images.shape[1:]))
        packed = None if upstream is None else protocol.pack_tensor(upstream)
        seed = None if weights is None else number_of(weights, WeightsKey, f"{self._called}.run")
        torch_seed = None if key is None else number_of(key, TorchKey, f"{self._called}.run")
        request = protocol.Run(
            self.handle,
            protocol.pack_tensor(images),
            seed,
            training,
            dropout,
            gradients,
            packed,
            refilled,
            reordered,
            silenced,
            torch_seed,
        )
        ran = self._session.ask(request, protocol.Ran)
        output = self._as_before(scores(ran.output), images, mode)
        received = gradient(ran.input_gradient, images) if ran.input_gradient else None
        if gradients != "none" and received is None and (upstream is None or upstream.numel() == output.numel()):
            raise Crashed("your code disturbed the process that ran it: it left a gradient out")
        return Run(output=output, input_gradient=received, gradient_norms=ran.gradient_norms)

    def _as_before(self, output: torch.Tensor, images: torch.Tensor, mode: str) -> torch.Tensor:
        """
        Return *output*, which must have the shape that images of this shape got before.

        Raises:
            CheckFailed: If it has another.
        """
        shape = tuple(output.shape)
        before = self._session.first_shape(self._called, tuple(images.shape), mode, shape)
        if shape != before:
            raise CheckFailed(
                "images of the same shape get an output of another shape than before",
                received=f"shape {shape}",
                expected=f"shape {before}",
            )
        return output

    def output_shape(self, input_shape: tuple[int, ...]) -> tuple[int, ...]:
        """Return the shape of the output for a random input of *input_shape*, in evaluation mode."""
        return tuple(self.run(_random(input_shape)).output.shape)

    def stages(self, input_shape: tuple[int, ...]) -> tuple[Stage, ...]:
        """
        Return the operators of a forward pass on noise, in evaluation mode, whatever the style of the module.

        Raises:
            StudentRaised: If the forward pass raises.
        """
        traced = self.trace(input_shape)
        if traced.raised is not None:
            raise traced.raised
        return traced.stages

    def trace(
        self, input_shape: tuple[int, ...], *, training: bool = False, weights: WeightsKey | None = None
    ) -> ForwardPass:
        """
        Return the operators of a forward pass on noise up to where it raises; dropout passes on what it gets.

        Args:
            weights: As for `run`; the projections of all outputs are then known.
        """
        mode = " in training mode" if training else ""
        self._session.last_call = f"{self._called}(images of shape {input_shape}){mode}"
        seed = None if weights is None else number_of(weights, WeightsKey, f"{self._called}.trace")
        traced = self._session.ask(protocol.Trace(self.handle, input_shape, training, seed), protocol.Traced)
        return ForwardPass(
            stages=tuple(
                Stage(
                    operator=stage.operator,
                    shape=stage.shape,
                    probability=stage.probability,
                    used=stage.used,
                    projection=stage.projection,
                )
                for stage in traced.stages
            ),
            raised=None if traced.raised is None else self._session.error_of(traced.raised),
        )

    def train_on(
        self,
        images: torch.Tensor,
        labels: torch.Tensor,
        *,
        epochs: int,
        batch_size: int,
        learning_rate: float,
        key: TorchKey,
        mean: float = 0.0,
        deviation: float = 1.0,
    ) -> tuple[float, ...]:
        """
        Train in place with Adam and cross entropy; returns the mean loss of each epoch as the worker saw it.

        Args:
            images: Floating-point ones, or uint8 pixels, which become numbers from 0 to 1.
            mean: Subtracted from uint8 pixels once they are from 0 to 1.
            deviation: Divides them then.
        """
        self._session.last_call = f"training {self._called} on {len(images):,} images for {epochs} epochs"
        packed = protocol.Images(protocol.pack_tensor(images), mean, deviation), protocol.pack_tensor(labels)
        seed = number_of(key, TorchKey, f"{self._called}.train_on")
        request = protocol.Train(self.handle, *packed, epochs, batch_size, learning_rate, seed)
        return self._session.ask(request, protocol.Trained).losses

    def predict(self, images: torch.Tensor, *, mean: float = 0.0, deviation: float = 1.0) -> torch.Tensor:
        """
        Return the outputs (N, K) for *images*, in evaluation mode, asked for in batches.

        Unless this raises, the counterexample stays what it was: what such outputs tell is how the network was trained.

        Args:
            mean: Subtracted from uint8 pixels once they are from 0 to 1.
            deviation: Divides them then.
        """
        packed = protocol.Images(protocol.pack_tensor(images), mean, deviation)
        request = protocol.Predict(self.handle, packed, _PREDICT_BATCH)
        self._session.note_images(tuple(images.shape[1:]))
        with self._session.same_counterexample():
            self._session.last_call = f"{self._called}(images of shape {tuple(images.shape)})"
            return self._as_before(scores(self._session.ask(request, protocol.Predicted).outputs), images, "")


def _parameters(entries: tuple[protocol.ParameterEntry, ...]) -> tuple[Parameter, ...]:
    return tuple(
        Parameter(
            name=entry.name,
            shape=entry.shape,
            dtype=entry.dtype,
            trainable=entry.trainable,
            mean=entry.mean,
            deviation=entry.deviation,
        )
        for entry in entries
    )


def _random(shape: tuple[int, ...]) -> torch.Tensor:
    import torch

    return torch.randn(shape, generator=torch.Generator().manual_seed(0))
