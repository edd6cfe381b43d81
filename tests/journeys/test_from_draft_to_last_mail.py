"""From an editor’s draft to the last mail, with nothing faked: server, worker, mail server, endpoint and browser."""

import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest
from playwright.sync_api import Browser, Page
from standardwebhooks.webhooks import Webhook

from tests.browser.check import open_browser, open_page
from tests.conftest import BROWSER, KINSHIP, Engines
from tests.processes import TRACKER, environment, free_port, running, tracker, until, until_up
from tests.sinks import HookSink, SmtpSink, beside, hook_sink, smtp_sink

pytestmark = pytest.mark.skipif(not BROWSER, reason="TRACKER_TEST_BROWSER is not set")

NEWS = ("all", "theme", "both")
"""Who hears of 13 and 14 by email: at each of these, once."""


class Place(NamedTuple):
    """A tracker, and what it sends."""

    address: str
    mail: SmtpSink
    hooks: HookSink
    settings: dict[str, object]

    def mails(self, name: str) -> list[EmailMessage]:
        """What somebody has got so far, in order."""
        found = [mail for to, mail in self.mail.mails if to == f"{name}@example.org"]
        return [message_from_bytes(mail, policy=policy.default) for mail in found]

    def next_mail(self, name: str, number: int = 1) -> EmailMessage:
        """Somebody’s mail of this number, when it has come."""
        until(lambda: self.mail.recipients.count(f"{name}@example.org") >= number)
        return self.mails(name)[number - 1]


@pytest.fixture
async def database_url(engines: Engines, engine: str) -> str:
    return await engines.empty(engine)


@pytest.fixture
def place(database_url: str, tmp_path: Path) -> Iterator[Place]:
    """A tracker as it runs on one machine, with a mail server, and an editor."""
    with beside(smtp_sink()) as mail, beside(hook_sink()) as hooks:
        settings: dict[str, object] = {
            "data_dir": tmp_path,
            "database_url": database_url,
            "secret": "only for tests: 0123456789abcdef",
            "port": free_port(),
            "strategies_dir": KINSHIP,
            "mail_url": f"smtp://127.0.0.1:{mail.port}",
            "mail_allow": "@example.org",
            "webhook_loopback": "yes",
        }
        with running(*TRACKER, "serve", env=environment(**settings)):
            until_up(f"http://127.0.0.1:{settings['port']}")
            done = tracker("user", "add", "edith@example.org", "--name", "Edith", "--role", "editor", **settings)
            assert done.returncode == 0, done.stderr
            yield Place(f"http://127.0.0.1:{settings['port']}", mail, hooks, settings)


def said(mail: EmailMessage, pattern: str) -> str:
    """What the plain half of a mail says at a place."""
    found = re.search(pattern, half(mail, "plain"), flags=re.MULTILINE)
    assert found, half(mail, "plain")
    return found[1]


