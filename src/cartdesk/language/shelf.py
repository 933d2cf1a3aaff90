"""The languages there are: those that come with cartdesk, and those a shop put into its data directory, without a line of code.

``cli`` and the faces call it. A file is read once and kept as JSON in the cache, under a name made of what is in it: English needs no
file at all, and another language costs the reading of that JSON.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cartdesk.errors import SettingsError
from cartdesk.language.wording import ENGLISH, Forms, Language
from cartdesk.text import safe_text

SHIPPED = Path(__file__).parent / "catalogs"
"""Where ours are."""
FOLDER = "languages"
"""The folder within the data directory that others are put into."""
_VERSION = 1
_CODE = re.compile(r"[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8}){0,3}")
_NAME = re.compile(rb'^"X-Language-Name:\s*([^"\\]{1,60})', re.MULTILINE)


def languages(data_dir: Path | None = None) -> dict[str, str]:
    """Return the languages there are, by code, each with the name it gives itself; English first."""
    found = {ENGLISH.code: ENGLISH.name}
    for path in (*sorted(SHIPPED.glob("*.po")), *_added(data_dir)):
        found[path.stem] = _name(path) or found.get(path.stem, path.stem)
    return found


def load(wanted: str, data_dir: Path | None = None, cache_dir: Path | None = None) -> Language:
    """Return a language: by its code, in any writing of it (``de``, ``de_AT.UTF-8``), or as a file.

    What a shop's own file of a language we have does not say is said by ours.

    Args:
        wanted: the code or the file.
        data_dir: where a shop's own languages are looked for.
        cache_dir: where what was read is kept; nothing is kept where it is left out.

    Raises:
        SettingsError: there is none such, or its file cannot be read.
    """
    if wanted.endswith(".po"):
        path = Path(wanted).expanduser()
        return _language(path.stem, [path], cache_dir)
    own = {path.stem: path for path in _added(data_dir)}
    code = _code(wanted, own)
    if code is None:
        raise SettingsError(f"There is no language {safe_text(wanted, 40)}; `cartdesk language list` lists those there are.")
    files = [path for path in (SHIPPED / f"{code}.po", own.get(code)) if path is not None and path.is_file()]
    return _language(code, files, cache_dir) if files else ENGLISH


def match(wanted: str, data_dir: Path | None = None) -> str | None:
    """Return the code of the language that ``wanted`` means, such as the system's ``de_AT.UTF-8``; None where there is none such."""
    return _code(wanted, {path.stem: path for path in _added(data_dir)})


def _code(wanted: str, own: Mapping[str, Path]) -> str | None:
    bare = wanted.partition(".")[0].partition("@")[0].replace("-", "_").casefold()
    if bare in ("c", "posix"):
        return ENGLISH.code
    if not _CODE.fullmatch(bare):
        return None
    known = {code.replace("-", "_").casefold(): code for code in (ENGLISH.code, *(path.stem for path in SHIPPED.glob("*.po")), *own)}
    return known.get(bare) or known.get(bare.partition("_")[0])


def _added(data_dir: Path | None) -> list[Path]:
    if data_dir is None:
        return []
    try:
        return sorted(path for path in (data_dir / FOLDER).glob("*.po") if _CODE.fullmatch(path.stem))
    except OSError:
        return []


def _name(path: Path) -> str:
    try:
        with path.open("rb") as file:
            found = _NAME.search(file.read(4_000))
    except OSError:
        return ""
    return safe_text(found[1].decode(errors="replace").strip(), 40) if found else ""


def _language(code: str, files: list[Path], cache_dir: Path | None) -> Language:
    said = [_said(path, cache_dir) for path in files]
    last = said[-1]
    same = [each for each in said if each["plural"] == last["plural"]]
    import gettext

    return Language(
        code=code,
        name=str(last["name"]),
        locale=str(last["locale"]),
        texts={english: text for each in said for english, text in each["texts"].items()},
        counted={english: tuple(texts) for each in same for english, texts in each["counted"].items()},
        plural=gettext.c2py(str(last["plural"])),
        forms=None if last["forms"] is None else Forms(**{name: _kept(value) for name, value in last["forms"].items()}),
    )


def _kept(value: object) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _said(path: Path, cache_dir: Path | None) -> dict[str, Any]:
    """Return what a file says, from the cache where it was read before."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise SettingsError(
            f"The language file {safe_text(str(path))} cannot be read: {safe_text(error.strerror or str(error))}."
        ) from None
    kept = None
    if cache_dir is not None:
        import zlib

        import orjson

        kept = cache_dir / f"language-{path.stem}-{_VERSION}-{len(content):x}-{zlib.crc32(content):08x}.json"
        try:
            known = orjson.loads(kept.read_bytes())
            if isinstance(known, dict) and known.keys() == _MEMBERS:
                return known
        except (OSError, ValueError):
            pass  # not read yet, or something befell the cache: it is made again
    from cartdesk.language.reading import read

    said, _ = read(path, content)
    if kept is not None:
        _keep(kept, said)
    return said


_MEMBERS = {"name", "locale", "texts", "counted", "plural", "forms"}


def _keep(kept: Path, said: dict[str, Any]) -> None:
    """Put what was read into the cache, all or nothing; where that cannot be done it is read again next time."""
    import json
    import os
    from tempfile import NamedTemporaryFile

    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        for old in kept.parent.glob(f"{kept.name.rsplit('-', 2)[0]}-*.json"):
            old.unlink(missing_ok=True)
        with NamedTemporaryFile("w", encoding="utf-8", dir=kept.parent, prefix=".language", delete=False) as file:
            json.dump(said, file, ensure_ascii=False)
        os.replace(file.name, kept)  # noqa: PTH105 - the temporary file is known by its name
    except OSError:
        return
