"""Who is in a consumer group: what the handshakes of a trace say; they are not judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from recorded import Step

HANDSHAKES = {"JoinGroup", "SyncGroup", "Heartbeat", "LeaveGroup", "ConsumerGroupHeartbeat"}
LEAVES = -1


class Membership:
    """The members of the trace's one group; in a KIP-848 group each has an epoch of its own."""

    def __init__(self) -> None:
        self.members: dict[str, int] = {}
        self.is_consumer_group = False

    def take(self, step: Step) -> bool:
        """Take a handshake into account; return whether the step is one."""
        if step.api not in HANDSHAKES:
            return False
        if step.api == "JoinGroup" and step.error == 0:
            self.members[step.response["member"]] = 0
            generation = step.response["generation"]
            self.members = dict.fromkeys(self.members, generation)
        elif step.api == "LeaveGroup":
            self.members.pop(step.request["member"], None)
        elif step.api == "ConsumerGroupHeartbeat":
            self._take_heartbeat(step)
        return True

    def _take_heartbeat(self, step: Step) -> None:
        self.is_consumer_group = True
        if step.response["epoch"] == LEAVES:
            self.members.pop(step.response["member"], None)
        else:
            self.members[step.response["member"]] = step.response["epoch"]

    @property
    def is_empty(self) -> bool:
        return not self.members

    def is_member(self, step: Step) -> bool:
        """Return whether the member that a commit names is in the group."""
        return step.request.get("member") in self.members

    def generation(self, step: Step) -> int:
        """Return the generation that a commit is compared with."""
        return self.members.get(step.request.get("member", ""), 0)
