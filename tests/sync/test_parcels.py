"""Orders, customers and accounts: each there once, looked for before any second POST, and never silently overwritten."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

import pytest

from cartdesk.desk import Desk
from cartdesk.desk.commands.syncing import GiveUp, TryAgain
from cartdesk.desk.syncing import DeskSeat
from cartdesk.store.codec import write_document
from cartdesk.store.frame import Op
from cartdesk.store.tables import ACCOUNTS, CUSTOMERS, ORDERS
from cartdesk.sync.api import Api
from cartdesk.sync.ledger import Ledger
from cartdesk.sync.parcels import Parcels
from cartdesk.sync.queue import queue_of
from cartdesk.sync.settings import APIS

from .scripted import Scripted, Shelf, answer

BASES = {name: f"https://shop.example/tmf-api/{name}/v4" for name in ("orders", "customers", "accounts")}
ORDER = {
    "id": "O-1",
    "state": "acknowledged",
    "productOrderItem": [{"id": "1", "action": "add", "quantity": 2, "state": "acknowledged"}],
    "cartdesk": {"who": "ana"},
}
PERSON = {"id": "C-1", "@type": "Individual", "givenName": "Solveig", "familyName": "Berg"}


class Post:
    """A seat's parcels and the server they go to, under a clock of its own."""

    def __init__(self, desk: Desk, *names: str) -> None:
        self.desk = desk
        self.storage = desk.store.log_storage
        self.shelf = Shelf(productOrder=[], individual=[], organization=[], billingAccount=[], partyAccount=[])
        self.line = Scripted(self.shelf)
        self.moment = 1000.0
        self.names = names or tuple(BASES)
        self.begin()

    def begin(self) -> None:
        """Begin anew on what the disk holds, as after a restart."""
        apis = {name: Api(APIS[name], BASES[name], self.line) for name in self.names}
        self.ledger = Ledger(self.storage)
        self.parcels = Parcels(DeskSeat(self.desk), self.ledger, apis, ids=self.desk.ids, clock=lambda: self.moment, rng=random.Random(1))

    def put(self, table: str, body: dict[str, Any], *, note: str | None = None) -> None:
        with self.storage.transaction():
            self.storage.apply([Op(table, body["id"], write_document(body))])
            if note is not None:
                self.ledger.note(note, body["id"], "2026-11-22T10:00:00Z")

    def order(self) -> dict[str, Any]:
        raw = self.storage.body(ORDERS, "O-1")
        assert raw is not None
        found: dict[str, Any] = json.loads(raw)
        return found

    def statuses(self) -> dict[str, str]:
        return {row.kind: row.status for row in queue_of(self.ledger)}


@pytest.fixture
def post(open_desk: Callable[..., Desk]) -> Post:
    return Post(open_desk())


async def test_an_order_goes_with_its_number_as_external_id_and_without_what_only_this_seat_knows(post: Post) -> None:
    post.put(ORDERS, ORDER, note="order")
    await post.parcels.push()
    await post.parcels.push()
    (there,) = post.shelf.kinds["productOrder"]
    assert (there["externalId"], there["id"]) == ("O-1", "productOrder-1")
    assert "cartdesk" not in there and "state" not in there
    assert post.line.methods == ["POST productOrder"]
    assert post.line.sent[0].headers["Idempotency-Key"] == "O-1"
    assert queue_of(post.ledger) == []


@pytest.mark.parametrize("filters", [True, False])
async def test_an_order_whose_answer_was_lost_is_looked_for_and_not_sent_again(post: Post, filters: bool) -> None:
    post.put(ORDERS, ORDER, note="order")
    post.shelf.unheard, post.shelf.filters = 1, filters
    tally = await post.parcels.push()
    assert tally.put_off == 1
    assert queue_of(post.ledger)[0].why == "The connection to shop.example broke off (ReadError)."
    await post.parcels.push()
    assert len(post.line.sent) == 1, "its pause is not over"
    post.begin()
    post.moment += 10
    await post.parcels.push()
    assert len(post.shelf.kinds["productOrder"]) == 1
    assert post.line.methods.count("POST productOrder") == 1
    assert post.ledger.waiting() == []


