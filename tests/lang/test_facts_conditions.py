from checker.lang import build
from checker.lang.facts import Facts


def test_what_is_known_can_be_read_back_as_conditions() -> None:
    number = build.param("number", "int", 0, 2)
    p, q = (build.param(name, "bool", 0, 1) for name in "pq")
    facts = Facts()
    facts.assume(build.conj(p, build.negate(q)), True)
    facts.assume(build.le(number, build.const(1)), False)
    assert facts.conditions() == (
        build.conj(p, build.negate(q)),
        p,
        build.negate(q),
        build.negate(build.le(number, build.const(1))),
    )
