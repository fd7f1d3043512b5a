"""What the texts look like; that the tools count as we do is told by tests/peers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from export_models import (
    BOARD,
    BROKEN,
    CELLS,
    CLASH,
    COUNTER,
    JOURNALS,
    LEASES,
    MODELS,
    OVEN,
    POST,
    ROOMS,
    SHELVES,
)

from checker.export import FORMATS, ExportError, Surplus, export, surplus, tla_config
from checker.export.reserved import MURPHI, PROMELA, TLA
from checker.lang.slicing import Slice, slice_instance

if TYPE_CHECKING:
    from checker.lang import Model


def sliced(model: Model, **parameters: int) -> Slice:
    return slice_instance(
        model.instance(parameters={f"budget.{k}": v for k, v in parameters.items()})
    )


def without_comments(text: str, form: str) -> str:
    comment = {"tla": r"\\\*[^\n]*", "promela": r"/\*.*?\*/", "murphi": r"--[^\n]*"}[form]
    return re.sub(comment, "", text, flags=re.DOTALL if form == "promela" else 0)


def flat(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("model", MODELS, ids=lambda m: m.name)
def test_texts_are_whole(model: Model, form: str) -> None:
    text = export(sliced(model), form)
    assert text == export(sliced(model), form)
    assert text.isascii() and text.endswith("\n") and "None" not in without_comments(text, form)
    assert "/work" not in text and "/home" not in text and "site-packages" not in text
    for opening, closing in ("()", "[]", "{}"):
        code = re.sub(r'"[^"]*"', "", without_comments(text, form))
        assert code.count(opening) == code.count(closing)
    for action in model.actions:
        assert f"export_models.py:{action.line}" in text
    for item in model.properties:
        assert item.name.replace("_", "").lower() in text.replace("_", "").lower()


@pytest.mark.parametrize("model", MODELS, ids=lambda m: m.name)
def test_blocks_are_closed(model: Model) -> None:
    promela = without_comments(export(sliced(model), "promela"), "promela")
    words = re.findall(r"\w+", promela)
    assert words.count("if") == words.count("fi")
    assert words.count("do") == words.count("od") == 1
    murphi = re.sub(r'"[^"]*"', "", without_comments(export(sliced(model), "murphi"), "murphi"))
    opening = r"\b(if|for|forall|exists|rule|ruleset|startstate|function|procedure)\b"
    assert len(re.findall(opening, murphi)) == len(re.findall(r"\bend\b", murphi))
    tla = without_comments(export(sliced(model), "tla"), "tla")
    assert tla.count("IF ") == tla.count("THEN") == tla.count("ELSE")
    assert len(re.findall(r"\bLET\b", tla)) == len(re.findall(r"\bIN\b", tla))


@pytest.mark.parametrize("model", MODELS, ids=lambda m: m.name)
def test_every_identifier_is_declared_in_tla(model: Model) -> None:
    text = re.sub(r'"[^"]*"', "", without_comments(export(sliced(model), "tla"), "tla"))
    used = set(re.findall(r"(?<!\\)\b[A-Za-z]\w*", text))
    declared = set(re.findall(r"(\w+)(?:\([^()]*\))? ==", text))
    declared |= set(re.findall(r"(\w+)(?=(?:, \w+)* \\in)", text))
    for names in re.findall(r"(?:VARIABLES?|CONSTANTS?)\s+((?:\w+,\s+)*\w+)", text):
        declared |= set(names.replace(",", " ").split())
    for names in re.findall(r"\w+\(([^()]*)\) ==", text):
        declared |= {name.strip() for name in names.split(",")}
    standard = {"Integers", "FiniteSets", "Cardinality", "Assert", "TLC"}
    keywords = TLA | standard | {model.name, "module_2"}
    assert used - declared <= keywords


@pytest.mark.parametrize("model", MODELS, ids=lambda m: m.name)
def test_no_function_of_tla_binds_a_name_twice(model: Model) -> None:
    text = re.sub(r'"[^"]*"', "", without_comments(export(sliced(model), "tla"), "tla"))
    scopes: list[list[str]] = []
    for token in re.finditer(r"[\[({]|[\])}]|(\w+) \\in", text):
        if token[0] in "[({":
            scopes.append([])
        elif token[0] in "])}":
            scopes.pop()
        elif scopes:
            assert all(token[1] not in names for names in scopes)
            scopes[-1].append(token[1])


def test_names_avoid_reserved_words_and_each_other() -> None:
    for form, reserved in (("promela", PROMELA), ("murphi", MURPHI), ("tla", TLA)):
        text = export(sliced(CLASH), form)
        pattern = {
            "promela": r"^(?:bool|byte|short|int) (\w+)",
            "murphi": r"^  (\w+):",
            "tla": r"^  /\\ (\w+) \\in",
        }[form]
        names = re.findall(pattern, text, re.MULTILINE)
        assert len(names) == len(set(names)) >= 7
        assert not reserved & set(names)


def test_texts_of_the_model_cannot_end_a_comment_or_a_string() -> None:
    promela = export(sliced(CLASH), "promela")
    assert "-- * / (* * )" in promela
    murphi = export(sliced(CLASH), "murphi")
    assert "invariant \"No end 'in' sight * /\"" in murphi
    for line in murphi.splitlines():
        assert line.count('"') % 2 == 0


def test_header_tells_bounds_and_what_is_left_out() -> None:
    text = export(sliced(JOURNALS), "murphi")
    assert text.startswith("-- journals, exported by eoscheck\n-- bounds: none\n")
    assert "left out, as nothing observed depends on it: history.length, history" in text
    assert "history" not in without_comments(text, "murphi")


def test_actions_have_their_text_place_and_reasons() -> None:
    line = next(a.line for a in CELLS.actions if a.name == "swap")
    murphi = export(sliced(CELLS), "murphi")
    assert f"-- Swap cells {{a}} and {{b}}. (mover; export_models.py:{line})" in murphi
    assert "b > a  -- otherwise: once for each pair" in murphi
    promela = export(sliced(CELLS), "promela")
    assert f"/* swap(0, 2): Swap cells 0 and 2. (mover; export_models.py:{line}) */" in promela
    assert "swap(2, 0)" not in promela
    tla = export(sliced(CELLS), "tla")
    assert "\\* otherwise: capacity of Small reached: the step is cut" in tla
    assert "\\E a \\in Node, b \\in Node : Swap(a, b)" in tla


def test_updates_are_simultaneous() -> None:
    code = flat(without_comments(export(sliced(JOURNALS), "promela"), "promela"))
    assert "log_length = log_length + 1" in code
    murphi = flat(export(sliced(CELLS, **{}), "murphi"))
    assert re.search(
        r"t1 := row\[(\w+)\]; row\[\1\] := row\[(\w+)\]; row\[\2\] := t1;", murphi
    ) or (re.search(r"(t\d) := row\[\w+\];.* row\[\w+\] := \1;", murphi))


def test_an_index_outside_its_sort_is_never_used() -> None:
    murphi = flat(without_comments(export(sliced(LEASES), "murphi"), "murphi"))
    assert "t2 := ((leases_holder[t1] = -1) ? 0 : leases_holder[t1]);" in murphi
    assert "if !(leases_holder[t1] != -1 & leases_holder[t1] <= -1) then waiting[t2] := " in murphi
    assert murphi.count("waiting[t2]") == 2


def test_changes_at_doubtful_places_nest_under_names_of_their_own() -> None:
    tla = export(sliced(SHELVES), "tla")
    assert "[p0 \\in Pair |-> IF p0 = " in tla and "[p0_2 \\in Pair |-> IF p0_2 = " in tla


def test_parameters_are_constants() -> None:
    kept = sliced(OVEN, shocks=2, strict=0)
    assert "#define budget_shocks 2\n#define budget_strict 0\n" in export(kept, "promela")
    assert "const\n  budget_shocks: 2;\n  budget_strict: false;\n" in export(kept, "murphi")
    assert "CONSTANTS budget_shocks, budget_strict\n" in export(kept, "tla")
    config = tla_config(kept)
    assert "CONSTANT budget_shocks = 2\nCONSTANT budget_strict = FALSE\n" in config


def test_values_below_zero() -> None:
    kept = sliced(OVEN)
    assert "short degrees = 0; /* Signed */" in export(kept, "promela")
    assert "low: array [Pair] of -3..4;  -- Signed" in export(kept, "murphi")
    assert "/\\ low = [i0 \\in Pair |-> <<-3, 0>>[i0 + 1]]" in export(kept, "tla")
    assert "mood \\in -1..1    \\* -1 BAD, 0 FAIR, 1 GOOD" in export(kept, "tla")


def test_division_floors_in_every_tool() -> None:
    kept = sliced(OVEN)
    assert "\\div 2" in export(kept, "tla") and "% 2" in export(kept, "tla")
    for form in ("promela", "murphi"):
        assert "% 2 + 2) % 2)" in export(kept, form)


def test_several_initial_states() -> None:
    kept = sliced(ROOMS)
    assert export(kept, "murphi").count("startstate") == 3
    tla = export(kept, "tla")
    assert tla[tla.index("Init ==") : tla.index("\\* {node} enters")].count("\\/ /\\") == 3
    assert surplus(kept, "promela") == Surplus(1, 4)
    assert surplus(kept, "tla") == Surplus(0, 3)
    assert surplus(kept, "murphi") == Surplus(0, 0)


def test_one_initial_state_costs_spin_nothing() -> None:
    kept = sliced(CELLS)
    assert surplus(kept, "promela") == Surplus(0, 1)
    assert "active proctype model() {\n  end:\n  do\n" in export(kept, "promela")


def test_canonical_forms_run_after_every_step() -> None:
    kept = sliced(LEASES)
    murphi = export(kept, "murphi")
    assert murphi.count("    canonical_form_1();\n    canonical_form_2();\n  end;") == 2
    promela = export(kept, "promela")
    assert promela.count("canonical_form_2();") == promela.count(":: d_step {")
    tla = export(kept, "tla")
    assert "Canonical1LeasesEpoch(" in tla and "Canonical2Newest(" in tla
    assert "newest' = newest_clean" in tla


def test_invariants_are_checked_and_witnesses_on_request() -> None:
    kept = sliced(JOURNALS)
    assert tla_config(kept).splitlines() == [
        "SPECIFICATION Spec",
        "CHECK_DEADLOCK FALSE",
        "INVARIANT Single",
    ]
    assert "INVARIANT SecondedAbsent" in tla_config(kept, "seconded")
    assert "assert(single);" in export(kept, "promela")
    assert "assert(!seconded);" not in export(kept, "promela")
    assert "assert(!seconded);" in export(kept, "promela", "seconded")
    assert 'invariant "never: The last entry' in export(kept, "murphi", "seconded")
    assert "-- witness: " in export(kept, "murphi")


def test_assertions_stand_where_the_property_may_change() -> None:
    promela = export(sliced(POST), "promela")
    steps = promela.split(":: d_step {")[1:]
    assert len(steps) == 8
    for step in steps:
        assert ("assert(tidy_bag);" in step) is ("bag_length = " in step)
    assert "progress, not exported: Every letter arrives" in promela


def test_large_conditions_are_computed_by_functions() -> None:
    kept = sliced(BOARD)
    promela = export(kept, "promela")
    assert "static int can_move(void)" in promela and "c_expr { (can_move)() }" in promela
    assert "now.order[" in promela
    murphi = export(kept, "murphi")
    assert "function can_move(node: Node; by_2: 0..1): boolean;" in murphi
    assert "can_move(node, by_2)" in murphi
    assert max(map(len, export(kept, "tla").splitlines())) < 400


def test_what_nothing_reads_stays_in_the_state_of_spin() -> None:
    promela = export(sliced(COUNTER), "promela")
    assert "Never taken" not in promela
    promela = export(sliced(ROOMS), "promela")
    assert ":: d_step { (false && " in promela


def test_errors_of_the_model_are_failures() -> None:
    model, _ = BROKEN["a model error in a step"]
    kept = slice_instance(model.instance())
    message = "an index is outside the sort Node (export_models.py:"
    assert f"assert(false); /* {message}" in export(kept, "promela")
    assert f'error "{message}' in export(kept, "murphi")
    assert f'Assert(FALSE, "{message}' in export(kept, "tla")


def test_deadlocks_are_checked_where_they_are_errors() -> None:
    model, _ = BROKEN["a deadlock"]
    kept = slice_instance(model.instance())
    assert "CHECK_DEADLOCK TRUE" in tla_config(kept)
    assert "end:" not in export(kept, "promela")


def test_the_module_has_the_name_of_its_file() -> None:
    assert " MODULE my_cells " in export(sliced(CELLS), "tla", name="my_cells")


def test_wrong_requests_are_refused() -> None:
    with pytest.raises(ExportError, match="formats are: tla, promela, murphi"):
        export(sliced(CELLS), "smv")
    with pytest.raises(ExportError, match="witnesses are: sorted_row"):
        export(sliced(CELLS), "tla", "unsorted")