async def test_an_order_that_never_arrived_is_looked_for_and_then_sent_again(post: Post) -> None:
    post.put(ORDERS, ORDER, note="order")
    post.shelf.deaf_after = 0
    await post.parcels.push()
    post.shelf.deaf_after = None
    post.moment += 10
    await post.parcels.push()
    assert post.line.methods == ["POST productOrder", "GET productOrder", "GET productOrder", "POST productOrder"]
    assert len(post.shelf.kinds["productOrder"]) == 1


async def test_a_server_that_has_it_already_says_so_with_409_and_it_is_taken_for_ours(post: Post) -> None:
    post.put(ORDERS, ORDER, note="order")
    post.shelf.kinds["productOrder"].append({"id": "77", "externalId": "O-1", "state": "inProgress"})
    post.shelf.refusal = answer(409, {"reason": "there is one"})
    await post.parcels.push()
    assert post.ledger.waiting() == []
    assert await post.parcels.fetch_states() == 1
    assert post.order()["state"] == "inProgress"


async def test_a_409_about_something_else_is_parked(post: Post) -> None:
    post.put(ORDERS, ORDER, note="order")
    post.shelf.refusal = answer(409)
    await post.parcels.push()
    assert post.statuses() == {"order": "parked"}


async def test_what_the_server_refuses_is_parked_with_its_reason_until_somebody_tries_again(post: Post) -> None:
    post.put(ORDERS, ORDER, note="order")
    post.shelf.refusal = answer(422, {"reason": "no credit"})
    await post.parcels.push()
    await post.parcels.push()
    (row,) = queue_of(post.ledger)
    assert row.status == "parked" and "no credit" in row.why
    assert post.line.methods == ["POST productOrder"]
    post.shelf.refusal = None
    post.desk.run(TryAgain("order", "O-1"))
    await post.parcels.push()
    assert len(post.shelf.kinds["productOrder"]) == 1


async def test_a_server_that_does_not_know_us_parks_nothing(post: Post) -> None:
    post.put(ORDERS, ORDER, note="order")
    post.shelf.refusal = answer(401)
    await post.parcels.push()
    assert post.statuses() == {"order": "waiting"}
    post.shelf.refusal = None
    post.moment += 61
    await post.parcels.push()
    assert post.ledger.waiting() == []


async def test_states_are_fetched_back_line_by_line_until_they_are_final(post: Post) -> None:
    post.put(ORDERS, ORDER, note="order")
    await post.parcels.push()
    (there,) = post.shelf.kinds["productOrder"]
    for state, news in (("inProgress", 1), ("inProgress", 0), ("completed", 1), ("failed", 0)):
        there["state"] = state
        there["productOrderItem"] = [{"id": "1", "state": state}]
        assert await post.parcels.fetch_states() == news
    order = post.order()
    assert (order["state"], order["productOrderItem"][0]["state"]) == ("completed", "completed")
    assert order["productOrderItem"][0]["quantity"] == 2
    assert order["cartdesk"] == {"who": "ana"}
    assert post.ledger.waiting() == []


async def test_an_order_that_is_not_shown_to_us_keeps_nobody_from_the_others(post: Post) -> None:
    post.put(ORDERS, {**ORDER, "id": "O-0"}, note="order")
    post.put(ORDERS, ORDER, note="order")
    await post.parcels.push()
    first, second = post.shelf.kinds["productOrder"]
    second["state"] = "held"
    post.shelf.kinds["productOrder"].remove(first)
    assert await post.parcels.fetch_states() == 1
    assert post.order()["state"] == "held"


