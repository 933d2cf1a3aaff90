"""Where tokens and client secrets are kept: the system's keyring, or a file that only its owner can read.

``cartdesk remote`` puts them there and ``session`` takes them out; they stand in no setting, log, or message.
"""

from __future__ import annotations

import json
import os
import stat
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol, cast

from cartdesk.errors import SettingsError
from cartdesk.text import safe_text

SERVICE = "cartdesk"
_PRIVATE = 0o600


class Ring(Protocol):
    """The three doors of a keyring that are used."""

    def get_password(self, service: str, name: str) -> str | None:
        """Return a secret."""
        ...

    def set_password(self, service: str, name: str, secret: str) -> None:
        """Keep a secret."""
        ...

    def delete_password(self, service: str, name: str) -> None:
        """Forget a secret."""
        ...


def system_ring() -> Ring | None:
    """Return the system's keyring where there is one that keeps things; None where there is none."""
    if find_spec("keyring") is None:
        return None
    module: Any = import_module("keyring")
    usable = getattr(module.get_keyring(), "priority", 0)
    return cast("Ring", module) if isinstance(usable, (int, float)) and usable > 0 else None


class FileRing:
    """Secrets in a file of mode 0600, for machines without a keyring."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def get_password(self, service: str, name: str) -> str | None:
        """Return a secret.

        Raises:
            SettingsError: others could read the file.
        """
        return self._read().get(f"{service} {name}")

    def set_password(self, service: str, name: str, secret: str) -> None:
        """Keep a secret."""
        self._write({**self._read(), f"{service} {name}": secret})

    def delete_password(self, service: str, name: str) -> None:
        """Forget a secret; one that is not there is no error."""
        kept = self._read()
        if kept.pop(f"{service} {name}", None) is not None:
            self._write(kept)

    def _read(self) -> dict[str, str]:
        try:
            with self.path.open("rb") as file:
                mode = os.fstat(file.fileno()).st_mode
                if stat.S_IMODE(mode) & 0o077:
                    raise SettingsError(
                        f"{safe_text(str(self.path))} can be read by others; make it `chmod 600` and change the token in it."
                    )
                found = json.loads(file.read())
        except FileNotFoundError:
            return {}
        except (OSError, ValueError):
            raise SettingsError(f"{safe_text(str(self.path))} cannot be read; remove it and add the remote again.") from None
        return {str(name): str(secret) for name, secret in found.items()} if isinstance(found, dict) else {}

    def _write(self, secrets: dict[str, str]) -> None:
        fresh = self.path.with_name(self.path.name + ".new")
        try:
            fresh.unlink(missing_ok=True)
            descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE)
            with os.fdopen(descriptor, "wb") as file:
                file.write(json.dumps(secrets).encode())
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(self.path)
        except OSError as error:
            raise SettingsError(f"{safe_text(str(self.path))} cannot be written: {error.strerror or error}.") from None


def ring_for(data_dir: Path) -> Ring:
    """Return where this seat's secrets are kept."""
    return system_ring() or FileRing(data_dir / "secrets.json")
