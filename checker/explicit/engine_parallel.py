"""The kernel of a search by several threads, in rounds: expand, meet, claim, meet, place, meet.

In a round the threads take blocks of the level in order and expand them. Meanwhile the index does
not change, so all may read it, and successors that are not in it wait. Then each thread claims, in
the order of blocks, the waiting states whose hash lies in its part of the index. Last, new states
get their places, again in the order of blocks: a state has the place and the parent that a search
by one thread would have given it.
"""

from checker.explicit import engine_layout as at
from checker.explicit.engine_intrinsics import (
    add_atomic,
    call_observe,
    call_yield,
    helper,
    leading,
    lowest,
    prefetch,
    read,
    read_atomic,
    read_half,
    read_word,
    slots_with,
    write,
    write_half,
    write_word,
)
from checker.explicit.engine_kernels import (
    copy,
    fill,
    find_stored,
    look_up,
    occupy,
    owner_of,
    same,
    tag_of,
)

PATIENCE = 4000


@helper
def meet(search: int, meeting: int) -> bool:
    """Wait until all threads are at the meeting of that number; False if the search was aborted."""
    target = meeting * read(search, at.THREADS)
    add_atomic(search, at.ARRIVED, 1)
    waited = 0
    while read_atomic(search, at.ARRIVED) < target:
        if read_atomic(search, at.ABORT):
            return False
        waited += 1
        if waited > PATIENCE:
            call_yield(read(search, at.YIELD))
    return True


@helper
def is_stored(search: int, value: int, state: int, words: int) -> bool:
    """Whether the index has a state whose tag's first entry in the home line is another state's."""
    line = read(search, at.INDEX) + leading(value, read(search, at.SHIFT)) * at.LINE
    if slots_with(line, 0) and slots_with(line, tag_of(value)) == 0:
        return False
    return find_stored(search, value, state, words) != at.NOWHERE


@helper
def keep_unknown(search: int, worker: int, words: int) -> None:
    """Keep the successors of the batch that the index does not have."""
    states = read(search, at.STATES)
    buffer = read(worker, at.BUFFER)
    candidates = read(worker, at.CANDIDATES)
    found_states = read(worker, at.FOUND_STATES)
    found = read(worker, at.FOUND)
    for entry in range(read(worker, at.HELD)):
        state = buffer + entry * words * 8
        candidate = read_half(candidates, entry)
        if candidate != at.NOWHERE and same(states + candidate * words * 8, state, words):
            continue
        value = read_word(read(worker, at.HASHES), entry)
        if is_stored(search, value, state, words):
            continue
        copy(state, found_states + found * words * 8, words)
        write_word(read(worker, at.FOUND_HASHES), found, value)
        write_half(
            read(worker, at.FOUND_PARENTS), found, read_half(read(worker, at.ORIGINS), entry)
        )
        found += 1
    write(worker, at.FOUND, found)


@helper
def expand(search: int, worker: int, words: int) -> None:
    """Expand blocks of the level until none is left or there is no room to keep what is found."""
    size = 1 << read(search, at.BLOCK_SHIFT)
    full = read(worker, at.FOUND_ROOM) - size * read(search, at.MAX_SUCCESSORS)
    write(worker, at.FOUND, 0)
    while read(worker, at.FOUND) <= full:
        block = add_atomic(search, at.TICKETS, 1)
        cursor = read(search, at.CURSOR) + block * size
        if block >= read(search, at.BLOCK_LIMIT) or cursor >= read(search, at.LEVEL_END):
            return
        stop = min(cursor + size, read(search, at.LEVEL_END))
        write(read(search, at.BLOCK_OWNER), block, worker)
        write(read(search, at.BLOCK_FRESH), block, 0)
        write(read(search, at.BLOCK_START), block, read(worker, at.FOUND))
        while cursor < stop:
            cursor = fill(search, worker, cursor, stop, words)
            look_up(search, worker, words)
            keep_unknown(search, worker, words)
        write(read(search, at.BLOCK_STOP), block, read(worker, at.FOUND))


@helper
def blocks_taken(search: int) -> int:
    """The blocks expanded in this round; a ticket beyond the last block stands for none."""
    shift = read(search, at.BLOCK_SHIFT)
    left = (read(search, at.LEVEL_END) - read(search, at.CURSOR) + (1 << shift) - 1) >> shift
    return min(read_atomic(search, at.TICKETS), read(search, at.BLOCK_LIMIT), left)


