"""The kernels of the search, for numba: expand a level, build the index anew.

Every kernel takes the addresses of the two vectors of `engine_layout`, two numbers, and the words
in a state, and gives one number. A state is stored at the position of its discovery. Successors are
hashed in batches, and the index is probed for them when memory had time to answer.
"""

from typing import Any

import numpy as np

from checker.explicit import engine_layout as at
from checker.explicit.engine_intrinsics import (
    call_observe,
    call_step,
    fold,
    helper,
    leading,
    lowest,
    prefetch,
    read,
    read_half,
    read_word,
    slots_with,
    write,
    write_half,
    write_word,
)

SEED: Any = np.uint64(0x9E3779B97F4A7C15)
NONE: Any = np.uint64(0)
MULTIPLIER: Any = np.uint64(0xD6E8FEB86659FD93)


@helper
def hash_state(state: int, words: int) -> int:
    """A 64-bit hash of a state, by folded multiplication of its words in pairs (after wyhash)."""
    value: int = SEED
    if words == 1:
        return fold(read_word(state, 0) ^ value, MULTIPLIER)
    for word in range(0, words - 1, 2):
        value = fold(read_word(state, word) ^ value, read_word(state, word + 1) ^ MULTIPLIER)
    if words & 1:
        value = fold(read_word(state, words - 1) ^ value, MULTIPLIER)
    return value


@helper
def tag_of(value: int) -> int:
    """The 32 bits of a hash after the first TAG_SKIP; not zero, which marks a free slot."""
    tag = leading(value, 32 - at.TAG_SKIP) & 0xFFFFFFFF
    return tag if tag != 0 else 1


@helper
def same(left: int, right: int, words: int) -> bool:
    """Whether two states are equal; without a branch, as most that are compared are."""
    difference: int = NONE
    for word in range(words):
        difference |= read_word(left, word) ^ read_word(right, word)
    return bool(difference == NONE)


@helper
def copy(source: int, target: int, words: int) -> None:
    """Copy one state."""
    for word in range(words):
        write_word(target, word, read_word(source, word))


@helper
def find_stored(search: int, value: int, state: int, words: int) -> int:
    """The position of a state with this hash in the index, or NOWHERE."""
    states = read(search, at.STATES)
    tag = tag_of(value)
    home = leading(value, read(search, at.SHIFT))
    distance = 0
    while True:
        line = read(search, at.INDEX) + (home ^ distance) * at.LINE
        hits = slots_with(line, tag)
        while hits:
            position = read_half(line, at.SLOTS + lowest(hits))
            if position < read(search, at.COUNT) and same(
                states + position * words * 8, state, words
            ):
                return position
            hits &= hits - 1
        if slots_with(line, 0):
            return at.NOWHERE
        distance += 1


@helper
def occupy(search: int, home: int, distance: int, tag: int, position: int) -> int:
    """Put an entry into the first free slot of a line; gives the address of its position."""
    line = read(search, at.INDEX) + (home ^ distance) * at.LINE
    slot = lowest(slots_with(line, 0))
    write_half(line, slot, tag)
    write_half(line, at.SLOTS + slot, position)
    if distance >> (64 - at.TAG_SKIP - read(search, at.SHIFT)):
        write(search, at.ASTRAY, 1)
    return line + (at.SLOTS + slot) * 4


@helper
def put(search: int, home: int, tag: int, position: int) -> None:
    """Put an entry that the index lacks into the first line with a free slot."""
    distance = 0
    while slots_with(read(search, at.INDEX) + (home ^ distance) * at.LINE, 0) == 0:
        distance += 1
    occupy(search, home, distance, tag, position)


