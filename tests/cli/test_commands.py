"""Each command: what it prints, as text and as JSON, and with which code it ends."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
import pytest

from cartdesk.cli import cli
from cartdesk.text import safe_text

from .conftest import Cartdesk


def new_cart(cartdesk: Cartdesk, entry: str) -> str:
    """Make a cart by an entry and return its id."""
    return str(cartdesk("do", entry, "--json").json["id"])


def without_types(value: Any) -> Any:
    """Return JSON values without the type members that v5 requires and v2 may leave out."""
    if isinstance(value, dict):
        return {name: without_types(each) for name, each in value.items() if name not in ("@type", "@referredType")}
    return [without_types(each) for each in value] if isinstance(value, list) else value


def test_the_reference_cart_as_json(cartdesk: Cartdesk) -> None:
    ran = cartdesk("do", "14277", "--json")
    assert ran.code == 0
    assert ran.err == ""
    (total,) = ran.json["cartTotalPrice"]
    assert total["priceType"] == "recurring"
    assert total["recurringChargePeriod"] == "monthly"
    assert total["price"] == {
        "dutyFreeAmount": {"unit": "EUR", "value": 29},
        "taxIncludedAmount": {"unit": "EUR", "value": 31.9},
        "taxRate": 10,
    }
    (alteration,) = total["priceAlteration"]
    assert alteration["price"]["percentage"] == 50
    assert alteration["applicationDuration"] == 3
    (item,) = ran.json["cartItem"]
    assert item["itemPrice"][0]["price"] == total["price"]
    assert item["itemTotalPrice"][0]["price"] == total["price"]
    assert "cartdesk" not in ran.json


def test_an_entry_prints_the_cart(cartdesk: Cartdesk) -> None:
    ran = cartdesk("do", "14277; 2*FIB500")
    assert ran.code == 0
    assert ran.out.startswith("Talk Simple 25 is line 1. Fibre 500 ×2 is line 2.\n")
    assert "98.00 EUR" in ran.out


def test_a_refused_entry_says_one_sentence_and_changes_nothing(cartdesk: Cartdesk) -> None:
    cart = new_cart(cartdesk, "14277")
    before = cartdesk("carts", "show", cart, "--json").out
    history = cartdesk("carts", "history", cart, "--json").out
    ran = cartdesk("do", "FIB500; FIB50000", "--cart", cart)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("FIB50000 is not in this catalog. Did you mean FIB50")
    assert ran.err.count("\n") == 1
    assert cartdesk("carts", "show", cart, "--json").out == before
    assert cartdesk("carts", "history", cart, "--json").out == history
    assert cartdesk("do", "nothing like that").code == 2
    assert len(cartdesk("carts", "list", "--json").json) == 1


def test_entries_go_on_with_a_given_cart(cartdesk: Cartdesk) -> None:
    cart = new_cart(cartdesk, "14277")
    ran = cartdesk("do", "*3; FIB500", "--cart", cart, "--json")
    assert ran.json["id"] == cart
    assert [item["quantity"] for item in ran.json["cartItem"]] == [3, 1]
    ran = cartdesk("do", "U", "--cart", cart[:6], "--json")
    assert [item["quantity"] for item in ran.json["cartItem"]] == [1]
    ran = cartdesk("do", "H", "--cart", cart)
    assert ran.code == 0
    assert cartdesk("carts", "list", "--state", "held", "--json").json[0]["id"] == cart
    assert cartdesk("do", "FIB500", "--cart", "nowhere").code == 2


def test_an_entry_may_show_something_else(cartdesk: Cartdesk) -> None:
    cart = new_cart(cartdesk, "14277; #+Berg")
    assert "Fibre 500" in cartdesk("do", "?fibre 500").out
    assert "Berg" in cartdesk("do", "carts berg").out
    assert "14277" in cartdesk("do", "history", "--cart", cart).out
    assert "E NAME" in cartdesk("do", "E", "--cart", cart).out
    assert "15 Dec" in cartdesk("do", "B 15", "--cart", cart).out
    assert cartdesk("do", "", "--json").json == {"said": ""}


def test_a_whole_sale_in_one_entry(cartdesk: Cartdesk) -> None:
    ran = cartdesk("do", "14277; E Ingrid Berg, ingrid@berg.example")
    assert ran.code == 0
    (order,) = cartdesk("orders", "list", "--json").json
    assert f"Order {order['id']} is placed." in ran.out
    assert order["state"] == "acknowledged"
    receipt = cartdesk("orders", "show", order["id"])
    assert "Ingrid Berg" in receipt.out
    assert order["id"] in receipt.out
    assert cartdesk("orders", "show", order["id"], "--json").json == order
    assert order["id"] in cartdesk("orders", "list").out
    (row,) = cartdesk("carts", "list", "--state", "ordered", "--json").json
    assert row["order_id"] == order["id"]
    assert cartdesk("do", "*2", "--cart", row["id"]).code == 2
    assert cartdesk("orders", "show", "none").code == 2


def test_carts_are_listed_and_shown(cartdesk: Cartdesk) -> None:
    cart = new_cart(cartdesk, "14277; 2*FIB500; label Mrs Berg")
    new_cart(cartdesk, "FIB500")
    listed = cartdesk("carts", "list")
    assert listed.out.splitlines()[0].split() == ["cart", "name", "state", "lines", "due", "now", "every", "changed"]
    assert len(listed.out.splitlines()) == 3
    (row,) = cartdesk("carts", "list", "--text", "berg", "--json").json
    assert (row["id"], row["due_now"], row["lines"]) == (cart, "98.00", 2)
    assert "Mrs Berg" in cartdesk("carts", "show", cart).out
    assert cartdesk("carts", "list", "--text", "nobody").out == "There are no such carts.\n"
    assert cartdesk("carts", "show", "zzz").code == 2


def test_nothing_to_read_is_said_and_nothing_is_made(cartdesk: Cartdesk, seat: Path) -> None:
    for arguments in (("carts", "list"), ("carts", "show", "x"), ("bill", "x"), ("why", "x"), ("orders", "list"), ("store", "info")):
        ran = cartdesk(*arguments)
        assert ran.code == 2
        assert "There are no carts in" in ran.err
    assert not seat.exists()


def test_a_data_folder_that_cannot_be_made(cartdesk: Cartdesk, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("not a folder", encoding="utf-8")
    for arguments in (("do", "14277"), ("store", "compact"), ("store", "restore", str(file))):
        ran = cartdesk("--data-dir", str(file / "seat"), *arguments)
        assert ran.code == 3
        assert ran.err.count("\n") == 1
        assert "cannot be made" in ran.err


@pytest.mark.parametrize("version", ["v2", "v4", "v5"])
def test_a_cart_goes_out_and_comes_in_again(cartdesk: Cartdesk, tmp_path: Path, version: str) -> None:
    cart = new_cart(cartdesk, "14277; 2*FIB500; N1 keep the number")
    file = tmp_path / "cart.json"
    ran = cartdesk("carts", "export", cart, str(file), "--format", version)
    assert (ran.code, ran.out) == (0, "")
    printed = cartdesk("carts", "export", cart, "--format", version)
    assert printed.json == json.loads(file.read_text(encoding="utf-8"))
    again = cartdesk("carts", "import", str(file))
    assert again.code == 2
    assert "is here already" in again.err
    (copied,) = cartdesk("carts", "import", str(file), "--copy", "--json").json
    assert copied != cart
    shown = cartdesk("carts", "show", copied, "--json").json
    first = cartdesk("carts", "show", cart, "--json").json
    assert without_types(shown["cartTotalPrice"]) == without_types(first["cartTotalPrice"])
    assert [item["note"][0]["text"] for item in shown["cartItem"] if "note" in item] == ["keep the number"]
    elsewhere = ("--data-dir", str(tmp_path / "elsewhere"))
    assert cartdesk("carts", "import", str(file), *elsewhere, "--json").json == [cart]
    assert without_types(cartdesk(*elsewhere, "carts", "show", cart, "--json").json) == without_types(first)


def test_an_import_is_all_or_none(cartdesk: Cartdesk, tmp_path: Path) -> None:
    good = json.loads(cartdesk("do", "14277", "--json").out)
    file = tmp_path / "carts.json"
    file.write_text(json.dumps([{**good, "id": "one"}, good]), encoding="utf-8")
    assert cartdesk("carts", "import", str(file)).code == 2
    assert len(cartdesk("carts", "list", "--json").json) == 1
    ran = cartdesk("carts", "import", "-", stdin=json.dumps([{**good, "id": "one"}, {**good, "id": "two"}]))
    assert ran.out == "Cart one imported.\nCart two imported.\n"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"not json", "bad.json is not JSON"),
        (b"\xff\xfe", "bad.json is not UTF-8"),
        (b"[" * 100, "nested more than 64 levels deep"),
        (b'{"id": "x", "cartItem": [{"id": "1", "quantity": -4}]}', "cannot be read"),
        (b'{"hello": 1}', "is not a shopping cart"),
    ],
)
def test_a_file_that_is_no_cart(cartdesk: Cartdesk, tmp_path: Path, content: bytes, sentence: str) -> None:
    file = tmp_path / "bad.json"
    file.write_bytes(content)
    ran = cartdesk("carts", "import", str(file))
    assert ran.code == 5
    assert sentence in ran.err
    assert ran.err.count("\n") == 1


def test_twins_and_unspeakable_ids_are_refused_on_import(cartdesk: Cartdesk) -> None:
    item = {"id": "a", "action": "add", "productOffering": {"id": "14277"}}
    for cart, sentence in [
        ({"id": "x", "cartItem": [item, item]}, "has two items a"),
        ({"id": "x\x1b]0;y\x07", "cartItem": [item]}, "cannot be called"),
        ({"id": "y" * 101, "cartItem": [item]}, "cannot be called"),
    ]:
        ran = cartdesk("carts", "import", "-", stdin=json.dumps(cart))
        assert ran.code == 2
        assert sentence in ran.err
        assert "\x1b" not in ran.err
        assert cartdesk("carts", "import", "-", "--copy", stdin=json.dumps(cart)).code == 0


def test_the_history_and_its_proof(cartdesk: Cartdesk) -> None:
    cart = new_cart(cartdesk, "14277")
    cartdesk("do", "*3", "--cart", cart)
    ran = cartdesk("carts", "history", cart, "--verify")
    assert ran.code == 0
    assert "All 3 records fit." in ran.out
    listed = cartdesk("carts", "history", cart, "--verify", "--json").json
    assert listed["verified"] is True
    assert [record["change"]["entry"] for record in listed["records"]] == ["new", "14277", "*3"]
    assert {record["change"]["who"] for record in listed["records"]} == {"ana"}


def test_the_catalog_is_searched(cartdesk: Cartdesk) -> None:
    assert "FIB500" in cartdesk("catalog", "search", "fibre 500").out
    assert any(row["id"] == "FIB500" for row in cartdesk("catalog", "search", "fibr 500", "--json").json)
    assert cartdesk("catalog", "search", "xyzzy").out == "Nothing in this catalog is like that.\n"
    assert len(cartdesk("catalog", "search", "fibre", "--limit", "2", "--json").json) == 2


def test_a_catalog_is_checked(cartdesk: Cartdesk, root: Path, tmp_path: Path) -> None:
    ran = cartdesk("catalog", "check", str(root / "catalog_fixtures" / "nordlys"))
    assert (ran.code, ran.out) == (0, "The catalog is sound.\n")
    bad = tmp_path / "bad"
    bad.mkdir()
    (bad / "productOffering.json").write_text('[{"id": "X", "name": "X", "productOfferingPrice": [{"id": "none"}]}]', encoding="utf-8")
    ran = cartdesk("catalog", "check", str(bad))
    assert ran.code == 1
    assert "productOffering.json" in ran.out
    assert cartdesk("catalog", "check", str(bad), "--json").json[0]["file"]


def test_the_bill(cartdesk: Cartdesk) -> None:
    cart = new_cart(cartdesk, "14277")
    ran = cartdesk("bill", cart, "--start", "2027-01-01", "--day", "1", "--months", "12", "--json")
    amounts = [bill["total"]["taxIncluded"] for bill in ran.json["bills"] if not bill["today"]]
    assert amounts == [15.95] * 3 + [31.9] * 9
    assert "12 months altogether: 334.95 EUR" in cartdesk("bill", cart, "--start", "2027-01-01").out
    assert cartdesk("bill", cart, "--day", "32").code == 2


def test_why(cartdesk: Cartdesk) -> None:
    cart = new_cart(cartdesk, "14277; FIB500")
    found = cartdesk("why", cart, "--line", "1", "--json").json["amounts"]
    assert found["monthly"][0]["rule"] == "list-price"
    assert set(cartdesk("why", cart, "--json").json["amounts"]) == {"due now", "monthly"}
    assert "15.95" in cartdesk("why", cart, "--line", "1").out
    assert cartdesk("why", cart, "--line", "9").code == 2


def test_prices_are_verified(cartdesk: Cartdesk) -> None:
    ran = cartdesk("verify-prices")
    assert ran.code == 0
    assert len(ran.out.splitlines()) > 3
    assert all(line.endswith("right") for line in ran.out.splitlines())


def test_the_store_is_kept(cartdesk: Cartdesk, tmp_path: Path) -> None:
    cart = new_cart(cartdesk, "14277")
    assert "1 carts" in cartdesk("store", "info").out or "1 cart" in cartdesk("store", "info").out
    assert cartdesk("store", "info", "--json").json["documents"]["carts"] == 1
    assert cartdesk("store", "verify").out == "The store is sound.\n"
    backup, plain = tmp_path / "backup.json", tmp_path / "plain.json"
    assert cartdesk("store", "backup", str(backup)).code == 0
    assert cartdesk("store", "export", str(plain)).code == 0
    assert json.loads(plain.read_text(encoding="utf-8"))["carts"]
    cartdesk("do", "14277; FIB500")
    assert cartdesk("store", "restore", str(backup)).code == 0
    assert [row["id"] for row in cartdesk("carts", "list", "--json").json] == [cart]
    assert cartdesk("store", "compact").code == 0
    assert cartdesk("store", "verify", "--json").json == []


def test_a_damaged_store_is_reported(cartdesk: Cartdesk, seat: Path) -> None:
    new_cart(cartdesk, "14277")
    (seat / "store.cartdesk").write_bytes(b"something else entirely")
    ran = cartdesk("carts", "list")
    assert ran.code == 3
    assert ran.err.count("\n") == 1


def test_what_damage_took_is_said_and_the_rest_is_there(cartdesk: Cartdesk, seat: Path) -> None:
    first = new_cart(cartdesk, "14277")
    new_cart(cartdesk, "FIB500")
    raw = bytearray((seat / "store.cartdesk").read_bytes())
    raw[raw.rindex(b"Fibre 500")] ^= 1
    (seat / "store.cartdesk").write_bytes(raw)
    ran = cartdesk("do", "U; R", "--cart", first)
    assert "is damaged at byte" in ran.err
    assert "was kept as" in ran.err
    assert cartdesk("carts", "show", first).code == 0


def test_a_customer_is_erased(cartdesk: Cartdesk, seat: Path) -> None:
    cartdesk("do", "14277; E Ingrid Berg, ingrid@berg.example")
    (customer,) = cartdesk("customers", "list", "--json").json
    assert "Ingrid Berg" in cartdesk("customers", "list").out
    ran = cartdesk("customers", "erase", customer["id"])
    assert ran.out.startswith(f"Customer {customer['id']} is erased from 1 cart and 1 order.")
    assert b"ingrid@berg" not in b"".join(path.read_bytes() for path in seat.rglob("*") if path.is_file())
    assert cartdesk("customers", "erase", "nobody").code == 2


def test_a_catalog_that_is_not_there(cartdesk: Cartdesk, tmp_path: Path) -> None:
    ran = cartdesk("do", "14277", "--catalog", str(tmp_path / "none"))
    assert ran.code == 4
    assert ran.err.count("\n") == 1


def test_a_script_leaves_the_areas_of_the_screen_alone(cartdesk: Cartdesk, seat: Path) -> None:
    cartdesk("do", "14277; H; C C; FIB500")
    from cartdesk.desk import store_path
    from cartdesk.store import CartStore

    store = CartStore(store_path(seat), read_only=True)
    assert store.setting("view") is None
    store.close()


def test_hostile_text_reaches_no_terminal(cartdesk: Cartdesk) -> None:
    hostile = "\x1b]52;c;aGk=\x07\x1b[2J\u202eevil"
    cart = json.dumps({"id": "c1", "cartItem": [{"id": "a", "productOffering": {"id": "x", "name": hostile}, "note": [{"text": hostile}]}]})
    assert cartdesk("carts", "import", "-", stdin=cart).code == 0
    for arguments in (
        ("carts", "show", "c1"), ("carts", "list"), ("carts", "history", "c1"), ("why", "c1"), ("bill", "c1"), ("do", hostile),
        ("do", f"label {hostile}", "--cart", "c1"), ("catalog", "search", hostile), ("carts", "show", hostile),
    ):  # fmt: skip
        ran = cartdesk(*arguments)
        for text in (ran.out, safe_text(ran.err.rstrip("\n"))):
            assert all(character == "\n" or character.isprintable() for character in text), arguments
            assert "\u202e" not in text


def test_a_published_cart_comes_and_goes_without_losing_a_member(cartdesk: Cartdesk, shared: Path) -> None:
    file = shared / "spec" / "samples" / "TMF663_v4.0.0_ShoppingCart.example.json"
    published = json.loads(file.read_text(encoding="utf-8"))
    (cart,) = cartdesk("carts", "import", str(file), "--json").json
    assert cartdesk("carts", "export", cart, "--format", "v4").json == published


def test_the_help_says_of_each_command_what_the_command_says_of_itself() -> None:
    context = click.Context(cli, info_name="cartdesk")
    commands = {name: cli.get_command(context, name) for name in cli.list_commands(context)}
    listed = " ".join(cli.get_help(context).partition("Commands:")[2].split())
    for name, command in commands.items():
        assert command is not None
        assert f"{name} {command.get_short_help_str(200)}" in listed
