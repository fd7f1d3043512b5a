"""The symbolic machine: runs a rule once per path and returns its decision tree.

Every fork re-runs the rule under a longer prefix of decisions, so a rule must be a function of the
world and its arguments alone. Joins (helpers, loops, quantifiers) explore their own paths on the
side and give the caller one value and one set of effects.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from checker.lang import build
from checker.lang.containers import choose
from checker.lang.errors import Blocked, CapacityReached, LanguageError, ModelError, Stop
from checker.lang.facts import Facts
from checker.lang.ir import BOOLEAN, Base, ErrorLeaf, Expr, Tree, columns_read
from checker.lang.paths import Decisions, End, Key, Path, join_effects, join_values, tree_of
from checker.lang.places import rule_place
from checker.lang.rules import place_of
from checker.lang.runtime import running
from checker.lang.symbol import Symbol, lift, truth
from checker.lang.values import (
    Cells,
    FreeStore,
    Place,
    check_choice,
    load,
    not_a_scalar,
    save,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from checker.lang.schema import Schema
    from checker.lang.types import Column, Index

PATH_BUDGET = 4000


@dataclass
class _Loop:
    """A joined loop round in progress; it survives a stop in its body, which re-runs the rule."""

    place: tuple[str, int]
    ends: list[End] = field(default_factory=list)
    prefix: Decisions | None = ()
    path: Path | None = None


class Draft(FreeStore):
    """The scalars of a record that is not part of the world, as the current path has left them."""

    def __init__(self, tracer: Tracer, identity: Key) -> None:
        super().__init__()
        self._tracer = tracer
        self._identity = identity

    def __eq__(self, other: object) -> bool:
        """Return whether both are the same record, also in another run of the same path."""
        return isinstance(other, Draft) and self._identity == other._identity

    def __hash__(self) -> int:
        return hash(self._identity)

    @property
    def cells(self) -> Cells:
        """What this path has written, by column and indices."""
        return self._tracer.path.drafts.setdefault(self, {})

    def checked(self, column: Column, value: Any) -> Any:
        """Return a value as the column's type; raise LanguageError if this path must not."""
        if self in self._tracer.path.foreign:
            raise LanguageError("a pure function changes a record of its caller", *rule_place())
        if not isinstance(value, int | Symbol):
            raise not_a_scalar(column, value)
        return self._tracer.symbol(typed(column, lift(value)))


@dataclass(frozen=True)
class Verdict:
    """A property over one state: its condition, and where evaluating it is a model error.

    limited: the columns it looked at whose values have a capacity; the condition need not speak of
    them, because within the capacity it may always hold.
    """

    condition: Expr
    errors: tuple[tuple[Expr, ErrorLeaf], ...]
    limited: frozenset[Column] = frozenset()


