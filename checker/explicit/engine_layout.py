"""Where the native search keeps its numbers: places in two vectors of 64-bit integers.

All threads share one vector; each has another of its own. Addresses are byte addresses. This module
names places only, so that kernels and their callers can both use it without loading a compiler.
"""

(
    STEP,
    OBSERVE,
    CAPTURE,
    PARAMETERS,
    MAX_SUCCESSORS,
    COUNTERS,
    WORDS,
    FIND_STUCK,
    STATES,
    PARENTS,
    INDEX,
    SHIFT,
    ROOM,
    COUNT,
    CURSOR,
    LEVEL_END,
    QUERY,
    QUERY_BIT,
    BEST,
    THREADS,
    PART_BITS,
    ABORT,
    YIELD,
    BLOCK_SHIFT,
    BLOCK_LIMIT,
    BLOCK_OWNER,
    BLOCK_START,
    BLOCK_STOP,
    BLOCK_FRESH,
    OVERFLOW,
    ASTRAY,
    OLD_INDEX,
    SHARED,
) = range(33)
"""Places of the shared vector.

`INDEX` has 2**(64 - `SHIFT`) lines of 64 bytes: eight 32-bit tags, then eight 32-bit positions.
`COUNT` states are stored, at most `ROOM` may be; those before `CURSOR` are expanded, the level ends
at `LEVEL_END`.
"""

ARRIVED = SHARED + 16
TICKETS = ARRIVED + 16
SEARCH_SIZE = TICKETS + 16
"""Places that all threads write lie in cache lines of their own."""

(
    NUMBER,
    BUFFER,
    SPARE,
    RECENT,
    HASHES,
    ORIGINS,
    CANDIDATES,
    HELD,
    TALLY,
    SCRATCH,
    TRANSITIONS,
    SEEN,
    STUCK,
    FOUND,
    FOUND_ROOM,
    FOUND_STATES,
    FOUND_HASHES,
    FOUND_PARENTS,
    FOUND_ENTRIES,
    CHOSEN,
    CLAIMS,
) = range(21)
"""Places of a thread's vector.

`HELD` successors of the current batch are in `BUFFER`; `TALLY` are the counters that the step
increments. With several threads, `FOUND` successors that are not in the index yet wait in the
`FOUND_` arrays for the end of the round.
"""

WORKER_SIZE = 64
"""So the vectors of two threads share no cache line."""

BATCH = 256
"""Successors that are hashed before the index is probed for them."""

LINE = 64
"""Bytes in a line of the index."""

SLOTS = 8
"""Entries in a line of the index."""

TAG_SKIP = 9
"""Bits of a hash before those that are an entry's tag; the index has at least 2**TAG_SKIP lines."""

NOWHERE = 0xFFFFFFFF
"""The position that means none; so a search stores fewer states than this."""

BLOCKS = 1 << 12
"""Blocks of a level that one round may take."""

AHEAD = 16
"""Entries between one that is treated and one that is asked of memory."""

RECENT_SIZE = 1 << 13
"""Entries in a thread's table of one-word states that it met lately."""

OBSERVED, DEADLOCKED, COUNTED = range(3)
"""What `least` looks for: a bit of observe, a state without a step, a step that counts."""

UNFINISHED, OBSERVATION, DEADLOCK, CUT, LENGTH = range(5)
"""How a random walk ends; a CUT is a state without a step because a counter cut them."""
