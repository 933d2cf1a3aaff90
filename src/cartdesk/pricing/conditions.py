"""The named conditions a discount may have: new customer, port-in, with another offering, a code, a number of pieces, a term, a value.

Called by ``items`` for the catalog's alterations and by ``promotions`` for codes. A condition that does not hold says why, and where
an entry would make it hold, which.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from cartdesk.language import ntr, tr
from cartdesk.pricing.matching import chosen_values, fold, fold_value, term_months
from cartdesk.text import safe_text

if TYPE_CHECKING:
    from decimal import Decimal

    from cartdesk.tmf.cart import CartItem, PriceOverride


@dataclass(frozen=True, slots=True)
class PricingContext:
    """What a price may rest on besides its own item."""

    customer_known: bool = False
    """True when an existing customer was named; a cart without a known customer counts as a new customer's."""
    pieces: Mapping[str, int] = field(default_factory=dict)
    """How many of each offering the cart counts, by folded id and by folded name."""
    all_pieces: int = 1
    """How many the cart counts in all, children of bundles not included."""
    codes: frozenset[str] = frozenset()
    """The promotion codes given, folded."""
    name_of: Callable[[str], str] = str
    """What an offering with this id is called."""
    overrides: Mapping[str, tuple[PriceOverride, ...]] = field(default_factory=dict)
    """Prices set by hand, by the id of their item."""
    limits: Mapping[str, Decimal] = field(default_factory=dict)
    """How many per cent off each role may give by hand; a role that is not there may give nothing."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a condition holds."""

    holds: bool
    reason: str = ""
    """Why not, as a short sentence without its full stop."""
    mend: str | None = None
    """The entry that would make it hold."""


HOLDS = Verdict(True)

Rule = Callable[[re.Match[str], "CartItem | None", PricingContext, set[str]], Verdict]


def check(condition: str | None, item: CartItem | None, context: PricingContext, rests_on: set[str]) -> Verdict:
    """Return whether a condition holds for an item; without an item, for the cart.

    Clauses joined by "and", "&", "+" or ";" must all hold, of those joined by "or" one.

    Args:
        condition: as the catalog words it, in any case; None always holds.
        item: the item whose price it is on.
        context: the cart around it.
        rests_on: what was looked at is added here.
    """
    if condition is None:
        return HOLDS
    for clause in _read(condition):
        if len(clause) == 1:
            text, match, rule = clause[0]
            if match is not None and rule is not None:
                verdict = rule(match, item, context, rests_on)
                if not verdict.holds:
                    return verdict
                continue
        verdicts = []
        for text, match, rule in clause:
            if match is None or rule is None:
                verdicts.append(Verdict(False, tr("its condition «{text}» is not one that can be checked here", text=safe_text(text, 60))))
            else:
                verdicts.append(rule(match, item, context, rests_on))
        if not any(verdict.holds for verdict in verdicts):
            return verdicts[0]
    return HOLDS


@lru_cache(maxsize=4096)
def _read(condition: str) -> tuple[tuple[tuple[str, re.Match[str] | None, Rule | None], ...], ...]:
    """Return a condition as clauses of alternatives, each with the rule that knows it."""
    if not condition.strip():
        return ()
    return tuple(tuple(map(_known, _OR.split(clause))) for clause in _AND.split(condition.strip()))


def _known(text: str) -> tuple[str, re.Match[str] | None, Rule | None]:
    plain = " ".join(text.split())
    for pattern, rule in _RULES:
        match = pattern.fullmatch(plain)
        if match is not None:
            return plain, match, rule
    return plain, None, None


def _new_customer(match: re.Match[str], item: CartItem | None, context: PricingContext, rests_on: set[str]) -> Verdict:
    rests_on.add("customer")
    return Verdict(False, tr("for new customers only")) if context.customer_known else HOLDS


def _existing_customer(match: re.Match[str], item: CartItem | None, context: PricingContext, rests_on: set[str]) -> Verdict:
    rests_on.add("customer")
    return HOLDS if context.customer_known else Verdict(False, tr("for existing customers only; name the customer"))


def _port_in(match: re.Match[str], item: CartItem | None, context: PricingContext, rests_on: set[str]) -> Verdict:
    values = {} if item is None else chosen_values(item)
    if any(name in _NUMBER_NAMES and value and value not in _NO_NUMBER for name, value in values.items()):
        return HOLDS
    return Verdict(False, tr("only when the customer brings a number along; none is given on this line"))


