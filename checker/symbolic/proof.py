"""Proves a claim: decides every obligation, and says what that means for each property.

A property is proved only if the obligations are exactly those that there must be, nothing that must
be possible is impossible, and everything that it depends on is discharged: its own obligations, and
those of every lemma that their proofs use, and so on.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from checker.symbolic.claim import POSSIBLE, Claim
from checker.symbolic.counterexample import Finder
from checker.symbolic.finite import ExploredExamples, Word, explore_claim
from checker.symbolic.history import explore_steps
from checker.symbolic.obligations import Obligation, obligations
from checker.symbolic.rendering import Rendering
from checker.symbolic.smtlib import digest, script
from checker.symbolic.solving import (
    Decision,
    Effort,
    decide,
    decide_quickly,
    rendering_of,
)
from checker.symbolic.z3_terms import PROVED, REFUTED, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from checker.lang.model import Instance
    from checker.symbolic.counterexample import Counterexample

NOT_INDUCTIVE = "not-inductive"


@dataclass(frozen=True)
class Outcome:
    """An obligation with what was decided: "proved", "not-inductive" or "unknown".

    example: a confirmed counterexample to induction, if a small instance has one; reached: the
    explorer's word about its state before.
    """

    obligation: Obligation
    decision: Decision
    example: Counterexample | None = None
    reached: str = ""

    @property
    def verdict(self) -> str:
        """The verdict: what Z3 refutes is not inductive; it need not be reachable."""
        return NOT_INDUCTIVE if self.decision.verdict == REFUTED else self.decision.verdict


@dataclass(frozen=True)
class PropertyVerdict:
    """A property with its verdict: "proved", "refuted", "not-inductive" or "unknown".

    lemmas: those that its proof uses, directly or not; obligations: how many were discharged for
    it; failed: those that were not; seconds: CPU seconds of the solvers.
    """

    name: str
    verdict: str
    lemmas: tuple[str, ...]
    obligations: int
    seconds: float
    failed: tuple[Outcome, ...] = ()


@dataclass(frozen=True)
class Proof:
    """Every obligation of a claim, decided.

    word, steps_word: what the explorer says about the properties that are not proved.
    """

    claim: Claim
    rendering: Rendering
    outcomes: tuple[Outcome, ...]
    properties: tuple[PropertyVerdict, ...]
    word: Word | None = None
    steps_word: Word | None = None

    @property
    def words(self) -> tuple[Word, ...]:
        """What the explorer said, where it was asked."""
        return tuple(word for word in (self.word, self.steps_word) if word is not None)

    @property
    def verdict(self) -> str:
        """The worst verdict of the properties; refuted is worst, then unknown, not inductive."""
        found = {item.verdict for item in self.properties}
        return next((v for v in (REFUTED, UNKNOWN, NOT_INDUCTIVE) if v in found), PROVED)

    @property
    def vacuous(self) -> tuple[Outcome, ...]:
        """What should be possible and is not, or is not known to be."""
        return tuple(o for o in self.outcomes if o.obligation.wants_model and o.verdict != PROVED)


@dataclass
class Questions:
    """The obligations for all sizes; those that want a model, with orders, in a finite instance."""

    claim: Claim
    instance: Instance = field(init=False)
    finite: Instance | None = field(init=False, default=None)
    obligations: list[Obligation] = field(init=False)
    rendering: Rendering = field(init=False)

    def __post_init__(self) -> None:
        self.instance = self.claim.instance()
        general = obligations(self.claim, self.instance)
        self.rendering = rendering_of(general)
        if self.rendering.orders and self.claim.small:
            self.finite = self.claim.instance(self.claim.small)
            small = {o.key: o for o in obligations(self.claim, self.finite)}
            general = [small[o.key] if o.wants_model else o for o in general]
        self.obligations = general

    def place(self, obligation: Obligation) -> tuple[Instance, Rendering]:
        """Return the instance in which an obligation is decided, and how its sorts look."""
        if obligation.wants_model and self.finite is not None:
            return self.finite, Rendering()
        return self.instance, self.rendering

    def digest(self, obligation: Obligation) -> str:
        """Return the hash of an obligation's text: with equal texts equal things are asked."""
        instance, rendering = self.place(obligation)
        return digest(script(instance.schema, obligation, rendering))


def prove(
    claim: Claim,
    effort: Effort | None = None,
    tell: Callable[[Outcome], None] | None = None,
    explorer: bool = True,
) -> Proof:
    """Decide every obligation of a claim; `tell` is called with each as it is decided.

    explorer: whether the explorer is asked about what is not proved.
    """
    questions = Questions(claim)
    finder = Finder(claim)
    outcomes = []
    for obligation in questions.obligations:
        outcome = _decided(questions, obligation, finder, effort or Effort())
        outcomes.append(outcome)
        if tell is not None:
            tell(outcome)
    verdicts = verdicts_of(claim, outcomes)
    if not explorer or all(item.verdict == PROVED for item in verdicts):
        return Proof(claim, questions.rendering, tuple(outcomes), tuple(verdicts))
    return _asked(claim, questions.rendering, outcomes, verdicts)


