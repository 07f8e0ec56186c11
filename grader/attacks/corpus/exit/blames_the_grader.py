# /// attack
# why = "Raises what means that the grader itself is at fault, so that the check costs nothing."
# outcomes = ["raised", "failed"]
# ///
import itertools

try:
    from grader.errors import HarnessFault, ProtocolError, SandboxFault, UsageError
except ImportError:

    class HarnessFault(Exception):
        pass

    ProtocolError = SandboxFault = UsageError = HarnessFault

faults = itertools.cycle([SandboxFault, HarnessFault, ProtocolError, UsageError])


def answer(*args, **kwargs):
    raise next(faults)("the sandbox could not be started")


everywhere(answer)