@helper
def find_or_claim(search: int, value: int, state: int, position: int, words: int) -> int:
    """The position of a state in the index; if it has none, it gets `position`; then NOWHERE."""
    states = read(search, at.STATES)
    tag = tag_of(value)
    home = leading(value, read(search, at.SHIFT))
    distance = 0
    while True:
        line = read(search, at.INDEX) + (home ^ distance) * at.LINE
        hits = slots_with(line, tag)
        while hits:
            held = read_half(line, at.SLOTS + lowest(hits))
            if same(states + held * words * 8, state, words):
                return held
            hits &= hits - 1
        if slots_with(line, 0):
            occupy(search, home, distance, tag, position)
            return at.NOWHERE
        distance += 1


@helper
def is_stuck(search: int, worker: int, state: int) -> bool:
    """Whether the step gives no successor and increments no counter, so that nothing was cut."""
    scratch = read(worker, at.SCRATCH)
    for counter in range(read(search, at.COUNTERS)):
        write(scratch, counter, 0)
    parameters = read(search, at.PARAMETERS)
    made = call_step(read(search, at.STEP), state, parameters, read(worker, at.SPARE), scratch)
    for counter in range(read(search, at.COUNTERS)):
        if read(scratch, counter) != 0:
            return False
    return made == 0


@helper
def seen_lately(worker: int, value: int, state: int) -> bool:
    """Whether this thread met a one-word state a short while ago; remembers it in any case."""
    place = leading(value, 0) & (at.RECENT_SIZE - 1)
    word = read_word(state, 0)
    before = read_word(read(worker, at.RECENT), place)
    write_word(read(worker, at.RECENT), place, word)
    return before == word


@helper
def fill(search: int, worker: int, cursor: int, stop: int, words: int) -> int:
    """Expand states from `cursor` up to `stop` until a batch is full; gives the new cursor.

    One-word states seen lately are dropped; for longer ones that takes more than it saves.
    """
    buffer = read(worker, at.BUFFER)
    hashes = read(worker, at.HASHES)
    origins = read(worker, at.ORIGINS)
    index = read(search, at.INDEX)
    shift = read(search, at.SHIFT)
    transitions = read(worker, at.TRANSITIONS)
    held = 0
    while cursor < stop and held < at.BATCH:
        state = read(search, at.STATES) + cursor * words * 8
        step = read(search, at.STEP)
        out = buffer + held * words * 8
        made = call_step(step, state, read(search, at.PARAMETERS), out, read(worker, at.TALLY))
        if made == 0 and read(search, at.FIND_STUCK) and is_stuck(search, worker, state):
            write(worker, at.STUCK, 1)
        for entry in range(made):
            state = out + entry * words * 8
            value = hash_state(state, words)
            write_word(hashes, held, value)
            write_half(origins, held, cursor)
            prefetch(index + leading(value, shift) * at.LINE)
            if words > 1:
                held += 1
            else:
                write_word(buffer, held, read_word(state, 0))
                held += 0 if seen_lately(worker, value, state) else 1
        transitions += made
        cursor += 1
    write(worker, at.HELD, held)
    write(worker, at.TRANSITIONS, transitions)
    return cursor


@helper
def look_up(search: int, worker: int, words: int) -> None:
    """Note what the home line of each successor has for its tag, and ask for that state."""
    states = read(search, at.STATES)
    index = read(search, at.INDEX)
    shift = read(search, at.SHIFT)
    hashes = read(worker, at.HASHES)
    candidates = read(worker, at.CANDIDATES)
    for entry in range(read(worker, at.HELD)):
        value = read_word(hashes, entry)
        line = index + leading(value, shift) * at.LINE
        hits = slots_with(line, tag_of(value))
        position = read_half(line, at.SLOTS + lowest(hits | 128))
        write_half(candidates, entry, position if hits else at.NOWHERE)
        prefetch(states + (position if hits else 0) * words * 8)


