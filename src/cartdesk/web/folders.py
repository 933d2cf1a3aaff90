"""A folder for each seat: made for a desk and kept, or made for one visitor and wiped; nobody else on the machine may look in.

``seats`` makes them and wipes them. What a whole shop shares (the key of hand-off codes, the roles, the catalog's index)
is reached from each.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
from contextlib import suppress
from pathlib import Path

from cartdesk.crash import LOG_NAME
from cartdesk.desk import cache_dir, make_data_dir
from cartdesk.desk.handoff import key_path, make_key
from cartdesk.desk.roles import FILE as ROLES
from cartdesk.errors import StoreFull
from cartdesk.language.shelf import FOLDER as LANGUAGES
from cartdesk.text import safe_text

_SEATS = "seats"
_PASSING = "passing"
_LOCK = "lock"
_MOST_LOGGED = 200_000


class Folders:
    """The seats' folders below the shop's own."""

    def __init__(self, home: Path) -> None:
        """Make the places where the folders will be, and wipe what a server that was killed has left of passing ones.

        Raises:
            StoreFull: they cannot be made.
            Refused: the shop's key for hand-off codes is none.
        """
        self.home = home
        self._root = home / "web"
        make_data_dir(home)
        make_key(home)
        cache_dir(home).mkdir(mode=0o700, exist_ok=True)
        self._shared = [path.absolute() for path in (cache_dir(home), key_path(home), home / ROLES, home / LANGUAGES)]
        for each in (self._root, self._root / _SEATS, self._root / _PASSING):
            _private(each)
        for each in (self._root / _PASSING).iterdir():
            self._wipe_forsaken(each)
        self._passing = self._root / _PASSING / secrets.token_hex(8)
        _private(self._passing)
        self._lock = _locked(self._passing / _LOCK)

    def lasting(self, seat: str) -> Path:
        """Return the folder of a seat, the same for the same name."""
        return self._furnished(self._root / _SEATS / seat)

    def passing(self) -> Path:
        """Return a new folder, to be wiped."""
        return self._furnished(self._passing / secrets.token_hex(16))

    def wipe(self, folder: Path) -> None:
        """Remove a folder; where in the code a fault happened is kept in the shop's log, and nothing else."""
        try:
            told = (folder / LOG_NAME).read_bytes()[-_MOST_LOGGED:]
        except OSError:
            told = b""
        if told:
            with suppress(OSError), (self.home / LOG_NAME).open("ab") as log:
                log.write(told)
        shutil.rmtree(folder, ignore_errors=True)

    def close(self) -> None:
        """Remove what was only for as long as this server ran."""
        shutil.rmtree(self._passing, ignore_errors=True)
        self.let_go()

    def let_go(self) -> None:
        """Give up the lock by which other servers see that this one runs."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _wipe_forsaken(self, folder: Path) -> None:
        """Wipe another server's passing folders, unless that server runs."""
        lock = _locked(folder / _LOCK)
        if lock is not None:
            for each in folder.iterdir():
                if each.is_dir():
                    self.wipe(each)
            shutil.rmtree(folder, ignore_errors=True)
            os.close(lock)

    def _furnished(self, folder: Path) -> Path:
        """Make a folder, with what the whole shop shares within reach: what is not there yet may come."""
        _private(folder)
        for shared in self._shared:
            link = folder / shared.name
            if not (link.is_symlink() or link.is_dir()):
                link.unlink(missing_ok=True)
                link.symlink_to(shared)
        return folder


def _locked(path: Path) -> int | None:
    """Hold a lock for as long as the descriptor is open; None where another process holds it."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor


def _private(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        os.chmod(folder, 0o700)  # noqa: PTH101  # also one that was made before, by whatever
    except OSError as error:
        raise StoreFull(f"The folder {safe_text(str(folder))} cannot be made: {(error.strerror or str(error)).lower()}.") from None
