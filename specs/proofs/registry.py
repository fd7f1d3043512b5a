"""Every proof model, in the order in which they are proved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specs.proofs.idempotence import IDEMPOTENCE
from specs.proofs.transactions_lemmas import TRANSACTIONS

if TYPE_CHECKING:
    from specs.proofs.claims import ProofModel

PROOFS: dict[str, ProofModel] = {proof.name: proof for proof in (IDEMPOTENCE, TRANSACTIONS)}
