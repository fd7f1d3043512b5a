"""Everything that a rule must not use is refused at its file and line, and nothing else is."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from lang_files import load, marked_line, rule

from checker.lang import LanguageError
from checker.lang.lint import lint

if TYPE_CHECKING:
    from pathlib import Path

IN_AN_ACTION = [
    ("world.flag = world.maybe is NONE  # here", "`is` compares objects"),
    ("world.flag = world.maybe is not NONE  # here", "`is` compares objects"),
    ("while world.number < 2:  # here\n    world.number = 2", "`while` may run for ever"),
    ("try:  # here\n    world.number = 2\nfinally:\n    pass", "`try` has no place"),
    ("with world:  # here\n    pass", "`with` has no place"),
    ("match flag:\n    case True:  # here\n        pass", "`case True`"),
    ("match number:\n    case other:  # here\n        pass", "`case other` matches everything"),
    ("match number:\n    case 1 as one:  # here\n        pass", "`case one` matches everything"),
    ("match number:\n    case [1]:  # here\n        pass", "not sequences"),
    ("match number:\n    case {}:  # here\n        pass", "not mappings"),
    ("match number:\n    case int():  # here\n        pass", "not classes"),
    ("global TABLE  # here\nTABLE = []", "no `global`"),
    ("x = 1\ndef inner():\n    nonlocal x  # here\n    x = 2\ninner()", "no `nonlocal`"),
    ("TABLE[0] = 3  # here", "changes TABLE, which is not part of the world"),
    ("TABLE[0] += 3  # here", "changes TABLE"),
    ("WORDS['a'] = 2  # here", "changes WORDS"),
    ("TABLE.append(number)  # here", "changes TABLE"),
    ("WORDS.update(b=2)  # here", "changes WORDS"),
    ("setattr(Item, 'x', 1)  # here", "changes Item"),
    ("Item.limit = 3  # here", "changes Item"),
    ("for TABLE[0] in range(2):  # here\n    pass", "changes TABLE"),
    ("del world.number  # here", "`del` has no place"),
    ("world.number = ~number  # here", "`~` turns the bits"),
    ("yield 1  # here", "no `yield`"),
    ("yield from ()  # here", "no `yield`"),
    ("async def inner():  # here\n    pass", "`async` has no place"),
    ("world.flag = forall(Thing, lambda x, y=1: True)  # here", "no default values"),
    ("world.number = number / 2  # here", "use // instead of /"),
    ("number /= 2  # here", "use // instead of /"),
    ("world.flag = number < 1.5  # here", "not with 1.5"),
    ("def inner(x=[]):  # here\n    pass", "shared by all calls"),
    ("def inner(x=dict()):  # here\n    pass", "shared by all calls"),
    ("import math  # here", "import at the top"),
    ("from math import floor  # here", "import at the top"),
    ("class Inner:  # here\n    pass", "a class is defined at the top"),
    ("world.number = random.randrange(3)  # here", "cannot use random"),
    ("print(number)  # here", "prints nothing"),
    ("world.number = int(input())  # here", "reads nothing but the world"),
    ("open('x')  # here", "reads nothing but the world"),
    ("eval('1')  # here", "runs no text"),
    ("exec('1')  # here", "runs no text"),
    ("globals()  # here", "keeps nothing outside"),
    ("world.flag = isinstance(number, int)  # here", "does not ask"),
    ("world.flag = str(number) == '1'  # here", "text is no data"),
    ("world.number = int(float(number))  # here", "computes with integers"),
    ("found = (x for x in range(2))  # here\nworld.flag = any(found)", "used at once"),
    ("world.flag = 1 in {world.table[t].key for t in range(2)}  # here", "forks over each"),
    ("world.flag = 1 in {world.table[t].key: 1 for t in range(2)}  # here", "forks over each"),
    ("for x in for_each(Thing):\n    break  # here", "`break` leaves a for_each"),
    (
        "for x in for_each(Thing):\n    if flag:\n        return  # here",
        "`return` leaves a for_each",
    ),
    (
        "for x in for_each(Thing):\n    for y in range(2):\n        return  # here",
        "`return` leaves",
    ),
    (
        "total = 0\nfor x in for_each(Thing):\n    total = total + 1  # here\nworld.number = total",
        "total is set outside of this for_each too",
    ),
    (
        "total = 0\nfor x in for_each(Thing):\n    total += 1  # here",
        "total is set outside of this for_each too",
    ),
    ("for number in for_each(Thing):  # here\n    pass", "number is set outside of this for_each"),
    (
        "for x in for_each(Thing):\n    last = x\nworld.number = last  # here",
        "last is set inside of a for_each only",
    ),
    (
        "for x in for_each(Thing):\n    n = 0\n"
        "    for y in for_each(Thing):\n        n = 1  # here",
        "n is set outside of this for_each too",
    ),
    (
        "found = []\nfor x in for_each(Thing):\n    found.append(x)  # here",
        "found is changed inside of a for_each",
    ),
    (
        "found = {}\nfor x in for_each(Thing):\n    found[0] = x  # here",
        "found is changed inside of a for_each",
    ),
    ("world.flag = any(x == 1 for x in for_each(Thing))  # here", "for_each stands in"),
    ("things = for_each(Thing)  # here", "for_each stands in"),
]


@pytest.mark.parametrize(("body", "sentence"), IN_AN_ACTION)
def test_an_action_must_not(tmp_path: Path, body: str, sentence: str) -> None:
    text = rule(body)
    model = load(tmp_path, text)
    with pytest.raises(LanguageError) as caught:
        model.instance()
    assert caught.value.file == model.actions[0].file
    assert caught.value.line == marked_line(text)
    assert sentence in caught.value.message
    assert "\n" not in caught.value.message


ALLOWED = [
    "match world.colour:\n    case Colour.RED | Colour.GREEN:\n        world.number = 1\n"
    "    case _:\n        pass",
    "world.flag = 0 <= number < 3 and (double := number * 2) < 3 and double > 0",
    "world.flag = any(item.flag for item in world.log)",
    "world.number = {Colour.RED: 1, Colour.GREEN: 2}[world.colour]",
    "world.number = TABLE[0] + WORDS['a']",
    "log = world.log\nlog.append(Item(key=1, flag=True))\nlog.truncate(0)",
    "for x in for_each(Thing):\n    here = world.table[x]\n    here.key = 1\n"
    "for x in for_each(Thing):\n    here = world.table[x]\n    here.flag = True",
    "for x in for_each(Thing):\n    for y in range(3):\n        if y == number:\n            break",
    "for x in for_each(Thing):\n    if not flag:\n        continue\n    world.marks.add(x)",
    "for x in for_each(Thing):\n    marks = world.marks\n    marks.add(x)",
    "low = number\nfor x in for_each(Thing):\n    if x == low:\n        world.marks.add(x)",
    "def inner(x: int) -> int:\n    return x + 1\nworld.number = inner(0)",
    "found = []\nfor x in range(2):\n    found.append(x)\nworld.number = found[1]",
    "kinds = {x for x in range(2)}\nworld.flag = 1 in kinds",
    "for x in for_each(Thing):\n    world.flag = forall(Thing, lambda y: y <= x)",
]


@pytest.mark.parametrize("body", ALLOWED)
def test_an_action_may(tmp_path: Path, body: str) -> None:
    model = load(tmp_path, rule(body))
    assert model.instance().traced


ELSEWHERE = {
    "a helper": """
        def helper(world):
            world.flag = world.flag is True  # here

        @action("someone")
        def act(world: World) -> None:
            helper(world)
        """,
    "a helper of a helper behind a decorator": """
        @function
        def inner(x):
            return x / 2  # here

        @procedure
        def outer(world):
            world.number = inner(world.number)

        @action("someone")
        def act(world: World) -> None:
            outer(world)
        """,
    "a method of a record": """
        class Counter(Record):
            value: Small

            def grow(self) -> None:
                print(self.value)  # here

        class Wide(World):
            counters: Array[Thing, Counter]

        World = Wide

        @action("someone")
        def act(world: World) -> None:
            world.counters[0].grow()
        """,
    "a property of a record": """
        class Counter(Record):
            value: Small

            @property
            def is_zero(self) -> bool:
                return self.value / 2  # here

        class Wide(World):
            counter: Counter

        World = Wide

        @action("someone")
        def act(world: World) -> None:
            world.flag = world.counter.is_zero
        """,
    "a function in a table": """
        def red(world):
            del world.number  # here

        HANDLERS = {Colour.RED: red}

        @action("someone")
        def act(world: World) -> None:
            HANDLERS[Colour.RED](world)
        """,
    "a function in a closure": """
        def spoil(world):
            world.number = 1.0  # here

        def make(part):
            def act(world: World) -> None:
                part(world)
            return action("someone")(act)

        act = make(spoil)
        """,
    "a lambda": """
        largest = lambda world: world.number / 2  # here

        @action("someone")
        def act(world: World) -> None:
            world.number = largest(world)
        """,
}


@pytest.mark.parametrize("text", ELSEWHERE.values(), ids=ELSEWHERE)
def test_what_a_rule_mentions_is_checked_too(tmp_path: Path, text: str) -> None:
    whole = _model(text)
    model = load(tmp_path, whole)
    with pytest.raises(LanguageError) as caught:
        model.instance()
    assert caught.value.file == model.actions[0].file
    assert caught.value.line == marked_line(whole)


OTHER_RULES = {
    "properties=[bad]": (
        '@always("never")\ndef bad(world: World) -> bool:\n    return world.flag is True  # here'
    ),
    "properties=[later]": (
        "def goal(world: World) -> bool:\n    return world.flag is True  # here\n"
        '@leads_to("later", goal)\ndef later(world: World) -> bool:\n    return True'
    ),
    "start=begin": "def begin(world: World) -> None:\n    print(1)  # here",
    "canonical=[tidy]": "def tidy(world: World) -> None:\n    world.number = 1.5  # here",
}


@pytest.mark.parametrize(("where", "text"), OTHER_RULES.items())
def test_every_kind_of_rule_is_checked(tmp_path: Path, where: str, text: str) -> None:
    act = '\n@action("someone")\ndef act(world: World) -> None:\n    pass\n'
    whole = _model(text + act, where)
    with pytest.raises(LanguageError) as caught:
        load(tmp_path, whole).instance()
    assert caught.value.line == marked_line(whole)


def test_the_first_line_of_a_rule_is_told(tmp_path: Path) -> None:
    text = rule("world.number = 1.5  # here\nwhile True:\n    pass")
    with pytest.raises(LanguageError, match=r"not with 1\.5"):
        load(tmp_path, text).instance()


def test_a_text_speaks_of_arguments_only(tmp_path: Path) -> None:
    text = rule("pass").replace('"""Act."""', '"""Act on {thing} and {other}."""')
    with pytest.raises(LanguageError, match=r"speaks of \{other\}, which is no argument"):
        load(tmp_path, text).instance()


def test_a_rule_without_source_is_refused() -> None:
    scope: dict[str, object] = {"__name__": __name__}
    source = rule("pass")
    exec(compile(source, "<nowhere>", "exec", dont_inherit=True), scope)
    with pytest.raises(LanguageError, match="the source of act cannot be read"):
        lint(scope["MODEL"])  # type: ignore[arg-type]


def test_a_thousand_lines_take_a_moment(tmp_path: Path) -> None:
    body = "\n".join(
        f"for x{n} in for_each(Thing):\n    if world.table[x{n}].key == number and flag:\n"
        f"        world.table[x{n}].key = where(flag, {n}, 2) + count(Thing, lambda y: y < x{n})"
        for n in range(300)
    )
    model = load(tmp_path, rule(body))
    began = time.process_time()
    lint(model)
    assert time.process_time() - began < 5
    began = time.process_time()
    lint(model)
    assert time.process_time() - began < 0.001


def _model(text: str, extra: str = "") -> str:
    head = rule("pass").partition("@action")[0]
    body = "\n".join(line[8:] if line.startswith(" " * 8) else line for line in text.splitlines())
    return f'{head}{body}\n\nMODEL = Model("m", World, [act], bounds={{"things": 2}}, {extra})\n'
