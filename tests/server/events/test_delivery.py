"""What is queued with a change reaches every listener, in order, until it is taken."""

from __future__ import annotations

import asyncio

import sqlalchemy as sa

from cartdesk.server.events.hub import listener_states, resume_listener, undelivered
from cartdesk.server.events.tables import delivery, event, listener

from .conftest import Post

DAY = 86_400


async def test_nothing_is_queued_where_nobody_listens(post: Post) -> None:
    assert not await post.change("c1", 1, happening="create")
    assert await post.rows(sa.select(event)) == []


async def test_each_listener_is_told_in_its_versions_words(post: Post) -> None:
    old, new = await post.listen("old", version="v2"), await post.listen("new", version="v4")
    for happening in ("create", "change", "delete"):
        assert await post.change("c1", 1, happening=happening)
    await post.courier().round()
    assert [told["eventType"] for told in post.town.at(old)] == ["ShoppingCartCreationNotification", "ShoppingCartChangeNotification"]
    assert [told["eventType"] for told in post.town.at(new)] == [
        "ShoppingCartCreateEvent",
        "ShoppingCartAttributeValueChangeEvent",
        "ShoppingCartDeleteEvent",
    ]
    assert await post.rows(sa.select(event)) == []
    assert await post.rows(sa.select(delivery)) == []


async def test_both_listeners_hear_the_same_event_id(post: Post) -> None:
    one, two = await post.listen("one"), await post.listen("two")
    await post.change("c1", 1)
    await post.courier().round()
    assert post.town.at(one)[0]["eventId"] == post.town.at(two)[0]["eventId"]


async def test_a_change_that_is_undone_is_told_to_nobody(post: Post) -> None:
    await post.listen("one")
    await post.change("c1", 1)
    try:
        async with post.database.transaction() as transaction:
            await transaction.execute(event.update().values(kind="lost"))
            raise KeyError("a fault in the middle")
    except KeyError:
        pass
    assert [row.kind for row in await post.rows(sa.select(event))] == ["shoppingCart"]


async def test_events_of_a_cart_arrive_in_order_though_one_is_refused_at_first(post: Post) -> None:
    callback = await post.listen("one")
    for revision in range(1, 6):
        await post.change("c1", revision)
        await post.change("c2", revision)
    refused = iter([True, True, True])
    post.town.refuses = lambda url, told: told["event"]["shoppingCart"] == {"id": "c1", "revision": 3} and next(refused, False)
    courier = post.courier()
    for _ in range(12):
        await courier.round()
        post.clock.pass_by(60)
    told = [each["event"]["shoppingCart"] for each in post.town.at(callback)]
    assert [cart["revision"] for cart in told if cart["id"] == "c1"] == [1, 2, 3, 4, 5]
    assert [cart["revision"] for cart in told if cart["id"] == "c2"] == [1, 2, 3, 4, 5]
    assert told.index({"id": "c2", "revision": 5}) < told.index({"id": "c1", "revision": 3})


async def test_retries_wait_longer_each_time_and_the_event_id_stays(post: Post) -> None:
    await post.listen("one")
    await post.change("c1", 1)
    ids: list[str] = []
    post.town.refuses = lambda url, told: ids.append(told["eventId"]) is None
    courier, gaps, last = post.courier(), [], post.clock()
    while len(gaps) < 12:
        if await courier.round():
            gaps.append(post.clock() - last)
            last = post.clock()
        post.clock.pass_by(0.5)
    assert gaps[1:] == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900]
    assert len(set(ids)) == 1


async def test_a_dead_listener_is_tried_with_one_notification_only(post: Post) -> None:
    await post.listen("one")
    for number in range(50):
        await post.change(f"c{number}", 1)
    post.town.refuses = lambda url, told: True
    courier = post.courier()
    await courier.round()
    first = post.town.tried
    post.clock.pass_by(5)
    await courier.round()
    assert first <= 16
    assert post.town.tried == first + 1


