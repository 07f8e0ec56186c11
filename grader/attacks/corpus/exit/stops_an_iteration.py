# /// attack
# why = "Raises what ends generators and loops, one kind after the other, so that the loop around the questions ends too."
# outcomes = ["raised", "failed"]
# ///
import itertools

kinds = itertools.cycle([StopIteration, GeneratorExit, StopAsyncIteration])


def answer(*args, **kwargs):
    raise next(kinds)


everywhere(answer)
