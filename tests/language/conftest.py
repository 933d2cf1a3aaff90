"""Whatever language a test speaks, the next one begins in English."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cartdesk.language import ENGLISH, speak


@pytest.fixture(autouse=True)
def english_after() -> Iterator[None]:
    yield
    speak(ENGLISH)


HEAD = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Language: {code}\\n"
"X-Language-Name: {name}\\n"
"Plural-Forms: {plural}\\n"

"""


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    (tmp_path / "languages").mkdir()
    return tmp_path


def _po(path: Path, body: str, *, name: str = "Nederlands", plural: str = "nplurals=2; plural=(n != 1);") -> Path:
    path.write_text(HEAD.format(code=path.stem, name=name, plural=plural) + body, "utf-8")
    return path


@pytest.fixture
def po() -> Callable[..., Path]:
    """Write a language's file with its head."""
    return _po
