"""A raw client of the model's brokers: requests in any order, markers when the test says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import broker_view as view
from broker_names import PRODUCER_IDS
from broker_replay import BOUNDS, instance, restart
from broker_requests import HANDLERS, Answer, Request
from recorded import Step

from checker.lang import NONE
from checker.lang.errors import Blocked
from model.transactions.markers import complete_transaction, write_marker

if TYPE_CHECKING:
    from collections.abc import Callable

    from broker_names import Names

GENERATION = 3  # of the consumer group, in which every named member is
FOREIGN = PRODUCER_IDS - 1  # a producer id that was never handed out


class OneOfEach:
    """One transactional id, "t", and an unknown one; contents do not matter."""

    def transactional_id(self, name: str) -> int:
        return ["t", "unknown"].index(name)

    def value(self, values: list[str]) -> int:
        return len(values)

    def offset(self, offset: int) -> int:
        return offset


class RawClient:
    """Requests with the names of their fields; producer ids are the model's numbers."""

    def __init__(self) -> None:
        self.machine = instance().machine()
        self.names: Names = OneOfEach()  # type: ignore[assignment]

    def ask(self, api: str, version: int, **fields: Any) -> Answer:
        """Send a request and return its answer; `t` is the transactional id unless one is named."""
        request = {"txid": "t", **fields}
        step = Step(0, "", api, version, request, None, {})
        injected = Request(
            step, self.names, request.get("pid", NONE), is_member=True, generation=GENERATION
        )
        answer: Answer = self._run(HANDLERS[api], injected)
        return answer

    def code(self, api: str, version: int, **fields: Any) -> int:
        return int(self.ask(api, version, **fields).code)

    def init(self, **fields: Any) -> tuple[int, int]:
        """Send InitProducerId v5; return code and epoch."""
        answer = self.ask("InitProducerId", 5, **fields)
        return int(answer.code), int(answer.response["epoch"])

    def settle(self) -> None:
        """Write all markers and complete what is decided."""
        for number in range(BOUNDS["transactional_ids"]):
            for partition in range(BOUNDS["partitions"] + BOUNDS["groups"]):
                self._try(write_marker.rule, number, partition)
            self._try(complete_transaction.rule, number)

    def restart(self) -> None:
        """Stop and start the broker."""
        self._run(restart)

    @property
    def transaction(self) -> tuple[str, int]:
        """The state and the epoch of the transactional id."""
        found = self._run(view.transaction, 0)
        return found["state"], found["epoch"]

    def _try(self, rule: Callable[..., None], *arguments: int) -> None:
        before = list(self.machine.cells)
        try:
            self._run(rule, *arguments)
        except Blocked:
            self.machine.cells[:] = before

    def _run(self, rule: Callable[..., Any], *arguments: Any) -> Any:
        return self.machine.run(tuple(self.machine.cells), rule, arguments)
