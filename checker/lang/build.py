"""Builds expressions: shares equal ones and folds what is already known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checker.lang.ir import BINDERS, BOOLEAN, INTEGER, Base, Expr, Function, Lambda, Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from checker.lang.types import Column, Index

_shared: dict[tuple[object, ...], Expr] = {}


def _make(
    op: str,
    args: tuple[Expr, ...],
    kind: str,
    low: int | None,
    high: int | None,
    value: object = None,
    sort: Index | None = None,
) -> Expr:
    key = (op, args, value, kind, low, high, sort)
    found = _shared.get(key)
    if found is None:
        found = _shared[key] = Expr(op, args, value, kind, low, high, sort, len(_shared))
        found.free = _free_variables(found)
    return found


def _free_variables(expr: Expr) -> frozenset[Expr]:
    if expr.op == "bound":
        return frozenset((expr,))
    free: frozenset[Expr] = frozenset().union(*(a.free for a in expr.args))
    if expr.op in BINDERS and expr.sort is not None:
        free -= {bound(expr.name, expr.sort)}
    return free


def const(value: int, kind: str = INTEGER) -> Expr:
    """Return a constant; a Python bool makes a boolean."""
    if isinstance(value, bool):
        kind = BOOLEAN
    number = int(value)
    return _make("const", (), kind, number, number, number)


TRUE = const(True)
FALSE = const(False)


def param(name: str, kind: str, low: int | None, high: int | None) -> Expr:
    """Return an argument of the action."""
    return _make("param", (), kind, low, high, name)


def setting(name: str, kind: str, low: int | None, high: int | None) -> Expr:
    """Return a parameter of the run."""
    return _make("setting", (), kind, low, high, name)


def bound(name: str, sort: Index) -> Expr:
    """Return the variable of a binder over `sort`."""
    high = None if sort.size is None else sort.size - 1
    return _make("bound", (), INTEGER, 0, high, name, sort)


def read(column: Column, indices: tuple[Expr, ...]) -> Expr:
    """Return the column's value before the step at these indices."""
    scalar = column.scalar
    if column.parameter:
        return setting(column.name, scalar.kind, scalar.low, scalar.high)
    return _make("read", indices, scalar.kind, scalar.low, scalar.high, column)


def _sum(a: int | None, b: int | None) -> int | None:
    return None if a is None or b is None else a + b


def add(a: Expr, b: Expr) -> Expr:
    """Return a + b, a constant part last."""
    if a.is_const:
        a, b = b, a
    if a.is_const:
        return const(a.number + b.number)
    if b.is_const:
        if b.number == 0:
            return a
        if a.op == "add" and a.args[1].is_const:
            return add(a.args[0], const(a.args[1].number + b.number))
    elif a.op == "add" and a.args[1].is_const:
        return add(add(a.args[0], b), a.args[1])
    elif b.op == "add" and b.args[1].is_const:
        return add(add(a, b.args[0]), b.args[1])
    return _make("add", (a, b), INTEGER, _sum(a.low, b.low), _sum(a.high, b.high))


def sub(a: Expr, b: Expr) -> Expr:
    """Return a - b."""
    if b.is_const:
        return add(a, const(-b.number))
    if a is b:
        return const(0)
    if a.op == "add" and a.args[1].is_const:
        return add(sub(a.args[0], b), a.args[1])
    if b.op == "add" and b.args[1].is_const:
        return add(sub(a, b.args[0]), const(-b.args[1].number))
    low = None if a.low is None or b.high is None else a.low - b.high
    high = None if a.high is None or b.low is None else a.high - b.low
    return _make("sub", (a, b), INTEGER, low, high)


def mul(a: Expr, b: Expr) -> Expr:
    """Return a * b."""
    if a.is_const:
        a, b = b, a
    if b.is_const:
        if a.is_const:
            return const(a.number * b.number)
        if b.number in (0, 1):
            return a if b.number else const(0)
    low = high = None
    ends = (a.low, a.high, b.low, b.high)
    if None not in ends:
        products = [x * y for x in (a.low, a.high) for y in (b.low, b.high)]  # type: ignore[operator]
        low, high = min(products), max(products)
    return _make("mul", (a, b), INTEGER, low, high)


