"""What a product's characteristics allow: which can be chosen, their defaults, and whether a value is one of them.

Called by ``configuration`` and ``rules``, and by the screens that show what there is to choose.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from cartdesk.errors import Mend, Refused
from cartdesk.language import tr
from cartdesk.selling.free_text import clean_text
from cartdesk.selling.patterns import fits, is_usable
from cartdesk.selling.shelf import name_of
from cartdesk.text import safe_text
from cartdesk.tmf.wire import MAX_DIGITS

if TYPE_CHECKING:
    from cartdesk.tmf.catalog import CharacteristicValue, ProductOffering, SpecificationCharacteristic

MAX_TEXT = 200
"""The longest value of a characteristic that is typed freely, in characters."""

_NUMBERS = frozenset({"number", "numeric", "decimal", "float", "double", "integer", "int", "long"})
_WHOLE = frozenset({"integer", "int", "long"})
_TRUE = frozenset({"true", "yes", "on", "1", "y"})
_FALSE = frozenset({"false", "no", "off", "0", "n"})
_SHOWN = 8
_SIGNS = frozenset("+-−")
"""Before a value of which several may be chosen: on top of the others, or without it."""


def can_be_set(characteristic: SpecificationCharacteristic) -> bool:
    """Say whether a characteristic is the customer's to choose, rather than a fact of the product.

    Where the catalog does not say (``configurable``), it is a choice when there is more than one value, a range or a pattern.
    """
    if characteristic.configurable is not None:
        return characteristic.configurable
    values = characteristic.product_spec_characteristic_value
    return len(values) > 1 or bool(_regex(characteristic)) or any(_is_range(value) for value in values)


def must_be_set(characteristic: SpecificationCharacteristic) -> bool:
    """Say whether an order needs a value for it: the catalog says so, or there is a list to choose from."""
    if not can_be_set(characteristic):
        return False
    if characteristic.min_cardinality is not None:
        return characteristic.min_cardinality > 0
    return len(allowed_values(characteristic)) > 1


def allowed_values(characteristic: SpecificationCharacteristic) -> tuple[str, ...]:
    """Return the values to choose from, as text in the catalog's spelling; none where it is open."""
    texts = (value_text(value.value) for value in characteristic.product_spec_characteristic_value)
    return tuple(dict.fromkeys(text for text in texts if text))


def default_value(characteristic: SpecificationCharacteristic) -> str | None:
    """Return the value that holds when none is chosen: the catalog's default, or the only one there is."""
    values = characteristic.product_spec_characteristic_value
    for value in values:
        if value.is_default:
            return value_text(value.value)
    return value_text(values[0].value) if len(values) == 1 and not _is_range(values[0]) else None


def find_characteristic(
    offered: Iterable[SpecificationCharacteristic], name: str, offering: ProductOffering
) -> SpecificationCharacteristic:
    """Return the characteristic with this name, whatever its case.

    Raises:
        Refused: there is none, or it is a fact that cannot be set.
    """
    wanted = fold(name)
    settable = [each for each in offered if can_be_set(each)]
    for each in settable:
        if wanted in {fold(each.name or ""), fold(each.id or "")}:
            return each
    known = any(wanted == fold(each.name or "") for each in offered)
    why = tr("cannot be changed on {name}", name=name_of(offering)) if known else tr("is not something {name} has", name=name_of(offering))
    names = ", ".join(safe_text(each.name or "", 40) for each in settable[:_SHOWN])
    there = tr("it has {names}", names=names) if names else tr("there is nothing to choose on it")
    raise Refused(f"«{safe_text(name, 40)}» {why}; {there}.")


def checked_value(characteristic: SpecificationCharacteristic, value: object, at: tuple[str, str] = ("", "")) -> str:
    """Return ``value`` as the text to keep, in the catalog's own spelling where it is one of a list.

    Args:
        characteristic: what is set.
        value: what it is set to.
        at: what an entry writes before and after to mean the item, for the ways out.

    Raises:
        Refused: not one of the values, outside the range, not of the type, or not fitting the pattern.
    """
    name = safe_text(characteristic.name or tr("The value"), 40)
    text = value_text(value)
    if text is None or not text.strip():
        raise Refused(tr("{name} needs a value{there}.", name=name, there=_there(characteristic)), *value_mends(characteristic, at))
    text = text.strip()
    listed = _listed(characteristic, text)
    if listed is not None:
        return listed
    ranges = [each for each in characteristic.product_spec_characteristic_value if _is_range(each)]
    if allowed_values(characteristic) and not ranges:
        raise Refused(
            tr("{name} cannot be «{text}»{there}.", name=name, text=safe_text(text, 40), there=_there(characteristic)),
            *value_mends(characteristic, at),
        )
    text = _typed(characteristic, text, name)
    if ranges and not any(_in_range(text, each) for each in ranges):
        raise Refused(
            tr(
                "{name} cannot be «{text}»; it goes {ranges}.",
                name=name,
                text=safe_text(text, 40),
                ranges=tr(" or ").join(map(_range_text, ranges)),
            )
        )
    pattern = _regex(characteristic)
    if pattern:
        if not fits(pattern, text):
            raise Refused(
                tr("{name} cannot be «{text}»; {described}.", name=name, text=safe_text(text, 40), described=_described(characteristic))
            )
        return clean_text(text, name, limit=MAX_TEXT, cards=is_usable(pattern))
    return text if ranges or _value_type(characteristic) in _NUMBERS else clean_text(text, name, limit=MAX_TEXT)


