"""Every score is the best one."""


def score(results, exercises=()):
    return sum(result.points for result in results)
