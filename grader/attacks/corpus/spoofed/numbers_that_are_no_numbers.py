# /// attack
# why = "Returns infinities, NaN, complex numbers, fractions and truth values where integers are asked for."
# outcomes = ["failed", "raised"]
# ///
import decimal
import fractions
import itertools

answers = itertools.cycle(
    [float("nan"), float("inf"), -0.0, -1j, fractions.Fraction(-1), decimal.Decimal("NaN"), False, (float("nan"),) * 2]
)
everywhere(lambda *args, **kwargs: next(answers))
