"""Small models that between them use every construct that an export has to print."""

from __future__ import annotations

from enum import IntEnum
from typing import Annotated

from checker.lang import (
    NONE,
    Array,
    Capacity,
    Function,
    Identity,
    Log,
    Model,
    Multiset,
    Numeric,
    Parameters,
    Queue,
    Record,
    Relation,
    State,
    Subset,
    action,
    always,
    count,
    exists,
    for_each,
    forall,
    function,
    ghost,
    leads_to,
    procedure,
    require,
    sometimes,
    where,
)

Node = Annotated[int, Identity("Node", size=3)]
MaybeNode = Annotated[int, Identity("Node", size=3, optional=True)]
Pair = Annotated[int, Identity("Pair", size=2)]
Small = Annotated[int, Numeric("Small", high=3)]
Signed = Annotated[int, Numeric("Signed", low=-3, high=4)]


class Cells(Record):
    row: Array[Node, Small]
    left: Small = 1
    middle: Small = 2
    right: Small = 3


@action("mover")
def swap(world: Cells, a: Node, b: Node) -> None:
    """Swap cells {a} and {b}."""
    require(a < b, "once for each pair")
    world.row[a], world.row[b] = world.row[b], world.row[a]


@action("mover")
def rotate(world: Cells) -> None:
    """Rotate three numbers."""
    world.left, world.middle, world.right = world.middle, world.right, world.left


@action("mover")
def follow(world: Cells) -> None:
    """Swap the cells that the row points at."""
    first, second = world.row[0], world.row[1]
    require(first < 3 and second < 3, "they point outside")
    world.row[first], world.row[second] = world.row[second], world.row[first]


@action("mover")
def raise_cell(world: Cells, a: Node) -> None:
    """Raise cell {a}; no room above 3."""
    world.row[a] = world.row[a] + 1


@sometimes("The row is sorted and not flat")
def sorted_row(world: Cells) -> bool:
    return world.row[0] < world.row[1] and world.row[1] < world.row[2]


CELLS = Model("cells", Cells, [swap, rotate, follow, raise_cell], [sorted_row])


class Entry(Record):
    value: Pair
    by: MaybeNode


class Journals(Record):
    log: Annotated[Log[Entry], Capacity(2, "log")]
    copies: Array[Pair, Subset[Node]]
    history: Annotated[Log[Pair], Capacity(1, "history")]
    owner: MaybeNode = NONE


@procedure
def credit(world: Journals, node: int) -> None:
    if node != NONE:
        world.copies[0].add(node)
    elif world.owner != NONE:
        world.copies[1].discard(world.owner)


@action("writer")
def write(world: Journals, value: Pair) -> None:
    """Append {value} in the owner's name."""
    world.log.append(Entry(value=value, by=world.owner))
    world.history.append(value)
    credit(world, world.owner)


@action("writer")
def cut(world: Journals, length: Pair) -> None:
    """Keep the first {length} entries."""
    require(world.log.length > length, "there are not more")
    world.log.truncate(length)


@action("owner")
def take_over(world: Journals, node: MaybeNode) -> None:
    """{node} owns the log now."""
    require(world.owner != node, "it does")
    require(node != 1 or world.log.exists(lambda e: e.by == 0), "0 goes first")
    world.owner = node


@always("Nobody is in the second copy")
def single(world: Journals) -> bool:
    return forall(Node, lambda n: n not in world.copies[1])


@sometimes("The last entry is the owner's second")
def seconded(world: Journals) -> bool:
    return (
        world.log.length > 1
        and world.log.last.by == world.owner != NONE
        and world.log.last.value == 1
    )


JOURNALS = Model("journals", Journals, [write, cut, take_over], [single, seconded])


class Letter(Record):
    sender: Pair
    urgent: bool


class Post(Record):
    bag: Annotated[Multiset[Letter], Capacity(2, "bag")]
    line: Annotated[Queue[Letter], Capacity(2, "line")]
    seen: Function[Pair, Pair, bool]


@action("sender")
def send(world: Post, sender: Pair, urgent: bool) -> None:
    """{sender} sends a letter."""
    world.bag.add(Letter(sender=sender, urgent=urgent))


@action("office")
def sort_letter(world: Post, place: Pair) -> None:
    """Move letter {place} from the bag to the line."""
    require(place < world.bag.length, "no such letter")
    require(world.bag.is_first(place), "an equal one is first")
    world.line.put(world.bag.remove_at(place))


