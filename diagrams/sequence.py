"""A run as neutral data: what happened, step by step, between which roles."""

from dataclasses import dataclass
from typing import Literal

from checker.lang.logs import LogView
from diagrams.errors import InvalidDiagram

Kind = Literal[
    "local",
    "send",
    "receive",
    "lost",
    "abandon",
    "late",
    "crash",
    "fault",
    "failover",
    "note",
]


@dataclass(frozen=True)
class RunStep:
    """One thing that one role does.

    The other end of a message is `target`:

    - `local`: the role acts on its own.
    - `send`: the role sends a message to the target.
    - `receive`: the role takes a message that the target sent before.
    - `lost`: the role sends a message to the target that never arrives.
    - `abandon`: the role gives up a connection to the target with a message on it, which may be
      taken later or never.
    - `late`: the role takes an old copy of a message from the target.
    - `crash`: the role stops; it is shown as down until its next step.
    - `fault`: the role fails and goes on, because it starts again at once or fails in part only.
    - `failover`: the work of the role goes over to the target; without one, the role fails and
      another of its kind goes on.
    - `note`: a remark, beside the role, or about all of them if the role is empty.

    Steps in a row with the same number are shown as one step. `changes` are short texts on
    what is different after the step. `subject` says what the step is about, by name: a message is
    taken by a step that agrees with the one that sent it wherever both name something. `takes`: the
    number of the step that left the message which a late step takes.
    """

    number: int
    role: str
    text: str
    kind: Kind = "local"
    target: str | None = None
    changes: tuple[str, ...] = ()
    subject: tuple[tuple[str, str], ...] = ()
    takes: int | None = None


@dataclass(frozen=True)
class Run:
    """A run of the protocol; `broken` says at its end which guarantee does not hold.

    `logs` are what stands in logs at its end.

    Raises:
        InvalidDiagram: no role, a role listed twice, a step of or towards a role that is not
            listed, or a message without a target.
    """

    title: str
    roles: tuple[str, ...]
    steps: tuple[RunStep, ...]
    broken: str | None = None
    logs: tuple[LogView, ...] = ()

    def __post_init__(self) -> None:
        if not self.roles:
            raise InvalidDiagram(f"The run {self.title!r} has no roles.")
        if len(set(self.roles)) != len(self.roles):
            raise InvalidDiagram(f"The run {self.title!r} lists a role twice.")
        for step in self.steps:
            self._check(step)

    def _check(self, step: RunStep) -> None:
        names = [step.role] if step.target is None else [step.role, step.target]
        if step.kind == "note" and not step.role:
            names.remove("")
        for name in names:
            if name not in self.roles:
                raise InvalidDiagram(f"Step {step.number} names {name!r}, which is not a role.")
        if step.kind in ("send", "receive", "lost", "abandon", "late") and step.target is None:
            raise InvalidDiagram(f"Step {step.number} is a message without a target.")
