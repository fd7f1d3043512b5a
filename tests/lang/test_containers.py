"""Every type and operation, in both machines: what a rule leaves, written out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lang_evaluator import Values, outcome_of

from checker.lang import (
    NONE,
    Array,
    Capacity,
    Function,
    Identity,
    LanguageError,
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
    bound,
    count,
    exists,
    for_each,
    forall,
    function,
    procedure,
    require,
    where,
)
from checker.lang.errors import Blocked, CapacityReached, ModelError

if TYPE_CHECKING:
    from collections.abc import Callable

Node = Annotated[int, Identity("Node", size="nodes")]
Leader = Annotated[int, Identity("Node", size="nodes", optional=True)]
Number = Annotated[int, Numeric("Number", high=5)]
Slot = Annotated[int, Identity("Slot", size=3)]


class Phase(State):
    IDLE = 0
    BUSY = 1
    DONE = 2


MAY_FOLLOW = {Phase.IDLE: (Phase.BUSY,), Phase.BUSY: (Phase.DONE, Phase.IDLE), Phase.DONE: ()}


class Entry(Record):
    value: Number
    good: bool


class Inner(Record):
    entry: Entry
    many: Array[Slot, Entry]
    log: Annotated[Log[Entry], Capacity(2, "inner log")]


class Settings(Parameters):
    most: Number = 3


class World(Record):
    number: Number
    flag: bool
    leader: Leader
    phase: Phase
    inner: Array[Node, Inner]
    grid: Function[Node, Slot, Number]
    voted: Subset[Node]
    linked: Relation[Node, Slot]
    log: Annotated[Log[Entry], Capacity(3, "log")]
    other: Annotated[Log[Entry], Capacity(3, "other")]
    queue: Annotated[Queue[Number], Capacity(2, "queue")]
    bag: Annotated[Multiset[Entry], Capacity(3, "bag")]
    settings: Settings


class Both:
    """Runs a rule from a prepared world in both machines, which must agree."""

    def __init__(self, rule: Callable[..., None], prepare: Callable[..., None] | None) -> None:
        model = Model("both", World, [action("test")(rule)], start=prepare, bounds={"nodes": 2})
        self.instance = model.instance()
        self.state = self.instance.initial()[0]
        self.machine = self.instance.machine()
        step = self.instance.steps[0]
        try:
            self.machine.run(self.state, rule, step.values)
            self.end: tuple[str, Any] = ("outcome", tuple(self.machine.cells))
        except Blocked as stop:
            self.end = ("blocked", (stop.text, stop.line))
        except CapacityReached as stop:
            self.end = ("cut", stop.text)
        except ModelError as stop:
            self.end = ("error", stop.line)
        values = Values(self.instance.layout, self.state, {}, {"settings.most": 3})
        assert outcome_of(self.instance.traced[0].tree, values) == self.end

    def cells(self, name: str) -> list[int]:
        """Return the cells of one column behind the step."""
        assert self.end[0] == "outcome", self.end
        column = self.instance.schema.by_name[name]
        start = self.instance.layout.start[column]
        return list(self.end[1][start : start + column.cells])


def both(rule: Callable[..., None], prepare: Callable[..., None] | None = None) -> Both:
    return Both(rule, prepare)


def full_log(world: World) -> None:
    for value in (3, 1, 2):
        world.log.append(Entry(value=value, good=value == 1))


class TestLog:
    def test_append_puts_a_copy_at_the_end(self) -> None:
        def rule(world: World) -> None:
            entry = Entry(value=2, good=True)
            world.log.append(entry)
            entry.value = 5
            world.log.append(entry)

        left = both(rule)
        assert left.cells("log.length") == [2]
        assert left.cells("log.value") == [2, 5, 0]
        assert left.cells("log.good") == [1, 1, 0]

    def test_append_without_room_is_a_cut(self) -> None:
        def rule(world: World) -> None:
            world.log.append(Entry(value=0, good=True))

        assert both(rule, full_log).end == ("cut", "log")

    @pytest.mark.parametrize("length", [0, 1, 3, 5])
    def test_truncate_forgets_what_is_beyond(self, length: int) -> None:
        def rule(world: World) -> None:
            world.log.truncate(length)

        left = both(rule, full_log)
        kept = min(length, 3)
        assert left.cells("log.length") == [kept]
        assert left.cells("log.value") == [3, 1, 2][:kept] + [0] * (3 - kept)
        assert left.cells("log.good") == [0, 1, 0][:kept] + [0] * (3 - kept)

    def test_reading_beyond_the_end_is_a_model_error(self) -> None:
        def rule(world: World) -> None:
            world.log.truncate(1)
            world.number = world.log[1].value

        assert both(rule, full_log).end[0] == "error"

    def test_equal_logs_are_equal_after_truncation(self) -> None:
        def rule(world: World) -> None:
            world.other.append(Entry(value=3, good=False))
            world.log.truncate(1)
            world.flag = world.log == world.other
            world.voted.put(0, world.log != world.other)

        left = both(rule, full_log)
        assert left.cells("flag") == [1]
        assert left.cells("voted") == [0, 0]

    def test_quantifiers_see_the_elements_only(self) -> None:
        def rule(world: World) -> None:
            world.flag = world.log.forall(lambda e: e.value > 0)
            world.number = world.log.count(lambda e: e.value >= 2)
            world.voted.put(0, world.log.exists(lambda e: e.good))
            world.voted.put(1, world.log.exists(lambda e: e.value == 0))

        left = both(rule, full_log)
        assert left.cells("flag") == [1]
        assert left.cells("number") == [2]
        assert left.cells("voted") == [1, 0]

    def test_iterating_sees_each_element(self) -> None:
        def rule(world: World) -> None:
            for entry in world.log:
                if entry.good:
                    entry.value = 5
            world.flag = bool(world.other)

        left = both(rule, full_log)
        assert left.cells("log.value") == [3, 5, 2]
        assert left.cells("flag") == [0]


class TestQueue:
    def test_first_in_first_out(self) -> None:
        def rule(world: World) -> None:
            world.queue.put(4)
            world.queue.put(1)
            world.number = world.queue.take()

        left = both(rule)
        assert left.cells("number") == [4]
        assert left.cells("queue") == [1, 0]
        assert left.cells("queue.length") == [1]

    def test_taking_from_an_empty_queue_is_a_model_error(self) -> None:
        def rule(world: World) -> None:
            world.number = world.queue.take()

        assert both(rule).end[0] == "error"

    def test_taking_behind_the_end_is_a_model_error(self) -> None:
        def rule(world: World) -> None:
            world.queue.put(4)
            world.number = world.queue.take_at(1)

        assert both(rule).end[0] == "error"

    def test_a_full_queue_is_a_cut(self) -> None:
        def rule(world: World) -> None:
            for value in range(3):
                world.queue.put(value)

        assert both(rule).end == ("cut", "queue")


class TestMultiset:
    @settings(max_examples=15, deadline=None)
    @given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), max_size=3), st.randoms())
    def test_the_order_of_adding_does_not_matter(
        self, entries: list[tuple[int, bool]], shuffle: Any
    ) -> None:
        other = list(entries)
        shuffle.shuffle(other)

        def add_all(order: list[tuple[int, bool]]) -> Callable[[World], None]:
            def rule(world: World) -> None:
                for value, good in order:
                    world.bag.add(Entry(value=value, good=good))

            return rule

        one, two = both(add_all(entries)), both(add_all(other))
        assert one.end == two.end
        values = one.cells("bag.value")[: len(entries)]
        assert values == sorted(value for value, _ in entries)

    def test_removing_returns_the_element_and_closes_the_gap(self) -> None:
        def rule(world: World) -> None:
            for value in (4, 2, 3):
                world.bag.add(Entry(value=value, good=False))
            world.number = world.bag.remove_at(1).value
            world.flag = world.bag.has(Entry(value=4, good=False))
            world.voted.put(0, world.bag.has(Entry(value=3, good=False)))

        left = both(rule)
        assert left.cells("number") == [3]
        assert left.cells("bag.value") == [2, 4, 0]
        assert (left.cells("flag"), left.cells("voted")) == ([1], [0, 0])

    def test_only_the_first_of_equal_elements_is_first(self) -> None:
        def rule(world: World) -> None:
            for value in (4, 2, 4):
                world.bag.add(Entry(value=value, good=False))
            for place in range(3):
                if world.bag.is_first(place):
                    world.linked.add(0, place)

        assert both(rule).cells("linked")[:3] == [1, 1, 0]


class TestSubsetAndRelation:
    def test_members(self) -> None:
        def rule(world: World) -> None:
            world.voted.add(1)
            world.number = world.voted.size
            world.flag = 1 in world.voted and 0 not in world.voted
            world.linked.add(1, 2)
            world.linked.add(0, 0)
            world.linked.discard(0, 0)

        left = both(rule)
        assert left.cells("voted") == [0, 1]
        assert left.cells("number") == [1]
        assert left.cells("flag") == [1]
        assert left.cells("linked") == [0, 0, 0, 0, 0, 1]

    def test_members_in_order(self) -> None:
        def rule(world: World) -> None:
            world.voted.fill()
            for node in world.voted:
                world.grid[node, 0] = node + 1
            world.voted.clear()

        left = both(rule)
        assert left.cells("grid") == [1, 0, 0, 2, 0, 0]
        assert left.cells("voted") == [0, 0]

    def test_an_index_outside_is_a_model_error(self) -> None:
        def rule(world: World) -> None:
            world.voted.add(world.leader)

        assert both(rule).end[0] == "error"


class TestRecords:
    def test_assigning_copies(self) -> None:
        def rule(world: World) -> None:
            world.inner[0].entry.value = 1
            world.inner[1] = world.inner[0]
            world.inner[0].entry.value = 2
            mine = world.inner[0].entry.copy()
            mine.value = 3
            world.inner[0].many[1] = mine
            mine.value = 4

        left = both(rule)
        assert left.cells("inner.entry.value") == [2, 1]
        assert left.cells("inner.many.value") == [0, 3, 0, 0, 0, 0]

    def test_a_record_of_the_world_is_a_reference(self) -> None:
        def rule(world: World) -> None:
            entry = world.inner[1].entry
            entry.value = 2
            world.number = world.inner[1].entry.value

        left = both(rule)
        assert left.cells("number") == [2]

    def test_nested_collections_are_copied_whole(self) -> None:
        def rule(world: World) -> None:
            world.inner[0].log.append(Entry(value=1, good=True))
            world.inner[1].log = world.inner[0].log
            world.inner[0].clear()

        left = both(rule)
        assert left.cells("inner.log.length") == [0, 1]
        assert left.cells("inner.log.value") == [0, 0, 1, 0]
        assert left.cells("inner.log.good") == [0, 0, 1, 0]

    def test_filling_an_array_copies_to_each(self) -> None:
        def rule(world: World) -> None:
            entry = Entry(value=2, good=True)
            world.inner[0].many.fill(entry)
            entry.value = 1
            world.flag = world.inner[0].many[0] == world.inner[0].many[2]
            world.number = sum(e.value for e in world.inner[0].many) - 3

        left = both(rule)
        assert left.cells("inner.many.value") == [2, 2, 2, 0, 0, 0]
        assert (left.cells("flag"), left.cells("number")) == ([1], [3])

    def test_the_chart_allows_some_moves_only(self) -> None:
        def good(world: World) -> None:
            world.become(Phase.BUSY)
            world.become(where(world.flag, Phase.DONE, Phase.IDLE))

        def bad(world: World) -> None:
            world.become(Phase.DONE)

        assert both(good).cells("phase") == [Phase.IDLE]
        assert both(bad).end[0] == "error"

    def test_identities_may_be_none(self) -> None:
        def rule(world: World) -> None:
            world.flag = world.leader == NONE
            world.leader = 1

        left = both(rule)
        assert (left.cells("flag"), left.cells("leader")) == ([1], [1])

    def test_a_number_that_does_not_fit_is_a_cut(self) -> None:
        def rule(world: World) -> None:
            world.number = world.number + 6

        assert both(rule).end == ("cut", "Number")

    def test_parameters_are_read_and_never_written(self) -> None:
        def reads(world: World) -> None:
            world.number = world.settings.most

        def writes(world: World) -> None:
            world.settings.most = 1

        assert both(reads).cells("number") == [3]
        with pytest.raises(LanguageError, match="a parameter of the run"):
            both(writes)


@function
def largest(world: World) -> Any:
    """Return the larger of two numbers as a record of its own."""
    result = Entry(value=world.number, good=False)
    if world.grid[0, 0] > result.value:
        result.value = world.grid[0, 0]
        result.good = True
    return result


@procedure
def set_value(world: World, entry: Any) -> None:
    """Change a record that the caller made."""
    if world.flag:
        entry.value = 1
    else:
        entry.value = entry.value + 2


@procedure
def lesser(world: World, a: Any, b: Any) -> Any:
    """Return one of two records of the world."""
    if a.value < b.value:
        return a
    b.good = True
    return b


@procedure
def never(world: World) -> None:
    """Stop on every path."""
    if world.flag:
        require(world.number == 9, "flagged")
        if world.number == 8:
            require(False, "odd")
    else:
        require(False, "not flagged")
    require(False, "in the end")


@procedure
def first_fit(world: World, node: int) -> Any:
    """Return a pair: a number and a truth value."""
    if world.inner[node].entry.good:
        return node, True
    return world.number, world.flag


class TestJoins:
    def test_a_function_returns_a_record_of_its_own(self) -> None:
        def rule(world: World) -> None:
            found = largest(world)
            found.value = found.value + 1
            if world.flag:
                found.good = True
            world.inner[0].entry = found
            world.inner[1].entry = largest(world)

        left = both(rule)
        assert left.cells("inner.entry.value") == [1, 0]
        assert left.cells("inner.entry.good") == [0, 0]

    def test_a_procedure_changes_a_record_of_its_caller(self) -> None:
        def rule(world: World) -> None:
            entry = Entry(value=1, good=True)
            set_value(world, entry)
            set_value(world, entry)
            if world.voted.is_empty:
                world.number = entry.value
            for node in for_each(Node):
                if world.number == 5:
                    entry.value = node
            world.inner[0].entry = entry

        left = both(rule)
        assert left.cells("number") == [5]
        assert left.cells("inner.entry.value") == [1, 0]

    def test_a_procedure_returns_a_reference(self) -> None:
        def rule(world: World) -> None:
            world.inner[1].entry.value = 4
            chosen = lesser(world, world.inner[1].entry, world.inner[0].entry)
            chosen.value = 3

        left = both(rule)
        assert left.cells("inner.entry.value") == [3, 4]
        assert left.cells("inner.entry.good") == [1, 0]

    def test_a_helper_that_always_stops(self) -> None:
        def rule(world: World) -> None:
            world.number = 1
            never(world)

        assert both(rule).end[1][0] == "not flagged"

    def test_a_helper_returns_a_tuple(self) -> None:
        def rule(world: World) -> None:
            number, flag = first_fit(world, 1)
            world.grid[0, 0] = number + 1
            world.flag = not flag

        left = both(rule)
        assert (left.cells("grid")[0], left.cells("flag")) == (1, [1])

    @pytest.mark.parametrize("stop", ["blocked", "cut", "error"])
    def test_a_stop_in_the_middle_of_nested_loops(self, stop: str) -> None:
        def rule(world: World) -> None:
            for node in for_each(Node):
                for slot in for_each(Slot):
                    if world.grid[node, slot] == 0:
                        world.grid[node, slot] = slot
                    if node == 1 and slot == 1 and world.number == 0:
                        require(stop != "blocked", "stopped")
                        world.number = 6 if stop == "cut" else 1
                        world.voted.add(2)

        ends = {"blocked": "stopped", "cut": "Number"}
        left = both(rule)
        assert left.end[0] == stop
        assert stop == "error" or ends[stop] in (left.end[1], left.end[1][0])

    def test_rounds_see_what_earlier_rounds_left(self) -> None:
        def rule(world: World) -> None:
            for node in for_each(Node):
                for slot in for_each(Slot):
                    if world.number < 5 and slot != node:
                        world.number = world.number + 1
                        world.grid[node, slot] = world.number

        assert both(rule).cells("grid") == [0, 1, 2, 3, 0, 4]

    def test_quantifiers_inside_of_quantifiers(self) -> None:
        def rule(world: World) -> None:
            world.grid[1, 2] = 4
            world.flag = exists(Node, lambda n: forall(Slot, lambda s: world.grid[n, s] <= n * 4))
            world.number = count(Node, lambda n: exists(Slot, lambda s: world.grid[n, s] > n))
            world.leader = count(Node, lambda n: count(Slot, lambda s: s > n) == n) - 1
            world.voted.put(1, forall(Node, Slot, lambda n, s: world.grid[n, s] < bound("nodes")))

        left = both(rule)
        assert (left.cells("flag"), left.cells("number")) == ([1], [1])
        assert (left.cells("leader"), left.cells("voted")) == ([0], [0, 0])

    def test_choosing_a_record_copies_it(self) -> None:
        def rule(world: World) -> None:
            chosen = where(world.flag, world.inner[0].entry, world.inner[1].entry)
            chosen.value = 4
            world.inner[0].entry = chosen

        assert both(rule).cells("inner.entry.value") == [4, 0]
