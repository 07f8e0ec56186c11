"""From a name on the command line to a sandbox."""

from __future__ import annotations

import shutil

from grader.errors import UnsafeSandbox, UsageError
from grader.sandbox import conformance
from grader.sandbox.base import Sandbox
from grader.sandbox.bubblewrap import Bubblewrap
from grader.sandbox.docker import Docker
from grader.sandbox.local import Local

BACKENDS: dict[str, type[Sandbox]] = {"bubblewrap": Bubblewrap, "local": Local}
"""Those that need nothing but this machine, strongest first; `auto` takes one of these."""


def all_backends() -> dict[str, type[Sandbox]]:
    """Return all sandboxes that may be asked for, with the one that needs an engine."""
    return {**BACKENDS, Docker.name: Docker}


def kind_that_holds(
    name: str, packages: tuple[str, ...], *, allow_unsafe: bool = False, recheck: bool = False
) -> type[Sandbox]:
    """Return the kind of sandbox that `choose` takes, for a caller that opens several; raises as it does."""
    with choose(name, packages, allow_unsafe=allow_unsafe, recheck=recheck) as sandbox:
        return type(sandbox)


def choose(
    name: str, packages: tuple[str, ...], *, threads: int = 1, allow_unsafe: bool = False, recheck: bool = False
) -> Sandbox:
    """
    Return a sandbox that keeps its promises on this machine; `auto` is the strongest that does.

    Args:
        threads: On how many processors a worker computes.
        allow_unsafe: Take the named one, or the strongest there is, whichever promises it keeps.
        recheck: Attack it also where it kept its promises within the last day.

    Raises:
        UsageError: If there is no sandbox of that name, or no engine for it.
        UnsafeSandbox: If none that was asked for keeps its promises; the text says which promise is broken.
    """
    kinds = all_backends()
    if name != "auto" and name not in kinds:
        raise UsageError(f"no sandbox `{name}`; there are: auto, {', '.join(kinds)}")
    reasons = []
    for candidate in BACKENDS if name == "auto" else (name,):
        sandbox = kinds[candidate](packages, threads)
        broken = _broken(sandbox, recheck=recheck)
        starts = all(probe.promise != conformance.STARTS for probe in broken)
        if not broken or (allow_unsafe and starts):
            return sandbox
        sandbox.close()
        reasons.append(f"`{candidate}` does not keep: " + "; ".join(probe.explain() for probe in broken))
    advice = (
        "install bubblewrap (sudo apt-get install bubblewrap)"
        if shutil.which("bwrap") is None
        else "see `grader doctor`"
    )
    raise UnsafeSandbox(
        f"no sandbox that may hold a submission: {' · '.join(reasons)}. "
        f"For a better one {advice}, or pass --allow-unsafe-sandbox for code that you trust"
    )


def _broken(sandbox: Sandbox, *, recheck: bool) -> tuple[conformance.Held, ...]:
    if sandbox.name not in BACKENDS:  # what an engine does may change without any trace here
        return conformance.broken(sandbox)
    if not recheck and conformance.held_lately(sandbox):
        return ()
    broken = conformance.broken(sandbox)
    if not broken:
        conformance.remember(sandbox)
    return broken
