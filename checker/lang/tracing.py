"""The symbolic machine: runs a rule once per path and returns its decision tree.

Every fork re-runs the rule under a longer prefix of decisions, so a rule must be a function of the
world and its arguments alone. Joins (helpers, loops, quantifiers) explore their own paths on the
side and give the caller one value and one set of effects.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from checker.lang import build
from checker.lang.errors import (
    Blocked,
    CapacityReached,
    EoscheckError,
    LanguageError,
    ModelError,
    Stop,
)
from checker.lang.facts import Facts
from checker.lang.ir import (
    BOOLEAN,
    Base,
    BlockedLeaf,
    CutLeaf,
    ErrorLeaf,
    Expr,
    Function,
    Leaf,
    Outcome,
    Tree,
    branch,
    leaf,
)
from checker.lang.places import rule_place
from checker.lang.runtime import running
from checker.lang.symbol import Symbol, lift, truth
from checker.lang.values import FreeStore, Record, load, save

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from checker.lang.schema import Schema
    from checker.lang.types import Column, Index

Changes = dict["Column", Function]
PATH_BUDGET = 4000


@dataclass
class _Path:
    """One run of a rule or of a joined part of it."""

    prefix: tuple[bool, ...]
    facts: Facts
    changes: Changes
    key: tuple[object, ...]
    pure: bool
    decisions: list[tuple[Expr, bool]] = field(default_factory=list)
    joins: int = 0

    def next_prefix(self) -> tuple[bool, ...] | None:
        """Return the decisions of the next path in order, None after the last."""
        values = [value for _, value in self.decisions]
        while values and not values[-1]:
            values.pop()
        return (*values[:-1], False) if values else None


@dataclass(frozen=True)
class _End:
    """How one path ended: its decisions, and a stop or a value with effects."""

    decisions: tuple[tuple[Expr, bool], ...]
    changes: Changes
    value: Any = None
    stop: Stop | None = None


@dataclass
class _Loop:
    """A joined loop round in progress; it survives a stop in its body, which re-runs the rule."""

    ends: list[_End] = field(default_factory=list)
    prefix: tuple[bool, ...] | None = ()
    path: _Path | None = None


@dataclass(frozen=True)
class Verdict:
    """A property over one state: its condition, and where evaluating it is a model error."""

    condition: Expr
    errors: tuple[tuple[Expr, ErrorLeaf], ...]


class Tracer:
    """Traces the rules of one model instance."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self._path = _Path((), Facts(), {}, (), pure=False)
        self._binders = 0
        self._loops: list[_Loop] = []
        self._progress: dict[tuple[object, ...], _Loop] = {}
        self._joined: dict[tuple[object, ...], list[_End]] = {}
        self._paths = 0
        self._forks: dict[tuple[str, int], int] = {}

    # what the explorers call

    def trace(self, rule: Callable[..., Any], arguments: dict[str, Expr]) -> Tree:
        """Return the decision tree of a rule; raise LanguageError where the rule leaves the language."""
        return _tree(self._top(rule, arguments), 0)

    def evaluate(self, rule: Callable[..., Any]) -> Verdict:
        """Return a property as one expression, and the conditions under which evaluating it fails."""
        ends = self._top(lambda world: self.call(lambda: bool_of(rule(world)), pure=True), {})
        condition, errors = build.TRUE, []
        for end in ends:
            if end.stop is None:
                condition = truth(end.value)
                continue
            failure = _leaf(end)
            if not isinstance(failure, ErrorLeaf):
                text = f"a property stops: {end.stop.text}"
                failure = ErrorLeaf(text, end.stop.file, end.stop.line)
            errors.append((_holds(end), failure))
        return Verdict(condition, tuple(errors))

    def _top(self, rule: Callable[..., Any], arguments: dict[str, Expr]) -> list[_End]:
        self._loops.clear()
        self._progress.clear()
        self._joined.clear()
        self._forks.clear()
        self._paths = 0
        self._path = _Path((), Facts(), {}, (), pure=False)
        with running(self):
            world = self.schema.root.record.bound(self, self.schema.root, ())
            values = [self.symbol(expr) for expr in arguments.values()]
            return self._explore(lambda: rule(world, *values), pure=False)

    # scalars

    def symbol(self, expr: Expr) -> Any:
        """Return the scalar of an expression: a plain value where it is known."""
        expr = self._known(expr)
        if expr.is_const:
            return bool(expr.number) if expr.kind == BOOLEAN else expr.number
        return Symbol(expr, self.decide)

    def _known(self, expr: Expr) -> Expr:
        facts = self._path.facts
        while expr.op == "ite":
            condition = facts.decide(expr.args[0])
            if condition is None:
                break
            expr = expr.args[1] if condition else expr.args[2]
        if expr.is_const:
            return expr
        if expr.kind == BOOLEAN:
            known = facts.decide(expr)
            return expr if known is None else build.const(known)
        low, high = facts.interval(expr)
        return build.const(low) if low is not None and low == high else expr

    def decide(self, expr: Expr, check: bool = False) -> bool:
        """Return the truth of a condition on this path; an open one forks."""
        path = self._path
        known = path.facts.decide(expr)
        if known is not None:
            return known
        if expr.ghost and not check and not path.pure:
            raise LanguageError(
                "an action branches on a ghost, which only properties may read", *rule_place()
            )
        position = len(path.decisions)
        if position < len(path.prefix):
            value = path.prefix[position]
        else:
            value = True
            place = rule_place()
            self._forks[place] = self._forks.get(place, 0) + 1
        path.decisions.append((expr, value))
        path.facts.assume(expr, value)
        return value

    def read(self, column: Column, indices: tuple[Any, ...]) -> Any:
        """Return the scalar at these indices as this path has left it."""
        function = self._path.changes.get(column, Base(column))
        return self.symbol(build.select(function, tuple(lift(i) for i in indices)))

    def write(self, column: Column, indices: tuple[Any, ...], value: Any) -> None:
        """Change a scalar; a value that may not fit forks into a cut or a model error."""
        if self._path.pure:
            raise LanguageError("a pure function or a property changes the world", *rule_place())
        if column.parameter:
            raise LanguageError(f"{column.name} is a parameter of the run", *rule_place())
        places = tuple(lift(i) for i in indices)
        expr = self._typed(column, lift(value))
        if not column.ghost and (expr.ghost or any(p.ghost for p in places)):
            raise LanguageError(
                f"{column.name} is not a ghost and gets the value of one", *rule_place()
            )
        self._check_range(column, expr)
        function = self._path.changes.get(column, Base(column))
        self._path.changes[column] = build.store(function, places, self._known(expr))

    def _typed(self, column: Column, expr: Expr) -> Expr:
        wants_bool = column.scalar.kind == BOOLEAN
        if wants_bool == (expr.kind == BOOLEAN):
            return expr
        if wants_bool and expr.is_const and expr.number in (0, 1):
            return build.const(bool(expr.number))
        if not wants_bool:
            return build.ite(expr, build.const(1), build.const(0))
        raise LanguageError(f"{column.name} is a truth value and gets a number", *rule_place())

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
                message = f"{column.name} cannot hold this value: it is a {scalar.name}"
                self._insist(condition, message)

    # guards

    def require(self, condition: Any, reason: str) -> None:
        """Block this path unless the condition holds."""
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
        if not self.decide(condition, check=True):
            raise ModelError(message, *rule_place())

    def where(self, condition: Any, yes: Any, no: Any) -> Any:
        """Return a conditional value without a branch."""
        if isinstance(yes, Record) or isinstance(no, Record):
            return self._record_where(condition, yes, no)
        return self.symbol(build.ite(truth(condition), lift(yes), lift(no)))

    def _record_where(self, condition: Any, yes: Any, no: Any) -> Any:
        if type(yes) is not type(no):
            raise LanguageError("where() needs two records of one class", *rule_place())
        result = type(yes)()
        save(result.node, result.store, (), _choose(self, condition, _copy(yes), _copy(no)))
        return result

    def both(self, left: Any, right: Any) -> Any:
        """Return the conjunction without a branch."""
        return self.symbol(build.conj(truth(left), truth(right)))

    # joins

    def quantify(self, op: str, sort: Index, body: Callable[[Any], Any]) -> Any:
        """Return forall, exists or count over the sort as one expression."""
        variable = build.bound(f"{sort.name.rpartition('.')[2]}{self._binders}", sort)
        self._binders += 1
        try:
            ends = self._side(lambda: bool_of(body(self.symbol(variable))), pure=True)
        finally:
            self._binders -= 1
        stops = [end for end in ends if end.stop is not None]
        self._raise_stops(stops, lambda condition: build.binder("exists", variable, condition))
        value = _value_tree(self, [end for end in ends if end.stop is None])
        return self.symbol(build.binder(op, variable, truth(value)))

    def call(self, rule: Callable[[], Any], pure: bool) -> Any:
        """Run a helper on the side and go on with its joined value and effects."""
        return self._adopt(self._side(rule, pure))

    def iterate(self, sort: Index) -> Iterator[Any]:
        """Yield every value of a finite sort; each round's paths are joined before the next."""
        if sort.size is None:
            raise LanguageError(f"for_each over the unbounded sort {sort.name}", *rule_place())
        for value in range(sort.size):
            yield from self._round(value)

    def _side(self, rule: Callable[[], Any], pure: bool) -> list[_End]:
        outer = self._path
        key = self._join_key()
        if key not in self._joined:
            self._joined[key] = self._explore(rule, pure or outer.pure, key)
        outer.joins += 1
        return self._joined[key]

    def _join_key(self) -> tuple[object, ...]:
        path = self._path
        return (path.key, path.joins, tuple(value for _, value in path.decisions))

    def _explore(
        self, rule: Callable[[], Any], pure: bool, key: tuple[object, ...] = ()
    ) -> list[_End]:
        outer, depth = self._path, len(self._loops)
        ends: list[_End] = []
        prefix: tuple[bool, ...] | None = ()
        while prefix is not None:
            self._count_path()
            path = _Path(prefix, outer.facts.copy(), dict(outer.changes), key, pure)
            self._path = path
            try:
                value, stop = rule(), None
            except Stop as stopped:
                value, stop = None, stopped
                if len(self._loops) > depth:
                    self._stop_round(depth, stopped)
                    continue
            finally:
                self._path = outer
            if len(self._loops) > depth:
                raise LanguageError("a for_each loop is left by break or return", *rule_place())
            ends.append(_End(tuple(path.decisions), path.changes, value, stop))
            prefix = path.next_prefix()
        return ends

    def _count_path(self) -> None:
        self._paths += 1
        if self._paths > PATH_BUDGET:
            (file, line), times = max(self._forks.items(), key=lambda item: item[1])
            raise LanguageError(
                f"more than {PATH_BUDGET} paths; this branch alone forked {times} times "
                "(use where(), @function, @procedure or for_each)",
                file,
                line,
            )

    def _round(self, value: int) -> Iterator[int]:
        outer = self._path
        key = self._join_key()
        loop = self._progress.setdefault(key, _Loop())
        self._loops.append(loop)
        while loop.prefix is not None:
            self._count_path()
            changes = dict(outer.changes)
            loop.path = _Path(loop.prefix, outer.facts.copy(), changes, key, outer.pure)
            self._path = loop.path
            yield value
            self._finish_round(loop, None)
        self._loops.pop()
        self._path = outer
        outer.joins += 1
        self._adopt(loop.ends)

    def _finish_round(self, loop: _Loop, stop: Stop | None) -> None:
        path = loop.path
        assert path is not None
        loop.ends.append(_End(tuple(path.decisions), path.changes, None, stop))
        loop.prefix = path.next_prefix()

    def _stop_round(self, depth: int, stop: Stop) -> None:
        """Record a stop in a loop's body; the rule runs again and the loop resumes behind it."""
        self._finish_round(self._loops[-1], stop)
        del self._loops[depth:]

    def _adopt(self, ends: list[_End]) -> Any:
        self._raise_stops([end for end in ends if end.stop is not None], lambda c: c)
        going = [end for end in ends if end.stop is None]
        value, changes = _join(self, going, 0)
        self._path.changes = dict(changes)
        return value

    def _raise_stops(self, stops: list[_End], close: Callable[[Expr], Expr]) -> None:
        for end in stops:
            assert end.stop is not None
            if self.decide(close(_holds(end)), check=not isinstance(end.stop, Blocked)):
                raise end.stop


