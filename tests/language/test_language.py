"""Saying things in a language: choosing one, adding one by a file alone, and what a bad file does."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from cartdesk.errors import SettingsError
from cartdesk.language import ENGLISH, Language, cached, ctr, current, grouped, message, ntr, speak, tr
from cartdesk.language.choosing import choose, system_language
from cartdesk.language.reading import read
from cartdesk.language.shelf import languages, load

Po = Callable[..., Path]
DUTCH = """
msgid "{name} removed."
msgstr "{name} verwijderd."

msgid "{n} line"
msgid_plural "{n} lines"
msgstr[0] "{n} regel"
msgstr[1] "{n} regels"

msgctxt "footer"
msgid "Help"
msgstr "Hulp"
"""


def test_english_is_what_is_written() -> None:
    assert tr("Nothing {is} due.") == "Nothing {is} due."
    assert tr("{name} removed.", name="Fibre {500}") == "Fibre {500} removed."
    assert ctr("footer", "Help") == "Help"
    assert [ntr("{n} line", "{n} lines", n) for n in (0, 1, 2, 1_234)] == ["0 lines", "1 line", "2 lines", "1,234 lines"]
    assert message("held") == "held"


def test_a_language_is_added_by_a_file_alone(data_dir: Path, po: Po) -> None:
    po(data_dir / "languages" / "nl.po", DUTCH)
    assert languages(data_dir)["nl"] == "Nederlands"
    speak(load("nl", data_dir))
    assert tr("{name} removed.", name="Glas") == "Glas verwijderd."
    assert [ntr("{n} line", "{n} lines", n) for n in (1, 2, 1_234)] == ["1 regel", "2 regels", "1.234 regels"]
    assert (ctr("footer", "Help"), tr("Help"), tr("Not translated.")) == ("Hulp", "Help", "Not translated.")
    assert current().locale == "nl"


def test_a_shops_own_words_stand_before_ours(data_dir: Path, po: Po) -> None:
    ours = load("de")
    po(data_dir / "languages" / "de.po", 'msgid "Made up."\nmsgstr "Erfunden."\n', name="Deutsch (Laden)")
    speak(load("de_AT.UTF-8", data_dir))
    assert tr("Made up.") == "Erfunden."
    assert ours.texts.items() <= current().texts.items()


@pytest.mark.parametrize(
    ("environment", "code"),
    [
        ({}, "en"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "de"),
        ({"LC_ALL": "", "LC_MESSAGES": "fr_CA", "LANG": "de_DE"}, "fr"),
        ({"LC_ALL": "POSIX", "LANG": "de_DE"}, "en"),
        ({"LANG": "xx_YY"}, "en"),
        ({"LANG": "../../etc/passwd"}, "en"),
    ],
)
def test_the_system_says_its_language(environment: dict[str, str], code: str) -> None:
    assert system_language(environment) == code


def test_asked_for_goes_before_kept_and_kept_before_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "es_ES.UTF-8")
    assert choose("fr", "de").code == "fr"
    assert choose(None, "de").code == "de"
    assert choose(None, None).code == "es"
    assert choose(None, "no longer there").code == "es"
    assert choose(None, "en") is ENGLISH
    with pytest.raises(SettingsError, match="There is no language kl;"):
        choose("kl", "de")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (b'msgid "a"\nmsgstr "b"\n\nmsgid "c\nmsgstr "d"\n', 4),
        (b'msgid "a"\nmsgstr "b"\nnonsense\n', 3),
        (b'msgid "a"\nmsgid "b"\nmsgstr "c"\n', 1),
        (b'msgid "a"\nmsgstr "\xff"\n', 2),
        (b"", 1),
        (b"\x00\x01\x02", 1),
        (b'msgid ""\nmsgstr ""\n"Plural-Forms: nplurals=2; plural=__import__(\'os\');\\n"\n\nmsgid "a"\nmsgstr "b"\n', 3),
    ],
)
def test_a_broken_file_is_refused_in_one_sentence_that_says_where(tmp_path: Path, text: bytes, line: int) -> None:
    broken = tmp_path / "nl.po"
    broken.write_bytes(text)
    with pytest.raises(SettingsError) as refused:
        load(str(broken))
    assert str(refused.value).startswith(f"The language file {broken} cannot be read, line {line}: ")
    assert "\n" not in str(refused.value)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"nl\.po cannot be read: No such file"):
        load(str(tmp_path / "nl.po"))


@pytest.mark.parametrize(
    "bad",
    ["verwijderd.", "{naam} verwijderd.", "{name.__class__} verwijderd.", "{name!r} x", "{name:>999999999} x", "{name", "{} x", "{0} x"],
)
def test_a_wrong_placeholder_is_a_fault_and_english_is_said(data_dir: Path, po: Po, bad: str) -> None:
    path = po(data_dir / "languages" / "nl.po", f'msgid "{{name}} removed."\nmsgstr "{bad}"\n\nmsgid "a"\nmsgstr "b"\n')
    _, faults = read(path, path.read_bytes())
    assert len(faults) == 1
    assert str(faults[0]).startswith(f"{path}, line 8: ")
    speak(load("nl", data_dir))
    assert tr("{name} removed.", name="Glas") == "Glas removed."


def test_a_translation_cannot_steer_the_terminal(data_dir: Path, po: Po) -> None:
    po(data_dir / "languages" / "nl.po", 'msgid "a"\nmsgstr "x\x1b[2J\x07[red]y[/red]\u202e"\n')
    speak(load("nl", data_dir))
    assert tr("a") == "x␛[2J␇[red]y[/red]�"


def test_what_was_read_is_kept_and_made_again_when_the_file_changes(data_dir: Path, po: Po) -> None:
    cache = data_dir / "cache"
    path = po(data_dir / "languages" / "nl.po", DUTCH)
    first = load("nl", data_dir, cache)
    (kept,) = cache.glob("language-nl-*.json")
    assert load("nl", data_dir, cache).texts == first.texts
    kept.write_text("damaged")
    assert load("nl", data_dir, cache).texts == first.texts
    kept.write_text(json.dumps({"texts": 1}))
    assert load("nl", data_dir, cache).texts == first.texts
    po(path, DUTCH.replace("verwijderd", "weg"))
    assert load("nl", data_dir, cache).texts["{name} removed."] == "{name} weg."
    assert len(list(cache.iterdir())) == 1


def test_where_nothing_can_be_kept_it_is_read_each_time(data_dir: Path, po: Po) -> None:
    po(data_dir / "languages" / "nl.po", DUTCH)
    (data_dir / "cache").write_text("a file where the folder should be")
    assert load("nl", data_dir, data_dir / "cache").code == "nl"


def test_languages_with_more_forms_count_rightly(data_dir: Path, po: Po) -> None:
    plural = "nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);"
    body = 'msgid "{n} line"\nmsgid_plural "{n} lines"\nmsgstr[0] "{n} pozycja"\nmsgstr[1] "{n} pozycje"\nmsgstr[2] "{n} pozycji"\n'
    po(data_dir / "languages" / "pl.po", body, plural=plural)
    speak(load("pl", data_dir))
    assert [ntr("{n} line", "{n} lines", n) for n in (1, 3, 5, 22)] == ["1 pozycja", "3 pozycje", "5 pozycji", "22 pozycje"]


def test_what_was_kept_is_forgotten_with_the_language() -> None:
    @cached(8)
    def greeting(name: str) -> str:
        return tr("{name} removed.", name=name)

    assert greeting("Glas") == "Glas removed."
    speak(Language("xx", "X", "en", {"{name} removed.": "no {name}"}))
    assert greeting("Glas") == "no Glas"


def test_numbers_are_grouped_as_the_language_does() -> None:
    from cartdesk.documents.money import format_money
    from cartdesk.tmf.money import Money

    money = Money(amount=Decimal("1247"), currency="EUR")
    for code, whole, amount in (
        ("en", "1,234", "1,247.00 EUR"),
        ("de", "1.234", "1.247,00 EUR"),
        ("fr", "1\u202f234", "1\u202f247,00 EUR"),
    ):
        speak(load(code))
        assert (grouped(1_234), format_money(money)) == (whole, amount)


@pytest.mark.parametrize("code", ["de", "es", "fr"])
def test_our_forms_write_what_babel_writes(code: str) -> None:
    from datetime import date

    from cartdesk.documents.money import format_day, format_month, format_number

    days = [date(2026, month, 1 + month) for month in range(1, 13)]
    numbers = [Decimal(text) for text in ("0", "0.5", "1234567.125", "999", "1000", "-31.9")]

    def written() -> list[str]:
        said = [format_number(each, locale=code) for each in numbers]
        for day in days:
            said += [format(day, year=year, locale=code) for format in (format_day, format_month) for year in (False, True)]
        return said

    by_babel = written()
    speak(load(code))
    assert current().forms is not None
    assert written() == by_babel
