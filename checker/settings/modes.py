"""Delivery modes: which guarantees each needs, and the sentence for each."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

NO_LOSS = "no_loss"
NO_DUPLICATES = "no_duplicates"

AT_MOST_ONCE = "at-most-once"
AT_LEAST_ONCE = "at-least-once"
EXACTLY_ONCE = "exactly-once"
NEITHER = "none"

MODES: dict[str, tuple[str, ...]] = {
    AT_MOST_ONCE: (NO_DUPLICATES,),
    AT_LEAST_ONCE: (NO_LOSS,),
    EXACTLY_ONCE: (NO_LOSS, NO_DUPLICATES),
}

SENTENCES = {
    AT_MOST_ONCE: "AT MOST ONCE: no record is processed twice; a record can be lost.",
    AT_LEAST_ONCE: "AT LEAST ONCE: nothing accepted is lost; a record can be processed twice.",
    EXACTLY_ONCE: "EXACTLY ONCE: nothing accepted is lost and no record is processed twice.",
    NEITHER: "NO GUARANTEE: a record can be lost, and a record can be processed twice.",
}
UNKNOWN = "NOT DECIDED: the exploration did not finish."


def mode_of(
    verdicts: Mapping[str, str], modes: Mapping[str, tuple[str, ...]] = MODES
) -> str | None:
    """Return the strongest mode whose guarantees all hold; None if that is not decided.

    verdicts: "holds", "broken" or another word, by name of guarantee; modes: the guarantees that
    each mode needs.
    """
    for mode in (EXACTLY_ONCE, AT_LEAST_ONCE, AT_MOST_ONCE):
        if all(verdicts.get(name) == "holds" for name in modes[mode]):
            return mode
    needed = (*modes[AT_LEAST_ONCE], *modes[AT_MOST_ONCE])
    undecided = [name for name in needed if verdicts.get(name) not in ("broken", "holds")]
    return None if undecided else NEITHER
