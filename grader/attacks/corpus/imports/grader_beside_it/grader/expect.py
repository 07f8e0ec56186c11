"""Comparisons that never fail."""


def equal(*args, **kwargs):
    return None


raises = close = that = same_function = fail = equal


def number(value, what=""):
    return 0.0