def div(a: Expr, b: int) -> Expr:
    """Return a // b for a positive constant b."""
    if a.is_const:
        return const(a.number // b)
    low = None if a.low is None else a.low // b
    high = None if a.high is None else a.high // b
    return (
        const(low)
        if low is not None and low == high
        else _make("div", (a, const(b)), INTEGER, low, high)
    )


def mod(a: Expr, b: int) -> Expr:
    """Return a % b for a positive constant b."""
    if a.is_const:
        return const(a.number % b)
    if a.low is not None and a.high is not None and a.low >= 0 and a.high < b:
        return a
    return _make("mod", (a, const(b)), INTEGER, 0, b - 1)


def _apart(a: Expr, b: Expr) -> bool:
    return (a.high is not None and b.low is not None and a.high < b.low) or (
        b.high is not None and a.low is not None and b.high < a.low
    )


def number(a: Expr) -> Expr:
    """Return an operand of arithmetic; a truth value counts as 0 or 1."""
    return ite(a, const(1), const(0)) if a.kind == BOOLEAN else a


def _offset(a: Expr) -> tuple[Expr, int]:
    """Return an expression as another one and a constant to add."""
    if a.op == "add" and a.args[1].is_const:
        return a.args[0], a.args[1].number
    return a, 0


def _moved(a: Expr, b: Expr) -> tuple[Expr, Expr]:
    """Bring the constant of `a + 3 == 5` to the other side."""
    base, offset = _offset(a)
    return (base, const(b.number - offset)) if b.is_const and base is not a else (a, b)


def eq(a: Expr, b: Expr) -> Expr:
    """Return a == b; a truth value equals the number 0 or 1."""
    if a.kind != b.kind:
        a, b = number(a), number(b)
    if a.is_const:
        a, b = b, a
    a, b = _moved(a, b)
    (left, more), (right, less) = _offset(a), _offset(b)
    if a is b or left is right or a.is_const or _apart(a, b):
        known = a.number == b.number if a.is_const else left is right and more == less
        return const(known)
    if b.is_const:
        return _eq_const(a, b)
    if a.order > b.order:
        a, b = b, a
    return _make("eq", (a, b), BOOLEAN, 0, 1)


def _eq_const(a: Expr, b: Expr) -> Expr:
    if a.kind == BOOLEAN:
        return a if b.number else negate(a)
    if a.op == "ite" and (a.args[1].is_const or a.args[2].is_const):
        condition, yes, no = a.args
        return ite(condition, eq(yes, b), eq(no, b))
    return _make("eq", (a, b), BOOLEAN, 0, 1)


def le(a: Expr, b: Expr) -> Expr:
    """Return a <= b; false is less than true."""
    if a.kind == b.kind == BOOLEAN:
        return disj(negate(a), b)
    if a.kind != b.kind:
        a, b = number(a), number(b)
    if a.is_const and not b.is_const:
        return negate(le(b, const(a.number - 1)))
    a, b = _moved(a, b)
    (left, more), (right, less) = _offset(a), _offset(b)
    known = more <= less if left is right else _ordered(a, b)
    if known is not None:
        return const(known)
    if b.is_const and a.op == "ite" and (a.args[1].is_const or a.args[2].is_const):
        condition, yes, no = a.args
        return ite(condition, le(yes, b), le(no, b))
    return _make("le", (a, b), BOOLEAN, 0, 1)


def _ordered(a: Expr, b: Expr) -> bool | None:
    """Return whether the intervals alone tell that a <= b, or that it is not so."""
    if a.high is not None and b.low is not None and a.high <= b.low:
        return True
    if a.low is not None and b.high is not None and a.low > b.high:
        return False
    return None


def lt(a: Expr, b: Expr) -> Expr:
    """Return a < b."""
    return negate(le(b, a))


def negate(a: Expr) -> Expr:
    """Return not a."""
    if a.is_const:
        return const(not a.number)
    if a.op == "not":
        return a.args[0]
    return _make("not", (a,), BOOLEAN, 0, 1)


def _flat(op: str, parts: Iterable[Expr]) -> list[Expr]:
    flat: dict[Expr, None] = {}
    for part in parts:
        for piece in part.args if part.op == op else (part,):
            flat[piece] = None
    return list(flat)


def conj(*parts: Expr) -> Expr:
    """Return the conjunction of the parts."""
    pieces = [p for p in _flat("and", parts) if p is not TRUE]
    if any(p is FALSE or negate(p) in pieces for p in pieces):
        return FALSE
    if len(pieces) <= 1:
        return pieces[0] if pieces else TRUE
    return _make("and", tuple(pieces), BOOLEAN, 0, 1)


def disj(*parts: Expr) -> Expr:
    """Return the disjunction of the parts."""
    pieces = [p for p in _flat("or", parts) if p is not FALSE]
    if any(p is TRUE or negate(p) in pieces for p in pieces):
        return TRUE
    if len(pieces) <= 1:
        return pieces[0] if pieces else FALSE
    return _make("or", tuple(pieces), BOOLEAN, 0, 1)


def ite(condition: Expr, yes: Expr, no: Expr) -> Expr:
    """Return yes where the condition holds, else no; numbers where only one is a truth value."""
    if yes.kind != no.kind:
        return ite(condition, number(yes), number(no))
    if condition.is_const:
        return yes if condition.number else no
    if yes is no:
        return yes
    if condition.op == "not":
        condition, yes, no = condition.args[0], no, yes
    if yes.op == "ite" and yes.args[0] is condition:
        yes = yes.args[1]
    if no.op == "ite" and no.args[0] is condition:
        no = no.args[2]
    folded = yes if yes is no else _boolean_ite(condition, yes, no)
    if folded is not None:
        return folded
    low = None if yes.low is None or no.low is None else min(yes.low, no.low)
    high = None if yes.high is None or no.high is None else max(yes.high, no.high)
    return _make("ite", (condition, yes, no), yes.kind, low, high)


def _boolean_ite(condition: Expr, yes: Expr, no: Expr) -> Expr | None:
    """Return a choice between truth values as connectives, where that is shorter."""
    if yes.kind != BOOLEAN:
        return None
    inverse = negate(condition)
    if yes is condition or yes is TRUE:
        return disj(condition, no)
    if no is condition or no is FALSE:
        return conj(condition, yes)
    if yes is inverse or yes is FALSE:
        return conj(inverse, no)
    return disj(inverse, yes) if no is inverse or no is TRUE else None


def binder(op: str, variable: Expr, body: Expr) -> Expr:
    """Return forall, exists or count of `body` over the sort of the bound `variable`."""
    sort = variable.sort
    assert sort is not None and op in BINDERS
    if sort.size == 0:
        return {"forall": TRUE, "exists": FALSE, "count": const(0)}[op]
    if op == "count":
        if body.is_const and sort.size is not None:
            return const(sort.size * body.number)
        return _make(op, (body,), INTEGER, 0, sort.size, variable.name, sort)
    if body.is_const:
        return body
    return _make(op, (body,), BOOLEAN, 0, 1, variable.name, sort)


def select(function: Function, indices: tuple[Expr, ...]) -> Expr:
    """Return the value of a function at these indices."""
    if isinstance(function, Base):
        return read(function.column, indices)
    if isinstance(function, Lambda):
        return substitute(function.body, dict(zip(function.variables, indices, strict=True)))
    same = conj(*(eq(i, j) for i, j in zip(indices, function.indices, strict=True)))
    if same is TRUE:
        return function.value
    if same is FALSE:
        return select(function.function, indices)
    return ite(same, function.value, select(function.function, indices))


def store(function: Function, indices: tuple[Expr, ...], value: Expr) -> Function:
    """Return the function changed at these indices; a later store at the same place replaces."""
    kept: list[Store] = []
    inner = function
    while isinstance(inner, Store):
        if inner.indices == indices:
            inner = inner.function
            for later in reversed(kept):
                inner = Store(inner, later.indices, later.value)
            return _settle(inner, indices, value)
        if not _surely_apart(inner.indices, indices):
            break
        kept.append(inner)
        inner = inner.function
    return _settle(function, indices, value)


def _settle(function: Function, indices: tuple[Expr, ...], value: Expr) -> Function:
    """Drop a store that changes nothing."""
    return function if select(function, indices) is value else Store(function, indices, value)


def _surely_apart(a: tuple[Expr, ...], b: tuple[Expr, ...]) -> bool:
    return any(eq(i, j) is FALSE for i, j in zip(a, b, strict=True))


def merge(condition: Expr, yes: Function, no: Function) -> Function:
    """Return the function that is `yes` where the condition holds, else `no`."""
    if yes == no:
        return yes
    merged = _common(yes, no)
    if merged is None:
        column = _column_of(yes)
        variables = tuple(bound(f"join{k}", s) for k, s in enumerate(column.sorts))
        body = ite(condition, select(yes, variables), select(no, variables))
        return Lambda(column, variables, body)
    result, yes_stores, no_stores = merged
    sorts = _column_of(yes).sorts
    for change in yes_stores:
        indices = _inside(condition, change.indices, sorts)
        new = ite(condition, change.value, select(result, indices))
        result = store(result, indices, new)
    for change in no_stores:
        indices = _inside(negate(condition), change.indices, sorts)
        new = ite(condition, select(result, indices), change.value)
        result = store(result, indices, new)
    return result


def _inside(
    condition: Expr, indices: tuple[Expr, ...], sorts: tuple[Index, ...]
) -> tuple[Expr, ...]:
    """Return indices that lie in their sorts even where the condition does not hold."""
    return tuple(
        index if _surely_in(index, sort) else ite(condition, index, const(0))
        for index, sort in zip(indices, sorts, strict=True)
    )


def _surely_in(index: Expr, sort: Index) -> bool:
    if sort.size is None:
        return True
    below = index.high is not None and index.high < sort.size
    return below and index.low is not None and index.low >= 0


def _common(yes: Function, no: Function) -> tuple[Function, list[Store], list[Store]] | None:
    """Return the common part of two store chains and what each adds, oldest first."""
    yes_chain, no_chain = _chain(yes), _chain(no)
    if yes_chain[0] != no_chain[0]:
        return None
    shared = 0
    while (
        shared + 1 < min(len(yes_chain), len(no_chain))
        and yes_chain[shared + 1] == no_chain[shared + 1]
    ):
        shared += 1
    stores = [
        [link for link in chain[shared + 1 :] if isinstance(link, Store)]
        for chain in (yes_chain, no_chain)
    ]
    return yes_chain[shared], stores[0], stores[1]


def _chain(function: Function) -> list[Function]:
    chain = [function]
    while isinstance(function, Store):
        function = function.function
        chain.append(function)
    return chain[::-1]


def _column_of(function: Function) -> Column:
    while isinstance(function, Store):
        function = function.function
    return function.column


def rebuild(expr: Expr, args: tuple[Expr, ...]) -> Expr:
    """Return the expression with other operands, folded again."""
    if expr.op in ("div", "mod"):
        return _REBUILD[expr.op](args[0], args[1].number)
    if expr.op == "read":
        return read(expr.column, args)
    if expr.sort is not None:
        return binder(expr.op, bound(expr.name, expr.sort), args[0])
    return _REBUILD[expr.op](*args)


_REBUILD: dict[str, Callable[..., Expr]] = {
    "add": add,
    "sub": sub,
    "mul": mul,
    "div": div,
    "mod": mod,
    "eq": eq,
    "le": le,
    "not": negate,
    "and": conj,
    "or": disj,
    "ite": ite,
}


def substitute(expr: Expr, replace: Mapping[Expr, Expr]) -> Expr:
    """Return the expression with every key replaced by its value, capturing no variable."""
    memo: dict[Expr, Expr] = dict(replace)

    def go(node: Expr) -> Expr:
        found = memo.get(node)
        if found is None:
            if node.op in BINDERS:
                found = _under_binder(node, replace)
            elif not node.args:
                found = node
            else:
                args = tuple(go(a) for a in node.args)
                found = node if args == node.args else rebuild(node, args)
            memo[node] = found
        return found

    return go(expr)


def _under_binder(node: Expr, replace: Mapping[Expr, Expr]) -> Expr:
    assert node.sort is not None
    variable = bound(node.name, node.sort)
    inner = {k: v for k, v in replace.items() if k is not variable}
    fresh = variable
    taken = frozenset().union(*(v.free for v in inner.values()))
    if variable in taken:
        taken |= node.args[0].free
    while fresh in taken:
        fresh = bound(fresh.name + "'", node.sort)
    if fresh is not variable:
        inner[variable] = fresh
    body = substitute(node.args[0], inner)
    return node if body is node.args[0] and fresh is variable else binder(node.op, fresh, body)


def expand(expr: Expr) -> Expr:
    """Return the expression with every binder over a finite sort written out."""
    memo: dict[Expr, Expr] = {}

    def go(node: Expr) -> Expr:
        if not node.args:
            return node
        if node not in memo:
            if node.op in BINDERS and node.sort is not None and node.sort.size is not None:
                variable = bound(node.name, node.sort)
                bodies = [
                    go(substitute(node.args[0], {variable: const(k)}))
                    for k in range(node.sort.size)
                ]
                memo[node] = _write_out(node.op, bodies)
            else:
                args = tuple(go(a) for a in node.args)
                memo[node] = node if args == node.args else rebuild(node, args)
        return memo[node]

    return go(expr)


def _write_out(op: str, bodies: list[Expr]) -> Expr:
    if op == "forall":
        return conj(*bodies)
    if op == "exists":
        return disj(*bodies)
    total = const(0)
    for body in bodies:
        total = add(total, ite(body, const(1), const(0)))
    return total
