"""The template of all messages, taken from the sources: what a translator starts from.

It is shipped as ``catalogs/cartdesk.pot``, so that nobody needs the sources; a test holds it to them. Whoever adds a sentence runs
``python -m cartdesk.language.template``, which writes the template anew and names what our catalogs do not say yet.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from cartdesk.language.reading import entries
from cartdesk.language.shelf import SHIPPED

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog, Message

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


def renew(sources: Path) -> dict[str, list[str]]:
    """Write the template anew from the sources, and our catalogs after it; return what each of them does not say yet.

    What is translated stays, what nobody says any more goes, and what is new stands there empty, to be filled in.
    """
    template = extracted(sources)
    TEMPLATE.write_bytes(written(template))
    left = {}
    for path in sorted(SHIPPED.glob("*.po")):
        content = path.read_bytes()
        said = {each.key: each.said for each in entries(path, content)}
        head = content.decode().partition("\n\n")[0]
        wanted = [each for each in template if each.id]
        path.write_text("\n\n".join([head, *(_entry(each, said) for each in wanted)]) + "\n", "utf-8")
        left[path.stem] = [each.english[0] for each in entries(path, path.read_bytes()) if not each.is_said]
    return left


def _entry(message: Message, said: Mapping[tuple[str, str], tuple[str, ...]]) -> str:
    from babel.messages.pofile import escape

    one, *many = [message.id] if isinstance(message.id, str) else message.id
    context = str(message.context or "")
    forms = said.get((context, one), ("", "") if many else ("",))
    lines = [f"#: {message.locations[0][0]}", *([f"msgctxt {escape(context)}"] if context else ()), f"msgid {escape(one)}"]
    if many:
        lines += [f"msgid_plural {escape(many[0])}", *(f"msgstr[{place}] {escape(form)}" for place, form in enumerate(forms))]
    else:
        lines.append(f"msgstr {escape(forms[0])}")
    return "\n".join(lines)


if __name__ == "__main__":
    for code, unsaid in renew(Path(__file__).parent.parent).items():
        print(f"{code}: {len(unsaid)} to translate", *unsaid, sep="\n  ")
