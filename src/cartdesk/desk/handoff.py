"""A cart on its way from a kiosk to an agent's desk, as a text to be scanned and as a short code to be typed; both are signed.

The kiosk writes them; the desk's command reads them and builds the cart anew, at the desk's own prices. The key is the shop's: a file
that every kiosk and every desk has.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cartdesk.errors import Refused, StoreFull
from cartdesk.language import message, tr
from cartdesk.store.disk import PRIVATE
from cartdesk.text import safe_text

if TYPE_CHECKING:
    from cartdesk.catalog import Catalog
    from cartdesk.desk.desk import Desk
    from cartdesk.desk.trial import Trial
    from cartdesk.selling.bundles import Ids
    from cartdesk.tmf import CartItem

PREFIX = "CDH1."
"""What a text to be scanned starts with."""
MOST_LINES = 60
_MAC = 10
"""Bytes of the signature in a text to be scanned."""
_LONGEST = 4_000
_UNIT = "\x1f"
_RECORD = "\x1e"
_KEY_NAME = "handoff.key"
_KEY_BYTES = 32
_WRONG = message("This code was not made in this shop, or not all of it was read; scan it again.")


@dataclass(frozen=True, slots=True)
class HandedLine:
    """One line: an offering, how many, and what was chosen on it."""

    offering_id: str
    quantity: int = 1
    choices: tuple[str, ...] = ()
    """What an entry writes after its ``=``: ``color black``."""
    places: tuple[tuple[int, int], ...] = ()
    """The same choices by their places among what there is to choose."""


# The key


def key_path(folder: Path) -> Path:
    """Return where a seat keeps the shop's key."""
    return folder / _KEY_NAME


def read_key(folder: Path) -> bytes | None:
    """Return the shop's key, or None where this seat has none.

    Raises:
        Refused: the file is there and is no key.
    """
    path = key_path(folder)
    try:
        text = path.read_text("ascii", errors="replace")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Refused(
            tr("{path} cannot be read: {strerror}.", path=safe_text(str(path)), strerror=(error.strerror or str(error)).lower())
        ) from None
    key = parse_key(text)
    if key is None:
        raise Refused(tr("{path} is not a key for hand-off codes; take it from another seat of this shop.", path=safe_text(str(path))))
    return key


def parse_key(text: str) -> bytes | None:
    """Return the key that a file's text is, or None."""
    try:
        key = bytes.fromhex(text.strip())
    except ValueError:
        return None
    return key if len(key) == _KEY_BYTES else None


def write_key(folder: Path, key: bytes) -> Path:
    """Keep the shop's key here and return its file, which nobody else may read.

    Raises:
        StoreFull: it cannot be written.
    """
    path = key_path(folder)
    fresh = path.with_name(path.name + ".new")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        fresh.unlink(missing_ok=True)
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, PRIVATE)
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            stream.write(key.hex() + "\n")
        fresh.replace(path)
    except OSError as error:
        raise StoreFull(
            tr("{path} cannot be written: {strerror}.", path=safe_text(str(path)), strerror=(error.strerror or str(error)).lower())
        ) from None
    return path


def make_key(folder: Path) -> bytes:
    """Return the shop's key, making one where this seat has none."""
    key = read_key(folder)
    if key is None:
        key = secrets.token_bytes(_KEY_BYTES)
        write_key(folder, key)
    return key


# From a cart


def lines_of(desk: Desk) -> tuple[HandedLine, ...]:
    """Return the current cart's lines; what is put aside for later is not among them."""
    from cartdesk.tmf.cart import ItemStatus

    cart = desk.cart
    items = () if cart is None else cart.cart_item
    return tuple(_line_of(desk, item) for item in items if item.status is ItemStatus.ACTIVE and item.product_offering is not None)


def _line_of(desk: Desk, item: CartItem) -> HandedLine:
    """Return one line with the choices that make a fresh line of its offering into this one."""
    from cartdesk.desk.trial import trial_of_line

    offering_id = item.product_offering.id or "" if item.product_offering is not None else ""
    wanted = trial_of_line(desk, item.id).settings()
    trial = fresh_line(desk.catalog, offering_id, desk.ids)
    places: list[tuple[int, int]] = []
    for place, setting in enumerate(wanted):
        there = trial.settings()
        if place >= len(there) or setting.kind in ("part", "text") or setting.chosen is None or there[place].chosen == setting.chosen:
            continue
        trial = trial.choosing(there[place], setting.chosen)
        places.append((place, _option(setting.values, setting.chosen)))
    return HandedLine(offering_id, item.quantity, chosen_on(trial), tuple(places))


