"""Where a seat keeps its things below its data folder, and how new ids are made."""

from __future__ import annotations

import secrets
from pathlib import Path

from cartdesk.errors import StoreFull
from cartdesk.language import tr
from cartdesk.text import safe_text

_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def store_path(data_dir: Path) -> Path:
    """Return the store's file."""
    return data_dir / "store.cartdesk"


def cache_dir(data_dir: Path) -> Path:
    """Return the folder for what can be thrown away and made again."""
    return data_dir / "cache"


def make_data_dir(data_dir: Path) -> None:
    """Make the data folder where it is missing.

    Raises:
        StoreFull: it cannot be made.
    """
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise StoreFull(
            tr("The folder {data_dir} cannot be made: {why}; choose another with --data-dir.", data_dir=safe_text(str(data_dir)), why=why)
        ) from None


def new_id() -> str:
    """Return a short id that nobody else will make: 12 letters and digits without those that look alike."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(12))
