"""Random programs of the language, and how they end in either machine.

A program is a nested tuple of statements; `run` interprets it with the language's own means, so the
rule that is traced is as random as the program.
"""

from __future__ import annotations

import random
from enum import IntEnum
from typing import Annotated, Any

from checker.lang import (
    NONE,
    Array,
    Capacity,
    Function,
    Identity,
    Log,
    Multiset,
    Numeric,
    Parameters,
    Queue,
    Record,
    Relation,
    State,
    Subset,
    action,
    count,
    exists,
    for_each,
    forall,
    function,
    ghost,
    procedure,
    require,
    where,
)
from checker.lang.errors import Blocked, CapacityReached, ModelError
from checker.lang.model import Model

Thing = Annotated[int, Identity("Thing", size=2)]
Maybe = Annotated[int, Identity("Thing", size=2, optional=True)]
Small = Annotated[int, Numeric("Small", high=3)]
Signed = Annotated[int, Numeric("Signed", low=-1, high=2)]


class Label(State):
    A = 0
    B = 1
    C = 2


MAY_FOLLOW = {Label.A: (Label.B,), Label.B: (Label.B, Label.C), Label.C: (Label.A,)}


class Kind(IntEnum):
    GOOD = 1
    BAD = 2


class Item(Record):
    key: Small
    flag: bool
    owner: Maybe


class Settings(Parameters):
    fast: bool
    limit: Small = 2


class World(Record):
    number: Small = 1
    signed: Signed
    flag: bool
    chosen: Maybe
    label: Label
    kind: Kind
    table: Array[Thing, Item]
    grid: Function[Thing, Thing, Small]
    marks: Subset[Thing]
    pairs: Relation[Thing, Thing]
    log: Annotated[Log[Item], Capacity(2)]
    spare: Annotated[Log[Item], Capacity(2)]
    queue: Annotated[Queue[Small], Capacity(2, "queue")]
    bag: Annotated[Multiset[Item], Capacity(3, "bag")]
    past: Annotated[Small, ghost]
    settings: Settings


Env = dict[str, Any]


def number(e: Any, w: World, env: Env) -> Any:
    """Evaluate a term for an integer."""
    match e:
        case "const", value:
            return value
        case "field", name:
            return getattr(w, name)
        case "arg" | "local", name:
            return env.get(name, 0)
        case "add", a, b:
            return number(a, w, env) + number(b, w, env)
        case "sub", a, b:
            return number(a, w, env) - number(b, w, env)
        case "table", index, name:
            return getattr(w.table[number(index, w, env)], name)
        case "grid", i, j:
            return w.grid[number(i, w, env), number(j, w, env)]
        case "item", which, name:
            return getattr(env["items"][which], name)
        case "log", index, name:
            return getattr(w.log[number(index, w, env)], name)
        case "last", name:
            return getattr(w.log.last, name)
        case "length", name:
            return getattr(w, name).length
        case "bag", index, name:
            return getattr(w.bag[number(index, w, env)], name)
        case "where", c, a, b:
            return where(truth(c, w, env), number(a, w, env), number(b, w, env))
        case "count", var, body:
            return count(Thing, lambda x: bool(truth(body, w, {**env, var: x})))
        case "occurs", body:
            return w.log.count(lambda x: bool(truth(body, w, {**env, "items": (x, x)})))
        case ("size",):
            return w.marks.size
        case "call", body, result:
            return helper(w, body, result, env)
        case ("limit",):
            return w.settings.limit
    raise AssertionError(e)


