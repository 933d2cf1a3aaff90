"""Who sits where: the limit, a seat given up, two pages of one browser, idle desks, kiosks wiped; with processes that are none."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from cartdesk.web import seats as why
from cartdesk.web.folders import Folders
from cartdesk.web.guard import Visitor
from cartdesk.web.messages import Focus, Size, Typed
from cartdesk.web.process import MODES
from cartdesk.web.seats import Seats
from cartdesk.web.settings import WebSettings

SIZE = Size(120, 40)


@dataclass
class FakeProcess:
    """A process that does what the test says."""

    told: Mapping[str, Any]
    heard: list[object] = field(default_factory=list)
    pid: int = 1

    def __post_init__(self) -> None:
        self.over: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    async def run(self, show: Callable[[bytes], None]) -> int:
        show(b"picture")
        return await self.over

    async def type(self, data: bytes) -> None:
        self.heard.append(data)

    async def tell(self, kind: str, **facts: int) -> None:
        self.heard.append((kind, *facts.values()))

    def end(self) -> None:
        if not self.over.done():
            self.over.set_result(0)


@dataclass
class FakeScreen:
    shown: list[bytes] = field(default_factory=list)
    code: int | None = None

    def put(self, data: bytes) -> None:
        self.shown.append(data)

    def close(self, code: int) -> None:
        self.code = code


class House:
    """Seats with a clock, and processes that are noted."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        self.now = 0.0
        self.processes: list[FakeProcess] = []
        self.logged: list[tuple[str, dict[str, object]]] = []
        self.folders = Folders(folder)
        made = WebSettings(folder, folder, **settings)
        self.seats = Seats(made, self.folders, clock=lambda: self.now, log=self._log, start=self._start)

    async def _start(self, told: Mapping[str, Any], size: Size) -> FakeProcess:
        self.processes.append(FakeProcess(told))
        return self.processes[-1]

    def _log(self, event: str, **facts: object) -> None:
        self.logged.append((event, facts))


def visitor(name: str) -> Visitor:
    return Visitor(f"seat-{name}")


async def test_a_page_that_comes_back_finds_its_desk(tmp_path: Path) -> None:
    house, first, second = House(tmp_path), FakeScreen(), FakeScreen()
    seat = await house.seats.sit(visitor("ana"), first, SIZE)
    assert seat is not None
    await asyncio.sleep(0)
    assert first.shown == [b"picture"]
    house.seats.leave(seat, first)
    assert await house.seats.sit(visitor("ana"), second, SIZE) is seat
    assert second.shown == [MODES]
    assert house.processes[0].heard == [("resize", 120, 40), ("repaint",)]
    assert len(house.processes) == 1
    house.seats.leave(seat, first)
    assert seat.screen is second, "a page that was gone already sends nobody away"


async def test_of_two_pages_the_later_one_has_the_desk(tmp_path: Path) -> None:
    house, first, second = House(tmp_path), FakeScreen(), FakeScreen()
    seat = await house.seats.sit(visitor("ana"), first, SIZE)
    assert await house.seats.sit(visitor("ana"), second, SIZE) is seat
    assert seat is not None
    assert (first.code, second.code) == (why.ELSEWHERE, None)
    await seat.hear(Typed(b"late"), 1.0, first)
    await seat.hear(Typed(b"x"), 1.0, second)
    await seat.hear(Focus(False), 1.0, second)
    assert house.processes[0].heard[2:] == [b"x", ("blur",)]


async def test_so_many_and_no_more(tmp_path: Path) -> None:
    house = House(tmp_path, sessions=2)
    screens = [FakeScreen() for _ in range(4)]
    seats = [await house.seats.sit(visitor(str(n)), screens[n], SIZE) for n in range(3)]
    assert seats[2] is None
    assert not house.seats.has_room(visitor("3"))
    assert house.seats.has_room(visitor("0")), "who sits has a seat"
    assert len({process.told["folder"] for process in house.processes}) == 2, "two share a folder"
    assert seats[1] is not None
    house.seats.leave(seats[1], screens[1])
    assert house.seats.has_room(visitor("3"))
    assert await house.seats.sit(visitor("3"), screens[3], SIZE) is not None
    assert house.processes[1].over.done(), "the seat that nobody sat at was not given up"
    assert house.seats.taken == 2


