"""The intermediate form: what a traced rule is made of, and all that a back end reads.

Expressions are immutable, shared (equal expressions are the same object) and folded as they are
built. A state variable is a *column*: a function from zero or more finite or unbounded sorts to a
scalar. Expressions speak about the state before the step.

    const v                     an integer; booleans are 0 and 1
    param name | setting name   an argument of the action | a parameter of the whole run
    bound name                  the variable of an enclosing binder
    read column (i, j, ...)     the column's value at these indices
    add a b | sub a b | mul a b | div a b | mod a b      unbounded integers; div and mod floor
    eq a b | le a b             comparisons (the others are made of these two and `not`)
    not a | and a... | or a...  connectives
    ite c a b                   a where c holds, else b
    forall|exists|count (variable) body                  binders over the variable's sort

Operands have the kinds that the operators need: numbers for arithmetic and `le`, truth values for
connectives, two of one kind for `eq` and the branches of `ite`. The divisor is a positive constant.

A function value is the column as a step leaves it: `Base`, `Store` (one index changed) or
`Lambda` (all indices given by one expression). A rule is a decision tree over expressions whose
leaves block, cut, fail or carry an outcome: one function value per changed column.

A read whose indices lie outside of their sorts may have any value: no condition and no stored value
depends on it. The indices of a store lie in their sorts wherever the leaf is reached.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checker.lang.types import Column, Index

BOOLEAN = "bool"
INTEGER = "int"
BINDERS = frozenset(("forall", "exists", "count"))


class Expr:
    """One expression; build it with the functions of `checker.lang.build`, never directly.

    op: one of the operators above; args: operands; kind: "bool" or "int"; low, high: the interval
    in which the value lies (None: unbounded). value: the constant, the name of a parameter, the
    Column of a read; sort: the Index of a binder or bound variable, else None. free: the bound
    variables that occur free; ghost: whether a ghost column is read; order: when it was built.
    """

    __slots__ = ("args", "free", "ghost", "high", "kind", "low", "op", "order", "sort", "value")

    def __init__(
        self,
        op: str,
        args: tuple[Expr, ...],
        value: object,
        kind: str,
        low: int | None,
        high: int | None,
        sort: Index | None,
        order: int,
    ) -> None:
        self.op = op
        self.args = args
        self.value = value
        self.kind = kind
        self.low = low
        self.high = high
        self.sort = sort
        self.order = order
        self.free: frozenset[Expr] = frozenset()
        self.ghost: bool = any(a.ghost for a in args) or bool(getattr(value, "ghost", False))

    @property
    def column(self) -> Column:
        """The column of a read."""
        return self.value  # type: ignore[return-value]

    @property
    def number(self) -> int:
        """The value of a constant."""
        return self.value  # type: ignore[return-value]

    @property
    def name(self) -> str:
        """The name of a parameter, a setting, a bound variable or a binder's variable."""
        return self.value  # type: ignore[return-value]

    @property
    def is_const(self) -> bool:
        """Whether the value is known."""
        return self.op == "const"

    def __repr__(self) -> str:
        """Return the expression as one line of text."""
        return show(self)


@dataclass(frozen=True)
class Base:
    """The column as it was before the step."""

    column: Column


@dataclass(frozen=True)
class Store:
    """`function`, but `value` at `indices`."""

    function: Function
    indices: tuple[Expr, ...]
    value: Expr


@dataclass(frozen=True)
class Lambda:
    """The value of `body` at every index; `variables` are bound expressions, one per sort."""

    column: Column
    variables: tuple[Expr, ...]
    body: Expr


Function = Base | Store | Lambda


@dataclass(frozen=True)
class Branch:
    """Goes on with `yes` where `condition` holds, else with `no`."""

    condition: Expr
    yes: Tree
    no: Tree


@dataclass(frozen=True)
class BlockedLeaf:
    """The action is not possible; the first `require` that fails, and where it stands."""

    reason: str
    file: str
    line: int


@dataclass(frozen=True)
class CutLeaf:
    """The step needs more room than the named capacity gives.

    columns: the names of the columns whose storing needs the room; where none of them is stored
    there is no cut. Empty: any step needs it.
    """

    capacity: str
    columns: frozenset[str] = frozenset()


@dataclass(frozen=True)
class ErrorLeaf:
    """The model is wrong here."""

    message: str
    file: str
    line: int


@dataclass(frozen=True)
class Outcome:
    """The step: each changed column once, in order of column names."""

    updates: tuple[tuple[Column, Function], ...]