def truth(e: Any, w: World, env: Env) -> Any:
    """Evaluate a term for a truth value."""
    match e:
        case "truth", value:
            return value
        case "flag", name:
            return getattr(w, name)
        case ("fast",):
            return w.settings.fast
        case "barg", name:
            return env.get(name, False)
        case "compare", "<", a, b:
            return number(a, w, env) < number(b, w, env)
        case "compare", "<=", a, b:
            return number(a, w, env) <= number(b, w, env)
        case "compare", "==", a, b:
            return number(a, w, env) == number(b, w, env)
        case "compare", "!=", a, b:
            return number(a, w, env) != number(b, w, env)
        case "and", a, b:
            return truth(a, w, env) and truth(b, w, env)
        case "or", a, b:
            return truth(a, w, env) or truth(b, w, env)
        case "both", a, b:
            return truth(a, w, env) & truth(b, w, env)
        case "not", a:
            return not truth(a, w, env)
        case "member", a:
            return number(a, w, env) in w.marks
        case "related", a, b:
            return w.pairs.has(number(a, w, env), number(b, w, env))
        case "among", a, b, c:
            return number(a, w, env) in (number(b, w, env), number(c, w, env))
        case "label", label:
            return w.label == label
        case "kind", kind:
            return w.kind == kind
        case "tableflag", index:
            return w.table[number(index, w, env)].flag
        case "itemflag", which:
            return env["items"][which].flag
        case "same", which, index:
            return env["items"][which] == w.table[number(index, w, env)]
        case ("samelog",):
            return w.log == w.spare
        case "differ", a, b:
            return w.table[number(a, w, env)] != w.table[number(b, w, env)]
        case "forall", var, body:
            return forall(Thing, lambda x: bool(truth(body, w, {**env, var: x})))
        case "exists", var, other, body:
            return exists(
                Thing, Thing, lambda x, y: bool(truth(body, w, {**env, var: x, other: y}))
            )
        case "some", body:
            return w.log.exists(lambda x: bool(truth(body, w, {**env, "items": (x, x)})))
        case "each", body:
            return w.log.forall(lambda x: bool(truth(body, w, {**env, "items": (x, x)})))
        case "inbag", which:
            return w.bag.has(env["items"][which])
        case "first", index:
            return w.bag.is_first(number(index, w, env))
        case ("empty",):
            return w.marks.is_empty
        case "bcall", body, result:
            return judge(w, body, result, env)
        case ("any",):
            return any(item.flag for item in w.log)
    raise AssertionError(e)


@function
def helper(w: World, condition: Any, results: Any, env: Env) -> Any:
    """Return a number, chosen by a branch, after changing a record of its own."""
    mine = Item(key=1, flag=False, owner=NONE)
    if truth(condition, w, env):
        mine.key = number(results[0], w, env)
        return mine.key + 0
    for thing in for_each(Thing):
        if w.table[thing].flag:
            mine.owner = thing
    return where(mine.owner == NONE, number(results[1], w, env), mine.owner)


@function
def judge(w: World, conditions: Any, result: Any, env: Env) -> Any:
    """Return a truth value, chosen by branches."""
    for condition in conditions:
        if truth(condition, w, env):
            return bool(truth(result, w, env))
    return False


@procedure
def part(w: World, body: Any, env: Env) -> Any:
    """Run statements as a part of their own."""
    run(body, w, dict(env))


@procedure
def pick(w: World, condition: Any, index: Any, other: Any, env: Env) -> Any:
    """Return a reference to one of two records of the world."""
    if truth(condition, w, env):
        return w.table[number(index, w, env)]
    return w.table[number(other, w, env)]


@procedure
def fresh(w: World, condition: Any, key: Any, env: Env) -> Any:
    """Return one of two new records."""
    if truth(condition, w, env):
        return Item(key=number(key, w, env), flag=True, owner=0)
    result = Item(flag=False, owner=1, key=0)
    result.key = number(key, w, env)
    return result


def run(body: Any, w: World, env: Env) -> None:
    """Run statements on the world."""
    for statement in body:
        step(statement, w, env)


def step(s: Any, w: World, env: Env) -> None:
    """Run one statement."""
    match s:
        case "if", condition, yes, no:
            if truth(condition, w, env):
                run(yes, w, env)
            else:
                run(no, w, env)
        case "require", condition, reason:
            require(truth(condition, w, env), reason)
        case "for", var, inner:
            for value in for_each(Thing):
                run(inner, w, {**env, var: value})
        case "loop", var, inner:
            for value in range(2):
                run(inner, w, {**env, var: value})
        case "members", inner:
            for value in w.marks:
                run(inner, w, {**env, "x": value})
        case "items", inner:
            for item in w.log:
                run(inner, w, {**env, "items": (item, item)})
        case "part", inner:
            part(w, inner, env)
        case "let", name, e:
            env[name] = number(e, w, env)
        case "set", name, e:
            setattr(w, name, number(e, w, env))
        case "flag", name, e:
            setattr(w, name, truth(e, w, env))
        case "become", label:
            w.become(label)
        case _:
            _container(s, w, env)


