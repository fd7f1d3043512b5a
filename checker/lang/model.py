"""A model: a world, a start, actions and properties; and an instance of it under given bounds."""

from __future__ import annotations

import copy
import inspect
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING, Any

from checker.lang import build
from checker.lang.concrete import ConcreteMachine, Layout, Vector
from checker.lang.errors import Blocked, EoscheckError, LanguageError, Stop
from checker.lang.ir import BlockedLeaf, Expr, Tree, leaves
from checker.lang.lint import lint
from checker.lang.places import is_language_file
from checker.lang.rules import LEADS_TO, Action, Property, place_of
from checker.lang.schema import Schema
from checker.lang.tracing import Tracer, Verdict
from checker.lang.types import Scalar, scalar_of

if TYPE_CHECKING:
    from checker.lang.logs import LogView
    from checker.lang.telling import Told
    from checker.lang.types import Column
    from checker.lang.values import Record

Rule = Callable[..., Any]


@dataclass(frozen=True, eq=False)
class Model:
    """What a user declares.

    start: sets the initial world; its further arguments, if any, range over their sorts.
    canonical: pure clean-ups that forget what no longer matters, run after every step.
    bounds: the model's sizes by name, with their defaults. deadlock: whether a state without a
    step is an error. sources: the files that the rules come from, if they depend on nothing else:
    then what is traced may be kept on disk. logs: shows people the logs of a world under bounds.
    roles: in the order in which diagrams show them, as far as it matters. told: what people are
    told of a step besides its sentence, by action or helper (`checker.lang.telling`). processes:
    the roles that each process has for itself, by the argument of actions that says which process.
    """

    name: str
    world: type[Record]
    actions: Sequence[Action[Any]]
    properties: Sequence[Property[Any]] = ()
    start: Rule | None = None
    canonical: Sequence[Rule] = ()
    bounds: Mapping[str, int] = field(default_factory=dict)
    deadlock: bool = False
    sources: Sequence[str] = ()
    logs: Callable[[Any, dict[str, int]], tuple[LogView, ...]] | None = None
    roles: Sequence[str] = ()
    told: Told = field(default_factory=dict)
    processes: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def instance(
        self,
        bounds: Mapping[str, int] | None = None,
        parameters: Mapping[str, int] | None = None,
        properties: Sequence[str] | None = None,
    ) -> Instance:
        """Return the model under these bounds; raise LanguageError for an unknown name."""
        unknown = sorted(set(bounds or {}) - set(self.bounds))
        if unknown:
            known = ", ".join(sorted(self.bounds)) or "none"
            raise LanguageError(f"{self.name} has no bound {unknown[0]!r}; its bounds are: {known}")
        return Instance(self, {**self.bounds, **(bounds or {})}, parameters or {}, properties)


@dataclass(frozen=True, eq=False)
class Step:
    """An action with the values of its arguments.

    arguments: as plain integers; values: as the types that the rule declares; number: its place
    among the instance's steps.
    """

    action: Action[Any]
    arguments: tuple[int, ...]
    values: tuple[Any, ...]
    number: int

    def __str__(self) -> str:
        """Return the step as a call."""
        return f"{self.action.name}({', '.join(map(str, self.arguments))})"


@dataclass(frozen=True, eq=False)
class TracedAction:
    """An action as the back ends see it: symbolic arguments and a decision tree.

    decisive: the columns whose capacities alone decide something in it; the tree need not speak of
    them.
    """

    action: Action[Any]
    arguments: dict[str, Expr]
    scalars: dict[str, Scalar]
    tree: Tree
    decisive: frozenset[Column] = frozenset()


@dataclass(frozen=True, eq=False)
class TracedProperty:
    """A property as the back ends see it."""

    property: Property[Any]
    verdict: Verdict


@contextmanager
def user_errors(rule: Rule) -> Iterator[None]:
    """Turn whatever a user's rule raises into a LanguageError with file and line."""
    try:
        yield
    except LanguageError as error:
        if error.file is not None:
            raise
        raise LanguageError(error.message, *_place_in(rule, error)) from error
    except EoscheckError:
        raise
    except Exception as error:
        text = f"{type(error).__name__}: {' '.join(str(error).split())}"
        raise LanguageError(text, *_place_in(rule, error)) from error


def _place_in(rule: Rule, error: Exception) -> tuple[str, int]:
    """Return the innermost line of the user's own that an error comes from."""
    place = place_of(rule)
    for frame in traceback.extract_tb(error.__traceback__):
        if not is_language_file(frame.filename):
            place = frame.filename, frame.lineno or place[1]
    return place


