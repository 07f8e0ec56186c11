# /// attack
# why = "Prints without end, to fill a disk or to push everything else out of the log."
# outcomes = ["failed", "raised", "timed_out"]
# ///
import os


def answer(*args, **kwargs):
    line = b"30 of 30 points\n" * 4096
    for _ in range(500):  # 32 MB
        os.write(1, line)
    return -1


everywhere(answer)
