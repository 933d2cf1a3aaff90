"""The checkout of the installed program, killed at every step, started again and finished: one order and one payment."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from cartdesk.store import CartStore

from .terminal import Terminal

Start = Callable[..., Terminal]

STEPS: list[tuple[str, str, tuple[str, ...]]] = [
    ("the cart", "2  SIM card", ("FIB500; SIM", "enter")),
    ("the name", "Ingrid Berg · new", ("f8", "Ingrid Berg")),
    ("the customer", "▸ 2 Delivery", ("ingrid@example.com", "enter")),
    (
        "the delivery",
        "▸ 3 Billing",
        (" ", "down", "down", "down", "down", "down", "Storgata 5", "down", "0155", "down", "Oslo", "enter"),
    ),
    ("the account", "▸ 4 Payment", ("down", "15", "enter")),
    ("the payment", "paid · Card terminal AB-1234", (" ", "down", "AB-1234", "enter")),
    ("the script", "▸ 6 Confirm", ("a", "enter")),
    ("the question", "Does the customer agree", ("enter",)),
]
"""What a step is called, what shows that it is done, and the keys that do it."""


@pytest.fixture
def start(tmp_path: Path, nordlys: Path) -> Start:
    """Opens the shop on this test's data folder."""

    def starter(columns: int = 120, rows: int = 40) -> Terminal:
        program = [sys.executable, "-m", "cartdesk", "--data-dir", tmp_path / "data", "--catalog", nordlys]
        return Terminal(program, columns=columns, rows=rows, env={"NO_COLOR": "", "CARTDESK_AGENT": "ana"})

    return starter


def ready(terminal: Terminal) -> Terminal:
    """Wait until the desk shows its totals, its offerings and its keys."""
    terminal.wait_for("ue now", "/mo", "F1 Help")
    return terminal


EVERY = frozenset(name for name, _, _ in STEPS)


@pytest.mark.parametrize(
    "kills", [frozenset({"the name", "the payment", "the question"}), pytest.param(EVERY, marks=pytest.mark.stress)], ids=["some", "every"]
)
def test_killed_at_steps_it_goes_on_and_makes_one_order_and_one_payment(start: Start, tmp_path: Path, kills: frozenset[str]) -> None:
    desk = ready(start())
    for place, (name, shown, keys) in enumerate(STEPS):
        desk.press(*keys)
        desk.wait_for(shown)
        if name in kills:
            desk.kill()
            desk.close()
            desk = ready(start())
            if place and place + 1 < len(STEPS):
                desk.press("f8")
                desk.wait_for(shown)
    with desk:
        desk.press("f8")
        desk.wait_for("▸ 6 Confirm", "73.94" if "Courier" in desk.text else "58.99")
        desk.press("enter")
        desk.wait_for("Does the customer agree")
        desk.settle()
        desk.press("right")
        desk.press("enter")
        desk.wait_for("Ordered:")
        desk.kill()
    with CartStore(tmp_path / "data" / "store.cartdesk") as store:
        (order,), (payment,), (customer,) = store.orders(), store.payments(), store.customers()
        assert order.id == order.external_id == payment.correlator_id
        assert store.checkouts() == []
        assert len([each for each in store.accounts(customer.id) if each.kind == "BillingAccount"]) == 1
        assert store.verify() == []


def test_killed_while_the_order_is_placed_there_is_all_of_it_or_none(start: Start, tmp_path: Path) -> None:
    with ready(start()) as desk:
        desk.press("FIB500; E name=Ann Ek; E email=ann@example.com; E pay=cash; E heard", "enter")
        desk.wait_for("[A Ann Ek]")
        desk.press("E confirm")
        desk.wait_for("E confirm")
        desk.press("enter")
        desk.kill()
    with CartStore(tmp_path / "data" / "store.cartdesk") as store:
        counts = {len(store.orders()), len(store.payments()), len(store.customers()), 1 - len(store.checkouts())}
        assert counts in ({0}, {1})
        done = bool(store.orders())
        (row,) = store.cart_rows()
        assert (row.state == "ordered") is done
        if done:
            (order,) = store.orders()
            assert all(store.bill_items(account.id) for account in store.accounts() if account.kind == "BillingAccount")
            assert row.order_id == order.id
