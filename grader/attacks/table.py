"""An audit for people at a terminal: a row per family of attacks, then each attack that earned, broke or surprised."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from grader.attacks.audit import AttackFinding, Audit
from grader.reports.escape import clean

_MAX_CHARACTERS = 400


def by_family(audit: Audit) -> RenderableType:
    """Show the families, what went wrong, and the sentence that counts."""
    table = _table("family", "attacks")
    for family in dict.fromkeys(finding.attack.family for finding in audit.findings):
        found = [finding for finding in audit.findings if finding.attack.family == family]
        table.add_row(family, str(len(found)), *_cells(found))
    table.add_section()
    table.add_row("all", str(len(audit.findings)), *_cells(audit.findings))
    return Group(table, Text(), *_explained(), *_troubles(audit), _sentence(audit))


def each(audit: Audit) -> RenderableType:
    """Show every attack, with what it tries and how its checks ended."""
    table = _table("attack", "what it tries", "its checks")
    for finding in audit.findings:
        outcomes = ", ".join(f"{count} {outcome}" for outcome, count in finding.outcomes)
        name = f"{finding.attack.family}/{finding.attack.name}"
        table.add_row(Text(name), Text(finding.attack.facts.why), Text(outcomes), *_cells([finding]))
    return Group(table, Text(), *_explained(), *_troubles(audit), _sentence(audit))


def _table(*columns: str) -> Table:
    table = Table(*columns, "earned", "broke", "earned without", "broke without", box=None, pad_edge=False)
    for column in table.columns[-4:]:
        column.justify = "right"
    return table


def _cells(found: Sequence[AttackFinding]) -> Iterator[Text]:
    earned = sum(finding.earned_too_much for finding in found)
    broke = sum(bool(finding.broke) for finding in found)
    yield Text(str(earned), style="bold red" if earned else "green")
    yield Text(str(broke), style="bold red" if broke else "green")
    worth = [finding.unprotected for finding in found if finding.unprotected is not None]
    if not worth:
        yield from (Text("-", style="dim"), Text("-", style="dim"))
        return
    yield Text(str(sum(entry.earned > 0 for entry in worth)))
    yield Text(str(sum(bool(entry.broke) for entry in worth)))


def _explained() -> Iterator[Text]:
    lines = (
        "earned, broke: how many earned points that they should not, or broke the grader.",
        "without: the same attack where student code shares a process with the answers, as in other autograders.",
    )
    yield from (Text(line, style="dim") for line in lines)
    yield Text()


def _troubles(audit: Audit) -> Iterator[Text]:
    for finding in audit.earned:
        yield _trouble(finding, f"earned {finding.earned} of {audit.possible} points; it may earn {finding.allowed}")
    for finding in audit.broke:
        yield _trouble(finding, f"broke the grader: {finding.broke}")
    for sentence in (*audit.honest, *(f"left behind: {trace}" for trace in audit.left_behind)):
        yield Text(_short(sentence), style="red")
    for finding in audit.unexpected:
        yield Text(
            _short(f"{_name(finding)}: ended as {', '.join(finding.unexpected)}, which it does not declare"),
            style="yellow",
        )


def _trouble(finding: AttackFinding, what: str) -> Text:
    return Text(_short(f"{_name(finding)}: {what}"), style="red")


def _name(finding: AttackFinding) -> str:
    return f"{finding.attack.family}/{finding.attack.name}"


def _short(text: str) -> str:
    return clean(text if len(text) <= _MAX_CHARACTERS else f"{text[:_MAX_CHARACTERS]}…")


def _sentence(audit: Audit) -> Text:
    count = len(audit.findings)
    said = (
        f"{len(audit.earned)} of {count} attacks earned points they should not, {len(audit.broke)} broke the grader "
        f"({audit.sandbox}, memory held by {audit.memory_held_by})"
    )
    return Text(said, style="bold green" if audit.holds else "bold red")
