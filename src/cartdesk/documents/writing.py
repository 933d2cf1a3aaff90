"""Papers into files: one function for every way of writing one, and the folder where the desk puts them.

Called by the command line and by the desk's pages; a file is there whole or not at all, and only its owner reads it.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Literal, get_args

from cartdesk.documents.paper import Paper
from cartdesk.errors import Refused
from cartdesk.language import tr
from cartdesk.text import safe_text

Way = Literal["text", "markdown", "pdf", "json"]
WAYS: tuple[Way, ...] = get_args(Way)

FOLDER = "papers"
"""The folder beside the store where the desk puts what it writes."""
_ENDINGS: dict[Way, str] = {"text": "txt", "markdown": "md", "pdf": "pdf", "json": "json"}


def written(paper: Paper, way: Way, *, form: str = "neutral", width: int = 80) -> bytes:
    """Return a paper as the bytes of a file.

    Args:
        paper: the document.
        way: text, markdown, pdf or json.
        form: a PDF in the US form is on Letter, any other on A4.
        width: how wide plain text may be, in cells.
    """
    if way == "pdf":
        from cartdesk.documents.paper_pdf import paper_pdf

        return paper_pdf(paper, page_format="Letter" if form == "us" else "A4")
    if way == "markdown":
        from cartdesk.documents.paper_markdown import paper_markdown

        return paper_markdown(paper).encode()
    if way == "json":
        from cartdesk.documents.paper_json import paper_json
        from cartdesk.tmf.wire import dumps

        return (dumps(paper_json(paper), indent=2) + "\n").encode()
    from cartdesk.documents.paper_text import paper_text

    return (paper_text(paper, width) + "\n").encode()


def write_paper(paper: Paper, file: Path, way: Way, *, form: str = "neutral") -> Path:
    """Write a paper to a file, in place of what was there, and return the file.

    Raises:
        Refused: the file cannot be written; what was there is as it was.
    """
    data = written(paper, way, form=form)
    try:
        if file.is_dir():
            raise IsADirectoryError(None, tr("it is a folder"))
        if file.exists() and not file.is_file():
            file.write_bytes(data)  # a pipe or a device takes what it is given
        else:
            _replace(file, data)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else tr("that is no name of a file")
        raise Refused(tr("{file} cannot be written: {reason}.", file=safe_text(str(file), 300), reason=reason)) from None
    return file


def put_into_folder(paper: Paper, data_dir: Path, way: Way = "pdf", *, form: str = "neutral") -> Path:
    """Write a paper into the desk's folder and return where it is; the same paper written again takes the old one's place.

    Raises:
        Refused: the folder or the file cannot be written.
    """
    folder = data_dir / FOLDER
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise Refused(
            tr("The folder {folder} cannot be made: {strerror}.", folder=safe_text(str(folder), 300), strerror=error.strerror)
        ) from None
    return write_paper(paper, folder / f"{paper.name}.{_ENDINGS[way]}", way, form=form)


def remove_papers(data_dir: Path, numbers: Iterable[str]) -> int:
    """Remove every paper of some carts or orders from the desk's folder, for a customer who is to be forgotten; return how many.

    Raises:
        Refused: one of them cannot be removed.
    """
    folder, removed = data_dir / FOLDER, 0
    wanted = {Paper("", "", number, "", None, ()).name for number in numbers} - {""}
    try:
        for file in sorted(folder.iterdir()) if folder.is_dir() else ():
            if any(file.stem.endswith(name) for name in wanted):
                file.unlink()
                removed += 1
    except OSError as error:
        raise Refused(
            tr("A paper in {folder} cannot be removed: {strerror}.", folder=safe_text(str(folder), 300), strerror=error.strerror)
        ) from None
    return removed


def _replace(file: Path, data: bytes) -> None:
    handle, beside = tempfile.mkstemp(dir=file.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        Path(beside).replace(file)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise
