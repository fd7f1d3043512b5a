"""Refinement: every transition of a detailed model is a sequence of steps of a proof model.

Explored is the product: a detailed state with the proof state that the same history leads to. (One
detailed state may go with many proof states, because messages of proof models are never forgotten.)
For each transition the declared steps are run one after the other by the interpreter; each must be
possible, and behind them both states must agree on everything that the map names.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from checker.explicit.reference import Reference, ReferenceResult
from checker.lang.errors import Blocked, CapacityReached, LanguageError, ModelError
from checker.lang.model import argument_values, user_errors
from checker.lang.runtime import running

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from checker.lang.concrete import ConcreteMachine, Vector
    from checker.lang.model import Instance, Model, Step
    from checker.lang.rules import Action
    from checker.lang.types import Scalar

    Call = tuple[Action[Any], tuple[int, ...]]
    Pair = tuple[Vector, Vector]
    Facts = Mapping[str, object]


class Map(Protocol):
    """What is declared: see specs/refinement."""

    @property
    def proof(self) -> Model:
        """The proof model."""

    @property
    def sizes(self) -> Callable[[Mapping[str, int]], Mapping[str, int]]:
        """Bounds of an instance that is wide enough."""

    @property
    def meanings(self) -> Mapping[str, Callable[..., Sequence[Call]]]:
        """The steps that each action is."""

    @property
    def outside(self) -> Callable[[Any, Any, str], str]:
        """Why a step is not in the proof model's domain."""

    @property
    def detailed(self) -> Callable[[Any], Facts]:
        """What a detailed world says; the proof world must say the same about all that it names."""

    @property
    def proved(self) -> Callable[[Any], Facts]:
        """What a proof world says."""


@dataclass(frozen=True)
class Failure:
    """A transition that is not what was declared of it.

    run: of the detailed model, up to and with it; declared: the steps that it should be, in words;
    problem: what is wrong, a sentence.
    """

    run: Sequence[tuple[Step | None, Vector]]
    declared: tuple[str, ...]
    problem: str


@dataclass
class Checked:
    """What was checked.

    states: of the product; detailed_states, proof_states: of either side; transitions: checked, of
    the product; steps: of the proof model, by action; sequences: how often an action was which
    steps; outside: transitions that the proof model does not speak about, by reason (what follows
    them is not looked at); capacities: cuts of the detailed model.
    """

    states: int = 0
    detailed_states: int = 0
    proof_states: int = 0
    transitions: int = 0
    steps: Counter[str] = field(default_factory=Counter)
    sequences: Counter[tuple[str, tuple[str, ...]]] = field(default_factory=Counter)
    outside: Counter[str] = field(default_factory=Counter)
    capacities: Counter[str] = field(default_factory=Counter)
    failure: Failure | None = None


class _Mismatch(Exception):
    """The declared steps are not possible, or lead elsewhere."""

    def __init__(self, declared: Sequence[Call], problem: str) -> None:
        super().__init__(problem)
        self.declared = tuple(_words(call) for call in declared)
        self.problem = problem


def _words(call: Call) -> str:
    """Return a step of the proof model as a sentence."""
    action, arguments = call
    text = action.text.rstrip(".")
    for name, value in zip(action.arguments, arguments, strict=True):
        text = text.replace("{" + name + "}", str(value))
    return f"{action.name} ({text})"


class _Proof:
    """The proof model's side: steps and facts, each computed once."""

    def __init__(self, instance: Instance, facts: Callable[[Any], Facts]) -> None:
        self.instance = instance
        self.machine = instance.machine()
        self._facts = facts
        self._scalars: dict[Action[Any], dict[str, Scalar]] = {}
        self._after: dict[tuple[Vector, str, tuple[int, ...]], Vector | str] = {}
        self._known: dict[Vector, Facts] = {}
        self._vectors: dict[Vector, Vector] = {}

    def after(self, state: Vector, call: Call) -> Vector | str:
        """Return the state behind a step, or why it is not possible."""
        action, arguments = call
        key = (state, action.name, arguments)
        if key not in self._after:
            self._after[key] = self._run(state, action, arguments)
        return self._after[key]

    def _run(self, state: Vector, action: Action[Any], arguments: tuple[int, ...]) -> Vector | str:
        self._check(action, arguments)
        try:
            with user_errors(action.rule):
                self.machine.run(state, action.rule, arguments)
        except CapacityReached as cut:
            raise self._too_narrow(cut.text) from None
        except (Blocked, ModelError) as stop:
            return stop.text
        found = tuple(self.machine.cells)
        return self._vectors.setdefault(found, found)

    def _check(self, action: Action[Any], arguments: tuple[int, ...]) -> None:
        """Raise LanguageError if a step is none of the instance."""
        if action not in self._scalars:
            if action not in self.instance.model.actions:
                raise LanguageError(f"{self.instance.model.name} has no action {action.name}")
            self._scalars[action] = self.instance.argument_scalars(action)
        for (name, scalar), value in zip(self._scalars[action].items(), arguments, strict=True):
            if value not in argument_values(scalar):
                raise self._too_narrow(f"{action.name} needs {name}={value}")

    def _too_narrow(self, why: str) -> LanguageError:
        return LanguageError(f"the instance of {self.instance.model.name} is too narrow: {why}")

    def facts(self, state: Vector) -> Facts:
        """Return what a state says."""
        if state not in self._known:
            self._known[state] = self.machine.run(state, self._facts, ())
        return self._known[state]


