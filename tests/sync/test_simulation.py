"""Whole worlds run by seed: no acknowledged edit is lost, nothing exists twice, and every seat agrees, whatever happened.

A seed that fails is run again by its number: ``run_seed(17)``.
"""

from __future__ import annotations

import pytest

from cartdesk.sync.engine import Habits

from .world.simulation import SERVERS, run_seed


@pytest.mark.parametrize("first", range(0, 50, 10))
def test_fifty_worlds_end_sound(first: int) -> None:
    outcomes = [run_seed(seed) for seed in range(first, first + 10)]
    assert [str(outcome) for outcome in outcomes if not outcome.sound] == []
    assert sum(outcome.edits for outcome in outcomes) > 200


def test_the_worlds_hold_every_server_and_real_trouble() -> None:
    outcomes = [run_seed(seed) for seed in range(10)]
    assert {outcome.server for outcome in outcomes} == {name for name, _ in SERVERS}
    assert sum(outcome.clashes for outcome in outcomes) > 0
    assert sum(outcome.deaths for outcome in outcomes) > 0


def test_a_seed_runs_the_same_every_time() -> None:
    assert run_seed(7) == run_seed(7)


def test_a_removal_holds_of_a_line_that_is_younger_than_the_common_ground() -> None:
    """A write that another one took the place of had brought the line here; it came back by a third seat."""
    assert str(run_seed(1114)).endswith("sound")


@pytest.mark.parametrize("seed", [105, 158, 328, 498])
def test_an_old_write_that_arrives_late_undoes_nothing(seed: int) -> None:
    """It met a seat that holds no revision in common with it, a removal that it knew nothing of, or came a second time."""
    assert str(run_seed(seed)).endswith("sound")


def test_without_lineage_edits_are_lost() -> None:
    assert not all(run_seed(seed, Habits(lineage=False)).sound for seed in (3, 4, 5, 10))


def test_without_looking_edits_are_lost() -> None:
    assert not all(run_seed(seed, Habits(look=False)).sound for seed in (0, 2))


def test_a_writer_who_ignores_the_mark_never_costs_a_line() -> None:
    outcomes = [run_seed(seed, foreign=True) for seed in range(100, 108)]
    assert [str(outcome) for outcome in outcomes if not outcome.sound] == []
    assert sum(outcome.damage for outcome in outcomes) > 0


@pytest.mark.stress
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("first", range(0, 1000, 50))
def test_a_thousand_worlds_end_sound(first: int) -> None:
    assert [str(outcome) for seed in range(first, first + 50) if not (outcome := run_seed(seed)).sound] == []


@pytest.mark.stress
@pytest.mark.timeout(3600)
def test_two_hundred_worlds_with_writers_who_ignore_the_mark() -> None:
    outcomes = [run_seed(seed, foreign=True) for seed in range(200)]
    assert [str(outcome) for outcome in outcomes if not outcome.sound] == []
    edits, writes = sum(each.edits for each in outcomes), sum(each.damage for each in outcomes)
    assert sum(each.overwritten for each in outcomes) <= writes, f"{edits} edits, {writes} foreign writes"