async def test_a_crowd_at_once_never_gets_more_than_there_are(tmp_path: Path) -> None:
    house = House(tmp_path, sessions=3)
    got = await asyncio.gather(*(house.seats.sit(visitor(str(n)), FakeScreen(), SIZE) for n in range(50)))
    assert sum(seat is not None for seat in got) == 3
    again = await asyncio.gather(*(house.seats.sit(visitor("0"), FakeScreen(), SIZE) for _ in range(50)))
    assert len({id(seat) for seat in again}) == 1
    assert len(house.processes) == 3


async def test_a_desk_that_nobody_uses_is_closed(tmp_path: Path) -> None:
    house, used, unused = House(tmp_path, idle_minutes=30), FakeScreen(), FakeScreen()
    busy, idle = await house.seats.sit(visitor("a"), used, SIZE), await house.seats.sit(visitor("b"), unused, SIZE)
    assert busy is not None
    assert idle is not None
    house.now = 1_799.0
    await busy.hear(Typed(b"x"), house.now, used)
    await idle.hear(Focus(True), house.now, unused)
    house.seats.look_around()
    assert house.seats.taken == 2
    house.now = 1_800.0
    house.seats.look_around()
    await idle.ended.wait()
    assert (used.code, unused.code) == (None, why.IDLE)
    assert Path(house.processes[1].told["folder"]).is_dir(), "its carts are gone"


@pytest.mark.parametrize(("code", "said"), [(0, why.ENDED), (75, why.AGAIN), (4, why.UNOPENED), (70, why.FAULT), (-9, why.FAULT)])
async def test_a_page_is_told_why_its_desk_ended(tmp_path: Path, code: int, said: int) -> None:
    house, screen = House(tmp_path), FakeScreen()
    seat = await house.seats.sit(visitor("a"), screen, SIZE)
    assert seat is not None
    house.processes[0].over.set_result(code)
    await seat.ended.wait()
    assert screen.code == said
    assert house.seats.taken == 0


async def test_a_kiosk_is_wiped_with_its_page(tmp_path: Path) -> None:
    house, first, second = House(tmp_path, kiosk=True, sessions=1), FakeScreen(), FakeScreen()
    seat = await house.seats.sit(visitor("k"), first, SIZE)
    assert seat is not None
    assert (seat.folder / "handoff.key").read_bytes() == (tmp_path / "handoff.key").read_bytes()
    (seat.folder / "cartdesk.log").write_text('{"event": "fault"}\n')
    again = await house.seats.sit(visitor("k"), second, SIZE)
    assert again is not None
    assert again is not seat, "the next page sees the last visitor's"
    assert first.code == why.ELSEWHERE
    assert not seat.folder.exists()
    assert "fault" in (tmp_path / "cartdesk.log").read_text()
    house.seats.leave(again, second)
    await again.ended.wait()
    assert not again.folder.exists()
    house.now = 1e9
    assert (tmp_path / "cache").is_dir()


async def test_what_a_killed_server_left_of_kiosks_is_wiped(tmp_path: Path) -> None:
    killed = Folders(tmp_path)
    left = killed.passing()
    beside = Folders(tmp_path)
    assert left.exists(), "a server beside it wiped what is in use"
    killed.let_go()
    kept = Folders(tmp_path).lasting("a" * 32)
    assert not left.exists()
    assert beside.passing().exists()
    assert kept.exists()
    for folder in (kept, kept.parent, kept.parent.parent):
        assert folder.stat().st_mode & 0o777 == 0o700


async def test_closing_ends_them_all(tmp_path: Path) -> None:
    house, screens = House(tmp_path), [FakeScreen() for _ in range(3)]
    for number, screen in enumerate(screens):
        await house.seats.sit(visitor(str(number)), screen, SIZE)
    await house.seats.close()
    assert [screen.code for screen in screens] == [why.STOPPED] * 3
    assert await house.seats.sit(visitor("late"), FakeScreen(), SIZE) is None
    assert {event for event, _ in house.logged} == {"seat-opened", "seat-closed"}


async def test_a_system_without_processes_left_is_a_fault_and_no_seat(tmp_path: Path) -> None:
    house, screen = House(tmp_path), FakeScreen()

    async def fails(told: Mapping[str, Any], size: Size) -> FakeProcess:
        raise BlockingIOError

    house.seats.start = fails
    assert await house.seats.sit(visitor("a"), screen, SIZE) is not None
    assert screen.code == why.FAULT
    assert house.seats.taken == 0