def bool_of(value: Any) -> Any:
    """Return a truth value, plain or symbolic, of what a property returned."""
    if isinstance(value, bool):
        return value
    if isinstance(value, Symbol) and value.expr.kind == BOOLEAN:
        return value
    raise LanguageError(f"a truth value is needed here, not {type(value).__name__}", *rule_place())


def _tree(ends: list[_End], depth: int) -> Tree:
    if len(ends) == 1 and len(ends[0].decisions) == depth:
        return leaf(_leaf(ends[0]))
    condition = ends[0].decisions[depth][0]
    yes = _tree([end for end in ends if end.decisions[depth][1]], depth + 1)
    no = _tree([end for end in ends if not end.decisions[depth][1]], depth + 1)
    return branch(condition, yes, no)


def _leaf(end: _End) -> Leaf:
    stop = end.stop
    match stop:
        case None:
            changed = [(c, f) for c, f in end.changes.items() if not isinstance(f, Base)]
            return Outcome(tuple(sorted(changed, key=lambda update: update[0].name)))
        case Blocked():
            return BlockedLeaf(stop.text, stop.file, stop.line)
        case CapacityReached():
            return CutLeaf(stop.text, stop.columns)
    return ErrorLeaf(stop.text, stop.file, stop.line)


def _holds(end: _End) -> Expr:
    """Return the condition under which a path is taken."""
    return build.conj(*(c if holds else build.negate(c) for c, holds in end.decisions))


