"""Replays a recorded trace: the set of the model's states that agree with all answers so far."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING

from broker_compare import agree
from broker_final import differs_at_end
from broker_groups import Membership
from broker_names import PRODUCER_IDS, Names, Renaming
from broker_requests import HANDLERS, Answer, Request, is_refused_early
from unjudged import why_not_judged

from checker.lang import NONE, for_each
from checker.lang.errors import Blocked
from model.transactions import partition as leader
from model.transactions.coordinator import fail_over
from model.transactions.failover import expire_producer
from model.transactions.markers import (
    abort_timed_out_transaction,
    complete_transaction,
    write_marker,
)
from model.transactions.sorts import Partition
from model.transactions.world import transactions_model

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from recorded import Recording, Step

    from checker.lang.concrete import Vector
    from checker.lang.model import Instance
    from model.transactions.world import World

BOUNDS = {
    "producers": 1,
    "transactions": 16,
    "partitions": 2,
    "transactional_ids": 4,
    "groups": 1,
    "inputs": 16,
    "generations": 8,
    "producer_ids": PRODUCER_IDS,
    "epochs": 12,
    "coordinator_epochs": 1010,
    "sequences": 12,
    "batch_records": 3,
    "window": 5,
    "log": 16,
    "raw_clients": 1,
}
# Apache Kafka 4.1.1; each run has its cluster's settings besides.
BROKER = {
    "settings.maximum_epoch": 32767,
    "settings.strict_marker": 0,
    "settings.idempotent_marker": 0,
    "budgets.in_all": 7,
    "budgets.transaction_timeouts": 7,
    "budgets.producer_expiries": 7,
    "budgets.coordinator_failovers": 1,
}
# An InitProducerId that asks for no more than this lets the harness wait for the timeout.
SHORT_TIMEOUT = 10_000
CLEAN_RESTART_RAISES = 2


class Disagreement(AssertionError):
    """No state of the model agrees with what the broker answered."""


@dataclass(frozen=True)
class Hypothesis:
    """A state of the model that agrees with all answers so far."""

    vector: Vector
    renaming: Renaming


@dataclass
class Report:
    """How a replay went: sizes of the set before and after each judged answer."""

    sizes: list[int] = field(default_factory=list)
    judged: int = 0
    pruned: int = 0
    answers: list[int] = field(default_factory=list)
    not_judged: list[str] = field(default_factory=list)


@cache
def instance() -> Instance:
    """Return the model with sorts that are wide enough for all traces."""
    return transactions_model({}, bounds=BOUNDS).instance(parameters=BROKER)


class Replay:
    """One trace against the model."""

    def __init__(self, recording: Recording, parameters: Mapping[str, int] | None = None) -> None:
        """Prepare a replay; parameters: of a broker that differs from the recorded one."""
        self.recording = recording
        self.names = Names(recording)
        cluster = {
            "settings.cluster_version": recording.cluster_version,
            "settings.verification": int(recording.verifies),
            "settings.offset_verification": int(recording.verifies),
        }
        self.machine = instance().with_parameters({**cluster, **(parameters or {})}).machine()
        self.groups = Membership()
        self.may_time_out: set[int] = set()
        self.closures: dict[Vector, frozenset[Vector]] = {}
        self.report = Report()

    def run(self) -> Report:
        """Replay all steps and compare the state at the end; raise Disagreement."""
        hypotheses = {Hypothesis(self.start(), Renaming(tuple(self.names.foreign.items())))}
        for step in self.recording.steps:
            hypotheses = self.after_internal_steps(hypotheses)
            self.report.sizes.append(len(hypotheses))
            hypotheses = self.after(step, hypotheses)
            self.report.sizes.append(len(hypotheses))
        hypotheses = self.after_internal_steps(hypotheses)
        self.compare_at_end(hypotheses)
        return self.report

    def start(self) -> Vector:
        """Return the state of a fresh broker."""
        vector = tuple(self.machine.layout.defaults())
        self.machine.run(vector, _fill_contents, (self.names.offsets,))
        return tuple(self.machine.cells)

    def after(self, step: Step, hypotheses: set[Hypothesis]) -> set[Hypothesis]:
        """Return what is left after a step."""
        if step.event == "BROKER_RESTART":
            return {replace(h, vector=self._moved(h.vector, restart)) for h in hypotheses}
        if self.groups.take(step):
            self.report.not_judged.append("handshake of a group")
            return hypotheses
        reason = why_not_judged(step, self.groups)
        if reason:
            self.report.not_judged.append(reason)
            return hypotheses
        left = self._judge(step, hypotheses)
        self._note_timeout(step)
        return left

    def _judge(self, step: Step, hypotheses: set[Hypothesis]) -> set[Hypothesis]:
        left = set()
        seen: dict[str, None] = {}
        codes = set()
        for hypothesis in hypotheses:
            request = self._request(step, hypothesis)
            answer = self.machine.run(hypothesis.vector, HANDLERS[step.api], (request,))
            vector = tuple(self.machine.cells)
            answer = self._with_log_start(answer, hypothesis.vector, request)
            codes.add(int(answer.code))
            seen[f"{int(answer.code)} {answer.response}"] = None
            renaming = agree(step, answer, hypothesis.renaming)
            if renaming is not None:
                left.add(Hypothesis(vector, renaming))
        self.report.judged += 1
        self.report.answers.append(len(codes))
        self.report.pruned += len(left) < len(hypotheses)
        if not left:
            raise Disagreement(
                f"{self.recording.name} step {step.number}: {step.api} v{step.version} "
                f"{step.request} is answered {step.error} {step.response}; "
                f"the model answers {' or '.join(seen)}"
            )
        return left

    def _request(self, step: Step, hypothesis: Hypothesis) -> Request:
        name = step.request.get("pid")
        producer_id = hypothesis.renaming.producer_id(name)
        return Request(
            step,
            self.names,
            producer_id,
            self.groups.is_member(step),
            self.groups.is_empty,
            self.groups.generation(step),
        )

    def _with_log_start(self, answer: Answer, before: Vector, request: Request) -> Answer:
        if request.step.api != "Produce" or answer.code == 0:
            return answer
        if self.machine.run(before, is_refused_early, (request,)):
            return Answer(answer.code, {**answer.response, "log_start": NONE})
        return answer

    def _note_timeout(self, step: Step) -> None:
        """Note for which transactional ids the harness may have waited for the timeout."""
        if step.api == "InitProducerId" and step.error == 0 and step.request["txid"]:
            number = self.names.transactional_id(step.request["txid"])
            is_short = step.request.get("timeout", SHORT_TIMEOUT + 1) <= SHORT_TIMEOUT
            (self.may_time_out.add if is_short else self.may_time_out.discard)(number)
            self.closures.clear()

    def after_internal_steps(self, hypotheses: set[Hypothesis]) -> set[Hypothesis]:
        """Return every state after any number of steps that the broker takes on its own."""
        return {replace(h, vector=vector) for h in hypotheses for vector in self._closure(h.vector)}

    def _closure(self, start: Vector) -> frozenset[Vector]:
        if start not in self.closures:
            found = {start}
            waiting = [start]
            while waiting:
                for vector in self._successors(waiting.pop()):
                    if vector not in found:
                        found.add(vector)
                        waiting.append(vector)
            self.closures[start] = frozenset(found)
        return self.closures[start]

    def _successors(self, vector: Vector) -> Iterator[Vector]:
        ids = range(BOUNDS["transactional_ids"])
        partitions = range(BOUNDS["partitions"] + BOUNDS["groups"])
        for number in ids:
            for partition in partitions:
                yield from self._if_possible(vector, write_marker.rule, number, partition)
            yield from self._if_possible(vector, complete_transaction.rule, number)
            if number in self.may_time_out:
                yield from self._if_possible(vector, abort_timed_out_transaction.rule, number)
        if self.recording.expires:
            for partition in partitions:
                for producer_id in range(PRODUCER_IDS):
                    for rule in (expire_producer.rule, leader.expire_question):
                        yield from self._if_possible(vector, rule, partition, producer_id)

    def _if_possible(
        self, vector: Vector, rule: Callable[..., None], *arguments: int
    ) -> Iterator[Vector]:
        try:
            self.machine.run(vector, _internal, (rule, arguments))
        except Blocked:
            return
        yield tuple(self.machine.cells)

    def _moved(self, vector: Vector, rule: Callable[..., None]) -> Vector:
        self.machine.run(vector, rule, ())
        return tuple(self.machine.cells)

    def compare_at_end(self, hypotheses: set[Hypothesis]) -> None:
        """Raise Disagreement unless some state is the recorded one."""
        reasons: dict[str, None] = {}
        for h in hypotheses:
            reason = self.machine.run(
                h.vector, differs_at_end, (self.recording, self.names, h.renaming)
            )
            if reason == "":
                return
            reasons[reason] = None
        raise Disagreement(f"{self.recording.name} at the end: {' or '.join(reasons)}")


def _fill_contents(world: World, offsets: dict[int, int]) -> None:
    for number, offset in offsets.items():
        world.contents[number] = offset


def _internal(world: World, rule: Callable[..., None], arguments: tuple[int, ...]) -> None:
    rule(world, *arguments)
    world.faults.clear()


def restart(world: World) -> None:
    """Stop and start the only node: its epoch as coordinator is raised when it stops as well."""
    for partition in for_each(Partition):
        leader.restart(world, partition)
    fail_over(world)
    world.coordinator.epoch = world.coordinator.epoch + CLEAN_RESTART_RAISES - 1
