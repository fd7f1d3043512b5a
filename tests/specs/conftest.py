"""Tests of guarantees put worlds together with the helper of the model's tests."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "model"))
