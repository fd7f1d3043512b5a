"""Two-phase commit: several participants agree to commit or to abort, across crashes.

    eoscheck check examples/models/two_phase_commit.py
    eoscheck check examples/models/two_phase_commit.py --bound participants=4 --fault crashes=2
    eoscheck check examples/models/two_phase_commit.py --without vote_on_disk

Phase one: every participant that is willing writes its vote to disk, votes yes, and from then on
waits. Phase two: the coordinator commits when all have voted yes, or aborts at any time before;
its decision is on disk before anybody hears of it. A crash loses what is not on disk.

Participants that do not write their vote to disk forget it in a crash and may abort although the
coordinator commits: `--without vote_on_disk` shows the run.
"""

from typing import Annotated

from checker.lang import (
    Array,
    Identity,
    Model,
    Numeric,
    Parameters,
    Record,
    State,
    Subset,
    action,
    always,
    bookkeeping,
    exists,
    forall,
    require,
    sometimes,
)

Participant = Annotated[int, Identity("Participant", size="participants")]
Crashes = Annotated[int, Numeric("Crashes", high=3)]

COORDINATOR = "coordinator"
PARTICIPANT = "participant"


class Phase(State):
    """What a participant does with the transaction."""

    WORKING = 0
    PREPARED = 1
    COMMITTED = 2
    ABORTED = 3


class Decision(State):
    """What the coordinator has decided; on disk."""

    NONE_YET = 0
    COMMIT = 1
    ABORT = 2


# The state charts: `become` refuses every other move. Only who forgets its vote works again.
MAY_FOLLOW = {
    Phase: {
        Phase.WORKING: (Phase.PREPARED, Phase.ABORTED),
        Phase.PREPARED: (Phase.COMMITTED, Phase.ABORTED, Phase.WORKING),
        Phase.COMMITTED: (),
        Phase.ABORTED: (),
    },
    Decision: {
        Decision.NONE_YET: (Decision.COMMIT, Decision.ABORT),
        Decision.COMMIT: (),
        Decision.ABORT: (),
    },
}


class Member(Record):
    """One participant; its phase survives a crash if its vote is on disk."""

    phase: Phase


class Coordinator(Record):
    """The decision survives a crash; the votes are in memory only."""

    decision: Decision
    votes: Subset[Participant]
    running: bool = True


class Options(Parameters):
    """vote_on_disk: a participant writes its vote to disk before it votes; crashes: at most."""

    vote_on_disk: bool = True
    crashes: Crashes = 1


class World(Record):
    """Coordinator, participants, votes on their way, and how many crashes happened."""

    coordinator: Coordinator
    members: Array[Participant, Member]
    sent_votes: Subset[Participant]
    crashes: Annotated[Crashes, bookkeeping]
    options: Options


@action(PARTICIPANT, to=COORDINATOR)
def vote(world: World, participant: Participant) -> None:
    """Participant {participant} is willing and votes yes."""
    member = world.members[participant]
    require(member.phase == Phase.WORKING, "it has voted or aborted")
    member.become(Phase.PREPARED)
    world.sent_votes.add(participant)


@action(PARTICIPANT)
def refuse(world: World, participant: Participant) -> None:
    """Participant {participant} aborts on its own."""
    member = world.members[participant]
    require(member.phase == Phase.WORKING, "it has voted yes: only the coordinator may decide")
    member.become(Phase.ABORTED)


@action(COORDINATOR)
def receive_vote(world: World, participant: Participant) -> None:
    """The vote of participant {participant} arrives."""
    require(participant in world.sent_votes, "no vote is on its way")
    require(world.coordinator.running, "the coordinator is down")
    world.sent_votes.discard(participant)
    world.coordinator.votes.add(participant)


@action(COORDINATOR)
def commit(world: World) -> None:
    """The coordinator decides to commit."""
    coordinator = world.coordinator
    require(coordinator.running, "the coordinator is down")
    require(coordinator.decision == Decision.NONE_YET, "it has decided")
    require(forall(Participant, coordinator.votes.has), "votes are missing")
    coordinator.become(Decision.COMMIT)


@action(COORDINATOR)
def abort(world: World) -> None:
    """The coordinator decides to abort."""
    require(world.coordinator.running, "the coordinator is down")
    require(world.coordinator.decision == Decision.NONE_YET, "it has decided")
    world.coordinator.become(Decision.ABORT)


@action(PARTICIPANT)
def learn(world: World, participant: Participant) -> None:
    """Participant {participant} hears the decision."""
    member = world.members[participant]
    require(world.coordinator.running, "the coordinator is down")
    require(member.phase == Phase.PREPARED, "it does not wait for a decision")
    match world.coordinator.decision:
        case Decision.COMMIT:
            member.become(Phase.COMMITTED)
        case Decision.ABORT:
            member.become(Phase.ABORTED)
        case _:
            require(False, "the coordinator has not decided")


@action(PARTICIPANT, kind="crash")
def crash_participant(world: World, participant: Participant) -> None:
    """Participant {participant} crashes and starts again from its disk."""
    suffer_crash(world)
    member = world.members[participant]
    if member.phase == Phase.PREPARED and not world.options.vote_on_disk:
        member.become(Phase.WORKING)


@action(COORDINATOR, kind="crash")
def crash_coordinator(world: World) -> None:
    """The coordinator crashes."""
    suffer_crash(world)
    require(world.coordinator.running, "it is down already")
    world.coordinator.running = False
    world.coordinator.votes.clear()


@action(COORDINATOR)
def restart_coordinator(world: World) -> None:
    """The coordinator starts again from its disk."""
    require(not world.coordinator.running, "it is running")
    world.coordinator.running = True


def suffer_crash(world: World) -> None:
    """Count a crash; a helper is an ordinary function."""
    require(world.crashes < world.options.crashes, "no more crashes may happen")
    world.crashes = world.crashes + 1


@always("Nobody commits what somebody else aborts")
def agreement(world: World) -> bool:
    """No participant has committed while another has aborted."""
    return not exists(
        Participant,
        Participant,
        lambda a, b: (
            world.members[a].phase == Phase.COMMITTED and world.members[b].phase == Phase.ABORTED
        ),
    )


@always("Nobody commits before everybody has voted yes")
def committed_by_all(world: World) -> bool:
    """Where one has committed, all others have at least prepared."""
    return not exists(
        Participant,
        Participant,
        lambda a, b: (
            world.members[a].phase == Phase.COMMITTED and world.members[b].phase == Phase.WORKING
        ),
    )


@sometimes("Everybody commits")
def all_commit(world: World) -> bool:
    """The good end."""
    return forall(Participant, lambda p: world.members[p].phase == Phase.COMMITTED)


@sometimes("Everybody commits although there was a crash")
def commit_after_crash(world: World) -> bool:
    """The good end of a bad day."""
    return world.crashes > 0 and all_commit(world)


@sometimes("A participant waits for a coordinator that is down")
def in_doubt(world: World) -> bool:
    """The known weakness of two-phase commit: it blocks."""
    return not world.coordinator.running and exists(
        Participant, lambda p: world.members[p].phase == Phase.PREPARED
    )


MODEL = Model(
    name="two_phase_commit",
    world=World,
    actions=[
        vote,
        refuse,
        receive_vote,
        commit,
        abort,
        learn,
        crash_participant,
        crash_coordinator,
        restart_coordinator,
    ],
    properties=[agreement, committed_by_all, all_commit, commit_after_crash, in_doubt],
    bounds={"participants": 3},
)
