"""Which release has what: transaction versions of requests, switches, families."""

import pytest

from model.releases import FAMILIES, find_switch
from model.transactions.settings import Settings
from model.transactions.sorts import Version
from model.transactions.versions import (
    SWITCHES,
    settings_of,
    spoken_version,
)


@pytest.mark.parametrize(
    ("brokers", "clients", "version"),
    [
        ((3, 5), (3, 5), Version.V0),
        ((3, 8), (3, 8), Version.V1),
        ((3, 9), (4, 2), Version.V1),
        ((4, 2), (3, 9), Version.V1),
        ((4, 2), (2, 0), Version.V0),
        ((4, 0), (4, 2), Version.V2),
    ],
)
def test_requests_speak_the_newest_version_that_both_know(brokers, clients, version):
    assert spoken_version(brokers, clients) == version
    assert settings_of(brokers, clients)["client_version"] == version


def test_families_differ_in_what_they_are_made_for():
    found = {name: settings_of(release, release) for name, release in FAMILIES.items()}
    assert [found[name]["verification"] for name in FAMILIES] == [0, 1, 1, 1]
    assert [found[name]["offset_verification"] for name in FAMILIES] == [0, 1, 1, 1]
    assert [found[name]["cluster_version"] for name in FAMILIES] == [0, 0, 2, 2]
    assert [found[name]["strict_marker"] for name in FAMILIES] == [0, 0, 0, 1]
    assert [found[name]["idempotent_marker"] for name in FAMILIES] == [0, 0, 0, 1]


def test_an_old_client_has_neither_group_fencing_nor_epoch_bumps():
    old = settings_of((4, 2), (2, 4))
    assert (old["group_fencing"], old["require_stable"], old["client_bump"]) == (0, 0, 0)
    assert settings_of((4, 2), (2, 5))["group_fencing"] == 1
    assert settings_of((4, 2), (2, 5))["client_bump"] == 1
    assert settings_of((2, 4), (2, 5))["client_bump"] == 0
    assert settings_of((4, 2), (3, 1))["refused_record_fails"] == 0
    assert settings_of((2, 0), (3, 2))["refused_record_fails"] == 1


def test_switches_win_over_releases():
    on, off = (find_switch(SWITCHES, name) for name in ("kafka-14561", "KAFKA-19446"))
    assert settings_of((3, 5), (3, 5), on=(on,))["verification"] == 1
    assert settings_of((4, 2), (4, 2), off=(off,))["strict_marker"] == 0
    both = find_switch(SWITCHES, "KAFKA-14562")
    found = settings_of((3, 9), (3, 9), on=(both,))
    assert (found["cluster_version"], found["client_version"]) == (Version.V2, Version.V2)


def test_switches_are_known_once_and_change_settings_that_exist():
    names = [switch.name for switch in SWITCHES]
    assert len(names) == len(set(names))
    changed = [name for switch in SWITCHES for name in switch.settings]
    assert len(changed) == len(set(changed))
    assert set(changed) <= set(Settings.__annotations__)


def test_what_is_not_released_is_in_no_release():
    unreleased = [switch for switch in SWITCHES if not switch.released]
    assert {switch.name for switch in unreleased} == {
        "KAFKA-20090",
        "KAFKA-20785",
        "KAFKA-20310",
        "PR-22096",
    }
    newest = settings_of((4, 2), (4, 2))
    assert all(newest[name] == 0 for switch in unreleased for name in switch.settings)
    assert all(switch.since == "not released" for switch in unreleased)
