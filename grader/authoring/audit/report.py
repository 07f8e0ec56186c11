"""An audit for people at a terminal: what was proved, and each thing that was not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from grader.authoring.audit.proof import ShortProof
from grader.authoring.audit.record import AuditRecord, Survivor, troubles
from grader.authoring.audit.specimens import Held
from grader.listed import listed
from grader.reports.escape import clean

_SHOWN_CHECKS = 6
_SLOWEST = 5


def of_specimens(held: Sequence[Held]) -> RenderableType:
    """Show each specimen, what it declares and what it got, and the sentence that counts."""
    table = Table("specimen", "expected", "got", "holds", box=None, pad_edge=False)
    for one in held:
        holds = Text("yes", style="green") if one.holds else Text("no", style="bold red")
        table.add_row(Text(one.name), Text(one.expected), Text(one.got), holds)
    return Group(table, Text(), *_differences(held), _sentence_of(held))


def _differences(held: Sequence[Held]) -> Iterator[Text]:
    for one in held:
        yield from (Text(clean(f"{one.name}: {difference}"), style="red") for difference in one.differences)


def _sentence_of(held: Sequence[Held]) -> Text:
    good = sum(one.holds for one in held)
    style = "bold green" if good == len(held) else "bold red"
    return Text(f"{good} of {len(held)} specimens get exactly what they declare", style=style)


def of_audit(record: AuditRecord, floor: float) -> RenderableType:
    """Show an audit whole."""
    wrong = troubles(record, floor)
    return Group(
        _mutants(record),
        Text(),
        *(part for survivor in record.survivors if not survivor.waived for part in _survivor(survivor)),
        *_waived(record),
        *_facts(record),
        Text(),
        *(Text(clean(one), style="red") for one in wrong),
        Text(_sentence(record, floor), style="bold red" if wrong else "bold green"),
    )


def _mutants(record: AuditRecord) -> Table:
    table = Table(box=None, pad_edge=False, collapse_padding=True)
    table.add_column("mutants of", no_wrap=True)
    columns = ("made", "unfit", "alike", "equivalent", "tried", "killed", "waived", "survive")
    for name in columns:
        table.add_column(name, justify="right")
    for of, one in record.mutants.items():
        tried = f"{one.tried}/{one.different}" if one.tried < one.different else str(one.tried)
        survive = Text(str(one.survived), style="bold red" if one.survived else "green")
        made = f"{one.made - one.not_drawn}/{one.made}" if one.not_drawn else str(one.made)
        numbers = (made, one.not_written, one.alike, one.equivalent, tried, one.killed, one.waived)
        table.add_row(Text(of), *map(str, numbers), survive)
    return table


def _survivor(one: Survivor) -> Iterator[Text]:
    yield Text(clean(f"{one.name} survives: {one.what}"), style="bold")
    for line in one.diff.splitlines():
        style = {"-": "red", "+": "green"}.get(line[:1], "dim")
        yield Text(f"  {clean(line)}", style=style)
    yield Text(f"  checks of it: {listed(one.checks, _SHOWN_CHECKS)}", style="dim")
    yield Text()


def _waived(record: AuditRecord) -> Iterator[Text]:
    for one in record.survivors:
        if one.waived:
            yield Text(clean(f"{one.name} is waived: {one.waived}"), style="dim")


def _facts(record: AuditRecord) -> Iterator[Text]:
    held, count = record.specimens_held, len(record.specimens)
    flaky = record.flakiness
    named = record.mistakes - len(record.mistakes_missed)
    slowest = sorted(record.costs, key=lambda cost: -cost.wall_seconds)[:_SLOWEST]
    yield Text(f"reference    {record.reference} of {record.possible} points; the stub {record.stub}")
    yield Text(f"idle         {record.idle} points for computing nothing, {record.idle_points} allowed")
    yield Text(f"specimens    {held} of {count} get exactly what they declare")
    yield Text(f"mistakes     {named} of {record.mistakes} known ones lose points and are named")
    yield Text(f"flakiness    {flaky.seeds} seeds, twice each: {len(flaky.lost)} checks of the reference lost")
    largest = sorted((cost for cost in record.costs if cost.peak_bytes), key=lambda cost: -cost.peak_bytes)[:_SLOWEST]
    yield Text(f"seconds      {', '.join(f'{cost.check} {cost.wall_seconds:.1f}' for cost in slowest)}")
    if largest:
        yield Text(f"MiB          {', '.join(f'{cost.check} {cost.peak_bytes / 1024**2:.0f}' for cost in largest)}")


def _sentence(record: AuditRecord, floor: float) -> str:
    killed = sum(one.killed for one in record.mutants.values())
    tried = killed + sum(one.survived for one in record.mutants.values())
    return f"{record.assignment}: {killed} of {tried} mutants lose points, score {record.score:.3f} (floor {floor})"


def of_short(proof: ShortProof) -> RenderableType:
    """Show a short audit."""
    if not proof.holds:
        return Group(*(Text(clean(one), style="red") for one in proof.troubles))
    record = proof.record
    state = "fresh"
    if proof.other_grader:
        state = f"of another grader (changed: {', '.join(proof.other_grader)})"
    return Text(
        f"{record.assignment}: the audit is {state} (score {record.score:.3f}, {record.specimens_held} specimens held); "
        f"graded again: {len(proof.mutants)} mutants, {len(proof.specimens)} of the specimens",
        style="bold green",
    )
