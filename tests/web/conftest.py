"""Fixtures of the desk in a browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from .chromium import NAMES, found
from .served import Served, serving


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Served]:
    """A running ``cartdesk web``."""
    with serving(tmp_path) as running:
        yield running


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Where Chromium is."""
    path = found()
    if path is None:
        pytest.skip(f"no Chromium is installed (none of {', '.join(NAMES)} on the PATH)")
    return path
