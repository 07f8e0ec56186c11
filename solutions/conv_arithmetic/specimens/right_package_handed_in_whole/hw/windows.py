from hw.pairs import height_and_width


def count(size, window, step, border, spread):
    last = size + 2 * border - 1 - spread * (window - 1)
    if last < 0:
        raise ValueError("no window fits")
    return len(range(0, last + 1, step))


def both(shape, *arguments):
    sides = zip(shape, *map(height_and_width, arguments))
    return [count(*side) for side in sides]
