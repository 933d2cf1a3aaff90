"""Every sample that exists of a TMF663 cart is read and written again without losing a member."""

from __future__ import annotations

import itertools
import re
from pathlib import Path
from typing import Any

import pytest

from cartdesk.errors import WireError
from cartdesk.tmf import dialects, wire
from cartdesk.tmf.period import Period, read_time, write_time


def document_samples(shared: Path) -> list[dict[str, Any]]:
    """The well-formed JSON objects of the R18 document that are carts or parts of one, pages' headers taken out."""
    text = (shared / "spec" / "TMF663-R18.0.0-specification.txt").read_text(encoding="utf-8")
    text = text[text.index("Json representation sample") :]
    lines = [line for line in text.split("\n") if not line.startswith("```") and "Shopping Cart API REST Specification" not in line]
    plain = "\n".join(lines)
    found: list[dict[str, Any]] = []
    place = 0
    while (match := re.compile(r"\{").search(plain, place)) is not None:
        end = balanced(plain, match.start())
        try:
            value = wire.loads(plain[match.start() : end])
        except WireError:
            place = match.start() + 1
            continue
        place = end
        if isinstance(value, dict) and {"cartItem", "contactMedium"} & value.keys():
            found.append(value)
    return found


def balanced(text: str, start: int) -> int:
    depth = 0
    for place in range(start, len(text)):
        depth += (text[place] == "{") - (text[place] == "}")
        if depth == 0:
            return place + 1
    return len(text)


def carts_in(value: Any) -> list[dict[str, Any]]:
    """All carts in the official examples, also inside events and lists."""
    if isinstance(value, list):
        return [cart for each in value for cart in carts_in(each)]
    if not isinstance(value, dict):
        return []
    if value.get("@type") == "ShoppingCart" or "cartItem" in value:
        return [value]
    return [cart for each in value.values() for cart in carts_in(each)]


def leaves(value: Any, path: str = "") -> list[tuple[str, str]]:
    """Every leaf with its path; list positions count, spellings that versions differ in are folded."""
    if isinstance(value, dict):
        return [leaf for key, each in value.items() for leaf in leaves(each, f"{path}.{key}")]
    if isinstance(value, (list, tuple)):
        return [leaf for number, each in enumerate(value) for leaf in leaves(each, f"{path}[{number}]")]
    return [(path, fold(value))]


def fold(value: Any) -> str:
    if isinstance(value, str):
        try:
            return str(Period.read(value))
        except ValueError:
            pass
        if re.match(r"\d{4}-\d\d-\d\dT", value):
            return write_time(read_time(value))
    return str(value)


def values(data: Any) -> list[str]:
    """Every leaf's value with the last name of its path, in any order: nothing lost whatever it is called above."""
    return sorted(f"{re.split(r'[.]', path)[-1]}={value}" for path, value in leaves(data))


def ids() -> Any:
    counter = itertools.count(1)
    return lambda: f"made-{next(counter)}"


def test_the_documents_samples_lose_nothing(shared: Path) -> None:
    samples = document_samples(shared)
    assert len(samples) >= 3
    for sample in samples:
        written = dialects.write(dialects.read(sample, ids=ids()), "v2")
        before = values(sample)
        after = values(written)
        for leaf in before:
            key = re.sub(r"\[\d+\]", "", leaf)
            assert key in [re.sub(r"\[\d+\]", "", each) for each in after], f"{leaf} was lost"


@pytest.mark.parametrize("name", ["TMF663_v4.0.0_ShoppingCart.example.json", "TMF663_v5.0.0_examples.json"])
def test_the_official_samples_come_back_as_they_were(shared: Path, name: str) -> None:
    carts = carts_in(wire.loads((shared / "spec" / "samples" / name).read_bytes()))
    assert carts
    for cart in carts:
        version = "v5" if "v5" in name else "v4"
        inner = dialects.read(cart, ids=ids())
        again = dialects.write(inner, version)
        # One official example misspells the member's name; it is written as the definition has it.
        fixed = wire.loads(wire.dumps(cart).replace('"PartyOrPartyRole":', '"partyOrPartyRole":'))
        missing = dict(leaves(fixed)).items() - dict(leaves(again)).items()
        assert not missing, f"{name}: {sorted(missing)}"
        assert dialects.read(again, ids=ids()) == dialects.read(wire.loads(wire.dumps(again)), ids=ids())


@pytest.mark.parametrize("name", ["TMF663_v4.0.0_ShoppingCart.example.json", "TMF663_v5.0.0_examples.json"])
def test_the_official_samples_lose_no_value_in_v2(shared: Path, name: str) -> None:
    for cart in carts_in(wire.loads((shared / "spec" / "samples" / name).read_bytes())):
        written = values(dialects.write(dialects.read(cart, ids=ids()), "v2"))
        texts = {leaf.split("=", 1)[1] for leaf in written}
        renamed = {"active": "Active", "saveForLater": "SavedForLater", "noChange": "no_change"}
        for _, value in leaves(cart):
            assert renamed.get(value, value) in texts


