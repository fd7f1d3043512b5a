"""What is wrong with a model is told with the rule's own file and line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from lang_files import HEAD, load, marked_line, rule

from checker.explicit.reference import explore
from checker.lang import LanguageError, tracing
from checker.lang.errors import ModelError
from checker.lang.ir import ErrorLeaf, leaves

if TYPE_CHECKING:
    from pathlib import Path

HELPERS = """
    @function
    def half(world):
        if world.flag:
            return 1

    @function
    def meddle(world):
        world.number = 1  # in a function
        return 1

    @function
    def spoil(item):
        item.key = 1  # a given record
        return 1

    @function
    def demand(thing):
        require(thing == 0, "no")  # a demand
        return True

    @function
    def either(world, item):
        return item if world.flag else world.table[0]

    @procedure
    def gather(world, found):
        if world.flag:
            found.append(1)
        if len(found) == 1 and world.number == 1:
            world.number = 2

    """

REFUSED = [
    ("world.flag = number  # here", "is a truth value and gets a number"),
    ("world.number = None  # here", "gets a NoneType|a NoneType is used"),
    ("world.number = 'x'  # here", "a str is used"),
    ("Item(key='x', flag=True)  # here", "is a Small and gets a str"),
    ("Item(flag=number, key=0)  # here", "is a truth value and gets a number"),
    ("world.missing = 1  # here", "World has no field 'missing'"),
    ("world.flag = world.missing  # here", "World has no field 'missing'"),
    ("Item(missing=1)  # here", "Item has no field 'missing'"),
    ("world.table[thing] = world.log  # here", "does not fit here|cannot be stored"),
    ("world.log = [1]  # here", "cannot be stored here"),
    ("world.number = where(flag, world.table, world.log)  # here", "where.. needs"),
    ("if world.past == 1:  # here\n    world.number = 2", "branches on a ghost"),
    ("require(world.past == 1, 'no')  # here", "branches on a ghost"),
    ("world.number = world.past  # here", "is not a ghost and gets the value of one"),
    ("world.number = 1 // 0  # here", "ZeroDivisionError"),
    ("world.number = TABLE[7]  # here", "IndexError"),
    ("world.number = {0: 1}[number]  # here", "KeyError"),
    ("world.number = abs(number)  # here", "TypeError"),
    ("world.number = unknown  # here", "NameError"),
    ("world.number = 3 // number  # here", "TypeError"),
    ("world.number = number // thing  # here", "division by a positive plain number"),
    ("world.number = number & 1  # here", "join truth values"),
    ("require(flag, f'{number} is wrong')  # here", "a text speaks of a value"),
    ("require(flag, 1)  # here", "the reason of a require is a text"),
    ("if world.marks:  # here\n    pass", "a subset is no truth value"),
    ("if world.table[thing]:  # here\n    pass", "a Item is no truth value"),
    ("world.bag[0].key = 1  # here", "an element of a multiset cannot be changed"),
    ("world.bag[0] = Item(key=0, flag=True)  # here", "an element of a multiset cannot be"),
    ("world.number = half(world)  # here", "returns a value on some paths only"),
    ("world.table[0] = either(world, Item(key=0, flag=True))  # here", "different records"),
    ("gather(world, [])  # here", "not a function of the world"),
    ("world.number = bound('missing')  # here", "no bound named 'missing'"),
    ("world.number = world.table[0, 1].key  # here", "1 keys are needed here, not 2"),
    ("world.flag = forall(Thing, lambda x: x)  # here", "a truth value is needed here, not"),
    ("world.flag = exists(World, lambda x: True)  # here", "is not a sort"),
    ("raise ValueError('so')  # here", "ValueError: so"),
    ("world.become(Colour.RED, 1)  # here", "TypeError"),
    ("world.table[0].become(Colour.RED)  # here", "no single field that can become"),
]


def refused(path: Path, text: str) -> LanguageError:
    """Trace a model that the language refuses; return the error, its place being right."""
    model = load(path, text)
    with pytest.raises(LanguageError) as caught:
        assert model.instance().traced
    assert caught.value.file == model.actions[0].file
    assert caught.value.line == marked_line(text)
    assert "\n" not in str(caught.value)
    return caught.value


@pytest.mark.parametrize(("body", "sentence"), REFUSED)
def test_a_rule_that_breaks_the_language(tmp_path: Path, body: str, sentence: str) -> None:
    error = refused(tmp_path, rule(body, HELPERS))
    assert any(part.replace("..", "()") in error.message for part in sentence.split("|"))


@pytest.mark.parametrize(
    ("call", "mark", "sentence"),
    [
        ("world.number = meddle(world)", "in a function", "changes the world"),
        ("spoil(Item(key=0, flag=True))", "a given record", "changes a record of its caller"),
        ("world.flag = exists(Thing, demand)", "a demand", "the body of forall, exists or count"),
    ],
)
def test_a_pure_part_has_no_effects(tmp_path: Path, call: str, mark: str, sentence: str) -> None:
    text = rule(call, HELPERS).replace(f"# {mark}", "# here")
    assert sentence in refused(tmp_path, text).message


def test_a_property_has_no_effects(tmp_path: Path) -> None:
    text = rule("pass", '@always("no")\ndef bad(world: World) -> bool:\n    world.number = 1\n')
    model = load(tmp_path, text.replace("[act]", "[act], [bad]"))
    with pytest.raises(LanguageError, match="changes the world"):
        assert model.instance().traced_properties


def test_too_many_paths_name_the_branch_that_multiplies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tracing, "PATH_BUDGET", 60)
    body = """
    if flag:
        world.number = 1
    for k in range(20):
        if world.table[0].key + k == world.table[1].key * k:  # here
            world.flag = True
    """
    assert "more than 60 paths" in refused(tmp_path, rule(body)).message


def test_a_canonical_form_cannot_block(tmp_path: Path) -> None:
    before = "def tidy(world: World) -> None:\n    require(world.flag, 'no')  # here\n"
    text = rule("pass", before).replace("[act],", "[act], canonical=[tidy],")
    with pytest.raises(LanguageError, match="a canonical form cannot block") as caught:
        assert load(tmp_path, text).instance().canonical
    assert caught.value.line == marked_line(text)


WRONG = [
    ("world.become(Colour.RED)  # here", "Colour cannot move to RED here"),
    ("world.table[number].flag = True  # here", "outside the sort Thing"),
    ("world.table[world.maybe].flag = True  # here", "below the sort Thing"),
    ("world.maybe = number  # here", "world.maybe|maybe cannot hold"),
    ("world.flag = world.log[number].flag  # here", "log: no element there"),
    ("world.flag = world.log.last.flag  # here", "log: a position is negative"),
    ("world.log.truncate(0 - number)  # here", "cannot be truncated below 0"),
    ("world.bag.remove_at(number)  # here", "bag: no element there"),
]


@pytest.mark.parametrize(("body", "sentence"), WRONG)
def test_a_wrong_step_is_a_model_error_in_both_machines(
    tmp_path: Path, body: str, sentence: str
) -> None:
    text = rule(body)
    instance = load(tmp_path, text).instance()
    errors = [end for end in leaves(instance.traced[0].tree) if isinstance(end, ErrorLeaf)]
    assert marked_line(text) in [end.line for end in errors]
    error = explore(instance).error
    assert error is not None
    for told in ([error[0].text], [end.message for end in errors]):
        assert any(part in text for part in sentence.split("|") for text in told)
    assert error[0].file == instance.model.actions[0].file
    assert error[0].line == marked_line(text)
    assert isinstance(error[0], ModelError)


DECLARED = [
    ("x: float  # here", "Wide.x: the language has no type <class 'float'>"),
    ("x: list[int]  # here", "the language has no type"),
    ("x: Log[Small]  # here", "a log needs Annotated[..., Capacity(size)]"),
    ("x: Small = 9  # here", "9 is no Small: it is from 0 to 3"),
    ("x: Small = 'a'  # here", "'a' is no Small"),
    ("x: Subset[Thing] = 1  # here", "has a value at the start"),
    ("x: Array[Item, bool]  # here", "is not a sort"),
    ("x: Gappy  # here", "the values of Gappy are not consecutive numbers"),
    ("x: Annotated[int, Identity('X', size='missing')]  # here", "no bound named 'missing'"),
    ("x: Annotated[int, Identity('X', size=-1)]  # here", "a size is negative: -1"),
    ("x: Annotated[int, Identity('X', size=0)]  # here", "the sort X is empty"),
    ("x: Annotated[int, Identity('X', size=lambda b: b['no'])]  # here", "KeyError"),
    ("x: Array[Thing, Settings]  # here", "a parameter of the run is one number"),
    ("x: 'Missing'  # here", "NameError"),
]


@pytest.mark.parametrize(("field", "sentence"), DECLARED)
def test_a_declaration_that_breaks_the_language(tmp_path: Path, field: str, sentence: str) -> None:
    before = f"""
