"""Every kind of fault that can be asked for is the fault of some step."""

import re
from pathlib import Path

import pytest

import model
from model import faults as plain
from model.transactions import faults as transactional
from model.transactions.settings import Budgets

ROOT = Path(model.__file__).parent
CASES = [
    (kind, folder)
    for kinds, folder in ((plain.Fault, ROOT), (transactional.Fault, ROOT / "transactions"))
    for kind in kinds
]


def suffered(folder: Path) -> set[str]:
    text = "".join(file.read_text() for file in folder.glob("*.py"))
    return set(re.findall(r"suffer\(world, Fault\.(\w+)\)", text))


@pytest.mark.parametrize(("kind", "folder"), CASES)
def test_some_step_suffers_it(kind, folder):
    assert kind.name in suffered(folder)


def test_kinds_counters_and_budgets_of_transactions_have_the_same_names():
    names = [kind.value for kind in transactional.Fault]
    assert list(transactional.Faults.annotations()) == ["in_all", *names]
    assert sorted(Budgets.annotations()) == sorted(["in_all", *names])
