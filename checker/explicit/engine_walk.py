"""The kernel of random walks: each of the possible successors is equally likely."""

from typing import Any

import numpy as np

from checker.explicit import engine_layout as at
from checker.explicit.engine_intrinsics import (
    call_observe,
    call_step,
    helper,
    high_product,
    read,
    read_word,
    write,
    write_word,
)
from checker.explicit.engine_kernels import copy, is_stuck

INCREMENT: Any = np.uint64(0x9E3779B97F4A7C15)
FIRST_FACTOR: Any = np.uint64(0xBF58476D1CE4E5B9)
SECOND_FACTOR: Any = np.uint64(0x94D049BB133111EB)


@helper
def draw(worker: int, choices: int) -> int:
    """Return a number below `choices` from the generator in SEEN (splitmix64)."""
    value = read_word(worker, at.SEEN) + INCREMENT
    write_word(worker, at.SEEN, value)
    value = (value ^ (value >> np.uint64(30))) * FIRST_FACTOR
    value = (value ^ (value >> np.uint64(27))) * SECOND_FACTOR
    return high_product(value ^ (value >> np.uint64(31)), choices)


def walk(search: int, worker: int, budget: int, longest: int, words: int) -> int:
    """Go on with the walk whose states are stored, up to `longest` states.

    Gives UNFINISHED if the budget of steps is used up, else how the walk ended; after OBSERVATION,
    BEST is what observe gave for the last state.
    """
    states = read(search, at.STATES)
    parameters = read(search, at.PARAMETERS)
    buffer = read(worker, at.BUFFER)
    count = read(search, at.COUNT)
    for _ in range(budget):
        state = states + (count - 1) * words * 8
        if read(search, at.OBSERVE):
            write_word(search, at.BEST, call_observe(read(search, at.OBSERVE), state, parameters))
            if read(search, at.BEST) != 0:
                return at.OBSERVATION
        if count == longest:
            return at.LENGTH
        made = call_step(read(search, at.STEP), state, parameters, buffer, read(worker, at.TALLY))
        if made == 0:
            return at.DEADLOCK if is_stuck(search, worker, state) else at.CUT
        copy(buffer + draw(worker, made) * words * 8, states + count * words * 8, words)
        count += 1
        write(search, at.COUNT, count)
    return at.UNFINISHED
