"""Which properties every step keeps: of small models, where it can be told, and of Kafka's."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING, Annotated

import pytest

from checker.cli.main import run
from checker.explicit.reference import Reference
from checker.lang import Capacity, Log, Model, Numeric, Record, action, always, require
from checker.lang.errors import Blocked, CapacityReached
from checker.lang.ir import Branch, CutLeaf, branch
from checker.settings.scenario_file import find_scenario, parameters_at
from checker.symbolic import induction
from checker.symbolic.ground import Ground
from checker.symbolic.induction import (
    MAY_ESCAPE,
    MAY_FAIL,
    NOT_INDUCTIVE,
    PROVED,
    REFUTED,
    SOLVER_GAVE_UP,
    UNKNOWN,
    Induction,
    check_induction,
)
from checker.symbolic.induction_word import confirmed
from checker.symbolic.solving import Effort
from checker.symbolic.tails import empty_tails
from specs.structure import STRUCTURE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from checker.lang import Action
    from checker.lang.ir import Tree
    from checker.lang.model import Instance
    from checker.symbolic.ground import GroundStep

Number = Annotated[int, Numeric("Number", high=3)]


class World(Record):
    first: Number
    second: Number
    log: Annotated[Log[Number], Capacity(2)]


@action("counter")
def count(world: World) -> None:
    """Both count, from 0 to 2 and again."""
    require(world.first < 3, "it is broken")
    world.first = 0 if world.first == 2 else world.first + 1
    world.second = 0 if world.second == 2 else world.second + 1


@action("counter")
def note(world: World) -> None:
    """The number is noted."""
    world.log.append(world.first)


@action("counter")
def forget(world: World) -> None:
    """The last note is forgotten."""
    require(world.log.length > 0, "nothing is noted")
    world.log.truncate(world.log.length - 1)


@always("The first is small")
def small(world: World) -> bool:
    return world.first < 3


@always("Both are the same")
def same(world: World) -> bool:
    return world.first == world.second


@always("The second is small")
def other_small(world: World) -> bool:
    return world.second < 3


@always("Never one")
def never_one(world: World) -> bool:
    return world.first != 1


@always("What is noted is small")
def noted(world: World) -> bool:
    return not world.log.exists(lambda number: number > 2)


@always("A note is no three, behind it neither")
def two_notes(world: World) -> bool:
    return world.log.length < 2 or world.log[1] != 3


MODEL = Model(
    "counters",
    World,
    actions=[count, note, forget],
    properties=[small, same, other_small, never_one, noted, two_notes],
)


def instance(*names: str) -> Instance:
    return MODEL.instance(None, None, names)


def test_a_property_may_need_no_other() -> None:
    found = check_induction(instance("small"))
    assert found.verdicts == {"small": PROVED}
    assert found.alone == ("small",)


def test_a_property_may_need_another() -> None:
    """What is noted is small if the first number is; alone it is not kept."""
    alone = check_induction(instance("noted"))
    assert alone.verdicts == {"noted": NOT_INDUCTIVE}
    (example,) = confirmed(alone.instance, alone.examples).values()
    assert example.reached == "not reached"
    assert [step.action.name for step in example.steps] == ["note"]
    both = check_induction(instance("noted", "small"))
    assert both.verdicts == {"noted": PROVED, "small": PROVED}
    assert both.alone == ("small",)


def test_more_states_before_can_be_enough() -> None:
    """The second may be 3 where both are the same, and 4 is a cut: two steps do not tell more."""
    assert check_induction(instance("other_small")).verdicts == {"other_small": PROVED}
    assert check_induction(instance("two_notes")).verdicts == {"two_notes": NOT_INDUCTIVE}
    for steps in (2, 3):
        found = check_induction(instance("two_notes"), steps)
        assert found.verdicts == {"two_notes": NOT_INDUCTIVE}
        assert len(found.examples["two_notes"].steps) == steps


def test_what_a_run_breaks_is_refuted_within_the_steps_that_are_used() -> None:
    assert check_induction(instance("never_one"), 1).verdicts == {"never_one": NOT_INDUCTIVE}
    found = check_induction(instance("never_one"), 2)
    assert found.verdicts == {"never_one": REFUTED}
    assert len(found.runs["never_one"].steps) == 1


def test_an_example_that_is_reached_is_told() -> None:
    found = check_induction(instance("never_one"))
    (example,) = confirmed(found.instance, found.examples).values()
    assert example.reached == "reached"


def test_collections_keep_their_tails() -> None:
    found = check_induction(instance("noted", "small"))
    assert found.facts == found.kept == ("log ends at its length",)
    (tail,) = empty_tails(Ground(found.instance))
    assert "log.length" in repr(tail.seen)


def test_a_solver_that_gives_up_says_so() -> None:
    found = check_induction(instance("small"), 1, Effort(rlimit=1))
    assert found.verdicts == {"small": UNKNOWN}
    assert found.reasons["small"] == SOLVER_GAVE_UP


@always("A three is the first note's or the second's")
def three_is_noted(world: World) -> bool:
    return world.first < 3 or world.log[1] == 3


@always("The second note is no two")
def second_note(world: World) -> bool:
    return world.log[1] != 2


def test_what_may_not_be_evaluated_is_not_proved() -> None:
    """Where the first is 3 and there is no second note the interpreter has no answer."""

    def found(*names: str) -> Induction:
        rules = [small, three_is_noted, second_note]
        model = Model("counters", World, [count, note, forget], rules)
        return check_induction(model.instance(None, None, names))

    alone = found("three_is_noted")
    assert alone.verdicts == {"three_is_noted": UNKNOWN} and alone.alone == ()
    assert alone.reasons == {"three_is_noted": MAY_FAIL}
    assert False in [never for _, never in alone.errors]
    both = found("three_is_noted", "small")
    assert both.verdicts == {"three_is_noted": PROVED, "small": PROVED} and both.reasons == {}
    lost = found("second_note")
    assert lost.verdicts == {"second_note": NOT_INDUCTIVE}
    assert confirmed(lost.instance, lost.examples) == {}


@always("Nothing is said about the second")
def any_second(world: World) -> bool:
    return world.second != 3 or world.second > 2


class WithoutCuts(Ground):
    """Steps that store whatever they compute."""

    @cached_property
    def steps(self) -> tuple[GroundStep, ...]:
        return tuple(replace(step, tree=_without_cuts(step.tree)) for step in super().steps)


def _without_cuts(tree: Tree) -> Tree:
    if not isinstance(tree, Branch):
        return tree
    if isinstance(tree.yes, CutLeaf) or isinstance(tree.no, CutLeaf):
        return _without_cuts(tree.no if isinstance(tree.yes, CutLeaf) else tree.yes)
    return branch(tree.condition, _without_cuts(tree.yes), _without_cuts(tree.no))


def test_where_a_step_leaves_the_types_nothing_is_proved(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second of 3 would become 4; where no second is 3 nothing does."""

    def found(*names: str, actions: Sequence[Action[World]] = (count,)) -> Induction:
        model = Model("counters", World, actions, [*MODEL.properties, any_second])
        return check_induction(model.instance(None, None, names))

    assert found("any_second").verdicts == {"any_second": PROVED}
    monkeypatch.setattr(induction, "Ground", WithoutCuts)
    assert set(found("any_second", "other_small").verdicts.values()) == {PROVED}
    lost = found("any_second")
    assert lost.escapes is False and lost.alone == ()
    assert lost.verdicts == {"any_second": UNKNOWN}
    assert lost.reasons == {"any_second": MAY_ESCAPE}
    notes = found("noted", "small", actions=(note, forget))
    assert notes.verdicts == {"noted": UNKNOWN, "small": UNKNOWN}
    assert notes.facts and notes.kept == ()


