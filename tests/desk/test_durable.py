"""Nothing that was shown is lost: a store that refuses, two processes, several threads, and kill -9 at any moment."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from cartdesk.desk import Desk, DeskView, store_path
from cartdesk.desk.commands import AddOffering, More
from cartdesk.errors import StoreError, StoreFull, StoreLocked
from cartdesk.store import CartStore

OpenDesk = Callable[..., Desk]


def test_a_full_disk_changes_nothing_on_the_screen(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.enter("14277")
    before = desk.view
    heard: list[DeskView] = []
    desk.watch(heard.append)

    def full(self: CartStore, *arguments: object, **options: object) -> None:
        raise StoreFull("The disk is full; make room and try again.")

    with monkeypatch.context() as patched:
        patched.setattr(CartStore, "set_setting", full)
        for attempt in (
            lambda: desk.enter("FIB500; #+Berg"),
            lambda: desk.run(More(1)),
            lambda: desk.enter("U"),
            lambda: desk.enter("C B"),
        ):
            with pytest.raises(StoreFull, match="The disk is full"):
                attempt()
            assert desk.view is before
    assert heard == []
    assert len(desk.store.history(before.cart.cart_id or "")) == 2
    desk.enter("FIB500")
    assert [line.offering_id for line in desk.view.cart.lines] == ["14277", "FIB500"]
    assert desk.store.verify_history(before.cart.cart_id or "") is None


def test_a_second_process_may_only_read(open_desk: OpenDesk) -> None:
    first = open_desk()
    first.enter("14277")
    with pytest.raises(StoreLocked):
        open_desk()
    reader = open_desk(read_only=True)
    assert [line.name for line in reader.view.cart.lines] == ["Talk Simple 25"]
    with pytest.raises(StoreError):
        reader.enter("FIB500")
    assert len(reader.view.cart.lines) == 1


def test_a_script_beside_the_screen_is_noticed_at_the_next_start(open_desk: OpenDesk) -> None:
    first = open_desk()
    first.enter("14277; #+Berg")
    cart_id = first.view.cart.cart_id or ""
    first.close()
    script = open_desk(apart=True)
    assert script.view.area.cart_id is None
    script.work_on(cart_id)
    script.enter("*5; label changed")
    script.close()
    again = open_desk()
    assert again.view.area.label == "changed"
    assert again.view.cart.empty
    again.refresh()
    assert [line.quantity for line in again.view.cart.lines] == [5]


def test_threads_take_turns(desk: Desk) -> None:
    desk.enter("14277")
    heard: list[int] = []
    desk.watch(lambda view: heard.append(view.revision))

    def work() -> None:
        for _ in range(15):
            desk.run(More(1))
            desk.preview("2*FIB500")

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert desk.view.cart.lines[0].quantity == 61
    assert sorted(heard) == list(range(heard[0], heard[0] + 60)) or len(heard) == 60
    assert len(desk.store.history(desk.view.cart.cart_id or "")) == 62
    desk.enter("U 60")
    assert desk.view.cart.lines[0].quantity == 1


WORK = """
import sys
from datetime import datetime, UTC
from pathlib import Path
from cartdesk.desk import Desk, new_id
desk = Desk.open(Path(sys.argv[1]), Path(sys.argv[2]), now=lambda: datetime.now(UTC), ids=new_id, agent="ana")
count = desk.view.cart.lines[0].quantity if desk.view.cart.lines else 0
while True:
    desk.enter("14277" if count == 0 else "+ @1")
    count += 1
    print(count, flush=True)
"""


WORK_BY_COMMANDS = """
import io, json, sys
from contextlib import redirect_stdout
from cartdesk.cli import cli
from cartdesk.desk import store_path
from pathlib import Path
folder, catalog = sys.argv[1:]
def do(*arguments):
    printed = io.StringIO()
    with redirect_stdout(printed):
        cli.main(["--data-dir", folder, "--catalog", catalog, "do", *arguments, "--json"], standalone_mode=False)
    return json.loads(printed.getvalue())
known = Path(folder, "cart")
cart = do("+ @1", "--cart", known.read_text()) if known.exists() else do("14277")
known.write_text(cart["id"])
while True:
    print(cart["cartItem"][0]["quantity"], flush=True)
    cart = do("+ @1", "--cart", cart["id"])
"""


def last_said(process: subprocess.Popen[bytes], after: int) -> int:
    """Read what the process says until it has said ``after`` things, kill it, and return the last number it said in full."""
    assert process.stdout is not None
    said = b""
    while said.count(b"\n") < after:
        said += process.stdout.readline()
    process.send_signal(signal.SIGKILL)
    said += process.stdout.read()
    process.stdout.close()
    process.wait()
    return int(said[: said.rindex(b"\n")].split()[-1])


def run_kills(rounds: int, folder: Path, catalog: Path) -> None:
    randomly = random.Random(20261122)
    shown = 0
    for _ in range(rounds):
        process = subprocess.Popen(
            [sys.executable, "-c", WORK, str(folder), str(catalog)], stdout=subprocess.PIPE, env={**os.environ, "PYTHONHASHSEED": "0"}
        )
        shown = last_said(process, randomly.randint(1, 40))
        store = CartStore(store_path(folder))
        view = DeskView.from_json(store.setting("view"))
        (row,) = store.cart_rows()
        cart = store.get_cart(row.id)
        assert cart is not None
        assert store.verify() == []
        assert cart.cart_item[0].quantity in (shown, shown + 1)
        assert view.cart.lines[0].quantity == cart.cart_item[0].quantity
        assert view.cart.changed == row.changed
        store.close()


def run_kills_of_commands(rounds: int, folder: Path, catalog: Path) -> None:
    randomly = random.Random(20261122)
    for _ in range(rounds):
        process = subprocess.Popen([sys.executable, "-c", WORK_BY_COMMANDS, str(folder), str(catalog)], stdout=subprocess.PIPE)
        shown = last_said(process, randomly.randint(1, 6))
        store = CartStore(store_path(folder))
        (row,) = store.cart_rows()
        cart = store.get_cart(row.id)
        assert cart is not None
        assert store.verify() == []
        assert cart.cart_item[0].quantity in (shown, shown + 1)
        store.close()


def test_kill_9_loses_nothing_that_was_shown(tmp_path: Path, nordlys: Path) -> None:
    run_kills(3, tmp_path / "seat", nordlys)


def test_kill_9_of_the_command_line_loses_nothing_it_printed(tmp_path: Path, nordlys: Path) -> None:
    run_kills_of_commands(2, tmp_path / "seat", nordlys)


@pytest.mark.stress
@pytest.mark.timeout(1800)
def test_kill_9_many_times(tmp_path: Path, nordlys: Path) -> None:
    for batch in range(10):  # a folder each, so that checking a history that grows and grows is not most of the work
        run_kills(15, tmp_path / f"screen{batch}", nordlys)
        run_kills_of_commands(4, tmp_path / f"commands{batch}", nordlys)


def test_an_order_and_its_cart_are_kept_together(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.enter("14277")
    before = desk.view

    def full(self: CartStore, *arguments: object) -> None:
        raise StoreFull("The disk is full; make room and try again.")

    with monkeypatch.context() as patched:
        patched.setattr(CartStore, "put_customer", full)
        with pytest.raises(StoreFull):
            desk.enter("E Ingrid Berg, ingrid@berg.example")
    assert desk.view is before
    assert desk.store.orders() == []
    assert desk.store.cart_rows()[0].state == "open"
    assert desk.run(AddOffering("FIB500")).changed
