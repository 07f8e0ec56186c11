"""
How figures are shown: exact as far as two decimals go, rounded there and nowhere else.
"""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def figure(number: Fraction | int) -> str:
    """Return a number with at most two decimals, halves away from zero: 6, 6.5, −6.67."""
    hundredths = int(abs(Fraction(number)) * 100 + Fraction(1, 2))
    whole, rest = divmod(hundredths, 100)
    decimals = f".{rest:02}".rstrip("0") if rest else ""
    return f"{'−' if number < 0 and hundredths else ''}{whole}{decimals}"


def signed(number: Fraction | int) -> str:
    """Return a change: +2, −6.67; 0 has no sign."""
    shown = figure(number)
    return shown if shown == "0" or number < 0 else f"+{shown}"


def points(number: Fraction | int) -> str:
    """Return so many points, in words."""
    return f"{figure(number)} point{'' if number == 1 else 's'}"


def percent(share: Fraction) -> str:
    """Return a share, from 0 to 1, as a percentage."""
    return f"{figure(share * 100)}%"


def count(number: int, thing: str) -> str:
    """Return so many of a *thing*: 1 day, 2 days."""
    return f"{number} {thing}{'' if number == 1 else 's'}"


def when(time: dt.datetime, timezone: dt.tzinfo) -> str:
    """Return a time as people of that time zone write it, in English whatever the locale: 13 Nov 2026 23:59."""
    local = time.astimezone(timezone)
    return f"{local.day} {_MONTHS[local.month - 1]} {local.year} {local:%H:%M}"
