"""
Images to train on, and labels that never leave the harness.

    splits           what a grading trains on and what is held out
    training_task    which data an assignment trains on, and what it requires
    stored_data      data that lie on disk
    fetch            real data from the network
    gratings, new_digits    data that are made up anew for each grading
    noise, fixed_point      random images and the stream that they come from

`noise` and `fetch` are imported as modules; the names of the others are imported when they are first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.lazy_face import lazily

if TYPE_CHECKING:
    from grader.datasets.fixed_point import Stream
    from grader.datasets.splits import EMBEDDED, DataSource, DataSplit, LabelledImages, as_floats, split
    from grader.datasets.training_task import PIXEL_DEVIATION, PIXEL_MEAN, Task, task_of

__all__ = [
    "EMBEDDED",
    "PIXEL_DEVIATION",
    "PIXEL_MEAN",
    "DataSource",
    "DataSplit",
    "LabelledImages",
    "Stream",
    "Task",
    "as_floats",
    "split",
    "task_of",
]

__getattr__ = lazily(
    __name__,
    {
        "fixed_point": ("Stream",),
        "splits": ("EMBEDDED", "DataSource", "DataSplit", "LabelledImages", "as_floats", "split"),
        "training_task": (
            "PIXEL_DEVIATION",
            "PIXEL_MEAN",
            "Task",
            "task_of",
        ),
    },
)
