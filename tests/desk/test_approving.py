"""An agent gives what the role may; beyond it somebody's PIN, with few tries and growing waits, and never a trace of the PIN."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from cartdesk.desk import Desk
from cartdesk.desk.approving import Approval, WrongPin, with_leave
from cartdesk.desk.pins import hashed
from cartdesk.desk.roles import Approver, Roles, read_roles, roles_of, write_roles
from cartdesk.errors import ApprovalNeeded, EntryError, Refused, SettingsError

from .conftest import Clock

PIN = "482915"
TOP = "730264"
HASHES = {pin: hashed(pin) for pin in (PIN, TOP)}
PEOPLE = (Approver("Kaya", "supervisor", HASHES[PIN]), Approver("Olga", "admin", HASHES[TOP]))


@pytest.fixture
def guarded(open_desk: Callable[..., Desk], tmp_path: Path) -> Desk:
    """A desk where Kaya may allow half off, and Olga all of it."""
    write_roles(tmp_path / "seat" / "roles.json", Roles(people=PEOPLE))
    desk = open_desk()
    desk.enter("14277")
    return desk


def needed(desk: Desk, entry: str) -> ApprovalNeeded:
    with pytest.raises(ApprovalNeeded) as caught:
        desk.enter(entry)
    return caught.value


def by_hand(desk: Desk) -> str:
    """What line 1 says of the price set by hand; nothing where pricing refused it."""
    return next((each.text for each in desk.view.cart.lines[0].details if each.kind == "override" and each.amount), "")


def test_within_the_limit_nobody_is_asked(guarded: Desk) -> None:
    assert guarded.enter("O 10% loyal").changed


def test_beyond_it_a_pin_allows_it_and_the_history_says_whose(guarded: Desk) -> None:
    error = needed(guarded, "O 20% loyal")
    assert error.percent == 20
    assert "the PIN of a supervisor or admin allows it" in str(error)
    assert error.at == 2
    assert guarded.enter("O 20% loyal", guarded.approvals.check(PIN, error)).changed
    cart = guarded.cart
    assert cart is not None
    (override,) = cart.notes.override
    assert (override.who, override.role, override.approved_by) == ("ana", "supervisor", "Kaya")
    last = guarded.store.history(cart.id)[-1]
    assert last.change.who == "ana, approved by Kaya (supervisor)"
    assert last.change.entry == "O 20% loyal"
    assert "ana, approved by Kaya (supervisor): loyal" in by_hand(guarded)
    assert PIN.encode() not in guarded.store.path.read_bytes()


def test_a_supervisor_cannot_allow_more_than_a_supervisor_may(guarded: Desk) -> None:
    error = needed(guarded, "O 60% loyal")
    with pytest.raises(WrongPin):
        guarded.approvals.check(PIN, error)
    assert guarded.enter("O 60% loyal", guarded.approvals.check(TOP, error)).changed
    with pytest.raises(ApprovalNeeded):
        guarded.enter("O 60% loyal", Approval("Kaya", "supervisor"))


def test_an_amount_of_money_counts_as_what_it_is_of_the_price(guarded: Desk) -> None:
    assert guarded.enter("O 3.19 loyal").changed
    assert needed(guarded, "O 15.95 loyal").percent == 50


def test_three_wrong_pins_make_one_wait_longer_and_longer_also_after_a_restart(
    guarded: Desk, clock: Clock, open_desk: Callable[..., Desk]
) -> None:
    error = needed(guarded, "O 20% loyal")
    for _ in range(2):
        with pytest.raises(WrongPin) as caught:
            guarded.approvals.check("111222", error)
        assert not caught.value.wait
    with pytest.raises(WrongPin) as caught:
        guarded.approvals.check("111222", error)
    assert caught.value.wait == 30
    guarded.close()
    desk = open_desk()
    with pytest.raises(WrongPin, match="wait 30 seconds"):
        desk.approvals.check(PIN, error)
    clock.later(seconds=31)
    with pytest.raises(WrongPin) as caught:
        desk.approvals.check("111222", error)
    assert caught.value.wait == 60
    clock.later(seconds=61)
    assert desk.approvals.check(PIN, error).name == "Kaya"
    with pytest.raises(WrongPin) as caught:
        desk.approvals.check("111222", error)
    assert not caught.value.wait, "a right one begins anew"


def test_where_nobody_has_a_pin_it_is_refused(desk: Desk) -> None:
    desk.enter("14277")
    with pytest.raises(EntryError, match="ask someone who may take off more") as caught:
        desk.enter("O 20% loyal")
    assert not isinstance(caught.value, ApprovalNeeded)


def test_a_role_that_may_more_is_shown_by_its_pin(open_desk: Callable[..., Desk], guarded: Desk) -> None:
    error = needed(guarded, "role supervisor")
    guarded.enter("role supervisor", guarded.approvals.check(PIN, error))
    assert guarded.view.role == "supervisor"
    assert guarded.enter("O 40% loyal").changed
    assert guarded.cart is not None and guarded.cart.notes.override[0].approved_by == "Kaya"
    guarded.enter("role agent")
    needed(guarded, "O 41% loyal")
    guarded.close()
    again = open_desk(role="supervisor")
    assert (again.view.role, again.unproven) == ("agent", "supervisor")


def test_without_pins_a_role_is_believed(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk(role="supervisor")
    assert (desk.view.role, desk.unproven) == ("supervisor", "")


def test_a_shops_own_limits_hold_for_entering_and_for_pricing(open_desk: Callable[..., Desk], tmp_path: Path) -> None:
    write_roles(tmp_path / "seat" / "roles.json", Roles().with_limit("agent", Decimal(25)))
    desk = open_desk()
    desk.enter("14277; O 25% loyal")
    assert "ana (agent): loyal" in by_hand(desk)
    assert not desk.view.cart.findings
    with pytest.raises(Refused):
        desk.enter("O 26% loyal")
    desk.enter("E Ingrid Berg, ingrid@berg.example")
    assert desk.view.cart.state == "ordered"


def test_a_pin_is_asked_for_until_it_is_right_or_given_up(guarded: Desk) -> None:
    asked: list[str] = []
    pins = iter(["000111", PIN])

    def ask(sentence: str) -> str | None:
        asked.append(sentence)
        return next(pins, None)

    outcome = with_leave(guarded, lambda approval: guarded.enter("O 20% loyal", approval), ask)
    assert outcome.changed and len(asked) == 2
    with pytest.raises(ApprovalNeeded):
        with_leave(guarded, lambda approval: guarded.enter("O 30% loyal", approval), ask)
    with pytest.raises(ApprovalNeeded, match="only asked for at a terminal"):
        with_leave(guarded, lambda approval: guarded.enter("O 30% loyal", approval), None)


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "{",
        '{"roles": {"agent": {"percent": 101}}}',
        '{"roles": {"agent": {"percent": "NaN"}}}',
        '{"roles": {"agent": 10}}',
        '{"people": {"Kaya": {"role": "boss", "pin": "x"}}}',
        '{"people": {"Kaya": {"role": "supervisor"}}}',
        '{"people": []}',
    ],
)
def test_a_file_that_cannot_be_used_lets_nobody_do_more(open_desk: Callable[..., Desk], tmp_path: Path, text: str) -> None:
    (tmp_path / "seat").mkdir()
    (tmp_path / "seat" / "roles.json").write_text(text)
    with pytest.raises(SettingsError, match=r"roles\.json"):
        open_desk()


def test_roles_are_kept_for_the_owner_alone_and_read_back(tmp_path: Path) -> None:
    path = tmp_path / "roles.json"
    roles = Roles().with_limit("Team_Lead", Decimal("33.5")).with_person("  Kaya   Öz ", "team_lead", PIN)
    write_roles(path, roles)
    assert path.stat().st_mode & 0o777 == 0o600
    assert PIN not in path.read_text()
    assert read_roles(path) == roles == roles_of(roles.to_json())
    assert roles.people[0].name == "Kaya Öz"
    assert roles.without_person("kaya öz").people == ()
    for bad in ("123", "123456", "111111", "abcdef", "1234567890123"):
        with pytest.raises(Refused):
            roles.with_person("Olga", "supervisor", bad)
    with pytest.raises(Refused, match="cannot be used here"):
        roles.with_person("Olga", "supervisor", PIN)
    with pytest.raises(Refused, match="no role"):
        roles.with_person("Olga", "queen", TOP)
