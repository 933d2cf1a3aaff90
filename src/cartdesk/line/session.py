"""One sitting at the prompt: each text that is entered is answered, by the desk's entries or by the prompt's own words.

``prompt`` reads the texts and writes the answers; nothing here knows where they come from.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from cartdesk.desk.approving import with_leave
from cartdesk.errors import CartdeskError, EntryError, Mend, Refused, StoreError
from cartdesk.language import ntr, tr
from cartdesk.line.answer import Answer
from cartdesk.line.cart_words import cart_json, cart_sentences, finding_sentences, total_sentences
from cartdesk.line.guide import Guide
from cartdesk.line.lists import Listing, offerings, shelves
from cartdesk.line.own import help_sentences, own_word, tried
from cartdesk.line.people import choice
from cartdesk.line.shows import shown_in_sentences
from cartdesk.line.words import spoken
from cartdesk.text import safe_text

if TYPE_CHECKING:
    from cartdesk.desk import Command, Desk, Outcome
    from cartdesk.desk.calls import Call

YES = frozenset({"yes", "y"})


class Session:
    """The prompt's state between two entries."""

    def __init__(self, desk: Desk, *, asking: bool = False, ask_pin: Callable[[str], str | None] | None = None) -> None:
        """Begin.

        Args:
            desk: the desk.
            asking: ask before what cannot be undone, and guide through the checkout; for somebody at a terminal.
            ask_pin: asks for a PIN, out of sight; None where nobody can be asked.
        """
        self._desk = desk
        self._asking = asking
        self._ask_pin = ask_pin
        self._listing: Listing | None = None
        self._mends: tuple[Mend, ...] = ()
        self._filters: frozenset[str] = frozenset()
        self._shelf: str | None = None
        self._pending: str | None = None
        self._pasting: list[str] | None = None
        self._told: frozenset[str] = frozenset()
        self._guide: Guide | None = None

    def greeting(self) -> Answer:
        """Return where one is, for whoever sits down."""
        view, catalog = self._desk.view, self._desk.catalog
        who = tr(
            "{name}, agent {agent}, {count}.",
            name=safe_text(catalog.name, 60),
            agent=safe_text(view.agent, 60),
            count=ntr("{n} offering", "{n} offerings", len(catalog)),
        )
        training = (tr("Training: nothing here is real, and nothing is sent."),) if view.training else ()
        facts = (*training, *cart_sentences(view, catalog.locale), tr("Say help for what can be entered, quit to leave."))
        return Answer("", (who,), facts)

    def offer(self, call: Call) -> Answer:
        """Say who is calling; pick 1 takes the call."""
        from cartdesk.desk.commands import TakeCall

        self._mends = (Mend(tr("Take the call"), TakeCall(call.customer, call.phone).written()),)
        return Answer("", (tr("{customer} is calling.", customer=call.customer or call.phone),), mends=self._mends)

    def answer(self, text: str) -> Answer | None:
        """Answer what was entered; None where nothing is to be said yet, as for an empty line.

        Raises:
            StoreError: the store could not do what was asked; nothing further should be tried.
        """
        try:
            return self._answered(text)
        except StoreError:
            raise
        except CartdeskError as error:
            return self._refusal(text, error)

    def _answered(self, text: str) -> Answer | None:
        if self._pasting is not None:
            return self._paste_on(text, self._pasting)
        if self._pending is not None:
            entry, self._pending = self._pending, None
            return self._enter(entry) if text.strip().casefold() in YES else Answer(text, (tr("Nothing was done."),))
        if self._guide is not None:
            return self._guided(self._guide.answer(text))
        own = own_word(text)
        if own is not None:
            return self._own(text, *own)
        if not text.strip():
            return None
        question = self._question(text) if self._asking else None
        if question is not None:
            self._pending = text
            return Answer(text, asks=tr("{question} Yes or no.", question=spoken(question)))
        return self._enter(text)

    # ── entries ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _enter(self, entry: str) -> Answer:
        before = self._desk.view
        outcome = with_leave(self._desk, lambda approval: self._desk.enter(entry, approval), self._ask_pin)
        return self._told_of(entry, outcome, moved=before.area.cart_id != self._desk.view.area.cart_id)

    def _told_of(self, entry: str, outcome: Outcome, *, moved: bool = False) -> Answer:
        """Return what an outcome said, then what it shows or what the totals are now."""
        screen = outcome.show.screen if outcome.show is not None else None
        said = (outcome.said, *outcome.listed)
        self._mends = outcome.mends
        cart = cart_json(self._desk.view.cart) if outcome.changed or moved else None
        if outcome.show is None or screen in ("desk", "entry", "applied"):
            facts = self._change() if outcome.changed or moved else ()
            return Answer(entry, said, facts, outcome.mends, changed=outcome.changed, cart=cart)
        if screen == "quit":
            return Answer(entry, ends=True)
        if screen == "help":
            return self._help(entry, "")
        if screen == "checkout" and self._asking:
            self._guide = Guide(self._desk)
            return self._guided(self._guide.begin())
        return self._shown(entry, outcome.show.screen, dict(outcome.show.args), said, changed=outcome.changed, cart=cart)

    def _shown(self, entry: str, screen: str, args: dict[str, Any], said: tuple[str, ...] = (), **more: Any) -> Answer:
        shown = shown_in_sentences(self._desk, screen, args)
        if shown.listing is None:
            return Answer(entry, said, shown.facts, self._mends, screen=screen, data=shown.data, **more)
        return self._read(entry, shown.listing, said, screen=screen, before=shown.facts, **more)

    def _read(self, entry: str, listing: Listing, said: tuple[str, ...] = (), *, before: tuple[str, ...] = (), **more: Any) -> Answer:
        """Read a list's next page."""
        self._listing = listing.next()
        self._mends = ()
        return Answer(entry, said, (*before, *self._listing.sentences()), data=self._listing.to_json(), **more)

    def _change(self) -> tuple[str, ...]:
        """Return what is newly amiss, and the totals: what is to be heard after a change."""
        view = self._desk.view
        amiss = tuple(each for each in view.cart.findings if each.sentence not in self._told)
        self._told = frozenset(each.sentence for each in view.cart.findings)
        return (*finding_sentences(amiss), *total_sentences(view, self._desk.catalog.locale))

    def _refusal(self, text: str, error: CartdeskError) -> Answer:
        self._mends = error.mends if isinstance(error, Refused) else ()
        at = error.at if isinstance(error, EntryError) else None
        return Answer(text, mends=self._mends, error=error, at=at)

    def _question(self, text: str) -> str | None:
        """Return what must be asked before an entry is done; None where nothing must, or it cannot be read anyway."""
        for command in self._commands(text):
            question = command.question(self._desk.view) if command.confirm else None
            if question is not None:
                return question
        return None

    def _commands(self, text: str) -> list[Command]:
        from cartdesk.desk.commands import registry
        from cartdesk.desk.grammar import parse

        return [part.command for part in parse(text, registry())]

    def _guided(self, answer: Answer) -> Answer:
        """Return a guide's answer; where the order was placed, its receipt behind it."""
        guide = self._guide
        if guide is None or not guide.over:
            return answer
        self._guide = None
        return answer if guide.placed is None else self._told_of(answer.entry, guide.placed)

    # ── the prompt's own words ───────────────────────────────────────────────────────────────────────────────────────

    def _own(self, text: str, word: str, rest: str) -> Answer:
        view, locale = self._desk.view, self._desk.catalog.locale
        tell: dict[str, Callable[[], Answer]] = {
            "browse": lambda: self._browse(text, rest),
            "more": lambda: self._more(text),
            "pick": lambda: self._pick(text, int(rest[:6])),
            "filter": lambda: self._filter(text, rest),
            "choose": lambda: self._told_of(text, self._desk.run(choice(self._desk, rest))),
            "cart": lambda: Answer(text, facts=tuple(cart_sentences(view, locale)), cart=cart_json(view.cart)),
            "totals": lambda: Answer(text, facts=tuple(total_sentences(view, locale, whole=True)), cart=cart_json(view.cart)),
            "try": lambda: Answer(text, facts=tried(self._desk, rest)),
            "paste": lambda: self._begin_paste(text),
            "help": lambda: self._help(text, rest),
            "quit": lambda: Answer(text, ends=True),
        }
        return tell[word]()

    def _help(self, text: str, about: str) -> Answer:
        from cartdesk.desk.commands import registry

        return Answer(text, facts=tuple(help_sentences(registry(), about)))

    def _browse(self, text: str, shelf: str) -> Answer:
        categories = self._desk.catalog.categories
        if not shelf:
            return self._read(text, shelves(categories))
        wanted = shelf.casefold()
        found = [each for each in categories if wanted in (each.name.casefold(), (each.id or "").casefold())]
        found = found or [each for each in categories if each.name.casefold().startswith(wanted)]
        if not found:
            raise Refused(
                tr("There is no shelf called {shelf}; browse lists them.", shelf=safe_text(shelf, 40)), Mend(tr("The shelves"), "browse")
            )
        self._shelf = found[0].id
        return self._stand(text, found[0].name)

    def _stand(self, text: str, name: str) -> Answer:
        from cartdesk.catalog import Query

        catalog = self._desk.catalog
        numbers = catalog.rows(Query(category=self._shelf, filters=self._filters))
        labels = [each.label for each in catalog.filters if each.key in self._filters]
        only = tr(", only {label}", label=", ".join(spoken(label) for label in labels)) if labels else ""
        return self._read(text, offerings(catalog, numbers, f"{spoken(name)}, {ntr('{n} offering', '{n} offerings', len(numbers))}{only}."))

    def _filter(self, text: str, label: str) -> Answer:
        filters = self._desk.catalog.filters
        if not label:
            on = tr(", on")
            said = [
                f"{spoken(each.label)}, {ntr('{n} offering', '{n} offerings', each.count)}{on if each.key in self._filters else ''}."
                for each in filters
            ]
            return Answer(text, facts=tuple(said) or (tr("This catalog has nothing to filter by."),))
        if label.casefold() == "none":
            self._filters = frozenset()
        else:
            key = next((each.key for each in filters if label.casefold() in (each.label.casefold(), each.key.casefold())), None)
            if key is None:
                raise Refused(
                    tr("There is no filter called {label}; filter lists them.", label=safe_text(label, 40)),
                    Mend(tr("The filters"), "filter"),
                )
            self._filters ^= {key}
        shelf = next((each.name for each in self._desk.catalog.categories if each.id == self._shelf), tr("All"))
        return self._stand(text, shelf)

    def _more(self, text: str) -> Answer:
        if self._listing is None:
            raise Refused(tr("No list was read yet; browse, ? or carts reads one."), Mend(tr("The shelves"), "browse"))
        if self._listing.read >= self._listing.total:
            return Answer(text, facts=(tr("That was the end of the list."),))
        return self._read(text, self._listing)

    def _pick(self, text: str, number: int) -> Answer:
        if self._mends:
            entries = [mend.entry for mend in self._mends]
            entry = entries[number - 1] if 1 <= number <= len(entries) else ""
        elif self._listing is not None and 1 <= number <= self._listing.total:
            entry = self._listing.row(number - 1).entry
        else:
            entry = ""
        if not entry:
            raise Refused(tr("There is nothing to pick with number {number} in what was read last.", number=number))
        try:
            answer = self._answered(entry) or Answer(entry)
        except Refused as error:
            answer = self._refusal(entry, error)
        return replace(answer, entry=text, at=None, entered=entry)

    def _begin_paste(self, text: str) -> Answer:
        self._pasting = []
        return Answer(text, (tr("Paste the lines, each CODE,quantity; an empty line ends them."),) if self._asking else ())

    def _paste_on(self, text: str, lines: list[str]) -> Answer | None:
        from cartdesk.desk.commands import PasteLines

        if text.strip():
            lines.append(text)
            return None
        self._pasting = None
        return self._told_of("paste", self._desk.run(PasteLines("\n".join(lines))))

    @property
    def waits(self) -> bool:
        """True while a question is open, so that what was typed before it must not answer it."""
        return self._pending is not None

    def end(self) -> Answer | None:
        """Finish what was begun when the input ends: lines that were pasted are added."""
        if self._pasting is None:
            return None
        try:
            return self._paste_on("", self._pasting)
        except CartdeskError as error:
            return self._refusal("paste", error)
