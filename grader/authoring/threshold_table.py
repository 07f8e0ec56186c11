"""
The table of a threshold in assignment.toml, written without a change of any other byte: comments, order and line ends stay.

No library that writes TOML is needed for five numbers, each on a line of its own.  What was edited is decoded and compared with
what it should say, so a file in which the table is written in another way is refused, and stays as it was.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from grader.errors import AssignmentError
from grader.model import Assignment, Threshold


def with_threshold(content: bytes, assignment: Assignment, data: str, threshold: Threshold) -> bytes:
    """
    Return the *content* of an assignment.toml with the threshold for some data, which may have one there already.

    Only the numbers of a table that is there change; a new table is added at the end.

    Raises:
        AssignmentError: If the file is no TOML, or its table is not written as one line for each key.
    """
    path = assignment.folder / "assignment.toml"
    written = _written(threshold)
    try:
        text = content.decode()
        tree = msgspec.toml.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise AssignmentError(f"{path}: not TOML: {error}") from None
    expected = _expected(tree, data, written)
    edited = _edited(text, data, written)
    try:
        is_right = msgspec.toml.decode(edited) == expected
    except msgspec.DecodeError:
        is_right = False
    if not is_right:
        table = "\n".join((f"[training.thresholds.{data}]", *(f"{key} = {value}" for key, value in written.items())))
        raise AssignmentError(
            f"{path}: the threshold of {data} is not written as a table of its own with a line for each key; nothing was "
            f"changed, and this is to stand there:\n{table}"
        )
    return edited.encode()


def _written(threshold: Threshold) -> dict[str, str]:
    """Return what a calibration finds out as it is written, by its key."""
    return {
        "accuracy": str(threshold.accuracy),
        "seeds": str(threshold.seeds),
        "worst": f"{threshold.worst:.4f}",
        "deviation": f"{threshold.deviation:.4f}",
        "false_fail": f"{threshold.false_fail:.1e}",
    }


def _expected(tree: Mapping[str, object], data: str, written: Mapping[str, str]) -> Mapping[str, object]:
    """Return what the edited file is to say."""
    training = tree.get("training")
    training = training if isinstance(training, dict) else {}
    thresholds = training.get("thresholds", {})
    before = thresholds.get(data, {})
    numbers = msgspec.toml.decode("".join(f"{key} = {value}\n" for key, value in written.items()))
    return {**tree, "training": {**training, "thresholds": {**thresholds, data: {**before, **numbers}}}}


def _edited(text: str, data: str, written: Mapping[str, str]) -> str:
    newline = "\r\n" if "\r\n" in text else "\n"
    lines = text.splitlines(keepends=True)
    header = re.compile(rf"\s*\[\s*training\s*\.\s*thresholds\s*\.\s*{re.escape(data)}\s*\]\s*(#.*)?")
    begin = next((number for number, line in enumerate(lines) if header.fullmatch(line.strip())), None)
    if begin is None:
        table = [f"[training.thresholds.{data}]", *(f"{key} = {value}" for key, value in written.items())]
        gap = newline if text.endswith("\n") or not text else 2 * newline
        return text + gap + "".join(line + newline for line in table)
    end = next((n for n in range(begin + 1, len(lines)) if lines[n].lstrip().startswith("[")), len(lines))
    missing, last = dict(written), begin
    for number in range(begin + 1, end):
        found = re.match(r"\s*(\w+)\s*=\s*", lines[number])
        if found is None:
            continue
        last = number
        if found[1] in missing:
            old = re.compile(r"[^\s#]+")
            lines[number] = found[0] + old.sub(missing.pop(found[1]), lines[number][found.end() :], count=1)
    if missing:
        if not lines[last].endswith("\n"):
            lines[last] += newline
        lines.insert(last + 1, "".join(f"{key} = {value}{newline}" for key, value in missing.items()))
    return "".join(lines)
