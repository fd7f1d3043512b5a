"""A slice made ready for printing: what the three targets have in common."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING, Any

from checker.export.errors import ExportError
from checker.export.guards import has_step
from checker.export.names import one_line, place
from checker.export.rewrite import substitution, write_out
from checker.export.sharing import children_first, highest
from checker.lang import build
from checker.lang.errors import Stop
from checker.lang.ir import Expr, Outcome, Tree, conditions, function_parts, leaves
from checker.lang.model import argument_values
from checker.lang.rules import ALWAYS, LEADS_TO, SOMETIMES
from checker.lang.trees import map_tree
from checker.lang.types import NONE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from checker.lang.concrete import Vector
    from checker.lang.rules import Action, Property
    from checker.lang.slicing import Slice
    from checker.lang.tracing import Verdict
    from checker.lang.types import Column, Index, Scalar

LARGEST = 2**31 - 1
KINDS = {ALWAYS: "must hold", SOMETIMES: "must be reached", LEADS_TO: "progress, not exported"}


@dataclass(frozen=True)
class Rule:
    """An action, or one instance of it with its arguments filled in."""

    action: Action[Any]
    arguments: dict[str, Expr]
    scalars: dict[str, Scalar]
    tree: Tree
    values: tuple[int, ...] = ()

    @property
    def call(self) -> str:
        """The action with the values of its arguments."""
        pairs = zip(self.scalars.values(), self.values, strict=True)
        texts = (str(bool(v)).lower() if s.kind == "bool" else str(v) for s, v in pairs)
        return f"{self.action.name}({', '.join(texts)})"

    @property
    def text(self) -> str:
        """The sentence of the action, with the values of the arguments where they are known."""
        text = one_line(self.action.text)
        for (name, scalar), value in zip(self.scalars.items(), self.values, strict=False):
            text = text.replace(f"{{{name}}}", scalar.text(value))
        return text

    @property
    def place(self) -> str:
        """Who moves, and where the rule stands."""
        return one_line(f"{self.action.role}; {place(self.action.file, self.action.line)}")

    def instances(self) -> Iterator[Rule]:
        """Yield the action with every tuple of arguments that can ever be enabled."""
        for values in product(*(argument_values(s) for s in self.scalars.values())):
            given = zip(self.arguments.values(), self.scalars.values(), values, strict=True)
            replace = {a: build.const(bool(v) if s.kind == "bool" else v) for a, s, v in given}
            tree = map_tree(self.tree, substitution(replace)) if replace else self.tree
            if has_step(tree):
                yield Rule(self.action, {}, self.scalars, tree, values)


@dataclass(frozen=True)
class Condition:
    """A property as one expression over a state.

    defined: where it can be evaluated; elsewhere an invariant is not broken, a witness not shown.
    """

    source: Property[Any]
    holds: Expr
    defined: Expr

    @property
    def name(self) -> str:
        """The name of the property."""
        return self.source.name

    @property
    def sentence(self) -> str:
        """The property in one sentence."""
        return one_line(self.source.sentence)

    @property
    def comment(self) -> str:
        """The kind, the sentence and the place of the property."""
        where = place(self.source.file, self.source.line)
        return one_line(f"{KINDS[self.source.kind]}: {self.source.sentence} ({where})")


class Program:
    """What is printed.

    chosen: the binders that the target cannot print and that are therefore written out; witness:
    the name of a `sometimes` property whose negation becomes an invariant.
    """

    def __init__(
        self, slice_: Slice, chosen: Callable[[Expr], bool], witness: str | None = None
    ) -> None:
        self.slice = slice_
        self.instance = slice_.instance
        self._chosen = chosen
        self.columns = tuple(c for c in slice_.columns if c.cells)
        self.rules = tuple(
            Rule(t.action, t.arguments, t.scalars, map_tree(tree, self._change))
            for t, tree in zip(self.instance.traced, slice_.actions, strict=True)
        )
        forms = (map_tree(tree, self._change) for tree in slice_.canonical)
        self.canonical = tuple(form for form in forms if form != Outcome(()))
        verdicts = {p.property.name: p.verdict for p in slice_.properties}
        self.properties = tuple(
            self._condition(item, verdicts.get(item.name)) for item in self.instance.properties
        )
        self.witness = self._witness(witness)
        self._check_numbers()

    def _change(self, expr: Expr) -> Expr:
        return write_out(expr, self._chosen)

    def _condition(self, item: Property[Any], verdict: Verdict | None) -> Condition:
        """Return a property as a condition; one of progress, which is not, for its comment."""
        if verdict is None:
            return Condition(item, build.TRUE, build.TRUE)
        fails = build.disj(*(self._change(failing) for failing, _ in verdict.errors))
        holds = self._change(verdict.condition)
        if item.kind == ALWAYS:
            return Condition(item, build.disj(fails, holds), build.negate(fails))
        return Condition(item, build.conj(build.negate(fails), holds), build.negate(fails))

    def _witness(self, name: str | None) -> Condition | None:
        if name is None:
            return None
        found = [p for p in self.properties if p.name == name and p.source.kind == SOMETIMES]
        if not found:
            known = ", ".join(p.name for p in self.properties if p.source.kind == SOMETIMES)
            raise ExportError(f"there is no witness {name!r}; witnesses are: {known or 'none'}")
        return found[0]

    def _check_numbers(self) -> None:
        for column in self.columns:
            low, high = column.scalar.low, column.scalar.high
            if low is None or high is None or max(abs(low), abs(high)) > LARGEST:
                raise ExportError(f"{column.name} does not fit a number of 32 bits")
        roots = [e for tree in self.trees for e in tree_parts(tree)]
        roots += (p.holds for p in self.properties)
        if highest(roots) > LARGEST:
            raise ExportError(f"{self.instance.model.name} computes numbers beyond 32 bits")

    @property
    def trees(self) -> list[Tree]:
        """The decision trees of actions and canonical forms."""
        return [*(rule.tree for rule in self.rules), *self.canonical]

    @property
    def invariants(self) -> list[Condition]:
        """The properties that must hold in every state."""
        return [p for p in self.properties if p.source.kind == ALWAYS]

    @property
    def observed(self) -> list[tuple[Condition, Expr]]:
        """What to check in every state: the invariants, and the negated witness asked for."""
        found = [(p, p.holds) for p in self.invariants]
        if self.witness is not None:
            found.append((self.witness, build.negate(self.witness.holds)))
        return found

    @cached_property
    def settings(self) -> list[tuple[Column, int]]:
        """The parameters of the run with their values."""
        values = self.instance.parameters
        return [(c, values[c.name]) for c in self.instance.schema.columns if c.parameter]

    @cached_property
    def sorts(self) -> list[Index]:
        """The sorts that columns are indexed with or binders range over."""
        parts = [e for tree in self.trees for e in tree_parts(tree)]
        parts += (e for p in self.properties for e in (p.holds, p.defined))
        found = dict.fromkeys(s for c in self.columns for s in c.sorts)
        for node in children_first(parts):
            if node.sort is not None:
                found[node.sort] = None
        return [sort for sort in found if sort.size]

    @cached_property
    def _initial_vectors(self) -> list[Vector]:
        return list(dict.fromkeys(self.slice.project(v) for v in self.instance.initial()))

    @cached_property
    def initial(self) -> list[dict[Column, list[int]]]:
        """The distinct initial states: each column's cells, the last index counting fastest."""
        start = self.instance.layout.start
        return [
            {c: list(v[start[c] : start[c] + c.cells]) for c in self.columns}
            for v in self._initial_vectors
        ]

    def broken_at_start(self) -> bool:
        """Return whether something that is checked is already broken in an initial state."""
        machine = self.instance.machine()
        for vector in self._initial_vectors:
            for condition, _ in self.observed:
                try:
                    holds = bool(machine.run(vector, condition.source.rule, ()))
                except Stop:
                    return True
                if holds is not (condition in self.invariants):
                    return True
        return False

    def header(self) -> list[str]:
        """Return what the text says about itself first."""
        bounds = ", ".join(f"{n} = {v}" for n, v in self.instance.bounds.items()) or "none"
        lines = [f"{self.instance.model.name}, exported by eoscheck", f"bounds: {bounds}"]
        if self.slice.dropped:
            dropped = ", ".join(c.name for c in self.slice.dropped)
            lines.append(f"left out, as nothing observed depends on it: {dropped}")
        return [one_line(line) for line in lines]


def meaning(column: Column) -> str:
    """Return what the values of a column stand for."""
    scalar = column.scalar
    if scalar.enum is not None:
        return ", ".join(f"{int(member)} {member.name}" for member in scalar.enum)
    none = ", -1 for none" if scalar.low == NONE and not scalar.capacity else ""
    return "" if scalar.kind == "bool" else f"{one_line(scalar.name)}{none}"


def tree_parts(tree: Tree) -> list[Expr]:
    """Return every expression that a tree is made of."""
    parts = list(conditions(tree))
    for end in leaves(tree):
        if isinstance(end, Outcome):
            parts += (e for _, function in end.updates for e in function_parts(function))
    return parts


def changed_columns(*trees: Tree) -> set[Column]:
    """Return the columns that the trees may change."""
    ends = (end for tree in trees for end in leaves(tree))
    return {c for end in ends if isinstance(end, Outcome) for c, _ in end.updates}
