"""Signing in with real Chromium, without scripts: what a browser really sends, keeps and shows."""

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page

from tests.browser.check import check_site, open_browser, open_page
from tests.browser.keyboard import check_keyboard
from tests.browser.sending import Sent
from tests.conftest import BROWSER
from tests.journeys.test_signing_in import newest_mail
from tests.processes import TRACKER, environment, free_port, running, tracker, until_up

pytestmark = pytest.mark.skipif(not BROWSER, reason="TRACKER_TEST_BROWSER is not set")

STRANGERS = ("/sign-in", "/sign-out", "/sign-in/link/1/cut-off", "/dev/mailbox", "/cookies", "/privacy")
LINK = ".tracker-mail a[href*='/sign-in/link/']"
ADMINS = (
    "/account",
    "/people",
    "/people/1",
    "/people/2",
    "/operator/deliveries",
    "/sign-out",
    Sent("/people", "Add this person"),
    Sent("/people/2", "Give this role"),
)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A tracker with an admin and an author, and nothing else."""
    settings: dict[str, object] = {"data_dir": tmp_path_factory.mktemp("var"), "port": free_port()}
    with running(*TRACKER, "serve", env=environment(**settings)):
        until_up(f"http://127.0.0.1:{settings['port']}")
        for command in (
            ("add", "alice@example.org", "--name", "Alice", "--role", "admin"),
            ("add", "bob@example.org", "--name", "Bob", "--role", "organisation-author", "--of", "The Lamp Society"),
        ):
            done = tracker("user", *command, **settings)
            assert done.returncode == 0, done.stderr
        yield f"http://127.0.0.1:{settings['port']}"


def ask(page: Page, address: str, name: str) -> str:
    """Ask for a link as somebody, and give the address of their mail in the mailbox."""
    before = re.findall(r'href="(/dev/mailbox/[^"]+)"', httpx.get(f"{address}/dev/mailbox").text)
    page.goto(f"{address}/people")
    page.fill("#address", f"{name}@example.org")
    page.click("main button")
    assert page.inner_text("h1") == "Check your email"
    return address + newest_mail(address, after=next(iter(before), ""))


def signed_in(browser: Browser, address: str) -> list[Any]:
    """The cookies of Alice, who has signed in by the link in her mail."""
    with open_page(browser, 1280, (), scripts=False) as page:
        page.goto(ask(page, address, "alice"))
        page.click(LINK)
        assert page.inner_text("h1") == "Sign in"
        page.click("main button")
        assert page.inner_text("h1") == "People"
        return list(page.context.cookies())


def test_one_signs_in_and_out(address: str) -> None:
    with open_browser() as browser:
        cookies = signed_in(browser, address)
        assert [(cookie["name"], cookie["httpOnly"], cookie["sameSite"]) for cookie in cookies] == [
            ("tracker-session", True, "Lax")
        ]
        with open_page(browser, 320, cookies, scripts=False) as page:
            page.goto(f"{address}/account")
            page.click("text=Sign out everywhere")
            assert page.inner_text("h1") == "You have signed out"
            assert page.context.cookies() == []


def test_the_link_in_another_browser_asks_for_the_code(address: str) -> None:
    with open_browser() as browser, open_page(browser, 1280, (), scripts=False) as asking:
        mail = ask(asking, address, "bob")
        with open_page(browser, 320, (), scripts=False) as phone:
            phone.goto(mail)
            code = phone.inner_text(".tracker-mail >> nth=0").partition("where you asked: ")[2][:9]
            phone.click(LINK)
            phone.click("main button")
            assert "Enter the code from the email" in phone.inner_text(".govuk-error-summary")
            phone.fill("#code", code)
            phone.click("main button")
            assert phone.inner_text("h1") == "You do not have the right to do this"
            phone.goto(f"{address}/account")
            assert "Organisation author for The Lamp Society" in phone.inner_text("main")


def test_every_page_is_accessible_and_valid(address: str) -> None:
    with open_browser() as browser:
        cookies = signed_in(browser, address)
        with open_page(browser, 1280, (), scripts=False) as page:
            mail = ask(page, address, "bob")
            asking = page.context.cookies()
            page.goto(mail)
            link = page.get_attribute(LINK, "href") or ""
    for report in (
        check_site(
            address,
            [*STRANGERS, mail, link, Sent(link, "Sign in", {"code": "1"}), Sent("/sign-in", "Send me a link")],
            statuses=(200, 404),
        ),
        check_site(
            address,
            ["/sign-in/sent", Sent("/sign-in/sent", "Sign in", {"code": "1"}), Sent(link, "Sign in", status=403)],
            cookies=asking,
        ),
        check_site(address, [link], statuses=(200, 404, 410)),
        check_site(address, ADMINS, cookies=cookies),
    ):
        assert not report.problems, report
        assert not report.warnings, report


def test_the_way_in_works_by_keyboard(address: str) -> None:
    assert check_keyboard(address, ["/sign-in"]) == []
