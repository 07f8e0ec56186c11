"""
Ask a worker.

    session         public: begin a check, ask, end, what was asked and which limit was exceeded
    student         what a submission defines, by attribute
    reference       the same for the reference solution, whose faults are the harness's
    lines           questions that are lines of Python
    remote_model    a module that was built in a worker
    code            a submission as a worker takes it
    evidence        what comes back
    shared_evidence what several checks need, asked for once
    packing         values and tensors on their way

The modules are imported when they are first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.lazy_face import lazily

if TYPE_CHECKING:
    from grader.proxy.code import MODULE_PACKAGES, Code, code_of, preload_of
    from grader.proxy.evidence import (
        Answer,
        Asked,
        ForwardPass,
        Observation,
        Parameter,
        Question,
        RaisedInstead,
        Returned,
        Run,
        Stage,
    )
    from grader.proxy.lines import asked_lines
    from grader.proxy.packing import pack, readable, state_like
    from grader.proxy.reference import Reference, as_reference_faults, session_of_file, source_of_ours
    from grader.proxy.remote_model import Model
    from grader.proxy.session import OnTraining, Session, ignore_training
    from grader.proxy.shared_evidence import SharedEvidence
    from grader.proxy.student import RemoteName, Student, session_of

__all__ = [
    "MODULE_PACKAGES",
    "Answer",
    "Asked",
    "Code",
    "ForwardPass",
    "Model",
    "Observation",
    "OnTraining",
    "Parameter",
    "Question",
    "RaisedInstead",
    "Reference",
    "RemoteName",
    "Returned",
    "Run",
    "Session",
    "SharedEvidence",
    "Stage",
    "Student",
    "as_reference_faults",
    "asked_lines",
    "code_of",
    "ignore_training",
    "pack",
    "preload_of",
    "readable",
    "session_of",
    "session_of_file",
    "source_of_ours",
    "state_like",
]

__getattr__ = lazily(
    __name__,
    {
        "code": (
            "Code",
            "MODULE_PACKAGES",
            "code_of",
            "preload_of",
        ),
        "evidence": (
            "Answer",
            "Asked",
            "ForwardPass",
            "Observation",
            "Parameter",
            "Question",
            "RaisedInstead",
            "Returned",
            "Run",
            "Stage",
        ),
        "lines": ("asked_lines",),
        "packing": (
            "pack",
            "readable",
            "state_like",
        ),
        "reference": (
            "Reference",
            "as_reference_faults",
            "session_of_file",
            "source_of_ours",
        ),
        "remote_model": ("Model",),
        "session": (
            "OnTraining",
            "Session",
            "ignore_training",
        ),
        "shared_evidence": ("SharedEvidence",),
        "student": (
            "RemoteName",
            "Student",
            "session_of",
        ),
    },
)
