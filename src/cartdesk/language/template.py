"""The template of all messages, taken from the sources: what a translator starts from.

It is shipped as ``catalogs/cartdesk.pot``, so that nobody needs the sources; a test holds it to them.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cartdesk.language.shelf import SHIPPED

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

TEMPLATE = SHIPPED / "cartdesk.pot"
KEYWORDS: dict[str, Any] = {"tr": None, "message": None, "ntr": (1, 2), "ctr": ((1, "c"), 2)}
"""The functions whose words are messages, as Babel's extraction is told of them."""
HEADER = """# The words of cartdesk, to be translated.
# Copy this file to <your language's code>.po, fill in each msgstr, and put it into the folder `languages` of the data directory.
# Names in braces are filled in by cartdesk: keep each of them, wherever your language wants it.
# X-Language-Name is what your language calls itself; Plural-Forms is gettext's, and English is shown for what is left empty."""


def extracted(sources: Path) -> Catalog:
    """Return the messages of the sources below a folder, in the order of their files, without line numbers so that it changes seldom."""
    from babel.messages.catalog import Catalog
    from babel.messages.extract import extract_from_dir

    made = Catalog(project="cartdesk", header_comment=HEADER, fuzzy=False, charset="utf-8")
    for name, _, english, _, context in sorted(_found(extract_from_dir(str(sources), method_map=[("**.py", "python")], keywords=KEYWORDS))):
        made.add(english, context=context or None, locations=[(f"cartdesk/{Path(name).as_posix()}", 0)])
    for words, context in _help(sources):
        made.add(words, locations=[(context, 0)])
    return made


def _found(messages: Any) -> Any:
    for name, line, english, comments, context in messages:
        yield name, line, english, tuple(comments), context or ""


def _help(sources: Path) -> list[tuple[str, str]]:
    """Return the sentences that say what each command does: they are the first of its class's docstring."""
    import ast

    found = []
    for path in sorted((sources / "desk" / "commands").glob("*.py")):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.ClassDef) and any(getattr(base, "id", "") == "Command" for base in node.bases):
                said = (ast.get_docstring(node) or "").split("\n\n", maxsplit=1)[0].replace("\n", " ").strip()
                if said:
                    found.append((said, f"cartdesk/desk/commands/{path.name}"))
    return found


def written(catalog: Catalog) -> bytes:
    """Return a template or a catalog as its file."""
    from babel.messages.pofile import write_po

    made = BytesIO()
    write_po(made, catalog, width=140, sort_output=False, omit_header=False, include_lineno=False)
    lines = (line for line in made.getvalue().decode().split("\n") if not line.startswith(('"POT-Creation-Date', '"Generated-By')))
    return "\n".join(lines).encode()
