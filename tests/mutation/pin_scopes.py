"""Writes what the scopes of these tests show today into their files, after a change of the model.

python tests/mutation/pin_scopes.py [NAME ...]
"""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "scenarios"))

from mutation_scopes import HERE
from pin_scenarios import MARK, rows

from checker.settings.scenario_file import read_scenario

if __name__ == "__main__":
    for file in sorted(HERE.glob("*.toml")):
        if sys.argv[1:] and file.stem not in sys.argv[1:]:
            continue
        text = file.read_text(encoding="utf-8").partition(MARK)[0].rstrip()
        pinned = rows(read_scenario(str(file)))
        file.write_text("\n\n".join([text, *pinned]) + "\n", encoding="utf-8")