@pytest.mark.parametrize("name", ["small", "same", "other_small", "noted", "two_notes"])
def test_the_verdict_is_that_of_trying_all_states(name: str) -> None:
    """Every state of the types whose log has nothing behind its end, by the interpreter."""
    one = instance(name)
    rule = one.properties[0].rule
    reference = Reference(one, canonical=False)
    lost = False
    for first, second, length in product(range(4), range(4), range(3)):
        for values in product(range(4), repeat=length):
            state = vector(one, first, second, values)
            lost = lost or (reference.holds(state, rule) and loses(reference, state, rule))
    assert check_induction(one).verdicts[name] == (NOT_INDUCTIVE if lost else PROVED)


def vector(one: Instance, first: int, second: int, values: tuple[int, ...]) -> tuple[int, ...]:
    filled = values + (0,) * (2 - len(values))
    cells = {"first": (first,), "second": (second,), "log.length": (len(values),), "log": filled}
    return tuple(value for column in one.layout.columns for value in cells[column.name])


def loses(reference: Reference, state: tuple[int, ...], rule: Callable[..., bool]) -> bool:
    for step in reference.instance.steps:
        try:
            if not reference.holds(reference.apply(state, step), rule):
                return True
        except (Blocked, CapacityReached):
            continue
    return False