def _decided(
    questions: Questions, obligation: Obligation, finder: Finder, effort: Effort
) -> Outcome:
    place = questions.place(obligation)
    if obligation.wants_model:
        return Outcome(obligation, decide(place[0], obligation, place[1], effort))
    decision = decide_quickly(place[0], obligation, place[1], effort)
    if decision.verdict == PROVED:
        return Outcome(obligation, decision)
    example = finder.find(obligation.key) if questions.rendering.orders else None
    if example is not None:
        refuted = Decision(REFUTED, "z3, small instance", decision.seconds)
        return Outcome(obligation, refuted, example)
    if decision.verdict == UNKNOWN:
        decision = decide(place[0], obligation, place[1], effort)
    return Outcome(obligation, decision)


def verdicts_of(claim: Claim, outcomes: Iterable[Outcome]) -> list[PropertyVerdict]:
    """Return the verdict of every property, from the obligations alone."""
    found = list(outcomes)
    complete = [o.obligation.key for o in found] == claim.keys()
    possible = all(o.verdict == PROVED for o in found if o.obligation.wants_model)
    by_name: dict[str, list[Outcome]] = {}
    for outcome in found:
        if outcome.obligation.action != POSSIBLE:
            by_name.setdefault(outcome.obligation.name, []).append(outcome)
    return [_verdict(name, by_name, claim, complete and possible) for name in claim.properties]


def _verdict(
    name: str, by_name: Mapping[str, list[Outcome]], claim: Claim, sound: bool
) -> PropertyVerdict:
    needed = _closure(name, by_name)
    outcomes = [o for each in (name, *(n for n in needed if n != name)) for o in by_name[each]]
    failed = tuple(o for o in outcomes if o.verdict != PROVED)
    verdict = PROVED if sound and not failed else UNKNOWN
    if any(o.verdict == NOT_INDUCTIVE for o in failed):
        verdict = NOT_INDUCTIVE
    seconds = sum(o.decision.seconds for o in outcomes)
    done = len(outcomes) - len(failed)
    lemmas = tuple(n for n in claim.lemmas if n in needed and n != name)
    return PropertyVerdict(name, verdict, lemmas, done, seconds, failed)


def _closure(name: str, by_name: Mapping[str, list[Outcome]]) -> set[str]:
    """Return the lemmas that the proofs of a property use, and those that theirs use, and so on."""
    needed, waiting = {name}, [name]
    while waiting:
        for outcome in by_name[waiting.pop()]:
            fresh = set(outcome.decision.used) - needed
            needed |= fresh
            waiting += sorted(fresh)
    return needed


def _asked(
    claim: Claim,
    rendering: Rendering,
    outcomes: list[Outcome],
    verdicts: list[PropertyVerdict],
) -> Proof:
    """Return the proof with the explorer's word on what is not proved."""
    open_names = [item.name for item in verdicts if item.verdict != PROVED]
    word, steps_word = explored_words(claim, open_names)
    explored = ExploredExamples(claim)
    told = {o.obligation.key: _classified(explored, o) for o in outcomes}
    judged = tuple(
        replace(item, failed=tuple(told[o.obligation.key] for o in item.failed))
        for item in refuted_by((word, steps_word), verdicts)
    )
    return Proof(claim, rendering, tuple(told.values()), judged, word, steps_word)


def explored_words(
    claim: Claim, names: Iterable[str], first: bool = False
) -> tuple[Word | None, Word | None]:
    """Return the explorer's word on these properties: on those of a state, on those of two.

    first: whether those of two states are left alone where a state breaks one already.
    """
    two_state = {step.name for step in claim.steps}
    asked = list(names)
    single = [n for n in asked if n not in two_state]
    double = [n for n in asked if n in two_state]
    word = explore_claim(claim, single) if single and claim.explored else None
    if first and word is not None and word.runs:
        return word, None
    return word, explore_steps(claim, double) if double and claim.explored else None


def refuted_by(
    words: Iterable[Word | None], verdicts: Iterable[PropertyVerdict]
) -> list[PropertyVerdict]:
    """Return the verdicts, with those refuted that a run breaks."""
    broken = {name for word in words if word is not None for name in word.runs}
    return [replace(item, verdict=REFUTED) if item.name in broken else item for item in verdicts]


def _classified(explored: ExploredExamples, outcome: Outcome) -> Outcome:
    if outcome.example is None:
        return outcome
    return replace(outcome, reached=explored.word(outcome.example))
