"""Random programs of the language, and how they end in either machine.

A program is a nested tuple of statements; `run` interprets it with the language's own means, so the
rule that is traced is as random as the program.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Annotated, Any

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

if TYPE_CHECKING:
    import random

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
    return NUMBERS[e[0]](w, env, *e[1:])


def truth(e: Any, w: World, env: Env) -> Any:
    """Evaluate a term for a truth value."""
    return TRUTHS[e[0]](w, env, *e[1:])


def run(body: Any, w: World, env: Env) -> None:
    """Run statements on the world."""
    for statement in body:
        STATEMENTS[statement[0]](w, env, *statement[1:])


def holds(e: Any, w: World, env: Env, **values: Any) -> bool:
    """Evaluate a term for a truth value, decided by a branch, under more local values."""
    return bool(truth(e, w, {**env, **values}))


def item(w: World, env: Env, which: int) -> Any:
    """Return one of the two records at hand."""
    return env["items"][which]


def entry(w: World, env: Env, index: Any) -> Any:
    """Return a record of the table."""
    return w.table[number(index, w, env)]


NUMBERS = {
    "const": lambda w, env, value: value,
    "field": lambda w, env, name: getattr(w, name),
    "arg": lambda w, env, name: env[name],
    "local": lambda w, env, name: env.get(name, 0),
    "limit": lambda w, env: w.settings.limit,
    "size": lambda w, env: w.marks.size,
    "length": lambda w, env, name: getattr(w, name).length,
    "add": lambda w, env, a, b: number(a, w, env) + number(b, w, env),
    "sub": lambda w, env, a, b: number(a, w, env) - number(b, w, env),
    "table": lambda w, env, index, name: getattr(entry(w, env, index), name),
    "grid": lambda w, env, i, j: w.grid[number(i, w, env), number(j, w, env)],
    "item": lambda w, env, which, name: getattr(item(w, env, which), name),
    "log": lambda w, env, index, name: getattr(w.log[number(index, w, env)], name),
    "last": lambda w, env, name: getattr(w.log.last, name),
    "bag": lambda w, env, index, name: getattr(w.bag[number(index, w, env)], name),
    "where": lambda w, env, c, a, b: where(truth(c, w, env), number(a, w, env), number(b, w, env)),
    "count": lambda w, env, var, body: count(Thing, lambda x: holds(body, w, env, **{var: x})),
    "occurs": lambda w, env, body: w.log.count(lambda x: holds(body, w, env, items=(x, x))),
    "call": lambda w, env, condition, results: helper(w, condition, results, env),
}

TRUTHS = {
    "truth": lambda w, env, value: value,
    "flag": lambda w, env: w.flag,
    "fast": lambda w, env: w.settings.fast,
    "empty": lambda w, env: w.marks.is_empty,
    "samelog": lambda w, env: w.log == w.spare,
    "any": lambda w, env: any(x.flag for x in w.log),
    "all": lambda w, env: all(x.flag for x in w.table),
    "barg": lambda w, env, name: env[name],
    "itemflag": lambda w, env, which: item(w, env, which).flag,
    "inbag": lambda w, env, which: w.bag.has(item(w, env, which)),
    "label": lambda w, env, label: w.label == label,
    "kind": lambda w, env, kind: w.kind == kind,
    "<": lambda w, env, a, b: number(a, w, env) < number(b, w, env),
    "<=": lambda w, env, a, b: number(a, w, env) <= number(b, w, env),
    "==": lambda w, env, a, b: number(a, w, env) == number(b, w, env),
    "!=": lambda w, env, a, b: number(a, w, env) != number(b, w, env),
    "and": lambda w, env, a, b: truth(a, w, env) and truth(b, w, env),
    "or": lambda w, env, a, b: truth(a, w, env) or truth(b, w, env),
    "both": lambda w, env, a, b: truth(a, w, env) & truth(b, w, env),
    "not": lambda w, env, a: not truth(a, w, env),
    "member": lambda w, env, index: number(index, w, env) in w.marks,
    "related": lambda w, env, i, j: w.pairs.has(number(i, w, env), number(j, w, env)),
    "among": lambda w, env, a, b, c: number(a, w, env) in (number(b, w, env), number(c, w, env)),
    "tableflag": lambda w, env, index: entry(w, env, index).flag,
    "same": lambda w, env, which, index: item(w, env, which) == entry(w, env, index),
    "differ": lambda w, env, i, j: entry(w, env, i) != entry(w, env, j),
    "first": lambda w, env, index: w.bag.is_first(number(index, w, env)),
    "forall": lambda w, env, var, body: forall(Thing, lambda x: holds(body, w, env, **{var: x})),
    "exists": lambda w, env, var, other, body: exists(
        Thing, Thing, lambda x, y: holds(body, w, {**env, var: x}, **{other: y})
    ),
    "some": lambda w, env, body: w.log.exists(lambda x: holds(body, w, env, items=(x, x))),
    "each": lambda w, env, body: w.log.forall(lambda x: holds(body, w, env, items=(x, x))),
    "bcall": lambda w, env, conditions, result: judge(w, conditions, result, env),
}


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


def choose(w: World, env: Env, condition: Any, yes: Any, no: Any) -> None:
    """Run one of two parts."""
    if truth(condition, w, env):
        run(yes, w, env)
    else:
        run(no, w, env)


def each_thing(w: World, env: Env, var: str, body: Any) -> None:
    """Run a part in each round of a joined loop."""
    for value in for_each(Thing):
        run(body, w, {**env, var: value})


def plain_loop(w: World, env: Env, var: str, body: Any) -> None:
    """Run a part in each round of a plain loop."""
    for value in range(2):
        run(body, w, {**env, var: value})


def members(w: World, env: Env, body: Any) -> None:
    """Run a part for each member of a subset."""
    for value in w.marks:
        run(body, w, {**env, "x": value})


def logged(w: World, env: Env, body: Any) -> None:
    """Run a part for each element of a log."""
    for element in w.log:
        run(body, w, {**env, "items": (element, element)})


def let(w: World, env: Env, name: str, e: Any) -> None:
    """Set a local value."""
    env[name] = number(e, w, env)


def hold(w: World, env: Env, which: int, record: Any) -> None:
    """Change one of the two records at hand for another one."""
    first, second = env["items"]
    env["items"] = (record, second) if which == 0 else (first, record)


def put(w: World, env: Env, index: Any, which: int) -> None:
    """Copy a record at hand into the table."""
    w.table[number(index, w, env)] = item(w, env, which)


def swap(w: World, env: Env, index: Any, other: Any) -> None:
    """Exchange two records of the table."""
    first = entry(w, env, index).copy()
    w.table[number(index, w, env)] = entry(w, env, other)
    w.table[number(other, w, env)] = first


def set_grid(w: World, env: Env, i: Any, j: Any, e: Any) -> None:
    """Set a cell of the grid."""
    w.grid[number(i, w, env), number(j, w, env)] = number(e, w, env)


def set_log(w: World, env: Env, index: Any, which: int) -> None:
    """Set an element of the log."""
    w.log[number(index, w, env)] = item(w, env, which)


def dequeue(w: World, env: Env, name: str) -> None:
    """Take the oldest number of the queue into a local value."""
    env[name] = w.queue.take()


def take_at(w: World, env: Env, name: str, index: Any) -> None:
    """Take any number of the queue into a local value."""
    env[name] = w.queue.take_at(number(index, w, env))


STATEMENTS = {
    "if": choose,
    "for": each_thing,
    "loop": plain_loop,
    "members": members,
    "items": logged,
    "part": lambda w, env, body: part(w, body, env),
    "let": let,
    "require": lambda w, env, condition, reason: require(truth(condition, w, env), reason),
    "set": lambda w, env, name, e: setattr(w, name, number(e, w, env)),
    "setflag": lambda w, env, e: setattr(w, "flag", truth(e, w, env)),
    "become": lambda w, env, label: w.become(label),
    "settable": lambda w, env, index, name, e: setattr(
        entry(w, env, index), name, number(e, w, env)
    ),
    "settableflag": lambda w, env, index, e: setattr(
        entry(w, env, index), "flag", truth(e, w, env)
    ),
    "put": put,
    "swap": swap,
    "get": lambda w, env, which, index: hold(w, env, which, entry(w, env, index).copy()),
    "refer": lambda w, env, which, index: hold(w, env, which, entry(w, env, index)),
    "pick": lambda w, env, which, condition, index, other: hold(
        w, env, which, pick(w, condition, index, other, env)
    ),
    "fresh": lambda w, env, which, condition, key: hold(
        w, env, which, fresh(w, condition, key, env)
    ),
    "wherever": lambda w, env, which, condition: hold(
        w, env, which, where(truth(condition, w, env), *env["items"])
    ),
    "setitem": lambda w, env, which, name, e: setattr(item(w, env, which), name, number(e, w, env)),
    "setitemflag": lambda w, env, which, e: setattr(item(w, env, which), "flag", truth(e, w, env)),
    "setgrid": set_grid,
    "mark": lambda w, env, index, present: w.marks.put(
        number(index, w, env), truth(present, w, env)
    ),
    "add": lambda w, env, index: w.marks.add(number(index, w, env)),
    "relate": lambda w, env, i, j: w.pairs.add(number(i, w, env), number(j, w, env)),
    "fill": lambda w, env: w.marks.fill(),
    "fillall": lambda w, env, which: w.table.fill(item(w, env, which)),
    "clear": lambda w, env, name: getattr(w, name).clear(),
    "past": lambda w, env, e: setattr(w, "past", where(w.past == 2, number(e, w, env), 0)),
    "append": lambda w, env, which: w.log.append(item(w, env, which)),
    "truncate": lambda w, env, e: w.log.truncate(number(e, w, env)),
    "copylog": lambda w, env: setattr(w, "spare", w.log),
    "logset": set_log,
    "logfield": lambda w, env, index, e: setattr(
        w.log[number(index, w, env)], "key", number(e, w, env)
    ),
    "enqueue": lambda w, env, e: w.queue.put(number(e, w, env)),
    "putat": lambda w, env, index, e: w.queue.put_at(number(index, w, env), number(e, w, env)),
    "dequeue": dequeue,
    "takeat": take_at,
    "bag": lambda w, env, which: w.bag.add(item(w, env, which)),
    "unbag": lambda w, env, which, index: hold(
        w, env, which, w.bag.remove_at(number(index, w, env))
    ),
}


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
