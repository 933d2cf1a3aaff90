"""The browser at its worst, and the kiosk in it: many windows, a lost server, a page without WebGL or without its files, and fingers."""

from __future__ import annotations

import asyncio
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
import zxingcpp
from PIL import Image

from cartdesk.desk.handoff import make_key, read_payload
from cartdesk.tui.kiosk.staff import write_pin

from .chromium import Chromium, ChromiumPage, chromium
from .served import serving, until

pytestmark = pytest.mark.stress
PIN = "847261"
SAID = "document.querySelector('#closed:not([hidden]) .-said p')?.innerText"


async def desk(browser: Chromium, url: str, context: str | None = None) -> ChromiumPage:
    page = await browser.page(context=context)
    await page.open(url)
    await page.wait_for("14277")
    return page


async def test_windows_reloads_and_a_server_that_goes_and_comes(chromium_path: str, tmp_path: Path) -> None:
    options = ("--token-file", str(tmp_path / "token"), "--sessions", "2")
    async with chromium(chromium_path, tmp_path) as browser:
        with serving(tmp_path, *options) as server:
            first = await desk(browser, server.sign_in)
            await first.type("14277")
            await first.press("Enter")
            await first.wait_for("1  Talk Simple 25")
            await first.press("F6")
            await first.wait_for("Leaving early")
            await first.call("Page.reload")
            await first.until("document.readyState == 'complete'")
            await first.wait_for("Leaving early")

            second = await browser.page()
            await second.open(server.origin)
            await second.wait_for("Leaving early")
            assert await first.until(SAID) == "Your desk is open in another window or tab."
            await first.picture(tmp_path / "elsewhere.png")
            await first.evaluate("document.querySelector('.-said button').click()")
            await second.until(SAID)
            await first.wait_for("Leaving early")

            crowd = [await browser.page() for _ in range(12)]
            await asyncio.gather(*(page.open(server.origin) for page in crowd))
            await until(lambda: sum(not page.closed and bool(page.sockets) for page in crowd) == 1, "one page's being the last")
            assert len(server.seats()) == 1

            other = await desk(browser, server.sign_in, await browser.another())
            late = await browser.page(context=await browser.another())
            await late.open(server.sign_in)
            await late.until("document.body.innerText.includes('All seats are taken')")
            await late.picture(tmp_path / "taken.png")
            await browser.call("Target.closeTarget", targetId=other.target)
            while await late.evaluate("document.body.innerText.includes('All seats are taken')"):
                await late.call("Page.reload")
                await late.until("document.readyState === 'complete' && document.body.innerText")
            await late.wait_for("14277")
            assert len(server.seats()) == 2

            port = int(server.origin.rpartition(":")[2])
            server.stop(signal.SIGKILL)
            assert "The connection is gone" in await late.until(SAID)
            await late.picture(tmp_path / "lost.png")
        sockets = len(late.sockets)
        with serving(tmp_path, *options, port=port) as server:
            await until(lambda: len(late.sockets) > sockets, "the page's coming back by itself")
            await late.wait_for("14277")
            server.stop()
        (tmp_path / "token").unlink()
        with serving(tmp_path, *options, port=port):
            await late.until("document.body.innerText.includes('Open the address that cartdesk printed')")
            await late.picture(tmp_path / "signed-out.png")


async def test_a_machine_without_webgl_and_a_page_without_its_files(chromium_path: str, tmp_path: Path) -> None:
    async with chromium(chromium_path, tmp_path, "--disable-3d-apis", "--disable-software-rasterizer") as browser:
        with serving(tmp_path) as server:
            page = await desk(browser, server.sign_in)
            assert len(await page.picture(tmp_path / "plain.png")) > 10_000
            assert not page.complaints
            await page.call("Network.setBlockedURLs", urls=["*textual.js*"])
            await page.call("Page.reload")
            assert await page.until(SAID) == "The terminal could not be loaded into this page."
            await page.picture(tmp_path / "unloaded.png")


async def test_what_is_on_the_screen_opens_nothing(chromium_path: str, tmp_path: Path) -> None:
    async with chromium(chromium_path, tmp_path) as browser:
        with serving(tmp_path) as server:
            page = await desk(browser, server.sign_in)
            assert await page.evaluate("window.open('https://example.com')") is None
            assert await page.evaluate("fetch('https://example.com').then(() => 'loaded', () => 'refused')") == "refused"
            script = "const s = document.createElement('script'); s.textContent = 'window.ran = 1'; document.body.append(s); window.ran"
            assert await page.evaluate(script) is None
            assert await page.evaluate("document.querySelectorAll('iframe, object, embed').length") == 0


