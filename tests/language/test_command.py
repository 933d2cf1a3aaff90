"""``cartdesk language``: the list, the check of a file, and the template."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cartdesk.cli import cli
from cartdesk.errors import SettingsError
from cartdesk.language.template import TEMPLATE

Po = Callable[..., Path]


def _run(data_dir: Path, *arguments: str, language: str = "en") -> Result:
    return CliRunner().invoke(cli, ["--data-dir", str(data_dir), "--language", language, "language", *arguments])


def test_languages_are_listed_with_the_shops_own(data_dir: Path, po: Po) -> None:
    po(data_dir / "languages" / "nl.po", 'msgid "a"\nmsgstr "b"\n')
    found = json.loads(_run(data_dir, "list", "--json", language="nl").stdout)
    assert [each["code"] for each in found] == ["en", "de", "es", "fr", "nl"]
    assert [each["code"] for each in found if each["spoken"]] == ["nl"]


def test_a_file_is_checked_line_by_line(data_dir: Path, po: Po) -> None:
    path = po(data_dir / "nl.po", 'msgid "{name} removed."\nmsgstr "{naam} weg."\n\nmsgid "Help"\nmsgstr "Hulp"\n')
    ran = _run(data_dir, "check", str(path))
    assert ran.exit_code == 1
    assert "nl.po, line 8: “{naam} weg.” lacks {name} and has {naam}, which is not filled in." in ran.stdout
    assert "1 message in Nederlands" in ran.stdout


def test_a_language_that_is_not_there_is_refused(data_dir: Path) -> None:
    ran = _run(data_dir, "list", language="kl")
    assert isinstance(ran.exception, SettingsError)
    assert str(ran.exception) == "There is no language kl; `cartdesk language list` lists those there are."


def test_the_template_is_printed_as_it_is_shipped(data_dir: Path) -> None:
    assert _run(data_dir, "template").stdout == TEMPLATE.read_text("utf-8")


@pytest.mark.parametrize(
    ("language", "said"), [("de", "Es gibt kein Makro @X"), ("fr", "Il n'y a pas de macro @X"), ("es", "No hay ninguna macro @X")]
)
def test_an_agents_refusal_is_said_in_the_language(data_dir: Path, language: str, said: str) -> None:
    ran = CliRunner().invoke(cli, ["--data-dir", str(data_dir), "--language", language, "do", "@X"])
    assert said in str(ran.exception)