class Gappy(IntEnum):
    A = 0
    B = 5


class Settings(Parameters):
    limit: Small


class Wide(World):
    {field}


World = Wide
"""
    text = rule("pass", before)
    with pytest.raises(LanguageError) as caught:
        load(tmp_path, text).instance()
    assert sentence in caught.value.message
    line = text.splitlines()[(caught.value.line or 0) - 1]
    assert line.endswith("# here") or "class Wide" in line
    assert caught.value.file is not None


def test_two_columns_of_one_name(tmp_path: Path) -> None:
    before = """
class Entry(Record):
    length: Small


class World(Record):
    log: Annotated[Log[Entry], Capacity(2)]
"""
    with pytest.raises(LanguageError, match=r"two parts of the world are named log\.length"):
        load(tmp_path, rule("pass", before)).instance()


@pytest.mark.parametrize(
    ("signature", "sentence"),
    [
        ("world: World, x", "the argument 'x' has no type"),
        ("world: World, x: int", "the argument 'x' is not of a sort, enum or bool"),
        ("world: World, x: 'Missing'", "NameError"),
    ],
)
def test_arguments_have_types(tmp_path: Path, signature: str, sentence: str) -> None:
    text = rule("pass").replace("world: World, thing: Thing, number: Small, flag: bool", signature)
    model = load(tmp_path, text)
    with pytest.raises(LanguageError) as caught:
        assert model.instance().steps
    assert sentence in caught.value.message
    assert caught.value.line == model.actions[0].line


@pytest.mark.parametrize(
    ("declared", "sentence"),
    [
        ("[act, act]", "written has two of the name act"),
        ("[act.rule]", "written: 'act' is no action"),
        ("[act], [act]", "written: act is no property|is no property"),
    ],
)
def test_a_model_declares_actions_and_properties(
    tmp_path: Path, declared: str, sentence: str
) -> None:
    text = rule("pass").replace("[act]", declared)
    with pytest.raises(LanguageError) as caught:
        load(tmp_path, text).instance()
    assert any(part in caught.value.message for part in sentence.split("|"))


def test_a_start_that_blocks_refuses_its_choice(tmp_path: Path) -> None:
    before = """