def most_values(characteristic: SpecificationCharacteristic) -> int:
    """Return how many values of a characteristic may be chosen at once: its ``maxCardinality``, one where it says none."""
    most = characteristic.max_cardinality
    return most if most is not None and most > 1 else 1


def default_values(characteristic: SpecificationCharacteristic) -> tuple[str, ...]:
    """Return the values that hold when none is chosen; several only where several may be chosen."""
    if most_values(characteristic) > 1:
        marked = (value_text(value.value) for value in characteristic.product_spec_characteristic_value if value.is_default)
        found = tuple(dict.fromkeys(text for text in marked if text is not None))[: most_values(characteristic)]
        if found:
            return found
    one = default_value(characteristic)
    return (one,) if one is not None else ()


def checked_values(
    characteristic: SpecificationCharacteristic, value: object, at: tuple[str, str] = ("", ""), before: Sequence[str] = ()
) -> tuple[str, ...]:
    """Return what was typed as the texts to keep: one, or several with commas where several may be chosen.

    Args:
        characteristic: what is set.
        value: what it is set to: ``Sport, Film``; ``+Film`` and ``-Film`` are on top of, and without, what is chosen.
        at: what an entry writes before and after to mean the item, for the ways out.
        before: what is chosen now.

    Raises:
        Refused: a value that is not allowed, or too many or too few of them.
    """
    most = most_values(characteristic)
    if most == 1:
        return (checked_value(characteristic, value, at),)
    text = (value_text(value) or "").strip()
    whole = bool(text) and _listed(characteristic, text) is not None
    sign = text[0] if text and not whole and text[0] in _SIGNS else ""
    rest = text.removeprefix(sign).strip()
    texts = [*value] if isinstance(value, (list, tuple)) else [rest] if _listed(characteristic, rest) is not None else rest.split(",")
    chosen = tuple(dict.fromkeys(checked_value(characteristic, each, at) for each in texts))
    if sign == "+":
        chosen = tuple(dict.fromkeys((*before, *chosen)))
    elif sign:
        chosen = tuple(each for each in before if each not in chosen)
    _refuse_count(characteristic, len(chosen), most, at)
    return chosen


def _refuse_count(characteristic: SpecificationCharacteristic, count: int, most: int, at: tuple[str, str]) -> None:
    least = characteristic.min_cardinality or 0
    if least <= count <= most:
        return
    name = safe_text(characteristic.name or tr("It"), 40)
    limits = (
        tr("exactly {most}", most=most)
        if least == most
        else tr("{least} to {most}", least=least, most=most)
        if least
        else tr("up to {most}", most=most)
    )
    raise Refused(
        tr("{name} takes {limits} values, not {count}{there}.", name=name, limits=limits, count=count, there=_there(characteristic)),
        *value_mends(characteristic, at),
    )


def value_text(value: Any) -> str | None:
    """Return a characteristic's value as text, whatever JSON it is; None where it is no plain value."""
    if isinstance(value, dict):
        return value_text(value.get("value"))
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{Decimal(repr(value)):f}"
    if isinstance(value, Decimal):
        return f"{value:f}" if value.is_finite() and abs(value.adjusted()) < MAX_DIGITS else None
    return str(value) if isinstance(value, (str, int)) else None


def _listed(characteristic: SpecificationCharacteristic, text: str) -> str | None:
    """Return the catalog's spelling of ``text`` where it is one of the listed values, with or without its unit."""
    wanted = fold(text)
    if _value_type(characteristic) == "boolean":
        wanted = "true" if wanted in _TRUE else "false" if wanted in _FALSE else wanted
    for value in characteristic.product_spec_characteristic_value:
        listed = value_text(value.value)
        if listed is None:
            continue
        if wanted in {fold(listed), fold(f"{listed}{value.unit_of_measure or ''}")} or _same_number(wanted, listed):
            return listed
    return None


