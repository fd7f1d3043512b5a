"""Counterexamples to induction: a step that leads out of a lemma from a state with all lemmas.

They are looked for in a finite instance of the same source, made as small as they go, and confirmed
by the interpreter. Such a state need not be reachable: the explorer says whether it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from checker.explicit.reference import Reference
from checker.lang import build
from checker.lang.concrete import ConcreteMachine, Layout
from checker.lang.errors import Blocked, CapacityReached, EoscheckError, ModelError
from checker.lang.schema import Schema
from checker.symbolic.claim import IMPLIES, INITIALLY, Claim
from checker.symbolic.obligations import Generator
from checker.symbolic.z3_terms import Terms

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from checker.lang.concrete import Vector
    from checker.lang.model import Instance, Step
    from checker.symbolic.obligations import Obligation
    from checker.symbolic.z3_terms import Assignment

WORK = 20_000_000


@dataclass(frozen=True)
class Counterexample:
    """A state with all lemmas, and a step out of the property, if it is not broken there already.

    bounds: of the finite instance; before, after: full vectors.
    """

    instance: Instance
    before: Vector
    step: Step | None = None
    after: Vector | None = None

    def facts(self) -> list[str]:
        """Return what is so in the state before, one line for each place that is not as at first.

        Without a step, the state is where the property is broken.
        """
        return facts_of(self.instance.layout, self.before)

    def changes(self) -> list[str]:
        """Return what is so behind the step and was not so before."""
        if self.after is None:
            return []
        old = set(self.facts())
        return [line for line in facts_of(self.instance.layout, self.after) if line not in old]


class Finder:
    """Looks for counterexamples of a claim in a small instance."""

    def __init__(self, claim: Claim) -> None:
        self.claim = claim
        self._generators: dict[tuple[int, ...], dict[tuple[str, str], Obligation]] = {}
        self._instances: dict[tuple[int, ...], Instance] = {}

    def find(self, key: tuple[str, str]) -> Counterexample | None:
        """Return a least counterexample to an obligation, None if the instance has none."""
        found = self.first(key)
        if found is None:
            return None
        bounds = {name: found.instance.bounds[name] for name in self.claim.small}
        for name in tuple(bounds):
            while bounds[name] > 1:
                smaller = {**bounds, name: bounds[name] - 1}
                better = self._in(smaller, key)
                if better is None:
                    break
                bounds, found = smaller, better
        return found

    def first(self, key: tuple[str, str]) -> Counterexample | None:
        """Return any counterexample, in the instance or with one more of what is unordered."""
        for more in (0, 1) if self.claim.small else ():
            found = self._in(self._larger(more), key)
            if found is not None:
                return found
        return None

    def _larger(self, more: int) -> dict[str, int]:
        """Return the small instance's bounds with more of every interchangeable thing."""
        identities = {
            bound for bound, size in self.claim.small.items() if self._counts_things(bound, size)
        }
        return {b: n + more if b in identities else n for b, n in self.claim.small.items()}

    def _counts_things(self, bound: str, size: int) -> bool:
        """Return whether a bound is the size of an identity sort: one more is one more member."""
        sizes = self._sizes(self.claim.small)
        larger = self._sizes({**self.claim.small, bound: size + 1})
        return any(not n and larger[name, n] > sizes[name, n] for name, n in sizes)

    def _sizes(self, bounds: Mapping[str, int]) -> dict[tuple[str, bool], int]:
        columns = self.claim.instance(bounds).schema.columns
        sorts = {sort for column in columns for sort in column.sorts}
        return {(sort.name, sort.numeric): sort.size or 0 for sort in sorts}

    def _in(self, bounds: Mapping[str, int], key: tuple[str, str]) -> Counterexample | None:
        size = tuple(bounds.values())
        if size not in self._generators:
            self._instances[size] = self.claim.instance(bounds)
            made = Generator(self.claim, self._instances[size]).all()
            self._generators[size] = {o.key: o for o in made}
        instance, obligation = self._instances[size], self._generators[size][key]
        terms = Terms(instance.schema, obligation.arguments)
        given = [expr for _, expr in obligation.hypotheses]
        model = terms.least_model([*given, build.negate(obligation.goal)], WORK)
        return None if model is None else confirmed(self.claim, instance, obligation, model)


