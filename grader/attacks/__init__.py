"""Attack the grader: a corpus of hostile submissions, and what each earns with and without the boundary."""

from grader.attacks.attack import REFUSED, Attack, Base, Facts, MayEarn, corpus_folder, load, made

__all__ = ["REFUSED", "Attack", "Base", "Facts", "MayEarn", "corpus_folder", "load", "made"]
