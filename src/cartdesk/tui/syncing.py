"""The worker beside the screen: started once everything is loaded, where a remote is set; stopped before the store is closed.

``CartdeskApp`` calls :func:`start`. What it finds out shows in the top line and on the Sync page; keys never wait for it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cartdesk.language import message, tr

if TYPE_CHECKING:
    from cartdesk.desk import Desk
    from cartdesk.desk.view import DeskView
    from cartdesk.sync.session import Background, Session
    from cartdesk.sync.worker import Standing, Worker


def start(desk: Desk, data_dir: Path) -> Background:
    """Start talking to the remote of this seat.

    Args:
        desk: the desk; a remote is set.
        data_dir: where secrets are kept on machines without a keyring.
    """
    from cartdesk.desk.syncing import DeskSeat
    from cartdesk.desk.view import SyncView
    from cartdesk.sync.session import Background

    seat = DeskSeat(desk)

    def told(standing: Standing) -> None:
        state = message("online") if standing.online else message("offline")
        if standing.to_choose:
            state += tr(" · {to_choose} to choose", to_choose=standing.to_choose)
        seat.show(SyncView(state, standing.waiting))

    def make() -> tuple[Session, Worker]:
        session = _session(desk, seat, data_dir)
        return session, session.worker(lambda: [area.cart_id for area in desk.view.areas if area.cart_id is not None], told)

    background = Background(make, lambda error: seat.show(SyncView(tr("not syncing"), desk.view.sync.waiting)))
    waiting = [desk.view.sync.waiting]

    def changed(view: DeskView) -> None:
        if view.sync.waiting > waiting[0]:
            background.wake()
        waiting[0] = view.sync.waiting

    desk.watch(changed)
    background.start()
    return background


def _session(desk: Desk, seat: object, data_dir: Path) -> Session:
    from cartdesk.desk.syncing import DeskSeat
    from cartdesk.errors import SettingsError
    from cartdesk.sync.http import HttpTransport
    from cartdesk.sync.secrets import ring_for
    from cartdesk.sync.session import Session, credentials_for, remote_of

    storage = desk.store.log_storage
    remote = remote_of(storage)
    if remote is None or not isinstance(seat, DeskSeat):
        raise SettingsError(tr("This seat talks to no server."))
    transport = HttpTransport(ca=remote.ca, timeout=remote.timeout)
    return Session(seat, storage, remote, transport, credentials_for(remote, ring_for(data_dir), transport), ids=desk.ids)
