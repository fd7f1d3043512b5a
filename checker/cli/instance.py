"""From command line options to an instance of a model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.cli.options import numbers
from checker.lang.errors import EoscheckError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from checker.lang.model import Instance, Model


BUDGETS = "budgets."
"""Where a model keeps fault budgets by this name, `--fault` speaks about these alone."""
IN_ALL = "in_all"
FAULTS = "faults"


def file_instance(
    model: Model,
    bounds: Sequence[str],
    faults: Sequence[str],
    properties: Sequence[str],
    switches_on: Sequence[str],
    switches_off: Sequence[str],
) -> Instance:
    """Return the instance that the options ask for; raise EoscheckError for an unknown name."""
    wanted = numbers(faults, "fault")
    sizes = with_room(model, numbers(bounds, "bound"), wanted)
    plain = model.instance(sizes, None, properties or None)
    return plain.with_parameters(
        budget_parameters(plain, wanted) | switch_parameters(plain, switches_on, switches_off)
    )


def with_room(model: Model, bounds: dict[str, int], faults: Mapping[str, int]) -> dict[str, int]:
    """Return the bounds, large enough for the faults asked for where faults are a bound."""
    if FAULTS not in model.bounds or not faults:
        return bounds
    return bounds | {FAULTS: max([bounds.get(FAULTS, model.bounds[FAULTS]), *faults.values()])}


def budget_parameters(instance: Instance, faults: Mapping[str, int]) -> dict[str, int]:
    """Return the parameters that fault budgets change.

    A kind may happen more often than the default of all kinds together only if that is raised.
    """
    found = {_parameter_named(instance, name, "fault"): value for name, value in faults.items()}
    in_all = BUDGETS + IN_ALL
    if in_all in instance.parameters and IN_ALL not in faults:
        found[in_all] = max([instance.parameters[in_all], *faults.values()])
    return found


def switch_parameters(
    instance: Instance, switches_on: Sequence[str], switches_off: Sequence[str]
) -> dict[str, int]:
    """Return the parameters that switches change."""
    both = set(switches_on) & set(switches_off)
    if both:
        raise EoscheckError(f"the switch {min(both)!r} cannot be both on and off")
    pairs = [(name, 1) for name in switches_on] + [(name, 0) for name in switches_off]
    return {_parameter_named(instance, name, "switch"): value for name, value in pairs}


def fault_names(instance: Instance) -> list[str]:
    """Return the full names of the parameters that `--fault` changes."""
    numeric = _names(instance, "int")
    budgets = [name for name in numeric if name.startswith(BUDGETS)]
    return budgets or numeric


def switch_names(instance: Instance) -> list[str]:
    """Return the full names of the parameters that `--with` and `--without` change."""
    return _names(instance, "bool")


def _names(instance: Instance, kind: str) -> list[str]:
    columns = [column for column in instance.schema.columns if column.parameter]
    return [c.name for c in columns if c.scalar.kind == kind and c.scalar.enum is None]


def _parameter_named(instance: Instance, name: str, what: str) -> str:
    """Return the full name of the parameter whose last part is `name`."""
    fitting = fault_names(instance) if what == "fault" else switch_names(instance)
    found = [full for full in fitting if full == name or full.rpartition(".")[2] == name]
    if len(found) == 1:
        return found[0]
    choices = ", ".join(full.rpartition(".")[2] for full in fitting) or "none"
    raise EoscheckError(f"there is no {what} {name!r}; it can be: {choices}")
