"""The mailbox of a copy that is tried out: readable in the browser of the same machine, and nowhere else."""

import os
from email.message import EmailMessage
from pathlib import Path

import httpx
import pytest
from msgspec.structs import replace

from tests.browsers import ADDRESS, Browser
from tests.conftest import SETTINGS, FixedClock
from tracker.app import create_app
from tracker.db import Database
from tracker.settings import Settings
from tracker.web.front import Front

LOCAL = replace(SETTINGS, public_url="http://localhost:8000", hosts=("tracker.test",))


def put(folder: Path, name: str, subject: str, text: str, *, html: str = "", at: int = 1_000_000_000) -> None:
    """A mail as the mailbox keeps it."""
    message = EmailMessage()
    message["Subject"], message["To"], message["From"] = subject, "alice@example.org", "tracker@tracker.test"
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    (folder / "mailbox").mkdir(exist_ok=True)
    (folder / "mailbox" / name).write_bytes(message.as_bytes())
    os.utime(folder / "mailbox" / name, (at, at))


async def test_the_newest_mail_comes_first(browser: Browser, tmp_path: Path) -> None:
    await browser.get("/dev/mailbox")
    assert "There is no mail yet" in browser.page
    for number in (1, 3, 2):
        put(tmp_path, f"{9 - number}.eml", f"Mail {number} €", "x", at=1_000_000_000 + number)
    (tmp_path / "mailbox" / "half-written.tmp").write_bytes(b"Subject: half")
    await browser.get("/dev/mailbox")
    assert browser.page.index("Mail 3 €") < browser.page.index("Mail 2 €") < browser.page.index("Mail 1 €")
    assert "half" not in browser.page


async def test_a_mail_is_shown_as_text_with_its_links(browser: Browser, tmp_path: Path) -> None:
    text = "Sign in: http://localhost:8000/sign-in/link/1/a-b_c\n(see https://example.org/x?a=1&b=2).\n<script>alert(1)</script>"
    put(tmp_path, "1.eml", "<b>Bold</b>", text, html="<p onclick='x'>Hello <script>alert(2)</script></p>")
    assert (await browser.get("/dev/mailbox/1.eml")).status_code == 200
    assert 'href="http://localhost:8000/sign-in/link/1/a-b_c"' in browser.page
    assert 'href="https://example.org/x?a=1&amp;b=2"' in browser.page
    assert "&lt;p onclick=" in browser.page
    assert "<script" not in browser.page
    assert "<b>Bold" not in browser.page


@pytest.mark.parametrize(
    "raw", [b"", b"\xff\xfe\x00", b"Subject: =?utf-99?q?x?=\nContent-Type: text/plain; charset=none\n\n\xff"]
)
async def test_a_mail_that_cannot_be_read_keeps_no_other_from_being_read(
    browser: Browser, tmp_path: Path, raw: bytes
) -> None:
    put(tmp_path, "1.eml", "Fine", "x")
    (tmp_path / "mailbox" / "2.eml").write_bytes(raw)
    assert (await browser.get("/dev/mailbox")).status_code == 200
    assert "Fine" in browser.page
    assert (await browser.get("/dev/mailbox/2.eml")).status_code == 200


@pytest.mark.parametrize("name", ["..%2Fsecret", "%2Fetc%2Fpasswd", "none.eml", "..%2F..%2Fmailbox%2F1.eml", "secret"])
async def test_only_what_is_in_the_mailbox_can_be_read(browser: Browser, tmp_path: Path, name: str) -> None:
    put(tmp_path, "1.eml", "Fine", "x")
    (tmp_path / "secret").write_text("top secret", encoding="ascii")
    answer = await browser.get(f"/dev/mailbox/{name}")
    assert answer.status_code == 404
    assert "top secret" not in answer.text


async def test_no_script_of_another_website_can_read_it(browser: Browser, tmp_path: Path) -> None:
    put(tmp_path, "1.eml", "Fine", "x")
    for path in ("/dev/mailbox", "/dev/mailbox/1.eml"):
        answer = await browser.get(path, origin="https://evil.example")
        assert (answer.status_code, "Fine" in answer.text) == (403, False)
        # A link on another website's page is followed as always.
        assert (await browser.get(path, **{"sec-fetch-site": "cross-site"})).status_code == 200
        assert (await browser.get(path, origin=ADDRESS)).status_code == 200


@pytest.mark.parametrize(
    "name", ["forwarded", "Via", "X-Forwarded-For", "x-forwarded-host", "x-forwarded-proto", "x-real-ip"]
)
async def test_a_proxy_on_this_machine_shows_it_to_nobody(browser: Browser, tmp_path: Path, name: str) -> None:
    put(tmp_path, "1.eml", "Fine", "x")
    for path in ("/dev/mailbox", "/dev/mailbox/1.eml"):
        answer = await browser.get(path, **{name: "127.0.0.1"})
        assert (answer.status_code, "Fine" in answer.text) == (403, False)


@pytest.mark.parametrize(
    ("client", "version"),
    [("203.0.113.7", "1.1"), ("127.0.0.1", "1.0"), ("", "1.1")],
    ids=["afar", "a proxy", "unknown"],
)
async def test_only_a_browser_on_this_machine_is_shown_it(
    browser: Browser, tmp_path: Path, client: str, version: str
) -> None:
    put(tmp_path, "1.eml", "Fine", "x")
    front = browser.client._transport.app  # type: ignore[attr-defined]

    async def from_afar(scope: dict[str, object], receive: object, send: object) -> None:
        await front({**scope, "client": (client, 1) if client else None, "http_version": version}, receive, send)

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=from_afar), base_url=ADDRESS) as reader:
        assert (await reader.get("/dev/mailbox")).status_code == 403


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param(replace(LOCAL, production=True), id="in production"),
        pytest.param(replace(LOCAL, mail_url="smtp://localhost:25"), id="where mail is sent"),
        pytest.param(replace(LOCAL, host="0.0.0.0"), id="where other machines can reach it"),
        pytest.param(replace(LOCAL, public_url="https://tracker.example.org"), id="where readers come from elsewhere"),
    ],
)
async def test_there_is_no_mailbox(
    site: Front, database: Database, clock: FixedClock, tmp_path: Path, settings: Settings
) -> None:
    put(tmp_path, "1.eml", "Fine", "x")
    front = create_app(replace(settings, data_dir=tmp_path), database=database, clock=clock, keeper=site.keeper)
    browser = Browser(front)
    for path in ("/dev/mailbox", "/dev/mailbox/1.eml"):
        answer = await browser.get(path)
        assert (answer.status_code, "Fine" in answer.text) == (404, False)


@pytest.fixture
def browser(site: Front, database: Database, clock: FixedClock, tmp_path: Path) -> Browser:
    settings = replace(LOCAL, data_dir=tmp_path)
    return Browser(create_app(settings, database=database, clock=clock, keeper=site.keeper))


async def test_whoever_waits_for_a_mail_is_led_to_where_it_is_shown_and_nowhere_else(
    browser: Browser, front: Front
) -> None:
    await browser.get("/subscriptions/sent")
    assert 'href="/dev/mailbox"' in browser.page
    elsewhere = Browser(front)
    assert (await elsewhere.get("/subscriptions/sent")).status_code == 200
    assert "mailbox" not in elsewhere.page
