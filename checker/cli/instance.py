"""From command line options to an instance of a model of the user's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.cli.options import numbers
from checker.lang.errors import EoscheckError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checker.lang.model import Instance, Model


def file_instance(
    model: Model,
    bounds: Sequence[str],
    faults: Sequence[str],
    properties: Sequence[str],
    switches_on: Sequence[str],
    switches_off: Sequence[str],
) -> Instance:
    """Return the instance that the options ask for; raise EoscheckError for an unknown name."""
    plain = model.instance(numbers(bounds, "bound"), None, properties or None)
    parameters = {}
    for name, value in numbers(faults, "fault").items():
        parameters[parameter_named(plain, name, "fault")] = value
    for names, value in ((switches_on, 1), (switches_off, 0)):
        for name in names:
            parameters[parameter_named(plain, name, "switch")] = value
    return plain.with_parameters(parameters)


def parameter_named(instance: Instance, name: str, what: str) -> str:
    """Return the full name of the parameter whose last part is `name`."""
    known = [column for column in instance.schema.columns if column.parameter]
    wanted = "bool" if what == "switch" else "int"
    fitting = [c.name for c in known if c.scalar.kind == wanted and c.scalar.enum is None]
    found = [full for full in fitting if full == name or full.rpartition(".")[2] == name]
    if len(found) == 1:
        return found[0]
    choices = ", ".join(full.rpartition(".")[2] for full in fitting) or "none"
    raise EoscheckError(f"there is no {what} {name!r}; it can be: {choices}")
