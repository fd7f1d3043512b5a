"""Tries all mutants; writes the sample anew, and tells which survivors are listed wrongly.

python tests/mutation/pin_mutants.py
"""

import time

from mutation_lists import listed, survivors, write_sample
from mutation_scopes import scopes

from checker.mutation.program import COUNT, ERROR, VERDICT
from checker.mutation.survey import survey


def main() -> None:
    found = survey(scopes(), thorough=True, tell=print)
    for kinds in ((VERDICT,), (VERDICT, ERROR), (VERDICT, ERROR, COUNT)):
        killed, number = found.score(*kinds)
        print(f"{killed} of {number} ({killed / number:.1%}) by {', '.join(kinds)}")
    known = set(listed(survivors()))
    for mutant in found.survivors():
        if mutant not in known:
            print(f"not listed: {found.spans[mutant].file}:{found.spans[mutant].line}: {mutant}")
    for mutant in sorted(known - set(found.survivors())):
        print(f"listed, but no survivor: {mutant}")
    write_sample(found)
    print(f"{time.process_time():.0f} s of CPU time")


if __name__ == "__main__":
    main()
