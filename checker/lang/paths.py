"""The paths of a rule while it is traced, and how the paths of a part become one again."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from checker.lang import build
from checker.lang.errors import Blocked, CapacityReached, LanguageError, Stop
from checker.lang.ir import (
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
from checker.lang.symbol import lift
from checker.lang.values import Cells, FreeStore, Place, Record

if TYPE_CHECKING:
    from checker.lang.facts import Facts
    from checker.lang.types import Column

Changes = dict["Column", Function]
Drafts = dict[FreeStore, Cells]
Decision = tuple["Expr", bool]
Decisions = tuple[Decision, ...]
Key = tuple[object, ...]


@dataclass
class Path:
    """One run of a rule or of a joined part of it.

    prefix: the decisions to repeat; changes: the columns changed so far; drafts: the records of its
    own; key: names the part that runs; pure: whether it may change the world; foreign: the records
    that a pure part was given and may not change.
    """

    prefix: Decisions
    facts: Facts
    changes: Changes
    drafts: Drafts
    key: Key
    pure: bool
    foreign: frozenset[FreeStore] = frozenset()
    decisions: list[Decision] = field(default_factory=list)
    joins: int = 0
    made: int = 0

    @property
    def taken(self) -> tuple[bool, ...]:
        """How the path has decided so far."""
        return tuple(value for _, value in self.decisions)

    def inside(self, prefix: Decisions, key: Key, pure: bool) -> Path:
        """Return a path of a part of this one."""
        drafts = copied(self.drafts)
        foreign = frozenset(drafts) if pure else self.foreign
        changes = dict(self.changes)
        return Path(
            prefix, self.facts.copy(), changes, drafts, key, pure or self.pure, foreign=foreign
        )

    def choose(self, condition: Expr) -> bool:
        """Decide an open condition as the prefix says, behind its end that it holds."""
        position = len(self.decisions)
        value = True
        if position < len(self.prefix):
            before, value = self.prefix[position]
            if before is not condition:
                raise changed_its_mind()
        self.decisions.append((condition, value))
        self.facts.assume(condition, value)
        return value

    def next_prefix(self) -> Decisions | None:
        """Return the decisions of the next path in order, None after the last."""
        if len(self.decisions) < len(self.prefix):
            raise changed_its_mind()
        kept = self.decisions
        while kept and not kept[-1][1]:
            kept = kept[:-1]
        return (*kept[:-1], (kept[-1][0], False)) if kept else None

    def end(self, value: Any = None, stop: Stop | None = None) -> End:
        """Return how this path ended."""
        return End(tuple(self.decisions), self.changes, self.drafts, value, stop)


def changed_its_mind() -> LanguageError:
    """Return the error of a rule that goes another way when it is run again."""
    return LanguageError(
        "this rule is not a function of the world: run again, it goes another way "
        "(does it change a list, a dict or a set that it did not make?)",
        *rule_place(),
    )


@dataclass(frozen=True)
class End:
    """How one path ended: its decisions, and a stop or a value with effects."""

    decisions: Decisions
    changes: Changes
    drafts: Drafts
    value: Any = None
    stop: Stop | None = None

    @property
    def holds(self) -> Expr:
        """The condition under which the path is taken."""
        return build.conj(*(c if holds else build.negate(c) for c, holds in self.decisions))

    @property
    def leaf(self) -> Leaf:
        """The leaf of a decision tree at which the path ends."""
        stop = self.stop
        match stop:
            case None:
                changed = [(c, f) for c, f in self.changes.items() if not isinstance(f, Base)]
                return Outcome(tuple(sorted(changed, key=lambda update: update[0].name)))
            case Blocked():
                return BlockedLeaf(stop.text, stop.file, stop.line)
            case CapacityReached():
                return CutLeaf(stop.text, stop.columns)
        return ErrorLeaf(stop.text, stop.file, stop.line)


def tree_of(ends: list[End], depth: int = 0) -> Tree:
    """Return the decision tree that a rule's paths make."""
    if len(ends) == 1 and len(ends[0].decisions) == depth:
        return leaf(ends[0].leaf)
    condition = ends[0].decisions[depth][0]
    yes = tree_of([end for end in ends if end.decisions[depth][1]], depth + 1)
    no = tree_of([end for end in ends if not end.decisions[depth][1]], depth + 1)
    return branch(condition, yes, no)