class Instance:
    """A model under given bounds and parameters.

    schema: its columns; layout: its flat vectors; steps: every action with every tuple of
    arguments, in order; properties: those asked for. Tracing happens on first use.
    """

    def __init__(
        self,
        model: Model,
        bounds: Mapping[str, int],
        parameters: Mapping[str, int],
        properties: Sequence[str] | None,
    ) -> None:
        self.model = model
        self.bounds = dict(bounds)
        self.schema = Schema(model.world, bounds)
        check_declarations(model)
        lint(model)
        self.properties = _chosen(model, properties)
        self.parameters = self._checked(parameters)

    def _checked(self, parameters: Mapping[str, int]) -> dict[str, int]:
        values = {c.name: c.default for c in self.schema.columns if c.parameter}
        for name, value in parameters.items():
            if name not in values:
                known = ", ".join(values) or "none"
                raise LanguageError(f"there is no parameter {name!r}; parameters are: {known}")
            scalar = self.schema.by_name[name].scalar
            low, high = scalar.low, scalar.high
            if (low is not None and value < low) or (high is not None and value > high):
                raise LanguageError(f"{name} cannot be {value}: it is from {low} to {high}")
            values[name] = int(value)
        return values

    @cached_property
    def layout(self) -> Layout:
        """Where each cell stands in a flat vector; raises LanguageError for an unbounded sort."""
        return Layout(self.schema)

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """Every action with every tuple of arguments."""
        found: list[Step] = []
        for action in self.model.actions:
            scalars = self.argument_scalars(action)
            ranges = [argument_values(scalar) for scalar in scalars.values()]
            for values in product(*ranges):
                typed = tuple(s.typed(v) for v, s in zip(values, scalars.values(), strict=True))
                found.append(Step(action, values, typed, len(found)))
        return tuple(found)

    def argument_scalars(self, action: Action[Any]) -> dict[str, Scalar]:
        """Return the scalar types of an action's arguments."""
        scalars = {}
        for name, hint in action.arguments.items():
            scalar = scalar_of(hint, self.bounds)
            if scalar is None:
                message = f"{action.name}: the argument {name!r} is not of a sort, enum or bool"
                raise LanguageError(message, action.file, action.line)
            scalars[name] = scalar
        return scalars

    def with_parameters(self, parameters: Mapping[str, int]) -> Instance:
        """Return the same instance with other values of its parameters; nothing is traced again."""
        twin = copy.copy(self)
        twin.parameters = self._checked({**self.parameters, **parameters})
        return twin

    def machine(self) -> ConcreteMachine:
        """Return a concrete machine for this instance."""
        return ConcreteMachine(self.layout, self.parameters)

    def initial(self) -> list[Vector]:
        """Return the distinct initial states, in order; a `require` in start refuses a choice."""
        machine = self.machine()
        start = self.model.start
        found: dict[Vector, None] = {}
        for values in self._start_choices():
            machine.cells[:] = self.layout.defaults()
            try:
                if start is not None:
                    with user_errors(start):
                        machine.run(tuple(machine.cells), start, values)
                self.clean(machine)
            except Blocked:
                continue
            except Stop as stop:
                raise LanguageError(f"the start fails: {stop.text}", stop.file, stop.line) from None
            found[tuple(machine.cells)] = None
        return list(found)

    def _start_choices(self) -> Iterator[tuple[Any, ...]]:
        start = self.model.start
        if start is None:
            return iter([()])
        file, line = place_of(start)
        scalars = self.argument_scalars(Action(start, "start", "", "", file, line)).values()
        return product(*([s.typed(v) for v in argument_values(s)] for s in scalars))

    def clean(self, machine: ConcreteMachine) -> None:
        """Run the canonical forms on the machine's cells."""
        for rule in self.model.canonical:
            with user_errors(rule):
                machine.run(tuple(machine.cells), rule, ())

    @cached_property
    def traced(self) -> tuple[TracedAction, ...]:
        """The decision trees of the actions."""
        tracer = Tracer(self.schema)
        return tuple(self._trace(tracer, action) for action in self.model.actions)

    def _trace(self, tracer: Tracer, action: Action[Any]) -> TracedAction:
        scalars = self.argument_scalars(action)
        arguments = {n: build.param(n, s.kind, s.low, s.high) for n, s in scalars.items()}
        with user_errors(action.rule):
            tree = tracer.trace(action.rule, arguments)
            return TracedAction(action, arguments, scalars, tree, tracer.decisive)

    @cached_property
    def canonical(self) -> tuple[Tree, ...]:
        """The decision trees of the canonical forms."""
        tracer = Tracer(self.schema)
        trees = []
        for rule in self.model.canonical:
            with user_errors(rule):
                trees.append(tracer.trace(rule, {}))
            for end in leaves(trees[-1]):
                if isinstance(end, BlockedLeaf):
                    raise LanguageError("a canonical form cannot block", end.file, end.line)
        return tuple(trees)

    @cached_property
    def traced_properties(self) -> tuple[TracedProperty, ...]:
        """The properties asked for, as expressions."""
        tracer = Tracer(self.schema)
        found = []
        for item in self.properties:
            if item.kind == LEADS_TO:
                continue
            with user_errors(item.rule):
                found.append(TracedProperty(item, tracer.evaluate(item.rule)))
        return tuple(found)


def check_declarations(model: Model) -> None:
    """Raise LanguageError if a model's actions or properties are none, or share a name."""
    for kind, items in ((Action, model.actions), (Property, model.properties)):
        names: set[str] = set()
        for item in items:
            word = kind.__name__.lower()
            if not isinstance(item, kind):
                place = place_of(item) if inspect.isroutine(item) else ()
                message = f"{model.name}: {getattr(item, '__name__', item)!r} is no {word}"
                raise LanguageError(message, *place)
            if item.name in names:
                message = f"{model.name} has two of the name {item.name}"
                raise LanguageError(message, item.file, item.line)
            names.add(item.name)


def argument_values(scalar: Scalar) -> range:
    """Return every value that an argument of this type takes."""
    if scalar.low is None or scalar.high is None:
        raise LanguageError(f"{scalar.name} is unbounded: give it a size to explore this model")
    return range(scalar.low, scalar.high + 1)


def _chosen(model: Model, names: Sequence[str] | None) -> tuple[Property[Any], ...]:
    if names is None:
        return tuple(model.properties)
    known = {item.name: item for item in model.properties}
    for name in names:
        if name not in known:
            choices = ", ".join(known) or "none"
            raise LanguageError(f"{model.name} has no property {name!r}; it has: {choices}")
    return tuple(known[name] for name in names)
