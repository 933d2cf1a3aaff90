"""Papers as files: there whole or not at all, for their owner alone, and one sentence where they cannot be."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from cartdesk.documents.paper import Paper, Text
from cartdesk.documents.writing import FOLDER, WAYS, put_into_folder, remove_papers, write_paper, written
from cartdesk.errors import Refused

from .conftest import NOW


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def paper(number: str = "4f2a", kind: str = "quote") -> Paper:
    return Paper(kind, f"Quote {number}", number, "Shop", NOW, (Text(("words",)),))


@pytest.mark.parametrize("way", WAYS)
def test_a_file_has_what_was_written_and_is_its_owners_alone(tmp_path: Path, way) -> None:
    file = write_paper(paper(), tmp_path / "x", way)
    assert file.read_bytes() == written(paper(), way)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert names(tmp_path) == ["x"]


def test_a_file_that_was_there_is_replaced(tmp_path: Path) -> None:
    file = tmp_path / "x.md"
    file.write_text("before")
    write_paper(paper(), file, "markdown")
    assert file.read_text() == written(paper(), "markdown").decode()


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("none/x.pdf", "No such file or directory"),
        ("file/x.pdf", "Not a directory"),
        (".", "it is a folder"),
        ("x" * 300, "File name too long"),
        ("nul\x00", "no name of a file"),
    ],
)
def test_a_path_that_cannot_be_written_is_refused_in_a_sentence(tmp_path: Path, name, reason) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Refused) as refused:
        write_paper(paper(), tmp_path / name, "text")
    assert reason in str(refused.value)
    assert "cannot be written" in str(refused.value)
    assert str(refused.value).count("\n") == 0
    assert names(tmp_path) == ["file"]


def test_a_write_that_fails_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = write_paper(paper("old"), tmp_path / "x.txt", "text")

    def full(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(Refused, match="No space left on device"):
        write_paper(paper("new"), file, "text")
    assert "old" in file.read_text()
    assert names(tmp_path) == ["x.txt"]


def test_a_pipe_is_written_into(tmp_path: Path) -> None:
    write_paper(paper(), Path(os.devnull), "text")
    assert not names(tmp_path)


def test_the_desks_folder_is_made_and_papers_are_named_for_what_they_are(tmp_path: Path) -> None:
    file = put_into_folder(paper("4f/../2a;\x1b"), tmp_path / "data", "text")
    assert file == tmp_path / "data" / FOLDER / "quote-4f2a.txt"
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert put_into_folder(paper("4f2a"), tmp_path / "data", "text") == file


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    with pytest.raises(Refused, match="cannot be made"):
        put_into_folder(paper(), tmp_path / "data")


def test_papers_of_whom_is_to_be_forgotten_are_removed_and_no_others(tmp_path: Path) -> None:
    for kind, number in (
        ("quote", "4f2a"),
        ("confirmation", "261122-AB"),
        ("summary", "261122-AB"),
        ("quote", "14f2a"),
        ("quote", "other"),
    ):
        put_into_folder(paper(number, kind), tmp_path, "text")
    assert remove_papers(tmp_path, ["4f2a", "261122-AB", ""]) == 3
    assert names(tmp_path / FOLDER) == ["quote-14f2a.txt", "quote-other.txt"]
    assert remove_papers(tmp_path / "nowhere", ["4f2a"]) == 0