@helper
def claim_one(search: int, worker: int, value: int, state: int, claims: int, words: int) -> int:
    """The address of the new index entry of a found state, or 0 if the index has the state already.

    Entries of this round hold positions from `COUNT` on, in the order of this thread's claims.
    """
    count = read(search, at.COUNT)
    tag = tag_of(value)
    shift = read(search, at.SHIFT)
    home = leading(value, shift)
    part = (1 << (64 - shift)) >> read(search, at.PART_BITS)
    for distance in range(part):
        line = read(search, at.INDEX) + (home ^ distance) * at.LINE
        hits = slots_with(line, tag)
        while hits:
            held = read_half(line, at.SLOTS + lowest(hits))
            if held >= count and same(read(read(worker, at.CLAIMS), held - count), state, words):
                return 0
            hits &= hits - 1
        if slots_with(line, 0):
            write(read(worker, at.CLAIMS), claims, state)
            return occupy(search, home, distance, tag, count + claims)
    write(search, at.OVERFLOW, 1)
    return 0


@helper
def select(search: int, worker: int, block: int) -> int:
    """List what a block found for this thread's part, and ask memory for it; gives the number."""
    owner = read(read(search, at.BLOCK_OWNER), block)
    index = read(search, at.INDEX)
    chosen = read(worker, at.CHOSEN)
    count = 0
    for entry in range(
        read(read(search, at.BLOCK_START), block), read(read(search, at.BLOCK_STOP), block)
    ):
        value = read_word(read(owner, at.FOUND_HASHES), entry)
        mine = owner_of(search, value) == read(worker, at.NUMBER)
        line = index + leading(value, read(search, at.SHIFT)) * at.LINE
        prefetch(line if mine else chosen)
        write_half(chosen, count, entry)
        count += 1 if mine else 0
    return count


@helper
def claim(search: int, worker: int, blocks: int, words: int) -> None:
    """Enter into this thread's part of the index what all threads found for it."""
    claims = 0
    for block in range(blocks):
        owner = read(read(search, at.BLOCK_OWNER), block)
        before = claims
        for number in range(select(search, worker, block)):
            entry = read_half(read(worker, at.CHOSEN), number)
            value = read_word(read(owner, at.FOUND_HASHES), entry)
            state = read(owner, at.FOUND_STATES) + entry * words * 8
            address = claim_one(search, worker, value, state, claims, words)
            write(read(owner, at.FOUND_ENTRIES), entry, address)
            claims += 1 if address else 0
        add_atomic(read(search, at.BLOCK_FRESH), block, claims - before)


@helper
def place(search: int, worker: int, blocks: int, words: int) -> int:
    """Store the new states of this thread's blocks; gives the number of states stored by all."""
    count = read(search, at.COUNT)
    for block in range(blocks):
        if read(read(search, at.BLOCK_OWNER), block) == worker:
            store(search, worker, block, count, words)
        count += read(read(search, at.BLOCK_FRESH), block)
    return count


@helper
def store(search: int, worker: int, block: int, count: int, words: int) -> None:
    """Store the new states of a block, which this thread found, from a position on."""
    for entry in range(
        read(read(search, at.BLOCK_START), block), read(read(search, at.BLOCK_STOP), block)
    ):
        prefetch(read(read(worker, at.FOUND_ENTRIES), entry + at.AHEAD))
        address = read(read(worker, at.FOUND_ENTRIES), entry)
        if address == 0:
            continue
        state = read(search, at.STATES) + count * words * 8
        copy(read(worker, at.FOUND_STATES) + entry * words * 8, state, words)
        parent = read_half(read(worker, at.FOUND_PARENTS), entry)
        write_half(read(search, at.PARENTS), count, parent)
        write_half(address, 0, count)
        if read(search, at.OBSERVE):
            seen = call_observe(read(search, at.OBSERVE), state, read(search, at.PARAMETERS))
            write_word(worker, at.SEEN, read_word(worker, at.SEEN) | seen)
        count += 1


def advance_together(search: int, worker: int, stop: int, _unused: int, words: int) -> int:
    """Take part in rounds until `stop` is reached or room is short; gives their number."""
    need = read(search, at.THREADS) * read(worker, at.FOUND_ROOM)
    rounds = 0
    while read(search, at.CURSOR) < stop and read(search, at.COUNT) + need <= read(search, at.ROOM):
        expand(search, worker, words)
        if not meet(search, 4 * rounds + 1):
            break
        blocks = blocks_taken(search)
        claim(search, worker, blocks, words)
        if not meet(search, 4 * rounds + 2):
            break
        count = place(search, worker, blocks, words)
        if not meet(search, 4 * rounds + 3):
            break
        if read(worker, at.NUMBER) == 0:
            cursor = read(search, at.CURSOR) + (blocks << read(search, at.BLOCK_SHIFT))
            write(search, at.CURSOR, min(cursor, read(search, at.LEVEL_END)))
            write(search, at.COUNT, count)
            write(search, at.TICKETS, 0)
        if not meet(search, 4 * rounds + 4):
            break
        rounds += 1
    return rounds