def _container(s: Any, w: World, env: Env) -> None:
    items = env["items"]
    match s:
        case "table", index, name, e:
            setattr(w.table[number(index, w, env)], name, number(e, w, env))
        case "tableflag", index, e:
            w.table[number(index, w, env)].flag = truth(e, w, env)
        case "put", index, which:
            w.table[number(index, w, env)] = items[which]
        case "get", which, index:
            env["items"] = _with(items, which, w.table[number(index, w, env)].copy())
        case "refer", which, index:
            env["items"] = _with(items, which, w.table[number(index, w, env)])
        case "pick", which, condition, index, other:
            chosen = pick(w, condition, index, other, dict(env))
            env["items"] = _with(items, which, chosen)
        case "fresh", which, condition, key:
            env["items"] = _with(items, which, fresh(w, condition, key, dict(env)))
        case "where", which, condition:
            env["items"] = _with(items, which, where(truth(condition, w, env), *items))
        case "item", which, name, e:
            setattr(items[which], name, number(e, w, env))
        case "itemflag", which, e:
            items[which].flag = truth(e, w, env)
        case "swap", index, other:
            first = w.table[number(index, w, env)].copy()
            w.table[number(index, w, env)] = w.table[number(other, w, env)]
            w.table[number(other, w, env)] = first
        case "grid", i, j, e:
            w.grid[number(i, w, env), number(j, w, env)] = number(e, w, env)
        case "mark", e, present:
            w.marks.put(number(e, w, env), truth(present, w, env))
        case "add", e:
            w.marks.add(number(e, w, env))
        case "relate", a, b:
            w.pairs.add(number(a, w, env), number(b, w, env))
        case ("fill",):
            w.marks.fill()
        case "clear", name:
            getattr(w, name).clear()
        case "fillall", which:
            w.table.fill(items[which])
        case "past", e:
            w.past = where(w.past == 2, number(e, w, env), 0)
        case _:
            _sequence(s, w, env)


def _sequence(s: Any, w: World, env: Env) -> None:
    items = env["items"]
    match s:
        case "append", which:
            w.log.append(items[which])
        case "truncate", e:
            w.log.truncate(number(e, w, env))
        case ("copylog",):
            w.spare = w.log
        case "logset", index, which:
            w.log[number(index, w, env)] = items[which]
        case "logfield", index, e:
            w.log[number(index, w, env)].key = number(e, w, env)
        case "enqueue", e:
            w.queue.put(number(e, w, env))
        case "putat", index, e:
            w.queue.put_at(number(index, w, env), number(e, w, env))
        case "dequeue", name:
            env[name] = w.queue.take()
        case "takeat", name, index:
            env[name] = w.queue.take_at(number(index, w, env))
        case "bag", which:
            w.bag.add(items[which])
        case "unbag", which, index:
            env["items"] = _with(items, which, w.bag.remove_at(number(index, w, env)))
        case _:
            raise AssertionError(s)


def _with(items: Any, which: int, item: Any) -> Any:
    return (item, items[1]) if which == 0 else (items[0], item)


def rule_of(body: Any) -> Any:
    """Return the rule that runs a program."""

    def rule(world: World, a: Thing, m: Maybe, k: Small, b: bool) -> None:
        one, two = Item(key=k, flag=b, owner=m), Item(key=0, flag=True, owner=a)
        run(body, world, {"a": a, "m": m, "k": k, "b": b, "items": (one, two)})

    return action("anyone")(rule)


def model_of(body: Any) -> Model:
    """Return a model whose one action runs a program."""
    return Model("random", World, [rule_of(body)])


def concrete(instance: Any, state: Any, values: Any) -> tuple[str, object]:
    """Return how the program ends in the concrete machine."""
    machine = instance.machine()
    try:
        machine.run(state, instance.model.actions[0].rule, values)
    except Blocked as stop:
        return "blocked", stop.text
    except CapacityReached as stop:
        return "cut", stop.text
    except ModelError:
        return "error", None
    return "outcome", tuple(machine.cells)


def random_state(instance: Any, draw: random.Random) -> tuple[int, ...]:
    """Return a vector in which every cell is in range."""
    cells = []
    for column in instance.layout.columns:
        low, high = column.scalar.low, column.scalar.high
        cells += [draw.randint(low, high) for _ in range(column.cells)]
    return tuple(cells)
