"""Tries all mutants; writes the sample and the list of survivors anew, with the known reasons.

python tests/mutation/pin_mutants.py [MODEL ...]

A second survey begins with the runs that told mutants apart in the first one (build/mutants-*.tsv).
"""

import sys
import time

from mutation_lists import results, write_results, write_sample, write_survivors
from mutation_scopes import SURVEYED

from checker.mutation.survey import KINDS, survey


def renew(model: str) -> None:
    began = time.process_time()
    found = survey(SURVEYED[model](), thorough=True, tell=print, before=results(model))
    for number in range(1, len(KINDS) + 1):
        killed, among = found.score(*KINDS[:number])
        print(f"{killed} of {among} ({killed / among:.1%}) by {', '.join(KINDS[:number])}")
    write_results(model, found)
    write_sample(model, found)
    for mutant in write_survivors(model, found):
        span = found.spans[mutant]
        print(f"has no reason yet: {span.file}:{span.line}: {mutant}")
    print(f"{model}: {time.process_time() - began:.0f} s of CPU time")


if __name__ == "__main__":
    for name in sys.argv[1:] or SURVEYED:
        renew(name)