def structure_of(name: str) -> Instance:
    scenario = replace(find_scenario(name), properties=tuple(item.name for item in STRUCTURE))
    parameters = parameters_at(scenario, scenario.kafka, scenario.client)
    return scenario.model().instance(parameters=parameters)


def test_structural_invariants_of_a_scenario() -> None:
    found = check_induction(structure_of("no-faults"), examples=1)
    kept = {name for name, verdict in found.verdicts.items() if verdict == PROVED}
    assert {"open_is_in_log", "partitions_fit_state", "request_fits_state"} <= kept
    assert set(found.verdicts.values()) == {PROVED, NOT_INDUCTIVE}
    assert found.kept == found.facts and found.kept
    assert found.escapes is True
    moves = {never for error, never in found.errors if "cannot move" in error.message}
    assert True in moves
    for example in confirmed(found.instance, found.examples).values():
        assert example.reached == "not reached"


SOURCE = """
from typing import Annotated
from checker.lang import Model, Numeric, Record, action, always, require

class World(Record):
    number: Annotated[int, Numeric("Number", high=4)]

@action("counter")
def count(world: World) -> None:
    '''It counts.'''
    require(world.number != 2, "it is done")
    require(world.number < 4, "there is no more")
    world.number = world.number + 1

@always("It stays small")
def small(world: World) -> bool:
    return world.number < LIMIT

MODEL = Model("counter", World, actions=[count], properties=[small])
"""


NOTES = """
from typing import Annotated
from checker.lang import Capacity, Log, Model, Numeric, Record, action, always, require

class World(Record):
    number: Annotated[int, Numeric("Number", high=3)]
    log: Annotated[Log[Annotated[int, Numeric("Number", high=3)]], Capacity(1)]

@action("counter")
def count(world: World) -> None:
    '''It counts, and never to 3.'''
    require(world.number < 2, "it is done")
    world.number = world.number + 1

@always("It is noted")
def noted(world: World) -> bool:
    return world.number < 3 or world.log[0] < 3

MODEL = Model("counter", World, actions=[count], properties=[noted])
"""


@pytest.mark.parametrize(
    ("limit", "steps", "code", "verdict"),
    [(3, 1, 0, PROVED), (4, 1, 3, NOT_INDUCTIVE), (4, 2, 0, PROVED), (2, 3, 1, REFUTED)],
)
def test_the_command(tmp_path, capsys, limit: int, steps: int, code: int, verdict: str) -> None:
    file = tmp_path / "counter.py"
    file.write_text(SOURCE.replace("LIMIT", str(limit)))
    arguments = ["prove", "--inductive", str(file), "--steps", str(steps), "-q"]
    assert run([*arguments, "--format", "json"]) == code
    (found,) = json.loads(capsys.readouterr().out)["scenarios"]
    assert [item["verdict"] for item in found["properties"]] == [verdict]
    assert run(arguments) == code
    text = capsys.readouterr().out
    if verdict == NOT_INDUCTIVE:
        assert "number = 3" in text and "then: It counts" in text
        assert "The explorer does not reach this state." in text


def test_the_command_says_why_something_is_not_known(tmp_path, capsys) -> None:
    """Where the number is 3 the property reads a note that need not be there."""
    file = tmp_path / "counter.py"
    file.write_text(NOTES)
    assert run(["prove", "--inductive", str(file), "-q"]) == 3
    text = " ".join(capsys.readouterr().out.split())
    assert "not known It is noted" in text
    assert f"noted is not known to be kept: {MAY_FAIL}." in text
