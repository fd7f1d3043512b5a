"""What becomes of a proof without some of its guards.

Most obligations read the same with and without a guard. What was decided once is known by the hash
of its text, so that only what a guard changes is decided again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from checker.symbolic.counterexample import Finder
from checker.symbolic.proof import (
    Outcome,
    Proof,
    Questions,
    explored_words,
    refuted_by,
    verdicts_of,
)
from checker.symbolic.solving import Decision, Effort, decide, decide_quickly
from checker.symbolic.z3_terms import PROVED, REFUTED, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from checker.symbolic.claim import Claim
    from checker.symbolic.obligations import Obligation


@dataclass
class Known:
    """What was decided about one model, with and without guards, by the text of the obligation."""

    effort: Effort = field(default_factory=Effort)
    decisions: dict[str, Decision] = field(default_factory=dict)

    def prove(self, claim: Claim, guarantees: Sequence[str]) -> tuple[Proof, int]:
        """Return the proof of a claim, and how many obligations were decided anew for it.

        The explorer is asked about those of the guarantees that are not proved; about two
        successive states only where no state breaks one, as this is the larger search. No
        counterexamples to induction are kept.
        """
        questions, finder, before = Questions(claim), Finder(claim), len(self.decisions)
        outcomes = [Outcome(o, self._decided(questions, finder, o)) for o in questions.obligations]
        verdicts = verdicts_of(claim, outcomes)
        unproved = {item.name for item in verdicts if item.verdict != PROVED}
        words = explored_words(claim, [name for name in guarantees if name in unproved], first=True)
        judged = tuple(refuted_by(words, verdicts))
        proof = Proof(claim, questions.rendering, tuple(outcomes), judged, *words)
        return proof, len(self.decisions) - before

    def _decided(self, questions: Questions, finder: Finder, obligation: Obligation) -> Decision:
        text = questions.digest(obligation)
        if text not in self.decisions:
            self.decisions[text] = self._decide(questions, finder, obligation)
        return self.decisions[text]

    def _decide(self, questions: Questions, finder: Finder, obligation: Obligation) -> Decision:
        """Decide with little work, then by a small instance, then with all the work there is."""
        instance, rendering = questions.place(obligation)
        if obligation.wants_model:
            return decide(instance, obligation, rendering, self.effort)
        decision = decide_quickly(instance, obligation, rendering, self.effort)
        if decision.verdict != UNKNOWN:
            return decision
        if rendering.orders and finder.first(obligation.key) is not None:
            return Decision(REFUTED, "z3, small instance", decision.seconds)
        return decide(instance, obligation, rendering, self.effort)