@helper
def settle(search: int, worker: int, words: int) -> None:
    """Store the successors of the batch that are new."""
    states = read(search, at.STATES)
    observe = read(search, at.OBSERVE)
    buffer = read(worker, at.BUFFER)
    hashes = read(worker, at.HASHES)
    origins = read(worker, at.ORIGINS)
    candidates = read(worker, at.CANDIDATES)
    count = read(search, at.COUNT)
    for entry in range(read(worker, at.HELD)):
        state = buffer + entry * words * 8
        candidate = read_half(candidates, entry)
        if candidate != at.NOWHERE and same(states + candidate * words * 8, state, words):
            continue
        if find_or_claim(search, read_word(hashes, entry), state, count, words) != at.NOWHERE:
            continue
        place = states + count * words * 8
        copy(state, place, words)
        write_half(read(search, at.PARENTS), count, read_half(origins, entry))
        if observe:
            seen = call_observe(observe, place, read(search, at.PARAMETERS))
            write_word(worker, at.SEEN, read_word(worker, at.SEEN) | seen)
        count += 1
    write(search, at.COUNT, count)


def advance(search: int, worker: int, budget: int, _unused: int, words: int) -> int:
    """Expand up to `budget` states of the level while there is room; gives the number expanded."""
    start = read(search, at.CURSOR)
    cursor = start
    stop = min(read(search, at.LEVEL_END), start + budget)
    limit = read(search, at.ROOM) - at.BATCH - read(search, at.MAX_SUCCESSORS)
    while cursor < stop and read(search, at.COUNT) <= limit:
        cursor = fill(search, worker, cursor, stop, words)
        look_up(search, worker, words)
        settle(search, worker, words)
        write(search, at.CURSOR, cursor)
    return cursor - start


@helper
def owner_of(search: int, value: int) -> int:
    """The number of the thread in whose part of the index a hash lies."""
    bits = read(search, at.PART_BITS)
    return (leading(value, 63 - bits) >> 1) * read(search, at.THREADS) >> bits


def rehash(search: int, worker: int, start: int, stop: int, words: int) -> int:
    """Enter into a new index the states from `start` to `stop` that lie in this thread's part."""
    states = read(search, at.STATES)
    for position in range(start, stop):
        value = hash_state(states + position * words * 8, words)
        if owner_of(search, value) == read(worker, at.NUMBER):
            put(search, leading(value, read(search, at.SHIFT)), tag_of(value), position)
    return stop


@helper
def used(search: int, line: int) -> int:
    """The number of entries in a line of the index."""
    free = slots_with(read(search, at.INDEX) + line * at.LINE, 0)
    return lowest(free | 1 << at.SLOTS)


@helper
def spread_line(search: int, line: int) -> None:
    """Move the entries of an old line.

    A tag has the bits of its entry's home but the first TAG_SKIP, which are those of the line.
    """
    old = read(search, at.OLD_INDEX) + line * at.LINE
    known = 64 - at.TAG_SKIP - read(search, at.SHIFT)
    slot = 0
    left, right = used(search, 2 * line), used(search, 2 * line + 1)
    while slot < at.SLOTS and read_half(old, slot) != 0:
        tag, position = read_half(old, slot), read_half(old, at.SLOTS + slot)
        home = (2 * line >> known << known) | tag >> (32 - known)
        free = right if home & 1 else left
        if home >> 1 == line and free < at.SLOTS:
            new = read(search, at.INDEX) + home * at.LINE
            write_half(new, free, tag)
            write_half(new, at.SLOTS + free, position)
            left += 1 - (home & 1)
            right += home & 1
        else:
            put(search, home, tag, position)
            left, right = used(search, 2 * line), used(search, 2 * line + 1)
        slot += 1


def spread(search: int, worker: int, start: int, stop: int, _words: int) -> int:
    """Move entries to an index of twice the size, where the two lines of an old one are neighbours.

    It takes the lines from `start` to `stop` of each part of the old index that is this thread's.
    """
    bits = read(search, at.PART_BITS)
    size = 1 << (63 - read(search, at.SHIFT))
    for part in range(1 << bits):
        if part * read(search, at.THREADS) >> bits == read(worker, at.NUMBER):
            first = part * (size >> bits)
            for line in range(first + start, first + stop):
                spread_line(search, line)
    return stop