@action("office")
def hand_over(world: Post) -> None:
    """Hand over the oldest letter."""
    require(world.line.length > 0, "the line is empty")
    letter = world.line.take()
    world.seen[letter.sender, where(letter.urgent, 1, 0)] = True


@always("The bag is sorted")
def tidy_bag(world: Post) -> bool:
    return world.bag.length < 2 or world.bag[0].sender <= world.bag[1].sender


@sometimes("Only an urgent letter of 1 arrived")
def urgent_arrived(world: Post) -> bool:
    return world.seen[1, 1] and not world.seen[1, 0]


@leads_to("Every letter arrives", goal=lambda world: world.line.length == 0)
def arrives(world: Post) -> bool:
    return world.line.length > 0


POST = Model("post", Post, [send, sort_letter, hand_over], [tidy_bag, urgent_arrived, arrives])


class Shelf(Record):
    letters: Annotated[Queue[Letter], Capacity(2, "shelf")]
    sealed: bool


class Shelves(Record):
    hand: Annotated[Queue[Letter], Capacity(2, "hand")]
    shelves: Array[Pair, Shelf]


@procedure
def store(world: Shelves) -> None:
    """Whether there is such a shelf depends on cells that the same step changes."""
    used = count(Pair, lambda p: world.shelves[p].letters.length > 0)
    if world.hand.length > 1:
        world.shelves[used].letters = world.hand
    world.hand.clear()


@procedure
def mark(world: Shelves) -> None:
    """Two changes at a place that does not always exist, of which the later counts."""
    used = count(Pair, lambda p: world.shelves[p].letters.length > 0)
    if world.hand.length > 0:
        world.shelves[used].sealed = not world.shelves[used].sealed
    if world.hand.length > 0 and world.hand[0].sender == 1:
        world.shelves[used].sealed = True


@action("clerk")
def pick_up(world: Shelves, sender: Pair, urgent: bool) -> None:
    """Pick up a letter of {sender}."""
    require(world.shelves[1].letters.length == 0, "the shelves are full")
    world.hand.put(Letter(sender=sender, urgent=urgent))


@action("clerk")
def put_down(world: Shelves) -> None:
    """Put what is in the hand on the first empty shelf; a single letter is lost."""
    require(world.hand.length > 0, "the hand is empty")
    store(world)


@action("clerk")
def seal(world: Shelves) -> None:
    """Seal the first empty shelf, or open it."""
    mark(world)


@action("clerk")
def tidy_up(world: Shelves) -> None:
    """Empty the second shelf, if it is sealed."""
    require(world.shelves[1].sealed, "it is open")
    world.shelves[1].letters.clear()


@sometimes("Equal letters lie on both shelves")
def doubled(world: Shelves) -> bool:
    first, second = world.shelves[0].letters, world.shelves[1].letters
    return first == second and second.length > 1


SHELVES = Model("shelves", Shelves, [pick_up, put_down, seal, tidy_up], [doubled])


class Rooms(Record):
    here: Subset[Node]
    knows: Relation[Node, Node]
    weight: Function[Pair, Node, Small]
    door: Node = 0


def furnished(world: Rooms, door: Node) -> None:
    world.door = door
    world.weight[1, 2] = 3
    world.knows.add(door, door)


@action("guest")
def enter(world: Rooms, node: Node) -> None:
    """{node} enters by the door and meets those who are here."""
    require(node not in world.here, "it is here")
    world.here.add(node)
    for other in for_each(Node):
        if other in world.here and world.weight[0, other] < 1:
            world.knows.add(node, other)


@action("guest")
def leave(world: Rooms, node: Node) -> None:
    """{node} leaves."""
    require(node in world.here, "it is away")
    require(world.here.size > 1, "it is alone")
    world.here.discard(node)
    world.door = where(world.door == node, 0, node)


@always("Guests who know all others are few")
def few_hubs(world: Rooms) -> bool:
    return count(Node, lambda a: forall(Node, lambda b: world.knows.has(a, b))) <= 3


@sometimes("Two guests know each other")
def acquainted(world: Rooms) -> bool:
    return exists(
        Node,
        Node,
        lambda a, b: a < b and world.knows.has(a, b) and world.knows.has(b, a) and world.door == b,
    )


ROOMS = Model("rooms", Rooms, [enter, leave], [few_hubs, acquainted], start=furnished)