class Tracer:
    """Traces the rules of one model instance."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self.path = Path((), Facts(), {}, {}, (), pure=False)
        self._binders = 0
        self._loops: list[_Loop] = []
        self._progress: dict[Key, _Loop] = {}
        self._joined: dict[Key, list[End]] = {}
        self._limited: set[Column] = set()
        self._decisive: set[Column] = set()
        self._roomy: dict[Expr, frozenset[Column]] = {}
        self.paths = 0
        self._forks: dict[tuple[str, int], int] = {}

    # what the explorers call

    def trace(self, rule: Callable[..., Any], arguments: dict[str, Expr]) -> Tree:
        """Return the decision tree of a rule; raise LanguageError where it leaves the language."""
        self._decisive.clear()
        return tree_of(self._top(rule, arguments))

    @property
    def decisive(self) -> frozenset[Column]:
        """The columns whose capacities decided something while the last rule was traced.

        The tree need not speak of them: within the capacity it comes out always the same.
        """
        return frozenset(self._decisive)

    def evaluate(self, rule: Callable[..., Any]) -> Verdict:
        """Return a property as one expression, and under which conditions evaluating it fails."""
        self._limited.clear()
        ends = self._top(lambda world: bool_of(rule(world), place_of(rule)), {}, pure=True)
        going, stops = _split(ends)
        condition = truth(self._joined_value(going)) if going else build.TRUE
        errors = tuple((end.holds, _failure(end)) for end in stops)
        return Verdict(condition, errors, frozenset(self._limited))

    def _top(
        self, rule: Callable[..., Any], arguments: dict[str, Expr], pure: bool = False
    ) -> list[End]:
        self._loops.clear()
        self._progress.clear()
        self._joined.clear()
        self._forks.clear()
        self.paths = 0
        self.path = Path((), Facts(), {}, {}, (), pure)
        with running(self):
            world = self.schema.root.record.bound(self, self.schema.root, ())
            values = [self.symbol(expr) for expr in arguments.values()]
            return self._explore(lambda: rule(world, *values), pure, ())

    # scalars

    def symbol(self, expr: Expr) -> Any:
        """Return the scalar of an expression: a plain value where it is known."""
        expr = self._known(expr)
        if expr.is_const:
            return bool(expr.number) if expr.kind == BOOLEAN else expr.number
        return Symbol(expr, self.decide, self.folded)

    def _known(self, expr: Expr) -> Expr:
        while expr.op == "ite":
            condition = self._decided(expr.args[0])
            if condition is None:
                break
            expr = expr.args[1] if condition else expr.args[2]
        if expr.is_const:
            return expr
        if expr.kind == BOOLEAN:
            known = self._decided(expr)
            return expr if known is None else build.const(known)
        low, high = self.path.facts.interval(expr)
        if low is None or low != high:
            return expr
        self.folded(expr)
        return build.const(low)

    def folded(self, *looked_at: Expr) -> None:
        """Note that ranges decided something: the capacities in them are looked at, too."""
        for expr in looked_at:
            if expr not in self._roomy:
                read = columns_read(expr)
                self._roomy[expr] = frozenset(c for c in read if c.scalar.capacity)
            self._decisive |= self._roomy[expr]

    def _decided(self, expr: Expr) -> bool | None:
        """Return the truth of a condition where this path knows it."""
        facts = self.path.facts
        known = facts.decide(expr)
        if known is not None and not facts.assumed(expr):
            self.folded(expr)
        return known

    def decide(self, expr: Expr, check: bool = False) -> bool:
        """Return the truth of a condition on this path; an open one forks."""
        path = self.path
        known = path.facts.decide(expr) if check else self._decided(expr)
        if known is not None:
            return known
        if expr.ghost and not check and not path.pure:
            raise LanguageError(
                "an action branches on a ghost, which only properties may read", *rule_place()
            )
        if len(path.decisions) >= len(path.prefix):
            place = rule_place()
            self._forks[place] = self._forks.get(place, 0) + 1
        return path.choose(expr)

    def read(self, column: Column, indices: tuple[Any, ...]) -> Any:
        """Return the scalar at these indices as this path has left it."""
        function = self.path.changes.get(column, Base(column))
        places = tuple(build.number(lift(i)) for i in indices)
        if column.scalar.capacity:
            self._limited.add(column)
        return self.symbol(build.select(function, places))

    def write(self, column: Column, indices: tuple[Any, ...], value: Any) -> None:
        """Change a scalar; a value that may not fit forks into a cut or a model error."""
        if self.path.pure:
            raise LanguageError("a pure function or a property changes the world", *rule_place())
        if column.parameter:
            raise LanguageError(f"{column.name} is a parameter of the run", *rule_place())
        places = tuple(build.number(lift(i)) for i in indices)
        expr = typed(column, lift(value))
        if not column.ghost and (expr.ghost or any(p.ghost for p in places)):
            raise LanguageError(
                f"{column.name} is not a ghost and gets the value of one", *rule_place()
            )
        self._check_range(column, expr)
        function = self.path.changes.get(column, Base(column))
        self.path.changes[column] = build.store(function, places, self._known(expr))

    def _check_range(self, column: Column, expr: Expr) -> None:
        scalar = column.scalar
        fits = []
        if scalar.low is not None and expr.kind != BOOLEAN:
            fits.append(build.le(build.const(scalar.low), expr))
        if scalar.high is not None and expr.kind != BOOLEAN:
            fits.append(build.le(expr, build.const(scalar.high)))
        for condition in fits:
            if scalar.capacity:
                self._limit(condition, scalar.name, frozenset((column.name,)))
            else:
                self.folded(*(expr,) * condition.is_const)
                message = f"{column.name} cannot hold this value: it is a {scalar.name}"
                self._insist(condition, message)

    # guards

    def require(self, condition: Any, reason: str) -> None:
        """Block this path unless the condition holds."""
        if not isinstance(reason, str):
            raise LanguageError("the reason of a require is a text", *rule_place())
        if not condition:
            raise Blocked(reason, *rule_place())

    def limit(self, condition: Any, capacity: str, columns: frozenset[str]) -> None:
        """Cut this path unless the condition holds."""
        self._limit(truth(condition), capacity, columns)

    def insist(self, condition: Any, message: str) -> None:
        """End this path in a model error unless the condition holds."""
        self._insist(truth(condition), message)

    def _limit(self, condition: Expr, capacity: str, columns: frozenset[str]) -> None:
        if not self.decide(condition, check=True):
            raise CapacityReached(capacity, *rule_place(), columns)

    def _insist(self, condition: Expr, message: str) -> None:
        self._decided(condition)
        if not self.decide(condition, check=True):
            raise ModelError(message, *rule_place())

    def where(self, condition: Any, yes: Any, no: Any) -> Any:
        """Return a conditional value without a branch."""
        if not isinstance(yes, Place) and not isinstance(no, Place):
            return self.symbol(build.ite(truth(condition), lift(yes), lift(no)))
        check_choice(yes, no)
        result = yes.copy()
        cells = choose(condition, *(load(r.node, r.store, r.at) for r in (yes, no)))
        save(result.node, result.store, (), cells)
        return result

    def draft(self) -> Draft:
        """Return a store for a record that is not part of the world."""
        path = self.path
        path.made += 1
        return Draft(self, (path.key, path.made, path.taken))

    def both(self, left: Any, right: Any) -> Any:
        """Return the conjunction without a branch."""
        return self.symbol(build.conj(truth(left), truth(right)))

    # joins

    def quantify(self, op: str, sort: Index, body: Callable[[Any], Any]) -> Any:
        """Return forall, exists or count over the sort as one expression."""
        variable = build.bound(f"{sort.name.rpartition('.')[2]}{self._binders}", sort)
        self._binders += 1
        try:
            ends = self._side(lambda: bool_of(body(self.symbol(variable)), rule_place()), pure=True)
        finally:
            self._binders -= 1
        going, stops = _split(ends)
        for end in stops:
            if isinstance(end.stop, Blocked):
                message = "the body of forall, exists or count blocks"
                raise LanguageError(message, end.stop.file, end.stop.line)
        if sort.size != 0:
            self._raise_stops(stops, lambda c: build.binder("exists", variable, c), not going)
        value = truth(self._joined_value(going)) if going else build.TRUE
        return self.symbol(build.binder(op, variable, value))

    def _joined_value(self, going: list[End]) -> Any:
        return join_values(self, going, self.path.drafts)

    def call(self, rule: Callable[[], Any], pure: bool) -> Any:
        """Run a helper on the side and go on with its joined value and effects."""
        return self._adopt(self._side(rule, pure))

    def iterate(self, sort: Index) -> Iterator[Any]:
        """Yield every value of a finite sort; each round's paths are joined before the next."""
        if sort.size is None:
            raise LanguageError(f"for_each over the unbounded sort {sort.name}", *rule_place())
        for value in range(sort.size):
            yield from self._round(value)

    def _side(self, rule: Callable[[], Any], pure: bool) -> list[End]:
        outer = self.path
        key = self._join_key()
        if key not in self._joined:
            self._joined[key] = self._explore(rule, pure, key)
        outer.joins += 1
        return self._joined[key]

    def _join_key(self) -> Key:
        return (self.path.key, self.path.joins, self.path.taken)

    def _explore(self, rule: Callable[[], Any], pure: bool, key: Key) -> list[End]:
        outer, depth = self.path, len(self._loops)
        ends: list[End] = []
        prefix: Decisions | None = ()
        while prefix is not None:
            self._count_path()
            path = self.path = outer.inside(prefix, key, pure)
            try:
                value, stop = rule(), None
            except Stop as stopped:
                value, stop = None, stopped.with_traceback(None)
                if len(self._loops) > depth:
                    self._stop_round(depth, stop)
                    continue
            finally:
                self.path = outer
            if len(self._loops) > depth:
                place = self._loops[-1].place
                raise LanguageError("a for_each loop is left by break or return", *place)
            ends.append(path.end(value, stop))
            prefix = path.next_prefix()
        return ends

    def _count_path(self) -> None:
        self.paths += 1
        if self.paths > PATH_BUDGET:
            forks = self._forks or {rule_place(): 0}
            (file, line), times = max(forks.items(), key=lambda item: item[1])
            raise LanguageError(
                f"more than {PATH_BUDGET} paths; this branch alone forked {times} times "
                "(use where(), @function, @procedure or for_each)",
                file,
                line,
            )

    def _round(self, value: int) -> Iterator[int]:
        outer = self.path
        key = self._join_key()
        loop = self._progress.setdefault(key, _Loop(rule_place()))
        self._loops.append(loop)
        while loop.prefix is not None:
            self._count_path()
            loop.path = self.path = outer.inside(loop.prefix, key, pure=False)
            yield value
            self._finish_round(loop, None)
        self._loops.pop()
        self.path = outer
        outer.joins += 1
        self._adopt(loop.ends)

    def _finish_round(self, loop: _Loop, stop: Stop | None) -> None:
        assert loop.path is not None
        loop.ends.append(loop.path.end(stop=stop))
        loop.prefix = loop.path.next_prefix()

    def _stop_round(self, depth: int, stop: Stop) -> None:
        """Record a stop in a loop's body; the rule runs again and the loop resumes behind it."""
        self._finish_round(self._loops[-1], stop)
        del self._loops[depth:]

    def _adopt(self, ends: list[End]) -> Any:
        going, stops = _split(ends)
        self._raise_stops(stops, lambda c: c, not going)
        given = self.path.drafts
        self.path.changes, self.path.drafts = join_effects(self, going)
        return join_values(self, going, given)

    def _raise_stops(self, stops: list[End], close: Callable[[Expr], Expr], certain: bool) -> None:
        """Fork into each stop; if `certain`, one of them is taken."""
        for number, end in enumerate(stops, 1):
            assert end.stop is not None
            last = certain and number == len(stops)
            if last or self.decide(close(end.holds), check=not isinstance(end.stop, Blocked)):
                raise end.stop