class _Product:
    """Explores the product of a detailed instance and its proof model."""

    def __init__(self, declared: Map, detailed: Instance) -> None:
        self.declared = declared
        self.reference = Reference(detailed, canonical=False)
        self.before, self.after = detailed.machine(), detailed.machine()
        sizes = declared.sizes(detailed.bounds)
        self.proof = _Proof(declared.proof.instance(sizes, properties=()), declared.proved)
        self.result = Checked()
        self.parents: dict[Pair, tuple[Pair, Step] | None] = {}
        self._moves: dict[Vector, list[tuple[Step, Vector, str]]] = {}
        self._facts: dict[Vector, Facts] = {}

    def explore(self) -> Checked:
        """Explore all of it, or up to the first transition that is not what was declared."""
        frontier = [(d, p) for d in self.reference.initial() for p in self.proof.instance.initial()]
        self.parents = dict.fromkeys(frontier)
        try:
            for detailed, proof in frontier:
                self._compare(detailed, proof, ())
            while frontier:
                frontier = [after for pair in frontier for after in self._expand(pair)]
        except _Failed as failed:
            self.result.failure = failed.failure
        self.result.states = len(self.parents)
        self.result.detailed_states = len({detailed for detailed, _ in self.parents})
        self.result.proof_states = len({proof for _, proof in self.parents})
        return self.result

    def _expand(self, pair: Pair) -> list[Pair]:
        """Check every transition out of a state; return the states that are new."""
        found = []
        for step, after, why in self._successors(pair[0]):
            if why:
                self.result.outside[why] += 1
                continue
            try:
                target = (after, self._follow(pair, step, after))
            except _Mismatch as mismatch:
                run = [*self._run_to(pair), (step, after)]
                raise _Failed(Failure(run, mismatch.declared, mismatch.problem)) from None
            self.result.transitions += 1
            if target not in self.parents:
                self.parents[target] = (pair, step)
                found.append(target)
        return found

    def _successors(self, state: Vector) -> list[tuple[Step, Vector, str]]:
        """Return every step out of a detailed state, with why it is outside of the domain."""
        if state not in self._moves:
            seen = ReferenceResult()
            moves = list(self.reference.successors(state, seen))
            self._moves[state] = [(s, after, self._outside(state, s, after)) for s, after in moves]
            self.result.capacities.update(seen.capacities)
            if seen.error is not None:
                raise LanguageError(f"the detailed model fails: {seen.error[0].text}")
        return self._moves[state]

    def _outside(self, before: Vector, step: Step, after: Vector) -> str:
        worlds = _loaded(self.before, before), _loaded(self.after, after)
        with running(self.before):
            return self.declared.outside(*worlds, step.action.name)

    def _follow(self, pair: Pair, step: Step, after: Vector) -> Vector:
        """Return the proof state behind the steps that a transition is declared to be."""
        calls = self._calls(pair, step, after)
        state = pair[1]
        for call in calls:
            behind = self.proof.after(state, call)
            if isinstance(behind, str):
                raise _Mismatch(calls, f"{call[0].name} is not possible: {behind}")
            state = behind
        self._compare(after, state, calls)
        names = tuple(action.name for action, _ in calls)
        self.result.steps.update(names)
        self.result.sequences[step.action.name, names] += 1
        return state

    def _calls(self, pair: Pair, step: Step, after: Vector) -> Sequence[Call]:
        meaning = self.declared.meanings.get(step.action.name)
        if meaning is None:
            action = step.action
            message = f"nothing is declared of {action.name}"
            raise LanguageError(message, action.file, action.line)
        with running(self.before):
            calls = meaning(*self._worlds(pair, after), *step.arguments)
        return tuple((action, tuple(int(a) for a in arguments)) for action, arguments in calls)

    def _worlds(self, pair: Pair, after: Vector) -> tuple[Any, Any, Any]:
        """Return the detailed world before and behind a step, and the proof world before it."""
        return (
            _loaded(self.before, pair[0]),
            _loaded(self.after, after),
            _loaded(self.proof.machine, pair[1]),
        )

    def _compare(self, detailed: Vector, proof: Vector, calls: Sequence[Call]) -> None:
        """Raise _Mismatch unless both states say the same."""
        if detailed not in self._facts:
            self._facts[detailed] = self.before.run(detailed, self.declared.detailed, ())
        here, there = self._facts[detailed], self.proof.facts(proof)
        for name, one in here.items():
            other = there.get(name)
            if one != other:
                problem = f"{name} is {one} in the detailed model and {other} in the proof model"
                raise _Mismatch(calls, problem)

    def _run_to(self, pair: Pair) -> list[tuple[Step | None, Vector]]:
        run: list[tuple[Step | None, Vector]] = []
        parent = self.parents[pair]
        while parent is not None:
            run.append((parent[1], pair[0]))
            pair = parent[0]
            parent = self.parents[pair]
        run.append((None, pair[0]))
        return run[::-1]


class _Failed(Exception):
    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.problem)
        self.failure = failure


def _loaded(machine: ConcreteMachine, state: Vector) -> Any:
    machine.cells[:] = state
    machine.reads.clear()
    return machine.world()


def check_refinement(declared: Map, detailed: Instance) -> Checked:
    """Check every transition of a detailed instance."""
    return _Product(declared, detailed).explore()
