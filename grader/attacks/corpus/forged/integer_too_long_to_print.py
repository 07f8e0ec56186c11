# /// attack
# why = "Sends an integer that fits into a message and that Python refuses to write down, for whoever reports it."
# outcomes = ["failed", "raised", "crashed"]
# ///
import contextlib

with contextlib.suppress(ImportError):
    from grader.protocol import values

    values._MAX_BITS = 10**9  # its own side would hold it back

everywhere(lambda *args, **kwargs: -1 << 15_980)
