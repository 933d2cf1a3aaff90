"""``cartdesk line`` in a pipe: scripts, exit codes, one JSON object an entry, and the document's two sales from end to end."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from cartdesk.cli import cli
from cartdesk.cli.outermost import exit_code
from cartdesk.errors import CartdeskError

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(tmp_path: Path, nordlys: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run ``cartdesk line`` on this test's data folder and return its exit code and what it wrote."""
    cache = tmp_path_factory.getbasetemp() / "cache"
    monkeypatch.setattr("cartdesk.desk.desk.cache_dir", lambda data_dir: cache)
    for name, value in (("DATA_DIR", tmp_path), ("CATALOG", nordlys), ("AGENT", "ana")):
        monkeypatch.setenv(f"CARTDESK_{name}", str(value))

    def runner(script: str | bytes, *options: str) -> tuple[int, str]:
        result = CliRunner().invoke(cli, ("line", *options), input=script)
        if isinstance(result.exception, CartdeskError):
            return exit_code(result.exception), result.stdout
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.exit_code, result.stdout

    return runner


def objects(written: str) -> list[dict[str, Any]]:
    """What ``--json`` wrote: an object a line and nothing else."""
    return [json.loads(line) for line in written.splitlines()]


def lines(*entries: str) -> str:
    """A script."""
    return "\n".join(entries) + "\n"


PROSPECT = (
    "// the prospect browses, chooses, changes their mind",
    "browse Phones", "pick 1", "?fibre 500", "FIB500", "14277", "-3", "SIM", "cart", "totals", "B",
    "// and checks out: becomes a customer, is delivered to, pays",
    "E", "E name=Ingrid Nord", "E email=ingrid@nord.example", "E option=PARCEL", "E street=Storgata 5", "E post code=0155", "E city=Oslo",
    "E bill day=15", "E pay=terminal AB-12", "E heard", "E confirm",
)  # fmt: skip


def test_a_prospect_buys_follows_the_order_and_says_what_they_think(run: Run) -> None:
    code, written = run(lines(*PROSPECT), "--json", "--strict")
    answers = objects(written)
    assert code == 0 and all(answer["ok"] for answer in answers)
    assert [answer["entry"] for answer in answers] == [entry for entry in PROSPECT if not entry.startswith("//")]
    assert answers[1]["entered"] == "NP12"
    order_id = answers[-1]["data"]["order"]["id"]
    assert answers[-1]["data"]["order"]["state"] == "acknowledged"
    after = (
        "orders Nord",
        f"track {order_id} inProgress",
        f"track {order_id} completed",
        f"comment {order_id} It was quick.",
        f"rate {order_id} 5",
    )
    code, written = run(lines(*after, f"receipt {order_id}", "accounts Nord"))
    said = written.splitlines()
    assert code == 0
    assert "The order is completed." in said and "Ingrid Nord says: It was quick." in said
    assert f"Order {order_id} is rated 5 of 5." in said
    assert "Customer: Ingrid Nord." in said


def test_a_customer_takes_up_a_saved_cart_and_buys(run: Run) -> None:
    code, written = run(lines("#Solveig Berg", "SPORT", "TVPLUS", "-2", "H"), "--json")
    cart_id = next(answer["cart"]["id"] for answer in objects(written) if answer.get("cart"))
    assert code == 0
    script = ("carts Berg", "pick 1", "SMART20", "cart", "E", "E pay=bill", "E heard", "E confirm", "orders Berg")
    code, written = run(lines(*script), "--json")
    answers = objects(written)
    assert code == 0, [answer.get("error") for answer in answers]
    assert answers[1]["cart"]["id"] == cart_id
    order = next(answer["data"]["order"] for answer in answers if answer["entry"] == "E confirm")
    assert [party["id"] for party in order["relatedParty"] if party.get("role") == "customer"] == ["C-1001"]
    assert answers[-1]["data"]["rows"][0]["id"] == order["id"]


def test_it_goes_on_after_a_refusal_and_ends_with_2(run: Run) -> None:
    code, written = run(lines("NOSUCH", "14277"))
    assert code == 2
    assert written.splitlines()[0].startswith("Refused: NOSUCH is not in this catalog.")
    assert "Talk Simple 25 is line 1." in written


def test_strict_stops_at_the_first_refusal(run: Run) -> None:
    code, written = run(lines("14277", "NOSUCH", "FIB500"), "--strict", "--json")
    assert code == 2
    assert [answer["ok"] for answer in objects(written)] == [True, False]
    assert objects(written)[1]["kind"] == "EntryError"


def test_json_has_an_object_for_each_entry_and_nothing_else(run: Run) -> None:
    code, written = run(lines("2*14277", "", "more", "?fibre", "help", "W 1"), "--json")
    answers = objects(written)
    assert code == 2 and [answer["entry"] for answer in answers] == ["2*14277", "more", "?fibre", "help", "W 1"]
    assert answers[0]["cart"]["every"][0]["steady"] == {"unit": "EUR", "value": 63.8}
    assert answers[2]["data"]["total"] == 22 and len(answers[2]["data"]["rows"]) == 10


def test_a_pasted_list_at_the_end_of_the_input_counts(run: Run) -> None:
    code, written = run("paste\n14277,2\nSIM")
    assert code == 0 and "2 of 2 lines added." in written


def test_nothing_is_asked_and_nothing_prompted(run: Run) -> None:
    code, written = run(lines("14277", "E Ingrid Nord, i@nord.example"))
    assert code == 0 and "is placed" in written
    assert "> " not in written and "Yes or no" not in written


def test_bytes_that_are_no_text_are_refused_and_the_rest_goes_on(run: Run) -> None:
    junk = b"\xff\xfe\x00\x1b[2J\n" + b"A" * 300_000 + b"\n14277\n"
    code, written = run(junk)
    assert code == 2 and "\x1b" not in written
    assert "The line is longer than 20,000 characters" in written and "Talk Simple 25 is line 1." in written


def test_a_script_stays_apart_from_the_desk(run: Run) -> None:
    run(lines("14277"), "--here")
    assert "Cart A, empty." in run(lines("cart"))[1]
    assert "Cart A, 1 line." in run(lines("cart"), "--here")[1]


def test_who_calls_has_their_cart_at_hand(run: Run) -> None:
    run(lines("#Solveig Berg", "SPORT", "H"))
    code, written = run(lines("cart"), "--customer", "Solveig Berg", "--phone", "+47 22 41 50 60")
    assert code == 0
    assert written.splitlines()[0].startswith("Solveig Berg is calling. Cart A (Solveig Berg) is taken up again.")
    assert "Line 1: " in written


def test_a_call_that_comes_in_is_said_and_taken_by_its_number(run: Run, tmp_path: Path) -> None:
    ringing = tmp_path / "call.txt"
    ringing.write_text("Solveig Berg, +47 22 41 50 60", encoding="utf-8")
    code, written = run(lines("pick 1"), "--handoff", str(ringing))
    said = written.splitlines()
    assert code == 0 and said[:2] == ["Solveig Berg is calling.", "Pick 1: Take the call, which enters call Solveig Berg, +47 22 41 50 60."]
    assert said[2] == "Solveig Berg is calling and is a customer here; cart A is theirs." and not ringing.exists()