def chosen_on(trial: Trial) -> tuple[str, ...]:
    """Return the choices made on a line, each as an entry writes it after its ``=``."""
    return tuple(text.removeprefix("= ") for _, text in trial.said)


def fresh_line(catalog: Catalog, offering_id: str, ids: Ids) -> Trial:
    """Return one of an offering with its defaults, to be chosen on.

    Raises:
        Refused: the catalog does not have it.
    """
    from datetime import UTC, datetime

    from cartdesk.desk.trial import Trial
    from cartdesk.selling import basket
    from cartdesk.selling.bundles import build_item

    offering = catalog.offering(offering_id)
    if offering is None:
        raise Refused(tr("{offering_id} is not in this catalog.", offering_id=safe_text(offering_id, 40)))
    item = build_item(offering, catalog, ids, quantity=1)
    return Trial(basket.new_cart("handed", datetime.now(UTC)), item, True, catalog, ids)


def _option(values: Sequence[tuple[str, str]], chosen: str) -> int:
    """Return the place of a value among those there are; a count is its own."""
    if not values:
        return int(chosen)
    return [value for _, value in values].index(chosen)


def likeness(item: CartItem) -> object:
    """Return what two lines have in common where they differ in nothing but their ids and how many they are."""
    return (
        item.product_offering.id if item.product_offering is not None else None,
        tuple((each.name, str(each.value)) for each in (item.product.characteristic if item.product is not None else ())),
        tuple(term.name for term in item.cart_term),
        item.action,
        item.status,
        tuple((child.quantity, likeness(child)) for child in item.cart_item),
    )


# As a text to be scanned


def payload(lines: Sequence[HandedLine], key: bytes) -> str:
    """Return the lines as a signed text of capitals, digits and a full stop: what a QR code holds best."""
    body = body_of(lines)
    return PREFIX + base64.b32encode(sign(key, b"text", body)[:_MAC] + body).decode().rstrip("=")


def read_payload(text: str, key: bytes) -> tuple[HandedLine, ...]:
    """Read what :func:`payload` wrote.

    Raises:
        Refused: it was not made with this key, or not all of it is there.
    """
    packed = text.strip().upper().removeprefix(PREFIX)
    if len(packed) > _LONGEST:
        raise Refused(tr(_WRONG))
    try:
        data = base64.b32decode(packed + "=" * (-len(packed) % 8))
    except (binascii.Error, ValueError):
        raise Refused(tr(_WRONG)) from None
    mac, body = data[:_MAC], data[_MAC:]
    if not hmac.compare_digest(mac, sign(key, b"text", body)[:_MAC]):
        raise Refused(tr(_WRONG))
    try:
        return tuple(_read_line(each) for each in body.decode().split(_RECORD) if each)[:MOST_LINES]
    except (UnicodeDecodeError, ValueError):
        raise Refused(tr(_WRONG)) from None


def body_of(lines: Sequence[HandedLine]) -> bytes:
    """Return the lines as the bytes that are signed."""
    records = []
    for line in lines:
        times = f"{line.quantity}*" if line.quantity != 1 else ""
        records.append(_UNIT.join((times + line.offering_id, *line.choices)))
    return _RECORD.join(records).encode()


_COUNTED = re.compile(r"(?:([1-9]\d{0,3})\*)?(.+)", re.DOTALL)


def _read_line(record: str) -> HandedLine:
    first, *choices = record.split(_UNIT)
    match = _COUNTED.fullmatch(first)
    if match is None:
        raise ValueError("a line without an offering")
    return HandedLine(match[2], int(match[1] or 1), tuple(choices))


def sign(key: bytes, kind: bytes, body: bytes) -> bytes:
    """Return the signature of a body; a text's is no code's."""
    return hmac.new(key, kind + b"\0" + body, hashlib.sha256).digest()