def confirmed(
    claim: Claim, instance: Instance, obligation: Obligation, model: Assignment
) -> Counterexample:
    """Return what a model says, if the interpreter agrees; raise EoscheckError if it does not."""
    if obligation.action == INITIALLY:
        return _initial(instance, obligation)
    before = _vector(instance.layout, model)
    if obligation.action == IMPLIES:
        example = Counterexample(instance, before)
    else:
        example = _stepped(instance, obligation, model, before)
    if not _breaks(claim, example, obligation.name):
        raise EoscheckError(
            f"the interpreter does not confirm that {obligation.action} breaks "
            f"{obligation.name}: the solver and the interpreter disagree"
        )
    return example


def _initial(instance: Instance, obligation: Obligation) -> Counterexample:
    """Return the first initial state that breaks a lemma."""
    reference = Reference(instance)
    rule = next(p.rule for p in instance.properties if p.name == obligation.name)
    for state in reference.initial():
        if not reference.holds(state, rule):
            return Counterexample(instance, state)
    raise EoscheckError(f"no initial state breaks {obligation.name}, although Z3 says so")


def _vector(layout: Layout, model: Assignment) -> Vector:
    cells: list[int] = []
    for column in layout.columns:
        cells += model.cells[column]
    return tuple(cells)


def _stepped(
    instance: Instance, obligation: Obligation, model: Assignment, before: Vector
) -> Counterexample:
    arguments = tuple(model.arguments[name] for name in obligation.arguments)
    step = next(
        step
        for step in instance.steps
        if step.action.name == obligation.action and step.arguments == arguments
    )
    try:
        after = Reference(instance).apply(before, step)
    except ModelError:
        return Counterexample(instance, before, step, None)
    except (Blocked, CapacityReached) as stop:
        message = f"the interpreter cannot do {step} where Z3 can: {stop.text}"
        raise EoscheckError(message) from None
    return Counterexample(instance, before, step, after)


def _breaks(claim: Claim, example: Counterexample, name: str) -> bool:
    """Return whether the property is broken behind the step, or fails there."""
    pair_rule = next((s.rule for s in claim.steps if s.name == name), None)
    if example.step is not None and example.after is None:
        return True
    if pair_rule is not None:
        assert example.after is not None
        return not Pairs(claim, example.instance).holds(example.before, example.after, name)
    rule = next(p.rule for p in example.instance.properties if p.name == name)
    state = example.before if example.after is None else example.after
    return not Reference(example.instance).holds(state, rule)


def of_both(parameters: Mapping[str, int]) -> dict[str, int]:
    """Return a world's parameters as those of a pair of two worlds, which are the same in both."""
    return {
        f"{side}.{name}": value
        for name, value in parameters.items()
        for side in ("before", "after")
    }


class Pairs:
    """Evaluates step properties on two states of an instance, in the interpreter."""

    def __init__(self, claim: Claim, instance: Instance) -> None:
        assert claim.pair is not None
        self._rules = {step.name: step.rule for step in claim.steps}
        layout = Layout(Schema(claim.pair, instance.bounds))
        self._machine = ConcreteMachine(layout, of_both(instance.parameters))

    def holds(self, before: Vector, after: Vector, name: str) -> bool:
        """Return whether a step property holds of two states."""
        return bool(self._machine.run(before + after, self._rules[name], ()))


def facts_of(layout: Layout, vector: Vector) -> list[str]:
    """Return every place of a state that is not as at the start, in words."""
    cells = list(_cells(layout, vector))
    cells.sort(key=lambda cell: cell[:2])
    lines = []
    for (place, key), group in groupby(cells, key=lambda cell: cell[:2]):
        said = [text for _, _, text in group]
        lines.append(f"{place}({key})" if said == [""] else f"{place}({key}): {', '.join(said)}")
    return [line.replace("()", "") for line in lines]


def _cells(layout: Layout, vector: Vector) -> Iterator[tuple[str, str, str]]:
    """Yield record, indices and "field=value" of every cell that is not as at the start."""
    for column in layout.columns:
        start = layout.start[column]
        record, _, name = column.name.rpartition(".")
        for cell in range(column.cells):
            value = vector[start + cell]
            if value == column.default:
                continue
            indices = []
            for sort in reversed(column.sorts):
                cell, index = divmod(cell, sort.size or 1)  # noqa: PLW2901
                indices.append(f"{sort.name.lower()} {index}")
            key = ", ".join(reversed(indices))
            if not record:
                said = "" if column.scalar.kind == "bool" else column.scalar.text(value)
                yield name, key, said
            else:
                yield record, key, f"{name}={column.scalar.text(value)}"
