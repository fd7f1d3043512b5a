"""`eoscheck check --producer F --consumer F`: the answer about settings files."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from checker.advice.advise import advise
from checker.advice.changes import BROKERS, CLIENTS
from checker.advice.search import LARGEST
from checker.cli import reference_answer
from checker.cli.answers import (
    exploration_answer,
    model_reference,
    property_answers,
    raise_model_error,
    run_of,
)
from checker.cli.compiled_answer import checked_in_time
from checker.cli.deadline import Unexplored, unexplored
from checker.cli.instance import budget_parameters, with_room
from checker.cli.options import numbers
from checker.lang.errors import EoscheckError, LanguageError
from checker.report.answer import VACUOUS, Answer, Cause, ExplorationAnswer, Fix, PropertyAnswer
from checker.settings.choice import read_choice
from checker.settings.modes import (
    AT_LEAST_ONCE,
    AT_MOST_ONCE,
    EXACTLY_ONCE,
    MODES,
    NEITHER,
    NO_DUPLICATES,
    NO_LOSS,
    UNKNOWN,
    mode_of,
)
from checker.settings.pipelines import pipeline_of
from checker.settings.scenario_file import switches_chosen
from checker.settings.together import check_together
from checker.settings.transactions import PARTLY
from checker.settings.values import Role
from checker.settings.versions import Library

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from checker.advice.advise import Advice
    from checker.advice.changes import Change
    from checker.cli.run_options import RunOptions
    from checker.explicit.explorer import Checked
    from checker.lang.model import Instance, Model, Step
    from checker.settings.choice import Choice
    from checker.settings.pipeline import Pipeline
    from checker.settings.values import Configuration, Value


_UNEXPLORED = (
    "NOT DECIDED: with {} the loss of one broker can take what no other one has, which is not "
    "explored."
)


_BOTH = (
    "Both together need transactions (a transactional.id, see `eoscheck matrix`) or an effect that "
    "may be repeated."
)


def check_settings(
    about: Mapping[str, Any],
    facts: Sequence[str],
    choice: Mapping[str, Any],
    options: RunOptions,
) -> tuple[Answer, Instance]:
    """Return the answer about settings files, and the instance of the model that was explored."""
    require = about["require"]
    if require is not None and require not in MODES:
        raise EoscheckError(f"--require is one of {', '.join(MODES)}, not {require!r}")
    chosen = read_choice(
        about["producer"],
        about["consumer"],
        about["broker"],
        about["kafka"],
        about["client"],
        facts,
        about["reader"],
    )
    check_together(chosen)
    chosen = _switched(chosen, choice)
    pipeline = pipeline_of(chosen)
    instance = kafka_instance(chosen, choice)
    _check_required(require, pipeline, instance)
    if options.engine == "reference":
        figures, answers = reference_answer.explored(instance, options)
    else:
        figures, answers = _explored(chosen, instance, options)
    return _answer(chosen, instance, figures, answers, require), instance


def _check_required(require: str | None, pipeline: Pipeline, instance: Instance) -> None:
    """Raise EoscheckError if --property leaves out what --require speaks about."""
    asked = {item.name for item in instance.properties}
    missing = [name for name in pipeline.modes.get(require or "", ()) if name not in asked]
    if missing:
        raise EoscheckError(f"--require {require} needs {missing[0]}, which --property leaves out")


def _explored(
    chosen: Choice, instance: Instance, options: RunOptions
) -> tuple[ExplorationAnswer, tuple[PropertyAnswer, ...]]:
    try:
        checked = checked_in_time(instance, options)
    except Unexplored as stop:
        return unexplored(instance, stop)
    except LanguageError:
        sizes = ", ".join(f"{name}={size}" for name, size in instance.bounds.items())
        raise EoscheckError(f"this is too large for the model: {sizes}") from None
    raise_model_error(checked)
    advice = _advice_unless_interrupted(chosen, checked, options.deadline)
    answers = tuple(_with_advice(item, advice, chosen) for item in property_answers(checked))
    return exploration_answer(checked), answers


def _advice_unless_interrupted(
    chosen: Choice, checked: Checked, deadline: float | None
) -> Mapping[str, Advice]:
    """Return what advice says; nothing once somebody has interrupted the check."""
    if checked.exploration.stopped == "interrupted":
        return {}
    try:
        return advise(chosen, checked, steps_of, deadline)
    except KeyboardInterrupt:
        return {}


def _switched(chosen: Choice, options: Mapping[str, Any]) -> Choice:
    """Return the choice with the switches asked for."""
    on, off = switches_chosen(options, pipeline_of(chosen).switches)
    return replace(chosen, on=on, off=off)


def kafka_instance(chosen: Choice, options: Mapping[str, Any]) -> Instance:
    """Return the Kafka model under the settings, bounds and fault budgets asked for."""
    pipeline = pipeline_of(chosen)
    faults = numbers(options["faults"], "fault")
    model = pipeline.model_with(faults)
    sizes = _known(numbers(options["bounds"], "bound"), model.bounds)
    bounds = {
        **model.bounds,
        **with_room(model, sizes, faults),
        **_held(pipeline, model, sizes, faults),
    }
    plain = model.instance(bounds, None, options["properties"] or None)
    values = pipeline.parameters(chosen, bounds)
    return plain.with_parameters(values | budget_parameters(plain, faults))


def _held(
    pipeline: Pipeline, model: Model, sizes: Mapping[str, int], faults: Mapping[str, int]
) -> dict[str, int]:
    """Return the bounds that hold what the faults asked for leave; refuse smaller ones."""
    found = {}
    for name, kind in pipeline.room.items():
        least = faults.get(kind, 0)
        if sizes.get(name, least) < least:
            raise EoscheckError(
                f"--bound {name}={sizes[name]} has no room for --fault {kind}={least}"
            )
        found[name] = max(sizes.get(name, model.bounds[name]), least)
    return found


def _known(bounds: dict[str, int], allowed: Mapping[str, int]) -> dict[str, int]:
    for name, value in bounds.items():
        if name not in allowed:
            raise EoscheckError(f"there is no bound {name!r}; bounds are: {', '.join(allowed)}")
        if value == 0 and name != "faults":
            raise EoscheckError(f"--bound {name} must be at least 1")
    return bounds


def steps_of(checked: Checked, name: str) -> list[Step]:
    """Return the steps of the run that breaks a property."""
    run = run_of(checked, checked.runs[name])
    return [step for step, _ in run if step is not None]


def _with_advice(
    item: PropertyAnswer, advice: Mapping[str, Advice], chosen: Choice
) -> PropertyAnswer:
    found = advice.get(item.name)
    if found is None:
        return item
    pairs = zip(found.changes, found.because, strict=True)
    causes = tuple(_cause(change, value) for change, value in pairs)
    fixes = tuple(Fix(change.name, change.value) for change in found.changes)
    if not fixes:
        note = (
            f"No change of up to {LARGEST} settings or facts about the application makes it hold."
            if found.finished
            else "The search for a change that makes it hold was not finished."
        )
        return replace(item, note=note)
    lost = " and ".join(name.replace("_", " ") for name in found.breaks)
    if found.settings_alone:
        note = f"But {lost} would be broken then." if lost else ""
        return replace(item, because=causes, fix=fixes, note=note)
    listed = " and ".join(_in_words(fix, chosen) for fix in fixes)
    but = f", but {lost} would be broken then" if lost else ""
    note = f"No setting alone makes it hold; it would hold with {listed}{but}."
    if {item.name, *found.breaks} == {NO_LOSS, NO_DUPLICATES}:
        note = f"{note} {_BOTH}"
    return replace(item, because=causes, note=note)


def _in_words(fix: Fix, chosen: Choice) -> str:
    """Return a fix as the note says it; another library than librdkafka is no newer release."""
    if fix.setting == CLIENTS and chosen.client.library is Library.LIBRDKAFKA:
        return f"a Java client of {fix.value} (no release of librdkafka has it)"
    return f"{fix.setting}={fix.value}"


def _cause(change: Change, value: Value) -> Cause:
    origin = "default" if change.is_setting else "application"
    if change.name in (BROKERS, CLIENTS):
        origin = "version"
    return Cause(value.name, value.text, value.file, value.line, origin)


def _answer(
    chosen: Choice,
    instance: Instance,
    figures: ExplorationAnswer,
    answers: tuple[PropertyAnswer, ...],
    require: str | None,
) -> Answer:
    pipeline = pipeline_of(chosen)
    mode, headline = _mode(pipeline, answers)
    unexplored = pipeline.unexplored(chosen)
    if unexplored and mode not in (None, NEITHER):
        mode, headline = None, _UNEXPLORED.format(unexplored)
    budgets = {
        name.removeprefix("budgets."): value
        for name, value in instance.parameters.items()
        if name.startswith("budgets.")
    }
    return Answer(
        "settings",
        model_reference(instance, pipeline.name, None),
        dict(instance.bounds),
        budgets,
        figures,
        answers,
        str(chosen.kafka),
        str(chosen.client),
        _all_settings(chosen),
        {name: chosen.application.value(name).text for name in pipeline.facts},
        (*pipeline.assumptions(chosen, instance.bounds), *chosen.notes),
        mode,
        headline,
        None if require is None else pipeline.modes[require],
        unexplored=unexplored,
    )


def _mode(pipeline: Pipeline, answers: Sequence[PropertyAnswer]) -> tuple[str | None, str]:
    """Return the delivery mode, None if it is not decided, and the first sentence about it.

    What holds because nothing happens gives no mode.
    """
    modes = pipeline.modes
    verdicts = {item.name: item.verdict for item in answers}
    missing = [name for name in modes[EXACTLY_ONCE] if name not in verdicts]
    if missing:
        return None, f"NOT DECIDED: --property leaves out {' and '.join(missing)}."
    mode = mode_of(verdicts, modes)
    unseen = [item.sentence for item in answers if item.verdict == VACUOUS]
    if unseen and mode not in (None, NEITHER):
        return None, f"NOT DECIDED: what some run should show was never seen: “{unseen[0]}”."
    simpler = (*modes[AT_LEAST_ONCE], *modes[AT_MOST_ONCE])
    if mode == AT_LEAST_ONCE and all(verdicts[name] == "holds" for name in simpler):
        return mode, PARTLY
    return mode, UNKNOWN if mode is None else pipeline.sentences[mode]


def _all_settings(chosen: Choice) -> dict[str, dict[str, dict[str, Any]]]:
    found = {str(role): _settings(chosen.configuration(role)) for role in Role}
    if chosen.reader is not None:
        found["reader"] = _settings(chosen.reader)
    return found


def _settings(configuration: Configuration) -> dict[str, dict[str, Any]]:
    return {
        name: {"value": value.text, "given": value.given, "file": value.file, "line": value.line}
        for name, value in configuration.effective.items()
    }
