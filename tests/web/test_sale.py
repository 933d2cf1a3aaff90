"""A whole sale in a real browser: signed in, by keyboard with one click, to the order; and what the browser made of the page."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from .chromium import ChromiumPage, chromium
from .served import Served

BACKGROUND = (0x11, 0x16, 0x1B)


async def test_an_agent_sells_in_chromium(server: Served, chromium_path: str, tmp_path: Path) -> None:
    async with chromium(chromium_path, tmp_path) as browser:
        page = await browser.page()
        await page.open(server.sign_in)
        await page.wait_for("14277")
        assert await page.evaluate("[location.href, document.cookie]") == [f"{server.origin}/", ""], "the token stays in the address bar"
        await page.type("14277")
        await page.wait_for("+31.90/mo")
        await page.press("Enter")
        await page.wait_for("1  Talk Simple 25")
        await page.click("eSIM")  # the one click
        await page.wait_for("▸ eSIM")
        await page.press("Enter")
        await page.wait_for("2  eSIM")
        await page.picture(tmp_path / "desk.png")
        await _check_out(page)
        await page.picture(tmp_path / "order.png")
        _filled_and_dark(tmp_path / "desk.png")
        assert not page.complaints, "the policy, a script or a request was broken"
        assert all(url.startswith(server.origin) for url in page.requested)
    assert server.stop() == 0
    assert server.token not in server.log
    assert "Berg" not in server.log


async def _check_out(page: ChromiumPage) -> None:
    await page.press("F8")
    await page.wait_for("▸ 1 Customer")
    for text in ("Ingrid Berg", "ingrid@example.com"):
        await page.type(text)
        await page.press("Enter")
    await page.wait_for("▸ 2 Delivery")
    await page.press("Enter")
    await page.wait_for("▸ 3 Billing")
    await page.press("Enter")
    await page.wait_for("▸ 4 Payment")
    await page.press("ArrowLeft")
    await page.press("Enter")
    await page.wait_for("▸ 5 Read aloud")
    await page.type("a")
    await page.press("Enter")
    await page.wait_for("▸ 6 Confirm")
    await page.press("Enter")
    await page.wait_for("Does the customer agree")
    await page.press("ArrowRight")
    await page.wait_for("▸ The customer agrees")
    await page.press("Enter")
    await page.wait_for("Ordered")


def _filled_and_dark(path: Path) -> None:
    """The terminal fills the window, its edges are as dark as the desk, and there is writing on it."""
    picture = Image.open(path).convert("RGB")
    width, height = picture.size
    edges = [picture.getpixel((x, y)) for x in (0, width - 1) for y in (height // 3, height - 1)]
    assert all(isinstance(edge, tuple) and sum(abs(a - b) for a, b in zip(edge, BACKGROUND, strict=True)) < 60 for edge in edges), edges
    colours = picture.getcolors(1 << 24) or []
    assert len(colours) > 100, "hardly anything is drawn"
    assert sum(count for count, colour in colours if max(colour) < 64) > width * height / 2