class Chooser(Protocol):
    """Makes conditional values; the tracer."""

    def symbol(self, expr: Expr) -> Any:
        """Return the scalar of an expression."""

    def where(self, condition: Any, yes: Any, no: Any) -> Any:
        """Return a conditional value without a branch."""


def fork_of(ends: list[End], depth: int) -> tuple[Expr, list[End], list[End], int]:
    """Return the first condition on which paths part, both sides, and the depth behind it."""
    while True:
        yes = [end for end in ends if end.decisions[depth][1]]
        no = [end for end in ends if not end.decisions[depth][1]]
        depth += 1
        if yes and no:
            return ends[0].decisions[depth - 1][0], yes, no, depth


def join_effects(chooser: Chooser, ends: list[End], depth: int = 0) -> tuple[Changes, Drafts]:
    """Return what the paths of a part do to the world and to records outside of it."""
    if len(ends) == 1:
        return dict(ends[0].changes), copied(ends[0].drafts)
    condition, yes, no, depth = fork_of(ends, depth)
    (yes_changes, yes_drafts), (no_changes, no_drafts) = (
        join_effects(chooser, part, depth) for part in (yes, no)
    )
    changes: Changes = {}
    for column in yes_changes | no_changes:
        base = Base(column)
        before = (side.get(column, base) for side in (yes_changes, no_changes))
        changes[column] = build.merge(condition, *before)
    drafts = {
        store: _join_cells(chooser, condition, store, yes_drafts, no_drafts)
        for store in yes_drafts | no_drafts
    }
    return changes, drafts


def join_values(chooser: Chooser, ends: list[End], given: Drafts, depth: int = 0) -> Any:
    """Return the value of a part; `given` are the records that the part did not make itself."""
    if len(ends) == 1:
        return ends[0].value
    condition, yes, no, depth = fork_of(ends, depth)
    left, right = (join_values(chooser, part, given, depth) for part in (yes, no))
    return _choose(chooser, condition, left, right, given)


def copied(drafts: Drafts) -> Drafts:
    """Return drafts of their own with the same content."""
    return {store: dict(cells) for store, cells in drafts.items()}


def _join_cells(
    chooser: Chooser, condition: Expr, store: FreeStore, left: Drafts, right: Drafts
) -> Cells:
    if store not in left or store not in right:
        return dict(left.get(store) or right.get(store) or {})
    joined: Cells = {}
    for cell in left[store] | right[store]:
        default = cell[0].scalar.typed(cell[0].default)
        yes, no = (side[store].get(cell, default) for side in (left, right))
        joined[cell] = yes if yes is no else _scalar(chooser, condition, yes, no)
    return joined


def _scalar(chooser: Chooser, condition: Expr, yes: Any, no: Any) -> Any:
    return chooser.symbol(build.ite(condition, lift(yes), lift(no)))


def _choose(chooser: Chooser, condition: Expr, yes: Any, no: Any, given: Drafts) -> Any:
    if yes is None and no is None:
        return None
    if yes is None or no is None:
        raise LanguageError("a helper returns a value on some paths only", *rule_place())
    if isinstance(yes, tuple) and isinstance(no, tuple) and len(yes) == len(no):
        parts = zip(yes, no, strict=True)
        return tuple(_choose(chooser, condition, a, b, given) for a, b in parts)
    if isinstance(yes, Place) or isinstance(no, Place):
        return _choose_place(chooser, condition, yes, no, given)
    return _scalar(chooser, condition, yes, no)


def _choose_place(chooser: Chooser, condition: Expr, yes: Any, no: Any, given: Drafts) -> Any:
    """Choose between two places of one kind, or between two records that the part made itself."""
    if type(yes) is type(no) and yes.node is no.node and yes.store == no.store:
        pairs = zip(yes.at, no.at, strict=True)
        return yes.bound(yes.store, yes.node, tuple(_scalar(chooser, condition, *p) for p in pairs))
    if type(yes) is type(no) and _is_own(yes, given) and _is_own(no, given):
        return chooser.where(chooser.symbol(condition), yes, no)
    raise LanguageError(
        "a helper returns different records on its paths: return a copy() of each", *rule_place()
    )


def _is_own(place: Any, given: Drafts) -> bool:
    made = isinstance(place, Record) and isinstance(place.store, FreeStore)
    return made and place.store not in given
