"""Explores scopes with coverage: what each step did, and what the scope's file expects."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from mutation_scopes import Choice, read_scope

from checker.explicit.compiled import compile_instance
from checker.explicit.explorer import BROKEN, Checked, check
from checker.explicit.program import Fired
from specs.transactions import GUARANTEES


@dataclass(frozen=True)
class Seen:
    """What exploring one run of a scope shows: steps that happened, guarantees that broke."""

    figures: tuple[int, int, int]
    fired: frozenset[str]
    broken: frozenset[str]


@cache
def _program(name: str):
    instance = read_scope(name).model().instance()
    return instance, compile_instance(instance, coverage=True)


def seen(name: str, choice: Choice) -> Seen:
    instance, compiled = _program(name)
    plain = instance.with_parameters(choice.parameters(read_scope(name)))
    checked = check(plain, compiled, traces=False)
    assert checked.error is None
    found = checked.exploration
    return Seen(
        (found.states, found.transitions, found.depth),
        frozenset(
            key.action
            for key, times in zip(compiled.program.counters, found.counters, strict=True)
            if isinstance(key, Fired) and times
        ),
        _broken(checked),
    )


def _broken(checked: Checked) -> frozenset[str]:
    names = {guarantee.name for guarantee in GUARANTEES}
    return frozenset(
        n for n, verdict in checked.verdicts.items() if verdict == BROKEN and n in names
    )
