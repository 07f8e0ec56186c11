# /// attack
# why = "Raises the errors of a machine that is too small, so that it looks like nobody's fault."
# outcomes = ["out_of_memory"]
# ///
import itertools


class OutOfMemoryError(RuntimeError):
    """CUDA's, by its name."""


errors = itertools.cycle([MemoryError(), OutOfMemoryError("no"), RuntimeError("DefaultCPUAllocator: can't allocate memory")])


def answer(*args, **kwargs):
    raise next(errors)


everywhere(answer)