async def test_customers_go_before_their_accounts_and_both_carry_our_mark(post: Post) -> None:
    post.put(ACCOUNTS, {"id": "A-1", "@type": "BillingAccount", "name": "Family", "relatedParty": [{"id": "C-1", "role": "payer"}]})
    post.put(CUSTOMERS, PERSON)
    await post.parcels.push()
    await post.parcels.push()
    assert post.line.methods == ["POST individual", "POST billingAccount"]
    (person,), (account,) = post.shelf.kinds["individual"], post.shelf.kinds["billingAccount"]
    assert person["externalReference"][0]["name"].startswith("urn:uuid:")
    assert [party.get("role") for party in account["relatedParty"]] == ["payer", "cartSync"]
    assert account["relatedParty"][-1]["name"] == "cartdesk"  # TMF666 takes no party without a name


async def test_a_person_of_one_name_goes_with_the_two_that_the_standard_wants(post: Post) -> None:
    post.put(CUSTOMERS, {"id": "C-3", "fullName": "Ana Maria Berg"})
    await post.parcels.push()
    (person,) = post.shelf.kinds["individual"]
    assert (person["givenName"], person["familyName"]) == ("Ana Maria", "Berg")


async def test_an_organization_goes_where_organizations_are_kept(post: Post) -> None:
    post.put(CUSTOMERS, {"id": "C-2", "@type": "Organization", "tradingName": "Berg AS"})
    await post.parcels.push()
    assert len(post.shelf.kinds["organization"]) == 1


async def test_a_change_of_a_customer_is_sent_and_one_that_both_changed_is_left_as_it_is_there(post: Post) -> None:
    post.put(CUSTOMERS, PERSON)
    await post.parcels.push()
    (there,) = post.shelf.kinds["individual"]
    there["status"] = "approved"
    post.put(CUSTOMERS, {**PERSON, "familyName": "Nes"})
    await post.parcels.push()
    assert (there["familyName"], there["status"]) == ("Nes", "approved")
    there["familyName"] = "Lund"
    post.put(CUSTOMERS, {**PERSON, "familyName": "Dahl"})
    await post.parcels.push()
    (row,) = queue_of(post.ledger)
    assert row.status == "parked" and "familyName" in row.why
    assert there["familyName"] == "Lund"


async def test_what_was_given_up_is_not_noted_again_until_it_changes(post: Post) -> None:
    post.put(CUSTOMERS, PERSON)
    post.shelf.refusal = answer(422, {"reason": "no such person"})
    await post.parcels.push()
    post.desk.run(GiveUp("customer", "C-1", "a test"))
    post.shelf.refusal = None
    post.begin()
    await post.parcels.push()
    assert post.ledger.waiting() == []
    assert post.shelf.kinds["individual"] == []
    post.put(CUSTOMERS, {**PERSON, "familyName": "Nes"})
    await post.parcels.push()
    assert [each["familyName"] for each in post.shelf.kinds["individual"]] == ["Nes"]


async def test_what_has_no_api_stays_here(open_desk: Callable[..., Desk]) -> None:
    post = Post(open_desk(), "orders")
    post.put(CUSTOMERS, PERSON)
    post.put(ORDERS, ORDER, note="order")
    await post.parcels.push()
    assert post.line.methods == ["POST productOrder"]


async def test_an_order_that_was_erased_meanwhile_is_not_sent(post: Post) -> None:
    post.put(ORDERS, ORDER, note="order")
    post.storage.apply([Op(ORDERS, "O-1", None)])
    await post.parcels.push()
    assert post.line.sent == []
    assert post.ledger.waiting() == []


async def test_numbers_go_as_they_are_written(post: Post) -> None:
    text = '{"id": "A-1", "@type": "BillingAccount", "creditLimit": 1234567890123456.78}'
    post.storage.apply([Op(ACCOUNTS, "A-1", text.encode())])
    await post.parcels.push()
    assert b"1234567890123456.78" in (post.line.sent[0].body or b"")
