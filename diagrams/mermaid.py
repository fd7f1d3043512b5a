"""State charts and runs as Mermaid text, which GitHub, GitLab and many editors draw."""

import json
from collections.abc import Iterator

from diagrams.chart import Chart
from diagrams.chart_labels import identifiers, label_lines, state_lines
from diagrams.sequence import Kind, Run, RunStep
from diagrams.words import clean, wrap

_SPECIAL = frozenset("\"#%&;:<>{}[]()`\\|*~$")
NOTE_COLUMNS = 48


def chart_mermaid(chart: Chart) -> str:
    """The chart as a Mermaid `stateDiagram-v2`."""
    names = identifiers(chart)
    lines = [*_heading(chart.title), "stateDiagram-v2"]
    lines += [
        f'    state "{_joined(state_lines(state))}" as {names[state]}' for state in chart.states
    ]
    if chart.initial is not None:
        lines.append(f"    [*] --> {names[chart.initial]}")
    for arrow in chart.arrows():
        label = label_lines(arrow.labels)
        if arrow.forbidden:
            label = ["forbidden", *label]
        text = f" : {_joined(label)}" if label else ""
        lines.append(f"    {names[arrow.source]} --> {names[arrow.target]}{text}")
    return "\n".join(lines) + "\n"


def run_mermaid(run: Run) -> str:
    """The run as a Mermaid `sequenceDiagram`."""
    names = {role: f"role{position}" for position, role in enumerate(run.roles, start=1)}
    lines = [*_heading(run.title), "sequenceDiagram"]
    lines += [f"    participant {names[role]} as {_text(role)}" for role in run.roles]
    everyone = f"{names[run.roles[0]]},{names[run.roles[-1]]}"
    for step in run.steps:
        lines += _step(step, names, everyone)
    if run.broken is not None:
        lines.append(f"    Note over {everyone}: {_note(run.broken)}")
    return "\n".join(lines) + "\n"
