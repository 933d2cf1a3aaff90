"""Training: a store of its own, marked wherever it shows, that never talks to a server."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from cartdesk.desk import Desk
from cartdesk.errors import Refused

Cartdesk = Callable[..., Any]
MARK = "Training: nothing here is real, and nothing is sent.\n"


def test_it_has_a_store_of_its_own_and_says_so(cartdesk: Cartdesk, seat: Path) -> None:
    real = cartdesk("do", "14277", "--json").json["id"]
    practised = cartdesk("do", "--training", "FIB500", "--json")
    assert practised.err == MARK
    assert [row["id"] for row in cartdesk("carts", "list", "--json").json] == [real]
    listed = cartdesk("--training", "carts", "list", "--json")
    assert [row["id"] for row in listed.json] == [practised.json["id"]] and listed.err == MARK


def test_it_stays_training_wherever_it_is_opened_from(cartdesk: Cartdesk, seat: Path) -> None:
    cartdesk("do", "--training", "FIB500")
    assert cartdesk("carts", "list", "--data-dir", str(seat / "training")).err == MARK


def test_its_orders_are_told_from_real_ones(cartdesk: Cartdesk) -> None:
    assert "Order TRAINING-" in cartdesk("--training", "do", "14277; E Ingrid Nord, i@nord.example").out


def test_it_cannot_be_given_a_server_nor_sent_to_one(cartdesk: Cartdesk, seat: Path) -> None:
    cartdesk("--training", "do", "14277")
    for command in (("remote", "add", "https://shop.example/v4/"), ("sync",)):
        ran = cartdesk("--training", *command)
        assert ran.code == 2 and "This is training" in ran.err


def test_real_carts_are_never_made_practice(tmp_path: Path, root: Path, now: datetime) -> None:
    shop = root / "catalog_fixtures" / "nordlys"

    def opened(**options: Any) -> Desk:
        return Desk.open(tmp_path, shop, now=lambda: now, ids=lambda: "id0001", agent="ana", **options)

    desk = opened()
    desk.enter("14277")
    assert not desk.view.training
    desk.close()
    with pytest.raises(Refused, match="real carts"):
        opened(training=True)


def test_a_server_that_was_set_all_the_same_is_not_synced_with(tmp_path: Path, root: Path, now: datetime) -> None:
    desk = Desk.open(tmp_path, root / "catalog_fixtures" / "nordlys", now=lambda: now, ids=lambda: "id0001", agent="ana", training=True)
    desk.store.set_setting("remote", {"apis": {"carts": "https://shop.example/v4/"}})
    assert desk.view.training and not desk.syncs
    desk.close()


def test_the_prompt_says_it_first(cartdesk: Cartdesk) -> None:
    assert cartdesk("--training", "line", stdin="14277\n").err == MARK
