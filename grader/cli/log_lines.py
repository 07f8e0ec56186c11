"""How far a class is, in a log: a line every few seconds, where a bar would be one on a terminal."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

EVERY_SECONDS = 10.0
_MINUTE, _HOUR = 60, 3600


@dataclass(slots=True, kw_only=True)
class LogLines:
    """When there is something to say, and what."""

    total: int
    done: int = 0
    started: float = field(default_factory=time.monotonic)
    said: float | None = None
    """When the last line was; none yet if None."""

    def due(self, now: float | None = None) -> str | None:
        """Return a line if it is time for one, by the monotonic clock."""
        now = time.monotonic() if now is None else now
        if now - (self.started if self.said is None else self.said) < EVERY_SECONDS:
            return None
        self.said = now
        rate = self.rate(now)
        return f"{self.done} of {self.total} graded{rate and f', {rate}'}"

    def rate(self, now: float | None = None) -> str:
        """Return how fast it goes and how long it will take; nothing before the first is done."""
        if not self.done:
            return ""
        seconds = max((time.monotonic() if now is None else now) - self.started, 0.001)
        left = seconds / self.done * (self.total - self.done)
        return f"{self.done / seconds * _MINUTE:.3g} a minute, about {_words(left)} left"


def _words(seconds: float) -> str:
    if seconds < 1.5 * _MINUTE:
        return f"{seconds:.0f} s"
    if seconds < 1.5 * _HOUR:
        return f"{seconds / _MINUTE:.0f} min"
    return f"{seconds / _HOUR:.1f} h"
