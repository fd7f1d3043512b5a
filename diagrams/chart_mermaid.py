"""State charts as Mermaid text, which GitHub, GitLab and many editors draw."""

from diagrams.chart import Chart
from diagrams.chart_labels import identifiers, label_lines, state_lines
from diagrams.mermaid import mermaid_lines, mermaid_title


def chart_mermaid(chart: Chart) -> str:
    """The chart as a Mermaid `stateDiagram-v2`; forbidden moves say so in their label."""
    names = {state: f"state_{name}" for state, name in identifiers(chart).items()}
    lines = [*mermaid_title(chart.title), "stateDiagram-v2"]
    for state in chart.states:
        lines.append(f'    state "{mermaid_lines(state_lines(state))}" as {names[state]}')
    if chart.initial is not None:
        lines.append(f"    [*] --> {names[chart.initial]}")
    for arrow in chart.arrows():
        label = ["FORBIDDEN"] * arrow.forbidden + label_lines(arrow.labels)
        text = f" : {mermaid_lines(label)}" if label else ""
        lines.append(f"    {names[arrow.source]} --> {names[arrow.target]}{text}")
    return "\n".join(lines) + "\n"
