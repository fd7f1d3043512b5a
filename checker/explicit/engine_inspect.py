"""The kernels that look at stored states: find one or the least, unfold, count rules."""

from checker.explicit import engine_layout as at
from checker.explicit.engine_intrinsics import (
    call_capture,
    call_observe,
    call_step,
    helper,
    leading,
    read,
    read_half,
    read_word,
    write,
    write_half,
)
from checker.explicit.engine_kernels import find_stored, hash_state, is_stuck


def find(search: int, _worker: int, state: int, _unused: int, words: int) -> int:
    """The position of the state at an address, or NOWHERE."""
    return find_stored(search, hash_state(state, words), state, words)


@helper
def answers(search: int, worker: int, state: int) -> bool:
    """Whether a state is one that the query looks for."""
    kind = read(search, at.QUERY)
    if kind == at.DEADLOCKED:
        return is_stuck(search, worker, state)
    if kind == at.COUNTED:
        is_stuck(search, worker, state)
        return read(read(worker, at.SCRATCH), read(search, at.QUERY_BIT)) != 0
    mask = call_observe(read(search, at.OBSERVE), state, read(search, at.PARAMETERS))
    return leading(mask, read(search, at.QUERY_BIT)) & 1 != 0


@helper
def less(left: int, right: int, words: int) -> bool:
    """Whether a state comes before another, word by word as unsigned numbers."""
    for word in range(words):
        if read_word(left, word) != read_word(right, word):
            return read_word(left, word) < read_word(right, word)
    return False


def least(search: int, worker: int, start: int, stop: int, words: int) -> int:
    """Make `BEST` the least state that answers the query: itself or one from `start` to `stop`."""
    states = read(search, at.STATES)
    best = read(search, at.BEST)
    for position in range(start, stop):
        state = states + position * words * 8
        if best != at.NOWHERE and not less(state, states + best * words * 8, words):
            continue
        if answers(search, worker, state):
            best = position
    write(search, at.BEST, best)
    return best


def unfold(search: int, worker: int, start: int, stop: int, words: int) -> int:
    """Give the successors of the states from `start` to `stop`; ORIGINS: how many each has."""
    made = 0
    for position in range(start, stop):
        state = read(search, at.STATES) + position * words * 8
        out = read(worker, at.BUFFER) + made * words * 8
        parameters = read(search, at.PARAMETERS)
        more = call_step(read(search, at.STEP), state, parameters, out, read(worker, at.SCRATCH))
        write_half(read(worker, at.ORIGINS), position - start, more)
        made += more
    return made


def fire(search: int, worker: int, start: int, stop: int, words: int) -> int:
    """Count in CANDIDATES the successors of the states from `start` to `stop` by instance."""
    made = 0
    instances = read(worker, at.ORIGINS)
    counts = read(worker, at.CANDIDATES)
    for position in range(start, stop):
        state = read(search, at.STATES) + position * words * 8
        out = read(worker, at.BUFFER)
        parameters = read(search, at.PARAMETERS)
        capture = read(search, at.CAPTURE)
        more = call_capture(capture, state, parameters, out, read(worker, at.SCRATCH), instances)
        for entry in range(more):
            instance = read_half(instances, entry)
            write(counts, instance, read(counts, instance) + 1)
        made += more
    return made
