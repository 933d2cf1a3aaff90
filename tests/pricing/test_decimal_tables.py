"""The General Decimal Arithmetic tables that come with CPython, for the primitive that every amount is rounded with."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from pathlib import Path

import pytest

from cartdesk.errors import PricingError
from cartdesk.pricing.rounding import round_to

MODES = {"half_up": "HALF_UP", "half_even": "HALF_EVEN", "half_down": "HALF_DOWN"}
CASE = re.compile(r"^(\S+)\s+(\S+)\s+(\S+)\s+(\S+)\s+->\s+(\S+)(.*)$")
LARGEST = 60
"""Powers of ten; the tables go to a thousand million, where no price is."""
FILES = ("quantize.decTest", "ddQuantize.decTest", "dqQuantize.decTest", "rescale.decTest")


def tables() -> Path:
    import test

    folder = Path(test.__file__).parent / "decimaltestdata"
    if not folder.is_dir():
        pytest.skip("this interpreter was installed without CPython's decimal tables (test/decimaltestdata)")
    return folder


def cases(folder: Path, name: str) -> Iterator[tuple[str, Decimal, Decimal, str, Decimal]]:
    """Yield each finite case in one of our three modes: its name, the number, the pattern, the mode and the result."""
    mode = "half_up"
    for line in (folder / name).read_text(encoding="utf-8").splitlines():
        text = line.split("--")[0].strip()
        directive = re.match(r"^rounding:\s*(\w+)$", text, re.IGNORECASE)
        if directive:
            mode = directive[1].lower()
        match = CASE.match(text)
        if match is None or mode not in MODES or match[2].lower() not in ("quantize", "rescale"):
            continue
        number, pattern, result = (each.strip("'\"") for each in (match[3], match[4], match[5]))
        if "#" in number + pattern + result:
            continue
        try:
            one, other, expected = Decimal(number), Decimal(pattern), Decimal(result)
        except InvalidOperation:
            continue
        if match[2].lower() == "rescale" and other.is_finite() and other == other.to_integral_value() and abs(other) < 100:
            other = Decimal((0, (1,), int(other)))
        if all(each.is_finite() and abs(each.adjusted()) < LARGEST for each in (one, other, expected)):
            yield match[1], one, other, MODES[mode], expected


@pytest.mark.parametrize("name", FILES)
def test_rounding_by_the_tables(name: str) -> None:
    folder = tables()
    if not (folder / name).is_file():
        pytest.skip(f"this interpreter's decimal tables do not have {name}")
    ran, wrong = 0, []
    for case, number, pattern, mode, expected in cases(folder, name):
        exponent = pattern.as_tuple().exponent
        assert isinstance(exponent, int)
        found = round_to(number, -exponent, mode)  # type: ignore[arg-type]
        ran += 1
        if found != expected or found.as_tuple().exponent != exponent:
            wrong.append(f"{case}: {number} to {exponent} {mode} gives {found}, not {expected}")
    assert not wrong, "\n".join(wrong)
    assert ran > 100


@pytest.mark.parametrize("number", ["NaN", "sNaN", "Infinity", "-Infinity"])
def test_what_is_not_finite_is_refused(number: str) -> None:
    with pytest.raises(PricingError):
        round_to(Decimal(number), 2)


def test_zero_has_no_sign() -> None:
    assert not round_to(Decimal("-0.001"), 2).is_signed()


def test_more_digits_than_any_price_are_refused() -> None:
    with pytest.raises(PricingError, match="more digits"):
        round_to(Decimal("1e200"), 2)
