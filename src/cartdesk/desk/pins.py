"""PINs, of which only a salted and slow hash is ever kept.

The kiosk's staff leave it with one; at the desk one allows what the agent's own role does not.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

from cartdesk.errors import Refused
from cartdesk.language import tr

LEAST, MOST = 6, 12
"""Digits of a PIN."""
_COST = 2**14


def hashed(pin: str) -> str:
    """Return what is kept of a PIN.

    Raises:
        Refused: it is not 6 to 12 digits, or one that everybody tries first.
    """
    if not is_pin(pin):
        raise Refused(tr("A PIN has {least} to {most} digits.", least=LEAST, most=MOST))
    if len(set(pin)) == 1 or pin in "01234567890" or pin in "09876543210":
        raise Refused(tr("That PIN is too easy to guess; choose another."))
    salt = secrets.token_bytes(16)
    return f"scrypt${_COST}${salt.hex()}${_scrypt(pin, salt, _COST).hex()}"


def is_pin(text: str) -> bool:
    """Say whether a text has the form of a PIN."""
    return text.isascii() and text.isdigit() and LEAST <= len(text) <= MOST


def fits(pin: str, stored: str) -> bool:
    """Say whether a PIN is the one that ``stored`` was made of."""
    try:
        kind, cost, salt, digest = stored.split("$")
        expected = bytes.fromhex(digest)
        return kind == "scrypt" and hmac.compare_digest(_scrypt(pin, bytes.fromhex(salt), int(cost)), expected)
    except ValueError:
        return False


def _scrypt(pin: str, salt: bytes, cost: int) -> bytes:
    return hashlib.scrypt(pin.encode("utf-8", "replace"), salt=salt, n=cost, r=8, p=1, dklen=32)