async def test_a_link_from_another_site_signs_in_and_its_websocket_does_not(chromium_path: str, tmp_path: Path) -> None:
    async with chromium(chromium_path, tmp_path) as browser:
        with serving(tmp_path) as server, _site({"/link": f'<a href="{server.sign_in}&agent=Kaya">the desk</a>', "/evil": _EVIL}) as port:
            page = await browser.page()
            await page.open(f"http://localhost:{port}/link")
            await page.until("!!document.querySelector('a')")
            await page.evaluate("document.querySelector('a').click()")
            await page.wait_for("Nordlys · Kaya")
            assert (await page.evaluate("location.href")).startswith(f"{server.origin}/")
            evil = await browser.page()
            await evil.open(f"http://127.0.0.1:{port}/evil?{server.origin.replace('http', 'ws')}")
            assert await evil.until("document.title") == "refused"
            await until(lambda: '"why": "origin"' in server.log, "the refusal in the log")


_EVIL = """<script>
  const socket = new WebSocket(location.search.slice(1) + "/ws?width=80&height=24");
  socket.onopen = () => (document.title = "let in");
  socket.onerror = () => (document.title = "refused");
</script>"""


@contextmanager
def _site(pages: dict[str, str]) -> Iterator[int]:
    """Another site, on a port of this machine."""

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = pages.get(self.path.partition("?")[0], "").encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as site:
        thread = Thread(target=site.serve_forever, daemon=True)
        thread.start()
        try:
            yield site.server_address[1]
        finally:
            site.shutdown()
            thread.join()


async def test_a_visitor_shops_with_a_finger_and_nothing_stays(chromium_path: str, tmp_path: Path) -> None:
    write_pin(tmp_path / "home", PIN)
    async with chromium(chromium_path, tmp_path) as browser:
        with serving(tmp_path, "--kiosk") as server:
            page = await browser.page(touch=True)
            await page.open(server.sign_in)
            await page.wait_for("TOUCH HERE TO BEGIN")
            await page.picture(tmp_path / "attract.png")
            await _keys_lead_nowhere(page)
            for words, after in (("TOUCH HERE", "INTERNET"), ("INTERNET", "FIBRE"), ("FIBRE", "Fibre 500"), ("Fibre 500", "ADD")):
                await _tap_until(page, words, after)
            await _tap_until(page, "ADD", "TAKE IT")
            await page.picture(tmp_path / "cart.png")
            await _tap_until(page, "TAKE IT", " K-")
            await page.picture(tmp_path / "code.png")
            scanned = zxingcpp.read_barcodes(Image.open(tmp_path / "code.png"))
            assert [line.offering_id for line in read_payload(scanned[0].text, make_key(server.home))] == ["FIB500"]
            code = re.search(r"K-[0-9A-Z]{4}(-[0-9A-Z]{1,4})*", page.text)
            assert code is not None
            await _agent_takes_over(tmp_path, code[0])
            passing = [path for path in (server.home / "web" / "passing").rglob("*") if path.is_file()]
            assert all(b"Fibre" not in path.read_bytes() for path in passing if "cache" not in path.parts)
            await page.call("Page.reload")
            await page.wait_for("TOUCH HERE TO BEGIN")
            assert len(list((server.home / "web" / "passing").glob("*/*/"))) == 1
            await _staff_leave(page)
            assert await page.until(SAID) == "This kiosk is closed."
            await page.picture(tmp_path / "closed.png")
            await until(lambda: not list((server.home / "web" / "passing").glob("*/*/")), "the wipe")


async def _tap_until(page: ChromiumPage, words: str, after: str) -> None:
    """Tap; a new page is deaf for a moment to fingers that tremble, so a tap it did not hear is tapped once more."""
    for _ in range(20):
        await page.tap(words)
        for _ in range(20):
            if after in page.text:
                return
            await asyncio.sleep(0.05)
    raise AssertionError(f"{after!r} never came:\n{page.text}")


async def _keys_lead_nowhere(page: ChromiumPage) -> None:
    for key in [f"F{n}" for n in range(1, 13) if n not in (9, 10)] + ["Escape", "Tab"]:
        await page.press(key)
    for letter in "rnwtpsouljhdfqc":
        await page.press(letter, control=letter not in "wtn")
    await page.press("ArrowLeft", alt=True)
    assert await page.evaluate("document.querySelector('.xterm-helper-textarea').inputMode") == "none"
    assert "TOUCH HERE TO BEGIN" in page.text
    assert len(page.sockets) == 1, "a key has loaded the page anew"


async def _staff_leave(page: ChromiumPage) -> None:
    for number in (9, 10, 9, 9, 10, 10, 9, 10, 10, 9):
        await page.press(f"F{number}")
    await page.wait_for("type your PIN")
    await page.type(PIN)
    await page.press("Enter")


async def _agent_takes_over(folder: Path, code: str) -> None:
    """The short code opens the cart on an agent's desk, which is in a browser too."""
    from .served import browser

    with serving(folder) as server:
        async with browser(server) as agent, agent.tab() as tab:
            await tab.wait_for("14277")
            await tab.type(f"{code}\r")
            await tab.wait_for("1  Fibre 500")