def test_versions_are_told_apart(shared: Path) -> None:
    v4 = wire.loads((shared / "spec" / "samples" / "TMF663_v4.0.0_ShoppingCart.example.json").read_bytes())
    v5 = wire.loads((shared / "spec" / "samples" / "TMF663_v5.0.0_examples.json").read_bytes())
    assert dialects.version_of(v4) == "v4"
    assert dialects.version_of(v5["ShoppingCart_retrieve_example_response"]) == "v5"
    assert dialects.version_of({"id": "1", "cartItem": [{"cartTerm": []}]}) == "v2"


def test_a_cart_passes_through_every_version_unchanged() -> None:
    cart = dialects.read(
        {
            "id": "1",
            "cartItem": [
                {
                    "id": "a",
                    "action": "no_change",
                    "status": "SavedForLater",
                    "quantity": 2,
                    "note": {"author": "Ana", "text": "ring twice"},
                    "cartTerm": {"name": "24 months", "duration": {"amount": 24, "units": "month"}},
                    "cartItemRelationship": [{"type": "Shipping", "cartItem": [{"id": "b"}]}],
                    "product": {
                        "characteristic": [{"name": "color", "value": "black"}],
                        "place": [{"id": "7396", "name": "Main Store", "role": "shop retrieval", "href": "https://host/7396"}],
                        "productRelationship": [{"type": "reliesOn", "product": {"id": "p1", "name": "Line"}}],
                    },
                    "itemPrice": [{"priceType": "recurring", "recurringChargePeriod": "monthly", "vendorMark": {"deep": [1, 2]}}],
                }
            ],
            "contactMedium": [
                {"type": "email", "preferred": True, "characteristic": {"emailAddress": "a@b.example"}},
                {"type": "postal address", "characteristic": {"street1": "Storgata 5", "city": "Oslo", "type": "home"}},
            ],
            "relatedParty": [{"id": "9", "name": "Berg", "role": "customer", "@referredType": "Individual"}],
            "x-vendor": {"kept": True},
        }
    )
    for version in ("v2", "v4", "v5"):
        again = dialects.read(wire.loads(wire.dumps(dialects.write(cart, version))))
        assert dialects.write(again, version) == dialects.write(cart, version)
        assert {leaf[1] for leaf in leaves(dialects.write(cart, "v2"))} <= {leaf[1] for leaf in leaves(dialects.write(again, "v2"))}


def test_strict_writing_leaves_out_what_no_definition_has() -> None:
    alteration = {"name": "3 month for half", "priceCondition": "new customer", "validFor": {"endDateTime": "2017-10-24T00:00"}}
    cart = dialects.read({"id": "1", "cartTotalPrice": [{"priceAlteration": [alteration]}]})
    assert "priceCondition" in dialects.write(cart)["cartTotalPrice"][0]["priceAlteration"][0]
    assert dialects.write(cart, strict=True)["cartTotalPrice"][0]["priceAlteration"][0].keys() == {"name"}


def test_what_only_the_seat_knows_stays_at_the_seat() -> None:
    cart = dialects.read({"id": "1", "cartdesk": {"label": "Mrs Berg", "state": "held"}})
    assert cart.notes.label == "Mrs Berg"
    for version in ("v2", "v4", "v5"):
        assert "cartdesk" not in dialects.write(cart, version)


@pytest.mark.parametrize(
    ("data", "word"),
    [
        ([], "object"),
        ({"name": "x"}, "cartItem"),
        ({"id": "1", "cartItem": [{"id": "a", "quantity": -1}]}, "cartItem[0].quantity"),
        ({"id": "1", "cartItem": [{"id": "a", "quantity": "many"}]}, "cartItem[0].quantity"),
        ({"id": "1", "cartItem": [{"id": "a", "action": "steal"}]}, "cartItem[0].action"),
        ({"id": "1", "cartItem": [{}]}, "cartItem[0].id"),
        ({"cartItem": []}, "id"),
        ({"id": "1", "cartItem": "soup"}, "cartItem"),
        ({"id": "1", "validFor": {"startDateTime": "yesterday"}}, "validFor.startDateTime"),
        ({"id": "1", "cartTotalPrice": [{"price": {"taxIncludedAmount": {"value": 3}}}]}, "taxIncludedAmount"),
        ({"id": "1", "cartTotalPrice": [{"price": {"taxIncludedAmount": {"value": "3x", "unit": "EUR"}}}]}, "taxIncludedAmount"),
    ],
)
def test_what_is_not_a_cart_is_said_in_one_sentence(data: Any, word: str) -> None:
    with pytest.raises(WireError) as caught:
        dialects.read(data, where="cart.json")
    sentence = str(caught.value)
    assert word in sentence
    assert "cart.json" in sentence
    assert "\n" not in sentence
