"""Explores the model under settings and budgets, and tells what it found."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from checker.explicit.compiled import compile_instance
from checker.explicit.explorer import BROKEN, check
from model.settings import Budgets, Settings
from specs import checked_model

if TYPE_CHECKING:
    from checker.explicit.compiled import Compiled
    from checker.explicit.explorer import Checked
    from checker.lang import Instance

MODEL = checked_model()
KINDS = [name for name in Budgets.annotations() if name != "in_all"]


def instance(**parameters: int) -> Instance:
    """Return the model at its default bounds under these settings and budgets."""
    values = {
        f"{'settings' if name in Settings.annotations() else 'budgets'}.{name}": int(value)
        for name, value in parameters.items()
    }
    return MODEL.instance(parameters=values)


@lru_cache
def compiled() -> Compiled:
    """Return the code that all settings and budgets share."""
    return compile_instance(instance())


def explored(**parameters: int) -> Checked:
    """Return what exploring the model under these settings and budgets shows."""
    return check(instance(**parameters), compiled())


def findings(**parameters: int) -> dict[str, str | int]:
    """Return for each guarantee "holds" or the number of steps of the shortest run that breaks it.

    Capacities, model errors and witnesses that were not reached fail the test.
    """
    checked = explored(**parameters)
    assert checked.error is None
    assert checked.complete
    verdicts = dict(checked.verdicts)
    assert verdicts.pop("everything_delivered") == "holds"
    assert verdicts.pop("batch_retried") == "holds"
    return {
        name: len(checked.runs[name]) - 1 if verdict == BROKEN else verdict
        for name, verdict in verdicts.items()
    }


def only(*kinds: str) -> dict[str, int]:
    """Return budgets that allow one fault of each of these kinds and no others."""
    return {kind: int(kind in kinds) for kind in KINDS}


def without(*kinds: str) -> dict[str, int]:
    """Return the default budgets without these kinds."""
    return dict.fromkeys(kinds, 0)