Leaf = BlockedLeaf | CutLeaf | ErrorLeaf | Outcome
Tree = Branch | Leaf


_leaves: dict[Leaf, Leaf] = {}
_branches: dict[tuple[int, int, int], Branch] = {}


def leaf(value: Leaf) -> Leaf:
    """Return the one shared object of equal leaves."""
    return _leaves.setdefault(value, value)


def branch(condition: Expr, yes: Tree, no: Tree) -> Tree:
    """Return the shared branch over shared trees; the tree itself where both sides are the same."""
    if yes is no:
        return yes
    key = (id(condition), id(yes), id(no))
    found = _branches.get(key)
    if found is None:
        found = _branches[key] = Branch(condition, yes, no)
    return found


def leaves(tree: Tree) -> Iterator[Leaf]:
    """Yield every distinct leaf once."""
    seen: set[int] = set()
    stack = [tree]
    while stack:
        node = stack.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, Branch):
            stack += (node.no, node.yes)
        else:
            yield node


def conditions(tree: Tree) -> Iterator[Expr]:
    """Yield the condition of every distinct branch once."""
    seen: set[int] = set()
    stack = [tree]
    while stack:
        node = stack.pop()
        if id(node) in seen or not isinstance(node, Branch):
            continue
        seen.add(id(node))
        yield node.condition
        stack += (node.no, node.yes)


def size(tree: Tree) -> int:
    """Return the number of distinct nodes of the tree."""
    return sum(1 for _ in conditions(tree)) + sum(1 for _ in leaves(tree))


def function_parts(function: Function) -> Iterator[Expr]:
    """Yield the expressions that a function value is made of."""
    while isinstance(function, Store):
        yield from function.indices
        yield function.value
        function = function.function
    if isinstance(function, Lambda):
        yield function.body


def subexpressions(*roots: Expr) -> Iterator[Expr]:
    """Yield every distinct subexpression of the roots once, the roots included."""
    seen: set[int] = set()
    stack = list(roots)
    while stack:
        node = stack.pop()
        if id(node) not in seen:
            seen.add(id(node))
            yield node
            stack += node.args


def columns_read(*roots: Expr) -> set[Column]:
    """Return the columns that the expressions read."""
    return {node.column for node in subexpressions(*roots) if node.op == "read"}


_WORDS = {"not": "not {}", "ite": "({1} if {0} else {2})"}
_INFIX = {
    "add": "+",
    "sub": "-",
    "mul": "*",
    "div": "//",
    "mod": "%",
    "eq": "==",
    "le": "<=",
    "and": "and",
    "or": "or",
}


def show(expr: Expr) -> str:
    """Return the expression as one line of text, fully bracketed."""
    if expr.op == "const":
        return str(bool(expr.number)) if expr.kind == BOOLEAN else str(expr.number)
    parts = [show(a) for a in expr.args]
    if expr.op in _INFIX:
        return "(" + f" {_INFIX[expr.op]} ".join(parts) + ")"
    if expr.op in BINDERS and expr.sort is not None:
        return f"{expr.op}({expr.name} in {expr.sort.name}: {parts[0]})"
    if expr.op == "read":
        return expr.column.name + "".join(f"[{part}]" for part in parts)
    return _WORDS[expr.op].format(*parts) if parts else expr.name


def show_function(function: Function) -> str:
    """Return a function value as one line of text."""
    if isinstance(function, Base):
        return function.column.name
    if isinstance(function, Lambda):
        names = ", ".join(v.name for v in function.variables)
        return f"[{names} -> {show(function.body)}]"
    inner = show_function(function.function)
    if not function.indices:
        return show(function.value)
    indices = ", ".join(show(i) for i in function.indices)
    return f"{inner} with [{indices}] = {show(function.value)}"


def show_tree(tree: Tree, indent: str = "") -> str:
    """Return the decision tree as indented text."""
    if isinstance(tree, Branch):
        yes = show_tree(tree.yes, indent + "  ")
        no = show_tree(tree.no, indent + "  ")
        return f"{indent}if {show(tree.condition)}:\n{yes}\n{indent}else:\n{no}"
    if isinstance(tree, BlockedLeaf):
        return f"{indent}blocked: {tree.reason}"
    if isinstance(tree, CutLeaf):
        return f"{indent}capacity reached: {tree.capacity}"
    if isinstance(tree, ErrorLeaf):
        return f"{indent}model error: {tree.message}"
    if not tree.updates:
        return f"{indent}no change"
    return "\n".join(
        f"{indent}{column.name} := {show_function(function)}" for column, function in tree.updates
    )