class Phase(State):
    COLD = 0
    WARM = 1
    HOT = 2


class Mood(IntEnum):
    BAD = -1
    FAIR = 0
    GOOD = 1


MAY_FOLLOW = {
    Phase.COLD: (Phase.WARM,),
    Phase.WARM: (Phase.COLD, Phase.HOT),
    Phase.HOT: (Phase.WARM,),
}


class Budget(Parameters):
    shocks: Small = 1
    strict: bool = True


class Oven(Record):
    budget: Budget
    phase: Phase
    mood: Mood
    degrees: Signed
    low: Array[Pair, Signed]
    shocks: Small = 0
    total: Annotated[Signed, ghost] = 0


def dialled(world: Oven) -> None:
    world.low[0] = -3


@action("cook")
def heat(world: Oven, by: Signed) -> None:
    """Heat by {by}."""
    require(by != 0, "nothing to do")
    require(by > -2 and by < 3, "too much at once")
    world.degrees = world.degrees + by
    world.low[world.degrees % 2] = world.degrees // 2
    world.total = where(world.total > 3, 0, world.total + 1)


@action("cook")
def turn(world: Oven, phase: Phase) -> None:
    """Turn to {phase}."""
    require(world.phase != phase, "it is there")
    require(Phase.WARM in (world.phase, phase), "not at once")
    world.become(phase)
    world.mood = where(world.degrees * 2 - 1 < world.low[1], Mood.BAD, Mood.GOOD)


@action("fate")
def shock(world: Oven) -> None:
    """A shock cools the oven."""
    require(world.shocks < world.budget.shocks, "the budget is used up")
    require(not world.budget.strict or world.phase != Phase.COLD, "it is cold")
    world.shocks = world.shocks + 1
    world.degrees = (world.degrees - 3) // 2


@always("Shocks stay within the budget, and a hot oven in a bad mood is not shocked twice")
def pleasant(world: Oven) -> bool:
    return world.shocks <= world.budget.shocks and not (
        world.phase == Phase.HOT and world.mood == Mood.BAD and world.shocks > 1
    )


OVEN = Model("oven", Oven, [heat, turn, shock], [pleasant], start=dialled)


class Lease(Record):
    holder: MaybeNode
    epoch: Small
    live: bool


class Leases(Record):
    leases: Array[Pair, Lease]
    waiting: Subset[Node]
    newest: Small = 0


@procedure
def release(world: Leases, pair: int) -> None:
    holder = world.leases[pair].holder
    if holder != NONE:
        world.waiting.add(holder)
        world.leases[pair].holder = NONE


@function
def freest(world: Leases) -> int:
    if world.leases[0].holder == NONE or not world.leases[0].live:
        return 0
    return 1


@action("node")
def acquire(world: Leases, node: Node) -> None:
    """{node} takes the freest lease."""
    pair = freest(world)
    require(world.leases[pair].holder != node, "it has it")
    release(world, pair)
    world.leases[pair].holder = node
    world.leases[pair].live = True
    world.leases[pair].epoch = world.newest
    world.waiting.discard(node)


@action("fate")
def expire(world: Leases, pair: Pair) -> None:
    """Lease {pair} ends."""
    require(world.leases[pair].live, "it has ended")
    world.leases[pair].live = False
    world.newest = where(world.newest == 3, 0, world.newest + 1)


def forget_epochs(world: Leases) -> None:
    """The epoch of a lease that ended does not matter."""
    for pair in for_each(Pair):
        if not world.leases[pair].live:
            world.leases[pair].epoch = 0


def forget_holder(world: Leases) -> None:
    """Nor does its holder, where nobody waits."""
    if world.waiting.is_empty and not world.leases[1].live:
        world.leases[1].holder = NONE
        world.newest = world.leases[0].epoch


@always("A live lease has a holder")
def held(world: Leases) -> bool:
    return forall(Pair, lambda p: not world.leases[p].live or world.leases[p].holder != NONE)


@sometimes("A lease of the newest epoch is held while another node waits")
def contended(world: Leases) -> bool:
    newest = exists(Pair, lambda p: world.leases[p].live and world.leases[p].epoch == world.newest)
    return newest and not world.waiting.is_empty


LEASES = Model(
    "leases", Leases, [acquire, expire], [held, contended], canonical=[forget_epochs, forget_holder]
)


class Inner(Record):
    end: Small = 0
    begin: bool


