"""Folders for tests that make files by the thousand."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

IN_MEMORY = Path("/dev/shm")
"""Where Linux keeps files in memory; elsewhere the tests use the disk and take longer."""


def light_folder() -> Path:
    """Return a new folder where files cost little; what is tested there is what is in them, not the disk."""
    return Path(tempfile.mkdtemp(dir=IN_MEMORY if os.access(IN_MEMORY, os.W_OK) else None)).resolve()


@pytest.fixture
def light_path() -> Iterator[Path]:
    """A new folder where files cost little."""
    folder = light_folder()
    yield folder
    shutil.rmtree(folder)
