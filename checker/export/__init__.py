"""TLA+, Promela and Murphi text from the intermediate form.

The texts print the layout after slicing: one variable per column, collections as arrays that are
sorted and filled up with zeros. The other tools therefore count the same states, and a transition
for every enabled action with its arguments, but for the surplus that `surplus` tells. A step that
is cut is left out: where no other is possible, the other tools see a deadlock, and we do not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from checker.export.errors import ExportError
from checker.export.murphi import murphi
from checker.export.program import Program
from checker.export.promela import promela, starts_with_step
from checker.export.tla import configuration as tla_config
from checker.export.tla import module

if TYPE_CHECKING:
    from checker.lang.slicing import Slice

FORMATS = ("tla", "promela", "murphi")


@dataclass(frozen=True)
class Surplus:
    """How many states and transitions a tool counts beyond ours for a text of `export`."""

    states: int
    transitions: int


def export(slice_: Slice, form: str, witness: str | None = None, name: str | None = None) -> str:
    """Return the slice as a text for TLC ("tla"), SPIN ("promela") or a Murphi tool ("murphi").

    witness: the name of a `sometimes` property whose negation is checked as an invariant, so that
    the tool finds a run to it. name: that of the TLA+ module, which must be the name of its file;
    by default the model's. TLC needs the text of `tla_config` as well. Raises ExportError for what
    the target does not have.
    """
    if form == "tla":
        return module(slice_, witness, name)
    if form == "promela":
        return promela(slice_, witness)
    if form == "murphi":
        return murphi(slice_, witness)
    raise ExportError(f"there is no format {form!r}; formats are: {', '.join(FORMATS)}")


def surplus(slice_: Slice, form: str, witness: str | None = None) -> Surplus:
    """Return what the tool's counts exceed ours by.

    TLC counts each initial state as generated. SPIN counts reaching its first state; where that is
    not an initial state yet, it and the steps from it to the initial states come on top.
    """
    program = Program(slice_, lambda _: False, witness)
    starts = len(program.initial)
    if form == "tla":
        return Surplus(0, starts)
    if form == "promela":
        return Surplus(1, 1 + starts) if starts_with_step(program) else Surplus(0, 1)
    return Surplus(0, 0)


__all__ = ["FORMATS", "ExportError", "Surplus", "export", "surplus", "tla_config"]
