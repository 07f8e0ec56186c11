# /// attack
# why = "Returns a list that holds itself, one that grows while it is read, and a generator that never ends."
# outcomes = ["failed", "raised", "timed_out", "out_of_memory"]
# ///
import itertools


class Growing(list):
    def __iter__(self):
        return itertools.repeat(5)


loop = []
loop.append(loop)
wide = ["5"] * 9_000
for _ in range(6):
    wide = [wide] * 3
answers = itertools.cycle([loop, Growing([-1]), itertools.count(), {"a": loop}, wide, map(len, itertools.repeat(""))])
everywhere(lambda *args, **kwargs: next(answers))