def _same_number(text: str, listed: str) -> bool:
    ours, theirs = _number(text), _number(listed)
    return ours is not None and ours == theirs


def _typed(characteristic: SpecificationCharacteristic, text: str, name: str) -> str:
    """Return ``text`` as its type writes it, or refuse it."""
    kind = _value_type(characteristic)
    needs_number = kind in _NUMBERS or any(_is_range(each) for each in characteristic.product_spec_characteristic_value)
    if needs_number:
        number = _number(_without_unit(text, characteristic))
        if number is None:
            raise Refused(tr("{name} is a number; «{text}» is not one.", name=name, text=safe_text(text, 40)))
        if kind in _WHOLE and number != number.to_integral_value():
            raise Refused(tr("{name} is a whole number; «{text}» is not one.", name=name, text=safe_text(text, 40)))
        return f"{number:f}"
    if kind == "boolean":
        folded = fold(text)
        if folded not in _TRUE | _FALSE:
            raise Refused(tr("{name} is yes or no; «{text}» is neither.", name=name, text=safe_text(text, 40)))
        return "true" if folded in _TRUE else "false"
    return text


def _without_unit(text: str, characteristic: SpecificationCharacteristic) -> str:
    for value in characteristic.product_spec_characteristic_value:
        unit = value.unit_of_measure
        if unit and fold(text).endswith(fold(unit)):
            return fold(text)[: -len(fold(unit))]
    return text


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number.adjusted()) < MAX_DIGITS else None


def _in_range(text: str, value: CharacteristicValue) -> bool:
    number = _number(text)
    if number is None:
        return False
    kind = fold(value.range_interval or "closed")
    low, high = value.value_from, value.value_to
    above = low is None or number > low or (number == low and kind not in {"open", "closedtop"})
    below = high is None or number < high or (number == high and kind not in {"open", "closedbottom"})
    return above and below


def _range_text(value: CharacteristicValue) -> str:
    unit = f" {safe_text(value.unit_of_measure, 20)}" if value.unit_of_measure else ""
    low, high = value.value_from, value.value_to
    if low is None:
        return tr("up to {high}{unit}", high=f"{high:f}", unit=unit)
    return (
        tr("from {low} up{unit}", low=f"{low:f}", unit=unit)
        if high is None
        else tr("from {low} to {high}{unit}", low=f"{low:f}", high=f"{high:f}", unit=unit)
    )


def _is_range(value: CharacteristicValue) -> bool:
    return value.value is None and (value.value_from is not None or value.value_to is not None)


def _regex(characteristic: SpecificationCharacteristic) -> str | None:
    return characteristic.regex or next((each.regex for each in characteristic.product_spec_characteristic_value if each.regex), None)


def _value_type(characteristic: SpecificationCharacteristic) -> str:
    values = characteristic.product_spec_characteristic_value
    return fold(characteristic.value_type or next((each.value_type for each in values if each.value_type), ""))


def _described(characteristic: SpecificationCharacteristic) -> str:
    return safe_text(characteristic.description, 120).rstrip(".") if characteristic.description else tr("it is written differently")


def _there(characteristic: SpecificationCharacteristic) -> str:
    values = allowed_values(characteristic)
    if not values:
        return ""
    more = ", …" if len(values) > _SHOWN else ""
    return tr("; choose {value}{more}", value=", ".join(safe_text(value, 40) for value in values[:_SHOWN]), more=more)


def value_mends(characteristic: SpecificationCharacteristic, at: tuple[str, str] = ("", "")) -> tuple[Mend, ...]:
    """Return the ways out that take one of the values to choose from, the first few."""
    values = allowed_values(characteristic)[:_SHOWN]
    return choice_mends(characteristic.name or "", [(value, value) for value in values], at)


def choice_mends(name: str, choices: Iterable[tuple[str, str]], at: tuple[str, str] = ("", "")) -> tuple[Mend, ...]:
    """Return the ways out that make a choice: for each what is typed for it, and what it is called."""
    before, after = at
    entries = ((called, f"= {before}{name} {typed}{after}") for typed, called in choices)
    return tuple(Mend(tr("Take {called}", called=safe_text(called, 60)), entry) for called, entry in entries if _can_be_typed(entry, after))


def _can_be_typed(entry: str, after: str) -> bool:
    return entry.isprintable() and not set(';"@') & set(entry.removesuffix(after))


def fold(text: str) -> str:
    """Return a name or a value without case and spaces, for comparing."""
    return "".join(text.split()).casefold()
