"""`grader doctor`: which sandboxes of this machine keep their promises."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table
from rich.text import Text

from grader.cli.console import err, out
from grader.cli.options import SandboxName

if TYPE_CHECKING:
    from grader.sandbox.conformance import Held

_SANDBOX = "Which sandbox to attack; auto attacks all that need nothing but this machine."

SandboxOption = Annotated[SandboxName, typer.Option("--sandbox", help=_SANDBOX)]


def doctor(sandbox_name: SandboxOption = SandboxName.AUTO) -> None:
    """
    Try every attack of the conformance suite against the sandboxes of this machine and show what held.

    Exit codes: 0 one of them holds; 1 none does.
    """
    from grader.sandbox import BACKENDS, all_backends, conformance

    asked = BACKENDS if sandbox_name is SandboxName.AUTO else {sandbox_name.value: all_backends()[sandbox_name.value]}
    found: dict[str, dict[str, conformance.Held]] = {}
    memory: dict[str, str] = {}
    for name, backend in asked.items():
        with err.status(f"attacking {name}"), backend(("torch",)) as sandbox:
            found[name] = {probe.promise: probe for probe in conformance.run(sandbox)}
            memory[name] = sandbox.memory_held_by
    table = Table("promise", *found, box=None, pad_edge=False)
    for promise in dict.fromkeys(promise for probes in found.values() for promise in probes):
        table.add_row(promise, *(_holds(probes.get(promise)) for probes in found.values()))
    out.print(table)
    for name, probes in found.items():
        for probe in probes.values():
            if not probe.held:
                out.print(Text(f"{name}: {probe.explain()}", style="red"))
    best = next((name for name, probes in found.items() if all(probe.held for probe in probes.values())), None)
    if best is None:
        out.print("\nNo sandbox here may hold a submission: `grader grade` will refuse.")
        raise typer.Exit(1)
    user = "root" if os.geteuid() == 0 else "an ordinary user"
    out.print(
        f"\n`--sandbox {sandbox_name.value}` takes {best} here, as {user}; the memory of all processes of a worker together "
        f"is held by {memory[best]}."
    )


def _holds(probe: Held | None) -> Text:
    if probe is None:
        return Text("not tried", style="dim")
    return Text("holds", style="green") if probe.held else Text("BROKEN", style="bold red")
