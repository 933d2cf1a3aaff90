"""Who it is sold to, where and how: what the rules need to know before the customer has an account; and the key that mends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from cartdesk.desk.command import Command, Outcome
from cartdesk.errors import EntryError
from cartdesk.language import grouped, message, tr
from cartdesk.text import safe_text

if TYPE_CHECKING:
    from cartdesk.desk.draft import Draft

_CUSTOMER = message("Customer")
CHANNEL = "channel"
"""The setting that says which channel this seat is."""


@dataclass(frozen=True)
class SetPlace(Command):
    """Say where it is to be delivered, so that only what reaches there is sold."""

    name: ClassVar[str] = "customer.place"
    label: ClassVar[str] = message("Post code")
    group: ClassVar[str] = _CUSTOMER
    entry: ClassVar[str | None] = "at 0155 or at none"
    pattern: ClassVar[str | None] = r"at\s+(?P<place>[0-9A-Z](?:[0-9A-Z -]{0,10}[0-9A-Z])?)"
    prefill: ClassVar[str | None] = "at "

    place: str

    def run(self, draft: Draft) -> Outcome:
        """Keep the post code on the cart; ``none`` is the customer's own again."""
        from cartdesk.selling import basket

        draft.begin_if_done()
        code = None if self.place.casefold() == "none" else self.place.upper()
        draft.put(basket.set_place(draft.cart, code))
        if code is None:
            return Outcome(tr("The customer's own address counts again."), label=tr("Own address"))
        area = draft.catalog.coverage.area(code)
        known = f"{area.name}: {_speeds(area.speeds)}" if area is not None else tr("nothing is known of what can be delivered there")
        return Outcome(f"{safe_text(code, 12)} {known}.", label=tr("At {code}", code=safe_text(code, 12)))

    def written(self) -> str | None:
        """Return ``at 0155``."""
        return f"at {self.place}"


@dataclass(frozen=True)
class SetSegment(Command):
    """Say which market segment the customer belongs to."""

    name: ClassVar[str] = "customer.segment"
    label: ClassVar[str] = message("Segment")
    group: ClassVar[str] = _CUSTOMER
    entry: ClassVar[str | None] = "for business or for none"
    pattern: ClassVar[str | None] = r"for\s+(?P<segment>\w[\w -]{0,39})"
    prefill: ClassVar[str | None] = "for "

    segment: str

    def run(self, draft: Draft) -> Outcome:
        """Keep it on the cart; ``none`` is the customer's own again."""
        from cartdesk.selling import basket

        draft.begin_if_done()
        word = None if self.segment.casefold() == "none" else self.segment
        draft.put(basket.set_segment(draft.cart, word))
        said = (
            tr("The customer is {segment}", segment=safe_text(self.segment, 40))
            if word is not None
            else tr("The customer's own segment counts again")
        )
        return Outcome(f"{said}.", label=said)

    def written(self) -> str | None:
        """Return ``for business``."""
        return f"for {self.segment}"


@dataclass(frozen=True)
class SetChannel(Command):
    """Say through which channel this seat sells: agent, kiosk or field."""

    name: ClassVar[str] = "seat.channel"
    label: ClassVar[str] = message("Channel")
    group: ClassVar[str] = message("Program")
    entry: ClassVar[str | None] = "channel agent, channel kiosk or channel field"
    pattern: ClassVar[str | None] = r"channel\s+(?P<channel>\w+)"

    channel: str

    @classmethod
    def from_fields(cls, values: Mapping[str, Any]) -> Command:
        """Read the channel in any case."""
        return cls(values["channel"].lower())

    def run(self, draft: Draft) -> Outcome:
        """Sell the current cart, and those begun from now on, through it."""
        from cartdesk.selling import basket

        channel = self.channel
        changed = basket.set_channel(draft.cart, channel)
        if draft.cart_id is not None:
            draft.put(changed)
        draft.writes.append(lambda store: store.set_setting(CHANNEL, channel))
        return Outcome(tr("This seat sells as {channel}.", channel=channel), label=tr("Sell as {channel}", channel=channel))

    def written(self) -> str | None:
        """Return ``channel kiosk``."""
        return f"channel {self.channel}"


@dataclass(frozen=True)
class MendLine(Command):
    """Do the first thing that mends a line."""

    name: ClassVar[str] = "cart.mend"
    label: ClassVar[str] = message("Mend")
    group: ClassVar[str] = message("Lines")
    keys: ClassVar[tuple[str, ...]] = ("m",)
    where: ClassVar[frozenset[str]] = frozenset({"cart"})
    entry: ClassVar[str | None] = "mend or mend 2"
    pattern: ClassVar[str | None] = r"mend(?:\s+(?P<line>\d+))?"

    line: int | None = None

    def run(self, draft: Draft) -> Outcome:
        """Do the first entry that the first finding with one offers, of this line or of the cart."""
        from cartdesk.desk.commands import registry
        from cartdesk.desk.doing import as_one, run_parts
        from cartdesk.desk.grammar import parse

        wanted = draft.item(self.line).id if self.line is not None else None
        found = draft.findings()
        if wanted is not None:
            found = [each for each in found if each.item_id is not None and draft.number_of(each.item_id) == self.line]
        first = next((each for each in sorted(found, key=lambda each: not each.blocking) if each.mends), None)
        if first is None:
            raise EntryError(found[0].sentence if found else tr("There is nothing to mend here."), at=draft.spot("line"))
        mend = first.mends[0]
        outcomes = run_parts(draft, parse(mend.entry, registry()))
        done = as_one(outcomes)
        return Outcome(f"{mend.label}: {done.said}", done.show, label=mend.label)

    def written(self) -> str | None:
        """Return ``mend 2``."""
        return "mend" if self.line is None else f"mend {self.line}"


def _speeds(speeds: Mapping[str, int]) -> str:
    return ", ".join(
        tr("{name} {speed} Mbit/s", name=safe_text(name, 20), speed=grouped(speed))
        for name, speed in sorted(speeds.items(), key=lambda each: -each[1])
    )


@dataclass(frozen=True)
class AcceptPrices(Command):
    """Say yes to prices that rose since the cart was last worked on: of a line, or of all."""

    name: ClassVar[str] = "cart.accept"
    label: ClassVar[str] = message("Take the new price")
    group: ClassVar[str] = message("Lines")
    entry: ClassVar[str | None] = "yes or yes 2"
    pattern: ClassVar[str | None] = r"yes(?:\s+(?P<line>\d+))?"

    line: int | None = None

    def run(self, draft: Draft) -> Outcome:
        """Note the prices of today."""
        from cartdesk.selling import basket

        item = draft.item(self.line) if self.line is not None else None
        draft.put(basket.accept_prices(draft.cart, item.id if item is not None else None))
        return Outcome(tr("The prices of today hold for {name}.", name=draft.name_of(item) if item is not None else "every line"))

    def written(self) -> str | None:
        """Return ``yes 2``."""
        return "yes" if self.line is None else f"yes {self.line}"
