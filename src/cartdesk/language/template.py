"""The template of all messages, taken from the sources: what a translator starts from.

It is shipped as ``catalogs/cartdesk.pot``, so that nobody needs the sources; a test holds it to them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

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
    found = extract_from_dir(str(sources), method_map=[("**.py", f"{__name__}:in_module")], keywords=KEYWORDS)
    for name, _, english, _, context in sorted(found, key=lambda each: (each[0], each[1])):
        made.add(english, context=context or None, locations=[(f"cartdesk/{Path(name).as_posix()}", 0)])
    return made


def in_module(
    file: IO[bytes], keywords: Mapping[str, Any], comments: Collection[str], options: Mapping[str, Any]
) -> Iterator[tuple[int, str, Any, list[str]]]:
    """Yield the messages of one module as Babel's extraction takes them; what stands within an f-string is found too.

    The sentence that says what a command does is the first of its class's docstring, and is a message as well.
    """
    import ast

    for node in ast.walk(ast.parse(file.read())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in keywords:
            words = [each.value for each in node.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
            if words:
                yield node.lineno, node.func.id, tuple(words) if len(words) > 1 else words[0], []
        elif isinstance(node, ast.ClassDef) and any(getattr(base, "id", "").endswith("Command") for base in node.bases):
            said = (ast.get_docstring(node) or "").split("\n\n", maxsplit=1)[0].replace("\n", " ").strip()
            if said:
                yield node.lineno, "message", said, []


def written(catalog: Catalog) -> bytes:
    """Return a template or a catalog as its file."""
    from babel.messages.pofile import write_po

    made = BytesIO()
    write_po(made, catalog, width=140, sort_output=False, omit_header=False, include_lineno=False)
    lines = (line for line in made.getvalue().decode().split("\n") if not line.startswith(('"POT-Creation-Date', '"Generated-By')))
    return "\n".join(lines).encode()
