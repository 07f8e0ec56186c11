"""
Train the reference in several gradings, work out the accuracy that right networks may be held to, and write it down in
assignment.toml; `grader/checks/calibration.py` has the rule.

    python solutions/cifar10_training/calibrate.py [--seeds 8] [--data gratings] [--data-root DIR] [--cores 2]
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from grader.checks import calibration
from grader.checks.calibration import Calibration, keys_of
from grader.datasets import task_of


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=8)
    parser.add_argument("--data", default=None)
    parser.add_argument("--data-root", type=Path, default=None)
    parser.add_argument("--cores", type=int, default=1)
    arguments = parser.parse_args()
    assignment = calibration.assignment_of(Path(__file__).resolve().parent)
    assert assignment.training is not None
    if arguments.data not in (None, *assignment.training.thresholds):
        parser.error(
            f"assignment.toml has no [training.thresholds.{arguments.data}]: add one, with `train` and `epochs` if need be"
        )
    task = task_of(assignment, arguments.data, arguments.data_root)
    assert task is not None
    keys = [keys_of(f"calibration {number}", "reads_unseen_images") for number in range(arguments.seeds)]
    reached, started = [], time.perf_counter()
    for accuracy in calibration.train_reference(
        assignment, task, keys, network="CifarNet", fit="fit", cores=arguments.cores
    ):
        print(f"grading {len(reached)}: {accuracy:.4f} in {time.perf_counter() - started:.1f} s", flush=True)
        reached.append(accuracy)
        started = time.perf_counter()
    found = Calibration(accuracies=tuple(reached), held_out=task.training.held_out)
    print(
        f"{task.source.name}: mean {found.mean:.4f} sd {found.deviation:.4f} worst {found.worst:.4f} "
        f"p_low {found.p_low:.4f} threshold {found.threshold} P(false fail) {found.false_fail:.1e}"
    )
    calibration.write_threshold(assignment, task, found)


if __name__ == "__main__":
    main()
