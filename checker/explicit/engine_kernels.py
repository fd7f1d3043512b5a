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
    """The 32 bits of a hash that the index keeps; zero marks a free slot."""
    tag = leading(value, 0) & 0xFFFFFFFF
    return tag if tag != 0 else 1


@helper
def same(left: int, right: int, words: int) -> bool:
    """Whether two states are equal."""
    if words == 1:
        return read_word(left, 0) == read_word(right, 0)
    for word in range(words):  # noqa: SIM110 numba knows no generators here
        if read_word(left, word) != read_word(right, word):
            return False
    return True


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
        free = slots_with(line, 0)
        if free:
            slot = lowest(free)
            write_half(line, slot, tag)
            write_half(line, at.SLOTS + slot, position)
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
    index = read(search, at.INDEX)
    shift = read(search, at.SHIFT)
    number = read(worker, at.NUMBER)
    for position in range(start, stop):
        later = min(position + at.AHEAD, stop - 1)
        prefetch(index + leading(hash_state(states + later * words * 8, words), shift) * at.LINE)
        value = hash_state(states + position * words * 8, words)
        if owner_of(search, value) != number:
            continue
        home = leading(value, shift)
        distance = 0
        free = slots_with(index + home * at.LINE, 0)
        while free == 0:
            distance += 1
            free = slots_with(index + (home ^ distance) * at.LINE, 0)
        slot = lowest(free)
        line = index + (home ^ distance) * at.LINE
        write_half(line, slot, tag_of(value))
        write_half(line, at.SLOTS + slot, position)
    return stop