def _with_offering(match: re.Match[str], item: CartItem | None, context: PricingContext, rests_on: set[str]) -> Verdict:
    other = fold(match["other"])
    rests_on.add(f"with:{other}")
    if context.pieces.get(other, 0) > 0:
        return HOLDS
    return Verdict(
        False, tr("{name} is not in this cart", name=safe_text(context.name_of(match["other"]), 60)), safe_text(match["other"], 60)
    )


def _without_offering(match: re.Match[str], item: CartItem | None, context: PricingContext, rests_on: set[str]) -> Verdict:
    other = fold(match["other"])
    rests_on.add(f"with:{other}")
    if context.pieces.get(other, 0) > 0:
        return Verdict(False, tr("{name} is in this cart", name=safe_text(context.name_of(match["other"]), 60)))
    return HOLDS


def _with_code(match: re.Match[str], item: CartItem | None, context: PricingContext, rests_on: set[str]) -> Verdict:
    code = match["code"]
    rests_on.add(f"promo:{code.casefold()}")
    if code.casefold() in context.codes:
        return HOLDS
    return Verdict(False, tr("only with the code {code}", code=safe_text(code, 40)), f"%{safe_text(code, 40)}")


def _number_of_pieces(match: re.Match[str], item: CartItem | None, context: PricingContext, rests_on: set[str]) -> Verdict:
    least, what = int(match["least"]), match["what"]
    if what is None or fold(what) in _ANY_PIECE:
        rests_on.add("pieces")
        there = context.all_pieces
    else:
        rests_on.add(f"pieces:{fold(what)}")
        there = context.pieces.get(fold(what), 0)
    if there >= least:
        return HOLDS
    return Verdict(False, ntr("from {least} pieces on; there is {n}", "from {least} pieces on; there are {n}", there, least=least))


def _term_of(match: re.Match[str], item: CartItem | None, context: PricingContext, rests_on: set[str]) -> Verdict:
    months = int(match["months"])
    chosen = [term_months(term) for term in (item.cart_term if item is not None else ())]
    return HOLDS if months in chosen else Verdict(False, tr("only with a term of {months} months", months=months), f"= term {months}")


def _value_of(match: re.Match[str], item: CartItem | None, context: PricingContext, rests_on: set[str]) -> Verdict:
    values = {} if item is None else chosen_values(item)
    name, value = match["name"].strip(), match["value"].strip()
    if values.get(fold(name)) == fold_value(value):
        return HOLDS
    return Verdict(
        False,
        tr("only with {name} {value}", name=safe_text(name, 40), value=safe_text(value, 40)),
        f"= {safe_text(name, 40)} {safe_text(value, 40)}",
    )


_AND = re.compile(r"\s+and\s+|\s*[;&+]\s*", re.IGNORECASE)
_OR = re.compile(r"\s+or\s+(?!more)", re.IGNORECASE)
_NUMBER_NAMES = {"phonenumber", "number", "msisdn", "portin", "portednumber", "numberporting", "numberportability", "keepnumber"}
_NO_NUMBER = {"no", "none", "new", "newnumber", "false", "0"}
_ANY_PIECE = {"lines", "line", "pieces", "piece", "items", "item", "offerings", "products"}


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


_RULES: tuple[tuple[re.Pattern[str], Rule], ...] = (
    (_pattern(r"(?:only )?(?:for )?(?:a )?new[ -]?customers?(?: only)?"), _new_customer),
    (_pattern(r"(?:only )?(?:for )?(?:an )?existing[ -]?customers?(?: only)?"), _existing_customer),
    (_pattern(r"(?:with )?(?:port[ -]?in|number[ -]port(?:ing|ed|ability)?)"), _port_in),
    (_pattern(r"(?:keep(?:s|ing)?|bring(?:s|ing)?) (?:the|your|their|a) number"), _port_in),
    (_pattern(r"(?:with )?(?:promo(?:tion)?(?:[ -]?code)?|code) (?P<code>\S+)"), _with_code),
    (_pattern(r"(?:with (?:a )?)?(?:term )?(?P<months>\d{1,3})[ -]months?(?: term| contract)?"), _term_of),
    (_pattern(r"(?:from|buy|at least|minimum) (?P<least>\d{1,6})(?: (?P<what>.+?))?(?: on)?"), _number_of_pieces),
    (_pattern(r"(?P<least>\d{1,6})(?: (?P<what>.+?))? or more"), _number_of_pieces),
    (_pattern(r"(?P<least>\d{1,6}) or more (?P<what>.+)"), _number_of_pieces),
    (_pattern(r"without (?P<other>.+)"), _without_offering),
    (_pattern(r"(?:together )?with (?:bundle |offering )?(?P<other>.+)"), _with_offering),
    (_pattern(r"(?P<name>[^=:]+?)\s*[=:]\s*(?P<value>.+)"), _value_of),
)