async def test_a_listener_that_was_dead_for_a_day_is_parked_and_can_be_resumed(post: Post) -> None:
    callback = await post.listen("one")
    await post.change("c1", 1)
    post.town.refuses = lambda url, told: True
    courier, start = post.courier(), post.clock()
    while (await listener_states(post.database))[0].state == "active":
        await courier.round()
        post.clock.pass_by(450)
        assert post.clock() - start < 2 * DAY
    assert post.clock() - start > DAY
    [state] = await listener_states(post.database)
    assert (state.state, state.waiting, state.problem) == ("parked", 1, "answered 500")
    assert (await undelivered(post.database, "one"))[0]["resource_id"] == "c1"
    assert not await post.change("c1", 2)

    post.town.refuses = lambda url, told: False
    assert await resume_listener(post.database, "one")
    await courier.round()
    assert [told["event"]["shoppingCart"]["revision"] for told in post.town.at(callback)] == [1]
    [state] = await listener_states(post.database)
    assert (state.state, state.waiting, state.failures, state.problem) == ("active", 0, 0, None)


async def test_one_event_that_is_never_taken_is_given_up_after_a_day_and_the_rest_goes_on(post: Post) -> None:
    callback = await post.listen("one")
    await post.change("c1", 1)
    await post.change("c1", 2)
    post.town.refuses = lambda url, told: told["event"]["shoppingCart"] == {"id": "c1", "revision": 1}
    courier = post.courier()
    for hour in range(26):
        await post.change("c2", hour)
        for _ in range(4):
            await courier.round()
            post.clock.pass_by(900)
    [state] = await listener_states(post.database)
    assert (state.state, state.given_up, state.waiting) == ("active", 1, 0)
    told = [each["event"]["shoppingCart"] for each in post.town.at(callback)]
    assert {"id": "c1", "revision": 2} in told
    assert len([cart for cart in told if cart["id"] == "c2"]) == 26


async def test_two_workers_never_tell_a_listener_twice(post: Post) -> None:
    callbacks = [await post.listen(f"l{number}") for number in range(4)]
    for revision in range(40):
        await post.change(f"c{revision % 5}", revision)
    couriers = [post.courier() for _ in range(3)]
    await asyncio.gather(*(courier.round() for courier in couriers))
    await asyncio.gather(*(courier.round() for courier in couriers))
    for callback in callbacks:
        told = [each["event"]["shoppingCart"] for each in post.town.at(callback)]
        assert len(told) == 40
        for cart in {each["id"] for each in told}:
            revisions = [each["revision"] for each in told if each["id"] == cart]
            assert revisions == sorted(revisions)


async def test_a_lease_of_a_dead_worker_runs_out(post: Post) -> None:
    callback = await post.listen("one", leased_by="a worker that died", leased_until=post.clock() + 30)
    await post.change("c1", 1)
    courier = post.courier()
    assert await courier.round() == 0
    post.clock.pass_by(31)
    assert await courier.round() == 1
    assert len(post.town.at(callback)) == 1


async def test_a_listener_hears_only_what_its_token_may_read(post: Post) -> None:
    seat, everything = await post.listen("seat", owner="seat-1", team="south"), await post.listen("all")
    await post.change("mine", 1, owner="seat-1", team="south")
    await post.change("our", 1, owner="seat-2", team="south")
    await post.change("theirs", 1, owner="seat-9", team="north")
    await post.change("nobodys", 1)
    await post.courier().round()
    assert {told["event"]["shoppingCart"]["id"] for told in post.town.at(seat)} == {"mine", "our"}
    assert len(post.town.at(everything)) == 4
    assert await post.rows(sa.select(delivery)) == []


async def test_a_listeners_query_decides(post: Post) -> None:
    callback = await post.listen("one", query="c2")
    for cart in ("c1", "c2", "c3"):
        await post.change(cart, 1)
    await post.courier().round()
    assert [told["event"]["shoppingCart"]["id"] for told in post.town.at(callback)] == ["c2"]


async def test_a_listener_whose_token_has_ended_is_parked(post: Post) -> None:
    await post.listen("one", token="gone")
    await post.courier().tidy()
    assert [(row.state, row.problem) for row in await post.rows(sa.select(listener))] == [("parked", "its token has ended")]


async def test_a_running_courier_takes_what_is_queued_when_nudged(post: Post) -> None:
    callback = await post.listen("one")
    courier = post.courier()
    async with courier.running():
        await post.change("c1", 1)
        courier.nudge()
        async with asyncio.timeout(20):
            while not post.town.at(callback):
                await asyncio.sleep(0.001)
    assert post.town.at(callback)[0]["event"]["shoppingCart"] == {"id": "c1", "revision": 1}
