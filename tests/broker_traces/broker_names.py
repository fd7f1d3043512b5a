"""Names in a trace and numbers in the model: transactional ids, values, producer ids, epochs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from checker.lang import NONE

if TYPE_CHECKING:
    from recorded import Recording

PRODUCER_IDS = 10  # how many the model has; the last ones are those that no broker handed out


class Names:
    """What a trace calls things that the model counts, in order of appearance."""

    def __init__(self, recording: Recording) -> None:
        requests = [step.request for step in recording.steps]
        final = recording.final
        self._ids = _distinct(
            [r["txid"] for r in requests if r.get("txid")] + list(final["transactions"])
        )
        values = [tuple(r["values"]) for r in requests if "values" in r]
        self._contents = _distinct(
            values + [r["offset"] for r in requests if "group" in r and "offset" in r]
        )
        handed_out = {step.response.get("pid") for step in recording.steps if step.response}
        foreign = _distinct([r["pid"] for r in requests if r.get("pid") not in handed_out | {None}])
        self.foreign = {
            name: PRODUCER_IDS - 1 - number
            for number, name in enumerate(name for name in foreign if name != NONE)
        }

    def transactional_id(self, name: str) -> int:
        return self._ids.index(name)

    def value(self, values: list[str]) -> int:
        """Return the number of a batch's content."""
        return self._contents.index(tuple(values))

    def offset(self, offset: int) -> int:
        """Return the number of a committed offset."""
        return self._contents.index(offset)

    @property
    def offsets(self) -> dict[int, int]:
        """The committed offsets by their numbers."""
        return {n: c for n, c in enumerate(self._contents) if isinstance(c, int)}

    def content(self, number: int) -> list[str]:
        """Return the values of a batch's records."""
        return list(self._contents[number])


def _distinct(items: list[Any]) -> list[Any]:
    return list(dict.fromkeys(items))


@dataclass(frozen=True)
class Renaming:
    """Which producer id and which coordinator epoch of the model is which one of the trace."""

    producer_ids: tuple[tuple[str, int], ...] = ()
    coordinator_epochs: tuple[tuple[int, int], ...] = ()

    def producer_id(self, name: Any) -> int:
        """Return the model's producer id; NONE stands for itself."""
        if name in (None, NONE):
            return NONE
        return dict(self.producer_ids)[name]

    def with_producer_id(self, name: Any, number: int) -> Renaming | None:
        """Return the renaming in which these two are the same, if there is one."""
        if NONE in (name, number):
            return self if name == number else None
        known = dict(self.producer_ids)
        if known.get(name, number) != number:
            return None
        if name not in known and number in known.values():
            return None
        return replace(self, producer_ids=tuple(sorted({**known, name: number}.items())))

    def with_coordinator_epoch(self, recorded: int, modelled: int) -> Renaming | None:
        """Return the renaming with one more pair; epochs keep their order, NONE is NONE."""
        pairs = sorted({*self.coordinator_epochs, (recorded, modelled)})
        for (recorded_low, low), (recorded_high, high) in pairwise(pairs):
            if not (recorded_low < recorded_high and low < high):
                return None
        if (recorded == NONE) != (modelled == NONE):
            return None
        return replace(self, coordinator_epochs=tuple(pairs))