def half(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def press(page: Page, name: str) -> str:
    """Press a button; the heading of the page that comes."""
    page.get_by_role("button", name=name, exact=True).click()
    return page.locator("h1").inner_text()


def ask(page: Page, place: Place, name: str, fold: str, choice: str) -> None:
    """Choose what to hear about, at once, and give an address."""
    page.goto(f"{place.address}/subscribe")
    if fold:
        page.get_by_text(fold).click()
    page.get_by_label(choice, exact=True).check()
    press(page, "Continue")
    page.get_by_label("As soon as something changes").check()
    press(page, "Continue")
    give_address(page, name)


def give_address(page: Page, name: str) -> None:
    page.get_by_label("What is your email address?").fill(f"{name}@example.org")
    assert press(page, "Send me the email to confirm") == "Check your email"


def confirm_by_link(page: Page, mail: EmailMessage) -> None:
    page.goto(said(mail, r"^Confirm: (\S+)$"))
    assert press(page, "Yes, send me these alerts") == "Your alerts"


def confirm_by_code(page: Page, mail: EmailMessage) -> None:
    page.get_by_label("Code from the email").fill(said(mail, r"asked: (\d{6})$"))
    assert press(page, "Confirm") == "Confirmed"


def subscribe_everybody(page: Page, place: Place) -> str:
    """One to all, one to a theme, one to 13 and to 14 on their own, one to another; returns the endpoint’s secret."""
    ask(page, place, "all", "", "Everything about the 18 announcements")
    confirm_by_link(page, place.next_mail("all"))
    ask(page, place, "theme", "A theme (3)", "Understood")
    confirm_by_code(page, place.next_mail("theme"))
    ask(page, place, "both", "Single announcements (18)", "13. Government definition of kinship care")
    confirm_by_code(page, place.next_mail("both"))
    ask(page, place, "both", "Single announcements (18)", "14. Kinship care statutory guidance for local authorities")
    confirm_by_link(page, place.next_mail("both", 2))
    ask(page, place, "other", "Single announcements (18)", "4. Guidance for employers")
    confirm_by_link(page, place.next_mail("other"))
    return add_endpoint(page, place)


def add_endpoint(page: Page, place: Place) -> str:
    """Set up a webhook, by way of the address of whoever looks after it; returns its secret."""
    page.goto(f"{place.address}/subscribe?for=webhooks")
    give_address(page, "owner")
    page.goto(said(place.next_mail("owner"), r"^Confirm: (\S+)$"))
    press(page, "Yes, set up webhooks")
    page.get_by_role("link", name="Add a webhook").click()
    page.get_by_label("Name", exact=True).fill("Cases")
    page.get_by_label("Address of the endpoint").fill(f"{place.hooks.base}/hook")
    assert press(page, "Add it and show its secret") == "Your webhook has been added"
    return page.locator("code.tracker-hash").inner_text()


def sign_in(page: Page, place: Place) -> None:
    page.goto(f"{place.address}/editor")
    page.get_by_label("Email address").fill("edith@example.org")
    assert press(page, "Send me a link") == "Check your email"
    page.goto(said(place.next_mail("edith"), r"^Sign in: (\S+)$"))
    assert press(page, "Sign in") == "Editing"


def publish(page: Page, place: Place, sentence: str, *, to: str) -> str:
    """Record a fact about 13 and 14, see who will hear of it, and publish it; returns the subject of the message."""
    page.goto(f"{place.address}/editor/record")
    page.get_by_label("Evidence or context").check()
    page.get_by_label("13. Government definition").check()
    page.get_by_label("14. Kinship care statutory guidance").check()
    press(page, "Continue")
    page.get_by_label("What happened").fill(sentence)
    page.get_by_label("When did it happen?").fill("today")
    page.get_by_label("Address").fill("https://www.gov.uk/said")
    page.get_by_label("Title of the page").fill("It was said")
    page.get_by_label("Who published it").fill("A department")
    subject = press(page, "Save and preview")
    assert to in page.locator("main").inner_text()
    assert sentence not in httpx.get(f"{place.address}/announcements/14").text
    press(page, "Publish now")
    assert f"Published: {sentence}" in page.locator("main").inner_text()
    return subject


def subjects(place: Place, name: str, confirmations: int = 1) -> list[str]:
    """What somebody was told of, after what they were asked to confirm."""
    return [str(mail["subject"]) for mail in place.mails(name)[confirmations:]]


def check_mail(mail: EmailMessage, sentence: str) -> None:
    """A mail as it should be: both halves say the same, how far silence can be trusted, and how to stop it."""
    plain, html = half(mail, "plain"), half(mail, "html")
    for told in (sentence, "13. Government definition of kinship care", "How far to trust silence: "):
        assert told in plain, plain
        assert told in html, html
    assert mail["list-unsubscribe-post"] == "List-Unsubscribe=One-Click"
    assert "img" not in html


def test_everyone_who_asked_hears_of_what_an_editor_publishes_exactly_once(place: Place) -> None:
    with open_browser() as browser:
        with open_page(browser, 1280, (), scripts=False) as stranger:
            secret = subscribe_everybody(stranger, place)
            assert stranger.context.cookies() == []
        with open_page(browser, 320, (), scripts=False) as editor:
            sign_in(editor, place)
            sentence = "A page about both was published."
            subject = publish(editor, place, sentence, to="4 destinations get it: 3 by email and 1 by webhook at once")
            for name, number in zip(NEWS, (2, 2, 3), strict=True):
                check_mail(place.next_mail(name, number), sentence)
            until(lambda: len(place.hooks.calls) == 1)
            check_call(place, secret, sentence)
            stop_by_one_click(browser, place)
            again = publish(editor, place, "Another page was published.", to="3 destinations get it: 2 by email")
    # The second news comes last: whatever of the first came twice has come by then.
    until(lambda: len(place.hooks.calls) == 2)
    place.next_mail("theme", 3)
    place.next_mail("both", 4)
    assert [subjects(place, name) for name in ("all", "theme", "other", "owner")] == [
        [subject],
        [subject, again],
        [],
        [],
    ]
    assert subjects(place, "both", 2) == [subject, again]
    everything = [mail["message-id"] for name in (*NEWS, "other", "owner", "edith") for mail in place.mails(name)]
    assert len(set(everything)) == len(everything) == len(place.mail.mails)


def check_call(place: Place, secret: str, sentence: str) -> None:
    """The reference library takes what came for what we sent, and not with another secret."""
    path, headers, body = place.hooks.calls[0]
    event: Any = Webhook(secret).verify(body, headers)
    assert (path, event["type"], event["data"]["text"].count(sentence)) == ("/hook", "change.published", 1)
    assert [found["path"].partition("#")[0] for found in event["data"]["content"]["addresses"]] == [
        "/announcements/13",
        "/announcements/14",
    ]


def stop_by_one_click(browser: Browser, place: Place) -> None:
    """As a mail program does it (RFC 8058): one POST, with nothing that a browser would say; then look at the page."""
    mail = place.mails("all")[-1]
    answer = httpx.post(mail["list-unsubscribe"].strip("<>"), data={"List-Unsubscribe": "One-Click"})
    assert (answer.status_code, answer.history) == (200, [])
    with open_page(browser, 320, (), scripts=False) as page:
        page.goto(said(mail, r"^Change or stop what you get: (\S+)$"))
        assert "You stopped your emails" in page.locator("main").inner_text()