def _value_tree(tracer: Tracer, ends: list[_End]) -> Any:
    return _join(tracer, ends, 0)[0]


def _join(tracer: Tracer, ends: list[_End], depth: int) -> tuple[Any, Changes]:
    """Join the paths of a part into one value and one set of effects."""
    if not ends:
        raise LanguageError("no path of this helper goes on", *rule_place())
    if len(ends) == 1:
        return ends[0].value, ends[0].changes
    condition = ends[0].decisions[depth][0]
    yes = [end for end in ends if end.decisions[depth][1]]
    no = [end for end in ends if not end.decisions[depth][1]]
    if not yes or not no:
        return _join(tracer, ends, depth + 1)
    yes_value, yes_changes = _join(tracer, yes, depth + 1)
    no_value, no_changes = _join(tracer, no, depth + 1)
    changes: Changes = {}
    for column in yes_changes | no_changes:
        base = Base(column)
        merged = build.merge(condition, yes_changes.get(column, base), no_changes.get(column, base))
        changes[column] = merged
    return _choose_value(tracer, condition, yes_value, no_value), changes


def _choose_value(tracer: Tracer, condition: Expr, yes: Any, no: Any) -> Any:
    if yes is None and no is None:
        return None
    if isinstance(yes, tuple) and isinstance(no, tuple) and len(yes) == len(no):
        return tuple(_choose_value(tracer, condition, a, b) for a, b in zip(yes, no, strict=True))
    if isinstance(yes, Record) and isinstance(no, Record):
        return tracer.where(tracer.symbol(condition), yes, no)
    if yes is None or no is None:
        raise LanguageError("a helper returns a value on some paths only", *rule_place())
    yes_expr, no_expr = lift(yes), lift(no)
    chosen = build.ite(condition, yes_expr, no_expr)
    return Symbol(chosen, tracer.decide) if not chosen.is_const else tracer.symbol(chosen)


def _copy(record: Record) -> Any:
    if not isinstance(record.store, FreeStore | Tracer):
        raise EoscheckError("a record of another run is used")
    return load(record.node, record.store, record.at)


def _choose(tracer: Tracer, condition: Any, yes: Any, no: Any) -> Any:
    if isinstance(yes, tuple):
        return tuple(_choose(tracer, condition, a, b) for a, b in zip(yes, no, strict=True))
    return tracer.where(condition, yes, no)