class Clash(Record):
    record: Inner
    record_end: Small
    process: Array[Pair, bool]
    byte: Subset[Pair]
    Next: Small = 1
    t1: Small = 2
    init: bool = True


@action("if")
def rule(world: Clash, do: Pair, true: bool) -> None:
    """A "rule" with {do} -- */ (* *) and \\ in its text."""
    require(world.record.end < 3 or world.process[do], 'a reason with */ and "quotes"')
    world.record.end = where(world.record.end == 3, 0, world.record.end + 1)
    world.record.begin = true
    world.record_end = world.Next
    world.Next = world.t1
    world.t1 = world.record_end
    world.process[do] = not world.process[do]
    world.byte.put(do, world.init)
    world.init = not world.init


@always('No end "in" sight */')
def invariant(world: Clash) -> bool:
    return world.record.end <= 3 or do_all(world)


def do_all(world: Clash) -> bool:
    return forall(Pair, lambda p: world.process[p] and p in world.byte) and world.record.begin


@sometimes("Both numbers change places")
def witness(world: Clash) -> bool:
    return world.record_end > world.Next and world.init and do_all(world)


CLASH = Model("module", Clash, [rule], [invariant, witness])


class Board(Record):
    pieces: Array[Node, Pair]
    order: Array[Node, Node]
    moves: Small


@function
def score(world: Board) -> int:
    """A value with so many equal parts that it can only be printed with names for them."""
    result = 0
    for a in range(3):
        for b in range(3):
            more, twice = (result + world.order[b]) % 5, (result * 2 + 1) % 5
            result = where(world.order[a] == b, twice, result)
            result = where(world.pieces[a] > world.pieces[b], more, result)
    return result


@action("player")
def move(world: Board, node: Node, by: Pair) -> None:
    """Move piece {node}."""
    require(score(world) != 3, "the score is 3")
    world.pieces[node] = (world.pieces[node] + by + 1) % 2
    world.order[node] = where(world.order[node] == 2, 0, world.order[node] + by)
    require(score(world) != 4 or node == 0, "only piece 0 may lead to 4")
    world.moves = where(world.moves == 1, 0, world.moves + 1)


@always("The score is below 5")
def bounded(world: Board) -> bool:
    return score(world) < 5 and world.moves <= 1


@sometimes("The score is 2 in two ways")
def twice(world: Board) -> bool:
    return score(world) == 2 and world.pieces[0] == world.pieces[1]


BOARD = Model("board", Board, [move], [bounded, twice])


class Void(Record):
    unused: Small
    room: Annotated[Log[Pair], Capacity("room", "room")]


@action("nobody")
def idle(world: Void, pair: Pair) -> None:
    """Nothing happens."""
    world.unused = where(world.unused == 3, 0, world.unused + 1)


@always("Nothing is in")
def nothing_in(world: Void) -> bool:
    return world.room.forall(lambda p: p == 1) and world.room.count(lambda p: p == 0) == 0


VOID = Model("void", Void, [idle], [nothing_in], bounds={"room": 0})


class Counter(Record):
    number: Small
    table: Array[Node, bool]


@action("counter")
def step(world: Counter) -> None:
    """Count on."""
    world.number = world.number + 1


@action("counter")
def look(world: Counter) -> None:
    """Look at the table at the number, which is a model error from 3 on."""
    require(world.number > 1, "too early")
    world.table[world.number] = True


@always("The number is not 2")
def not_two(world: Counter) -> bool:
    return world.number != 2


@always("The number is not 0")
def not_zero(world: Counter) -> bool:
    return world.number != 0


@always("The cell at the number is not set")
def unset(world: Counter) -> bool:
    return not world.table[world.number]


@sometimes("The number is 3")
def three(world: Counter) -> bool:
    return world.number == 3


COUNTER = Model("counter", Counter, [step], [three])
BROKEN = {
    "an invariant": (Model("broken", Counter, [step], [not_two]), None),
    "an invariant at the start": (Model("broken", Counter, [step], [not_zero]), None),
    "a model error in a step": (Model("broken", Counter, [step, look], []), None),
    "a model error in a property": (Model("broken", Counter, [step], [unset]), None),
    "a witness": (COUNTER, "three"),
    "a deadlock": (Model("broken", Counter, [step], [three], deadlock=True), None),
}

MODELS = (CELLS, JOURNALS, POST, SHELVES, ROOMS, OVEN, LEASES, CLASH, BOARD, VOID, COUNTER)