def _split(ends: list[End]) -> tuple[list[End], list[End]]:
    """Return the paths that go on and those that stop."""
    return [e for e in ends if e.stop is None], [e for e in ends if e.stop is not None]


def _failure(end: End) -> ErrorLeaf:
    """Return why a property cannot be evaluated on a path."""
    assert end.stop is not None
    if isinstance(end.stop, ModelError):
        return ErrorLeaf(end.stop.text, end.stop.file, end.stop.line)
    return ErrorLeaf(f"a property stops: {end.stop.text}", end.stop.file, end.stop.line)


def bool_of(value: Any, place: tuple[str, int]) -> Any:
    """Return a truth value, plain or symbolic, of what a property at a place returned."""
    if isinstance(value, bool):
        return value
    if isinstance(value, Symbol) and value.expr.kind == BOOLEAN:
        return value
    given = "a number" if isinstance(value, int | Symbol) else f"a {type(value).__name__}"
    raise LanguageError(f"a truth value is needed here, not {given}", *place)


def typed(column: Column, expr: Expr) -> Expr:
    """Return an expression as the kind that a column holds; a number is no truth value."""
    wants_bool = column.scalar.kind == BOOLEAN
    if wants_bool == (expr.kind == BOOLEAN):
        return expr
    if not wants_bool:
        return build.number(expr)
    if expr.is_const and expr.number in (0, 1):
        return build.const(bool(expr.number))
    raise LanguageError(f"{column.name} is a truth value and gets a number", *rule_place())