def begin(world: World, number: Small, colour: Colour) -> None:
    require(number > 1, "too small")
    world.number = number
    match colour:
        case Colour.GREEN:
            world.colour = colour

"""
    text = rule("require(False, 'never')", before)
    model = load(tmp_path, text.replace("[act],", "[act], start=begin,"))
    initial = model.instance().initial()
    assert sorted({(v[0], v[2]) for v in initial}) == [(2, 0), (2, 1), (3, 0), (3, 1)]


def test_a_start_that_fails_is_told(tmp_path: Path) -> None:
    before = "def begin(world: World) -> None:\n    world.table[7].flag = True  # here\n"
    text = rule("pass", before).replace("[act],", "[act], start=begin,")
    with pytest.raises(LanguageError, match="the start fails: an index is outside") as caught:
        load(tmp_path, text).instance().initial()
    assert caught.value.line == marked_line(text)


def test_unknown_names_are_told_with_the_known_ones(tmp_path: Path) -> None:
    model = load(tmp_path, rule("pass"))
    for wrong, sentence in [
        ({"bounds": {"x": 1}}, "has no bound 'x'; its bounds are: things"),
        ({"parameters": {"x": 1}}, "there is no parameter 'x'; parameters are: none"),
        ({"properties": ["x"]}, "has no property 'x'; it has: none"),
    ]:
        arguments: dict[str, Any] = wrong
        with pytest.raises(LanguageError, match=sentence):
            model.instance(**arguments)


def test_the_head_of_the_written_models_is_plain() -> None:
    assert "# here" not in HEAD
