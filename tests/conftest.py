"""Fixtures every room shares."""

from __future__ import annotations

import gc
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

os.environ["CARTDESK_LANGUAGE"] = "en"  # whatever the system of whoever runs them speaks
ROOT = Path(__file__).parent.parent


def pytest_configure() -> None:
    """Look for cycles of garbage less often: a tenth of the time went into it."""
    gc.set_threshold(100_000, 50, 100)


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's own folder."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of specifications, samples and price vectors beside the project."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("the specifications and vectors (../shared) are not beside this checkout")
    return folder


@pytest.fixture
def now() -> datetime:
    """One moment for every test that needs one."""
    return datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
